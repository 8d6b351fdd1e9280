package scheduler

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/schedule"
	"github.com/clarion-bot/clarion/storage"
)

// A Poster puts messages into the channels of one platform. The errors of its methods may be a
// *chat.BusyError, after which nothing was posted or changed and the same is tried again no sooner than it says, or
// a *chat.RefusedError, after which nothing was posted or changed and a person has to help. After any other error
// it may have been.
type Poster interface {
	// Post posts a message, marked with the delivery's id, and returns the platform's id of it.
	Post(ctx context.Context, c clarion.Channel, delivery string, m *chat.Message) (string, error)
	// Update puts a message in the place of a post, and leaves its mark.
	Update(ctx context.Context, c clarion.Channel, post, delivery string, m *chat.Message) error
	// Find returns the platform's id of the post that is marked with the delivery's id and not older than
	// since, or "" when there is none.
	Find(ctx context.Context, c clarion.Channel, delivery string, since time.Time) (string, error)
	// Direct returns the channel in which the bot and a person talk alone.
	Direct(ctx context.Context, p chat.Person) (clarion.Channel, error)
}

// Config is what the scheduler needs.
type Config struct {
	Workspace  *storage.Workspace
	Posters    map[clarion.Platform]Poster
	Paces      map[clarion.Platform]Paces                                                                    // how fast each is served; of one that is missing, posts have no limit
	Write      func(context.Context, *storage.Workspace, clarion.Delivery, time.Time) (*chat.Message, error) // what a delivery says at a time
	Location   *time.Location
	Now        func() time.Time
	Hours      clarion.Hours   // in which stores are reminded
	Reminders  int             // that a channel gets in a week at most; 0: nobody is reminded
	Feeds      Feeds           // reads topics' feeds; nil: nobody does
	NewID      func() string   // a UUID of version 7, for campaigns that come by a feed
	Social     clarion.Channel // where the social team is asked and told; zero: each campaign's maker is, directly
	Wake       <-chan struct{} // a tick makes the scheduler look at once, as when a clock was moved; may be nil
	Logger     *slog.Logger
	Registerer prometheus.Registerer
	Every      time.Duration // how often it looks for what is due; 0: twice a second
	LiveEvery  time.Duration // how often a living post is changed at most; 0: once a minute
}

// A Scheduler does by the clock what nobody presses a button for.
type Scheduler struct {
	cfg     Config
	jobs    []job
	carry   func(context.Context, ...task) error // to whoever delivers; the queue's, once Run has begun
	done    map[string]string                    // by job: the last period that is known to be over and done with
	turns   map[clarion.TopicID]string           // by topic: the last turn that is known to be over
	read    map[clarion.TopicID]string           // by topic: the last period for which its feed is known to be read
	asked   map[string]time.Time                 // by burst: when the one began about which the social team is asked
	pauses  map[storage.Untold]time.Time         // by what could not be told of an approval: until when that is not tried again
	rooms   rooms
	metrics *metrics
}

// New returns a scheduler. It panics when a job has no schedule or two jobs have one name: both are in this
// package.
func New(cfg Config) *Scheduler {
	s := &Scheduler{
		cfg: cfg, done: map[string]string{}, turns: map[clarion.TopicID]string{}, read: map[clarion.TopicID]string{},
		asked: map[string]time.Time{}, metrics: newMetrics(cfg.Registerer),
	}
	s.jobs = mustJobs(s.table())
	return s
}

// A round is something that is looked after again and again, beside the others and never beside itself.
type round struct {
	name  string
	every time.Duration
	run   func(ctx context.Context, now time.Time) error
}

// rounds is the table of everything that the scheduler looks after.
func (s *Scheduler) rounds() []round {
	often := cmp.Or(s.cfg.Every, 500*time.Millisecond)
	rounds := []round{
		{"clock jobs", 2 * often, s.runJobs},
		{"topics", 2 * often, s.takeTurns},
		{"feeds", 20 * often, s.readFeeds},
		{"bursts", 2 * often, s.askAboutBursts},
		{"approvals", 2 * often, s.tellOfApprovals},
		{"reminders", 2 * often, s.remind},
		{"deliveries", often, s.sweep},
	}
	for _, p := range s.platforms() {
		rounds = append(rounds, round{"posts on " + string(p), 2 * often, func(ctx context.Context, now time.Time) error { return s.refresh(ctx, now, p) }})
	}
	return rounds
}

// platforms returns those that are spoken here, in an order.
func (s *Scheduler) platforms() []clarion.Platform { return slices.Sorted(maps.Keys(s.cfg.Posters)) }

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

// Run does what is due until the context ends. What it has begun by then it finishes.
func (s *Scheduler) Run(ctx context.Context) error {
	q, err := newQueue(s.cfg.Workspace, s.cfg.Now, s.cfg.Logger)
	if err != nil {
		return err
	}
	s.carry = q.offerAll
	if err := q.start(s.attempt); err != nil {
		return err
	}
	defer q.stop()
	var g errgroup.Group
	var wakes []chan struct{}
	for _, r := range s.rounds() {
		wake := make(chan struct{}, 1)
		wakes = append(wakes, wake)
		g.Go(func() error { s.again(ctx, r, wake); return nil })
	}
	for {
		select {
		case <-s.cfg.Wake:
			for _, wake := range wakes {
				select {
				case wake <- struct{}{}:
				default: // it is about to look anyway
				}
			}
		case <-ctx.Done():
			return g.Wait()
		}
	}
}

// again runs a round until the context ends. What goes wrong in it is told and tried again.
func (s *Scheduler) again(ctx context.Context, r round, wake <-chan struct{}) {
	ticker := time.NewTicker(r.every)
	defer ticker.Stop()
	for {
		if err := r.run(ctx, s.cfg.Now()); err != nil && ctx.Err() == nil {
			s.metrics.errors.WithLabelValues(r.name).Inc()
			s.cfg.Logger.Error("the scheduler could not do all that is due; it tries again", "round", r.name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-wake:
		}
	}
}

type metrics struct {
	deliveries *prometheus.CounterVec
	lateness   prometheus.Histogram
	updates    *prometheus.CounterVec
	errors     *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_deliveries_total", Help: "Deliveries, by what became of an attempt: posted, adopted, postponed, withdrawn or failed.",
		}, []string{"result"}),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "clarion_delivery_lateness_seconds", Help: "From when a delivery was due to when it was posted.",
			Buckets: []float64{1, 2, 5, 10, 30, 60, 300, 3600},
		}),
		updates: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_post_updates_total", Help: "Living posts that were to be changed, by what became of it: changed, postponed or given up.",
		}, []string{"result"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_scheduler_errors_total", Help: "Rounds of the scheduler in which something went wrong.",
		}, []string{"round"}),
	}
	if r != nil {
		r.MustRegister(m.deliveries, m.lateness, m.updates, m.errors)
	}
	return m
}
