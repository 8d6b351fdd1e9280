package faults

import (
	"maps"
	"net/http"
	"sync"
	"time"
)

// A Fault is how one call goes wrong: by a Failure, or with a refusal in the platform's own words. It can be slow besides.
// The zero value is none.
type Fault[F Failure] struct {
	How     F
	Refused error
	Slow    time.Duration // it waits so long before anything else
	After   time.Duration // the Retry-After of failures that have one, in whole seconds
}

// A Plan counts calls and knows which of the next fail. A route is what the platform tells calls apart by. Its methods may
// be called at the same time from everywhere. Make it with NewPlan.
type Plan[R comparable, F Failure] struct {
	last F

	mu     sync.Mutex
	calls  map[R]int
	next   map[R][]Fault[F]
	sky    sky[F]
	failed map[F]int
}

// NewPlan makes a plan for the failures from 1 to last, or says what is impossible about the weather.
func NewPlan[R comparable, F Failure](last F, w Weather[F]) (*Plan[R, F], error) {
	if err := w.check(last); err != nil {
		return nil, err
	}
	return &Plan[R, F]{last: last, calls: map[R]int{}, next: map[R][]Fault[F]{}, sky: newSky(w, last), failed: map[F]int{}}, nil
}

// SetWeather changes the weather for the calls that come from now on. Those that are under way end as they began.
func (p *Plan[R, F]) SetWeather(w Weather[F]) error {
	if err := w.check(p.last); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sky = newSky(w, p.last)
	return nil
}

// Fail makes the next calls of a route go wrong, times of them, after those already asked for and before any weather.
func (p *Plan[R, F]) Fail(route R, times int, how F) {
	p.ask(route, times, Fault[F]{How: how, After: time.Second})
}

// Refuse makes the next calls of a route be refused, likewise.
func (p *Plan[R, F]) Refuse(route R, times int, refused error) {
	p.ask(route, times, Fault[F]{Refused: refused})
}

func (p *Plan[R, F]) ask(route R, times int, f Fault[F]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range times {
		p.next[route] = append(p.next[route], f)
	}
}

// Take counts a call and tells how it shall go wrong.
func (p *Plan[R, F]) Take(route R) Fault[F] {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[route]++
	var f Fault[F]
	if list := p.next[route]; len(list) > 0 {
		f, p.next[route] = list[0], list[1:]
	} else {
		f = p.sky.next()
	}
	if f.How != 0 {
		p.failed[f.How]++
	}
	return f
}

// Calls is how often Take was asked about a route.
func (p *Plan[R, F]) Calls(route R) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[route]
}

// Failed is how many calls have gone wrong in each way, on request or in bad weather.
func (p *Plan[R, F]) Failed() map[F]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.failed)
}

// Pause waits, and says whether the whole wait passed before the platform closed.
func Pause(d time.Duration, closed <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-closed:
		return false
	}
}

// Hang waits until the caller has left or the platform closes, and then cuts the connection with http.ErrAbortHandler.
func Hang(r *http.Request, closed <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-closed:
	}
	panic(http.ErrAbortHandler)
}
