package teams_test

import (
	"testing"
)

func TestAClientSendsWhatIsFilledInAndRefusesWhatTheCardForbids(t *testing.T) {
	w := newWorld(t, nil)
	w.call(t, "POST", "/v3/conversations", post(launch, shows(card(object{
		"body": []any{
			object{"type": "Container", "items": []any{object{"type": "Input.Text", "id": "text", "maxLength": 3, "regex": "^[a-z]*$"}}},
			object{"type": "ColumnSet", "columns": []any{object{"items": []any{object{"type": "Input.Number", "id": "number", "min": 1, "max": 9, "value": 2}}}}},
			object{"type": "Input.Toggle", "id": "toggle", "valueOn": "yes", "valueOff": "no"},
			object{"type": "Input.ChoiceSet", "id": "many", "isMultiSelect": true, "choices": []any{object{"value": "a"}, object{"value": "b"}}},
			object{"type": "Input.Date", "id": "date", "isRequired": true, "value": "2026-11-23"},
		},
		"actions": []any{
			object{"type": "Action.Submit", "title": "Send"}, object{"type": "Action.Submit", "title": "Without", "associatedInputs": "none", "data": "said"},
			object{"type": "Action.Submit", "title": "Lost", "data": "said"}, object{"type": "Action.Submit", "title": "Off", "isEnabled": false},
			object{"type": "Action.ShowCard", "title": "More", "card": object{"actions": []any{object{"type": "Action.Submit", "title": "Inner"}}}},
		},
	}))))
	m := w.Posts(launch)[0]
	for name, c := range map[string]struct {
		action string
		inputs map[string]string
		ok     bool
	}{
		"as it is": {"Send", nil, true}, "all": {"Send", map[string]string{"text": "abc", "number": "9", "toggle": "yes", "many": "a,b", "date": "x"}, true},
		"too long": {"Send", map[string]string{"text": "abcd"}, false}, "no match": {"Send", map[string]string{"text": "ABC"}, false},
		"too much": {"Send", map[string]string{"number": "10"}, false}, "no number": {"Send", map[string]string{"number": "x"}, false},
		"half on": {"Send", map[string]string{"toggle": "perhaps"}, false}, "no choice": {"Send", map[string]string{"many": "a,c"}, false},
		"missing": {"Send", map[string]string{"date": ""}, false}, "unknown": {"Send", map[string]string{"what": "x"}, false},
		"without inputs": {"Without", nil, true}, "inputs lost": {"Lost", nil, false}, "not enabled": {"Off", nil, false}, "no action": {"None", nil, false},
		"inner": {"Inner", nil, true}, "by number": {"#0", nil, true}, "past the end": {"#9", nil, false}, "the client's own": {"More", nil, false},
	} {
		before := len(w.heard)
		_, err := w.Press(t.Context(), ada, m, c.action, c.inputs)
		if (err == nil) != c.ok || len(w.heard)-before != map[bool]int{true: 1}[c.ok] {
			t.Errorf("%s: %v, and the bot heard %d activities", name, err, len(w.heard)-before)
		}
	}
	if _, err := w.Press(t.Context(), ada, m, "Send", map[string]string{"text": "abc"}); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"text": "abc", "number": "2", "toggle": "no", "many": "", "date": "2026-11-23"} {
		if got := at(w.last(t), "value", id); got != want {
			t.Errorf("%s is %v", id, got)
		}
	}
	if _, err := w.Press(t.Context(), ada, m, "Without", nil); err != nil || w.last(t)["value"] != "said" {
		t.Error(err, w.last(t)["value"])
	}
}
