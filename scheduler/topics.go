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

// takeTurns lets the next campaign of each topic's queue go out when the topic's time has come, one at each time
// whatever the number of processes. A turn that was missed while no process ran is taken when one comes back, the
// last one only, and only within the topic's Patience. A turn at which nothing waits is over: what is added
// afterwards waits for the next.
func (s *Scheduler) takeTurns(ctx context.Context, now time.Time) error {
	topics, err := s.cfg.Workspace.Topics(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, t := range topics {
		if t.Paused {
			continue
		}
		err := s.takeTurn(ctx, t, now)
		if errors.Is(err, storage.ErrRevised) {
			s.cfg.Logger.Debug("a topic was changed while it had its turn; it is looked at again", "topic", t.Name, "error", err)
			continue
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("topic %s: %w", t.ID, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Scheduler) takeTurn(ctx context.Context, t clarion.Topic, now time.Time) error {
	times, err := schedule.Parse(t.Schedule)
	if err != nil {
		return err
	}
	due, ok := times.Last(now, t.Patience(), s.cfg.Location)
	if !ok || due.Before(t.Since) {
		return nil
	}
	period := times.Period(due, s.cfg.Location)
	if s.turns[t.ID] == period {
		return nil
	}
	done, err := s.cfg.Workspace.HasRun(ctx, storage.TopicJob(t.ID), period)
	if err != nil {
		return err
	}
	if !done {
		turn, err := s.turnOf(ctx, t, period, due, now)
		if err != nil {
			return err
		}
		first, err := s.cfg.Workspace.TakeTurn(ctx, turn)
		if err != nil {
			return err
		}
		if first {
			s.cfg.Logger.Info("a topic has had its turn", "topic", t.Name, "period", period, "campaign", string(turn.Campaign.ID), "deliveries", len(turn.Deliveries))
		}
	}
	s.turns[t.ID] = period
	return nil
}

// turnOf says what a topic's turn lets out: the first campaign of its queue that can go. Those before it that cannot,
// because they are not approved or no store of theirs has a channel, keep their places.
func (s *Scheduler) turnOf(ctx context.Context, t clarion.Topic, period string, due, now time.Time) (storage.TopicTurn, error) {
	queue, stores, err := s.queueOf(ctx, t.ID)
	turn := storage.TopicTurn{Topic: t, Period: period, Waiting: len(queue)}
	if err != nil || len(queue) == 0 {
		return turn, err
	}
	for _, c := range queue {
		if d, ok := goesOut(c, stores, due, now); ok {
			turn.Campaign, turn.Drop, turn.Deliveries = t.TakesTurn(c, due, s.cfg.Location), d, d.Deliveries(stores)
			break
		}
	}
	switch {
	case turn.Campaign.ID == "": // told once for the one that is first, not at each turn
		turn.Notice = s.noticeOf(ctx, t, string(queue[0].ID), now)
	case len(queue) == 1:
		turn.Notice = s.noticeOf(ctx, t, period, now)
	}
	return turn, nil
}

func (s *Scheduler) queueOf(ctx context.Context, id clarion.TopicID) ([]clarion.Campaign, []clarion.Store, error) {
	queue, err := s.cfg.Workspace.Queue(ctx, id)
	if err != nil || len(queue) == 0 {
		return nil, nil, err
	}
	stores, err := s.cfg.Workspace.Stores(ctx)
	return queue, stores, err
}

// goesOut returns the drop of a campaign in a topic's queue at its turn, and whether it can go out. The drop has the
// campaign's id, as the campaign has one turn.
func goesOut(c clarion.Campaign, stores []clarion.Store, turn, now time.Time) (clarion.Drop, bool) {
	d := clarion.Drop{ID: string(c.ID), Campaign: c.ID, At: turn}
	for _, store := range c.Audience.Choose(stores) {
		d.Stores = append(d.Stores, store.ID)
	}
	return d, c.Stage(now) == clarion.Queued && len(d.Deliveries(stores)) > 0
}

// noticeOf returns the message that a topic has nothing more to go out; without an id when there is nobody to tell.
// That it cannot be sent keeps nothing from going out: /drop topics says it too.
func (s *Scheduler) noticeOf(ctx context.Context, t clarion.Topic, since string, now time.Time) clarion.Delivery {
	channel, err := s.socialOf(ctx, t)
	if err != nil {
		s.cfg.Logger.Warn("nobody could be told that a topic has run dry", "topic", t.Name, "error", err)
	}
	if err != nil || channel.IsZero() {
		return clarion.Delivery{}
	}
	return clarion.Delivery{
		ID: clarion.TopicDeliveryID(t.ID, since), Kind: clarion.TopicDelivery, Subject: string(t.ID), Channel: channel, Due: now,
	}
}

// socialOf returns the channel in which the social team is asked and told about a topic: their own, or else that
// with whoever made the topic. It is zero when there is nobody.
func (s *Scheduler) socialOf(ctx context.Context, t clarion.Topic) (clarion.Channel, error) {
	if !s.cfg.Social.IsZero() {
		return s.cfg.Social, nil
	}
	return s.direct(ctx, t.CreatedBy)
}

// stillDry returns errUnwanted when a topic is gone or paused, or has something again that can go out.
func (s *Scheduler) stillDry(ctx context.Context, id clarion.TopicID, now time.Time) error {
	t, err := s.cfg.Workspace.Topic(ctx, id)
	if errors.Is(err, clarion.ErrNotFound) || err == nil && t.Paused {
		return errUnwanted
	}
	if err != nil {
		return err
	}
	queue, stores, err := s.queueOf(ctx, id)
	if err != nil {
		return err
	}
	for _, c := range queue {
		if _, ok := goesOut(c, stores, now, now); ok {
			return errUnwanted
		}
	}
	return nil
}
