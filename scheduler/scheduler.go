package scheduler

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/schedule"
	"github.com/clarion-bot/clarion/storage"
)

// A Poster puts messages into the channels of one platform. The errors of its methods may be a
// *chat.BusyError, after which nothing was posted and the same is tried again no sooner than it says, or a
// *chat.RefusedError, after which nothing was posted and a person has to help. After any other error a post
// may stand in the channel or not.
type Poster interface {
	// Post posts a message, marked with the delivery's id, and returns the platform's id of it.
	Post(ctx context.Context, c clarion.Channel, delivery string, m *chat.Message) (string, error)
	// Find returns the platform's id of the post that is marked with the delivery's id and not older than
	// since, or "" when there is none.
	Find(ctx context.Context, c clarion.Channel, delivery string, since time.Time) (string, error)
	// Tell writes to a person directly.
	Tell(ctx context.Context, p chat.Person, m *chat.Message) error
	// Direct returns the channel in which Tell writes to the person.
	Direct(ctx context.Context, p chat.Person) (clarion.Channel, error)
}

// Config is what the scheduler needs.
type Config struct {
	Workspace  *storage.Workspace
	Posters    map[clarion.Platform]Poster
	Write      func(context.Context, *storage.Workspace, clarion.Delivery, time.Time) (*chat.Message, error) // what a delivery says at a time
	Location   *time.Location
	Now        func() time.Time
	Social     clarion.Channel // where the social team is asked; zero: each campaign's maker is, directly
	Wake       <-chan struct{} // a tick makes the scheduler look at once, as when a clock was moved; may be nil
	Logger     *slog.Logger
	Registerer prometheus.Registerer
	Every      time.Duration // how often it looks for what is due; 0: every second
}

// A Scheduler runs the jobs.
type Scheduler struct {
	cfg     Config
	jobs    []job
	done    map[string]string    // by job: the last period that is known to be over and done with
	asked   map[string]time.Time // by burst: when the one began about which the social team is asked
	metrics *metrics
}

// New returns a scheduler. It panics when a job has no schedule or two jobs have one name: both are in this
// package.
func New(cfg Config) *Scheduler {
	s := &Scheduler{cfg: cfg, done: map[string]string{}, asked: map[string]time.Time{}, metrics: newMetrics(cfg.Registerer)}
	s.jobs = mustJobs(s.table())
	return s
}

// table has every job that runs by the clock.
func (s *Scheduler) table() []job {
	return []job{
		{
			// Late clicks of the week's last hours have nine hours to arrive; and at nine, people read it.
			Name: "winners", Schedule: schedule.MustParse("Mondays at 09:00"), Within: 7 * 24 * time.Hour,
			Period: func(due time.Time) string { return clarion.WeekOf(due, s.cfg.Location).Previous().String() },
			Run:    s.announceWinners,
		},
	}
}

// Run looks for what is due until the context ends. What it has begun by then it finishes.
func (s *Scheduler) Run(ctx context.Context) error {
	ticker := time.NewTicker(cmp.Or(s.cfg.Every, time.Second))
	defer ticker.Stop()
	for {
		if err := s.Tick(ctx); err != nil && ctx.Err() == nil {
			s.metrics.errors.Inc()
			s.cfg.Logger.Error("the scheduler could not do all that is due; it tries again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-s.cfg.Wake:
		}
	}
}

// Tick does once what is due now. What one job or delivery does wrong does not keep the others from running.
func (s *Scheduler) Tick(ctx context.Context) error {
	now := s.cfg.Now()
	return errors.Join(s.runJobs(ctx, now), s.askAboutBursts(ctx, now), s.deliver(ctx, now))
}

type metrics struct {
	deliveries *prometheus.CounterVec
	lateness   prometheus.Histogram
	errors     prometheus.Counter
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_deliveries_total", Help: "Deliveries, by what became of an attempt: posted, adopted, postponed or failed.",
		}, []string{"result"}),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "clarion_delivery_lateness_seconds", Help: "From when a delivery was due to when it was posted.",
			Buckets: []float64{1, 2, 5, 10, 30, 60, 300, 3600},
		}),
		errors: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "clarion_scheduler_errors_total", Help: "Rounds of the scheduler in which something went wrong.",
		}),
	}
	if r != nil {
		r.MustRegister(m.deliveries, m.lateness, m.errors)
	}
	return m
}
