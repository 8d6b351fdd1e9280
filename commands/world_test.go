package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// now is a Wednesday in 2026-W48.
var now = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

// A world is the table over a workspace, and the platform that its requests come from.
type world struct {
	t         *testing.T
	table     *Table
	storage   *storage.Storage
	workspace *storage.Workspace
	redis     *miniredis.Miniredis
	ids       int

	profiles map[string]Profile // by user
	team     map[string]bool
	sites    *sites
	join     map[string]error // by channel
	places   []Place          // of one team

	mu     sync.Mutex
	joined []string
}

func (w *world) Profile(_ context.Context, p chat.Person) (Profile, error) {
	profile, ok := w.profiles[p.ID]
	if !ok {
		return Profile{}, errors.New("the platform is away")
	}
	return profile, nil
}

func (w *world) InSocialTeam(_ context.Context, p chat.Person) (bool, error) {
	return w.team[p.ID], nil
}

func (w *world) Channels(_ context.Context, c clarion.Channel) ([]Place, error) {
	for _, p := range w.places {
		if p.Channel == c {
			return w.places, nil
		}
	}
	return nil, nil
}

func (w *world) Join(_ context.Context, c clarion.Channel) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.joined = append(w.joined, c.ID)
	return w.join[c.ID]
}

// web makes addresses that show what they are made of.
type web struct{}

func (web) Link(c clarion.Code) string  { return "https://go.example/l/" + string(c) }
func (web) Page(p clarion.Token) string { return "https://go.example/s/" + string(p) }
func (web) Network(p clarion.Token, n clarion.Network, caption int) string {
	return fmt.Sprintf("https://go.example/s/%s/%s?c=%d", p, n, caption)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, redis: miniredis.RunT(t), profiles: map[string]Profile{}, team: map[string]bool{"helen": true}, join: map[string]error{}, sites: &sites{at: map[string]any{newsFeed: news()}}}
	db, err := storage.Open(storage.Options{URL: "redis://" + w.redis.Addr(), Timeout: time.Second})
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	w.storage, w.workspace = db, db.Workspace("acme")
	w.table = NewTable(Config{Addresses: web{}, Rules: clarion.DefaultRules(), Location: time.UTC, NewID: w.newID, Feeds: w.sites})
	for _, user := range []string{"helen", "amira", "ben", "cleo", "dan"} {
		w.profiles[user] = Profile{Name: strings.ToUpper(user[:1]) + user[1:], Email: user + "@acme.example"}
	}
	must(t, w.workspace.PutStores(t.Context(), []clarion.Store{
		{ID: "kingston", Name: "Kingston", Region: "London", Channels: []clarion.Channel{in("ckingston")}},
		{ID: "leeds", Name: "Leeds", Region: "North", Channels: []clarion.Channel{in("cleeds")}},
		{ID: "derby", Name: "Derby"},
	}))
	return w
}

func (w *world) newID() string {
	w.ids++
	return fmt.Sprintf("id-%d", w.ids)
}

func in(channel string) clarion.Channel {
	return clarion.Channel{Platform: clarion.Slack, ID: channel}
}

func (w *world) from(user, channel string) Request {
	r := Request{Workspace: w.workspace, Host: w, Person: chat.Person{Platform: clarion.Slack, ID: user, Name: user}, At: now}
	if channel != "" {
		r.Channel = in(channel)
	}
	return r
}

func (w *world) typed(user, channel, line string) (Reply, error) {
	w.t.Helper()
	return w.types(w.from(user, channel), line)
}

func (w *world) types(r Request, line string) (Reply, error) {
	w.t.Helper()
	slash, text, _ := strings.Cut(line, " ")
	return w.table.Type(w.t.Context(), slash, text, r)
}

func (w *world) pressed(user, channel, action, value string) (Reply, error) {
	w.t.Helper()
	return w.presses(w.from(user, channel), action, value)
}

func (w *world) presses(r Request, action, value string) (Reply, error) {
	w.t.Helper()
	r.Value = value
	return w.table.Do(w.t.Context(), action, r)
}

func (w *world) member(user, email string, store clarion.StoreID) {
	w.t.Helper()
	var identities []clarion.Identity
	if email == "" {
		identities = []clarion.Identity{clarion.UserIdentity(clarion.Slack, user)}
	} else {
		identities = []clarion.Identity{clarion.EmailIdentity(email)}
	}
	_, _, err := w.workspace.Import(w.t.Context(), []clarion.Member{{Partner: clarion.Partner{ID: clarion.PartnerID(user), Name: user, Store: store}, Identities: identities}}, nil)
	must(w.t, err)
}

func (w *world) campaign(id clarion.CampaignID) clarion.Campaign {
	w.t.Helper()
	c := clarion.Campaign{ID: id, Title: "Spring " + string(id), Text: "Show yours.", Target: "https://shop.example", Hashtag: "#Spring",
		Captions: []clarion.Caption{{Text: "Look"}}, Networks: clarion.Networks(), Audience: clarion.Audience{All: true}, Ends: now.AddDate(0, 0, 7), CreatedAt: now}
	must(w.t, w.workspace.PutCampaign(w.t.Context(), c))
	return c
}

// earn awards a partner shares on so many networks at a time.
func (w *world) earn(p clarion.PartnerID, store clarion.StoreID, shares int, at time.Time) {
	w.t.Helper()
	_, err := w.workspace.Enrol(w.t.Context(), clarion.Member{Partner: clarion.Partner{ID: p, Name: "Partner " + string(p), Store: store}, Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, string(p))}})
	must(w.t, err)
	for _, n := range clarion.Networks()[:shares] {
		link := clarion.NewShareLink([]byte("x"), "acme", "spring", p, n)
		_, err := w.workspace.Award(w.t.Context(), clarion.DefaultRules().Share(link, at, time.UTC))
		must(w.t, err)
	}
}

// words returns everything that a reply says, part by part.
func words(r Reply) string {
	var parts []chat.Part
	switch {
	case r.Message != nil:
		parts = r.Message.Parts
	case r.Form != nil:
		parts = append([]chat.Part{chat.Heading(r.Form.Title)}, r.Form.Parts...)
	case r.Home != nil:
		parts = r.Home.Parts
	}
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case chat.Paragraph:
			b.WriteString(p.Text.String())
		case chat.Note:
			b.WriteString(chat.Text(p).String())
		case chat.Table:
			for i, row := range p.Rows {
				if i == p.Marked {
					b.WriteString("▸")
				}
				for _, cell := range row {
					b.WriteString(cell.String() + "|")
				}
				b.WriteString("\n")
			}
		default:
			fmt.Fprint(&b, p)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func says(t *testing.T, r Reply, err error, want ...string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range want {
		if !strings.Contains(words(r), s) {
			t.Errorf("%q is not said in:\n%s", s, words(r))
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
