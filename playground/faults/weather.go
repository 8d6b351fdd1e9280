package faults

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// A Failure is a platform's own kind of failure. They are numbered from 1; 0 is none.
type Failure interface{ ~int }

// Weather is what goes wrong by itself. A share is the probability, from 0 to 1, with which one call of the bot meets it.
// A call meets one failure at most, and can be slow besides. The zero value is good weather.
type Weather[F Failure] struct {
	// Seed decides what the calls meet: the same ones in the same order meet the same.
	Seed uint64
	// Slow is the share of calls that wait before their work, for up to Slowest. The work is done also when the caller
	// has gone meanwhile, as a server does that has read the whole request.
	Slow    float64
	Slowest time.Duration
	// Failures are the shares of the calls that fail in these ways. Their sum is 1 at most.
	Failures map[F]float64
	// Longest is the greatest Retry-After of the failures that have one, in seconds; 0 means 1.
	Longest int
}

// check says what is impossible about the weather of a platform whose failures go up to last.
func (w Weather[F]) check(last F) error {
	sum := 0.0
	for how, share := range w.Failures {
		if how < 1 || how > last || share < 0 {
			return fmt.Errorf("weather has %v for the share of failure %v", share, how)
		}
		sum += share
	}
	if sum > 1 || w.Slow < 0 || w.Slow > 1 || w.Slowest < 0 || w.Longest < 0 {
		return fmt.Errorf("weather makes no sense: shares lie between 0 and 1, and nothing lasts less than no time: %+v", w)
	}
	return nil
}

// sky is a weather as it goes on.
type sky[F Failure] struct {
	Weather[F]
	last   F
	random *rand.Rand
}

func newSky[F Failure](w Weather[F], last F) sky[F] {
	return sky[F]{w, last, rand.New(rand.NewPCG(w.Seed, w.Seed))} //nolint:gosec // to be the same again is what it is for
}

// next is what the next call meets. Every call takes as many random numbers, whatever it meets.
func (k sky[F]) next() Fault[F] {
	slow, length, failure, after := k.random.Float64(), k.random.Float64(), k.random.Float64(), k.random.IntN(max(1, k.Longest))
	f := Fault[F]{After: time.Duration(1+after) * time.Second}
	if slow < k.Slow {
		f.Slow = time.Duration(length * float64(k.Slowest))
	}
	for how := F(1); how <= k.last; how++ {
		if share := k.Failures[how]; failure < share {
			f.How = how
			break
		} else {
			failure -= share
		}
	}
	return f
}
