package scheduler

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/schedule"
)

// winners returns the weeks whose winners a channel was told, in order.
func (w *world) winners(i int) (weeks []string) {
	for _, p := range w.in(channel(i)) {
		var week string
		if n, _ := fmt.Sscanf(p.text, "winners %s", &week); n == 1 {
			weeks = append(weeks, week)
		}
	}
	return weeks
}

func (w *world) announced(want ...string) {
	w.t.Helper()
	for i := range 2 {
		if got := w.winners(i); fmt.Sprint(got) != fmt.Sprint(want) {
			w.t.Errorf("store %d was told the winners of %v, want %v", i, got, want)
		}
	}
}

// walk ticks processes every step until a time.
func (w *world) walk(until time.Time, step time.Duration, processes ...*Scheduler) {
	w.t.Helper()
	for !w.now().After(until) {
		for _, p := range processes {
			must(w.t, p.Tick(w.t.Context()))
		}
		w.pass(step)
	}
}

func TestWinnersAreAnnouncedOnceAWeekByAnyNumberOfProcesses(t *testing.T) {
	w := newWorld(t, 2)
	for week := range 3 {
		w.earn(week%2, monday.AddDate(0, 0, 7*week-3))
	}
	processes := []*Scheduler{w.process(), w.process(), w.process()}
	w.walk(monday.Add(59*time.Minute), 20*time.Minute, processes...)
	w.announced()
	for range 3 * 7 * 4 {
		var together sync.WaitGroup
		for _, p := range processes {
			together.Go(func() {
				if err := p.Tick(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		together.Wait()
		w.pass(6 * time.Hour)
	}
	w.announced("2026-W47", "2026-W48", "2026-W49")
}

func TestAMondayThatWasMissedIsCaughtUpOnWednesday(t *testing.T) {
	w := newWorld(t, 2)
	w.earn(0, monday.AddDate(0, 0, -3))
	w.moveTo(monday.AddDate(0, 0, 2))
	w.walk(monday.AddDate(0, 0, 3), 6*time.Hour, w.process())
	w.announced("2026-W47")
	w.walk(monday.AddDate(0, 0, 4), 6*time.Hour, w.process()) // after a restart
	w.announced("2026-W47")
}

func TestAWeekWithoutPointsIsPassedOver(t *testing.T) {
	w := newWorld(t, 2)
	w.earn(0, monday.AddDate(0, 0, -10)) // the week before the last
	w.earn(0, monday.AddDate(0, 0, 1))   // this week
	w.pass(time.Hour)
	w.walk(monday.AddDate(0, 0, 6), 6*time.Hour, w.process())
	w.announced()
}

func TestAFreshInstallationAnnouncesNothing(t *testing.T) {
	w := newWorld(t, 2)
	w.moveTo(monday.AddDate(0, 0, 2))
	w.walk(monday.AddDate(0, 0, 14), 6*time.Hour, w.process())
	w.announced()
}

func TestAStartTwoWeeksLateAnnouncesTheLastClosedWeekOnly(t *testing.T) {
	w := newWorld(t, 2)
	w.earn(0, monday.AddDate(0, 0, -3)) // W47
	w.earn(1, monday.AddDate(0, 0, 1))  // W48
	w.earn(1, monday.AddDate(0, 0, 8))  // W49
	w.moveTo(monday.AddDate(0, 0, 16))  // Wednesday of W50
	w.walk(monday.AddDate(0, 0, 20), 6*time.Hour, w.process())
	w.announced("2026-W49")
}

func TestAnErrorInAJobLeavesItToTheNextRound(t *testing.T) {
	w := newWorld(t, 2)
	w.earn(0, monday.AddDate(0, 0, -3))
	w.moveTo(monday.Add(time.Hour))
	p := w.process()
	for _, method := range []string{"ERR no script", "LOADING"} {
		w.redis.SetError(method)
		if err := p.Tick(t.Context()); err == nil {
			t.Fatal("the round says that all is well")
		}
		w.redis.SetError("")
	}
	must(t, p.Tick(t.Context()))
	w.announced("2026-W47")
}

func TestDueAndTheWeeksNamesHoldOverChangesOfClocksAndYears(t *testing.T) {
	w := newWorld(t, 0)
	j := w.process().jobs[0]
	at := func(s string) time.Time {
		parsed, err := time.ParseInLocation("2006-01-02 15:04:05", s, w.location)
		must(t, err)
		return parsed
	}
	for _, c := range []struct{ now, due, week string }{
		{"2026-11-23 08:59:59", "2026-11-16 09:00:00", "2026-W46"},
		{"2026-11-23 09:00:00", "2026-11-23 09:00:00", "2026-W47"},
		// Clocks go forward on Sunday 29 March 2026: the week has 167 hours.
		{"2026-03-30 08:59:59", "2026-03-23 09:00:00", "2026-W12"},
		{"2026-03-30 09:00:00", "2026-03-30 09:00:00", "2026-W13"},
		{"2026-04-06 08:59:59", "2026-03-30 09:00:00", "2026-W13"},
		// They go back on Sunday 25 October 2026: the week has 169 hours, and its last one is nobody's.
		{"2026-10-26 07:59:59", "2026-10-19 09:00:00", "2026-W42"},
		{"2026-10-26 08:30:00", "", ""},
		{"2026-10-26 09:00:00", "2026-10-26 09:00:00", "2026-W43"},
		// 2026 has 53 weeks.
		{"2026-12-28 09:00:00", "2026-12-28 09:00:00", "2026-W52"},
		{"2027-01-03 23:59:59", "2026-12-28 09:00:00", "2026-W52"},
		{"2027-01-04 09:00:00", "2027-01-04 09:00:00", "2026-W53"},
		{"2027-01-11 09:00:00", "2027-01-11 09:00:00", "2027-W01"},
	} {
		due, ok := j.Schedule.Last(at(c.now), j.Within, w.location)
		if ok != (c.due != "") || (ok && !due.Equal(at(c.due))) {
			t.Errorf("at %s it was due at %s (%v), want %s", c.now, due, ok, c.due)
			continue
		}
		if ok && j.Period(due) != c.week {
			t.Errorf("at %s the week is %s, want %s", c.now, j.Period(due), c.week)
		}
	}
}

func TestEachWeekIsAnnouncedOnceOverTheYearsEnd(t *testing.T) {
	w := newWorld(t, 2)
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) // a Friday, of the 53rd week of 2026
	w.moveTo(newYear.AddDate(0, 0, -10))
	for _, week := range []int{-1, 0, 1} {
		w.earn(0, newYear.AddDate(0, 0, 7*week))
	}
	for _, until := range []int{-1, 3, 20} { // and two restarts
		w.walk(newYear.AddDate(0, 0, until), 5*time.Hour, w.process(), w.process())
	}
	w.announced("2026-W52", "2026-W53", "2027-W01")
}

func TestAClockInUTCIsReadInTheWorkspacesZone(t *testing.T) {
	w := newWorld(t, 2)
	summer := time.Date(2026, 7, 6, 7, 59, 0, 0, time.UTC) // 08:59 in London
	w.earn(0, summer.AddDate(0, 0, -2))
	w.moveTo(summer)
	p := w.process()
	must(t, p.Tick(t.Context()))
	w.announced()
	w.pass(time.Minute)
	must(t, p.Tick(t.Context()))
	w.announced("2026-W27")
}

func TestJobsThatMakeNoSensePanicAtStart(t *testing.T) {
	good := job{Name: "a", Schedule: schedule.MustParse("Mondays")}
	for name, jobs := range map[string][]job{
		"two of one name": {good, good}, "no schedule": {good, {Name: "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			mustJobs(jobs)
		})
	}
}

func TestRunFinishesWhatItHasClaimedAndReturns(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("a", monday)
	begun, release := make(chan struct{}), make(chan struct{})
	w.fail = func(string, int) (bool, error) { close(begun); <-release; return false, nil }
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	p := w.process()
	go func() { done <- p.Run(ctx) }()
	<-begun
	cancel()
	select {
	case err := <-done:
		t.Fatalf("Run returned in the middle of a post: %v", err)
	default:
	}
	close(release)
	must(t, <-done)
	if d := w.delivery(drop("a", 0)); d.State != clarion.Posted {
		t.Errorf("%+v", d)
	}
}

func TestRunLooksWhenItIsWoken(t *testing.T) {
	w := newWorld(t, 1)
	wake, posted := make(chan struct{}), make(chan struct{})
	w.fail = func(string, int) (bool, error) { close(posted); return false, nil }
	p := w.process()
	p.cfg.Wake, p.cfg.Every = wake, time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	wake <- struct{}{} // the first look is over by now, or has not begun
	w.plan("a", monday)
	wake <- struct{}{}
	<-posted
	cancel()
	must(t, <-done)
}
