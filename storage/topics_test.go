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
		"TakeFeed": func(ctx context.Context) error {
			_, _, err := w.TakeFeed(ctx, "a", "1", noon, noon.Add(time.Minute))
			return err
		},
		"Suggest":     func(ctx context.Context) error { _, err := w.Suggest(ctx, s, clarion.Delivery{}); return err },
		"Suggestion":  func(ctx context.Context) error { _, err := w.Suggestion(ctx, s.ID()); return err },
		"Suggestions": func(ctx context.Context) error { _, err := w.Suggestions(ctx, "a"); return err },
		"Dismiss":     func(ctx context.Context) error { return w.Dismiss(ctx, s.ID()) },
		"PlanItem": func(ctx context.Context) error {
			_, err := w.PlanItem(ctx, 0, s.Item, queuedCampaign("a", "1"))
			return err
		},
		"PlanSuggestion": func(ctx context.Context) error {
			_, err := w.PlanSuggestion(ctx, 0, s.ID(), queuedCampaign("a", "1"))
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
