package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

func topic(id clarion.TopicID) clarion.Topic {
	return clarion.Topic{ID: id, Name: "Topic " + string(id), Schedule: "every weekday at 09:00", Audience: clarion.Audience{All: true}, Days: 7, Feed: "https://shop.example/" + string(id)}
}

// topics stores topics of these ids.
func (e *env) topics(t testing.TB, ids ...clarion.TopicID) {
	t.Helper()
	for _, id := range ids {
		created, err := e.w.AddTopic(e.ctx, topic(id))
		must(t, err)
		if !created {
			t.Fatalf("topic %s exists", id)
		}
	}
}

// waiting puts campaigns of these ids into a topic's queue.
func (e *env) waiting(t testing.TB, topic clarion.TopicID, ids ...string) {
	t.Helper()
	for _, id := range ids {
		created, err := e.w.Plan(e.ctx, queuedCampaign(topic, id), clarion.Drop{}, nil)
		must(t, err)
		if !created {
			t.Fatalf("campaign %s exists", id)
		}
	}
}

func queuedCampaign(topic clarion.TopicID, id string) clarion.Campaign {
	return clarion.Campaign{ID: clarion.CampaignID(id), Title: "Campaign " + id, Topic: topic, Audience: clarion.Audience{All: true}, CreatedAt: noon}
}

func (e *env) queue(t testing.TB, topic clarion.TopicID) []string {
	t.Helper()
	campaigns, err := e.w.Queue(e.ctx, topic)
	must(t, err)
	var ids []string
	for _, c := range campaigns {
		ids = append(ids, string(c.ID))
	}
	return ids
}

func (e *env) hasQueue(t testing.TB, topic clarion.TopicID, want ...string) {
	t.Helper()
	if got := e.queue(t, topic); !slices.Equal(got, want) {
		t.Errorf("in %s wait %v, want %v", topic, got, want)
	}
}

// topicCalls are those calls that ask Redis about topics.
func topicCalls(w *Workspace) map[string]func(context.Context) error {
	s := clarion.Suggestion{Topic: "a", Item: item("1"), At: noon}
	return map[string]func(context.Context) error{
		"AddTopic":    func(ctx context.Context) error { _, err := w.AddTopic(ctx, topic("a")); return err },
		"ReviseTopic": func(ctx context.Context) error { return w.ReviseTopic(ctx, topic("a")) },
		"Topic":       func(ctx context.Context) error { _, err := w.Topic(ctx, "a"); return err },
		"Topics":      func(ctx context.Context) error { _, err := w.Topics(ctx); return err },
		"DeleteTopic": func(ctx context.Context) error { return w.DeleteTopic(ctx, "a", nil) },
		"TopicStates": func(ctx context.Context) error { _, err := w.TopicStates(ctx, []clarion.Topic{topic("a")}); return err },
		"Queue":       func(ctx context.Context) error { _, err := w.Queue(ctx, "a"); return err },
		"MoveUp":      func(ctx context.Context) error { return w.MoveUp(ctx, "a", "1") },
		"TakeTurn":    func(ctx context.Context) error { _, err := w.TakeTurn(ctx, TopicTurn{Topic: topic("a")}); return err },
		"FeedState":   func(ctx context.Context) error { _, err := w.FeedState(ctx, topic("a")); return err },
		"RecordFeed":  func(ctx context.Context) error { return w.RecordFeed(ctx, "a", FeedState{}, nil, true) },
		"NewItems":    func(ctx context.Context) error { _, err := w.NewItems(ctx, "a", []clarion.Item{item("1")}); return err },
		"TakeFeed":    func(ctx context.Context) error { _, err := w.TakeFeed(ctx, "a", "1"); return err },
		"Suggest":     func(ctx context.Context) error { _, err := w.Suggest(ctx, s, clarion.Delivery{}); return err },
		"Suggestion":  func(ctx context.Context) error { _, err := w.Suggestion(ctx, s.ID()); return err },
		"Suggestions": func(ctx context.Context) error { _, err := w.Suggestions(ctx, "a"); return err },
		"Dismiss":     func(ctx context.Context) error { return w.Dismiss(ctx, s.ID()) },
		"PlanItem": func(ctx context.Context) error {
			_, err := w.PlanItem(ctx, s.Item, queuedCampaign("a", "1"))
			return err
		},
		"PlanSuggestion": func(ctx context.Context) error {
			_, err := w.PlanSuggestion(ctx, s.ID(), queuedCampaign("a", "1"), clarion.Drop{}, nil)
			return err
		},
	}
}

func topicsHaveOneName(t *testing.T, e *env) {
	var created, taken atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		w := e.another()
		wg.Go(func() {
			made := topic(clarion.TopicID(fmt.Sprint("t", i)))
			made.Name = []string{"Products", "products ", "PRODUCTS"}[i%3]
			ok, err := w.AddTopic(e.ctx, made)
			switch {
			case ok && err == nil:
				created.Add(1)
			case errors.Is(err, ErrNameTaken):
				taken.Add(1)
			default:
				t.Error(ok, err)
			}
		})
	}
	wg.Wait()
	list, err := e.w.Topics(e.ctx)
	must(t, err)
	if created.Load() != 1 || taken.Load() != 7 || len(list) != 1 {
		t.Fatalf("%d were made and %d refused, and %d are there", created.Load(), taken.Load(), len(list))
	}
	if again, err := e.w.AddTopic(e.ctx, list[0]); again || err != nil {
		t.Errorf("the same one again: %v, %v", again, err)
	}

	e.topics(t, "b")
	b := topic("b")
	b.Revision, b.Name = 1, " pRoducts"
	if err := e.w.ReviseTopic(e.ctx, b); !errors.Is(err, ErrNameTaken) {
		t.Errorf("renamed to another's name: %v", err)
	}
	b.Name = "Services"
	must(t, e.w.ReviseTopic(e.ctx, b))
	if err := e.w.ReviseTopic(e.ctx, b); !errors.Is(err, ErrRevised) {
		t.Errorf("changed by two people: %v", err)
	}
	c := topic("c")
	c.Name = "Topic b" // b's first
	if ok, err := e.w.AddTopic(e.ctx, c); !ok || err != nil {
		t.Errorf("a name that was given up: %v, %v", ok, err)
	}
	list, err = e.w.Topics(e.ctx)
	must(t, err)
	if len(list) != 3 || list[1].Name != "Services" || list[2].ID != "c" {
		t.Errorf("the topics are %+v", list)
	}
	if err := e.w.ReviseTopic(e.ctx, clarion.Topic{ID: "x", Revision: 1}); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
	if _, err := e.w.Topic(e.ctx, "x"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
	for i := len(list); i < clarion.MaxTopics; i++ {
		e.topics(t, clarion.TopicID(fmt.Sprint("more", i)))
	}
	if _, err := e.w.AddTopic(e.ctx, topic("last")); !errors.Is(err, ErrTooManyTopics) {
		t.Errorf("one too many: %v", err)
	}
}

func campaignsWaitInTheirTopic(t *testing.T, e *env) {
	e.topics(t, "a", "b")
	e.waiting(t, "a", "1", "2", "3")
	if again, err := e.w.Plan(e.ctx, queuedCampaign("a", "2"), clarion.Drop{}, nil); again || err != nil {
		t.Errorf("planned twice: %v, %v", again, err)
	}
	e.hasQueue(t, "a", "1", "2", "3")
	if _, err := e.w.Plan(e.ctx, queuedCampaign("gone", "9"), clarion.Drop{}, nil); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("in a topic that is not there: %v", err)
	}
	if _, err := e.w.FreshCampaign(e.ctx, "9"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("it is half planned: %v", err)
	}
	drops, err := e.w.Drops(e.ctx, "1")
	must(t, err)
	if len(drops) != 0 {
		t.Errorf("a campaign that waits has drops: %+v", drops)
	}

	// An edit leaves a campaign where it is; another topic, an own time, and an end of it do not.
	revise := func(id string, change func(*clarion.Campaign)) error {
		t.Helper()
		c, err := e.w.FreshCampaign(e.ctx, clarion.CampaignID(id))
		must(t, err)
		c.Revision++
		change(&c)
		return e.w.Revise(e.ctx, Revision{Campaign: c})
	}
	must(t, revise("1", func(c *clarion.Campaign) { c.Title = "Another" }))
	e.hasQueue(t, "a", "1", "2", "3")
	must(t, revise("1", func(c *clarion.Campaign) { c.Topic = "b" }))
	must(t, revise("2", func(c *clarion.Campaign) { c.Cancelled = noon }))
	e.hasQueue(t, "a", "3")
	e.hasQueue(t, "b", "1")
	must(t, revise("2", func(c *clarion.Campaign) { c.Cancelled = time.Time{} }))
	must(t, revise("1", func(c *clarion.Campaign) { c.Topic, c.Ends = "", noon }))
	e.hasQueue(t, "a", "3", "2")
	e.hasQueue(t, "b")
	if err := revise("3", func(c *clarion.Campaign) { c.Topic = "gone" }); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("moved into a topic that is not there: %v", err)
	}
	e.hasQueue(t, "a", "3", "2")

	must(t, e.w.MoveUp(e.ctx, "a", "2"))
	e.hasQueue(t, "a", "2", "3")
	must(t, e.w.MoveUp(e.ctx, "a", "2"))
	e.hasQueue(t, "a", "2", "3")
	if err := e.w.MoveUp(e.ctx, "a", "1"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("one that does not wait: %v", err)
	}

	for i := 2; i < clarion.MaxQueue; i++ {
		e.waiting(t, "a", fmt.Sprint("more", i))
	}
	if _, err := e.w.Plan(e.ctx, queuedCampaign("a", "last"), clarion.Drop{}, nil); !errors.Is(err, ErrQueueFull) {
		t.Errorf("one too many: %v", err)
	}
	must(t, revise("3", func(c *clarion.Campaign) { c.Text = "An edit needs no room." }))
}

func topicsAreDeleted(t *testing.T, e *env) {
	e.topics(t, "a")
	e.waiting(t, "a", "1", "2")
	must(t, suggested(e, "a", "s"))
	must(t, e.w.RecordFeed(e.ctx, "a", FeedState{Address: topic("a").Feed, At: noon}, nil, false))
	cancelled := func() []clarion.Campaign {
		queue, err := e.w.Queue(e.ctx, "a")
		must(t, err)
		for i := range queue {
			queue[i].Cancelled = noon
			queue[i].Revision++
		}
		return queue
	}
	before := cancelled()
	e.waiting(t, "a", "3")
	if err := e.w.DeleteTopic(e.ctx, "a", before); !errors.Is(err, ErrRevised) {
		t.Errorf("something was added meanwhile: %v", err)
	}
	edited := cancelled()
	c := edited[0]
	c.Cancelled = time.Time{}
	must(t, e.w.Revise(e.ctx, Revision{Campaign: c}))
	if err := e.w.DeleteTopic(e.ctx, "a", edited); !errors.Is(err, ErrRevised) {
		t.Errorf("something was changed meanwhile: %v", err)
	}
	e.hasQueue(t, "a", "1", "2", "3")

	must(t, e.w.DeleteTopic(e.ctx, "a", cancelled()))
	if err := e.w.DeleteTopic(e.ctx, "a", nil); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	e.hasQueue(t, "a")
	for _, id := range []clarion.CampaignID{"1", "2", "3"} {
		if c, err := e.w.Campaign(e.ctx, id); err != nil || c.Stage(noon) != clarion.Cancelled {
			t.Errorf("campaign %s is %s, %v", id, c.Stage(noon), err)
		}
	}
	e.topics(t, "a") // under the name that was given up
	states, err := e.w.TopicStates(e.ctx, []clarion.Topic{topic("a")})
	must(t, err)
	if states[0] != (TopicState{}) {
		t.Errorf("a new topic has what the one before it had: %+v", states[0])
	}
	must(t, suggested(e, "a", "s"))
}

// turn is the next turn of the topic a, as somebody who looks now takes it.
func (e *env) turn(period string) (TopicTurn, error) {
	queue, err := e.w.Queue(e.ctx, "a")
	turn := TopicTurn{Topic: topic("a"), Period: period, Waiting: len(queue), Notice: delivery("notice:"+period, noon)}
	turn.Notice.Campaign, turn.Notice.Kind = "", clarion.TopicDelivery
	if len(queue) > 0 {
		turn.Campaign = turn.Topic.TakesTurn(queue[0], noon, time.UTC)
		turn.Drop = clarion.Drop{ID: string(queue[0].ID), Campaign: queue[0].ID, At: noon, Stores: []clarion.StoreID{kingston}}
		turn.Deliveries = turn.Drop.Deliveries([]clarion.Store{{ID: kingston, Channels: []clarion.Channel{{Platform: clarion.Slack, ID: "C1"}}}})
	}
	return turn, err
}

func turnsAreTakenOnce(t *testing.T, e *env) {
	e.topics(t, "a")
	e.waiting(t, "a", "1", "2")
	for round, period := range []string{"2026-11-18T09:00", "2026-11-19T09:00"} {
		var first atomic.Int32
		var wg sync.WaitGroup
		for range 16 {
			w := e.another()
			wg.Go(func() {
				// Each looks by itself; who looks late sees what is left by then.
				turn, err := e.turn(period)
				if err != nil {
					t.Error(err)
					return
				}
				ok, err := w.TakeTurn(e.ctx, turn)
				if err != nil && !errors.Is(err, ErrRevised) {
					t.Error(err)
				}
				if ok {
					first.Add(1)
				}
			})
		}
		wg.Wait()
		id := []clarion.CampaignID{"1", "2"}[round]
		c, err := e.w.Campaign(e.ctx, id)
		must(t, err)
		deliveries, err := e.w.Deliveries(e.ctx, clarion.GroupOf(id))
		must(t, err)
		drops, err := e.w.Drops(e.ctx, id)
		must(t, err)
		if first.Load() != 1 || c.Stage(noon) != clarion.Running || len(deliveries) != 1 || len(drops) != 1 || !drops[0].At.Equal(noon) {
			t.Fatalf("round %d: %d took the turn; %s is %s, with %d deliveries and %d drops", round, first.Load(), id, c.Stage(noon), len(deliveries), len(drops))
		}
		// Who looks once more finds the next campaign, and the turn taken.
		again, err := e.turn(period)
		must(t, err)
		if ok, err := e.another().TakeTurn(e.ctx, again); ok || err != nil {
			t.Errorf("round %d: the turn is taken twice: %v, %v", round, ok, err)
		}
		if n := len(e.queue(t, "a")); n != 1-round {
			t.Fatalf("round %d: %d wait", round, n)
		}
		// The last to go out is followed by the notice that nothing is left.
		if _, err := e.w.Delivery(e.ctx, "notice:"+period); errors.Is(err, clarion.ErrNotFound) != (round == 0) {
			t.Errorf("round %d: the notice: %v", round, err)
		}
	}
	if ok, err := e.w.HasRun(e.ctx, TopicJob("a"), "2026-11-19T09:00"); !ok || err != nil {
		t.Errorf("the turn is known: %v, %v", ok, err)
	}
}

func staleTurnsChangeNothing(t *testing.T, e *env) {
	e.topics(t, "a")
	e.waiting(t, "a", "1", "2")
	change := func(cancelled time.Time) {
		queue, err := e.w.Queue(e.ctx, "a")
		must(t, err)
		c := queue[0]
		c.Revision++
		c.Cancelled = cancelled
		must(t, e.w.Revise(e.ctx, Revision{Campaign: c}))
	}
	for what, at := range map[string]time.Time{"changed": {}, "cancelled": noon} {
		stale, err := e.turn("p")
		must(t, err)
		change(at)
		if ok, err := e.w.TakeTurn(e.ctx, stale); ok || !errors.Is(err, ErrRevised) {
			t.Errorf("the campaign was %s: %v, %v", what, ok, err)
		}
	}
	none, err := e.turn("p")
	must(t, err)
	none.Campaign, none.Drop, none.Deliveries = clarion.Campaign{}, clarion.Drop{}, nil
	e.waiting(t, "a", "new")
	if ok, err := e.w.TakeTurn(e.ctx, none); ok || !errors.Is(err, ErrRevised) {
		t.Errorf("nothing can go out, and something came: %v, %v", ok, err)
	}
	stale, err := e.turn("p")
	must(t, err)
	paused := topic("a")
	paused.Revision, paused.Paused = 1, true
	must(t, e.w.ReviseTopic(e.ctx, paused))
	if ok, err := e.w.TakeTurn(e.ctx, stale); ok || !errors.Is(err, ErrRevised) {
		t.Errorf("the topic was paused: %v, %v", ok, err)
	}
	if ran, err := e.w.HasRun(e.ctx, TopicJob("a"), "p"); ran || err != nil {
		t.Errorf("the turn counts as taken: %v, %v", ran, err)
	}
	if due, err := e.w.Due(e.ctx, noon, 9); err != nil || len(due) > 0 {
		t.Errorf("due are %v, %v", due, err)
	}

	none.Topic, none.Waiting = paused, len(e.queue(t, "a"))
	if ok, err := e.w.TakeTurn(e.ctx, none); !ok || err != nil {
		t.Errorf("nothing can go out: %v, %v", ok, err)
	}
	if d, err := e.w.Delivery(e.ctx, none.Notice.ID); err != nil || d.Kind != clarion.TopicDelivery {
		t.Errorf("nothing can go out, and nobody is told: %v", err)
	}
}

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
		return e.w.PlanSuggestion(e.ctx, two, queuedCampaign("a", id), clarion.Drop{}, nil)
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
		if ok, err := e.w.PlanItem(e.ctx, item("3"), queuedCampaign("a", fmt.Sprint("c3", max(i, 1)))); ok != want || err != nil {
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
	must(t, e.w.RecordFeed(e.ctx, "gone", state(noon), []clarion.Item{old}, true))
	if n, err := e.rdb.Exists(e.ctx, e.w.under(knownPrefix, "gone")).Result(); n != 0 || err != nil {
		t.Errorf("a topic that is gone has items: %d, %v", n, err)
	}
}

func feedsAreReadByOne(t *testing.T, e *env) {
	for _, period := range []string{"1", "2"} {
		var taken atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			w := e.another()
			wg.Go(func() {
				ok, err := w.TakeFeed(e.ctx, "a", period)
				if err != nil {
					t.Error(err)
				}
				if ok {
					taken.Add(1)
				}
			})
		}
		wg.Wait()
		if taken.Load() != 1 {
			t.Errorf("period %s: %d read the feed", period, taken.Load())
		}
	}
}
