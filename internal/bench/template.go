package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/bot"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/playground"
)

const (
	signingSecret = "8f742231b10e8888abcd99yyyzzz85a5"
	botToken      = "xoxb-bench"
)

// pressed is the button whose press is measured: Copy the link, which awards a share.
const pressed = "share.copy"

// A template is the body of a press as the playground sends it, in which the person, the trigger and the
// campaign can be changed for others of the same length.
type template struct {
	parts   [][]byte // what stands between the holes
	holes   []hole   // len(parts)-1
	trigger int      // length of a trigger's id
	view    json.RawMessage
}

// A hole is what differs from press to press.
type hole int

const (
	personHole hole = iota
	triggerHole
	campaignHole
)

// record lets the bot open the personal form in a playground, presses its button there, and makes a template
// of what the playground sent.
func (b *bench) record(ctx context.Context, table *commands.Table) (*template, error) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	const channel = "C0BENCH0001"
	person := userID(0)
	chat, err := playground.New(playground.Config{
		BaseURL: server.URL + "/playground", BotURL: server.URL, BotToken: botToken, SigningSecret: signingSecret,
		Users:    []playground.User{{ID: person, Name: "partner"}, {ID: "U0BENCHBOT1", Name: "clarion", Bot: true}},
		Channels: []playground.Channel{{ID: channel, Name: "store", Members: []string{person, "U0BENCHBOT1"}}},
	})
	if err != nil {
		return nil, err
	}
	defer chat.Close()
	recorded := bot.NewSlack(bot.SlackConfig{
		Table: table, Workspace: b.workspace, Token: botToken, SigningSecret: signingSecret, APIURL: server.URL + "/playground/api/",
		Now: time.Now, NewReference: func() string { return "bench" }, Logger: slog.Default(),
	})
	recorded.Register(mux)
	mux.Handle("/playground/", http.StripPrefix("/playground", chat.Handler()))

	post, err := recorded.Post(ctx, clarion.Channel{Platform: clarion.Slack, ID: channel}, "bench", commands.Post(campaign(filled, time.Now())))
	if err != nil {
		return nil, err
	}
	if err := chat.Press(ctx, person, channel, post, playground.Pressed{ActionID: commands.ActionShare}); err != nil {
		return nil, fmt.Errorf("pressing Share it: %w", err)
	}
	if err := recorded.Close(ctx); err != nil {
		return nil, err
	}
	views := chat.Views(person)
	if len(views) != 1 {
		return nil, fmt.Errorf("the press on Share it opened %d forms", len(views))
	}
	if err := chat.PressView(ctx, person, views[0].ID, playground.Pressed{ActionID: pressed}, nil); err != nil {
		return nil, fmt.Errorf("pressing Copy the link: %w", err)
	}
	if err := recorded.Close(ctx); err != nil {
		return nil, err
	}
	sent := chat.Deliveries()
	return newTemplate(sent[len(sent)-1].Body, person, string(filled))
}

func newTemplate(body []byte, person, campaign string) (*template, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	var payload struct {
		Trigger string          `json:"trigger_id"`
		View    json.RawMessage `json:"view"`
	}
	if err := json.Unmarshal([]byte(form.Get("payload")), &payload); err != nil {
		return nil, err
	}
	t := &template{trigger: len(payload.Trigger), view: payload.View}
	rest := string(body)
	values := []string{person, payload.Trigger, campaign}
	for {
		first, which := -1, 0
		for i, v := range values {
			if at := strings.Index(rest, url.QueryEscape(v)); at >= 0 && (first < 0 || at < first) {
				first, which = at, i
			}
		}
		if first < 0 {
			break
		}
		t.parts = append(t.parts, []byte(rest[:first]))
		t.holes = append(t.holes, hole(which))
		rest = rest[first+len(url.QueryEscape(values[which])):]
	}
	t.parts = append(t.parts, []byte(rest))
	for _, h := range []hole{personHole, triggerHole, campaignHole} {
		if !bytes.Contains(t.body(nil, 1, 1, filled), []byte(t.value(h, 1, 1, filled))) {
			return nil, fmt.Errorf("the press has no place for %s", t.value(h, 1, 1, filled))
		}
	}
	return t, nil
}

func (t *template) value(h hole, person, serial int, c clarion.CampaignID) string {
	switch h {
	case personHole:
		return userID(person)
	case triggerHole:
		return fmt.Sprintf("%0*d", t.trigger, serial)
	}
	return string(c)
}

// body appends to b the body of one person's press.
func (t *template) body(b []byte, person, serial int, c clarion.CampaignID) []byte {
	for i, h := range t.holes {
		b = append(append(b, t.parts[i]...), t.value(h, person, serial, c)...)
	}
	return append(b, t.parts[len(t.parts)-1]...)
}

// size returns the length of a body, which all have.
func (t *template) size() int { return len(t.body(nil, 0, 0, filled)) }
