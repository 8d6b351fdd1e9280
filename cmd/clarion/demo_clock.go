package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/clarion-bot/clarion/playground/page"
)

// A demoClock runs with the real one and can be moved ahead of it.
type demoClock struct {
	loc  *time.Location
	wake chan struct{} // a tick after each move

	mu    sync.Mutex
	ahead time.Duration
}

// newDemoClock returns a clock that begins so far ahead of now. On a Monday before nine it begins at nine, when the
// winners of the week before are announced: they are the first thing that the demo shows.
func newDemoClock(loc *time.Location, now time.Time, ahead time.Duration) *demoClock {
	begin := now.Add(ahead).In(loc)
	if nine := time.Date(begin.Year(), begin.Month(), begin.Day(), 9, 0, 0, 0, loc); begin.Weekday() == time.Monday && begin.Before(nine) {
		ahead += nine.Sub(begin)
	}
	return &demoClock{loc: loc, wake: make(chan struct{}, 1), ahead: ahead}
}

// Now implements page.Clock.
func (c *demoClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return later(c.ahead)().In(c.loc)
}

// demoMoves has every way to move the clock.
var demoMoves = []struct {
	page.Move
	to func(now time.Time) time.Time
}{
	{page.Move{ID: "hour", Label: "To the next hour"}, func(now time.Time) time.Time {
		return now.Truncate(time.Hour).Add(time.Hour)
	}},
	{page.Move{ID: "morning", Label: "To tomorrow, 09:00"}, func(now time.Time) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+1, 9, 0, 0, 0, now.Location())
	}},
	{page.Move{ID: "monday", Label: "To Monday, 09:00: the week closes"}, func(now time.Time) time.Time {
		days := (8 - int(now.Weekday())) % 7
		monday := time.Date(now.Year(), now.Month(), now.Day()+days, 9, 0, 0, 0, now.Location())
		if !monday.After(now) {
			monday = time.Date(now.Year(), now.Month(), now.Day()+days+7, 9, 0, 0, 0, now.Location())
		}
		return monday
	}},
}

// Moves implements page.Clock.
func (c *demoClock) Moves() []page.Move {
	moves := make([]page.Move, 0, len(demoMoves))
	for _, m := range demoMoves {
		moves = append(moves, m.Move)
	}
	return moves
}

// Move implements page.Clock.
func (c *demoClock) Move(_ context.Context, id string) error {
	for _, m := range demoMoves {
		if m.ID != id {
			continue
		}
		now := c.Now()
		c.mu.Lock()
		c.ahead += m.to(now).Sub(now)
		c.mu.Unlock()
		select {
		case c.wake <- struct{}{}:
		default:
		}
		return nil
	}
	return fmt.Errorf("the clock has no move %q", id)
}
