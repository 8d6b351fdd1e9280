//go:build agents

package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// A shown is a card, or a part of one, as the Playground got it.
type shown map[string]any

// parts calls f for each part of a card, in its order.
func (c shown) parts(f func(shown)) {
	f(c)
	for _, name := range []string{"body", "columns", "rows", "cells", "items", "inlines", "facts", "choices", "actions"} {
		inner, _ := c[name].([]any)
		for _, part := range inner {
			if part, ok := part.(map[string]any); ok {
				shown(part).parts(f)
			}
		}
	}
}

func (c shown) text(name string) string { s, _ := c[name].(string); return s }

// words is what a person reads in a card, with its buttons in brackets.
func (c shown) words() string {
	var b strings.Builder
	c.parts(func(p shown) {
		switch kind := p.text("type"); {
		case kind == "TextRun":
			b.WriteString(p.text("text"))
		case strings.HasPrefix(kind, "Action."):
			b.WriteString(" [" + p.text("title") + "]")
		default:
			b.WriteString(" " + p.text("text") + " " + p.text("label") + " " + p.text("title"))
			if strings.HasPrefix(kind, "Input.") {
				b.WriteString(" " + p.text("value"))
			} else if kind == "" {
				b.WriteString(" " + p.text("value")) // of a fact
			}
		}
	})
	return strings.Join(strings.Fields(strings.NewReplacer(`\`, "", "**", "", "\u00a0", " ", "\u200b", "").Replace(b.String())), " ")
}

// button returns the action of that title.
func (c shown) button(title string) (found shown, err error) {
	var all []string
	c.parts(func(p shown) {
		if strings.HasPrefix(p.text("type"), "Action.") {
			all = append(all, p.text("title"))
			if p.text("title") == title && found == nil {
				found = p
			}
		}
	})
	if found == nil {
		return nil, fmt.Errorf("no button is called “%s”; there are: %s", title, strings.Join(all, " | "))
	}
	return found, nil
}

// addresses returns where the card's buttons and links lead, by their titles and texts.
func (c shown) addresses() map[string]string {
	all := map[string]string{}
	c.parts(func(p shown) {
		if p.text("url") != "" && p.text("type") != "Image" {
			all[p.text("title")] = p.text("url")
		}
	})
	return all
}

// filled returns what the card's inputs bring back when a person has filled them in by their labels: a text, the titles
// of choices with commas between them, or a time. What is not named stays as it was drawn.
func (c shown) filled(by map[string]any) (values map[string]any, err error) {
	var labels []string
	values = map[string]any{}
	left := map[string]any{}
	for label, value := range by {
		left[label] = value
	}
	c.parts(func(p shown) {
		if !strings.HasPrefix(p.text("type"), "Input.") {
			return
		}
		id, label := p.text("id"), p.text("label")
		labels = append(labels, label)
		if _, set := values[id]; !set && p.text("value") != "" {
			values[id] = p.text("value")
		}
		switch value := by[label].(type) {
		case nil:
			return
		case time.Time: // a date, with its time beside it
			values[id], values[strings.TrimSuffix(id, ":date")+":time"] = value.Format(time.DateOnly), value.Format("15:04")
		case string:
			chosen, why := p.choice(value)
			values[id], err = chosen, errors.Join(err, why)
		}
		delete(left, label)
	})
	for label := range left {
		return nil, fmt.Errorf("no field is called “%s”; there are: %s", label, strings.Join(labels, " | "))
	}
	return values, err
}

// choice returns the values of choices, by their titles, of which the group before the colon may be left out. A text where
// there are no choices stays.
func (c shown) choice(titles string) (string, error) {
	choices, _ := c["choices"].([]any)
	if len(choices) == 0 {
		return titles, nil
	}
	var values, all []string
	for title := range strings.SplitSeq(titles, ",") {
		found := false
		for _, choice := range choices {
			choice := shown(choice.(map[string]any))
			all = append(all, choice.text("title"))
			if wanted := strings.TrimSpace(title); !found && (choice.text("title") == wanted || strings.HasSuffix(choice.text("title"), ": "+wanted)) {
				values, found = append(values, choice.text("value")), true
			}
		}
		if !found {
			return "", fmt.Errorf("“%s” is no choice of “%s”; there are: %s", title, c.text("label"), strings.Join(all, " | "))
		}
	}
	return strings.Join(values, ","), nil
}
