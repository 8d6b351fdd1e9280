package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground/teams"
)

const (
	signedApp    = "b0b0b0b0-0000-4000-8000-000000000001"
	signedTenant = "7a1d7a1d-0000-4000-8000-000000000001"
	testSecret   = "8Q~leakedclientsecret" // every test of leaks looks for it

	signedHelen = "5f1a0000-0000-4000-8000-000000000001" // of the social team
	signedAmira = "5f1a0000-0000-4000-8000-000000000002"
	signedBen   = "5f1a0000-0000-4000-8000-000000000003"

	signedTeam  = "19:kingston@thread.tacv2" // and its General channel, which is Kingston's
	signedLeeds = "19:leeds@thread.tacv2"
)

// A signedStory is “clarion serve” in a Teams with all of Microsoft's signatures, which the test plays.
type signedStory struct {
	*headquarters
	login *teams.Login
	teams *teams.Service
}

func newSignedStory(t *testing.T) *signedStory {
	t.Helper()
	mux := http.NewServeMux()
	microsoft := httptest.NewServer(mux)
	t.Cleanup(microsoft.Close)
	login, err := teams.NewLogin(teams.LoginConfig{AppID: signedApp, Password: testSecret, Tenant: signedTenant, BaseURL: microsoft.URL + "/login", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	s := &signedStory{login: login, headquarters: newHeadquarters(t, map[string]string{
		"TEAMS_APP_ID": signedApp, "TEAMS_TENANT_ID": signedTenant, "TEAMS_APP_PASSWORD_FILE": secretFile(t, testSecret+"\n"),
		"TEAMS_OPENID_METADATA_URL": login.MetadataURL(), "TEAMS_TOKEN_URL": login.TokenURL(), "TEAMS_SERVICE_URLS": microsoft.URL + "/teams/",
		"CLARION_SOCIAL_TEAM": "helen@shop.example",
	})}
	s.teams, err = teams.New(teams.Config{
		BaseURL: microsoft.URL + "/teams", BotURL: s.base + "/api/messages", AppID: signedApp, BotName: "Clarion", Tenant: signedTenant, Login: s.login, Throttle: true,
		People: []teams.Person{
			{ID: signedHelen, Name: "Helen Okafor", Email: "helen@shop.example", Installed: true},
			{ID: signedAmira, Name: "Amira Khan", Email: "amira@shop.example"}, {ID: signedBen, Name: "Ben Osei", Email: "ben@shop.example"},
		},
		Teams: []teams.Team{{ID: signedTeam, Name: "Harbour Stores", Group: "g", Channels: []teams.Channel{{ID: signedLeeds, Name: "Leeds"}}}},
	})
	s.must(err)
	t.Cleanup(s.teams.Close)
	mux.Handle("/login/", http.StripPrefix("/login", s.login.Handler()))
	mux.Handle("/teams/", http.StripPrefix("/teams", s.teams.Handler()))
	t.Cleanup(func() { // the bot has ended
		if strings.Contains(s.log.String(), testSecret) || strings.Contains(s.log.String(), "eyJ") {
			t.Error("the log has the secret, or a token")
		}
	})
	return s
}

// said waits for a message of the bot's that has all of the words, in a conversation or in answer to a post there.
func (s *signedStory) said(conversation string, words ...string) (found teams.Message) {
	s.Helper()
	await(s.T, fmt.Sprintf("%q in %s", words, conversation), func() error {
		for _, post := range s.teams.Posts(conversation) {
			for _, m := range append([]teams.Message{post}, post.Replies...) {
				if m.From == teams.FromBot && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(readable(m.Card), w) }) {
					found = m
					return nil
				}
			}
		}
		return errors.New("it does not stand there")
	})
	return found
}

// count says in how many messages of the bot's in a conversation the words stand.
func (s *signedStory) count(conversation, words string) (n int) {
	for _, m := range s.teams.Posts(conversation) {
		if m.From == teams.FromBot && strings.Contains(readable(m.Card), words) {
			n++
		}
	}
	return n
}

// readable is a card's JSON without escapes.
func readable(card json.RawMessage) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(card) // what is no card has no words
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(b.String())
}

func (s *signedStory) dialog(a teams.Answer, err error) *teams.Dialog {
	s.Helper()
	s.must(err)
	if a.Dialog == nil {
		s.Fatalf("no dialog: %d %s", a.Status, a.Body)
	}
	return a.Dialog
}

var ownLink = regexp.MustCompile(`http://[^"\s]+/l/\w+`)

func TestServeInTeamsTheWholeStoryWithEverythingSignedAndKeysRotated(t *testing.T) {
	s := newSignedStory(t)
	ahead := awayFromWeeksEnd(time.Now())
	now := time.Now().UTC().Add(ahead)
	s.serve(ahead)
	ctx := t.Context()

	// Added to a team, it asks which channel is which store.
	_, err := s.teams.InstallTeam(ctx, signedHelen, signedTeam)
	s.must(err)
	greeting := s.said(signedTeam, "Say which channel is which store")
	form := s.dialog(s.teams.Press(ctx, signedHelen, greeting, "Say which channel is which store", nil))
	inputs := map[string]string{"i:teams:" + signedTeam + ":one": "kingston", "i:teams:" + signedLeeds + ":one": "leeds"}
	linked := s.dialog(s.teams.Submit(ctx, form, "Link", inputs))
	if !strings.Contains(readable(linked.Card), "Leeds") || strings.Contains(readable(linked.Card), "⚠") {
		t.Fatalf("the channels are not linked: %s", readable(linked.Card))
	}

	// A campaign is written in a dialog, and posted to both.
	_, err = s.teams.Say(ctx, signedHelen, "drop campaign")
	s.must(err)
	form = s.dialog(s.teams.Press(ctx, signedHelen, s.said(s.teams.ChatID(signedHelen), "Open the form"), "Open the form", nil))
	preview := s.dialog(s.teams.Submit(ctx, form, "Preview", map[string]string{
		"i:title": "Winter windows", "i:text": "Painted by hand.", "i:target": "https://shop.example/winter", "i:captions": "See ours", "i:hashtag": "#Winter",
		"i:ends:date": now.AddDate(0, 0, 30).Format(time.DateOnly), "i:ends:time": "09:00",
	}))
	s.dialog(s.teams.Submit(ctx, preview, "Post now", nil))
	post := s.said(signedTeam, "Winter windows", "Share it")
	s.said(signedLeeds, "Winter windows", "Share it")

	// Microsoft signs with another key from now on, and serves the old one no longer.
	s.must(s.login.Rotate(false))
	links := s.dialog(s.teams.Press(ctx, signedAmira, post, "Share it", nil))
	copied := s.dialog(s.teams.Submit(ctx, links, "Copy the link", nil))
	link := ownLink.FindString(readable(copied.Card))
	if to := leadsTo(t, link, customerAgent); !strings.HasPrefix(to, "https://shop.example/winter?") {
		t.Errorf("the link %q leads to %s", link, to)
	}
	if n := s.count(signedTeam, link); n != 0 {
		t.Errorf("others see the link")
	}
	await(t, "the visit on the leaderboard", func() error {
		_, err := s.teams.Mention(ctx, signedBen, signedLeeds, "leaderboard")
		s.must(err)
		board := s.said(signedLeeds, "Stores · this week")
		posts := s.teams.Posts(signedLeeds)
		for _, m := range posts[len(posts)-1].Replies {
			board = m
		}
		if !strings.Contains(readable(board.Card), `"6"`) { // 5 for the share, 1 for the visit
			return errors.New("the visit does not count")
		}
		return nil
	})

	// The token that the bot had is taken back while it is away; a week later the winners are announced, once.
	s.login.Revoke()
	s.serve(ahead + untilMonday(now))
	s.said(signedTeam, "Kingston won the week", "Amira Khan")
	s.said(signedLeeds, "Kingston won the week")
	for _, channel := range []string{signedTeam, signedLeeds} {
		if n := s.count(channel, "Kingston won the week"); n != 1 {
			t.Errorf("%s reads of the winners %d times", channel, n)
		}
		if n := s.count(channel, `"title":"Share it"`); n != 1 {
			t.Errorf("%s has the post %d times", channel, n)
		}
	}
}
