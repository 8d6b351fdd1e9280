//go:build agents

package main

import (
	"encoding/json"
	"strings"
)

// A dialog is what a person sees alone; on top of the message from which it was opened.
type dialog struct {
	p    *agentsPlayground
	who  colleague
	from *said
	card shown
}

// opens presses a button that opens a dialog.
func (p *agentsPlayground) opens(who colleague, m *said, title string) *dialog {
	p.Helper()
	d := &dialog{p: p, who: who, from: m, card: p.cardOf(m)}
	d.turn("task/fetch", title, nil)
	return d
}

// press presses a button of a dialog once it is filled in, and returns the sentence with which the dialog ends: "" when there is a next one.
func (d *dialog) press(title string, fill map[string]any) string {
	d.p.Helper()
	return d.turn("task/submit", title, fill)
}

func (d *dialog) turn(name, title string, fill map[string]any) string {
	d.p.Helper()
	b, err := d.card.button(title)
	if err != nil {
		d.p.Fatal(err)
	}
	data, err := d.card.filled(fill)
	if err != nil {
		d.p.Fatal(err)
	}
	own, _ := b["data"].(map[string]any)
	for key, value := range own {
		data[key] = value
	}
	a := d.p.activity(d.who, d.from, "invoke")
	a["name"], a["value"] = name, map[string]any{"data": data, "context": map[string]any{"theme": "default"}}
	d.p.call("/_internal/v1/customActivities", a, nil)

	var answer struct {
		Task struct {
			Type  string          `json:"type"`
			Value json.RawMessage `json:"value"`
		} `json:"task"`
	}
	raw := d.p.answered(a["id"].(string))
	if len(raw) == 0 || string(raw) == `""` {
		d.card = nil
		return "closed"
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		d.p.Fatalf("pressing “%s” was answered by %s", title, raw)
	}
	var next struct {
		Title string `json:"title"`
		Card  struct {
			Content shown `json:"content"`
		} `json:"card"`
	}
	switch answer.Task.Type {
	case "message":
		var sentence string
		if err := json.Unmarshal(answer.Task.Value, &sentence); err != nil {
			d.p.Fatal(err)
		}
		d.card = nil
		return sentence
	case "continue":
		if err := json.Unmarshal(answer.Task.Value, &next); err != nil || next.Card.Content == nil {
			d.p.Fatalf("pressing “%s” was answered by %s", title, raw)
		}
		d.card = next.Card.Content
		return ""
	}
	d.p.Fatalf("pressing “%s” was answered by %s", title, raw)
	return ""
}

// shows fails the test unless a dialog has all these words.
func (d *dialog) shows(words ...string) {
	d.p.Helper()
	text := d.card.words()
	for _, w := range words {
		if !strings.Contains(text, w) {
			d.p.Errorf("the dialog lacks “%s”:\n%s", w, text)
		}
	}
}

// wrong fails the test unless the first text below a field says what is wrong in it.
func (d *dialog) wrong(field, why string) {
	d.p.Helper()
	below, said := false, ""
	d.card.parts(func(p shown) {
		switch {
		case p.text("label") == field:
			below = true
		case below && said == "" && p.text("type") == "TextBlock":
			said = shown{"body": []any{map[string]any(p)}}.words()
		}
	})
	if !strings.Contains(said, why) {
		d.p.Errorf("below “%s” it says %q: want %q", field, said, why)
	}
}
