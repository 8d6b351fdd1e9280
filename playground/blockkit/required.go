package blockkit

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// CheckForm lists what Slack's client says of a filled-in view before it sends view_submission to the bot: block
// id → sentence for the person. It judges input blocks alone: required ones that are empty, text too short or too
// long, what is no URL, e-mail address or number, too many choices. It is empty when the form may be sent.
func CheckForm(view json.RawMessage, form url.Values) map[string]string {
	problems := map[string]string{}
	v, err := decode(view)
	if err != nil {
		return problems
	}
	for _, p := range statefulElements(v) {
		if p.input == nil {
			continue
		}
		if problem := formProblem(p, readState(p.el, form, p.block+"~"+p.action, time.UTC)); problem != "" {
			problems[p.block] = problem
		}
	}
	return problems
}

func formProblem(p placed, state object) string {
	if emptyState(state) {
		if p.input.flag("optional") {
			return ""
		}
		return "Please complete this required field."
	}
	if most, ok := p.el.integer("max_selected_items"); ok {
		if chosen := int64(len(selectedOf(state))); chosen > most {
			return fmt.Sprintf("Choose at most %d; you have chosen %d.", most, chosen)
		}
	}
	value := state.str("value")
	switch p.el.str("type") {
	case "plain_text_input":
		return lengthProblem(p.el, int64(utf8.RuneCountInString(value)))
	case "url_text_input":
		if u, err := url.Parse(value); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "Enter a full web address, such as https://example.com/page."
		}
	case "email_text_input":
		if a, err := mail.ParseAddress(value); err != nil || a.Address != value {
			return "Enter an e-mail address, such as name@example.com."
		}
	case "number_input":
		return numberProblem(p.el, value)
	}
	return ""
}

func lengthProblem(el object, n int64) string {
	if least, ok := el.integer("min_length"); ok && n < least {
		return fmt.Sprintf("Write at least %d characters; this has %d.", least, n)
	}
	most, ok := el.integer("max_length")
	if !ok {
		most = 3000
	}
	if n > most {
		return fmt.Sprintf("Write at most %d characters; this has %d.", most, n)
	}
	return ""
}

func numberProblem(el object, value string) string {
	n := parseDecimal(value)
	least, most := parseDecimal(el.str("min_value")), parseDecimal(el.str("max_value"))
	switch {
	case n == nil:
		return "Enter a number."
	case !n.IsInt() && !el.flag("is_decimal_allowed"):
		return "Enter a whole number."
	case least != nil && n.Cmp(least) < 0:
		return "Enter a number of at least " + el.str("min_value") + "."
	case most != nil && n.Cmp(most) > 0:
		return "Enter a number of at most " + el.str("max_value") + "."
	}
	return ""
}

// emptyState says whether an element's state holds nothing that a person entered.
func emptyState(state object) bool {
	for key, v := range state {
		if key == "type" || key == "timezone" {
			continue
		}
		switch v := v.(type) {
		case nil:
		case []any:
			if len(v) > 0 {
				return false
			}
		case string:
			if strings.TrimSpace(v) != "" {
				return false
			}
		default:
			return false
		}
	}
	return true
}
