package faults_test

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clarion-bot/clarion/internal/faultstest"
	"github.com/clarion-bot/clarion/playground/faults"
)

// failure is a platform's own, with three kinds.
type failure int

const (
	broken failure = iota + 1
	cut
	lost
)

type (
	weather = faults.Weather[failure]
	fault   = faults.Fault[failure]
)

func newPlan(t *testing.T, w weather) *faults.Plan[string, failure] {
	t.Helper()
	p, err := faults.NewPlan[string](lost, w)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheWeatherMeetsAsManyCallsAsItsSharesSay(t *testing.T) {
	const calls = 20000
	p := newPlan(t, weather{Seed: 47, Slow: .25, Slowest: 4 * time.Second, Failures: map[failure]float64{broken: .05, cut: .1, lost: .3}, Longest: 3})
	met, after, slow := map[failure]int{}, map[time.Duration]int{}, 0
	for range calls {
		f := p.Take("send")
		met[f.How]++
		after[f.After]++
		if f.Slow > 4*time.Second {
			t.Fatalf("a call waits %v", f.Slow)
		} else if f.Slow > 0 {
			slow++
		}
	}
	about := func(what string, n int, share float64) { t.Helper(); faultstest.About(t, what, n, calls, share) }
	about("slow", slow, .25)
	about("well", met[0], .55)
	about("broken", met[broken], .05)
	about("cut", met[cut], .1)
	about("lost", met[lost], .3)
	for s := range 3 {
		about("Retry-After", after[time.Duration(s+1)*time.Second], 1./3)
	}
	delete(met, 0)
	if !maps.Equal(p.Failed(), met) || p.Calls("send") != calls {
		t.Errorf("%v of %d calls have failed, it says, and %v have", p.Failed(), p.Calls("send"), met)
	}
}

func TestTheSameSeedIsTheSameWeather(t *testing.T) {
	day := func(seed uint64) (met []fault) {
		p := newPlan(t, weather{Seed: seed, Slow: .5, Slowest: time.Second, Failures: map[failure]float64{cut: .3}, Longest: 9})
		for range 50 {
			met = append(met, p.Take("send"))
		}
		return met
	}
	if !slices.Equal(day(1), day(1)) {
		t.Error("it differs")
	}
	if slices.Equal(day(1), day(2)) {
		t.Error("another seed is the same weather")
	}
}

func TestWhatIsAskedForComesInItsOrderBeforeTheWeather(t *testing.T) {
	p := newPlan(t, weather{Failures: map[failure]float64{cut: 1}})
	no := errors.New("no")
	p.Fail("send", 2, broken)
	p.Refuse("send", 1, no)
	if f := p.Take("list"); f.How != cut {
		t.Errorf("another route meets %+v", f)
	}
	for i, want := range []fault{{How: broken, After: time.Second}, {How: broken, After: time.Second}, {Refused: no}, {How: cut, After: time.Second}} {
		if f := p.Take("send"); f != want {
			t.Errorf("call %d meets %+v, want %+v", i, f, want)
		}
	}
	if err := p.SetWeather(weather{}); err != nil {
		t.Fatal(err)
	}
	if f := p.Take("send"); f.How != 0 || f.Refused != nil || f.Slow != 0 {
		t.Errorf("in good weather it meets %+v", f)
	}
	if want := map[failure]int{broken: 2, cut: 2}; !maps.Equal(p.Failed(), want) || p.Calls("send") != 5 || p.Calls("list") != 1 {
		t.Errorf("%v have failed, of %d calls and %d", p.Failed(), p.Calls("send"), p.Calls("list"))
	}
}

func TestImpossibleWeatherIsRefused(t *testing.T) {
	p := newPlan(t, weather{})
	for name, w := range map[string]weather{
		"more than all fail":     {Failures: map[failure]float64{cut: .6, lost: .6}},
		"less than none":         {Failures: map[failure]float64{cut: -.1}},
		"no failure":             {Failures: map[failure]float64{0: .1}},
		"a failure of no name":   {Failures: map[failure]float64{lost + 1: .1}},
		"more than all are slow": {Slow: 1.1},
		"back in time":           {Slow: .1, Slowest: -time.Second},
		"come back before":       {Longest: -1},
	} {
		if err := p.SetWeather(w); err == nil {
			t.Errorf("%s: it is taken", name)
		}
		if _, err := faults.NewPlan[string](lost, w); err == nil {
			t.Errorf("%s: a plan is made with it", name)
		}
	}
}

func TestAPauseEndsWithThePlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed := make(chan struct{})
		if start := time.Now(); !faults.Pause(time.Minute, closed) || time.Since(start) != time.Minute {
			t.Errorf("a pause of a minute took %v", time.Since(start))
		}
		close(closed)
		if faults.Pause(time.Minute, closed) {
			t.Error("it was not cut short")
		}
	})
}

func TestAHangEndsWithThePlatform(t *testing.T) {
	closed := make(chan struct{})
	close(closed)
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("it ends with %v", p)
		}
	}()
	faults.Hang(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil), closed)
}
