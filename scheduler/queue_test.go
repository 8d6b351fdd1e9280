package scheduler

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// run runs schedulers with their queues until the test ends, or stop is called.
func (w *world) run(processes ...*Scheduler) (stop func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var g sync.WaitGroup
	for _, p := range processes {
		p.cfg.Every = 20 * time.Millisecond
		g.Go(func() {
			if err := p.Run(ctx); err != nil {
				w.t.Error(err)
			}
		})
	}
	stop = sync.OnceFunc(func() { cancel(); g.Wait() })
	w.t.Cleanup(stop)
	return stop
}

// arrive waits until so many posts have been made.
func (w *world) arrive(posts int) {
	w.t.Helper()
	limit := time.After(30 * time.Second)
	for w.all() < posts {
		select {
		case <-w.made:
		case <-limit:
			w.t.Fatalf("%d posts, want %d", w.all(), posts)
		}
	}
}

func TestTenProcessesWithOneQueuePostEachDropOncePerStore(t *testing.T) {
	const stores, drops = 10, 5
	w := newWorld(t, stores)
	for i := range drops {
		w.plan(fmt.Sprint(i), monday)
	}
	var processes []*Scheduler
	for range 10 {
		processes = append(processes, w.process())
	}
	stop := w.run(processes...)
	w.arrive(stores * drops)
	stop()
	for i := range stores {
		seen := map[string]int{}
		for _, p := range w.in(channel(i)) {
			seen[p.delivery]++
		}
		for d := range drops {
			if n := seen[drop(fmt.Sprint(d), i)]; n != 1 {
				t.Errorf("store %d, drop %d: posted %d times", i, d, n)
			}
		}
	}
}

func TestWhatTheQueueLostIsOfferedAgain(t *testing.T) {
	w := newWorld(t, 2)
	w.plan("a", monday)
	lost := w.process()
	q, err := newQueue(lost.cfg.Workspace, w.now, lost.cfg.Logger)
	must(t, err)
	lost.carry = q.offerAll
	must(t, lost.sweep(t.Context(), w.now())) // nobody takes it
	for _, key := range w.redis.Keys() {
		if len(key) > 6 && key[:6] == "asynq:" {
			w.redis.Del(key)
		}
	}
	must(t, lost.sweep(t.Context(), w.now()))
	if w.redis.Exists("asynq:{clarion-acme}:pending") {
		t.Error("the same process offers it again at once")
	}
	w.pass(offerAgain)
	must(t, lost.sweep(t.Context(), w.now()))
	pending, err := w.redis.List("asynq:{clarion-acme}:pending")
	if err != nil || len(pending) != 2 {
		t.Errorf("pending are %v, %v", pending, err)
	}
	w.run(w.process())
	w.arrive(2)
}

func TestAHangingChannelHoldsUpNoOther(t *testing.T) {
	w := newWorld(t, 40)
	release := make(chan struct{})
	w.fail = func(c string, _ int) (bool, error) {
		if c == channel(3) || c == channel(7) {
			<-release
		}
		return false, nil
	}
	w.plan("a", monday)
	stop := w.run(w.process())
	w.arrive(38)
	w.plan("b", monday) // new work is not held up either
	w.arrive(38 + 38)
	close(release)
	w.arrive(80)
	stop()
}

func TestAStopFinishesWhatWasBegun(t *testing.T) {
	w := newWorld(t, 1)
	begun, release := make(chan struct{}), make(chan struct{})
	w.fail = func(string, int) (bool, error) {
		close(begun)
		<-release
		return false, nil
	}
	w.plan("a", monday)
	stop := w.run(w.process())
	<-begun
	done := make(chan struct{})
	go func() { stop(); close(done) }()
	close(release)
	<-done
	if d := w.delivery(drop("a", 0)); d.State != clarion.Posted {
		t.Errorf("it is %s", d.State)
	}
}

func TestWhatFailedForGoodIsInTheQueuesArchiveAndIsTriedAgainOnRequest(t *testing.T) {
	w := newWorld(t, 1)
	var once sync.Once
	refused := make(chan struct{})
	w.fail = func(_ string, attempt int) (bool, error) {
		if attempt == 1 {
			once.Do(func() { close(refused) })
			return false, &chat.RefusedError{Remedy: chat.Say("Unarchive it."), Err: errors.New("is_archived")}
		}
		return false, nil
	}
	w.plan("a", monday)
	stop := w.run(w.process())
	<-refused
	stop()
	if archived, err := w.redis.ZMembers("asynq:{clarion-acme}:archived"); err != nil || len(archived) != 1 {
		t.Errorf("in the archive: %v, %v", archived, err)
	}
	n, err := w.workspace.Retry(t.Context(), w.now(), drop("a", 0))
	must(t, err)
	if n != 1 {
		t.Fatalf("%d opened again", n)
	}
	w.run(w.process())
	w.arrive(1)
}
