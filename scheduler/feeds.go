package scheduler

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// Feeds reads feeds from the internet, within bounds of time and size.
type Feeds interface {
	// Read returns the feed at an address. Known is the version of the last read, or its zero value. The error is a
	// *clarion.InvalidError when it has a sentence for whoever gave the address.
	Read(ctx context.Context, address string, known clarion.FeedVersion) (clarion.Feed, error)
}

const (
	// feedEvery is how often a topic's feed is read.
	feedEvery = 30 * time.Minute
	// feedLimit bounds one reading with all that follows from it.
	feedLimit = 30 * time.Second
	// feedRecordLimit is how long it may take to keep why a feed could not be read, when reading has used up the time.
	feedRecordLimit = 5 * time.Second
	// feedClaim is how long a reading is one process's. It is longer than all of that, so that two read at once only
	// when one of them is stuck, and then what the feed has comes once all the same.
	feedClaim = time.Minute
	// feedsAtOnce is how many feeds a process reads at a time.
	feedsAtOnce = 4
	// newAtOnce is how many new items are taken from one reading, the oldest first. The others come with the next
	// ones: a site that was rebuilt, and names all of its items anew, does not flood anybody.
	newAtOnce = 5
)

// readFeeds reads each topic's feed twice an hour, by one process each time. New items become suggestions, or go
// into the queue at once where the topic says so. What goes wrong with a feed is kept with its topic.
func (s *Scheduler) readFeeds(ctx context.Context, now time.Time) error {
	if s.cfg.Feeds == nil {
		return nil
	}
	topics, err := s.cfg.Workspace.Topics(ctx)
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(feedsAtOnce)
	over, errs := make([]bool, len(topics)), make([]error, len(topics))
	for i, t := range topics {
		period := feedPeriod(t, now)
		if t.Feed == "" || t.Paused || s.read[t.ID] == period {
			continue
		}
		g.Go(func() error {
			if over[i], errs[i] = s.takeFeed(ctx, t, period); errs[i] != nil {
				errs[i] = fmt.Errorf("the feed of topic %s: %w", t.ID, errs[i])
			}
			return nil
		})
	}
	_ = g.Wait() // its functions return nil: each error has its place in errs
	for i, t := range topics {
		if over[i] {
			s.read[t.ID] = feedPeriod(t, now)
		}
	}
	return errors.Join(errs...)
}

// takeFeed claims the reading of a topic's feed for a period, and reads it. Over says that the feed was read for the
// period, by whomever. A process that is killed while it reads, or stops, leaves a claim that lapses.
func (s *Scheduler) takeFeed(ctx context.Context, t clarion.Topic, period string) (over bool, err error) {
	now := s.cfg.Now() // others were read before this one in the same round
	taken, over, err := s.cfg.Workspace.TakeFeed(ctx, t.ID, period, now, now.Add(feedClaim))
	if err != nil || !taken {
		return over, err
	}
	ctx, cancel := context.WithTimeout(ctx, feedLimit)
	defer cancel()
	err = s.readFeed(ctx, t, period, now)
	return err == nil, err
}

// feedPeriod names the half hour for which a topic's feed is read. Each topic has its own, so that they are not
// read all at once; and a new one when the topic is changed, so that another feed is read soon.
func feedPeriod(t clarion.Topic, now time.Time) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(t.ID)) // never fails, says hash.Hash
	every := int64(feedEvery / time.Second)
	return fmt.Sprintf("%d/%d", t.Revision, (now.Unix()+int64(h.Sum32())%every)/every)
}

// readFeed reads a topic's feed, takes what is new and records it. The error is storage's, or says that the process
// stops.
func (s *Scheduler) readFeed(ctx context.Context, t clarion.Topic, period string, now time.Time) error {
	state, err := s.cfg.Workspace.FeedState(ctx, t)
	if err != nil {
		return err
	}
	known := state.Version
	if state.Left > 0 {
		known = clarion.FeedVersion{} // what was left is asked for again, though the feed may not have changed
	}
	feed, err := s.cfg.Feeds.Read(ctx, t.Feed, known)
	state.Address, state.Period, state.At = t.Feed, period, now
	if err != nil {
		return s.feedFailed(ctx, t, state, err)
	}
	first := state.Read.IsZero()
	state.Read, state.Failure, state.Since = now, "", time.Time{}
	if feed.Unchanged {
		return s.cfg.Workspace.RecordFeed(ctx, t.ID, state, nil, false)
	}
	state.Title, state.Version = feed.Title, feed.Version
	if state.Left, err = s.takeItems(ctx, t, feed.Items, first, now); err != nil {
		return err
	}
	return s.cfg.Workspace.RecordFeed(ctx, t.ID, state, feed.Items, first)
}

// feedFailed keeps why a topic's feed could not be read, and since when.
func (s *Scheduler) feedFailed(ctx context.Context, t clarion.Topic, state storage.FeedState, why error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // the process stops, which says nothing of the feed
	}
	s.cfg.Logger.Warn("a topic's feed cannot be read", "topic", t.Name, "error", why)
	state.Failure = "It cannot be read now."
	if invalid, ok := errors.AsType[*clarion.InvalidError](why); ok {
		state.Failure = invalid.Reason
	}
	if state.Since.IsZero() {
		state.Since = state.At
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), feedRecordLimit)
	defer cancel()
	return s.cfg.Workspace.RecordFeed(ctx, t.ID, state, nil, false)
}

// takeItems takes a feed's new items, and says how many it has left for the next reading. Of a feed that is read for
// the first time the newest item alone is new.
func (s *Scheduler) takeItems(ctx context.Context, t clarion.Topic, items []clarion.Item, first bool, now time.Time) (left int, err error) {
	usable := slices.DeleteFunc(slices.Clone(items), func(i clarion.Item) bool { return !i.Usable() })
	if first {
		usable = usable[:min(1, len(usable))]
	}
	fresh, err := s.cfg.Workspace.NewItems(ctx, t.ID, usable)
	if err != nil {
		return 0, err
	}
	slices.Reverse(fresh) // the oldest first
	for n, item := range fresh {
		if n == newAtOnce {
			return len(fresh) - n, nil
		}
		err := s.takeItem(ctx, t, item, now)
		switch {
		case errors.Is(err, storage.ErrQueueFull), errors.Is(err, storage.ErrTooManySuggestions):
			return len(fresh) - n, nil // until there is room
		case errors.Is(err, clarion.ErrNotFound):
			return 0, nil // the topic was deleted meanwhile
		case err != nil:
			return 0, err
		}
	}
	return 0, nil
}

func (s *Scheduler) takeItem(ctx context.Context, t clarion.Topic, i clarion.Item, now time.Time) error {
	if t.Auto {
		return s.queueItem(ctx, i, t.Campaign(i, clarion.CampaignID(s.cfg.NewID()), now), now)
	}
	channel, err := s.socialOf(ctx, t)
	if err != nil {
		return err
	}
	suggestion := clarion.Suggestion{Topic: t.ID, Item: i, At: now}
	ask := clarion.Delivery{}
	if !channel.IsZero() { // otherwise /drop topics lists it
		ask = clarion.Delivery{
			ID: clarion.SuggestionDeliveryID(suggestion.ID()), Kind: clarion.SuggestionDelivery, Subject: string(suggestion.ID()), Channel: channel, Due: now,
		}
	}
	_, err = s.cfg.Workspace.Suggest(ctx, suggestion, ask)
	return err
}

// queueItem puts the campaign of an item into its topic's queue, under a title that no other has: nobody is there to
// choose another one.
func (s *Scheduler) queueItem(ctx context.Context, i clarion.Item, c clarion.Campaign, now time.Time) error {
	for {
		seen, others, err := s.cfg.Workspace.Titles(ctx)
		if err != nil {
			return err
		}
		_, err = s.cfg.Workspace.PlanItem(ctx, seen, i, c.Distinct(others, now))
		if !errors.Is(err, storage.ErrTitlesChanged) {
			return err
		}
	}
}
