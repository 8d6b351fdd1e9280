package scheduler

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	batch   = 1000 // deliveries that a sweep offers
	workers = 16   // deliveries that a process posts at once
	// actLimit bounds an attempt with all of its calls. The claim lives longer, by the time that a message of a process
	// that was killed can be on its way: so whoever claims next finds in the channel what was posted.
	actLimit  = 20 * time.Second
	claimLife = 30 * time.Second
	// turnLimit is how long an attempt waits for its turn under the pace, before it is put off.
	turnLimit = 5 * time.Second
	// clockSkew is how far the platform's clock may be behind ours, when a post is looked for.
	clockSkew = 10 * time.Minute
	// secondLook is how long after it was posted a post is first compared with what it should show.
	secondLook = 5 * time.Second
	// winnersLimit is how late winners can be announced: within the week after.
	winnersLimit = 7 * 24 * time.Hour
)

// sweep offers what is due to the queue. It is what makes up for a queue that has lost something.
func (s *Scheduler) sweep(ctx context.Context, now time.Time) error {
	due, err := s.cfg.Workspace.Due(ctx, now, batch)
	if err != nil {
		return err
	}
	tasks := make([]task, 0, len(due))
	for _, d := range due {
		tasks = append(tasks, task{Due: d})
	}
	return s.carry(ctx, tasks...)
}

// What comes of an attempt in which nothing was posted, beside the platform's own errors.
var (
	// errUnwanted: it was taken back.
	errUnwanted = errors.New("it was taken back before it could be posted")
	// errOvertaken: the claim lapsed meanwhile, and somebody else has the delivery, or a change of the campaign took it.
	errOvertaken = errors.New("somebody else has claimed it meanwhile, or changed what is to be posted")
)

// A hopelessError says in a sentence for people why a delivery no longer makes sense.
type hopelessError struct{ sentence string }

func (e *hopelessError) Error() string { return e.sentence }

// A turnError says that the pace had no turn for an attempt.
type turnError struct{ wait time.Duration }

func (e *turnError) Error() string { return fmt.Sprintf("its turn is in %s", e.wait) }

// attempt claims a delivery, posts it and records it. What goes wrong with the platform is recorded with the
// delivery; the error is storage's, or errRefused. It looks at the clock itself, because it may have waited in
// the queue.
func (s *Scheduler) attempt(ctx context.Context, id string) error {
	now := s.cfg.Now()
	d, claimed, err := s.cfg.Workspace.Claim(ctx, id, now, now.Add(claimLife))
	if err != nil || !claimed {
		return err
	}
	leave, ok := s.rooms.enter(d.Channel.Platform, s.room())
	if !ok {
		return s.postpone(ctx, d, turnLimit, "It waits for its turn.", errCrowded)
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, actLimit)
	defer cancel()
	posted, doubt, err := s.act(ctx, d, now)
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), claimLife-actLimit) // what came of it is recorded all the same
	defer cancel()
	if err == nil {
		s.metrics.lateness.Observe(s.cfg.Now().Sub(d.Due).Seconds())
		return s.cfg.Workspace.Record(ctx, d.ID, posted)
	}
	return s.settle(ctx, d, doubt, err)
}

// settle records why a delivery was not posted, or, in doubt, may not have been.
func (s *Scheduler) settle(ctx context.Context, d clarion.Delivery, doubt bool, why error) error {
	now := s.cfg.Now()
	var busy *chat.BusyError
	var refused *chat.RefusedError
	var turn *turnError
	var hopeless *hopelessError
	switch {
	case errors.As(why, &turn):
		return s.postpone(ctx, d, turn.wait, "It waits for its turn.", why)
	case errors.As(why, &busy):
		p := d.Channel.Platform
		if err := s.cfg.Workspace.Hold(ctx, onPlatform(posting, p), d.Channel, s.paces(p).EachPosts, busy.After); err != nil {
			return err
		}
		return s.postpone(ctx, d, busy.After, "The platform asked to wait.", why)
	case errors.Is(why, errUnwanted):
		s.metrics.deliveries.WithLabelValues("withdrawn").Inc()
		return s.cfg.Workspace.Withdraw(ctx, d, why.Error())
	case errors.As(why, &refused):
		return s.giveUp(ctx, d, refused.Remedy, why)
	case errors.As(why, &hopeless):
		return s.giveUp(ctx, d, chat.Say(hopeless.sentence), why)
	case errors.Is(why, clarion.ErrNotFound):
		return s.giveUp(ctx, d, chat.Say("What it is about is not stored any more."), why)
	case errors.Is(why, clarion.ErrUnavailable):
		return why // its claim lapses
	case errors.Is(why, errOvertaken):
		s.cfg.Logger.Warn("a delivery was not posted", "delivery", d.ID, "attempt", d.Attempt, "why", why)
		return nil
	}
	s.metrics.deliveries.WithLabelValues("postponed").Inc()
	wait := backoff(d.Setbacks + 1)
	if !doubt {
		s.cfg.Logger.Warn("a delivery could not be posted; it is tried again", "delivery", d.ID, "attempt", d.Attempt, "in", wait, "error", why)
		if err := s.cfg.Workspace.SetBack(ctx, d, now.Add(wait), "It could not be posted; the log says why."); err != nil {
			return err
		}
		return s.later(ctx, d, now, wait)
	}
	s.cfg.Logger.Warn("nobody knows whether a delivery was posted; it is looked for", "delivery", d.ID, "attempt", d.Attempt, "in", wait, "error", why)
	if err := s.cfg.Workspace.Doubt(ctx, d, now.Add(wait), "The platform's answer was lost, so it is looked for before it is posted again."); err != nil {
		return err
	}
	return s.later(ctx, d, now, wait)
}

// act puts the delivery into its channel. After an earlier attempt of which nobody knows whether it posted, it
// first looks for that post and adopts it. With an error, doubt says that it may have been posted all the same.
func (s *Scheduler) act(ctx context.Context, d clarion.Delivery, now time.Time) (posted storage.Posted, doubt bool, err error) {
	poster, ok := s.cfg.Posters[d.Channel.Platform]
	if !ok {
		return posted, false, &hopelessError{fmt.Sprintf("Nobody posts to %s here.", d.Channel.Platform)}
	}
	if !d.Doubt.IsZero() {
		id, err := poster.Find(ctx, d.Channel, d.ID, d.Doubt.Add(-clockSkew))
		if err != nil {
			return posted, false, err
		}
		if id != "" {
			s.metrics.deliveries.WithLabelValues("adopted").Inc()
			s.cfg.Logger.Info("the post of a delivery was found", "delivery", d.ID, "attempt", d.Attempt, "post", id)
			return storage.Posted{PostID: id, At: now, Look: s.firstLook(d, now)}, false, nil
		}
	}
	if err := s.stillWanted(ctx, d, now); err != nil {
		return posted, false, err
	}
	v, err := s.show(ctx, d, now)
	if err != nil {
		return posted, false, fmt.Errorf("writing it: %w", err)
	}
	if err := s.turn(ctx, d.Channel); err != nil {
		return posted, false, err
	}
	if mine, err := s.cfg.Workspace.Begin(ctx, d, s.cfg.Now()); err != nil {
		return posted, false, err
	} else if !mine {
		return posted, false, errOvertaken
	}
	id, err := poster.Post(ctx, d.Channel, d.ID, v.message)
	if err != nil {
		return posted, true, err
	}
	s.metrics.deliveries.WithLabelValues("posted").Inc()
	s.cfg.Logger.Info("a delivery is posted", "delivery", d.ID, "attempt", d.Attempt, "post", id)
	posted = storage.Posted{PostID: id, At: s.cfg.Now(), Shown: v.mark}
	if d.IsLiving() {
		// The campaign can have been changed while it was posted, which the change did not know.
		posted.Look = posted.At.Add(secondLook)
	}
	return posted, false, nil
}

// turn waits until the pace lets a message go to the channel. The error is a *turnError when that is too long.
func (s *Scheduler) turn(ctx context.Context, c clarion.Channel) error {
	p := s.paces(c.Platform)
	if p.Posts.PerMinute == 0 {
		return nil
	}
	wait, err := s.cfg.Workspace.Reserve(ctx, onPlatform(posting, c.Platform), c, p.Posts, p.EachPosts, turnLimit)
	switch {
	case err != nil:
		return err
	case wait > turnLimit:
		return &turnError{wait}
	case wait <= 0:
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &turnError{wait}
	}
}

// stillWanted returns an error when the delivery was taken back, or is so late that it no longer makes sense.
func (s *Scheduler) stillWanted(ctx context.Context, d clarion.Delivery, now time.Time) error {
	switch d.Kind {
	case clarion.DropDelivery, clarion.ReminderDelivery:
		c, err := s.cfg.Workspace.FreshCampaign(ctx, d.Campaign)
		if err != nil {
			return err
		}
		switch c.Stage(now) {
		case clarion.Recalled, clarion.Cancelled, clarion.Unapproved, clarion.Queued:
			return errUnwanted
		case clarion.Ended:
			if d.Kind == clarion.ReminderDelivery {
				return errUnwanted
			}
			return &hopelessError{"The campaign ended before it could be posted."}
		}
		if d.Kind == clarion.ReminderDelivery {
			return s.reminderWanted(ctx, d, c, now)
		}
	case clarion.ApprovalDelivery, clarion.DecisionDelivery:
		return s.approvalWanted(ctx, d, now)
	case clarion.WinnersDelivery:
		if now.Sub(d.Due) > winnersLimit {
			return &hopelessError{"It is over a week late."}
		}
	case clarion.BurstDelivery:
		if _, err := s.cfg.Workspace.Burst(ctx, d.Subject); errors.Is(err, clarion.ErrNotFound) {
			return errUnwanted // it was decided before the question could be asked
		} else if err != nil {
			return err
		}
	case clarion.SuggestionDelivery:
		if _, err := s.cfg.Workspace.Suggestion(ctx, clarion.SuggestionID(d.Subject)); errors.Is(err, storage.ErrDecided) {
			return errUnwanted // likewise
		} else if err != nil {
			return err
		}
	case clarion.TopicDelivery:
		return s.stillDry(ctx, clarion.TopicID(d.Subject), now)
	}
	return nil
}

// postpone puts a delivery off that was not posted, because it was asked to wait. The reason is for people, why for the
// log.
func (s *Scheduler) postpone(ctx context.Context, d clarion.Delivery, wait time.Duration, reason string, why error) error {
	s.metrics.deliveries.WithLabelValues("postponed").Inc()
	s.cfg.Logger.Info("a delivery is put off", "delivery", d.ID, "attempt", d.Attempt, "for", wait, "why", why)
	now := s.cfg.Now()
	if err := s.cfg.Workspace.Postpone(ctx, d, now.Add(wait), reason); err != nil {
		return err
	}
	return s.later(ctx, d, now, wait)
}

// later offers the next turn of a delivery that was put off. If that fails, the sweep will.
func (s *Scheduler) later(ctx context.Context, d clarion.Delivery, now time.Time, wait time.Duration) error {
	turn := strconv.FormatInt(now.Add(wait).UnixMilli(), 10)
	return s.carry(ctx, task{Due: storage.Due{ID: d.ID, Turn: turn}, after: wait})
}

// backoff is how long to wait after the first setback, the second …: 5 s, 10 s, 20 s … up to 5 minutes.
func backoff(setbacks int) time.Duration {
	return min(5*time.Second<<min(setbacks-1, 10), 5*time.Minute)
}
