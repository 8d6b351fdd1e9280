package playground

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/clarion-bot/clarion/playground/blockkit"
)

// object is a JSON object whose numbers keep their digits.
type object = map[string]any

func decode(raw json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("something follows the JSON value")
	}
	return nil
}

// sayProblems writes Block Kit's complaints the way Slack does; root is where the value stands among the arguments.
func sayProblems(code refusal, root string, problems []blockkit.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	r := &refused{code: code}
	for _, p := range problems {
		path := p.Path
		if !strings.HasPrefix(path, root) {
			path = root + path
		}
		r.messages = append(r.messages, "[ERROR] "+p.Rule+" [json-pointer:"+path+"]")
	}
	return r
}

// identify gives every block and every interactive element without an id its own, as Slack does when it takes them.
func identify(blocks []object, fresh func() string) {
	name := func(o object, key string) {
		if id, _ := o[key].(string); id == "" {
			o[key] = fresh()
		}
	}
	for _, b := range nested(blocks) {
		name(b, "block_id")
		for _, e := range elements(b) {
			name(e, "action_id")
		}
	}
}

// objects are the JSON objects of a list.
func objects(list any) []object {
	all, _ := list.([]any)
	found := make([]object, 0, len(all))
	for _, v := range all {
		if o, ok := v.(object); ok {
			found = append(found, o)
		}
	}
	return found
}

// nested are blocks with those inside them: the cards of a carousel, the children of a container.
func nested(blocks []object) []object {
	var all []object
	for _, b := range blocks {
		all = append(all, b)
		if b["type"] == "carousel" {
			all = append(all, nested(objects(b["elements"]))...)
		}
		all = append(all, nested(objects(b["child_blocks"]))...)
	}
	return all
}

// elements are the interactive elements of a block.
func elements(block object) []object {
	var list []object
	add := func(v any) {
		if e, ok := v.(object); ok && e["type"] != "image" {
			list = append(list, e)
		}
	}
	switch block["type"] {
	case "card":
		return objects(block["actions"])
	case "actions", "context_actions":
		return objects(block["elements"])
	case "section":
		add(block["accessory"])
	case "input":
		add(block["element"])
	}
	return list
}

// text is a string field of an object, or empty.
func text(o object, key string) string {
	v, _ := o[key].(string)
	return v
}

// element finds an interactive element by its ids; an empty block id stands for any block.
func element(blocks []object, blockID, actionID string) (block, el object) {
	for _, b := range nested(blocks) {
		if blockID != "" && b["block_id"] != blockID {
			continue
		}
		for _, e := range elements(b) {
			if e["action_id"] == actionID {
				return b, e
			}
		}
	}
	return nil, nil
}

// holding says how an element keeps what a person chose: in which field of the state, and which field of the element
// has what it starts with. Buttons and menus keep nothing.
type holding struct {
	field, initial string
	many           bool
}

func holds(kind string) (holding, bool) {
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return holding{"value", "initial_value", false}, true
	case "rich_text_input":
		return holding{"rich_text_value", "initial_value", false}, true
	case "static_select", "external_select", "radio_buttons":
		return holding{"selected_option", "initial_option", false}, true
	case "multi_static_select", "multi_external_select", "checkboxes":
		return holding{"selected_options", "initial_options", true}, true
	case "users_select":
		return holding{"selected_user", "initial_user", false}, true
	case "multi_users_select":
		return holding{"selected_users", "initial_users", true}, true
	case "conversations_select":
		return holding{"selected_conversation", "initial_conversation", false}, true
	case "multi_conversations_select":
		return holding{"selected_conversations", "initial_conversations", true}, true
	case "channels_select":
		return holding{"selected_channel", "initial_channel", false}, true
	case "multi_channels_select":
		return holding{"selected_channels", "initial_channels", true}, true
	case "file_input":
		return holding{"files", "initial_files", true}, true
	case "datepicker":
		return holding{"selected_date", "initial_date", false}, true
	case "timepicker":
		return holding{"selected_time", "initial_time", false}, true
	case "datetimepicker":
		return holding{"selected_date_time", "initial_date_time", false}, true
	}
	return holding{}, false
}

// values is view.state.values: block id → action id → the element's type and what is chosen in it.
type values map[string]map[string]object

// stateOf is the state of blocks: for each element what was chosen, or else what it starts with.
func stateOf(blocks []object, chosen values) values {
	state := make(values)
	for _, b := range nested(blocks) {
		for _, e := range elements(b) {
			h, ok := holds(text(e, "type"))
			if !ok {
				continue
			}
			block, action := text(b, "block_id"), text(e, "action_id")
			v := object{"type": e["type"], h.field: e[h.initial]}
			if v[h.field] == nil && h.many {
				v[h.field] = []any{}
			}
			for k, c := range chosen[block][action] {
				v[k] = c
			}
			if state[block] == nil {
				state[block] = make(map[string]object)
			}
			state[block][action] = v
		}
	}
	return state
}

// readState reads {"values":{…}}; nothing is an empty state.
func readState(raw json.RawMessage) (values, error) {
	var s struct {
		Values values `json:"values"`
	}
	if len(raw) == 0 {
		return nil, nil
	}
	if err := decode(raw, &s); err != nil {
		return nil, refusal("invalid_state")
	}
	return s.Values, nil
}
