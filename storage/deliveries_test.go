package storage

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

func delivery(id string, due time.Time) clarion.Delivery {
	return clarion.Delivery{
		ID: id, Kind: clarion.DropDelivery, Campaign: xmas, Drop: "drop", Store: kingston,
		Channel: clarion.Channel{Platform: clarion.Slack, ID: "C1"}, Due: due,
	}
}

// claimed claims a delivery for a minute.
func claimed(t *testing.T, e *env, id string, now time.Time) clarion.Delivery {
	t.Helper()
	d, ok, err := e.w.Claim(e.ctx, id, now, now.Add(time.Minute))
	must(t, err)
	if !ok {
		t.Fatalf("delivery %s could not be claimed", id)
	}
	return d
}

func ids(due []Due) []string {
	var out []string
	for _, d := range due {
		out = append(out, d.ID)
	}
	return out
}

func planTwice(t *testing.T, e *env) {
	campaign := clarion.Campaign{ID: xmas, Title: "Christmas", CreatedAt: noon}
	var created atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			// Each press makes a drop and deliveries of its own.
			drop := clarion.Drop{ID: fmt.Sprint("drop", i), Campaign: xmas, At: noon, Stores: []clarion.StoreID{kingston}}
			ok, err := e.another().Plan(e.ctx, campaign, drop, []clarion.Delivery{
				delivery(fmt.Sprint("a", i), noon), delivery(fmt.Sprint("b", i), noon),
			})
			if err != nil {
				t.Error(err)
			}
			if ok {
				created.Add(1)
			}
		})
	}
	wg.Wait()
	if n := created.Load(); n != 1 {
		t.Errorf("it was created %d times, want once", n)
	}
	got, err := e.w.Campaign(e.ctx, xmas)
	must(t, err)
	drops, err := e.w.Drops(e.ctx, xmas)
	must(t, err)
	deliveries, err := e.w.Deliveries(e.ctx, clarion.GroupOf(xmas))
	must(t, err)
	due, err := e.w.Due(e.ctx, noon, 100)
	must(t, err)
	list, err := e.w.Campaigns(e.ctx, 10)
	must(t, err)
	if got.Title != "Christmas" || len(list) != 1 || len(drops) != 1 || len(deliveries) != 2 || len(due) != 2 {
		t.Errorf("campaign %q of %d, %d drops, %d deliveries, %d due; want one campaign, one drop and its two deliveries",
			got.Title, len(list), len(drops), len(deliveries), len(due))
	}
	if d := deliveries[0]; d.State != clarion.Waiting || d.Attempt != 0 || d.Channel.ID != "C1" || !d.Due.Equal(noon) {
		t.Errorf("a new delivery is %+v", d)
	}
}

func enqueueTwice(t *testing.T, e *env) {
	winners := delivery("winners:2026-W47:kingston:slack", noon)
	winners.Campaign, winners.Kind = "", clarion.WinnersDelivery
	for i, want := range []int{2, 0} {
		added, err := e.w.Enqueue(e.ctx, winners, delivery("b", noon))
		must(t, err)
		if added != want {
			t.Errorf("call %d added %d, want %d", i+1, added, want)
		}
	}
	if added, err := e.w.Enqueue(e.ctx, winners, delivery("c", noon)); err != nil || added != 1 {
		t.Errorf("one new of two: %d, %v", added, err)
	}
	must(t, e.w.Record(e.ctx, winners.ID, Posted{PostID: "1.1", At: noon}))
	if added, err := e.w.Enqueue(e.ctx, winners); err != nil || added != 0 {
		t.Errorf("a posted one was added again: %d, %v", added, err)
	}
	if d, err := e.w.Delivery(e.ctx, winners.ID); err != nil || d.Kind != clarion.WinnersDelivery || d.State != clarion.Posted {
		t.Errorf("got %+v, %v", d, err)
	}
}

func claimOnce(t *testing.T, e *env) {
	_, err := e.w.Enqueue(e.ctx, delivery("d", noon))
	must(t, err)
	if _, ok, err := e.w.Claim(e.ctx, "d", noon.Add(-time.Second), noon); ok || err != nil {
		t.Errorf("it was claimed before it is due: %v, %v", ok, err)
	}
	lapses := noon.Add(time.Minute)
	for round, now := range []time.Time{noon, lapses} {
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 16 {
			w := e.another()
			wg.Go(func() {
				d, ok, err := w.Claim(e.ctx, "d", now, now.Add(time.Minute))
				if err != nil {
					t.Error(err)
				}
				if ok {
					won.Add(1)
					if d.State != clarion.Claimed || d.Attempt != round+1 {
						t.Errorf("round %d: %+v", round, d)
					}
				}
			})
		}
		wg.Wait()
		if n := won.Load(); n != 1 {
			t.Errorf("round %d: %d won, want 1", round, n)
		}
	}
	if due, err := e.w.Due(e.ctx, lapses.Add(59*time.Second), 9); err != nil || len(due) != 0 {
		t.Errorf("claimed but due: %v, %v", due, err)
	}
	if due, err := e.w.Due(e.ctx, lapses.Add(time.Minute), 9); err != nil || len(due) != 1 {
		t.Errorf("a lapsed claim is due: %v, %v", due, err)
	}
	if _, _, err := e.w.Claim(e.ctx, "unknown", noon, noon); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("an unknown delivery: %v", err)
	}
}

func postedStays(t *testing.T, e *env) {
	_, err := e.w.Enqueue(e.ctx, delivery("d", noon))
	must(t, err)
	d := claimed(t, e, "d", noon)
	must(t, e.w.Record(e.ctx, "d", Posted{PostID: "171.1", At: noon}))
	must(t, e.w.Record(e.ctx, "d", Posted{PostID: "171.2", At: noon}))
	must(t, e.w.Postpone(e.ctx, d, noon, "slow down"))
	must(t, e.w.Doubt(e.ctx, d, noon, "who knows"))
	must(t, e.w.Fail(e.ctx, d, noon, "no such channel", clarion.Delivery{}))
	must(t, e.w.Withdraw(e.ctx, d, "not wanted"))
	d, err = e.w.Delivery(e.ctx, "d")
	must(t, err)
	if d.State != clarion.Posted || d.PostID != "171.1" || d.Reason != "" {
		t.Errorf("got %+v, want it posted as 171.1", d)
	}
	if due, err := e.w.Due(e.ctx, noon.Add(time.Hour), 9); err != nil || len(due) != 0 {
		t.Errorf("posted but due: %v, %v", due, err)
	}
	for name, err := range map[string]error{
		"Record":   e.w.Record(e.ctx, "x", Posted{PostID: "1", At: noon}),
		"Postpone": e.w.Postpone(e.ctx, clarion.Delivery{ID: "x"}, noon, ""), "Fail": e.w.Fail(e.ctx, clarion.Delivery{ID: "x"}, noon, "", clarion.Delivery{}),
	} {
		if !errors.Is(err, clarion.ErrNotFound) {
			t.Errorf("%s of an unknown delivery: %v", name, err)
		}
	}
}

func postponedIsNotDue(t *testing.T, e *env) {
	_, err := e.w.Enqueue(e.ctx, delivery("late", noon), delivery("broken", noon))
	must(t, err)
	later := noon.Add(30 * time.Second)
	must(t, e.w.Postpone(e.ctx, claimed(t, e, "late", noon), later, "ratelimited"))
	must(t, e.w.Fail(e.ctx, claimed(t, e, "broken", noon), noon, "channel_not_found", clarion.Delivery{}))
	if due, err := e.w.Due(e.ctx, later.Add(-time.Millisecond), 9); err != nil || len(due) != 0 {
		t.Errorf("due too early: %v, %v", due, err)
	}
	if _, ok, err := e.w.Claim(e.ctx, "late", noon, later); ok || err != nil {
		t.Errorf("a postponed delivery was claimed: %v, %v", ok, err)
	}
	if _, ok, err := e.w.Claim(e.ctx, "broken", later, later); ok || err != nil {
		t.Errorf("a failed delivery was claimed: %v, %v", ok, err)
	}
	d, ok, err := e.w.Claim(e.ctx, "late", later, later.Add(time.Minute))
	if err != nil || !ok || d.Reason != "ratelimited" {
		t.Errorf("got %+v, %v, %v", d, ok, err)
	}
	if d, err := e.w.Delivery(e.ctx, "broken"); err != nil || d.State != clarion.Failed || d.Reason != "channel_not_found" {
		t.Errorf("got %+v, %v", d, err)
	}
	if failed, err := e.w.FailedDeliveries(e.ctx, 9); err != nil || len(failed) != 1 || failed[0].ID != "broken" {
		t.Errorf("failed are %+v, %v", failed, err)
	}
	for _, want := range []int{1, 0} {
		if n, err := e.w.Retry(e.ctx, later, "broken", "late", "unknown"); err != nil || n != want {
			t.Errorf("opened %d, %v, want %d", n, err, want)
		}
	}
	if _, ok, err := e.w.Claim(e.ctx, "broken", later, later.Add(time.Minute)); !ok || err != nil {
		t.Errorf("a failed delivery that was opened again: %v, %v", ok, err)
	}
}

func dueOldestFirst(t *testing.T, e *env) {
	_, err := e.w.Enqueue(e.ctx, delivery("c", noon.Add(2)), delivery("b", noon.Add(time.Second)), delivery("a", noon.Add(-time.Hour)), delivery("z", noon.Add(time.Hour)))
	must(t, err)
	due, err := e.w.Due(e.ctx, noon.Add(time.Second), 10)
	must(t, err)
	if !slices.Equal(ids(due), []string{"a", "c", "b"}) {
		t.Errorf("due are %v, want a, c, b", due)
	}
	if due, err = e.w.Due(e.ctx, noon.Add(time.Second), 1); err != nil || !slices.Equal(ids(due), []string{"a"}) {
		t.Errorf("the first is %v, %v", due, err)
	}
}

func runOnce(t *testing.T, e *env) {
	week := clarion.Week{Year: 2026, Number: 47}
	due := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	deliveries := clarion.WinnersDeliveries(week, []clarion.Store{
		{ID: "run-a", Channels: []clarion.Channel{{Platform: clarion.Slack, ID: "CRUNA"}}},
		{ID: "run-b", Channels: []clarion.Channel{{Platform: clarion.Slack, ID: "CRUNB"}}},
	}, due)
	if done, err := e.w.HasRun(e.ctx, "winners", "2026-W47"); done || err != nil {
		t.Fatalf("before: %v, %v", done, err)
	}
	var first atomic.Int32
	var wg sync.WaitGroup
	for g := range 16 {
		w := e.w
		if g%2 == 0 {
			w = e.another()
		}
		wg.Go(func() {
			ok, err := w.EnqueueRun(e.ctx, "winners", "2026-W47", deliveries...)
			if err != nil {
				t.Error(err)
			}
			if ok {
				first.Add(1)
			}
		})
	}
	wg.Wait()
	if n := first.Load(); n != 1 {
		t.Errorf("%d were first, want 1", n)
	}
	if done, err := e.another().HasRun(e.ctx, "winners", "2026-W47"); !done || err != nil {
		t.Errorf("after: %v, %v", done, err)
	}
	for _, d := range deliveries {
		if got, err := e.w.Delivery(e.ctx, d.ID); err != nil || got.State != clarion.Waiting {
			t.Errorf("%s: %+v, %v", d.ID, got, err)
		}
	}
	// A store that came later gets nothing by a run that has been.
	late := clarion.WinnersDeliveries(week, []clarion.Store{{ID: "run-c", Channels: []clarion.Channel{{Platform: clarion.Slack, ID: "CRUNC"}}}}, due)
	if ok, err := e.w.EnqueueRun(e.ctx, "winners", "2026-W47", late...); ok || err != nil {
		t.Errorf("again: %v, %v", ok, err)
	}
	if _, err := e.w.Delivery(e.ctx, late[0].ID); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("again, its delivery: %v", err)
	}
	if ok, err := e.w.EnqueueRun(e.ctx, "winners", "2026-W48"); !ok || err != nil {
		t.Errorf("another period: %v, %v", ok, err)
	}
}

// doubtIsKept: of a post that was begun nobody knows whether it stands, until it is recorded; one that was put off
// for sure leaves no doubt of its own, and neither does a claim that lapsed before it.
func doubtIsKept(t *testing.T, e *env) {
	_, err := e.w.Enqueue(e.ctx, delivery("d", noon))
	must(t, err)
	at := noon
	claim := func() clarion.Delivery {
		t.Helper()
		d, ok, err := e.another().Claim(e.ctx, "d", at, at.Add(time.Minute))
		must(t, err)
		if !ok {
			t.Fatalf("not claimed at %s", at)
		}
		return d
	}
	first := claim()
	if !first.Doubt.IsZero() {
		t.Errorf("the first claim doubts: %+v", first)
	}
	must(t, e.w.Postpone(e.ctx, first, at, "slow down"))
	if d := claim(); !d.Doubt.IsZero() || d.Attempt != 2 {
		t.Errorf("after one that was put off for sure: %+v", d)
	}
	at = at.Add(time.Minute) // that claim lapses before it has begun to post
	began := at
	begin := func(d clarion.Delivery, want bool) {
		t.Helper()
		if mine, err := e.another().Begin(e.ctx, d, at); err != nil || mine != want {
			t.Errorf("begin: %v, %v, want %v", mine, err, want)
		}
	}
	posting := claim()
	if !posting.Doubt.IsZero() || posting.Attempt != 3 {
		t.Errorf("after a claim that lapsed: %+v", posting)
	}
	begin(posting, true)
	at = at.Add(time.Minute) // that claim lapses too
	third := claim()
	begin(posting, false)
	if !third.Doubt.Equal(began) || third.Attempt != 4 {
		t.Errorf("after a lapsed claim: %+v, want doubt since %s", third, began)
	}
	must(t, e.w.Postpone(e.ctx, third, at, "slow down"))
	if d := claim(); !d.Doubt.Equal(began) {
		t.Errorf("a claim that posted nothing took the doubt about an earlier one: %+v", d)
	} else {
		must(t, e.w.Doubt(e.ctx, d, at, "cut"))
	}
	if d := claim(); !d.Doubt.Equal(began) {
		t.Errorf("doubt moved: %+v", d)
	}
	if d, err := e.w.Delivery(e.ctx, "d"); err != nil || d.Setbacks != 1 {
		t.Errorf("%d setbacks, %v, want the one that was none to wait for", d.Setbacks, err)
	}
	// Who comes back late from a claim that lapsed changes nothing.
	must(t, e.w.Postpone(e.ctx, third, at.Add(-time.Hour), "late"))
	must(t, e.w.Fail(e.ctx, third, at, "late", clarion.Delivery{}))
	if d, err := e.w.Delivery(e.ctx, "d"); err != nil || d.State != clarion.Claimed || d.Reason == "late" {
		t.Errorf("a lapsed claim decided: %+v, %v", d, err)
	}
}

// failuresAreTold: the message about failed deliveries is added in the step in which one fails, and gathers those
// that fail until it is posted.
func failuresAreTold(t *testing.T, e *env) {
	_, err := e.w.Enqueue(e.ctx, delivery("a", noon), delivery("b", noon), delivery("c", noon))
	must(t, err)
	tell := clarion.Delivery{ID: "trouble:x:", Kind: clarion.TroubleDelivery, Subject: "x", Channel: clarion.Channel{Platform: clarion.Slack, ID: "D1"}, Due: noon}
	must(t, e.w.Fail(e.ctx, claimed(t, e, "a", noon), noon, "archived", tell))
	must(t, e.w.Fail(e.ctx, claimed(t, e, "b", noon), noon, "archived", tell))
	first, err := e.w.Delivery(e.ctx, "trouble:x:1")
	must(t, err)
	if first.State != clarion.Waiting || first.ID != "trouble:x:1" || first.Subject != "x" || first.Channel.ID != "D1" {
		t.Errorf("it tells by %+v", first)
	}
	if _, err := e.w.Delivery(e.ctx, "trouble:x:2"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("two messages for one time: %v", err)
	}
	claimed(t, e, "trouble:x:1", noon)
	must(t, e.w.Record(e.ctx, "trouble:x:1", Posted{PostID: "1.1", At: noon}))
	must(t, e.w.Fail(e.ctx, claimed(t, e, "c", noon), noon, "archived", tell))
	if d, err := e.w.Delivery(e.ctx, "trouble:x:2"); err != nil || d.State != clarion.Waiting {
		t.Errorf("what failed after the message is not told: %+v, %v", d, err)
	}
}

// onesInOrder: deliveries that are due in one moment are served in the order in which they were given.
func onesInOrder(t *testing.T, e *env) {
	var given []clarion.Delivery
	for i := range 60 {
		given = append(given, delivery(fmt.Sprint("d", (i*37)%60), noon))
	}
	_, err := e.w.Enqueue(e.ctx, given...)
	must(t, err)
	due, err := e.w.Due(e.ctx, noon, 100)
	must(t, err)
	turns := map[string]bool{}
	for i, d := range due {
		if d.ID != given[i].ID {
			t.Fatalf("number %d is %s, want %s", i, d.ID, given[i].ID)
		}
		turns[d.ID+d.Turn] = true
	}
	must(t, e.w.Postpone(e.ctx, claimed(t, e, "d0", noon), noon, ""))
	again, err := e.w.Due(e.ctx, noon, 1)
	must(t, err)
	if len(turns) != 60 || again[0].ID != "d0" && turns["d0"+again[0].Turn] {
		t.Errorf("turns %v, then %v", len(turns), again)
	}
}
