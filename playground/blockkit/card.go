package blockkit

import "slices"

// cardShape: https://docs.slack.dev/reference/block-kit/blocks/card-block
var cardShape = shape{
	typed: true,
	fields: blockFields(
		may("hero_image", oneType(map[string]shape{"image": imageElementShape})),
		may("icon", oneType(map[string]shape{"image": imageElementShape})),
		may("title", anyText(150)),
		may("subtitle", anyText(150)),
		may("body", anyText(200)),
		may("subtext", anyText(200)),
		may("actions", items(1, 3, elementOf("button"))),
	),
	whole: func(c *checker, at string, o object) {
		if o["hero_image"] == nil && o["title"] == nil && o["actions"] == nil && o["body"] == nil {
			c.refuse(at, "must provide at least one of hero_image, title, actions, body")
		}
	},
}

// carouselShape: https://docs.slack.dev/reference/block-kit/blocks/carousel-block
var carouselShape = shape{typed: true, fields: blockFields(need("elements", items(1, 10, childBlock("card"))))}

// containerShape: https://docs.slack.dev/reference/block-kit/blocks/container-block
var containerShape = shape{
	typed: true,
	fields: blockFields(
		may("title", plainText(150)),
		may("rich_text_title", oneType(map[string]shape{"rich_text": richTextShape})),
		may("subtitle", anyText(150)),
		need("child_blocks", items(1, 10, childBlock("actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video"))),
		may("width", oneOf("narrow", "standard", "wide", "full")),
		may("icon", oneType(map[string]shape{"image": imageElementShape})),
		may("is_collapsible", truth),
		may("default_collapsed", truth),
		may("has_header_divider", truth),
	),
	whole: func(c *checker, at string, o object) {
		if o["title"] == nil && o["rich_text_title"] == nil {
			c.refuse(at, "missing required field: title or rich_text_title")
		}
		if o.flag("default_collapsed") && !o.flag("is_collapsible") {
			c.refuse(at+"/default_collapsed", "needs is_collapsible to be true")
		}
	},
}

// childBlock is a block inside another block.
func childBlock(types ...string) rule {
	return func(c *checker, at string, v any) {
		if t := asObject(v).str("type"); t != "" && !slices.Contains(types, t) {
			c.refuse(at+"/type", "unsupported type: "+t)
			return
		}
		c.block(at, v)
	}
}

func (d *drawer) card(o object) {
	d.open("article", set("class", "bk-block bk-card"))
	if hero := o.obj("hero_image"); hero != nil {
		d.image(hero, "bk-hero")
	}
	d.open("div", set("class", "bk-card-head"))
	if icon := o.obj("icon"); icon != nil {
		d.image(icon, "bk-icon")
	}
	d.open("div")
	d.part(o, "title", "bk-card-title")
	d.part(o, "subtitle", "bk-description")
	d.close("div")
	d.close("div")
	d.part(o, "body", "bk-text")
	d.part(o, "subtext", "bk-description")
	if buttons := o.objects("actions"); len(buttons) > 0 {
		d.open("div", set("class", "bk-actions"))
		for _, el := range buttons {
			d.element(o.str("block_id"), el, "")
		}
		d.close("div")
	}
	d.close("article")
}

// part draws a text object of a block, if it is there.
func (d *drawer) part(o object, name, class string) {
	if t := o.obj(name); t != nil {
		d.open("div", set("class", class))
		d.textObject(t)
		d.close("div")
	}
}

func (d *drawer) carousel(o object) {
	d.open("div", set("class", "bk-block bk-carousel"), set("tabindex", "0"), set("role", "region"), set("aria-label", "Cards"))
	for _, el := range o.objects("elements") {
		d.block(el)
	}
	d.close("div")
}

// container draws a frame; one that can be collapsed is a details element.
func (d *drawer) container(o object) {
	outer, head := markup("section"), markup("div")
	class := "bk-block bk-container"
	if o.flag("has_header_divider") {
		class += " bk-divided"
	}
	attrs := []attr{set("class", class)}
	if o.flag("is_collapsible") {
		outer, head = "details", "summary"
		attrs = append(attrs, onIf("open", !o.flag("default_collapsed")))
	}
	d.open(outer, attrs...)
	d.open(head, set("class", "bk-container-head"))
	if icon := o.obj("icon"); icon != nil {
		d.image(icon, "bk-icon")
	}
	d.open("span")
	if rich := o.obj("rich_text_title"); rich != nil {
		d.richText(rich)
	} else {
		d.part(o, "title", "bk-card-title")
	}
	d.part(o, "subtitle", "bk-description")
	d.close("span")
	d.close(head)
	for _, child := range o.objects("child_blocks") {
		d.block(child)
	}
	d.close(outer)
}
