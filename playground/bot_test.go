package playground_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/playground"
)

const (
	botToken = "xoxb-test"
	appToken = "xapp-test"
	secret   = "8f742231b10e8888abcd99yyyzzz85a5"

	amira = "UAMIRA"
	ben   = "UBEN"
	bot   = "UBOT"

	general = "CGENERAL" // the bot is a member
	quiet   = "CQUIET"   // public, the bot is not a member
	hidden  = "CHIDDEN"  // private, without the bot
	inner   = "CINNER"   // private, with the bot
	closed  = "CCLOSED"  // archived
)

// clock is a time that only tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// robot is a bot's HTTP side: it verifies what comes with slack-go and answers as a test wants.
type robot struct {
	mu       sync.Mutex
	command  func(slack.SlashCommand) any        // nil: an empty 200
	action   func(slack.InteractionCallback) any // likewise
	event    func(http.Header, json.RawMessage) any
	unsigned int // requests whose signature was wrong
	requests []*http.Request
	forms    []string
}

// status is an answer that is only a status.
type status int

func (b *robot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	v, err := slack.NewSecretsVerifier(r.Header, secret)
	if err == nil {
		_, _ = v.Write(raw)
		err = v.Ensure()
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	b.mu.Lock()
	b.requests = append(b.requests, r)
	b.forms = append(b.forms, string(raw))
	if err != nil {
		b.unsigned++
	}
	command, action, event := b.command, b.action, b.event
	b.mu.Unlock()
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var out any
	switch r.URL.Path {
	case "/slack/commands":
		c, err := slack.SlashCommandParse(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if command != nil {
			out = command(c)
		}
	case "/slack/actions":
		c, err := slack.InteractionCallbackParse(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if action != nil {
			out = action(c)
		}
	case "/slack/events":
		if event != nil {
			out = event(r.Header, raw)
		}
	default:
		w.WriteHeader(http.StatusNotFound)
		return
	}
	switch out := out.(type) {
	case nil:
	case status:
		w.WriteHeader(int(out))
	case string:
		_, _ = io.WriteString(w, out)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
	}
}

// world is a playground, a bot, and the bot's client.
type world struct {
	*playground.Slack
	api    *slack.Client
	bot    *robot
	clock  *clock // what messages show
	real   *clock // triggers, response URLs, limits
	base   string
	client *http.Client
}

func newWorld(t *testing.T, change func(*playground.Config)) *world {
	t.Helper()
	w := &world{
		bot:   &robot{},
		clock: &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)},
		real:  &clock{now: time.Now()},
	}
	botSide := httptest.NewServer(w.bot)
	t.Cleanup(botSide.Close)
	mux := http.NewServeMux()
	side := httptest.NewServer(mux)
	t.Cleanup(side.Close)
	w.base = side.URL + "/playground"
	cfg := playground.Config{
		BaseURL: w.base, BotURL: botSide.URL, BotToken: botToken, AppToken: appToken, SigningSecret: secret,
		Now: w.clock.Now, Real: w.real.Now, EventRetries: []time.Duration{0, 0, 0},
		Users: []playground.User{
			{ID: amira, Name: "amira.khan", Real: "Amira Khan", Email: "amira@example.com"},
			{ID: ben, Name: "ben", Real: "Ben Osei", Email: "ben@example.com"},
			{ID: bot, Name: "clarion", Real: "Clarion", Bot: true},
		},
		Channels: []playground.Channel{
			{ID: general, Name: "general", Members: []string{amira, ben, bot}},
			{ID: quiet, Name: "quiet", Members: []string{amira}},
			{ID: hidden, Name: "hidden", Private: true, Members: []string{amira}},
			{ID: inner, Name: "inner", Private: true, Members: []string{amira, bot}},
			{ID: closed, Name: "closed", Archived: true, Members: []string{amira, bot}},
		},
		Groups:   []playground.UserGroup{{ID: "SSOCIAL", Handle: "social", Users: []string{amira}}},
		Commands: []playground.Command{{Name: "/drop", Usage: "campaign"}, {Name: "/store", Escape: true}},
		Logger:   slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&cfg)
	}
	s, err := playground.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	mux.Handle("/playground/", http.StripPrefix("/playground", s.Handler()))
	w.Slack = s
	w.client = side.Client()
	w.api = slack.New(botToken, slack.OptionAPIURL(w.base+"/api/"), slack.OptionAppLevelToken(appToken))
	return w
}

// post sends JSON to an address and gives the status and the answer.
func (w *world) post(t *testing.T, url string, body any) (int, string) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := w.client.Post(url, "application/json", bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(out)
}

// last is the newest message that a user sees in a channel.
func (w *world) last(t *testing.T, channel, user string) playground.Message {
	t.Helper()
	list := w.Messages(channel, user)
	if len(list) == 0 {
		t.Fatalf("%s sees no message in %s", user, channel)
	}
	return list[len(list)-1]
}

// trigger makes a user run a command and gives its trigger.
func (w *world) trigger(t *testing.T, user string) string {
	t.Helper()
	var id string
	w.bot.mu.Lock()
	w.bot.command = func(c slack.SlashCommand) any { id = c.TriggerID; return nil }
	w.bot.mu.Unlock()
	if err := w.Command(context.Background(), user, general, "/drop campaign"); err != nil {
		t.Fatal(err)
	}
	return id
}

// form is a modal with one text field.
func form(title string) slack.ModalViewRequest {
	field := slack.NewPlainTextInputBlockElement(nil, "name")
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "form", Title: slack.NewTextBlockObject("plain_text", title, false, false),
		Submit: slack.NewTextBlockObject("plain_text", "Save", false, false),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("title", slack.NewTextBlockObject("plain_text", "Title", false, false), nil, field),
		}},
	}
}

// button is a row with one button.
func button(block, action, value string) slack.Block {
	return slack.NewActionBlock(block, slack.NewButtonBlockElement(action, value, slack.NewTextBlockObject("plain_text", "Share it", false, false)))
}
