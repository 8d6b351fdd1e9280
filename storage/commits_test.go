package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clarion-bot/clarion"
)

// A script stands for Redis: it says what it is given and goes on when it is told.
type script struct {
	runs    [][]string
	numbers []uint64
	goOn    chan error
}

func (s *script) run(ctx context.Context, number uint64, entries []entry) (string, error) {
	var keys []string
	var outcomes []byte
	for _, e := range entries {
		keys = append(keys, e.row)
		if e.row == "known" {
			outcomes = append(outcomes, wasKnown)
		} else {
			outcomes = append(outcomes, wasGiven)
		}
	}
	s.runs = append(s.runs, keys)
	s.numbers = append(s.numbers, number)
	select {
	case err := <-s.goOn:
		return string(outcomes), err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

type answer struct {
	outcomes string
	err      error
}

// ask awards keys in the background.
func ask(ctx context.Context, c *commits, keys ...string) <-chan answer {
	answers := make(chan answer, 1)
	var entries []entry
	for _, key := range keys {
		entries = append(entries, entry{row: key})
	}
	go func() {
		outcomes, err := c.do(ctx, entries)
		answers <- answer{outcomes, err}
	}()
	synctest.Wait()
	return answers
}

func TestCallsThatComeWhileAScriptIsUnderWayGoTogetherInTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		a := ask(t.Context(), c, "a")
		b, d := ask(t.Context(), c, "b", "known"), ask(t.Context(), c, "d")
		s.goOn <- nil
		if got := <-a; got.err != nil || got.outcomes != "a" {
			t.Errorf("a: %+v", got)
		}
		synctest.Wait()
		s.goOn <- nil
		if got := <-b; got.err != nil || got.outcomes != "ak" {
			t.Errorf("b: %+v", got)
		}
		if got := <-d; got.err != nil || got.outcomes != "a" {
			t.Errorf("d: %+v", got)
		}
		if want := [][]string{{"a"}, {"b", "known", "d"}}; !slices.EqualFunc(s.runs, want, slices.Equal) {
			t.Errorf("scripts ran with %v, want %v", s.runs, want)
		}
	})
}

func TestACallerThatLeavesDoesNotHurtTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		ctx, cancel := context.WithCancel(t.Context())
		underWay := ask(ctx, c, "under way")
		queued, stays := ask(ctx, c, "queued"), ask(t.Context(), c, "stays")
		cancel()
		for _, gone := range []<-chan answer{underWay, queued} {
			if got := <-gone; !errors.Is(got.err, context.Canceled) {
				t.Errorf("who left got %+v", got)
			}
		}
		s.goOn <- nil // the first script was not stopped
		synctest.Wait()
		s.goOn <- nil
		if got := <-stays; got.err != nil || len(got.outcomes) != 1 {
			t.Errorf("who stayed got %+v", got)
		}
		if want := [][]string{{"under way"}, {"stays"}}; !slices.EqualFunc(s.runs, want, slices.Equal) {
			t.Errorf("scripts ran with %v, want %v", s.runs, want)
		}
		if got := <-ask(ctx, c, "too late"); !errors.Is(got.err, context.Canceled) || len(s.runs) != 2 {
			t.Errorf("who came with an ended context got %+v, and %d scripts ran", got, len(s.runs))
		}
	})
}

func TestAScriptThatFailsFailsItsOwnCallersOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		first := ask(t.Context(), c, "first")
		second := ask(t.Context(), c, "second")
		broken := errors.New("broken")
		s.goOn <- broken
		if got := <-first; !errors.Is(got.err, broken) || got.outcomes != "" {
			t.Errorf("first: %+v", got)
		}
		synctest.Wait()
		s.goOn <- nil
		if got := <-second; got.err != nil {
			t.Errorf("second: %+v", got)
		}
	})
}

func TestAScriptHasAtMost256Entries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		first := ask(t.Context(), c, "first")
		var keys []string
		for i := range 100 {
			keys = append(keys, fmt.Sprint(i))
		}
		var waiting []<-chan answer
		for range 4 {
			waiting = append(waiting, ask(t.Context(), c, keys...))
		}
		for range 3 {
			s.goOn <- nil
			synctest.Wait()
		}
		<-first
		for _, w := range waiting {
			if got := <-w; got.err != nil || len(got.outcomes) != 100 {
				t.Errorf("%d outcomes, %v", len(got.outcomes), got.err)
			}
		}
		var sizes []int
		for _, run := range s.runs {
			sizes = append(sizes, len(run))
		}
		if !slices.Equal(sizes, []int{1, 200, 200}) {
			t.Errorf("scripts had %v awards, want 1, 200, 200", sizes)
		}
		if c.busy || c.queue != nil {
			t.Error("somebody still empties the queue")
		}
	})
}

func TestAScriptThatHangsEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		if got := <-ask(t.Context(), c, "a"); !errors.Is(got.err, context.DeadlineExceeded) {
			t.Errorf("got %+v", got)
		}
	})
}

// keep counts a visit in the background.
func keep(ctx context.Context, c *commits, key string) <-chan answer {
	answers := make(chan answer, 1)
	go func() {
		letter, err := c.keep(ctx, entry{row: key})
		answers <- answer{string(letter), err}
	}()
	synctest.Wait()
	return answers
}

func TestAVisitIsRepeatedUnderItsNumberUntilItIsWrittenDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		first := keep(t.Context(), c, "first")
		behind := keep(t.Context(), c, "behind")
		for range 3 {
			s.goOn <- clarion.ErrUnavailable
			time.Sleep(lastPause) // of the bubble's clock
		}
		for name, waiting := range map[string]<-chan answer{"first": first, "behind": behind, "later": keep(t.Context(), c, "later")} {
			if got := <-waiting; !errors.Is(got.err, clarion.ErrKept) {
				t.Errorf("%s: %+v, want it to be kept", name, got)
			}
		}
		if waiting, _ := c.waiting(); waiting != 3 {
			t.Errorf("%d visits wait, want 3", waiting)
		}
		s.goOn <- nil
		synctest.Wait()
		s.goOn <- nil
		synctest.Wait()
		want := [][]string{{"first"}, {"first"}, {"first"}, {"first"}, {"behind", "later"}}
		if !slices.EqualFunc(s.runs, want, slices.Equal) || !slices.Equal(s.numbers, []uint64{1, 1, 1, 1, 2}) {
			t.Errorf("scripts ran with %v under %v, want %v under 1, 1, 1, 1, 2", s.runs, s.numbers, want)
		}
		if waiting, lost := c.waiting(); waiting != 0 || lost != 0 || c.away != nil {
			t.Errorf("%d visits wait, %d are lost, away is %v", waiting, lost, c.away)
		}
		after := keep(t.Context(), c, "after")
		s.goOn <- nil
		if got := <-after; got.err != nil || got.outcomes != "a" {
			t.Errorf("after it is back: %+v", got)
		}
	})
}

func TestAVisitIsWrittenDownAlsoWhenItsCallerHasGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		ctx, cancel := context.WithCancel(t.Context())
		underWay, queued := keep(ctx, c, "under way"), keep(ctx, c, "queued")
		cancel()
		for _, gone := range []<-chan answer{underWay, queued} {
			if got := <-gone; !errors.Is(got.err, clarion.ErrKept) {
				t.Errorf("who left got %+v", got)
			}
		}
		s.goOn <- nil
		synctest.Wait()
		s.goOn <- nil
		synctest.Wait()
		if want := [][]string{{"under way"}, {"queued"}}; !slices.EqualFunc(s.runs, want, slices.Equal) {
			t.Errorf("scripts ran with %v, want %v", s.runs, want)
		}
	})
}

func TestAnAwardBehindARepeatedCommitHurriesItAndHearsWhatCameOfThat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		c.pause = func(time.Duration) <-chan time.Time { return nil } // only a hurry ends it
		visit := keep(t.Context(), c, "visit")
		s.goOn <- clarion.ErrUnavailable
		if got := <-visit; !errors.Is(got.err, clarion.ErrKept) {
			t.Fatalf("visit: %+v", got)
		}
		synctest.Wait()
		award := ask(t.Context(), c, "award")
		s.goOn <- clarion.ErrUnavailable
		if got := <-award; !errors.Is(got.err, clarion.ErrUnavailable) {
			t.Errorf("award while Redis is away: %+v", got)
		}
		synctest.Wait()
		again := ask(t.Context(), c, "again")
		s.goOn <- nil
		synctest.Wait()
		s.goOn <- nil
		if got := <-again; got.err != nil || got.outcomes != "a" {
			t.Errorf("award when Redis is back: %+v", got)
		}
		if want := [][]string{{"visit"}, {"visit"}, {"visit"}, {"again"}}; !slices.EqualFunc(s.runs, want, slices.Equal) {
			t.Errorf("scripts ran with %v, want %v", s.runs, want)
		}
	})
}

func TestAMistakeIsNotRepeatedAndItsVisitsAreNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		visit := keep(t.Context(), c, "visit")
		mistake := fmt.Errorf("wrong: %w", context.Canceled)
		s.goOn <- mistake
		if got := <-visit; !errors.Is(got.err, mistake) {
			t.Errorf("visit: %+v, want %v", got, mistake)
		}
		if waiting, lost := c.waiting(); waiting != 0 || lost != 0 || len(s.runs) != 1 {
			t.Errorf("%d visits wait and %d are lost after %d runs", waiting, lost, len(s.runs))
		}

		kept := keep(t.Context(), c, "kept")
		s.goOn <- clarion.ErrUnavailable
		if got := <-kept; !errors.Is(got.err, clarion.ErrKept) {
			t.Errorf("kept: %+v", got)
		}
		time.Sleep(lastPause)
		s.goOn <- mistake
		synctest.Wait()
		if waiting, lost := c.waiting(); waiting != 0 || lost != 1 {
			t.Errorf("%d visits wait and %d are lost, want the one that was kept to be lost", waiting, lost)
		}
	})
}

func TestDrainingWaitsForWhatWasTakenAndTakesNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{goOn: make(chan error)}
		c := newCommits(s.run)
		visit := keep(t.Context(), c, "visit")
		drained := make(chan int, 1)
		go func() { drained <- c.drain(t.Context()) }()
		synctest.Wait()
		select {
		case <-drained:
			t.Fatal("it did not wait")
		default:
		}
		s.goOn <- nil
		if got, lost := <-visit, <-drained; got.err != nil || lost != 0 {
			t.Errorf("visit %+v, %d lost", got, lost)
		}
		if got := <-keep(t.Context(), c, "too late"); !errors.Is(got.err, errClosed) {
			t.Errorf("after draining: %+v", got)
		}

		c = newCommits(s.run)
		visit, behind := keep(t.Context(), c, "visit"), keep(t.Context(), c, "behind")
		s.goOn <- clarion.ErrUnavailable
		<-visit
		<-behind
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if lost := c.drain(ctx); lost != 2 {
			t.Errorf("%d visits were given up, want 2", lost)
		}
		synctest.Wait()
	})
}
