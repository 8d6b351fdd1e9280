package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/storage"
)

// A shop is “clarion serve” in a Slack of its own, with one store and a campaign that is due.
type shop struct {
	*testing.T
	base  string // where the bot is reached
	redis *miniredis.Miniredis
	slack *playground.Slack
	env   func(string) string
	stop  context.CancelFunc
	ended chan error
	log   *lockedBuffer
}

// A lockedBuffer is what a log is written to while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

const (
	shopPartner = "U0AMIRA"
	shopManager = "U0BEN" // in no channel
	shopChannel = "C0KINGSTON"
)

func newShop(t *testing.T, settings ...string) *shop {
	t.Helper()
	return newShopAhead(t, 0, settings...)
}

// newShopAhead returns a shop that is served as if it were so much later. Slack's clock is the real one.
func newShopAhead(t *testing.T, ahead time.Duration, settings ...string) *shop {
	t.Helper()
	s := &shop{T: t, redis: miniredis.RunT(t), ended: make(chan error, 1), log: &lockedBuffer{}}
	listen := freeAddress(t)
	s.base = "http://" + listen

	web := httptest.NewUnstartedServer(nil)
	slackBase := "http://" + web.Listener.Addr().String()
	var err error
	s.slack, err = playground.New(playground.Config{
		BaseURL: slackBase, BotURL: s.base, BotToken: testBotToken, SigningSecret: testSigning,
		Users: []playground.User{
			{ID: shopPartner, Name: "amira", Real: "Amira Khan", Email: "amira@shop.example"},
			{ID: shopManager, Name: "ben", Real: "Ben Osei", Email: "ben@shop.example"},
		},
		Channels: []playground.Channel{{ID: shopChannel, Name: "kingston", Members: []string{shopPartner}}},
		Commands: []playground.Command{{Name: "/drop"}},
	})
	s.must(err)
	web.Config.Handler = s.slack.Handler()
	web.Start()
	t.Cleanup(web.Close)
	t.Cleanup(s.slack.Close)

	s.env = env(append(settings, "REDIS_URL=redis://"+s.redis.Addr(), "PUBLIC_URL="+s.base, "LISTEN="+listen, "SLACK_API_URL="+slackBase+"/api/")...)
	s.fill(time.Now().Add(ahead))
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	args := []string{"serve"}
	if ahead != 0 {
		args = append(args, "-ahead", ahead.String())
	}
	go func() { s.ended <- run(ctx, args, s.env, strings.NewReader(""), io.Discard, s.log) }()
	s.until("the bot is ready", func() bool { return s.status("/readyz") == http.StatusOK })
	return s
}

// fill stores the store, and a campaign that is due at a time and ends an hour later.
func (s *shop) fill(now time.Time) {
	s.Helper()
	db, err := storage.Open(storage.Options{URL: "redis://" + s.redis.Addr()})
	s.must(err)
	defer db.Close()
	w := db.Workspace("main")
	stores := []clarion.Store{{ID: "kingston", Name: "Kingston", Channels: []clarion.Channel{{Platform: clarion.Slack, ID: shopChannel}}}}
	s.must(w.PutStores(s.Context(), stores))
	c := clarion.Campaign{
		ID: "spring", Title: "Spring", Text: "Spring is here.", Target: "https://shop.example/spring?a=b", Hashtag: "#Spring",
		Captions: []clarion.Caption{{Text: "Look at this."}}, Networks: clarion.Networks(), Audience: clarion.Audience{All: true},
		Ends: now.Add(time.Hour), CreatedBy: clarion.UserIdentity(clarion.Slack, shopPartner), CreatedAt: now,
	}
	drop := clarion.Drop{ID: "spring", Campaign: c.ID, At: now, Stores: []clarion.StoreID{"kingston"}}
	_, err = w.Plan(s.Context(), c, drop, drop.Deliveries(stores))
	s.must(err)
}

// freeAddress returns an address of this machine that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) until(what string, is func() bool) {
	s.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(30 * time.Second)
	for !is() {
		select {
		case <-ticker.C:
		case err := <-s.ended:
			s.Fatalf("waiting until %s: serve has ended: %v; the log:\n%s", what, err, s.log)
		case <-deadline:
			s.Fatalf("it never came that %s; the log:\n%s", what, s.log)
		}
	}
}

// visit asks for a path as a customer's browser does, and follows no redirect.
func (s *shop) visit(path string) (status int, location string) {
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.base+path, nil)
	s.must(err)
	request.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36")
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	return answer.StatusCode, answer.Header.Get("Location")
}

func (s *shop) status(path string) int {
	status, _ := s.visit(path)
	return status
}

// top waits until the partner's form on top has the words in it.
func (s *shop) top(words string) playground.View {
	s.Helper()
	return s.topOf(shopPartner, words)
}

// topOf waits until a user's form on top has the words in it.
func (s *shop) topOf(user, words string) (v playground.View) {
	s.Helper()
	s.until("the form on top says “"+words+"”", func() bool {
		views := s.slack.Views(user)
		if len(views) > 0 {
			v = views[len(views)-1]
		}
		return bytes.Contains(v.JSON, []byte(words))
	})
	return v
}

func TestServeLivesThroughAnOutageOfRedisAndStopsInOrder(t *testing.T) {
	s := newShop(t)
	s.until("the campaign is posted", func() bool { return len(s.slack.Messages(shopChannel, shopPartner)) == 1 })
	post := s.slack.Messages(shopChannel, shopPartner)[0]
	s.must(s.slack.Press(t.Context(), shopPartner, shopChannel, post.TS, playground.Pressed{ActionID: "share"}))
	form := s.top("Choose your words")
	copyLink := func() {
		t.Helper()
		s.must(s.slack.PressView(t.Context(), shopPartner, form.ID, playground.Pressed{ActionID: "share.copy"}, json.RawMessage("null")))
	}
	closeTop := func(v playground.View) { t.Helper(); s.must(s.slack.CloseView(t.Context(), shopPartner, v.ID)) }

	copyLink()
	own := s.top("5 points for you")
	link := string(regexp.MustCompile(`/l/[0-9a-z]{16}`).Find(own.JSON))
	closeTop(own)
	leads := func() bool {
		status, location := s.visit(link)
		return status == http.StatusFound && strings.HasPrefix(location, "https://shop.example/spring?a=b&utm_source=copy&")
	}
	if !leads() {
		t.Error("the link does not lead to the content")
	}

	s.redis.Close()
	s.until("the bot is not ready", func() bool { return s.status("/readyz") == http.StatusServiceUnavailable })
	if s.status("/healthz") != http.StatusOK {
		t.Error("the process is said to be dead")
	}
	if !leads() {
		t.Error("a known link leads nowhere while Redis is away")
	}
	copyLink()
	closeTop(s.top("nothing was counted"))

	s.must(s.redis.Restart())
	s.until("the bot is ready again", func() bool { return s.status("/readyz") == http.StatusOK })
	copyLink()
	closeTop(s.top("You have had the points"))

	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("serve ended with %v; the log:\n%s", err, s.log)
	}
	if v := call(t, s.env, "verify"); v.err != nil || !strings.Contains(v.out, "verify: awards=2 ") || !strings.HasSuffix(v.out, "differences=0\n") {
		t.Errorf("%v: %s", v.err, v.out)
	}
	for _, secret := range []string{testBotToken, testSigning} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log has a secret:\n%s", s.log)
		}
	}
}

func TestARehearsalIsServedAsIfItWereLaterToASlackThatKnowsNothingOfIt(t *testing.T) {
	s := newShopAhead(t, 168*time.Hour)
	s.until("next week's campaign is posted", func() bool { return len(s.slack.Messages(shopChannel, shopPartner)) == 1 })
	post := s.slack.Messages(shopChannel, shopPartner)[0]
	// The press is signed at the real time.
	s.must(s.slack.Press(t.Context(), shopPartner, shopChannel, post.TS, playground.Pressed{ActionID: "share"}))
	s.top("Choose your words")
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("serve ended with %v", err)
	}
	if !strings.Contains(s.log.String(), "this is a rehearsal") {
		t.Errorf("the log does not say that the clock is ahead:\n%s", s.log)
	}
}

func TestServeSaysWhatItTakes(t *testing.T) {
	for _, args := range [][]string{{"-ahead", "-1h"}, {"-ahead", "tomorrow"}, {"-ahead"}, {"now"}} {
		if c := call(t, env(), append([]string{"serve"}, args...)...); exitCode(c.err) != 2 || !strings.Contains(c.err.Error(), "serve") {
			t.Errorf("serve %v: %v", args, c.err)
		}
	}
	if c := call(t, env(), "serve", "-h"); c.err != nil || !strings.Contains(c.out, "Usage: clarion serve [-ahead 168h]") {
		t.Errorf("%v: %s", c.err, c.out)
	}
}

func TestServeSaysWhatCannotBeListenedOn(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	redis := miniredis.RunT(t)
	c := call(t, env("REDIS_URL=redis://"+redis.Addr(), "LISTEN="+l.Addr().String()), "serve")
	if c.err == nil || !strings.Contains(c.err.Error(), "LISTEN "+l.Addr().String()+" cannot be listened on") {
		t.Errorf("%v", c.err)
	}
}
