package blockkit

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// FormState turns the posted HTML form of a drawn view into view.state, {"values":{block id:{action id:{…}}}},
// with one entry for each element that has a state, as Slack sends it with view_submission and block_actions.
// What a person left empty is null or an empty list. view may also be the blocks of a message, a JSON array.
// Moments are read in UTC; FormStateIn reads them elsewhere.
func FormState(view json.RawMessage, form url.Values) (json.RawMessage, error) {
	return FormStateIn(view, form, time.UTC)
}

// FormStateIn is FormState for a person whose datetimepickers were drawn in a time zone.
func FormStateIn(view json.RawMessage, form url.Values, zone *time.Location) (json.RawMessage, error) {
	v, err := decode(view)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	for _, e := range statefulElements(v) {
		block := asObject(values[e.block])
		if block == nil {
			block = object{}
		}
		block[e.action] = map[string]any(readState(e.el, form, e.block+"~"+e.action, zone))
		values[e.block] = map[string]any(block)
	}
	return json.Marshal(map[string]any{"values": values})
}

// ElementValue turns a posted HTML form into what the action payload of one pressed or changed element carries
// besides its type and ids: {"value":"…"}, {"selected_option":{…}}, {"selected_date":"…"} … The form holds the
// element's own controls, named "<block id>~<action id>", and may name the block as "block_id". A button's value
// is its own; the option picked in an overflow menu may come as "value". Moments are read in UTC;
// ElementValueIn reads them elsewhere.
func ElementValue(el json.RawMessage, form url.Values) (json.RawMessage, error) {
	return ElementValueIn(el, form, time.UTC)
}

// ElementValueIn is ElementValue for a person whose datetimepickers were drawn in a time zone.
func ElementValueIn(el json.RawMessage, form url.Values, zone *time.Location) (json.RawMessage, error) {
	v, err := decode(el)
	if err != nil {
		return nil, err
	}
	o := asObject(v)
	if o == nil {
		return nil, errors.New("element is not an object")
	}
	name := elementName(o, form)
	switch o.str("type") {
	case "button", "icon_button":
		if o["value"] == nil {
			return json.RawMessage(`{}`), nil
		}
		return json.Marshal(map[string]any{"value": o["value"]})
	case "overflow", "feedback_buttons":
		return json.Marshal(map[string]any(elementKinds[o.str("type")].read(o, form, name)))
	}
	kind, ok := elementKinds[o.str("type")]
	if !ok || kind.initial == nil {
		return nil, errors.New("element of type " + o.str("type") + " has no value")
	}
	state := readState(o, form, name, zone)
	delete(state, "type")
	return json.Marshal(map[string]any(state))
}

// elementName finds the form's name for an element: in the block that the form's "block_id" names, else the first
// in the alphabet that has the element's action id, else "value".
func elementName(el object, form url.Values) string {
	action := el.str("action_id")
	if block := form.Get("block_id"); block != "" && (form.Has(block+"~"+action) || form.Has(block+"~"+action+"~date")) {
		return block + "~" + action
	}
	for _, key := range slices.Sorted(maps.Keys(form)) {
		name := strings.TrimSuffix(strings.TrimSuffix(key, "~date"), "~time")
		if strings.HasSuffix(name, "~"+action) {
			return name
		}
	}
	return "value"
}

// readState is an element's entry in view.state.
func readState(el object, form url.Values, name string, zone *time.Location) object {
	var state object
	if el.str("type") == "datetimepicker" {
		state = readDateTime(form, name, zone)
	} else {
		state = elementKinds[el.str("type")].read(el, form, name)
	}
	state["type"] = el.str("type")
	return state
}

// A placed element is an element and the block that it stands in.
type placed struct {
	block  string
	input  object // the input block, or nil
	action string
	el     object
}

// statefulElements lists the elements of a view, or of a list of blocks, that have a state.
func statefulElements(v any) []placed {
	blocks, ok := v.([]any)
	if !ok {
		blocks = asObject(v).list("blocks")
	}
	fillIDs("b", blocks)
	var found []placed
	var visit func(blocks []any)
	visit = func(blocks []any) {
		for _, b := range blocks {
			o := asObject(b)
			for _, el := range elementsOf(o) {
				if kind, ok := elementKinds[el.str("type")]; ok && kind.initial != nil {
					p := placed{block: o.str("block_id"), action: el.str("action_id"), el: el}
					if o.str("type") == "input" {
						p.input = o
					}
					found = append(found, p)
				}
			}
			visit(o.list("child_blocks"))
		}
	}
	visit(blocks)
	return found
}
