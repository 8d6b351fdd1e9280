package bot

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground/teams"
)

const (
	homeApp      = "b0b0b0b0-0000-4000-8000-000000000001"
	homeTenant   = "7a1d7a1d-0000-4000-8000-000000000001"
	homePassword = "8Q~thisistheclientsecret"

	// The people of the Slack world, by their ids in the company's directory.
	helenInTeams = "5f1a0000-0000-4000-8000-000000000001" // of the social team, by her e-mail address
	amiraInTeams = "5f1a0000-0000-4000-8000-000000000002"
	benInTeams   = "5f1a0000-0000-4000-8000-000000000003"
	oldInTeams   = "5f1a0000-0000-4000-8000-000000000004" // cannot open dialogs

	harbour         = "19:harbour@thread.tacv2" // the team, and its General channel
	kingstonInTeams = "19:kingston@thread.tacv2"
	leedsInTeams    = "19:leeds@thread.tacv2"
)

// A teamsWorld is the bot in Teams beside the one in Slack, over the same Redis.
type teamsWorld struct {
	*world
	teams *teams.Service
	login *teams.Login
	bot   *Teams
}

// homeKey is made once: making one takes longer than most tests.
var homeKey = sync.OnceValues(teams.NewKey)

func newTeamsWorld(t *testing.T, change func(*teams.Config, *TeamsConfig)) *teamsWorld {
	t.Helper()
	w := &teamsWorld{world: newWorld(t, setup{bot: func(cfg *SlackConfig) { cfg.SocialTeam = []string{"helen@acme.example"} }})}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	key, err := homeKey()
	must(t, err)
	w.login, err = teams.NewLogin(teams.LoginConfig{
		AppID: homeApp, Password: homePassword, Tenant: homeTenant, BaseURL: server.URL + "/login", Now: time.Now, Keys: []*rsa.PrivateKey{key},
	})
	must(t, err)
	play := teams.Config{
		BaseURL: server.URL + "/teams", BotURL: server.URL + "/api/messages", AppID: homeApp, BotName: "Clarion", Tenant: homeTenant, Login: w.login, Now: w.clock,
		People: []teams.Person{
			{ID: helenInTeams, Name: "Helen Okafor", Email: "helen@acme.example", Installed: true},
			{ID: amiraInTeams, Name: "Amira Khan", Email: "amira@acme.example"},
			{ID: benInTeams, Name: "Ben Osei", Email: "Ben@Acme.example"},
			{ID: oldInTeams, Name: "Old Phone", Email: "old@acme.example", NoDialogs: true},
		},
		Teams: []teams.Team{{
			ID: harbour, Name: "Harbour Stores", Group: "6e6e0000-0000-4000-8000-000000000001",
			Channels: []teams.Channel{{ID: kingstonInTeams, Name: "Kingston"}, {ID: leedsInTeams, Name: "Leeds"}},
		}},
	}
	cfg := TeamsConfig{
		Table: w.table, Workspace: w.workspace, AppID: homeApp, Password: homePassword, Tenant: homeTenant,
		MetadataURL: w.login.MetadataURL(), TokenURL: w.login.TokenURL(), ServiceURLs: []string{server.URL + "/"},
		SocialTeam: []string{"helen@acme.example"}, Location: time.UTC, Now: w.clock,
		NewReference: w.world.bot.cfg.NewReference, Logger: w.world.bot.cfg.Logger,
	}
	if change != nil {
		change(&play, &cfg)
	}
	w.teams, err = teams.New(play)
	must(t, err)
	w.bot = NewTeams(cfg)
	w.bot.Register(mux)
	mux.Handle("/login/", http.StripPrefix("/login", w.login.Handler()))
	mux.Handle("/teams/", http.StripPrefix("/teams", w.teams.Handler()))
	t.Cleanup(func() {
		w.settle()
		w.teams.Close()
		if strings.Contains(w.log.String(), homePassword) {
			t.Error("the log leaks the password")
		}
	})
	return w
}

// settle waits until the bot is done with everything that it has begun.
func (w *teamsWorld) settle() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := w.bot.Close(ctx); err != nil {
		w.t.Errorf("the bot in Teams does not come to an end: %v", err)
	}
}

// installed adds the bot to the team, and lets Kingston and Leeds talk there too.
func (w *teamsWorld) installed() {
	w.t.Helper()
	_, err := w.teams.InstallTeam(w.t.Context(), helenInTeams, harbour)
	must(w.t, err)
	w.settle()
	for store, channel := range map[clarion.StoreID]string{"kingston": kingstonInTeams, "leeds": leedsInTeams} {
		_, err := w.workspace.LinkStore(w.t.Context(), store, teamsPlace(channel))
		must(w.t, err)
	}
}

// newest returns the newest message of the bot in a channel, with the answers to posts, or in a chat.
func (w *teamsWorld) newest(conversation string) teams.Message {
	w.t.Helper()
	w.settle()
	messages := w.teams.Posts(conversation)
	for i := len(messages) - 1; i >= 0; i-- {
		for j := len(messages[i].Replies) - 1; j >= 0; j-- {
			if messages[i].Replies[j].From == teams.FromBot {
				return messages[i].Replies[j]
			}
		}
		if messages[i].From == teams.FromBot {
			return messages[i]
		}
	}
	w.t.Fatalf("the bot has said nothing: %v\n%s", messages, w.log)
	return teams.Message{}
}

// says lets a person type in a channel, or in the personal chat when that is "", and returns what the bot said there.
func (w *teamsWorld) says(person, channel, text string) teams.Message {
	w.t.Helper()
	var a teams.Answer
	var err error
	if channel == "" {
		a, err = w.teams.Say(w.t.Context(), person, text)
		channel = w.teams.ChatID(person)
	} else {
		a, err = w.teams.Mention(w.t.Context(), person, channel, text)
	}
	must(w.t, err)
	if !a.OK() {
		w.t.Fatalf("the bot answers %d to %q\n%s", a.Status, text, w.log)
	}
	w.settle()
	return w.newest(channel)
}

// presses presses a button of a message.
func (w *teamsWorld) presses(person string, m teams.Message, button string, inputs map[string]string) teams.Answer {
	w.t.Helper()
	a, err := w.teams.Press(w.t.Context(), person, m, button, inputs)
	if err != nil {
		w.t.Fatalf("%v\n%s\n%s", err, a.Body, w.log)
	}
	w.settle()
	return a
}

// hands presses a button of a dialog.
func (w *teamsWorld) hands(d *teams.Dialog, button string, inputs map[string]string) teams.Answer {
	w.t.Helper()
	a, err := w.teams.Submit(w.t.Context(), d, button, inputs)
	if err != nil {
		w.t.Fatalf("%v\n%s\n%s", err, a.Body, w.log)
	}
	w.settle()
	return a
}

// shows fails the test when a card does not have all of the words.
func shows(t *testing.T, card json.RawMessage, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(string(card), word) {
			t.Errorf("the card has no %q:\n%s", word, card)
		}
	}
}
