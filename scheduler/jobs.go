package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/schedule"
	"github.com/clarion-bot/clarion/storage"
)

// A job is one line of the table: something that is done once for each period.
type job struct {
	Name     string
	Schedule schedule.Schedule          // when, in the workspace's time zone
	Within   time.Duration              // how late it still makes sense
	Period   func(due time.Time) string // the name under which a run is known
	// Run says what has to be delivered for the period. Several processes may ask at once; one of the answers
	// is taken.
	Run func(ctx context.Context, period string) ([]clarion.Delivery, error)
}

// mustJobs panics when a job never comes or two have one name: both are mistakes of this package.
func mustJobs(jobs []job) []job {
	names := map[string]bool{}
	for _, j := range jobs {
		if j.Schedule.IsZero() {
			panic(fmt.Sprintf("scheduler: job %s has no schedule", j.Name))
		}
		if names[j.Name] {
			panic("scheduler: two jobs are called " + j.Name)
		}
		names[j.Name] = true
	}
	return jobs
}

// runJobs runs each job whose time has come, once for its period whatever the number of processes. One that
// was due while no process ran is run now, if it still makes sense.
func (s *Scheduler) runJobs(ctx context.Context, now time.Time) error {
	var errs []error
	for _, j := range s.jobs {
		due, ok := j.Schedule.Last(now, j.Within, s.cfg.Location)
		if !ok {
			continue
		}
		period := j.Period(due)
		if s.done[j.Name] == period {
			continue
		}
		if err := s.runJob(ctx, j, period); err != nil {
			errs = append(errs, fmt.Errorf("job %s for %s: %w", j.Name, period, err))
			continue
		}
		s.done[j.Name] = period
	}
	return errors.Join(errs...)
}

// runJob asks what the job has to deliver and enqueues that under the period's name: storage takes it from one
// process, and all of it or nothing.
func (s *Scheduler) runJob(ctx context.Context, j job, period string) error {
	if done, err := s.cfg.Workspace.HasRun(ctx, j.Name, period); err != nil || done {
		return err
	}
	deliveries, err := j.Run(ctx, period)
	if err != nil {
		return err
	}
	first, err := s.cfg.Workspace.EnqueueRun(ctx, j.Name, period, deliveries...)
	if first {
		s.cfg.Logger.Info("a job has run", "job", j.Name, "period", period, "deliveries", len(deliveries))
	}
	return err
}

// announceWinners says whom to tell who won a closed week: every store's channel. A week without points is
// passed over: there is nothing to announce, as in the first days of an installation.
func (s *Scheduler) announceWinners(ctx context.Context, period string) ([]clarion.Delivery, error) {
	week, err := clarion.ParseWeek(period)
	if err != nil {
		return nil, err
	}
	board, err := s.cfg.Workspace.Leaderboard(ctx, storage.Query{Period: clarion.InWeek(week), Scope: clarion.Stores(), Limit: 1})
	if err != nil || board.Total == 0 {
		return nil, err
	}
	stores, err := s.cfg.Workspace.Stores(ctx)
	if err != nil {
		return nil, err
	}
	return clarion.WinnersDeliveries(week, stores, s.cfg.Now()), nil
}
