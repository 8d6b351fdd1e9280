package teams

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Weather is what goes wrong by itself, as on a bad day of Microsoft's. A share is the probability, from 0 to 1, with which
// one call of the bot meets it. A call meets one failure at most, and can be slow besides.
// What Fail and Refuse ask for comes first, and limits hold in every weather. The zero value is good weather.
type Weather struct {
	// Seed decides what the calls meet: the same ones in the same order meet the same.
	Seed uint64
	// Slow is the share of calls that wait before their work, for up to Slowest. The work is done also when the caller
	// has gone meanwhile, as a server does that has read the whole request.
	Slow    float64
	Slowest time.Duration
	// Failures are the shares of the calls that fail in these ways. Their sum is 1 at most.
	Failures map[Failure]float64
	// Longest is the greatest Retry-After of the Throttled among them, in seconds; 0 means 1.
	Longest int
}

func (w Weather) check() error {
	sum := 0.0
	for how, share := range w.Failures {
		if how < Throttled || how >= failures || share < 0 {
			return fmt.Errorf("weather has %v for the share of failure %v", share, how)
		}
		sum += share
	}
	if sum > 1 || w.Slow < 0 || w.Slow > 1 || w.Slowest < 0 || w.Longest < 0 {
		return fmt.Errorf("weather makes no sense: shares lie between 0 and 1, and nothing lasts less than no time: %+v", w)
	}
	return nil
}

// SetWeather changes the weather for the calls that come from now on. Those that are under way end as they began.
func (s *Service) SetWeather(w Weather) error {
	if err := w.check(); err != nil {
		return fmt.Errorf("teams: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.sky = newSky(w)
	return nil
}

// sky is a weather as it goes on. Guarded by Service.mu.
type sky struct {
	Weather
	random *rand.Rand
}

func newSky(w Weather) sky {
	return sky{w, rand.New(rand.NewPCG(w.Seed, w.Seed))} //nolint:gosec // to be the same again is what it is for
}

// next is what the next call meets. Every call takes as many random numbers, whatever it meets.
func (k sky) next() fault {
	slow, length, failure, after := k.random.Float64(), k.random.Float64(), k.random.Float64(), k.random.IntN(max(1, k.Longest))
	f := fault{after: time.Duration(1+after) * time.Second}
	if slow < k.Slow {
		f.slow = time.Duration(length * float64(k.Slowest))
	}
	for how := Throttled; how < failures; how++ {
		if share := k.Failures[how]; failure < share {
			f.how = how
			break
		} else {
			failure -= share
		}
	}
	return f
}
