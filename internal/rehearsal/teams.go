package rehearsal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground/teams"
)

// Teams is a Teams with the login that its bot needs. Each store that talks there has a team of its own, and talks in its
// General channel.
type Teams struct {
	*teams.Service
	stores []clarion.Store // that talk there
	login  *teams.Login
	base   string
	server *http.Server
	busy   atomic.Int64

	mu    sync.Mutex
	lives map[string]string // by Authorization: the process that it was given to
}

// What the bot is registered with, which is no secret.
const (
	appID       = "5f0c1a10-0000-4000-8000-00000000c1a1"
	appPassword = "rehearsal~secret"
	tenant      = "5f0c1a10-0000-4000-8000-0000000000aa"
	teamsOwner  = "5f0c1a10-0000-4000-8000-000000000050"
)

// StartTeams starts a Teams for those of the stores that talk there. It keeps Microsoft's rate limits.
func StartTeams(stores []clarion.Store) (*Teams, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &Teams{base: "http://" + listener.Addr().String(), lives: map[string]string{}}
	if err := t.furnish(stores); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	t.server = &http.Server{Handler: t.handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = t.server.Serve(listener) }() // it ends when the server is closed
	return t, nil
}

func (t *Teams) furnish(stores []clarion.Store) (err error) {
	t.login, err = teams.NewLogin(teams.LoginConfig{AppID: appID, Password: appPassword, Tenant: tenant, BaseURL: t.base + "/login", Now: time.Now})
	if err != nil {
		return err
	}
	cfg := teams.Config{
		BaseURL: t.base + "/service", AppID: appID, BotName: "Clarion", Tenant: tenant, Login: t.login, Throttle: true,
		People: []teams.Person{{ID: teamsOwner, Name: "Sofia Marsh", Email: "sofia@shops.example"}},
	}
	for _, s := range stores {
		for _, c := range s.Channels {
			if c.Platform == clarion.Teams {
				t.stores = append(t.stores, s)
				cfg.Teams = append(cfg.Teams, teams.Team{ID: c.ID, Name: s.Name, Group: "group-" + string(s.ID)})
			}
		}
	}
	t.Service, err = teams.New(cfg)
	return err
}

// Stop ends it, with all that stands in it.
func (t *Teams) Stop() {
	t.Close()
	_ = t.server.Close() // nobody waits for what it still had to say
}

// settings are those by which a process of Clarion is in this Teams.
func (t *Teams) settings() []string {
	return []string{
		"TEAMS_APP_ID=" + appID, "TEAMS_APP_PASSWORD=" + appPassword, "TEAMS_TENANT_ID=" + tenant,
		"TEAMS_OPENID_METADATA_URL=" + t.login.MetadataURL(), "TEAMS_SERVICE_URLS=" + t.ServiceURL(),
	}
}

// tokenURL is where one process gets its tokens, and no other, so that it is known later who has posted what.
func (t *Teams) tokenURL(life string) string {
	return t.base + "/lives/" + life + "/" + tenant + "/oauth2/v2.0/token"
}

func (t *Teams) handler() http.Handler {
	mux, service := http.NewServeMux(), http.StripPrefix("/service", t.Handler())
	mux.HandleFunc("/service/", func(w http.ResponseWriter, r *http.Request) {
		t.busy.Add(1)
		defer t.busy.Add(-1)
		service.ServeHTTP(w, r)
	})
	login := t.login.Handler()
	mux.Handle("/login/", http.StripPrefix("/login", login))
	mux.HandleFunc("POST /lives/{life}/", func(w http.ResponseWriter, r *http.Request) {
		life := r.PathValue("life")
		both := &tee{ResponseWriter: w}
		http.StripPrefix("/lives/"+life, login).ServeHTTP(both, r)
		var given struct {
			Token string `json:"access_token"`
		}
		if json.Unmarshal(both.said.Bytes(), &given) == nil && given.Token != "" {
			t.mu.Lock()
			t.lives["Bearer "+given.Token] = life
			t.mu.Unlock()
		}
	})
	return mux
}

// tee keeps what is answered.
type tee struct {
	http.ResponseWriter
	said bytes.Buffer
}

func (t *tee) Write(b []byte) (int, error) {
	t.said.Write(b)
	return t.ResponseWriter.Write(b)
}

// Idle returns when no call of the bot is under way. It is an error when that takes longer than a quarter of a minute.
func (t *Teams) Idle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for t.busy.Load() > 0 {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting until Teams has nothing to do: %d calls are under way", t.busy.Load())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// Install adds the bot to the teams of all stores, as a process hears of it. Doing it twice is no error.
func (t *Teams) Install(ctx context.Context, s *Server) error {
	t.SetBotURL(s.URL + "/api/messages")
	for _, store := range t.stores {
		answers, err := t.InstallTeam(ctx, teamsOwner, store.Channels[0].ID)
		if err != nil {
			return fmt.Errorf("adding the bot to the team of %s: %w", store.Name, err)
		}
		for _, a := range answers {
			if !a.OK() {
				return fmt.Errorf("adding the bot to the team of %s: it answers %d: %s", store.Name, a.Status, a.Body)
			}
		}
	}
	return nil
}

// A TeamsPost is a post of the bot in a store's channel.
type TeamsPost struct {
	Channel string
	ID      string // of the activity
	At      time.Time
	Summary string // what it says where it is announced
	Words   string // all that its card says
	Changes int
	Life    string // the process that has posted it
	Heard   bool   // an answer was sent while that process waited for it
}

// Posts returns everything that stands in the stores' channels: channel after channel, the oldest first.
func (t *Teams) Posts() []TeamsPost {
	made := map[string]teams.Done{}
	for _, d := range t.Done() {
		if _, changed := made[d.Activity]; !changed {
			made[d.Activity] = d
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	posts := []TeamsPost{}
	for _, s := range t.stores {
		for _, m := range t.Service.Posts(s.Channels[0].ID) {
			p := TeamsPost{
				Channel: s.Channels[0].ID, ID: m.ID, At: m.History[0].At, Words: words(m.Card), Changes: len(m.History) - 1,
				Life: t.lives[made[m.ID].Bearer], Heard: made[m.ID].Heard,
			}
			var said struct {
				Summary string `json:"summary"`
			}
			if json.Unmarshal(m.Activity, &said) == nil {
				p.Summary = said.Summary
			}
			posts = append(posts, p)
		}
	}
	return posts
}

// Press lets somebody press a button in each post that has it, as a process hears of it.
func (t *Teams) Press(ctx context.Context, s *Server, button string) error {
	t.SetBotURL(s.URL + "/api/messages")
	for _, store := range t.stores {
		for _, m := range t.Service.Posts(store.Channels[0].ID) {
			if !slices.Contains(teams.Actions(m.Card), button) {
				continue
			}
			if a, err := t.Service.Press(ctx, teamsOwner, m, button, nil); err != nil || a.Dialog == nil {
				return fmt.Errorf("pressing %s in the post %s of %s, which answers %d %s: %w", button, m.ID, store.Name, a.Status, a.Body, err)
			}
		}
	}
	return nil
}

// words are all texts of a card, with a space between them: those of an element before those in it.
func words(card json.RawMessage) string {
	var all []string
	var read func(node any)
	read = func(node any) {
		switch node := node.(type) {
		case []any:
			for _, item := range node {
				read(item)
			}
		case map[string]any:
			if text, ok := node["text"].(string); ok {
				all = append(all, text)
			}
			for _, name := range slices.Sorted(maps.Keys(node)) {
				read(node[name])
			}
		}
	}
	var content any
	if json.Unmarshal(card, &content) == nil {
		read(content)
	}
	return strings.Join(all, " ")
}
