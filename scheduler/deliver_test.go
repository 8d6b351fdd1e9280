package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/bot"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/storage"
)

func TestThreeProcessesPostEachDropOncePerStore(t *testing.T) {
	const stores, rounds = 4, 64
	w := newWorld(t, stores)
	processes := []*Scheduler{w.process(), w.process(), w.process()}
	for round := range rounds {
		w.plan(fmt.Sprint(round), w.now())
		var together sync.WaitGroup
		for _, p := range processes {
			together.Go(func() {
				if err := p.Tick(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		together.Wait()
		w.pass(time.Minute)
	}
	for i := range stores {
		seen := map[string]int{}
		for _, p := range w.in(channel(i)) {
			seen[p.delivery]++
		}
		for round := range rounds {
			if n := seen[drop(fmt.Sprint(round), i)]; n != 1 {
				t.Errorf("store %d, round %d: posted %d times", i, round, n)
			}
		}
		if len(seen) != rounds {
			t.Errorf("store %d: %d deliveries, want %d", i, len(seen), rounds)
		}
	}
}

func TestADropIsNotPostedBeforeItsTime(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("later", monday.Add(time.Hour))
	p := w.process()
	w.pass(time.Hour - time.Millisecond)
	must(t, p.Tick(t.Context()))
	if n := w.all(); n != 0 {
		t.Fatalf("%d posts before their time", n)
	}
	w.pass(time.Millisecond)
	must(t, p.Tick(t.Context()))
	if d := w.delivery(drop("later", 0)); d.State != clarion.Posted || d.PostID != "C0/1" || w.all() != 1 {
		t.Errorf("%+v, %d posts", d, w.all())
	}
}

func TestAPostThatWasNotRecordedIsAdoptedAndNotPostedTwice(t *testing.T) {
	w := newWorld(t, 2)
	w.plan("a", monday)
	w.fail = func(c string, attempt int) (bool, error) { // the process dies between post and record
		if c == channel(0) && attempt == 1 {
			w.redis.SetError("LOADING")
		}
		return false, nil
	}
	if err := w.process().Tick(t.Context()); err == nil {
		t.Fatal("the round without storage says that all is well")
	}
	w.redis.SetError("")
	p := w.process()
	must(t, p.Tick(t.Context()))
	if n := len(w.in(channel(0))); n != 1 {
		t.Fatalf("%d posts while the claim holds", n)
	}
	w.pass(claimLife)
	must(t, p.Tick(t.Context()))
	for i := range 2 {
		if d := w.delivery(drop("a", i)); d.State != clarion.Posted || len(w.in(channel(i))) != 1 {
			t.Errorf("store %d: %+v, %d posts", i, d, len(w.in(channel(i))))
		}
	}
	if w.found == 0 {
		t.Error("nobody looked for the post")
	}
}

func TestAPostWhoseAnswerWasLostIsAdopted(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("a", monday)
	w.fail = func(_ string, attempt int) (bool, error) { return attempt == 1, errLost }
	p := w.process()
	must(t, p.Tick(t.Context()))
	if d := w.delivery(drop("a", 0)); d.State != clarion.Waiting || !strings.Contains(d.Reason, "answer was lost") {
		t.Errorf("%+v", d)
	}
	w.pass(5*time.Second - time.Millisecond)
	must(t, p.Tick(t.Context()))
	if w.delivery(drop("a", 0)).State != clarion.Waiting {
		t.Error("tried again before the pause was over")
	}
	w.pass(time.Millisecond)
	must(t, p.Tick(t.Context()))
	if d := w.delivery(drop("a", 0)); d.State != clarion.Posted || len(w.in(channel(0))) != 1 || w.tried[channel(0)] != 1 {
		t.Errorf("%+v, %d posts after %d attempts", d, len(w.in(channel(0))), w.tried[channel(0)])
	}
}

func TestAProcessThatDiesBeforeItPostsLeavesNothingToLookFor(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("a", monday)
	p := w.process()
	p.cfg.Write = func(context.Context, *storage.Workspace, clarion.Delivery, time.Time) (*chat.Message, error) {
		return nil, clarion.ErrUnavailable // as good as dead
	}
	if err := p.Tick(t.Context()); err == nil {
		t.Fatal("it did not fail")
	}
	w.pass(claimLife)
	must(t, w.process().Tick(t.Context()))
	if d := w.delivery(drop("a", 0)); d.State != clarion.Posted || w.all() != 1 || w.found != 0 {
		t.Errorf("%+v, %d posts, looked for %d times", d, w.all(), w.found)
	}
}

func TestAProcessWhoseClaimHasPassedToAnotherDoesNotPost(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("a", monday)
	slow, other := w.process(), w.process()
	write := slow.cfg.Write
	slow.cfg.Write = func(ctx context.Context, of *storage.Workspace, d clarion.Delivery, now time.Time) (*chat.Message, error) {
		w.pass(claimLife)
		must(t, other.Tick(ctx))
		return write(ctx, of, d, now)
	}
	must(t, slow.Tick(t.Context()))
	if d := w.delivery(drop("a", 0)); d.State != clarion.Posted || d.Attempt != 2 || w.all() != 1 {
		t.Errorf("%+v, %d posts", d, w.all())
	}
}

func TestARequestToWaitIsNoSetback(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("a", monday)
	const waits = 6
	w.fail = func(_ string, attempt int) (bool, error) {
		switch {
		case attempt <= waits:
			return false, &chat.BusyError{After: time.Second, Err: errors.New("ratelimited")}
		case attempt <= waits+2:
			return false, errLost
		}
		return false, nil
	}
	p := w.process()
	for range waits + 1 {
		must(t, p.Tick(t.Context()))
		w.pass(time.Second)
	}
	for _, backoff := range []time.Duration{5 * time.Second, 10 * time.Second} {
		w.pass(backoff - time.Second - time.Millisecond)
		before := w.tried[channel(0)]
		must(t, p.Tick(t.Context()))
		if w.tried[channel(0)] != before {
			t.Errorf("tried again before %v were over", backoff)
		}
		w.pass(time.Millisecond)
		must(t, p.Tick(t.Context()))
		if w.tried[channel(0)] != before+1 {
			t.Errorf("after %v it is not tried again: %+v", backoff, w.delivery(drop("a", 0)))
		}
		w.pass(time.Second)
	}
	if d := w.delivery(drop("a", 0)); d.State != clarion.Posted || w.all() != 1 {
		t.Errorf("%+v, %d posts", d, w.all())
	}
}

func TestA429OfOneChannelHoldsUpNoOtherAndIsObeyed(t *testing.T) {
	w := newWorld(t, 20)
	w.plan("a", monday)
	const after = 30 * time.Second
	took := 7 * time.Second // the answer takes its time
	w.fail = func(c string, attempt int) (bool, error) {
		if c == channel(0) && attempt == 1 {
			w.pass(took)
			return false, &chat.BusyError{After: after, Err: errors.New("ratelimited")}
		}
		return false, nil
	}
	p := w.process()
	must(t, p.Tick(t.Context()))
	for i := 1; i < 20; i++ {
		if len(w.in(channel(i))) != 1 {
			t.Errorf("store %d waits for store 0", i)
		}
	}
	w.moveTo(monday.Add(took + after - time.Millisecond))
	must(t, p.Tick(t.Context()))
	if n := w.tried[channel(0)]; n != 1 {
		t.Errorf("tried again before Retry-After: %d attempts", n)
	}
	w.pass(time.Millisecond)
	must(t, p.Tick(t.Context()))
	if n := len(w.in(channel(0))); n != 1 {
		t.Errorf("%d posts after Retry-After", n)
	}
}

// An attempt that waited for others in its round once began with a claim that had lapsed already, so that a
// second process could post the same.
func TestAClaimHasItsWholeLifeHoweverLongTheRoundTakes(t *testing.T) {
	w := newWorld(t, workers+4)
	w.plan("a", monday)
	other := w.process()
	var once sync.Once
	w.fail = func(string, int) (bool, error) {
		once.Do(func() { w.pass(claimLife + time.Minute) }) // the first posts are slow
		return false, nil
	}
	must(t, w.process().Tick(t.Context()))
	for i := range workers + 4 {
		d := w.delivery(drop("a", i))
		if d.State != clarion.Posted {
			t.Errorf("store %d: %+v", i, d)
		}
	}
	w.fail = nil
	must(t, other.Tick(t.Context()))
	if n := w.all(); n != workers+4 {
		t.Errorf("%d posts, want %d", n, workers+4)
	}

	// The claim itself: it is made by the clock as it stands when the attempt begins.
	w.plan("b", w.now())
	w.fail = func(c string, _ int) (bool, error) {
		if due, err := w.workspace.Due(t.Context(), w.now().Add(claimLife-time.Second), 100); err != nil || strings.Contains(fmt.Sprint(due), ":s"+c[1:]+":") {
			t.Errorf("the claim of %s lapses early: %v %v", c, due, err)
		}
		return false, nil
	}
	must(t, other.Tick(t.Context()))
}

func TestACampaignThatEndedWhileAllWereDownIsNotPosted(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("a", monday)
	w.pass(7 * 24 * time.Hour)
	p := w.process()
	must(t, p.Tick(t.Context()))
	if d := w.delivery(drop("a", 0)); d.State != clarion.Failed || w.all() != 0 || !strings.Contains(d.Reason, "The campaign ended before it could be posted.") {
		t.Errorf("%+v, %d posts", d, w.all())
	}
	w.pass(gather)
	must(t, p.Tick(t.Context()))
	if told := w.told(); len(told) != 1 {
		t.Errorf("told: %q", told)
	}
}

func TestWhileStorageIsAwayNothingIsLost(t *testing.T) {
	w := newWorld(t, 3)
	w.plan("a", monday)
	w.earn(0, monday.AddDate(0, 0, -3))
	w.moveTo(monday.Add(2 * time.Hour))
	p := w.process()
	w.redis.SetError("LOADING")
	for range 5 {
		if err := p.Tick(t.Context()); !errors.Is(err, clarion.ErrUnavailable) {
			t.Fatalf("a round without storage: %v", err)
		}
		w.pass(time.Second)
	}
	w.redis.SetError("")
	must(t, p.Tick(t.Context()))
	for i := range 3 {
		if n := len(w.in(channel(i))); n != 2 {
			t.Errorf("store %d has %d posts, want the drop and the winners", i, n)
		}
	}
}

func TestBackoffGrowsToFiveMinutesAndStays(t *testing.T) {
	last := time.Duration(0)
	for attempt := 1; attempt < 100; attempt++ {
		d := backoff(attempt)
		if d < last || d > 5*time.Minute || d <= 0 {
			t.Fatalf("attempt %d waits %s", attempt, d)
		}
		last = d
	}
	if backoff(1) != 5*time.Second || backoff(2) != 10*time.Second || last != 5*time.Minute {
		t.Errorf("%s, %s … %s", backoff(1), backoff(2), last)
	}
}

// TestAgainstThePlayground posts through the real bot, whose answer from Slack is lost.
func TestAgainstThePlayground(t *testing.T) {
	w := newWorld(t, 3)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	var channels []playground.Channel
	for i := range 3 {
		channels = append(channels, playground.Channel{ID: channel(i), Name: fmt.Sprint("store-", i), Members: []string{"UHELEN"}, Archived: i == 2})
	}
	slack, err := playground.New(playground.Config{
		BaseURL: server.URL + "/playground", BotURL: server.URL, BotToken: "xoxb-1", SigningSecret: "secret", Now: w.now,
		Users: []playground.User{{ID: "UHELEN", Name: "helen", Real: "Helen"}}, Channels: channels,
	})
	must(t, err)
	defer slack.Close()
	mux.Handle("/playground/", http.StripPrefix("/playground", slack.Handler()))
	p := w.process()
	p.cfg.Posters[clarion.Slack] = bot.NewSlack(bot.SlackConfig{Token: "xoxb-1", SigningSecret: "secret", APIURL: server.URL + "/playground/api/",
		Now: w.now, NewReference: func() string { return "" }, Logger: slog.New(slog.DiscardHandler)})
	w.plan("a", monday)
	slack.Fail("chat.postMessage", 1, playground.CutAfter)
	for range 4 {
		must(t, p.Tick(t.Context()))
		w.pass(10 * time.Second)
	}
	for i := range 2 {
		if n := len(slack.Messages(channel(i), "UHELEN")); n != 1 {
			t.Errorf("store %d has %d posts", i, n)
		}
		if d := w.delivery(drop("a", i)); d.State != clarion.Posted || d.PostID != slack.Messages(channel(i), "UHELEN")[0].TS {
			t.Errorf("store %d: %+v", i, d)
		}
	}
	if said := slack.Messages("DHELEN", "UHELEN"); len(said) != 1 || said[0].Text != "trouble aa" {
		t.Errorf("the maker reads %d messages", len(said))
	}
	if d := w.delivery(drop("a", 2)); d.State != clarion.Failed || !strings.HasPrefix(d.Reason, "The channel is archived. ") {
		t.Errorf("the archived channel's: %+v", d)
	}
}
