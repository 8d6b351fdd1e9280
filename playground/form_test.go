package playground_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/playground"
)

// viewWith opens a modal with one input element for Ben and gives its id.
func (w *world) viewWith(t *testing.T, element string, optional bool) string {
	t.Helper()
	view := fmt.Sprintf(`{"type":"modal","title":{"type":"plain_text","text":"T"},"submit":{"type":"plain_text","text":"S"},
		"blocks":[{"type":"input","block_id":"b","optional":%v,"label":{"type":"plain_text","text":"L"},"element":%s}]}`, optional, element)
	if _, _, out := w.ask(t, "views.open", map[string]string{"trigger_id": w.trigger(t, ben), "view": view}); out["ok"] != true {
		t.Fatal(out)
	}
	return w.Views(ben)[0].ID
}

// Slack's client finds these by itself, so a bot's own checks cannot rely on being asked.
func TestFieldsAreCheckedAsTheirKindDemands(t *testing.T) {
	for _, c := range []struct {
		element, typed, want string
		optional             bool
	}{
		{`{"type":"plain_text_input","action_id":"a"}`, "", "Please complete this required field.", false},
		{`{"type":"plain_text_input","action_id":"a"}`, "", "", true},
		{`{"type":"users_select","action_id":"a"}`, "", "Please complete this required field.", false},
		{`{"type":"users_select","action_id":"a"}`, "", "", true},
		{`{"type":"plain_text_input","action_id":"a","min_length":3}`, "äb", "This field must be at least 3 characters.", false},
		{`{"type":"plain_text_input","action_id":"a","max_length":3}`, "abcd", "This field must be at most 3 characters.", false},
		{`{"type":"plain_text_input","action_id":"a","max_length":3}`, "äöü", "", false},
		{`{"type":"plain_text_input","action_id":"a"}`, strings.Repeat("x", 3001), "This field must be at most 3000 characters.", false},
		{`{"type":"email_text_input","action_id":"a"}`, "ben", "Enter a valid email address.", false},
		{`{"type":"email_text_input","action_id":"a"}`, "ben@example.com", "", false},
		{`{"type":"url_text_input","action_id":"a"}`, "example.com", "Enter a valid URL.", false},
		{`{"type":"url_text_input","action_id":"a"}`, "https://example.com/x", "", false},
		{`{"type":"number_input","action_id":"a","is_decimal_allowed":false}`, "1.5", "Enter a valid number.", false},
		{`{"type":"number_input","action_id":"a","is_decimal_allowed":true,"min_value":"2"}`, "1.5", "Enter a number of at least 2.", false},
		{`{"type":"number_input","action_id":"a","is_decimal_allowed":true,"max_value":"1"}`, "1.5", "Enter a number of at most 1.", false},
		{`{"type":"number_input","action_id":"a","is_decimal_allowed":true}`, "1.5", "", false},
	} {
		w := newWorld(t, nil)
		id := w.viewWith(t, c.element, c.optional)
		raw, err := json.Marshal(map[string]any{"values": map[string]any{"b": map[string]any{"a": map[string]any{"value": c.typed}}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Submit(t.Context(), ben, id, raw); err != nil {
			t.Fatal(err)
		}
		got := ""
		if open := w.Views(ben); len(open) == 1 {
			got = open[0].Errors["b"]
		}
		if got != c.want {
			t.Errorf("%s with %.10q: %q, want %q", c.element, c.typed, got, c.want)
		}
	}
}

func TestStateHasWhatAFormStartsWithWhereNothingWasChosen(t *testing.T) {
	option := `{"text":{"type":"plain_text","text":"A"},"value":"a"}`
	for _, c := range []struct {
		element string
		is      func(slack.BlockAction) bool
	}{
		{`{"type":"plain_text_input","action_id":"a","initial_value":"x"}`, func(a slack.BlockAction) bool { return a.Value == "x" }},
		{`{"type":"static_select","action_id":"a","options":[` + option + `],"initial_option":` + option + `}`,
			func(a slack.BlockAction) bool { return a.SelectedOption.Value == "a" }},
		{`{"type":"checkboxes","action_id":"a","options":[` + option + `],"initial_options":[` + option + `]}`,
			func(a slack.BlockAction) bool {
				return len(a.SelectedOptions) == 1 && a.SelectedOptions[0].Value == "a"
			}},
		{`{"type":"checkboxes","action_id":"a","options":[` + option + `]}`,
			func(a slack.BlockAction) bool { return a.Type == "checkboxes" && len(a.SelectedOptions) == 0 }},
		{`{"type":"radio_buttons","action_id":"a","options":[` + option + `],"initial_option":` + option + `}`,
			func(a slack.BlockAction) bool { return a.SelectedOption.Value == "a" }},
		{`{"type":"multi_static_select","action_id":"a","options":[` + option + `],"initial_options":[` + option + `]}`,
			func(a slack.BlockAction) bool { return len(a.SelectedOptions) == 1 }},
		{`{"type":"users_select","action_id":"a","initial_user":"UBEN"}`, func(a slack.BlockAction) bool { return a.SelectedUser == ben }},
		{`{"type":"multi_users_select","action_id":"a","initial_users":["UBEN"]}`, func(a slack.BlockAction) bool { return len(a.SelectedUsers) == 1 }},
		{`{"type":"channels_select","action_id":"a","initial_channel":"CGENERAL"}`, func(a slack.BlockAction) bool { return a.SelectedChannel == general }},
		{`{"type":"conversations_select","action_id":"a","initial_conversation":"CGENERAL"}`,
			func(a slack.BlockAction) bool { return a.SelectedConversation == general }},
		{`{"type":"datepicker","action_id":"a","initial_date":"2026-11-23"}`, func(a slack.BlockAction) bool { return a.SelectedDate == "2026-11-23" }},
		{`{"type":"timepicker","action_id":"a","initial_time":"09:00"}`, func(a slack.BlockAction) bool { return a.SelectedTime == "09:00" }},
		{`{"type":"datetimepicker","action_id":"a","initial_date_time":1795424400}`,
			func(a slack.BlockAction) bool { return a.SelectedDateTime == 1795424400 }},
	} {
		w := newWorld(t, nil)
		id := w.viewWith(t, c.element, true)
		var got *slack.BlockAction
		w.bot.action = func(i slack.InteractionCallback) any {
			a := i.View.State.Values["b"]["a"]
			got = &a
			return nil
		}
		if err := w.Submit(t.Context(), ben, id, nil); err != nil {
			t.Fatal(err)
		}
		if got == nil || !c.is(*got) {
			t.Errorf("%s: %+v", c.element, got)
		}
	}
}

func TestElementsInsideCardsAndContainersCanBePressed(t *testing.T) {
	w := newWorld(t, nil)
	press := `{"type":"button","action_id":"go","value":"1","text":{"type":"plain_text","text":"Go"}}`
	blocks := `[{"type":"carousel","elements":[{"type":"card","block_id":"inside","title":{"type":"mrkdwn","text":"One"},"actions":[` + press + `]}]}]`
	_, _, out := w.ask(t, "chat.postMessage", map[string]string{"channel": general, "text": "x", "blocks": blocks})
	if out["ok"] != true {
		t.Fatal(out)
	}
	var got string
	w.bot.action = func(c slack.InteractionCallback) any {
		got = c.ActionCallback.BlockActions[0].BlockID + " " + c.ActionCallback.BlockActions[0].Value
		return nil
	}
	m := w.last(t, general, ben)
	if err := w.Press(t.Context(), ben, general, m.TS, playground.Pressed{ActionID: "go", BlockID: "inside"}); err != nil || got != "inside 1" {
		t.Errorf("%q %v", got, err)
	}
}

func TestEventsWithoutASubscriptionAreNotSent(t *testing.T) {
	w := newWorld(t, func(c *playground.Config) { c.Events = []string{} })
	if err := w.OpenHome(t.Context(), ben); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := w.api.JoinConversation(quiet); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if n := len(w.Deliveries()); n != 0 {
		t.Errorf("%d deliveries", n)
	}
}
