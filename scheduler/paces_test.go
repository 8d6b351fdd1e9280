package scheduler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// both gives every store a channel on Teams too, and returns a process that serves both platforms, and Teams' board.
func (w *world) both() (*Scheduler, *board) {
	w.t.Helper()
	stores, err := w.workspace.Stores(w.t.Context())
	must(w.t, err)
	for i, s := range stores {
		stores[i] = s.Linked(clarion.Channel{Platform: clarion.Teams, ID: "19:" + string(s.ID)})
	}
	must(w.t, w.workspace.PutStores(w.t.Context(), stores))
	teams := &board{now: w.now, posts: map[string][]post{}, tried: map[string]int{}, updated: map[string]int{}, made: make(chan struct{}, 1)}
	p := w.process()
	p.cfg.Posters[clarion.Teams] = teams
	p.cfg.Paces = map[clarion.Platform]Paces{clarion.Slack: SlackPaces(storage.Pace{PerMinute: 300, Burst: 18}), clarion.Teams: TeamsPaces()}
	return p, teams
}

func TestAStoreOnBothPlatformsGetsAPostInBoth(t *testing.T) {
	w := newWorld(t, 3)
	w.redis.SetTime(monday)
	p, teams := w.both()
	w.plan("a", monday)
	must(t, p.Tick(t.Context()))
	must(t, p.Tick(t.Context()))
	if w.all() != 3 || teams.all() != 3 {
		t.Errorf("%d posts in Slack, %d in Teams", w.all(), teams.all())
	}
}

func TestASlackThatAsksToWaitHoldsUpNoTeams(t *testing.T) {
	w := newWorld(t, 12)
	w.redis.SetTime(monday)
	p, teams := w.both()
	p.cfg.Paces[clarion.Slack] = SlackPaces(storage.Pace{PerMinute: 1, Burst: 1}) // and has hardly any turns
	w.board.fail = func(string, int) (bool, error) { return false, &chat.BusyError{After: time.Hour} }
	w.plan("a", monday)
	must(t, p.Tick(t.Context()))
	for range 9 { // Teams takes ten posts at once in this process, and the others as their turns come
		w.pass(turnLimit)
		w.redis.SetTime(w.now())
		must(t, p.Tick(t.Context()))
	}
	if w.all() != 0 || teams.all() != 12 {
		t.Errorf("%d posts in Slack, %d in Teams", w.all(), teams.all())
	}
	// And what is changed likewise: Slack has no turn left for any change, Teams has all of its own.
	must(t, p.cfg.Workspace.Hold(t.Context(), updating, clarion.Channel{}, storage.Pace{PerMinute: 50, Burst: 10}, time.Hour))
	c, err := w.workspace.FreshCampaign(t.Context(), "a")
	must(t, err)
	c.Recall, c.Revision = &clarion.Recall{At: w.now()}, 1
	must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c, Withdraw: true}))
	p.cfg.Write = says("taken back")
	for range 3 {
		w.pass(time.Second)
		w.redis.SetTime(w.now())
		must(t, p.Tick(t.Context()))
	}
	for i := range 12 {
		if posts := teams.in(fmt.Sprintf("19:s%d", i)); len(posts) != 1 || posts[0].text != "taken back" {
			t.Errorf("store %d: %+v", i, posts)
		}
	}
}

func TestAChannelWithoutATurnForChangesHoldsUpNoOther(t *testing.T) {
	w := newWorld(t, 2)
	w.redis.SetTime(monday)
	p, teams := w.both()
	w.plan("a", monday)
	must(t, p.Tick(t.Context()))
	teams.failUpdate = func(channel string, call int) error {
		if channel == "19:s0" && call == 1 {
			return &chat.BusyError{After: time.Minute, Err: errors.New("429")}
		}
		return nil
	}
	c, err := w.workspace.FreshCampaign(t.Context(), "a")
	must(t, err)
	c.Revision = 1
	must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c}))
	p.cfg.Write = says("changed")
	for range 30 {
		w.pass(time.Second)
		w.redis.SetTime(w.now())
		must(t, p.Tick(t.Context()))
	}
	if teams.in("19:s1")[0].text != "changed" || teams.in("19:s0")[0].text == "changed" || teams.updated["19:s0"] != 1 {
		t.Errorf("%+v %+v, %d calls in the first", teams.in("19:s0"), teams.in("19:s1"), teams.updated["19:s0"])
	}
	for range 40 {
		w.pass(time.Second)
		w.redis.SetTime(w.now())
		must(t, p.Tick(t.Context()))
	}
	if teams.in("19:s0")[0].text != "changed" {
		t.Error("it is never changed")
	}
}

func TestASlackThatDoesNotAnswerLeavesWorkersToTeams(t *testing.T) {
	w := newWorld(t, 2*workers)
	w.redis.SetTime(monday)
	p, teams := w.both()
	p.cfg.Paces = nil
	hang := make(chan struct{})
	w.board.fail = func(string, int) (bool, error) { <-hang; return false, errors.New("no answer") }
	w.plan("a", monday)
	stores, err := w.workspace.Stores(t.Context())
	must(t, err)
	var slack, other []task
	for _, s := range stores {
		slack = append(slack, task{Due: storage.Due{ID: clarion.DropDeliveryID("a", s.ID, clarion.Slack)}})
		other = append(other, task{Due: storage.Due{ID: clarion.DropDeliveryID("a", s.ID, clarion.Teams)}})
	}
	var g errgroup.Group
	g.Go(func() error { return p.here(t.Context(), append(slack, other...)...) }) // one pool of workers, all of Slack's first
	late := time.After(10 * time.Second)
	for waiting := true; waiting && teams.all() < len(other); {
		select {
		case <-teams.made:
		case <-late:
			waiting = false
		}
	}
	if teams.all() != len(other) {
		t.Errorf("%d posts in Teams while Slack hangs", teams.all())
	}
	close(hang)
	must(t, g.Wait())
	if d := w.delivery(clarion.DropDeliveryID("a", "s0", clarion.Slack)); d.State != clarion.Waiting {
		t.Errorf("Slack's is %s", d.State)
	}
}

// within says whether a bucket of a pace and one of another let at most so many through in a time together, when both are
// used as fast as they can be.
func within(over time.Duration, most int, paces ...storage.Pace) bool {
	n := 0
	for _, p := range paces {
		n += p.Burst + int(over*time.Duration(p.PerMinute)/time.Minute)
	}
	return n <= most
}

func TestTeamsLimitsAreKept(t *testing.T) {
	p := TeamsPaces()
	if !within(time.Second, 50, p.Posts, p.Changes) {
		t.Error("more than 50 requests in a second")
	}
	for over, most := range map[time.Duration]int{time.Second: 7, 2 * time.Second: 8, 30 * time.Second: 60, time.Hour: 1800} {
		if !within(over, most, p.EachPosts, p.EachChanges) {
			t.Errorf("more than %d in a conversation within %s", most, over)
		}
	}
}

func says(text string) func(context.Context, *storage.Workspace, clarion.Delivery, time.Time) (*chat.Message, error) {
	return func(context.Context, *storage.Workspace, clarion.Delivery, time.Time) (*chat.Message, error) {
		return chat.Simple(chat.Say(text)), nil
	}
}
