package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// customerAgent is a browser that customers use.
const customerAgent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"

// A headquarters is where Clarion runs for a company in Teams: what it stores outlives its process.
type headquarters struct {
	*testing.T
	base string // where the bot is reached
	env  map[string]string
	log  *lockedBuffer
	stop func()
}

// newHeadquarters has two stores, and no bot yet. The settings are those that say what the bot is in Teams.
func newHeadquarters(t *testing.T, settings map[string]string) *headquarters {
	t.Helper()
	redis, listen := miniredis.RunT(t), freeAddress(t)
	h := &headquarters{T: t, base: "http://" + listen, log: &lockedBuffer{}, env: settings}
	h.env["REDIS_URL"], h.env["PUBLIC_URL"], h.env["LISTEN"], h.env["CLARION_TIMEZONE"] = "redis://"+redis.Addr(), h.base, listen, "UTC"
	stores := filepath.Join(t.TempDir(), "stores.csv")
	h.must(os.WriteFile(stores, []byte("id,name,region,channel,headcount\nkingston,Kingston,South,,\nleeds,Leeds,North,,\n"), 0o600))
	h.must(run(t.Context(), []string{"import", "stores", stores}, h.setting, strings.NewReader(""), io.Discard, h.log))
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the bot's log:\n%s", h.log)
		}
	})
	return h
}

func (h *headquarters) setting(name string) string { return h.env[name] }

func (h *headquarters) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// serve runs the bot as if it were so much later, in place of the one that ran.
func (h *headquarters) serve(ahead time.Duration) {
	h.Helper()
	if h.stop != nil {
		h.stop()
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(h.Context()))
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "-ahead", ahead.String()}, h.setting, strings.NewReader(""), io.Discard, h.log)
	}()
	stopped := false
	h.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			h.Errorf("the bot ended with %v", err)
		}
	}
	h.Cleanup(h.stop)
	awaitReady(h.T, h.base)
}

// leadsTo opens an address as a browser does, and returns where it leads.
func leadsTo(t *testing.T, address, agent string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("User-Agent", agent)
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	to, err := answer.Location()
	if err != nil {
		t.Fatalf("%s answers %s: %v", address, answer.Status, err)
	}
	return to.String()
}

// awayFromWeeksEnd returns how far ahead the story begins, so that its week does not end in the middle of it.
func awayFromWeeksEnd(now time.Time) time.Duration {
	if now = now.UTC(); now.Weekday() == time.Sunday && now.Hour() >= 23 {
		return 2 * time.Hour
	}
	return 0
}

// untilMonday returns how long it is from now to the next Monday, 09:30.
func untilMonday(now time.Time) time.Duration {
	now = now.UTC()
	days := (8 - int(now.Weekday())) % 7
	if days == 0 {
		days = 7
	}
	return time.Date(now.Year(), now.Month(), now.Day()+days, 9, 30, 0, 0, time.UTC).Sub(now)
}
