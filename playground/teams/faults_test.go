package teams_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clarion-bot/clarion/internal/faultstest"
	"github.com/clarion-bot/clarion/playground/teams"
)

// newWeather returns a Teams without a network.
func newWeather(t *testing.T, weather teams.Weather) *teams.Service {
	t.Helper()
	s, err := teams.New(teams.Config{
		BaseURL: "http://teams.example", BotURL: "http://bot.example", AppID: app, BotName: "Clarion", Tenant: tenant,
		Teams: []teams.Team{{ID: general, Installed: true}}, Weather: weather,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// say sends a message and returns what faultstest.Call tells of it.
func say(ctx context.Context, s *teams.Service) string {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v3/conversations/"+url.PathEscape(general)+"/activities",
		strings.NewReader(`{"type":"message","text":"x"}`))
	return faultstest.Call(s.Handler(), r)
}

func TestTheWeatherMeetsAsManyCallsAsItsSharesSayAndWhatIsDoneUnheardIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 5000
		shares := map[teams.Failure]float64{
			teams.Throttled: .06, teams.Precondition: .04, teams.ServerError: .03, teams.BadGateway: .05, teams.GatewayTimeout: .02, teams.Hang: .02,
			teams.Cut: .04, teams.CutAfter: .06, teams.HangAfter: .03, teams.GatewayTimeoutAfter: .05,
		}
		s := newWeather(t, teams.Weather{Seed: 47, Slow: .25, Slowest: 4 * time.Second, Failures: shares, Longest: 3})
		seen := map[string]int{}
		for range calls {
			seen[say(t.Context(), s)]++
		}
		about := func(what string, n int, share float64) { t.Helper(); faultstest.About(t, what, n, calls, share) }
		for what, share := range map[string]float64{
			"201": .6, "412": .04, "429 1": .02, "429 2": .02, "429 3": .02, "500": .03, "502": .05, "504": .07, "cut": .1, "no answer": .05,
		} {
			about(what, seen[what], share)
		}
		failed := s.Failed()
		for how, share := range shares {
			about(how.String(), failed[how], share)
		}
		unheard := failed[teams.CutAfter] + failed[teams.HangAfter] + failed[teams.GatewayTimeoutAfter]
		if n := len(s.Posts(general)); n != seen["201"]+unheard {
			t.Errorf("%d messages stand there, want %d heard of and %d not", n, seen["201"], unheard)
		}
		done := s.Done()
		heard := slices.DeleteFunc(slices.Clone(done), func(d teams.Done) bool { return !d.Heard })
		if len(done) != seen["201"]+unheard || len(heard) != seen["201"] {
			t.Errorf("%d are done, %d of them heard", len(done), len(heard))
		}
	})
}

func TestASlowCallIsDoneAlthoughItsCallerHasGoneAndNobodyHears(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newWeather(t, teams.Weather{Seed: 1, Slow: 1, Slowest: time.Hour})
		ctx, leave := context.WithCancel(t.Context())
		done := make(chan string)
		go func() { done <- say(ctx, s) }()
		synctest.Wait()
		leave()
		synctest.Wait()
		if n := len(s.Posts(general)); n != 0 {
			t.Fatal("it was not slow")
		}
		<-done
		if d := s.Done(); len(s.Posts(general)) != 1 || len(d) != 1 || d[0].Heard {
			t.Errorf("after it: %d messages, done %+v", len(s.Posts(general)), d)
		}
	})
}

func TestWhatIsAskedForComesBeforeTheWeather(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newWeather(t, teams.Weather{Failures: map[teams.Failure]float64{teams.Cut: 1}})
		s.Fail(teams.Send, 1, teams.BadGateway)
		s.Refuse(teams.Send, 1, 403, "ConversationBlockedByUser", "User blocked the conversation with the bot.")
		for _, want := range []string{"502", "403", "cut", "cut"} {
			if what := say(t.Context(), s); what != want {
				t.Errorf("%s, want %s", what, want)
			}
		}
		if err := s.SetWeather(teams.Weather{}); err != nil {
			t.Fatal(err)
		}
		if what := say(t.Context(), s); what != "201" {
			t.Errorf("in good weather: %s", what)
		}
		if want := map[teams.Failure]int{teams.BadGateway: 1, teams.Cut: 2}; !maps.Equal(s.Failed(), want) || s.Calls(teams.Send) != 5 {
			t.Errorf("%v, %d calls", s.Failed(), s.Calls(teams.Send))
		}
	})
}

func TestAHangingAnswerEndsWithTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newWeather(t, teams.Weather{})
		s.Fail(teams.Send, 1, teams.Hang)
		done := make(chan string)
		go func() { done <- say(t.Context(), s) }()
		synctest.Wait()
		s.Close()
		if what := <-done; what != "cut" {
			t.Error(what)
		}
	})
}

func TestImpossibleWeatherIsRefused(t *testing.T) {
	s := newWeather(t, teams.Weather{Failures: map[teams.Failure]float64{teams.GatewayTimeoutAfter: 1}}) // the last is possible
	w := teams.Weather{Failures: map[teams.Failure]float64{teams.GatewayTimeoutAfter + 1: .1}}
	if err := s.SetWeather(w); err == nil {
		t.Error("it is taken")
	}
	if _, err := teams.New(teams.Config{
		BaseURL: "http://teams.example", BotURL: "http://bot.example", AppID: app, BotName: "Clarion", Tenant: tenant, Weather: w,
	}); err == nil {
		t.Error("a Teams is made with it")
	}
}
