package playground

import (
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// troubleText is what Slack shows over a form when the bot's answer to it is no use.
const troubleText = "We had some trouble connecting. Try again?"

// trouble shows troubleText over a view.
func (s *Slack) trouble(v *view) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v.Errors = map[string]string{"": troubleText}
	s.watchers.Tell()
}

// Submit is a person sending a modal's form. state is {"values":…}; what it leaves out has its initial value. Fields
// that Slack finds wrong by itself are shown in the view's Errors without asking the bot, and give no error.
func (s *Slack) Submit(ctx context.Context, user, viewID string, state json.RawMessage) error {
	chosen, err := readState(state)
	if err != nil {
		return err
	}
	s.mu.Lock()
	v := s.views.byID[viewID]
	if v == nil || v.User != user || v.kind != "modal" {
		s.mu.Unlock()
		return refusal("not_found")
	}
	var fields object
	if err := decode(v.JSON, &fields); err != nil {
		s.mu.Unlock()
		return err
	}
	blocks := blocksOf(fields)
	full := stateOf(blocks, chosen)
	if v.Errors = checkForm(blocks, full); v.Errors != nil {
		s.watchers.Tell()
		s.mu.Unlock()
		return nil
	}
	payload := s.interaction("view_submission", user, v.ID)
	payload["view"] = s.wireView(v, full)
	payload["response_urls"] = []answer{}
	s.mu.Unlock()

	body, err := s.dispatch(ctx, call{kind: "interactive", payload: payload})
	if err == nil {
		err = s.afterSubmit(v, blocks, body)
	}
	if err != nil {
		s.log.Warn("a form was not taken", "view", v.ID, "error", err)
		s.trouble(v)
	}
	return err
}

// submission is a bot's answer to a form.
type submission struct {
	Action string            `json:"response_action"`
	View   json.RawMessage   `json:"view"`
	Errors map[string]string `json:"errors"`
}

// afterSubmit does what the bot answered: nothing closes the view (https://docs.slack.dev/surfaces/modals#response_actions).
func (s *Slack) afterSubmit(v *view, blocks []object, body []byte) error {
	var r submission
	if len(strings.TrimSpace(string(body))) > 0 {
		if err := json.Unmarshal(body, &r); err != nil {
			return fmt.Errorf("read the answer to a form: %w", err)
		}
	}
	switch r.Action {
	case "":
		s.mu.Lock()
		defer s.mu.Unlock()
		s.closeFrom(v.User, s.place(v.User, v.ID))
		return nil
	case "clear":
		s.mu.Lock()
		defer s.mu.Unlock()
		s.closeFrom(v.User, 0)
		return nil
	case "errors":
		return s.showErrors(v, blocks, r.Errors)
	case "update", "push":
		raw, fields, err := s.readView(optional(r.View), "modal")
		if err != nil {
			return err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		switch {
		case s.views.byID[v.ID] == nil:
			return nil // closed meanwhile
		case s.externalTaken(fields, v):
			return refusal("duplicate_external_id")
		case r.Action == "push":
			_, err := s.push(v.User, v.ID, raw, fields)
			return err
		}
		s.fill(v, raw, fields)
		return nil
	}
	return refusal("unknown response_action: " + r.Action)
}

// showErrors puts the bot's complaints at their fields. Each must name an input block.
func (s *Slack) showErrors(v *view, blocks []object, complaints map[string]string) error {
	inputs := make(map[string]bool)
	for _, b := range nested(blocks) {
		if b["type"] == "input" {
			inputs[text(b, "block_id")] = true
		}
	}
	if len(complaints) == 0 {
		return refusal("errors without a field")
	}
	for id := range complaints {
		if !inputs[id] {
			return refusal("an error for " + id + ", which is no input block")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v.Errors = complaints
	s.watchers.Tell()
	return nil
}

// checkForm makes the checks that Slack's own client makes before it sends a form; nil when all is well.
func checkForm(blocks []object, state values) map[string]string {
	wrong := make(map[string]string)
	for _, b := range nested(blocks) {
		el, _ := b["element"].(object)
		h, ok := holds(text(el, "type"))
		if b["type"] != "input" || el == nil || !ok {
			continue
		}
		v := state[text(b, "block_id")][text(el, "action_id")][h.field]
		if empty(v) {
			if b["optional"] != true {
				wrong[text(b, "block_id")] = "Please complete this required field."
			}
			continue
		}
		if typed, isText := v.(string); isText {
			if say := checkTyped(el, typed); say != "" {
				wrong[text(b, "block_id")] = say
			}
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return wrong
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
}

// checkTyped says what is wrong with what was typed into one field, or nothing.
func checkTyped(el object, typed string) string {
	switch el["type"] {
	case "plain_text_input":
		n := utf8.RuneCountInString(typed)
		if least, ok := number(el, "min_length"); ok && float64(n) < least {
			return fmt.Sprintf("This field must be at least %g characters.", least)
		}
		most, ok := number(el, "max_length")
		if !ok {
			most = 3000 // https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
		}
		if float64(n) > most {
			return fmt.Sprintf("This field must be at most %g characters.", most)
		}
	case "email_text_input":
		if a, err := mail.ParseAddress(typed); err != nil || a.Address != typed {
			return "Enter a valid email address."
		}
	case "url_text_input":
		if u, err := url.Parse(typed); err != nil || u.Scheme == "" || u.Host == "" {
			return "Enter a valid URL."
		}
	case "number_input":
		return checkNumber(el, typed)
	}
	return ""
}

func checkNumber(el object, typed string) string {
	n, err := strconv.ParseFloat(typed, 64)
	if err != nil || (el["is_decimal_allowed"] != true && strings.Contains(typed, ".")) {
		return "Enter a valid number."
	}
	if least, ok := number(el, "min_value"); ok && n < least {
		return fmt.Sprintf("Enter a number of at least %g.", least)
	}
	if most, ok := number(el, "max_value"); ok && n > most {
		return fmt.Sprintf("Enter a number of at most %g.", most)
	}
	return ""
}

// number is a numeric field of an element, which Block Kit writes as a number or as a string.
func number(o object, key string) (float64, bool) {
	if o[key] == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(fmt.Sprint(o[key]), 64)
	return n, err == nil
}

// CloseView is a person closing a modal; those above it go too, and with clear_on_close the whole stack. The bot hears
// of it when the view asks for that with notify_on_close.
func (s *Slack) CloseView(ctx context.Context, user, viewID string) error {
	s.mu.Lock()
	v := s.views.byID[viewID]
	at := s.place(user, viewID)
	if v == nil || at < 0 {
		s.mu.Unlock()
		return refusal("not_found")
	}
	payload := s.interaction("view_closed", user, "")
	wired := s.wireView(v, nil)
	clear := wired["clear_on_close"] == true
	payload["view"], payload["is_cleared"] = wired, clear
	delete(payload, "trigger_id") // a closed view opens nothing
	if clear {
		at = 0
	}
	s.closeFrom(user, at)
	s.mu.Unlock()
	if wired["notify_on_close"] != true {
		return nil
	}
	_, err := s.dispatch(ctx, call{kind: "interactive", payload: payload})
	return err
}
