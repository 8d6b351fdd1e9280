package storage

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/clarion-bot/clarion"
)

const (
	// commitBatch bounds the entries of one script, which holds up everybody else in Redis for some 4 ms.
	commitBatch = 256
	// commitLeast is how many calls that wait go together in any case. Of more, half do: so half of the callers
	// are answered, and come again, while Redis works for the other half.
	commitLeast = 16
	// commitTimeout bounds one run of the script with its repetitions, as the callers' own bounds do not count
	// for it.
	commitTimeout = 10 * time.Second
	// keptVisits bounds the visits that a lane keeps in memory while Redis is away, some 500 bytes each.
	keptVisits = 100_000
	// A commit that failed is tried again after the first of these, and then after twice as long each time.
	firstPause = 20 * time.Millisecond
	lastPause  = time.Second
)

// commits is the group commit of one lane of a workspace: while one script is under way, calls queue and go together in
// the next one. No timer holds anything back.
//
// A commit that has visits in it is repeated, under its number, until Redis has taken it: whoever waits for
// one is let go at the first failure, and the visits behind it wait in the queue. Awards never wait there: they
// have the commit repeated at once, and when that fails the error goes to their callers, who can repeat an
// award. A commit of awards alone is not repeated.
type commits struct {
	run   func(ctx context.Context, number uint64, entries []entry) (string, error)
	pause func(time.Duration) <-chan time.Time
	// between, if there is one, is called after a commit with whether somebody waits for the next, and, while
	// nobody does, again as long as it says that there is more to do.
	between func(somebodyWaits bool) (more bool)

	mu     sync.Mutex
	queue  []*call
	number uint64        // of the last commit
	busy   bool          // somebody empties the queue
	visits int           // in the queue and under way
	broken int           // visits that were said to be kept, and that a mistake kept from being written down
	away   error         // why the commit that is being repeated failed; nil when none is
	idle   chan struct{} // closed when nothing is left, if somebody waits for that
	hurry  chan struct{} // ends the pause before a commit is repeated
	closed bool          // nothing is repeated any more
	stop   chan struct{} // closed with it
}

func newCommits(run func(ctx context.Context, number uint64, entries []entry) (string, error)) *commits {
	return &commits{run: run, pause: time.After, hurry: make(chan struct{}, 1), stop: make(chan struct{})}
}

// A call is what one caller waits for: at most commitBatch entries.
type call struct {
	entries  []entry
	one      [1]entry      // room for the entries of a visit
	kept     bool          // of a visit: it is written down even when its caller has gone
	outcomes string        // a letter for each entry
	err      error         //
	done     chan struct{} // gets a value when outcomes and err are there
	told     bool          // it has been sent
}

// do has entries written down and waits for it, or for the end of ctx.
func (c *commits) do(ctx context.Context, entries []entry) (string, error) {
	var outcomes []byte
	for batch := range slices.Chunk(entries, commitBatch) {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		one := &call{entries: batch, done: make(chan struct{}, 1)}
		if err := c.enter(one); err != nil {
			return "", err
		}
		select {
		case <-one.done:
		case <-ctx.Done():
			c.leave(one)
			return "", ctx.Err()
		}
		if one.err != nil {
			return "", one.err
		}
		outcomes = append(outcomes, one.outcomes...)
	}
	return string(outcomes), nil
}

// keep has one visit written down, and waits for it no longer than ctx and Redis allow. The error is
// [clarion.ErrKept] when it is written down later, and any other when it never is.
func (c *commits) keep(ctx context.Context, e entry) (byte, error) {
	one := &call{kept: true, done: make(chan struct{}, 1)}
	one.one[0] = e
	one.entries = one.one[:]
	if err := c.enter(one); err != nil {
		return 0, err
	}
	select {
	case <-one.done:
	case <-ctx.Done():
		return 0, clarion.ErrKept
	}
	if one.err != nil {
		return 0, one.err
	}
	return one.outcomes[0], nil
}

// enter queues a call, and sees to it that somebody empties the queue.
func (c *commits) enter(one *call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return errClosed
	case one.kept && c.visits >= keptVisits:
		return errFull
	}
	c.queue = append(c.queue, one)
	if one.kept {
		if c.visits++; c.away != nil {
			one.tell("", clarion.ErrKept)
		}
	} else {
		select {
		case c.hurry <- struct{}{}: // somebody waits for the answer: no pause now
		default:
		}
	}
	if !c.busy {
		c.busy = true
		go c.empty()
	}
	return nil
}

var (
	errClosed = errors.New("storage is closed")
	errFull   = errors.New("too many visits wait for Redis")
)

// tell lets the caller go, once.
func (one *call) tell(outcomes string, err error) {
	if !one.told {
		one.told, one.outcomes, one.err = true, outcomes, err
		one.done <- struct{}{}
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
		group, number := c.next()
		if group == nil {
			return
		}
		c.commit(group, number)
		for c.between != nil {
			waits := c.somebodyWaits()
			if more := c.between(waits); !more || waits {
				break
			}
		}
	}
}

func (c *commits) somebodyWaits() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue) > 0
}

// next takes the calls for the next script off the queue, or nil when nobody waits.
func (c *commits) next() ([]*call, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, entries := 0, 0
	most := max(commitLeast, (len(c.queue)+1)/2)
	for n < min(most, len(c.queue)) && entries+len(c.queue[n].entries) <= commitBatch {
		entries += len(c.queue[n].entries)
		n++
	}
	if n == 0 {
		c.busy = false
		c.queue = nil
		if c.idle != nil {
			close(c.idle)
			c.idle = nil
		}
		return nil, 0
	}
	group := slices.Clone(c.queue[:n])
	c.queue = slices.Delete(c.queue, 0, n)
	c.number++
	return group, c.number
}

// commit writes a group down: once, or until it is, when there are visits in it.
func (c *commits) commit(group []*call, number uint64) {
	entries := group[0].entries
	visits := 0
	for _, one := range group {
		if one.kept {
			visits++
		}
	}
	if len(group) > 1 {
		entries = make([]entry, 0, commitBatch)
		for _, one := range group {
			entries = append(entries, one.entries...)
		}
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		outcomes, err := c.once(number, entries)
		if again := c.settle(group, visits, outcomes, err); !again {
			return
		}
		select {
		case <-c.pause(pause):
		case <-c.hurry:
		case <-c.stop:
			c.settle(group, visits, "", errClosed)
			return
		}
	}
}

func (c *commits) once(number uint64, entries []entry) (string, error) {
	// The script is for all who wait, so no caller's end is its end.
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	return c.run(ctx, number, entries)
}

// settle tells the callers of a group what became of it, and says whether it is to be run again.
func (c *commits) settle(group []*call, visits int, outcomes string, err error) (again bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	again = err != nil && visits > 0 && !c.closed && errors.Is(failed(err, ""), clarion.ErrUnavailable)
	c.away = nil
	if again {
		c.away = err
		c.queue = slices.DeleteFunc(c.queue, func(waiting *call) bool { // behind a commit that may take long
			if waiting.kept {
				waiting.tell("", clarion.ErrKept)
			} else {
				waiting.tell("", err)
			}
			return !waiting.kept
		})
	} else {
		c.visits -= visits
	}
	for _, one := range group {
		switch {
		case err == nil:
			n := len(one.entries)
			one.tell(outcomes[:n], nil)
			outcomes = outcomes[n:]
		case again && one.kept:
			one.tell("", clarion.ErrKept)
		default:
			if one.kept && one.told {
				c.broken++
			}
			one.tell("", err)
		}
	}
	return again
}

// drain waits until everything is written down, or for the end of ctx; then it gives up what is left. It
// returns how many visits that were. Nothing is taken afterwards.
func (c *commits) drain(ctx context.Context) (lost int) {
	c.mu.Lock()
	idle := c.idle
	if idle == nil {
		idle = make(chan struct{})
		if c.idle = idle; !c.busy {
			close(idle)
			c.idle = nil
		}
	}
	c.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	lost = c.visits
	if !c.closed {
		c.closed = true
		close(c.stop)
	}
	for _, one := range c.queue {
		one.tell("", errClosed)
	}
	c.queue = nil
	return lost
}

// waiting returns how many visits are not written down yet, and how many of those that were kept never were.
func (c *commits) waiting() (visits, broken int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.visits, c.broken
}
