package teams_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground/teams"
)

const (
	ada, ben, eve   = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b", "00000000-0000-4000-8000-00000000000e"
	general, launch = "19:general@thread.tacv2", "19:launch@thread.tacv2"
	elsewhere       = "19:elsewhere@thread.tacv2"
	managers        = "19:managers@thread.v2"
	app             = "28e2d5b1-0000-4000-8000-000000000000"
	tenant          = "7e9a0000-0000-4000-8000-000000000000"
)

// world is a Teams with a bot that notes what it hears and answers what a test says.
type world struct {
	*teams.Service
	base  string
	token string

	mu     sync.Mutex
	now    time.Time
	heard  []map[string]any
	bearer string
	answer func(activity map[string]any) (int, any)
}

func newWorld(t *testing.T, change func(*teams.Config)) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)}
	bot := httptest.NewServer(http.HandlerFunc(w.hear))
	t.Cleanup(bot.Close)
	front := httptest.NewUnstartedServer(nil)
	w.base = "http://" + front.Listener.Addr().String()
	cfg := teams.Config{
		BaseURL: w.base, BotURL: bot.URL + "/api/messages", AppID: app, BotName: "Clarion", Tenant: tenant, Now: w.clock,
		People: []teams.Person{
			{ID: ada, Name: "Ada Lane", GivenName: "Ada", Surname: "Lane", Email: "ada@example.com"},
			{ID: ben, Name: "Ben Ode", Installed: true}, {ID: eve, Name: "Eve", NoDialogs: true},
		},
		Teams: []teams.Team{
			{ID: general, Name: "Store 12", Group: "g-12", Channels: []teams.Channel{{ID: launch, Name: "Launch"}}, Installed: true, Members: []string{ada, ben}},
			{ID: elsewhere, Name: "Store 13", Group: "g-13", Members: []string{eve}},
		},
		Groups: []teams.Group{{ID: managers, Topic: "Managers", Installed: true}},
	}
	if change != nil {
		change(&cfg)
	}
	s, err := teams.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	w.Service = s
	front.Config.Handler = s.Handler()
	front.Start()
	t.Cleanup(front.Close)
	t.Cleanup(s.Close) // before the server waits for what hangs
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) hear(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var activity map[string]any
	_ = json.NewDecoder(r.Body).Decode(&activity)
	w.heard, w.bearer = append(w.heard, activity), r.Header.Get("Authorization")
	if w.answer == nil {
		return
	}
	status, body := w.answer(activity)
	out.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(out).Encode(body)
	}
}

func (w *world) replies(status int, body any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = func(map[string]any) (int, any) { return status, body }
}

// last is what the bot heard last.
func (w *world) last(t *testing.T) map[string]any {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.heard) == 0 {
		t.Fatal("the bot heard nothing")
	}
	return w.heard[len(w.heard)-1]
}

// at follows a path through JSON.
func at(value any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[p]
		case int:
			list, _ := value.([]any)
			if p >= len(list) {
				return nil
			}
			value = list[p]
		}
	}
	return value
}

// answered is what a call of the bot got.
type answered struct {
	status int
	after  string
	body   map[string]any
}

func (a answered) text(path ...any) string {
	out, _ := at(any(a.body), path...).(string)
	return out
}

func (w *world) call(t *testing.T, method, path string, body any) answered {
	t.Helper()
	a, err := w.try(method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) try(method, path string, body any) (answered, error) {
	var reader io.Reader
	if raw, ok := body.(string); ok {
		reader = strings.NewReader(raw)
	} else if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return answered{}, err
		}
		reader = bytes.NewReader(raw)
	}
	r, err := http.NewRequest(method, w.base+path, reader)
	if err != nil {
		return answered{}, err
	}
	if w.token != "" {
		r.Header.Set("Authorization", "Bearer "+w.token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return answered{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return answered{}, err
	}
	a := answered{status: resp.StatusCode, after: resp.Header.Get("Retry-After")}
	_ = json.Unmarshal(raw, &a.body)
	return a, nil
}

type object = map[string]any

func in(conversation string) string { return "/v3/conversations/" + url.PathEscape(conversation) }

func says(said string) object { return object{"type": "message", "text": said} }

func shows(card any) object {
	return object{"type": "message", "attachments": []any{object{"contentType": teams.AdaptiveCard, "content": card}}}
}

func card(parts object) object {
	c := object{"type": "AdaptiveCard", "version": "1.5"}
	for k, v := range parts {
		c[k] = v
	}
	return c
}

func post(conversation string, activity object) object {
	return object{"isGroup": true, "channelData": object{"channel": object{"id": conversation}}, "activity": activity}
}

func tokenOf(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	var out struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || out.Token == "" {
		t.Fatalf("no token: %v %s", err, resp.Status)
	}
	return out.Token
}
