package playground_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clarion-bot/clarion/internal/faultstest"
	"github.com/clarion-bot/clarion/playground"
)

// newWeather returns a Slack without a network, in which nothing is limited.
func newWeather(t *testing.T, weather playground.Weather) *playground.Slack {
	t.Helper()
	s, err := playground.New(playground.Config{
		BaseURL: "http://slack.example", BotURL: "http://bot.example", BotToken: botToken, SigningSecret: secret,
		Users:    []playground.User{{ID: ben, Name: "ben"}, {ID: bot, Name: "clarion", Bot: true}},
		Channels: []playground.Channel{{ID: general, Name: "general", Members: []string{ben, bot}}},
		Limits:   playground.Limits{Off: true}, Weather: weather,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// say posts a message and returns what faultstest.Call tells of it.
func say(ctx context.Context, s *playground.Slack) string {
	form := url.Values{"token": {botToken}, "channel": {general}, "text": {"x"}}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/chat.postMessage", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return faultstest.Call(s.Handler(), r)
}

func TestTheWeatherMeetsAsManyCallsAsItsSharesSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 5000
		shares := map[playground.Failure]float64{
			playground.ServerError: .05, playground.RateLimited: .09, playground.Hang: .02, playground.Cut: .04, playground.CutAfter: .06,
			playground.HangAfter: .03, playground.ServerErrorAfter: .07,
		}
		s := newWeather(t, playground.Weather{Seed: 47, Slow: .25, Slowest: 4 * time.Second, Failures: shares, Longest: 3})
		seen, slow := map[string]int{}, 0
		for range calls {
			start := time.Now()
			what := say(t.Context(), s)
			seen[what]++
			if took := time.Since(start); took > 4*time.Second && what != "no answer" {
				t.Fatalf("a call that is answered %s takes %v", what, took)
			} else if took > 0 && took < 10*time.Second {
				slow++
			}
		}
		about := func(what string, n int, share float64) { t.Helper(); faultstest.About(t, what, n, calls, share) }
		about("slow", slow, .25*.95) // what is never answered takes its ten seconds
		about("well", seen["200"], .64)
		about("500", seen["500"], .12)
		for _, after := range []string{"1", "2", "3"} {
			about("429 after "+after, seen["429 "+after], .03)
		}
		about("cut", seen["cut"], .1)
		about("no answer", seen["no answer"], .05)
		failed := s.Failed()
		for how, share := range shares {
			about(how.String(), failed[how], share)
		}
		// What was said to have gone wrong after the work stands there, and nothing else that went wrong.
		done := seen["200"] + failed[playground.CutAfter] + failed[playground.HangAfter] + failed[playground.ServerErrorAfter]
		if n := len(s.Messages(general, ben)); n != done {
			t.Errorf("%d messages stand there, want %d", n, done)
		}
	})
}

func TestASlowCallIsDoneAlthoughItsCallerHasGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newWeather(t, playground.Weather{Seed: 1, Slow: 1, Slowest: time.Hour})
		ctx, leave := context.WithCancel(t.Context())
		done := make(chan string)
		go func() { done <- say(ctx, s) }()
		synctest.Wait()
		leave()
		synctest.Wait()
		if n := len(s.Messages(general, ben)); n != 0 {
			t.Fatal("it was not slow")
		}
		if what := <-done; what != "200" || len(s.Messages(general, ben)) != 1 {
			t.Errorf("after it: %s, %d messages", what, len(s.Messages(general, ben)))
		}
	})
}

func TestTheWeatherChangesAndWhatIsAskedForComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newWeather(t, playground.Weather{Failures: map[playground.Failure]float64{playground.Cut: 1}})
		s.Fail("chat.postMessage", 1, playground.ServerError)
		for _, want := range []string{"500", "cut", "cut"} {
			if what := say(t.Context(), s); what != want {
				t.Errorf("%s, want %s", what, want)
			}
		}
		if err := s.SetWeather(playground.Weather{}); err != nil {
			t.Fatal(err)
		}
		if what := say(t.Context(), s); what != "200" {
			t.Errorf("in good weather: %s", what)
		}
		if want := map[playground.Failure]int{playground.ServerError: 1, playground.Cut: 2}; !maps.Equal(s.Failed(), want) {
			t.Errorf("%v", s.Failed())
		}
	})
}

func TestImpossibleWeatherIsRefused(t *testing.T) {
	s := newWeather(t, playground.Weather{Failures: map[playground.Failure]float64{playground.ServerErrorAfter: 1}}) // the last is possible
	w := playground.Weather{Failures: map[playground.Failure]float64{playground.ServerErrorAfter + 1: .1}}
	if err := s.SetWeather(w); err == nil {
		t.Error("it is taken")
	}
	if _, err := playground.New(playground.Config{
		BaseURL: "http://slack.example", BotURL: "http://bot.example", BotToken: botToken, SigningSecret: secret, Weather: w,
	}); err == nil {
		t.Error("a playground is made with it")
	}
}
