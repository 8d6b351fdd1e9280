package blockkit

import (
	"net/url"
	"strings"
)

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
