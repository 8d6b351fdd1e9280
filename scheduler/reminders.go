package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

const (
	remindersAtOnce = 100 // campaigns that a round asks for reminders
	// remindersAgain is how long the time of a campaign's next reminder is believed: the hours can be set anew.
	remindersAgain = time.Hour
	// remindersMissed is how late reminders are that nobody was there to send. They are not made up for outside of
	// the hours; one that is less late waits for the next hours.
	remindersMissed = time.Hour
	// sharingOld is how old the answer can be that not all partners of a store have shared, when its reminder goes
	// out.
	sharingOld = 10 * time.Second
)

// remind sees to it that stores are reminded of running campaigns.
func (s *Scheduler) remind(ctx context.Context, now time.Time) error {
	if s.cfg.Reminders == 0 {
		return nil
	}
	looks, err := s.cfg.Workspace.ReminderLooks(ctx, now, remindersAtOnce)
	if err != nil {
		return err
	}
	var errs []error
	for _, look := range looks {
		next, err := s.remindOf(ctx, look.Campaign, now)
		if err == nil {
			err = s.cfg.Workspace.LookForReminders(ctx, look, next)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("remind of campaign %s: %w", look.Campaign, err))
		}
	}
	return errors.Join(errs...)
}

// remindOf sends what a campaign has of reminders that are due, and says when it is to be asked again: never, when
// none is left, or while it cannot be shared and nobody changes that.
func (s *Scheduler) remindOf(ctx context.Context, id clarion.CampaignID, now time.Time) (again time.Time, err error) {
	c, err := s.cfg.Workspace.FreshCampaign(ctx, id)
	if errors.Is(err, clarion.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	switch c.Stage(now) {
	case clarion.Embargoed, clarion.Window, clarion.Running:
	default:
		return time.Time{}, nil
	}
	posts, err := s.cfg.Workspace.Deliveries(ctx, clarion.GroupOf(id))
	if err != nil {
		return time.Time{}, err
	}
	posted := firstPosted(posts)
	if posted.IsZero() {
		return now.Add(remindersAgain), nil // it comes late
	}
	due, next := clarion.Reminder{}, time.Time{}
	for _, r := range c.Reminders(posted, s.cfg.Hours, s.cfg.Location) {
		if r.At.After(now) {
			next = r.At
			break
		}
		due = r // when several are due, or the next one soon is, the last of them is enough
	}
	if due.Which != "" && (next.IsZero() || next.Sub(now) >= clarion.ReminderGap) {
		if err := s.sendReminders(ctx, c, posts, due, now); err != nil {
			return time.Time{}, err
		}
	}
	if soon := now.Add(remindersAgain); next.After(soon) {
		next = soon
	}
	return next, nil
}

// firstPosted is when the first of a campaign's posts came to its channel; zero when none has.
func firstPosted(deliveries []clarion.Delivery) time.Time {
	var first time.Time
	for _, d := range deliveries {
		if d.Kind == clarion.DropDelivery && d.State == clarion.Posted && (first.IsZero() || d.PostedAt.Before(first)) {
			first = d.PostedAt
		}
	}
	return first
}

// sendReminders adds a reminder for every store that it is for, once.
func (s *Scheduler) sendReminders(ctx context.Context, c clarion.Campaign, posts []clarion.Delivery, r clarion.Reminder, now time.Time) error {
	if done, err := s.cfg.Workspace.HasReminded(ctx, c.ID, r.Which); err != nil || done {
		return err
	}
	at := s.cfg.Hours.Next(now, s.cfg.Location)
	missed := !at.Equal(now) && now.Sub(r.At) > remindersMissed
	send := storage.Reminders{Campaign: c.ID, Which: r.Which, Week: clarion.WeekOf(at, s.cfg.Location), Most: s.cfg.Reminders}
	if !missed && !at.IsZero() && c.Shareable(at) == nil {
		var err error
		if send.Deliveries, err = s.remindersOf(ctx, c, posts, r.Which, at); err != nil {
			return err
		}
	}
	added, first, err := s.cfg.Workspace.Remind(ctx, send)
	if first {
		s.cfg.Logger.Info("stores are reminded", "campaign", string(c.ID), "which", r.Which, "reminders", added,
			"for", len(send.Deliveries), "missed", missed)
	}
	return err
}

// remindersOf returns the reminder for each channel of the stores in which the campaign's post stands and whose
// partners have not all shared.
func (s *Scheduler) remindersOf(ctx context.Context, c clarion.Campaign, posts []clarion.Delivery, which string, due time.Time) ([]clarion.Delivery, error) {
	posted := map[clarion.StoreID]bool{}
	for _, d := range posts {
		if d.Kind == clarion.DropDelivery && d.State == clarion.Posted {
			posted[d.Store] = true
		}
	}
	stores, err := s.cfg.Workspace.Stores(ctx)
	if err != nil {
		return nil, err
	}
	sharing, err := s.cfg.Workspace.Sharing(ctx, c.ID, 0)
	if err != nil {
		return nil, err
	}
	var reminders []clarion.Delivery
	for _, store := range clarion.InTurn(stores, string(c.ID)+which) {
		if !posted[store.ID] || sharing[store.ID].All() {
			continue
		}
		for _, channel := range store.Channels {
			reminders = append(reminders, clarion.Delivery{
				ID: clarion.ReminderDeliveryID(c.ID, which, store.ID, channel.Platform), Kind: clarion.ReminderDelivery,
				Campaign: c.ID, Subject: which, Store: store.ID, Channel: channel, Due: due,
			})
		}
	}
	return reminders, nil
}

// reminderWanted returns an error when a reminder of a campaign that runs is not to be posted now: a *turnError
// while it is outside of the hours, and errUnwanted when it is of no use any more, or the week has no room for it.
func (s *Scheduler) reminderWanted(ctx context.Context, d clarion.Delivery, c clarion.Campaign, now time.Time) error {
	at := s.cfg.Hours.Next(now, s.cfg.Location)
	if !c.Remind || s.cfg.Reminders == 0 || at.IsZero() || c.Shareable(at) != nil {
		return errUnwanted
	}
	sharing, err := s.cfg.Workspace.Sharing(ctx, c.ID, sharingOld)
	if err != nil {
		return err
	}
	if sharing[d.Store].All() {
		return errUnwanted
	}
	// Late, it can come in another week than it was counted in.
	room, err := s.cfg.Workspace.CountReminder(ctx, d, clarion.WeekOf(at, s.cfg.Location), s.cfg.Reminders)
	switch {
	case err != nil:
		return err
	case !room:
		return errUnwanted
	case at.After(now):
		return &turnError{at.Sub(now)}
	}
	return nil
}
