package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/rehearsal"
	"github.com/clarion-bot/clarion/storage"
)

// An agenda is what has to be delivered in the whole run.
type agenda struct {
	workspace *storage.Workspace
	stores    []clarion.Store
	campaigns []clarion.Campaign
	weeks     []clarion.Week // whose winners are announced
	posts     []clarion.Delivery
}

// announcements returns the announcements of a week's winners.
func (a *agenda) announcements(w clarion.Week) []clarion.Delivery {
	return clarion.WinnersDeliveries(w, a.stores, time.Time{})
}

// all returns everything that has to be delivered.
func (a *agenda) all() []clarion.Delivery {
	all := append([]clarion.Delivery(nil), a.posts...)
	for _, w := range a.weeks {
		all = append(all, a.announcements(w)...)
	}
	return all
}

// ofFirst returns the posts of the first campaign, which is over before the run is.
func (a *agenda) ofFirst() []clarion.Delivery {
	var first []clarion.Delivery
	for _, d := range a.posts {
		if d.Campaign == a.campaigns[0].ID {
			first = append(first, d)
		}
	}
	return first
}

// on returns those of deliveries that go to a platform.
func on(p clarion.Platform, deliveries []clarion.Delivery) []clarion.Delivery {
	return slices.DeleteFunc(slices.Clone(deliveries), func(d clarion.Delivery) bool { return d.Channel.Platform != p })
}

// plan stores a campaign for each, in the acts in turn, with the partners' links.
func (a *agenda) plan(ctx context.Context, campaigns int, acts []act, partners []clarion.PartnerID, c *crowd) error {
	for i := range campaigns {
		act := acts[i%len(acts)]
		ends := act.begins.AddDate(0, 6, 0)
		if i == 0 && campaigns > 1 {
			ends = acts[firstEnds].begins
		}
		campaign, deliveries, err := rehearsal.Plan(ctx, a.workspace, i+1, a.stores, act.begins.Add(act.campaigns), ends)
		if err == nil && len(deliveries) != len(a.stores) {
			err = fmt.Errorf("it has %d deliveries for %d stores", len(deliveries), len(a.stores))
		}
		if err == nil {
			err = c.give(ctx, a.workspace, campaign.ID, partners)
		}
		if err != nil {
			return fmt.Errorf("planning campaign %d: %w", i+1, err)
		}
		a.campaigns, a.posts = append(a.campaigns, campaign), append(a.posts, deliveries...)
	}
	for _, act := range acts {
		if !act.announces.IsZero() {
			a.weeks = append(a.weeks, act.announces)
		}
	}
	return nil
}

// posted returns nil when storage says of all deliveries that they are posted, and else an error that lists those that are
// not.
func (a *agenda) posted(ctx context.Context, deliveries []clarion.Delivery) error {
	var open []string
	for _, d := range deliveries {
		stored, err := a.workspace.Delivery(ctx, d.ID)
		switch {
		case errors.Is(err, clarion.ErrNotFound):
			open = append(open, d.ID+" does not exist")
		case err != nil:
			return err
		case stored.State != clarion.Posted:
			open = append(open, fmt.Sprintf("%s is %s after %d attempts: %s", d.ID, stored.State, stored.Attempt, stored.Reason))
		}
	}
	return listed("deliveries are not posted", open)
}

// settled returns nil when everything is posted and nothing else waits, and else an error that lists what does.
func (a *agenda) settled(ctx context.Context) error {
	if err := a.posted(ctx, a.all()); err != nil {
		return err
	}
	const most = 1000
	open, err := a.workspace.OpenDeliveries(ctx, most)
	if err != nil {
		return err
	}
	var waiting []string
	for _, d := range open {
		waiting = append(waiting, fmt.Sprintf("%s is %s after %d attempts: %s", d.ID, d.State, d.Attempt, d.Reason))
	}
	return listed("deliveries wait", waiting)
}

// listed is nil when there is nothing to list.
func listed(what string, lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("%d %s:\n  %s", len(lines), what, strings.Join(lines, "\n  "))
}
