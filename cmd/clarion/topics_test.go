package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/storage"
)

const shopSocial = "C0SOCIAL"

// A publisher is a site with a feed, a page without one, and a feed that is far too big.
type publisher struct {
	*httptest.Server
	mu    sync.Mutex
	items []string
}

func newPublisher(t *testing.T) *publisher {
	p := &publisher{}
	mux := http.NewServeMux()
	mux.HandleFunc("/feed", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = io.WriteString(w, `<rss version="2.0"><channel><title>Harbour news</title>`+strings.Join(p.items, "")+`</channel></rss>`)
	})
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!doctype html><html><title>Harbour</title><body>Welcome.</body></html>")
	})
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = io.WriteString(w, `<rss version="2.0"><channel><title>`)
		for range 10 << 10 { // 10 MB
			if _, err := w.Write(make([]byte, 1<<10)); err != nil {
				return
			}
		}
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// publish puts an item in front of the others.
func (p *publisher) publish(title string, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	item := fmt.Sprintf(`<item><guid>%[1]s</guid><title>%[1]s</title><link>https://shop.example/%[1]s</link><description>All of the %[1]s.</description><pubDate>%[2]s</pubDate></item>`,
		title, at.UTC().Format(time.RFC1123Z))
	p.items = append([]string{item}, p.items...)
}

// newClockedShop is a shop whose clock a test moves, with the social team in a channel of its own and two processes
// that do what is due. Feeds may be read from the publisher.
func newClockedShop(t *testing.T, from *publisher) (*shop, *demoClock) {
	t.Helper()
	s := &shop{T: t, redis: miniredis.RunT(t), ended: make(chan error, 3), log: &lockedBuffer{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	s.base = "http://" + listener.Addr().String()
	web := httptest.NewUnstartedServer(nil)
	slackBase := "http://" + web.Listener.Addr().String()
	s.env = env("REDIS_URL=redis://"+s.redis.Addr(), "PUBLIC_URL="+s.base, "SLACK_API_URL="+slackBase+"/api/",
		"CLARION_SOCIAL_TEAM="+shopPartner, "CLARION_SOCIAL_CHANNEL="+shopSocial)
	cfg, err := readConfig(s.env)
	s.must(err)
	clock := newDemoClock(cfg.Location, 0)
	s.slack, err = playground.New(playground.Config{
		BaseURL: slackBase, BotURL: s.base, BotToken: testBotToken, SigningSecret: testSigning, Now: clock.Now,
		Users: []playground.User{{ID: shopPartner, Name: "amira", Real: "Amira Khan", Email: "amira@shop.example"}},
		Channels: []playground.Channel{
			{ID: shopChannel, Name: "kingston", Members: []string{shopPartner}}, {ID: shopSocial, Name: "social", Members: []string{shopPartner}},
		},
		Commands: []playground.Command{{Name: "/drop"}},
	})
	s.must(err)
	web.Config.Handler = s.slack.Handler()
	web.Start()
	t.Cleanup(web.Close)
	t.Cleanup(s.slack.Close)

	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	log := slog.New(slog.NewTextHandler(s.log, nil))
	var ended sync.WaitGroup
	process := func(run func(*service) error, w world) {
		db, err := storage.Open(storage.Options{URL: cfg.RedisURL.Reveal()})
		s.must(err)
		t.Cleanup(func() { _ = db.Close() })
		s.must(db.Workspace(cfg.Workspace).PutStores(ctx, []clarion.Store{
			{ID: "kingston", Name: "Kingston", Channels: []clarion.Channel{{Platform: clarion.Slack, ID: shopChannel}}},
		}))
		part, err := newService(ctx, cfg, db, w)
		s.must(err)
		ended.Go(func() {
			if err := run(part); err != nil {
				t.Errorf("a process has ended with %v", err)
			}
		})
	}
	own := func(hostport string) bool { return "http://"+hostport == from.URL }
	process(func(part *service) error {
		server := newServer(part.handler, log)
		return part.run(ctx, server, func() error { return server.Serve(listener) })
	}, world{now: clock.Now, wake: clock.wake, log: log, ownSites: own})
	process(func(part *service) error { return part.scheduler.Run(ctx) }, world{now: clock.Now, log: log, ownSites: own})
	t.Cleanup(func() { stop(); ended.Wait() }) // before storage is closed
	return s, clock
}

// moveTo moves the clock ahead, to a time.
func (c *demoClock) moveTo(at time.Time) {
	now := c.Now()
	c.mu.Lock()
	c.ahead += at.Sub(now)
	c.mu.Unlock()
	c.tell()
}

// tell makes the scheduler look.
func (c *demoClock) tell() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// in waits for the newest message in a channel that has words in it.
func (s *shop) in(channel, words string) (found playground.Message) {
	s.Helper()
	s.until("a message in "+channel+" says “"+words+"”", func() bool {
		for _, m := range s.slack.Messages(channel, shopPartner) {
			if strings.Contains(m.Text+string(m.Blocks), words) {
				found = m
			}
		}
		return found.TS != ""
	})
	return found
}

// pressIn presses an element of a message in a channel.
func (s *shop) pressIn(m playground.Message, action string) {
	s.Helper()
	s.must(s.slack.Press(s.Context(), shopPartner, m.Channel, m.TS, playground.Pressed{ActionID: action}))
}

func TestAFeedFillsATopicThatIsWorkedOffOneByOne(t *testing.T) {
	site := newPublisher(t)
	s, clock := newClockedShop(t, site)
	site.publish("Chair", clock.Now().Add(-2*time.Hour))
	site.publish("Lamp", clock.Now().Add(-time.Hour))
	s.must(s.slack.Command(t.Context(), shopPartner, shopSocial, "/drop topics"))
	s.pressIn(s.in(shopSocial, "There are no topics yet"), "topic.new")
	form := s.top("New topic")
	fill := func(changes map[string]any) map[string]any {
		inputs := map[string]any{"name": text("Products"), "schedule": text("daily 9am"), "hashtag": text("OurProducts")}
		for name, v := range changes {
			inputs[name] = v
		}
		return inputs
	}
	for _, wrong := range []struct{ field, value, says string }{
		{"schedule", "every blue moon", "every weekday 09:00"},
		{"schedule", "30 February", "never comes"},
		{"feed", site.URL + "/page", "feed"},
		{"feed", site.URL + "/big", "larger than 2 MB"},
		{"feed", "http://10.0.0.1/feed", "not on the public internet"},
		{"feed", "http://169.254.169.254/latest", "not on the public internet"},
		{"days", "0", "1 to 90"},
	} {
		s.submit(form, fill(map[string]any{wrong.field: text(wrong.value)}))
		views := s.slack.Views(shopPartner)
		if len(views) != 1 || !strings.Contains(views[0].Errors[wrong.field], wrong.says) {
			t.Fatalf("%s %q: %d forms are open, wrong are %v", wrong.field, wrong.value, len(views), views[0].Errors)
		}
	}
	s.submit(form, fill(map[string]any{"feed": text(site.URL + "/feed")}))
	preview := s.top("every day at 09:00")
	for _, words := range []string{"Harbour news", "with 2 items", "Lamp", "Kingston"} {
		if !strings.Contains(string(preview.JSON), words) {
			t.Errorf("the preview does not say %q: %s", words, preview.JSON)
		}
	}
	s.submit(preview, nil)
	s.in(shopSocial, " goes out every day at 09:00, next at ")
	clock.tell()

	// Of the first reading, the newest item alone is suggested. A press queues it, for all to see.
	question := s.in(shopSocial, "A suggestion for Products: Lamp")
	s.pressIn(question, "suggestion.add")
	if added := s.in(shopSocial, " to the queue of "); added.TS != question.TS || !strings.Contains(string(added.Blocks), "Lamp") {
		t.Errorf("the question is answered by %s", added.Blocks)
	}
	nine := func() time.Time {
		now := clock.Now()
		at := time.Date(now.Year(), now.Month(), now.Day(), 9, 0, 0, 0, now.Location())
		if !at.After(now) {
			at = time.Date(now.Year(), now.Month(), now.Day()+1, 9, 0, 0, 0, now.Location())
		}
		return at
	}
	clock.moveTo(nine())
	s.in(shopChannel, "New to share: Lamp")
	s.in(shopSocial, " is empty. Its next time is ")

	// Others are edited first, and dismissed. What was suggested once is not suggested again.
	site.publish("Table", clock.Now())
	site.publish("Sofa", clock.Now())
	clock.moveTo(clock.Now().Add(31 * time.Minute))
	table, sofa := s.in(shopSocial, "A suggestion for Products: Table"), s.in(shopSocial, "A suggestion for Products: Sofa")
	s.pressIn(sofa, "suggestion.dismiss")
	s.in(shopSocial, " dismissed ")
	s.pressIn(table, "suggestion.edit")
	s.submit(s.top("It waits for its turn in"), map[string]any{"title": text("Our new table")})
	s.submit(s.top("Add to the queue"), nil)
	if added := s.in(shopSocial, "Our new table"); added.TS != table.TS {
		t.Errorf("the question is answered elsewhere: %s", added.Blocks)
	}
	clock.moveTo(nine())
	s.in(shopChannel, "New to share: Our new table")
	count := func(channel, words string) (n int) {
		for _, m := range s.slack.Messages(channel, "nobody") {
			if strings.Contains(m.Text+string(m.Blocks), words) {
				n++
			}
		}
		return n
	}
	s.until("the social team is told again", func() bool { return count(shopSocial, " is empty. Its next time is ") == 2 })
	clock.moveTo(nine()) // nothing waits then
	clock.moveTo(clock.Now().Add(time.Hour))
	s.must(s.slack.Command(t.Context(), shopPartner, shopSocial, "/drop topics"))
	s.until("the list tells of the feed and the queue", func() bool {
		list := string(s.in(shopSocial, "Nothing waits for its next time").Blocks)
		return strings.Contains(list, "Harbour news") && strings.Contains(list, ", read at ")
	})
	for _, c := range []struct {
		channel, words string
		want           int
	}{
		{shopChannel, "New to share", 2}, {shopSocial, "A suggestion for ", 0}, {shopSocial, " added ", 2}, {shopSocial, " dismissed ", 1},
		{shopSocial, " is empty. Its next time is ", 2},
	} {
		if n := count(c.channel, c.words); n != c.want {
			t.Errorf("%d messages in %s say %q, want %d", n, c.channel, c.words, c.want)
		}
	}
}
