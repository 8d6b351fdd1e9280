package blockkit

import (
	"slices"
	"strconv"
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

// A choice is one entry of a menu as it is drawn.
type choice struct{ value, label string }

// choicesOf lists the entries of a menu under their groups' labels; without groups there is one label, "". An
// external menu offers what is selected already: its other options are the bot's to load.
func (d *drawer) choicesOf(el, state object) (labels []string, groups [][]choice) {
	switch strings.TrimPrefix(el.str("type"), "multi_") {
	case "users_select":
		return []string{""}, [][]choice{idChoices(d.opt.Users, selectedOf(state), d.userName)}
	case "channels_select", "conversations_select":
		return []string{""}, [][]choice{idChoices(d.opt.Channels, selectedOf(state), d.channelName)}
	case "external_select":
		return []string{""}, [][]choice{optionChoices(selectedOptions(state))}
	}
	if options := el.objects("options"); options != nil {
		labels, groups = append(labels, ""), append(groups, optionChoices(options))
	}
	for _, g := range el.objects("option_groups") {
		labels, groups = append(labels, emojify(g.obj("label").str("text"))), append(groups, optionChoices(g.objects("options")))
	}
	return labels, groups
}

// optionChoices are options; a description, for which a menu has no place, follows the text.
func optionChoices(options []object) []choice {
	var all []choice
	for _, o := range options {
		label := emojify(o.obj("text").str("text"))
		if more := o.obj("description").str("text"); more != "" {
			label += " – " + emojify(more)
		}
		all = append(all, choice{o.str("value"), label})
	}
	return all
}

// idChoices are people or channels. One that is chosen but not offered is kept.
func idChoices(offered []Option, chosen []string, name func(id string) string) []choice {
	var all []choice
	seen := map[string]bool{}
	for _, o := range offered {
		seen[o.Value] = true
		all = append(all, choice{o.Value, o.Label})
	}
	for _, id := range chosen {
		if !seen[id] {
			all = append(all, choice{id, name(id)})
		}
	}
	return all
}

// menu draws a select menu as an HTML select.
func (d *drawer) menu(el object, s slot) {
	state := d.state(el, s)
	chosen := selectedOf(state)
	d.open("select", s.control(el, set("class", "bk-select"))...)
	d.leaf("option", or(emojify(el.obj("placeholder").str("text")), "Choose…"), set("value", ""), onIf("selected", len(chosen) == 0))
	labels, groups := d.choicesOf(el, state)
	for i, group := range groups {
		if labels[i] != "" {
			d.open("optgroup", set("label", labels[i]))
		}
		for _, c := range group {
			d.leaf("option", c.label, set("value", c.value), onIf("selected", slices.Contains(chosen, c.value)))
		}
		if labels[i] != "" {
			d.close("optgroup")
		}
	}
	d.close("select")
}

// multiMenu draws a multi-select menu as a list of checkboxes that scrolls: an HTML select for several values
// loses its selection at one wrong click.
func (d *drawer) multiMenu(el object, s slot) {
	state := d.state(el, s)
	chosen := selectedOf(state)
	attrs := append(s.marks(el), set("class", "bk-multi"), set("role", "group"), s.aria())
	if n, ok := el.integer("max_selected_items"); ok {
		attrs = append(attrs, set("data-max-selected", decimal(n)))
	}
	d.open("div", attrs...)
	labels, groups := d.choicesOf(el, state)
	n := 0
	for i, group := range groups {
		if labels[i] != "" {
			d.leaf("div", labels[i], set("class", "bk-multi-group"))
		}
		for _, c := range group {
			d.checkbox(s, n, c, slices.Contains(chosen, c.value), n == 0 && el.flag("focus_on_load"))
			n++
		}
	}
	d.close("div")
}

func (d *drawer) checkbox(s slot, n int, c choice, checked, focused bool) {
	attrs := []attr{
		set("type", "checkbox"), set("id", s.id+"-"+strconv.Itoa(n)), set("name", s.name()), set("value", c.value),
		onIf("checked", checked), onIf("autofocus", focused),
	}
	if s.invalid {
		attrs = append(attrs, set("aria-invalid", "true"), set("aria-describedby", s.describedBy))
	}
	d.open("label", set("class", "bk-choice"))
	d.open("input", attrs...)
	d.leaf("span", c.label, set("class", "bk-choice-text"))
	d.close("label")
}
