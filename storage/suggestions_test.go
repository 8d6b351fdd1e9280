package storage

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

func item(guid string) clarion.Item {
	return clarion.Item{GUID: guid, Title: "Item " + guid, Link: "https://shop.example/" + guid}
}

func suggested(e *env, topic clarion.TopicID, guid string) error {
	s := clarion.Suggestion{Topic: topic, Item: item(guid), At: noon}
	d := delivery(clarion.SuggestionDeliveryID(s.ID()), noon)
	d.Kind, d.Campaign = clarion.SuggestionDelivery, ""
	created, err := e.w.Suggest(e.ctx, s, d)
	if err == nil && !created {
		err = errors.New("it is known")
	}
	return err
}

func itemsComeOnce(t *testing.T, e *env) {
	e.topics(t, "a", "b")
	var created atomic.Int32
	var wg sync.WaitGroup
	s := clarion.Suggestion{Topic: "a", Item: item("1"), At: noon}
	d := delivery(clarion.SuggestionDeliveryID(s.ID()), noon)
	d.Kind, d.Campaign = clarion.SuggestionDelivery, ""
	for range 8 {
		w := e.another()
		wg.Go(func() {
			ok, err := w.Suggest(e.ctx, s, d)
			if err != nil {
				t.Error(err)
			}
			if ok {
				created.Add(1)
			}
		})
	}
	wg.Wait()
	due, err := e.w.Due(e.ctx, noon, 9)
	must(t, err)
	if created.Load() != 1 || len(due) != 1 {
		t.Errorf("suggested %d times, asked %d times", created.Load(), len(due))
	}
	// What is decided never comes again; in another topic it is another thing.
	must(t, e.w.Dismiss(e.ctx, s.ID()))
	if err := e.w.Dismiss(e.ctx, s.ID()); !errors.Is(err, ErrDecided) {
		t.Errorf("dismissed twice: %v", err)
	}
	if ok, err := e.w.Suggest(e.ctx, s, d); ok || err != nil {
		t.Errorf("it comes again: %v, %v", ok, err)
	}
	if _, err := e.w.Suggestion(e.ctx, s.ID()); !errors.Is(err, ErrDecided) {
		t.Errorf("it waits again: %v", err)
	}
	must(t, suggested(e, "b", "1"))

	// Who accepts it decides, also when it is pressed twice or dismissed at once.
	must(t, suggested(e, "a", "2"))
	two := clarion.Suggestion{Topic: "a", Item: item("2")}.ID()
	if got, err := e.w.Suggestion(e.ctx, two); err != nil || got.Item != item("2") || !got.At.Equal(noon) {
		t.Errorf("%+v, %v", got, err)
	}
	accept := func(id string) (bool, error) {
		return e.w.PlanSuggestion(e.ctx, 0, two, queuedCampaign("a", id))
	}
	if ok, err := accept("c2"); !ok || err != nil {
		t.Errorf("accepted: %v, %v", ok, err)
	}
	if ok, err := accept("c2"); ok || err != nil {
		t.Errorf("confirmed twice: %v, %v", ok, err)
	}
	if ok, err := accept("c2again"); ok || !errors.Is(err, ErrDecided) {
		t.Errorf("accepted by another: %v, %v", ok, err)
	}
	e.hasQueue(t, "a", "c2")

	// What goes out by itself is known, too.
	for i, want := range []bool{true, false, false} {
		if ok, err := e.w.PlanItem(e.ctx, 0, item("3"), queuedCampaign("a", fmt.Sprint("c3", max(i, 1)))); ok != want || err != nil {
			t.Errorf("call %d: %v, %v", i, ok, err)
		}
	}
	e.hasQueue(t, "a", "c2", "c31")

	for i := range clarion.MaxSuggestions {
		must(t, suggested(e, "a", fmt.Sprint("more", i)))
	}
	if err := suggested(e, "a", "last"); !errors.Is(err, ErrTooManySuggestions) {
		t.Errorf("one too many: %v", err)
	}
	if err := suggested(e, "gone", "1"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("of a topic that is not there: %v", err)
	}
	list, err := e.w.Suggestions(e.ctx, "a")
	must(t, err)
	states, err := e.w.TopicStates(e.ctx, []clarion.Topic{topic("b"), topic("a")})
	must(t, err)
	if len(list) != clarion.MaxSuggestions || states[0].Suggestions != 1 || states[1].Suggestions != len(list) || states[1].Waiting != 2 {
		t.Errorf("%d suggestions, %+v", len(list), states)
	}
}

func itemsInTheFeedStayKnown(t *testing.T, e *env) {
	e.topics(t, "a")
	state := func(at time.Time) FeedState { return FeedState{Address: topic("a").Feed, At: at, Title: "News"} }
	fresh := func(items ...clarion.Item) []clarion.Item {
		t.Helper()
		got, err := e.w.NewItems(e.ctx, "a", items)
		must(t, err)
		return got
	}
	old := item("old")
	must(t, e.w.RecordFeed(e.ctx, "a", state(noon), []clarion.Item{old, item("gone")}, true))
	if got := fresh(item("new"), old); !slices.Equal(got, []clarion.Item{item("new")}) {
		t.Errorf("new are %+v", got)
	}
	// Others push out what is not in the feed any more, and never what is.
	for page := range 4 {
		at := noon.Add(time.Duration(page+1) * time.Hour)
		items := make([]clarion.Item, 0, maxKnown/2)
		for i := range maxKnown / 2 {
			items = append(items, item(fmt.Sprintf("%d-%d", page, i)))
		}
		must(t, e.w.RecordFeed(e.ctx, "a", state(at), []clarion.Item{old}, false))
		must(t, e.w.RecordFeed(e.ctx, "a", state(at), items, true))
	}
	if got := fresh(old, item("gone"), item("3-7")); !slices.Equal(got, []clarion.Item{item("gone")}) {
		t.Errorf("new are %+v", got)
	}
	if n, err := e.rdb.ZCard(e.ctx, e.w.under(knownPrefix, "a")).Result(); err != nil || n != maxKnown {
		t.Errorf("%d items are known, %v", n, err)
	}
	// A read that is not the first makes nothing known by itself.
	must(t, e.w.RecordFeed(e.ctx, "a", state(noon.Add(5*time.Hour)), []clarion.Item{item("left")}, false))
	if got := fresh(item("left")); len(got) != 1 {
		t.Error("an item that was not taken is known")
	}
	if f, err := e.w.FeedState(e.ctx, topic("a")); err != nil || f.Title != "News" || !f.At.Equal(noon.Add(5*time.Hour)) {
		t.Errorf("%+v, %v", f, err)
	}

	// Another feed, and a pause, begin anew; a topic that is gone gets nothing.
	other := topic("a")
	other.Revision, other.Feed = 1, "https://other.example/feed"
	if f, err := e.w.FeedState(e.ctx, other); err != nil || f != (FeedState{}) {
		t.Errorf("another feed's state: %+v, %v", f, err)
	}
	must(t, e.w.ReviseTopic(e.ctx, other))
	other.Revision, other.Feed = 2, topic("a").Feed
	must(t, e.w.ReviseTopic(e.ctx, other))
	if f, err := e.w.FeedState(e.ctx, other); err != nil || f != (FeedState{}) {
		t.Errorf("a feed that was left and taken again: %+v, %v", f, err)
	}
	must(t, e.w.RecordFeed(e.ctx, "a", state(noon), nil, false))
	other.Revision, other.Paused = 3, true
	must(t, e.w.ReviseTopic(e.ctx, other))
	if f, err := e.w.FeedState(e.ctx, other); err != nil || f != (FeedState{}) {
		t.Errorf("after a pause: %+v, %v", f, err)
	}
	// What was read meanwhile is nobody's: items of the time of a pause are not made up for.
	must(t, e.w.RecordFeed(e.ctx, "a", state(noon), []clarion.Item{item("of the pause")}, true))
	other.Revision, other.Paused, other.Feed = 4, false, "https://other.example/feed"
	must(t, e.w.ReviseTopic(e.ctx, other))
	must(t, e.w.RecordFeed(e.ctx, "a", state(noon), []clarion.Item{item("of the other feed")}, true))
	if text, err := e.rdb.HGet(e.ctx, e.w.key(feedsKey), "a").Result(); text != "" || !errors.Is(err, redis.Nil) {
		t.Errorf("it is kept: %s, %v", text, err)
	}
	if got := fresh(item("of the pause"), item("of the other feed")); len(got) != 2 {
		t.Errorf("new are only %+v", got)
	}
	must(t, e.w.RecordFeed(e.ctx, "gone", state(noon), []clarion.Item{old}, true))
	if n, err := e.rdb.Exists(e.ctx, e.w.under(knownPrefix, "gone")).Result(); n != 0 || err != nil {
		t.Errorf("a topic that is gone has items: %d, %v", n, err)
	}
}

func feedsAreReadByOne(t *testing.T, e *env) {
	e.topics(t, "a")
	until := func(at time.Time) time.Time { return at.Add(time.Minute) }
	take := func(w *Workspace, period string, at time.Time, want string) {
		t.Helper()
		taken, over, err := w.TakeFeed(e.ctx, "a", period, at, until(at))
		must(t, err)
		if got := fmt.Sprintf("taken %v, over %v", taken, over); got != want {
			t.Errorf("period %s at %s: %s, want %s", period, at, got, want)
		}
	}
	const mine, anothers, over = "taken true, over false", "taken false, over false", "taken false, over true"
	for i, period := range []string{"1", "2"} {
		at := noon.Add(time.Duration(i) * time.Hour)
		var claims atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			w := e.another()
			wg.Go(func() {
				taken, over, err := w.TakeFeed(e.ctx, "a", period, at, until(at))
				if err != nil || over {
					t.Errorf("over %v: %v", over, err)
				}
				if taken {
					claims.Add(1)
				}
			})
		}
		wg.Wait()
		if claims.Load() != 1 {
			t.Errorf("period %s: %d read the feed", period, claims.Load())
		}
		// Who has it was killed: another reads it when the claim has lapsed, and then nobody any more.
		take(e.w, period, until(at).Add(-time.Millisecond), anothers)
		take(e.w, period, until(at), mine)
		must(t, e.w.RecordFeed(e.ctx, "a", FeedState{Address: topic("a").Feed, Period: period, At: at}, nil, false))
		take(e.w, period, until(at), over)
		take(e.w, period, until(until(at)), over)
	}
	// A topic that was changed is read at once, by another period's name.
	take(e.w, "1/2", noon.Add(time.Hour), mine)
}
