package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/clarion-bot/clarion/internal/rehearsal"
)

// A victim is a place where a process of Clarion is killed and started again.
type victim struct {
	place  *rehearsal.Place
	random *rand.Rand
	gaps   *outages

	mu    sync.Mutex
	up    bool
	kills []kill
}

// A kill is the end of a process.
type kill struct {
	life string
	at   time.Time // it was not alive any more
}

// The life of a process, and the pause before the next one, end by chance between these.
const (
	shortestLife = 300 * time.Millisecond
	longestLife  = 8 * time.Second
	longestPause = time.Second
)

// suffer starts and kills processes until the context ends, and kills the last one then. The error says that one has ended
// by itself, although nothing was wrong with Redis in its life.
func (v *victim) suffer(ctx context.Context, ahead time.Duration) error {
	for ctx.Err() == nil {
		life := shortestLife + time.Duration(v.random.Int64N(int64(longestLife-shortestLife)))
		if err := v.live(ctx, ahead, life); err != nil {
			return err
		}
		sleep(ctx, time.Duration(v.random.Int64N(int64(longestPause))))
	}
	return nil
}

// live starts a process and kills it at the end of its life, or of the context.
func (v *victim) live(ctx context.Context, ahead, life time.Duration) error {
	before := v.gaps.mark()
	server, err := v.place.Serve(ahead)
	if err != nil {
		return err
	}
	v.set(true)
	defer v.set(false)
	select {
	case <-ctx.Done():
	case <-time.After(life):
	case <-server.Ended():
	}
	select {
	case <-server.Ended(): // whatever came at the same moment: that was no kill
		if v.gaps.quietSince(before) {
			return fmt.Errorf("a process has ended by itself: %w; see %s", server.Err(), server.Log())
		}
		return nil // it found no Redis when it started
	default:
	}
	server.Kill()
	v.mu.Lock()
	v.kills = append(v.kills, kill{server.Life, time.Now()})
	v.mu.Unlock()
	return nil
}

func (v *victim) set(up bool) {
	v.mu.Lock()
	v.up = up
	v.mu.Unlock()
}

// isUp says whether there is a process at this moment.
func (v *victim) isUp() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.up
}

// killed says how often one was killed.
func (v *victim) killed() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.kills)
}

// killsUntilNow are all kills.
func (v *victim) killsUntilNow() []kill {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.kills)
}

// sleep waits, or until the context ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
