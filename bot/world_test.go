package bot

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/storage"
)

const (
	testToken    = "xoxb-1111-2222-thisisthebotstoken"
	testAppToken = "xapp-1-A0PLAYGROUND-thisistheappstoken"
	testSigning  = "8f742231b10e8888abcd99yyyzzz85a5"

	helen = "UHELEN" // of the social team, by its user group
	amira = "UAMIRA" // of Kingston, known by her user id
	ben   = "UBEN"   // of Leeds, known by his e-mail address
	cleo  = "UCLEO"  // not on the roster

	office   = "COFFICE"   // no store's
	kingston = "CKINGSTON" // the store's; the bot is a member
	leeds    = "CLEEDS"    // the store's; public, and the bot is no member
	vault    = "CVAULT"    // the store York's; private, without the bot
	closed   = "CCLOSED"   // the store Bath's; archived
)

// monday is when the tests begin.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// A world is the bot in a playground, over a Redis of its own.
type world struct {
	*playground.Slack
	t         *testing.T
	bot       *Slack
	table     *commands.Table
	redis     *miniredis.Miniredis
	workspace *storage.Workspace
	log       *logBook
	base      string
	places    *places
	feeds     shelf

	testClock

	mu    sync.Mutex
	gates map[string]gate                               // by method
	front func(http.ResponseWriter, *http.Request) bool // answers a call instead of the playground, when it returns true
}

// A setup changes how a world begins.
type setup struct {
	play func(*playground.Config)
	bot  func(*SlackConfig)
}

func newWorld(t *testing.T, s setup) *world {
	t.Helper()
	w := &world{t: t, redis: miniredis.RunT(t), log: &logBook{}, testClock: testClock{now: monday}, gates: map[string]gate{}, places: &places{}, feeds: shelf{}}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w.base = server.URL
	logger := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))

	db, err := storage.Open(storage.Options{URL: "redis://" + w.redis.Addr(), Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.workspace = db.Workspace("acme")

	var ids int
	var idMu sync.Mutex
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	w.table = commands.NewTable(commands.Config{
		Addresses: w.places, Rules: clarion.DefaultRules(), Location: london, Feeds: w.feeds,
		NewID: func() string {
			idMu.Lock()
			defer idMu.Unlock()
			ids++
			return fmt.Sprintf("0193%04d-0000-7000-8000-000000000000", ids)
		},
	})
	var references int
	cfg := SlackConfig{
		Table: w.table, Workspace: w.workspace, Token: testToken, SigningSecret: testSigning, AppToken: testAppToken,
		APIURL: w.base + "/playground/api/", SocialTeam: []string{"@social"}, Now: w.clock,
		NewReference: func() string {
			idMu.Lock()
			defer idMu.Unlock()
			references++
			return fmt.Sprintf("ref-%04d", references)
		},
		Logger: logger, Registerer: prometheus.NewRegistry(), Patience: 1500 * time.Millisecond,
	}
	if s.bot != nil {
		s.bot(&cfg)
	}
	w.bot = NewSlack(cfg)
	w.bot.Register(mux)

	play := playground.Config{
		BaseURL: w.base + "/playground", BotURL: w.base, BotToken: testToken, AppToken: testAppToken, SigningSecret: testSigning,
		Now: w.clock, EventRetries: []time.Duration{0},
		Users: []playground.User{
			{ID: helen, Name: "helen", Real: "Helen Okafor", Email: "helen@acme.example"},
			{ID: amira, Name: "amira", Real: "Amira Khan", Email: "amira@acme.example"},
			{ID: ben, Name: "ben", Real: "Ben Osei", Email: "Ben@Acme.example"},
			{ID: cleo, Name: "cleo", Real: "Cleo Marsh", Email: "cleo@acme.example"},
			{ID: "UBOT", Name: "clarion", Real: "Clarion", Bot: true},
		},
		Channels: []playground.Channel{
			{ID: office, Name: "office", Members: []string{helen, amira, ben, cleo}},
			{ID: kingston, Name: "kingston", Members: []string{helen, amira, ben, cleo, "UBOT"}},
			{ID: leeds, Name: "leeds", Members: []string{helen, ben, cleo}},
			{ID: vault, Name: "vault", Private: true, Members: []string{helen, cleo}},
			{ID: closed, Name: "closed", Archived: true, Members: []string{helen, "UBOT"}},
		},
		Groups: []playground.UserGroup{{ID: "SSOCIAL", Handle: "social", Users: []string{helen}}},
		Logger: slog.New(slog.DiscardHandler),
	}
	for _, slash := range w.table.Slashes() {
		play.Commands = append(play.Commands, playground.Command{Name: slash.Name})
	}
	play.Commands = append(play.Commands, playground.Command{Name: "/strange"})
	if s.play != nil {
		s.play(&play)
	}
	if w.Slack, err = playground.New(play); err != nil {
		t.Fatal(err)
	}
	mux.Handle("/playground/", http.StripPrefix("/playground", http.HandlerFunc(w.serve)))
	t.Cleanup(func() {
		w.release()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := w.bot.Close(ctx); err != nil {
			t.Errorf("the bot does not come to an end: %v", err)
		}
		w.Close()
		w.log.leaks(t)
	})
	w.stock()
	return w
}

// stock fills the workspace with stores, partners and nothing else.
func (w *world) stock() {
	w.t.Helper()
	slack := func(id string) []clarion.Channel { return []clarion.Channel{{Platform: clarion.Slack, ID: id}} }
	must(w.t, w.workspace.PutStores(w.t.Context(), []clarion.Store{
		{ID: "kingston", Name: "Kingston", Region: "London", Headcount: 12, Channels: slack(kingston)},
		{ID: "leeds", Name: "Leeds", Region: "North", Channels: slack(leeds)},
		{ID: "york", Name: "York", Region: "North", Channels: slack(vault)},
		{ID: "bath", Name: "Bath", Channels: slack(closed)},
		{ID: "derby", Name: "Derby"},
	}))
	_, _, err := w.workspace.Import(w.t.Context(), []clarion.Member{
		{Partner: clarion.Partner{ID: "amira", Name: "Amira Khan", Store: "kingston"}, Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, amira)}},
		{Partner: clarion.Partner{ID: "ben", Name: "Ben Osei", Store: "leeds"}, Identities: []clarion.Identity{clarion.EmailIdentity("ben@acme.example")}},
	}, nil)
	must(w.t, err)
}

// serve is the playground as the bot reaches it.
func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	front := w.front
	gate, shut := w.gates[strings.TrimPrefix(r.URL.Path, "/api/")]
	w.mu.Unlock()
	if shut {
		gate.come()
		select {
		case <-gate.open:
		case <-r.Context().Done():
			return
		}
	}
	if front != nil && front(rw, r) {
		return
	}
	w.Handler().ServeHTTP(rw, r)
}

// A gate holds up the calls of a method.
type gate struct {
	open, came chan struct{}
	come       func() // closes came
}

// hold makes calls of a method wait until release is called. A call that waits closes came.
func (w *world) hold(method string) (came <-chan struct{}, release func()) {
	g := gate{open: make(chan struct{}), came: make(chan struct{})}
	g.come = sync.OnceFunc(func() { close(g.came) })
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gates[method] = g
	return g.came, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if _, shut := w.gates[method]; shut {
			close(g.open)
			delete(w.gates, method)
		}
	}
}

// release opens every gate.
func (w *world) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for method, gate := range w.gates {
		close(gate.open)
		delete(w.gates, method)
	}
}

// A testClock shows a time that only tests move.
type testClock struct {
	moving sync.Mutex
	now    time.Time
}

func (c *testClock) clock() time.Time {
	c.moving.Lock()
	defer c.moving.Unlock()
	return c.now
}

func (c *testClock) pass(d time.Duration) {
	c.moving.Lock()
	defer c.moving.Unlock()
	c.now = c.now.Add(d)
}

// campaign is a campaign that can be shared for a fortnight.
func (w *world) campaign() clarion.Campaign {
	c := clarion.Campaign{
		ID: "spring", Title: "Spring windows", Text: "Show yours.", Target: "https://shop.example/spring", Hashtag: "#OurSpring",
		Captions: []clarion.Caption{{Text: "Look at our window"}, {Text: "Come and see us"}, {Network: clarion.X, Text: "Short and sweet"}},
		Networks: clarion.Networks(), Audience: clarion.Audience{All: true}, Ends: monday.AddDate(0, 0, 14), CreatedAt: monday,
		CreatedBy: clarion.UserIdentity(clarion.Slack, helen),
	}
	must(w.t, w.workspace.PutCampaign(w.t.Context(), c))
	return c
}

// post puts a campaign's post into a channel and returns it.
func (w *world) post(channel string, c clarion.Campaign) playground.Message {
	w.t.Helper()
	ts, err := w.bot.Post(w.t.Context(), clarion.Channel{Platform: clarion.Slack, ID: channel}, "drop:1:"+channel, commands.Post(c))
	must(w.t, err)
	for _, m := range w.Messages(channel, helen) {
		if m.TS == ts {
			return m
		}
	}
	w.t.Fatalf("the post %s does not stand in %s", ts, channel)
	return playground.Message{}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// places makes the addresses of the public web, and can be told to misbehave.
type places struct {
	mu     sync.Mutex
	before func() // runs before each address of a page is made
}

func (p *places) Link(c clarion.Code) string { return "https://go.acme.example/l/" + string(c) }

func (p *places) Page(token clarion.Token) string {
	p.mu.Lock()
	before := p.before
	p.mu.Unlock()
	if before != nil {
		before()
	}
	return "https://go.acme.example/s/" + string(token)
}

func (p *places) Network(token clarion.Token, n clarion.Network, caption int) string {
	return fmt.Sprintf("https://go.acme.example/s/%s/%s?c=%d", token, n, caption)
}

func (p *places) do(before func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.before = before
}

// A logBook keeps what was logged.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logBook) has(t *testing.T, words ...string) {
	t.Helper()
	for line := range strings.Lines(l.String()) {
		found := true
		for _, word := range words {
			found = found && strings.Contains(line, word)
		}
		if found {
			return
		}
	}
	t.Errorf("no line of the log has %q:\n%s", words, l)
}

// leaks fails the test when a secret stands in the log.
func (l *logBook) leaks(t *testing.T) {
	t.Helper()
	for name, secret := range map[string]string{
		"the bot's token": testToken, "the app's token": testAppToken, "the signing secret": testSigning,
		"a response URL": "/hooks/", "a socket's address": "/socket/",
	} {
		if strings.Contains(l.String(), secret) {
			t.Errorf("the log leaks %s:\n%s", name, l)
		}
	}
}
