package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	batch     = 200              // deliveries looked at in one round
	workers   = 8                // deliveries posted at once
	claimLife = 2 * time.Minute  // after that a claim lapses, and another process may try
	postLimit = 60 * time.Second // for all calls of one attempt; well below claimLife
	// clockSkew is how far the platform's clock may be behind ours, when a post is looked for.
	clockSkew = 10 * time.Minute
)

// errGiveUp marks an attempt after which no other one makes sense.
var errGiveUp = errors.New("not tried again")

// deliver posts what is due.
func (s *Scheduler) deliver(ctx context.Context, now time.Time) error {
	ids, err := s.cfg.Workspace.Due(ctx, now, batch)
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(workers)
	errs := make([]error, len(ids))
	for i, due := range ids {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			// What was claimed is finished even while the process stops.
			attempt, cancel := context.WithTimeout(context.WithoutCancel(ctx), postLimit)
			defer cancel()
			errs[i] = s.attempt(attempt, due.ID)
			return nil
		})
	}
	_ = g.Wait() // its functions return nil: each error has its place in errs
	return errors.Join(errs...)
}

// attempt claims a delivery, posts it and records it. The error is storage's: what goes wrong with the
// platform is recorded with the delivery. It looks at the clock itself, because it may have waited for others:
// a claim has its whole life, and a pause begins when it was asked for.
func (s *Scheduler) attempt(ctx context.Context, id string) error {
	now := s.cfg.Now()
	d, claimed, err := s.cfg.Workspace.Claim(ctx, id, now, now.Add(claimLife))
	if err != nil || !claimed {
		return err
	}
	post, result, err := s.post(ctx, d, now)
	var busy *chat.BusyError
	var refused *chat.RefusedError
	switch {
	case err == nil:
		s.metrics.deliveries.WithLabelValues(result).Inc()
		s.metrics.lateness.Observe(s.cfg.Now().Sub(d.Due).Seconds())
		return s.cfg.Workspace.Record(ctx, d.ID, storage.Posted{PostID: post, At: s.cfg.Now()})
	case errors.As(err, &busy):
		return s.postpone(ctx, d, s.cfg.Now().Add(busy.After), err)
	case errors.As(err, &refused):
		return s.giveUp(ctx, d, refused.Remedy, err)
	case errors.Is(err, errGiveUp):
		return s.giveUp(ctx, d, chat.Say(err.Error()), err)
	}
	return s.postpone(ctx, d, s.cfg.Now().Add(backoff(d.Attempt)), err)
}

// post puts the delivery into its channel. After an earlier attempt, of which nobody knows whether it
// posted, it first looks for that post and adopts it.
func (s *Scheduler) post(ctx context.Context, d clarion.Delivery, now time.Time) (id, result string, err error) {
	poster, ok := s.cfg.Posters[d.Channel.Platform]
	if !ok {
		return "", "", fmt.Errorf("nobody posts to %s here: %w", d.Channel.Platform, errGiveUp)
	}
	if err := s.stillWanted(ctx, d, now); err != nil {
		return "", "", err
	}
	if d.Attempt > 1 && d.Kind != clarion.BurstDelivery { // a question that is asked twice is decided once
		id, err := poster.Find(ctx, d.Channel, d.ID, d.Due.Add(-clockSkew))
		if err != nil || id != "" {
			return id, "adopted", err
		}
	}
	m, err := s.cfg.Write(ctx, s.cfg.Workspace, d, now)
	if err != nil {
		return "", "", fmt.Errorf("writing it: %w", err)
	}
	id, err = poster.Post(ctx, d.Channel, d.ID, m)
	return id, "posted", err
}

// stillWanted returns an error when the delivery is so late that it no longer makes sense.
func (s *Scheduler) stillWanted(ctx context.Context, d clarion.Delivery, now time.Time) error {
	switch d.Kind {
	case clarion.DropDelivery:
		c, err := s.cfg.Workspace.Campaign(ctx, d.Campaign)
		if err != nil {
			return err
		}
		if err := c.Shareable(now); err != nil {
			return fmt.Errorf("the campaign ended before it could be posted: %w", errGiveUp)
		}
	case clarion.WinnersDelivery:
		if now.Sub(d.Due) > 7*24*time.Hour {
			return fmt.Errorf("the week after is over too: %w", errGiveUp)
		}
	case clarion.BurstDelivery:
		if _, err := s.cfg.Workspace.Burst(ctx, d.Subject); errors.Is(err, clarion.ErrNotFound) {
			return fmt.Errorf("it was decided before the question could be asked: %w", errGiveUp)
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (s *Scheduler) postpone(ctx context.Context, d clarion.Delivery, until time.Time, why error) error {
	s.metrics.deliveries.WithLabelValues("postponed").Inc()
	s.cfg.Logger.Warn("a delivery is tried again", "delivery", d.ID, "attempt", d.Attempt, "at", until, "error", why)
	return s.cfg.Workspace.Doubt(ctx, d, until, why.Error())
}

// giveUp records that a person has to help, and tells who made the drop, once.
func (s *Scheduler) giveUp(ctx context.Context, d clarion.Delivery, remedy chat.Text, why error) error {
	s.metrics.deliveries.WithLabelValues("failed").Inc()
	s.cfg.Logger.Error("a delivery failed", "delivery", d.ID, "store", string(d.Store), "channel", d.Channel.String(), "error", why)
	if err := s.cfg.Workspace.Fail(ctx, d, s.cfg.Now(), remedy.String()); err != nil {
		return err
	}
	if d.Kind == clarion.DropDelivery {
		if err := s.tellMaker(ctx, d, remedy); err != nil {
			s.cfg.Logger.Warn("nobody could be told of a failed delivery", "delivery", d.ID, "error", err)
		}
	}
	return nil
}

func (s *Scheduler) tellMaker(ctx context.Context, d clarion.Delivery, remedy chat.Text) error {
	c, err := s.cfg.Workspace.Campaign(ctx, d.Campaign)
	if err != nil {
		return err
	}
	platform, user, _ := c.CreatedBy.User()
	poster, ok := s.cfg.Posters[platform]
	if !ok {
		return fmt.Errorf("nobody writes to %s here", c.CreatedBy)
	}
	store, err := s.cfg.Workspace.Store(ctx, d.Store)
	if err != nil && !errors.Is(err, clarion.ErrNotFound) {
		return err
	}
	text := chat.Strong(c.Title).Say(" could not be posted to ").Bold(store.Name).Say(" (").In(d.Channel).Say("). ").Add(remedy)
	return poster.Tell(ctx, chat.Person{Platform: platform, ID: user}, chat.Simple(text))
}

// backoff is how long to wait after an attempt of unknown outcome: 5 s, 10 s, 20 s … up to 5 minutes.
func backoff(attempt int) time.Duration {
	return min(5*time.Second<<min(attempt-1, 10), 5*time.Minute)
}
