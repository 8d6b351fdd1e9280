package blockkit

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestCheckFormSaysWhatSlacksClientSays(t *testing.T) {
	long := strings.Repeat("é", 5)
	rows := []struct{ what, el, form, want string }{
		{"an empty required text", `{"type":"plain_text_input"}`, `i~v=`, "required"},
		{"a required text of spaces", `{"type":"plain_text_input"}`, `i~v=++`, "required"},
		{"text as long as allowed", `{"type":"plain_text_input","max_length":5}`, `i~v=` + long, ""},
		{"text one longer", `{"type":"plain_text_input","max_length":4}`, `i~v=` + long, "at most 4"},
		{"text over Slack's own limit", `{"type":"plain_text_input"}`, `i~v=` + strings.Repeat("x", 3001), "at most 3000"},
		{"text too short", `{"type":"plain_text_input","min_length":6}`, `i~v=` + long, "at least 6"},
		{"a web address", `{"type":"url_text_input"}`, `i~v=https://example.com/x`, ""},
		{"a name for an address", `{"type":"url_text_input"}`, `i~v=example.com`, "https://"},
		{"an address that runs", `{"type":"url_text_input"}`, `i~v=javascript:alert(1)`, "https://"},
		{"a mail address", `{"type":"email_text_input"}`, `i~v=a@example.com`, ""},
		{"a mail address with a name", `{"type":"email_text_input"}`, `i~v=A+<a@example.com>`, "e-mail"},
		{"a number", `{"type":"number_input","is_decimal_allowed":true,"min_value":"1","max_value":"2"}`, `i~v=1.5`, ""},
		{"no number", `{"type":"number_input","is_decimal_allowed":true}`, `i~v=x`, "a number"},
		{"half a number", `{"type":"number_input","is_decimal_allowed":false}`, `i~v=1.5`, "whole number"},
		{"a number too small", `{"type":"number_input","is_decimal_allowed":true,"min_value":"2"}`, `i~v=1.5`, "at least 2"},
		{"a number too great", `{"type":"number_input","is_decimal_allowed":true,"max_value":"1"}`, `i~v=1.5`, "at most 1"},
		{"no choice", `{"type":"checkboxes","options":` + one + `}`, ``, "required"},
		{"a choice", `{"type":"checkboxes","options":` + one + `}`, `i~v=v0`, ""},
		{"too many", `{"type":"multi_users_select","max_selected_items":1}`, `i~v=U1&i~v=U2`, "at most 1"},
		{"a date without time", `{"type":"datetimepicker"}`, `i~v~date=2026-11-23`, "required"},
		{"no time, though with a zone", `{"type":"timepicker","timezone":"Europe/London"}`, ``, "required"},
	}
	for _, r := range rows {
		t.Run(r.what, func(t *testing.T) {
			form, err := url.ParseQuery(r.form)
			if err != nil {
				t.Fatal(err)
			}
			el := strings.Replace(r.el, `{`, `{"action_id":"v",`, 1)
			view := modalWith(`[{"type":"input","block_id":"i","label":{"type":"plain_text","text":"l"},"element":` + el + `}]`)
			got := CheckForm(json.RawMessage(view), form)["i"]
			if r.want == "" && got != "" || !strings.Contains(got, r.want) {
				t.Errorf("got %q, want %q", got, r.want)
			}
			optional := strings.Replace(view, `"block_id":"i"`, `"block_id":"i","optional":true`, 1)
			if r.want == "required" && len(CheckForm(json.RawMessage(optional), form)) != 0 {
				t.Error("an optional field must be filled")
			}
		})
	}
}
