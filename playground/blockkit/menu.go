package blockkit

import (
	"net/url"
	"slices"
	"strings"
)

// Select menus: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element and
// https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element

func menuFields(more ...field) []field {
	return elementFields(append([]field{
		may("placeholder", plainText(150)),
		may("confirm", confirmation),
		may("focus_on_load", focus),
	}, more...)...)
}

var maxSelected = may("max_selected_items", integer(1, int64(unbounded)))

// optionsOrGroups refuses a static menu with neither or both of options and option_groups.
func optionsOrGroups(c *checker, at string, el object) {
	switch {
	case el["options"] == nil && el["option_groups"] == nil:
		c.refuse(at, "missing required field: options or option_groups")
	case el["options"] != nil && el["option_groups"] != nil:
		c.refuse(at, "must provide only one of options, option_groups")
	}
	initialAmong(c, at, el)
}

var staticSelectShape = shape{typed: true, whole: optionsOrGroups, fields: menuFields(
	may("options", items(1, 100, menuOption)),
	may("option_groups", items(1, 100, optionGroup)),
	may("initial_option", menuOption),
)}

var multiStaticSelectShape = shape{typed: true, whole: optionsOrGroups, fields: menuFields(
	may("options", items(1, 100, menuOption)),
	may("option_groups", items(1, 100, optionGroup)),
	may("initial_options", items(1, 100, menuOption)),
	maxSelected,
)}

var externalSelectShape = shape{typed: true, fields: menuFields(
	may("initial_option", menuOption),
	may("min_query_length", integer(0, int64(unbounded))),
)}

var multiExternalSelectShape = shape{typed: true, fields: menuFields(
	may("initial_options", items(1, 100, menuOption)),
	may("min_query_length", integer(0, int64(unbounded))),
	maxSelected,
)}

// peopleSelectShape is a menu of ids with one id selected at first.
func peopleSelectShape(initial string) shape {
	return shape{typed: true, fields: menuFields(may(initial, chars(1, 255)))}
}

// multiPeopleSelectShape is a menu of ids with several ids selected at first.
func multiPeopleSelectShape(initial string) shape {
	return shape{typed: true, fields: menuFields(may(initial, items(1, unbounded, chars(1, 255))), maxSelected)}
}

// responseURLEnabled works only in an input block of a modal.
func responseURLEnabled(c *checker, at string, v any) {
	truth(c, at, v)
	if v == true && (c.surface != modal || !c.inInput) {
		c.refuse(at, "response_url_enabled can only be used in input blocks of modals")
	}
}

var channelsSelectShape = shape{typed: true, fields: menuFields(
	may("initial_channel", chars(1, 255)),
	may("response_url_enabled", responseURLEnabled),
)}

var conversationsSelectShape = shape{typed: true, fields: menuFields(
	may("initial_conversation", chars(1, 255)),
	may("default_to_current_conversation", truth),
	may("response_url_enabled", responseURLEnabled),
	may("filter", conversationFilter),
)}

var multiConversationsSelectShape = shape{typed: true, fields: menuFields(
	may("initial_conversations", items(1, unbounded, chars(1, 255))),
	may("default_to_current_conversation", truth),
	may("filter", conversationFilter),
	maxSelected,
)}

// menu draws every select menu as an HTML select. An external menu offers what is selected already: its other
// options are the bot's to load.
func (d *drawer) menu(el object, s slot) {
	multi := strings.HasPrefix(el.str("type"), "multi_")
	state := d.state(el, s)
	chosen := selectedOf(state)
	extra := []attr{set("class", "bk-select"), onIf("multiple", multi)}
	if n, ok := el.integer("max_selected_items"); ok {
		extra = append(extra, set("data-max-selected", decimal(n)))
	}
	d.open("select", s.control(el, extra...)...)
	if !multi {
		d.open("option", set("value", ""), onIf("selected", len(chosen) == 0))
		if p := el.obj("placeholder").str("text"); p != "" {
			d.text(emojify(p))
		} else {
			d.text("Choose…")
		}
		d.close("option")
	}
	switch base := strings.TrimPrefix(el.str("type"), "multi_"); base {
	case "users_select":
		d.idOptions(d.opt.Users, chosen, d.userName)
	case "channels_select", "conversations_select":
		d.idOptions(d.opt.Channels, chosen, d.channelName)
	case "external_select":
		d.menuOptions(selectedOptions(state), chosen)
	default:
		d.menuOptions(el.objects("options"), chosen)
		for _, g := range el.objects("option_groups") {
			d.open("optgroup", set("label", emojify(g.obj("label").str("text"))))
			d.menuOptions(g.objects("options"), chosen)
			d.close("optgroup")
		}
	}
	d.close("select")
}

// menuOptions draws choices; a description, for which a select has no place, follows the text.
func (d *drawer) menuOptions(options []object, chosen []string) {
	for _, o := range options {
		label := emojify(o.obj("text").str("text"))
		if more := o.obj("description").str("text"); more != "" {
			label += " – " + emojify(more)
		}
		d.leaf("option", label, set("value", o.str("value")), onIf("selected", slices.Contains(chosen, o.str("value"))))
	}
}

// idOptions draws people or channels. One that is chosen but not offered is kept.
func (d *drawer) idOptions(offered []Option, chosen []string, name func(id string) string) {
	seen := map[string]bool{}
	for _, o := range offered {
		seen[o.Value] = true
		d.leaf("option", o.Label, set("value", o.Value), onIf("selected", slices.Contains(chosen, o.Value)))
	}
	for _, id := range chosen {
		if !seen[id] {
			d.leaf("option", name(id), set("value", id), onIf("selected", true))
		}
	}
}

// overflowShape: https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element
var overflowShape = shape{typed: true, fields: elementFields(
	need("options", items(1, 5, overflowOption)),
	may("confirm", confirmation),
)}

// overflow draws a menu that opens without a script; each of its buttons carries its option's value.
func (d *drawer) overflow(el object, s slot) {
	d.raw(`<details class="bk-overflow"><summary class="bk-button" aria-label="More actions">⋯</summary><div class="bk-overflow-menu">`)
	for _, o := range el.objects("options") {
		d.open("button", append(s.marks(el), set("type", "button"), set("class", "bk-overflow-item"), set("data-value", o.str("value")),
			setIf("data-url", href(o.str("url"))))...)
		d.textObject(o.obj("text"))
		if more := o.obj("description"); more != nil {
			d.open("small", set("class", "bk-description"))
			d.textObject(more)
			d.close("small")
		}
		d.close("button")
	}
	d.raw(`</div></details>`)
}

// State of menus and choices.

func initialOption(el object) object { return object{"selected_option": el["initial_option"]} }
func initialOptions(el object) object {
	return object{"selected_options": orEmpty(el["initial_options"])}
}

func initialID(initial, selected string) func(object) object {
	return func(el object) object { return object{selected: el[initial]} }
}

func initialIDs(initial, selected string) func(object) object {
	return func(el object) object { return object{selected: orEmpty(el[initial])} }
}

func orEmpty(v any) any {
	if v == nil {
		return []any{}
	}
	return v
}

func readOption(el object, form url.Values, name string) object {
	if o := optionByValue(el, form.Get(name)); o != nil {
		return object{"selected_option": map[string]any(o)}
	}
	return object{"selected_option": nil}
}

func readOptions(el object, form url.Values, name string) object {
	picked := []any{}
	for _, value := range form[name] {
		if o := optionByValue(el, value); o != nil {
			picked = append(picked, map[string]any(o))
		}
	}
	return object{"selected_options": picked}
}

func readID(selected string) func(object, url.Values, string) object {
	return func(_ object, form url.Values, name string) object {
		if id := form.Get(name); id != "" {
			return object{selected: id}
		}
		return object{selected: nil}
	}
}

func readIDs(selected string) func(object, url.Values, string) object {
	return func(_ object, form url.Values, name string) object {
		picked := []any{}
		for _, id := range form[name] {
			if id != "" {
				picked = append(picked, id)
			}
		}
		return object{selected: picked}
	}
}

// optionByValue finds a choice. The choices of an external menu are not in its JSON: its value stands for itself
// unless it is the initial one.
func optionByValue(el object, value string) object {
	if value == "" {
		return nil
	}
	all := append(optionsOf(el), el.objects("initial_options")...)
	if o := el.obj("initial_option"); o != nil {
		all = append(all, o)
	}
	for _, o := range all {
		if o.str("value") == value {
			return o
		}
	}
	if strings.HasSuffix(el.str("type"), "external_select") {
		return object{"text": map[string]any{"type": "plain_text", "text": value, "emoji": true}, "value": value}
	}
	return nil
}

// selectedOptions returns the options that a state has selected.
func selectedOptions(state object) []object {
	if o := state.obj("selected_option"); o != nil {
		return []object{o}
	}
	return state.objects("selected_options")
}

// selectedOf returns the values and ids that a state has selected.
func selectedOf(state object) []string {
	var all []string
	for _, o := range selectedOptions(state) {
		all = append(all, o.str("value"))
	}
	for _, key := range []string{"selected_user", "selected_channel", "selected_conversation"} {
		if id := state.str(key); id != "" {
			all = append(all, id)
		}
		all = append(all, state.strs(key+"s")...)
	}
	return all
}
