package storage

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/clarion-bot/clarion"
)

const (
	// commitBatch bounds the awards of one script, which holds up everybody else in Redis for some 4 ms.
	commitBatch = 256
	// commitTimeout bounds one script with all its repetitions, as the callers' own bounds do not count for it.
	commitTimeout = 10 * time.Second
)

// commits is the group commit of a workspace's awards: while one script is under way, calls queue and go
// together in the next one. No timer holds anything back.
type commits struct {
	run func(context.Context, []clarion.Award) ([]clarion.Outcome, error)

	mu    sync.Mutex
	queue []*call
	busy  bool // somebody empties the queue
}

// A call is what one caller waits for: at most commitBatch awards.
type call struct {
	awards   []clarion.Award
	outcomes []clarion.Outcome
	err      error
	done     chan struct{} // closed when outcomes and err are there
}

// do has awards written and waits for it, or for the end of ctx.
func (c *commits) do(ctx context.Context, awards []clarion.Award) ([]clarion.Outcome, error) {
	outcomes := make([]clarion.Outcome, 0, len(awards))
	for batch := range slices.Chunk(awards, commitBatch) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		one := &call{awards: batch, done: make(chan struct{})}
		c.enter(one)
		select {
		case <-one.done:
		case <-ctx.Done():
			c.leave(one)
			return nil, ctx.Err()
		}
		if one.err != nil {
			return nil, one.err
		}
		outcomes = append(outcomes, one.outcomes...)
	}
	return outcomes, nil
}

// enter queues a call, and sees to it that somebody empties the queue.
func (c *commits) enter(one *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, one)
	if !c.busy {
		c.busy = true
		go c.empty()
	}
}

// leave takes a call out of the queue when it still stands there. One that is under way goes on.
func (c *commits) leave(one *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.queue, one); i >= 0 {
		c.queue = slices.Delete(c.queue, i, i+1)
	}
}

// empty runs script after script until nobody waits.
func (c *commits) empty() {
	for {
		group := c.next()
		if group == nil {
			return
		}
		c.commit(group)
	}
}

// next takes the calls for the next script off the queue, or nil when nobody waits.
func (c *commits) next() []*call {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, awards := 0, 0
	for n < len(c.queue) && awards+len(c.queue[n].awards) <= commitBatch {
		awards += len(c.queue[n].awards)
		n++
	}
	if n == 0 {
		c.busy = false
		c.queue = nil
		return nil
	}
	group := slices.Clone(c.queue[:n])
	c.queue = slices.Delete(c.queue, 0, n)
	return group
}

func (c *commits) commit(group []*call) {
	// The script is for all who wait, so no caller's end is its end.
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	awards := group[0].awards
	if len(group) > 1 {
		awards = nil
		for _, one := range group {
			awards = append(awards, one.awards...)
		}
	}
	outcomes, err := c.run(ctx, awards)
	for _, one := range group {
		if one.err = err; err == nil {
			one.outcomes, outcomes = outcomes[:len(one.awards)], outcomes[len(one.awards):]
		}
		close(one.done)
	}
}
