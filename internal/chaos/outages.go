package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/clarion-bot/clarion/internal/realredis"
)

// outages kill Redis servers, one after the other, and start them again.
type outages struct {
	redis  []*realredis.Server
	random *rand.Rand

	mu       sync.Mutex
	down     bool
	restarts int
	spans    []span
}

// A span is a time in which what is to be stored may not be.
type span struct{ from, to time.Time }

// A mark is a moment by which it is known later whether Redis was well since.
type mark struct {
	down     bool
	restarts int
}

// afterwards is how long after a restart connections are made again.
const afterwards = 2 * time.Second

// strike kills the next server by chance between four and twelve seconds from now, and starts it again up to two and a
// half seconds later.
func (o *outages) strike(ctx context.Context) error {
	sleep(ctx, 4*time.Second+time.Duration(o.random.Int64N(int64(8*time.Second))))
	if ctx.Err() != nil {
		return nil
	}
	o.set(true)
	from := time.Now()
	server := o.redis[o.mark().restarts%len(o.redis)]
	server.Kill()
	sleep(ctx, 500*time.Millisecond+time.Duration(o.random.Int64N(int64(2*time.Second))))
	// The act can end meanwhile; the server is needed after it.
	if err := server.Restart(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	if len(o.redis) > 1 {
		if err := realredis.Whole(context.WithoutCancel(ctx), o.redis); err != nil {
			return err
		}
	}
	sleep(ctx, afterwards)
	o.mu.Lock()
	o.down = false
	o.restarts++
	o.spans = append(o.spans, span{from, time.Now()})
	o.mu.Unlock()
	return nil
}

// ended are the outages that are over.
func (o *outages) ended() []span {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.spans)
}

func (o *outages) set(down bool) {
	o.mu.Lock()
	o.down = down
	o.mu.Unlock()
}

func (o *outages) mark() mark {
	o.mu.Lock()
	defer o.mu.Unlock()
	return mark{o.down, o.restarts}
}

// quietSince says whether Redis was well at the mark and ever since.
func (o *outages) quietSince(m mark) bool { return !m.down && o.mark() == m }
