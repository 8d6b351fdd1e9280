package blockkit

import "strconv"

// A blockKind is one type of block: where it may stand, what it may hold, how it is drawn.
type blockKind struct {
	on    surface
	shape shape
	draw  func(d *drawer, o object)
}

// blockKinds is every type of block that is known. Its surfaces are those of each block's reference page.
var blockKinds = map[string]blockKind{
	"section":   {anywhere, sectionShape, (*drawer).section},
	"header":    {anywhere, headerShape, (*drawer).header},
	"divider":   {anywhere, dividerShape, (*drawer).divider},
	"context":   {anywhere, contextShape, (*drawer).context},
	"image":     {anywhere, imageBlockShape, (*drawer).imageBlock},
	"actions":   {anywhere, actionsShape, (*drawer).actions},
	"input":     {anywhere, inputShape, (*drawer).input},
	"rich_text": {anywhere, richTextShape, (*drawer).richBlock},
	"video":     {anywhere, videoShape, (*drawer).video},
	"card":      {anywhere, cardShape, (*drawer).card},

	"table":              {message | home, tableShape, (*drawer).table},
	"data_table":         {message | home, dataTableShape, (*drawer).dataTable},
	"data_visualization": {message | home, chartShape, (*drawer).chart},
	"carousel":           {message | home, carouselShape, (*drawer).carousel},
	"container":          {message | home, containerShape, (*drawer).container},

	"alert":           {modal, alertShape, (*drawer).alert},
	"markdown":        {message, markdownShape, (*drawer).markdownBlock},
	"context_actions": {message, contextActionsShape, (*drawer).contextActions},
	"task_card":       {message, taskCardShape, (*drawer).taskCard},
	"plan":            {message, planShape, (*drawer).plan},
	"file":            {0, fileShape, (*drawer).file},
}

// blockFields are the members of a block, with the one that all have.
func blockFields(fields ...field) []field {
	return append([]field{may("block_id", blockID)}, fields...)
}

// fillIDs names what has no block_id or action_id, by its place, so that drawing a view and reading its form
// agree on names. Slack generates such ids at random.
func fillIDs(prefix string, blocks []any) {
	for i, v := range blocks {
		b := asObject(v)
		if b == nil {
			continue
		}
		id := prefix + strconv.Itoa(i)
		if b.str("block_id") == "" {
			b["block_id"] = id
		}
		for j, el := range elementsOf(b) {
			if el.str("action_id") == "" {
				el["action_id"] = "a" + strconv.Itoa(j)
			}
		}
		if b.str("type") == "carousel" {
			fillIDs(id+".", b.list("elements"))
		}
		fillIDs(id+".", b.list("child_blocks"))
	}
}

// elementsOf returns the interactive elements that stand directly in a block.
func elementsOf(b object) []object {
	var one string
	switch b.str("type") {
	case "section":
		one = "accessory"
	case "input":
		one = "element"
	case "card":
		return b.objects("actions")
	case "actions", "context_actions":
		return b.objects("elements")
	}
	if el := b.obj(one); el != nil {
		return []object{el}
	}
	return nil
}
