package storage

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

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
