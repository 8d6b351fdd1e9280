package page

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/playground/blockkit"
)

const (
	// maxForm bounds a post's body: a full form of 100 inputs of 3,000 characters fits.
	maxForm = 2 << 20
	// actTime bounds one act. A bot has three seconds to answer; moving the clock may take a bot longer.
	actTime = 30 * time.Second
)

// act wraps what every post has in common: the bounded form, the person, and the answer. A press that was made
// is finished also when the browser leaves. It answers 204: what comes of the act arrives over the live stream.
func (p *page) act(do func(ctx context.Context, me playground.User, form url.Values) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		form, err := postForm(r)
		if err != nil {
			p.refuse(w, r, err)
			return
		}
		if form.Get("as") == "" {
			p.refuse(w, r, missing("as"))
			return
		}
		me, err := p.person(form.Get("as"))
		if err != nil {
			p.refuse(w, r, err)
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), actTime)
		defer cancel()
		if err := do(ctx, me, form); err != nil {
			p.refuse(w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// postForm reads the body's form, never the address's query.
func postForm(r *http.Request) (url.Values, error) {
	err := r.ParseForm()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("This is more than the playground takes at once (%d bytes).", maxForm)}
	case err != nil:
		return nil, refusal{http.StatusBadRequest, "The form could not be read. Reload the page and try again."}
	}
	return r.PostForm, nil
}

// need returns the values of the named fields, each of which must be there.
func need(form url.Values, names ...string) ([]string, error) {
	values := make([]string, len(names))
	for i, name := range names {
		if values[i] = form.Get(name); values[i] == "" {
			return nil, missing(name)
		}
	}
	return values, nil
}

// say posts what was typed: a line that begins with a slash is a command.
func (p *page) say(ctx context.Context, me playground.User, form url.Values) error {
	in, err := p.channel(me, form)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(form.Get("text"))
	if text == "" {
		return refusal{http.StatusBadRequest, "Type a message first."}
	}
	if strings.HasPrefix(text, "/") {
		return p.Slack.Command(ctx, me.ID, in, text)
	}
	return p.Slack.Say(ctx, me.ID, in, text)
}

// press sends the press of an element in a message.
func (p *page) press(ctx context.Context, me playground.User, form url.Values) error {
	in, err := p.channel(me, form)
	if err != nil {
		return err
	}
	v, err := need(form, "ts", "action_id")
	if err != nil {
		return err
	}
	ts := v[0]
	for _, m := range p.Slack.Messages(in, me.ID) {
		if m.TS == ts {
			pressed, err := p.pressedIn(m.Blocks, form)
			if err != nil {
				return err
			}
			return p.Slack.Press(ctx, me.ID, in, ts, pressed)
		}
	}
	return refusal{http.StatusNotFound, "This message is not there any more."}
}

// pressView sends the press of an element in a modal or the Home tab, with all that is typed in it.
func (p *page) pressView(ctx context.Context, me playground.User, form url.Values) error {
	v, err := need(form, "view", "action_id")
	if err != nil {
		return err
	}
	view, err := p.view(me, v[0])
	if err != nil {
		return err
	}
	pressed, err := p.pressedIn(view.JSON, form)
	if err != nil {
		return err
	}
	state, err := blockkit.FormStateIn(view.JSON, form, p.Location)
	if err != nil {
		return unreadable(err)
	}
	return p.Slack.PressView(ctx, me.ID, view.ID, pressed, state)
}

func (p *page) submitView(ctx context.Context, me playground.User, form url.Values) error {
	v, err := need(form, "view")
	if err != nil {
		return err
	}
	view, err := p.view(me, v[0])
	if err != nil {
		return err
	}
	state, err := blockkit.FormStateIn(view.JSON, form, p.Location)
	if err != nil {
		return unreadable(err)
	}
	return p.Slack.Submit(ctx, me.ID, view.ID, state)
}

func (p *page) closeView(ctx context.Context, me playground.User, form url.Values) error {
	v, err := need(form, "view")
	if err != nil {
		return err
	}
	view, err := p.view(me, v[0])
	if err != nil {
		return err
	}
	return p.Slack.CloseView(ctx, me.ID, view.ID)
}

func (p *page) openHome(ctx context.Context, me playground.User, _ url.Values) error {
	return p.Slack.OpenHome(ctx, me.ID)
}

func (p *page) moveClock(ctx context.Context, _ playground.User, form url.Values) error {
	v, err := need(form, "move")
	if err != nil {
		return err
	}
	for _, m := range p.Clock.Moves() {
		if m.ID == v[0] {
			defer p.moved.ring()
			if err := p.Clock.Move(ctx, m.ID); err != nil {
				return fmt.Errorf("move the clock: %w", err)
			}
			return nil
		}
	}
	return refusal{http.StatusBadRequest, "The clock cannot be moved by " + quote(v[0]) + "."}
}

// channel finds the channel that a post is about, among those that the person can see.
func (p *page) channel(me playground.User, form url.Values) (string, error) {
	v, err := need(form, "in")
	if err != nil {
		return "", err
	}
	for _, ch := range p.Slack.Channels(me.ID) {
		if ch.ID == v[0] {
			return ch.ID, nil
		}
	}
	return "", refusal{http.StatusNotFound, me.Real + " cannot see the channel " + quote(v[0]) + "."}
}

// view finds one of a person's open modals, or their Home tab.
func (p *page) view(me playground.User, id string) (playground.View, error) {
	for _, v := range p.Slack.Views(me.ID) {
		if v.ID == id {
			return v, nil
		}
	}
	if home, ok := p.Slack.Home(me.ID); ok && home.ID == id {
		return home, nil
	}
	return playground.View{}, refusal{http.StatusConflict, "This form is not open any more. Open it again from the message or command that it came from."}
}

// pressedIn finds the pressed element in a message's blocks or a view and reads its value from the form.
func (p *page) pressedIn(source json.RawMessage, form url.Values) (playground.Pressed, error) {
	pressed := playground.Pressed{ActionID: form.Get("action_id"), BlockID: form.Get("block_id")}
	element := findElement(source, pressed.BlockID, pressed.ActionID)
	if element == nil {
		return pressed, refusal{http.StatusConflict, "This button is not there any more: the bot has changed what it stood in."}
	}
	value, err := blockkit.ElementValueIn(element, form, p.Location)
	if err != nil {
		return pressed, unreadable(err)
	}
	pressed.Value = value
	return pressed, nil
}

// findElement looks for the object with this action id, inside the block with this id when one is given.
func findElement(source json.RawMessage, blockID, actionID string) json.RawMessage {
	var found json.RawMessage
	var walk func(raw json.RawMessage, inBlock bool)
	walk = func(raw json.RawMessage, inBlock bool) {
		raw = bytes.TrimSpace(raw)
		if found != nil || len(raw) == 0 {
			return
		}
		switch raw[0] {
		case '[':
			var list []json.RawMessage
			if json.Unmarshal(raw, &list) == nil {
				for _, item := range list {
					walk(item, inBlock)
				}
			}
		case '{':
			var object map[string]json.RawMessage
			if json.Unmarshal(raw, &object) != nil {
				return
			}
			inBlock = inBlock || is(object["block_id"], blockID)
			if inBlock && is(object["action_id"], actionID) {
				found = raw
				return
			}
			for _, part := range object {
				walk(part, inBlock)
			}
		}
	}
	walk(source, blockID == "")
	return found
}

func is(raw json.RawMessage, want string) bool {
	var s string
	return json.Unmarshal(raw, &s) == nil && s == want
}
