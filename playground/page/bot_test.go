package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/playground/page"
)

type object = map[string]any

func plain(s string) object { return object{"type": "plain_text", "text": s} }

// A rig is one address with a playground, a tiny bot and the page, all real.
type rig struct {
	t     *testing.T
	base  string
	slack *playground.Slack
	clock *testClock
	done  chan struct{}

	mu    sync.Mutex
	heard []object      // payloads and events that reached the bot
	hang  chan struct{} // when set, the bot waits for it before it answers a command
}

type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) Moves() []page.Move {
	return []page.Move{{ID: "hour", Label: "The next hour"}, {ID: "broken", Label: "Never"}}
}

func (c *testClock) Move(_ context.Context, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id == "broken" {
		return errors.New("the spring is broken")
	}
	c.now = c.now.Add(time.Hour)
	return nil
}

func newRig(t *testing.T, change ...func(*page.Config)) *rig {
	t.Helper()
	r := &rig{t: t, clock: &testClock{now: time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)}, done: make(chan struct{})}
	mux := http.NewServeMux()
	server := httptest.NewUnstartedServer(mux)
	r.base = "http://" + server.Listener.Addr().String()
	everyone := []string{"U1", "U2", "U3", "UB"}
	var err error
	r.slack, err = playground.New(playground.Config{
		BaseURL: r.base + "/playground", BotURL: r.base,
		BotToken: "xoxb-test", AppToken: "xapp-test", SigningSecret: "secret",
		Now: r.clock.Now, AckTimeout: time.Second,
		Users: []playground.User{
			{ID: "U1", Name: "sofia", Real: "Sofia Reyes", Role: "Social team"},
			{ID: "U2", Name: "amira", Real: "Amira Khan", Role: "Partner, Kingston"},
			{ID: "U3", Name: "mal", Real: `<img src=x onerror=alert(1)>`, Role: `"><script>alert(2)</script>`},
			{ID: "U4", Name: "old", Real: "Olda Gone", Gone: true},
			{ID: "UB", Name: "clarion", Real: "Clarion", Bot: true},
		},
		Channels: []playground.Channel{
			{ID: "C1", Name: "kingston", Topic: `</h1><script>alert(3)</script>`, Members: everyone},
			{ID: "C2", Name: "bath", Members: everyone},
			{ID: "C3", Name: "social-team", Private: true, Members: []string{"U1", "UB"}},
			{ID: "C4", Name: "old-york", Archived: true, Members: everyone},
		},
		Commands: []playground.Command{
			{Name: "/form", Usage: "campaign", Description: "Opens a form"},
			{Name: "/slow", Description: "Never answers in time"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := page.Config{Slack: r.slack, Clock: r.clock, Title: "Harbour & Hill", DefaultUser: "U2", DefaultChannel: "kingston", Done: r.done}
	for _, c := range change {
		c(&cfg)
	}
	handler, err := page.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/playground/", http.StripPrefix("/playground", r.slack.Handler()))
	mux.HandleFunc("POST /slack/{entrance}", r.bot)
	mux.Handle(cfg.Prefix+"/", handler)
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		r.slack.Close()
	})
	return r
}

// api calls the playground's Web API as the bot.
func (r *rig) api(method string, payload object) object {
	r.t.Helper()
	body, err := json.Marshal(payload)
	if err != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, r.base+"/playground/api/"+method, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer xoxb-test")
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer object
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		r.t.Fatal(err)
	}
	if answer["ok"] != true {
		r.t.Errorf("%s: %v", method, answer)
	}
	return answer
}

// form is the bot's modal.
func form(title string) object {
	return object{
		"type": "modal", "callback_id": "form", "title": plain(title), "submit": plain("Plan it"), "close": plain("Cancel"),
		"blocks": []object{
			{"type": "input", "block_id": "name", "label": plain("Name"), "element": object{"type": "plain_text_input", "action_id": "v"}},
			{"type": "actions", "block_id": "more", "elements": []object{
				{"type": "button", "action_id": "push", "text": plain("Preview"), "value": "p"},
				{"type": "static_select", "action_id": "pick", "options": []object{{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}}},
			}},
		},
	}
}

// bot answers a command with a form, refuses the name "bad", and pushes a preview; it writes down all it hears.
func (r *rig) bot(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	values, _ := url.ParseQuery(string(body))
	raw := body
	if p := values.Get("payload"); p != "" {
		raw = []byte(p)
	}
	var payload object
	if req.PathValue("entrance") == "commands" {
		payload = object{"type": "command", "command": values.Get("command"), "text": values.Get("text"), "user": values.Get("user_id")}
	} else if err := json.Unmarshal(raw, &payload); err != nil {
		r.t.Errorf("bot: %v", err)
	}
	r.mu.Lock()
	r.heard = append(r.heard, payload)
	hang := r.hang
	r.mu.Unlock()
	switch payload["type"] {
	case "command":
		if payload["command"] == "/slow" {
			<-hang
			return
		}
		r.api("views.open", object{"trigger_id": values.Get("trigger_id"), "view": form("Plan a campaign")})
	case "block_actions":
		if strings.Contains(string(raw), `"action_id":"push"`) && strings.Contains(string(raw), `"value":"p"`) && first(payload)["action_id"] == "push" {
			r.api("views.push", object{"trigger_id": payload["trigger_id"], "view": form("Preview of it")})
		}
	case "view_submission":
		if strings.Contains(string(raw), `"value":"broken"`) {
			w.WriteHeader(http.StatusInternalServerError)
		} else if strings.Contains(string(raw), `"value":"bad"`) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"response_action":"errors","errors":{"name":"Choose a better name."}}`)
		}
	}
}

// last returns what the bot heard last of one type.
func (r *rig) last(kind string) object {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.heard) - 1; i >= 0; i-- {
		if r.heard[i]["type"] == kind {
			return r.heard[i]
		}
	}
	r.t.Fatalf("the bot heard no %s, only %v", kind, r.heard)
	return nil
}

func (r *rig) heardCount() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.heard)
}

// first is the first action of a block_actions payload.
func first(payload object) object {
	list, _ := payload["actions"].([]any)
	if len(list) == 0 {
		return nil
	}
	action, _ := list[0].(object)
	return action
}

// get fetches a path and returns status and body.
func (r *rig) get(path string) (int, string) {
	r.t.Helper()
	res, err := http.Get(r.base + path)
	if err != nil {
		r.t.Fatal(err)
	}
	return read(r.t, res)
}

// see fetches the page, which must be there.
func (r *rig) see(path string) string {
	r.t.Helper()
	status, body := r.get(path)
	if status != http.StatusOK {
		r.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	return body
}

// post sends fields as the page's script does.
func (r *rig) post(path string, fields ...string) (int, string) {
	r.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	req, err := http.NewRequest(http.MethodPost, r.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", r.base)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	return read(r.t, res)
}

// act posts and wants it done.
func (r *rig) act(path string, fields ...string) {
	r.t.Helper()
	if status, body := r.post(path, fields...); status != http.StatusNoContent {
		r.t.Fatalf("POST %s %q: %d %s", path, fields, status, body)
	}
}

func read(t *testing.T, res *http.Response) (int, string) {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func contains(t *testing.T, body string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func lacks(t *testing.T, body string, unwanted ...string) {
	t.Helper()
	for _, s := range unwanted {
		if strings.Contains(body, s) {
			t.Errorf("the page has %q", s)
		}
	}
}
