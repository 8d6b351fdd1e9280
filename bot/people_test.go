package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground"
)

// until waits until something has happened in the playground.
func (w *world) until(what string, happened func() bool) {
	w.t.Helper()
	changed, stop := w.Changed()
	defer stop()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	for !happened() {
		select {
		case <-changed:
		case <-deadline.C:
			w.t.Fatalf("it never happened that %s; the log:\n%s", what, w.log)
		}
	}
}

// said waits for a message in a channel, as one user sees it, that has the words in it.
func (w *world) said(user, channel, words string) playground.Message {
	w.t.Helper()
	var found playground.Message
	w.until(fmt.Sprintf("%s reads %q in %s", user, words, channel), func() bool {
		for _, m := range w.Messages(channel, user) {
			if m.BotID != "" && strings.Contains(m.Text+string(m.Blocks), words) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// told waits for a direct message.
func (w *world) told(user, words string) playground.Message {
	w.t.Helper()
	return w.said(user, "D"+strings.TrimPrefix(user, "U"), words)
}

// modal waits until the user's front modal has the words in it.
func (w *world) modal(user, words string) playground.View {
	w.t.Helper()
	var front playground.View
	w.until(fmt.Sprintf("%s has %q in a modal", user, words), func() bool {
		views := w.Views(user)
		if len(views) == 0 {
			return false
		}
		front = views[len(views)-1]
		return strings.Contains(string(front.JSON), words)
	})
	return front
}

// press presses the element of an action in a message.
func (w *world) press(user string, m playground.Message, action string) error {
	w.t.Helper()
	return w.Press(w.t.Context(), user, m.Channel, m.TS, pressed(w.t, m.Blocks, action))
}

// pressView presses the element of an action in a modal.
func (w *world) pressView(user string, v playground.View, action string, value any) error {
	w.t.Helper()
	var view struct{ Blocks json.RawMessage }
	must(w.t, json.Unmarshal(v.JSON, &view))
	p := pressed(w.t, view.Blocks, action)
	if value != nil {
		raw, err := json.Marshal(value)
		must(w.t, err)
		p.Value = raw
	}
	return w.PressView(w.t.Context(), user, v.ID, p, nil)
}

func pressed(t *testing.T, blocks json.RawMessage, action string) playground.Pressed {
	t.Helper()
	var list []struct {
		ID       string `json:"block_id"`
		Elements []struct {
			Action string `json:"action_id"`
		}
	}
	if err := json.Unmarshal(blocks, &list); err != nil {
		t.Fatal(err)
	}
	for _, b := range list {
		for _, e := range b.Elements {
			if e.Action == action {
				return playground.Pressed{ActionID: action, BlockID: b.ID}
			}
		}
	}
	t.Fatalf("there is no %s in %s", action, blocks)
	return playground.Pressed{}
}

// state is what was filled into a form: by input, the element's state.
func state(t *testing.T, fields map[string]any) json.RawMessage {
	t.Helper()
	values := map[string]any{}
	for name, v := range fields {
		values[name] = map[string]any{name: v}
	}
	raw, err := json.Marshal(map[string]any{"values": values})
	must(t, err)
	return raw
}

func typed(s string) any { return map[string]any{"value": s} }

func chosen(values ...string) any {
	var list []any
	for _, v := range values {
		list = append(list, map[string]any{"value": v, "text": map[string]any{"type": "plain_text", "text": v}})
	}
	return map[string]any{"selected_options": list}
}

func moment(at time.Time) any { return map[string]any{"selected_date_time": at.Unix()} }
