package teams

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fill is what the inputs of a card send: what is given, by id, and else their own values. It refuses what a client
// does not let a person do (https://adaptivecards.io/explorer).
func fill(card map[string]any, given map[string]string) (map[string]any, error) {
	filled := map[string]any{}
	var wrong error
	walk(card, func(element map[string]any) {
		kind, id := text(element, "type"), text(element, "id")
		if !strings.HasPrefix(kind, "Input.") || wrong != nil {
			return
		}
		value, ok := given[id]
		if !ok {
			value = own(element)
		}
		if err := checkInput(kind, element, value, ok); err != nil {
			wrong = fmt.Errorf("input %s: %w", id, err)
		}
		filled[id] = value
	})
	for id := range given {
		if _, ok := filled[id]; !ok && wrong == nil {
			wrong = fmt.Errorf("there is no input %s", id)
		}
	}
	return filled, wrong
}

// own is the value that an input has in its card. A number is written as text, for so it is sent.
func own(input map[string]any) string {
	switch value := input["value"].(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	if input["type"] == "Input.Toggle" {
		return off(input)
	}
	return ""
}

func checkInput(kind string, input map[string]any, value string, given bool) error {
	if value == "" || kind == "Input.Toggle" && value == off(input) {
		if required, _ := input["isRequired"].(bool); required {
			return fmt.Errorf("it is required: %s", text(input, "errorMessage"))
		}
		return nil
	}
	switch kind {
	case "Input.Text":
		if most, ok := input["maxLength"].(float64); ok && utf8.RuneCountInString(value) > int(most) {
			return fmt.Errorf("it takes %v characters", most)
		}
		if pattern := text(input, "regex"); pattern != "" {
			expression, err := regexp.Compile(pattern)
			if err != nil {
				return err
			}
			if !expression.MatchString(value) {
				return fmt.Errorf("%q does not match %q: %s", value, pattern, text(input, "errorMessage"))
			}
		}
	case "Input.Number":
		number, err := strconv.ParseFloat(value, 64)
		least, low := input["min"].(float64)
		most, high := input["max"].(float64)
		if err != nil || low && number < least || high && number > most {
			return fmt.Errorf("%q is no number from %v to %v", value, input["min"], input["max"])
		}
	case "Input.Toggle":
		if on := text(input, "valueOn"); value != "true" && value != on {
			return fmt.Errorf("%q is neither on nor off", value)
		}
	case "Input.ChoiceSet":
		if given {
			return checkChoices(input, value)
		}
	}
	return nil
}

func off(input map[string]any) string {
	if value := text(input, "valueOff"); value != "" {
		return value
	}
	return "false"
}

// checkChoices wants one of the choices, or several with commas between them.
func checkChoices(input map[string]any, value string) error {
	if input["choices.data"] != nil {
		return nil // the client asks for more as one types
	}
	values := []string{value}
	if several, _ := input["isMultiSelect"].(bool); several {
		values = strings.Split(value, ",")
	}
	list, _ := input["choices"].([]any)
	var all []string
	for _, item := range list {
		choice, _ := item.(map[string]any)
		all = append(all, text(choice, "value"))
	}
	for _, v := range values {
		if !slices.Contains(all, v) {
			return fmt.Errorf("%q is no choice among %q", v, all)
		}
	}
	return nil
}
