package commands

import (
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// planned stores a campaign with a drop to every store, due at a time, and returns its deliveries.
func (w *world) planned(id clarion.CampaignID, at time.Time) (clarion.Campaign, []clarion.Delivery) {
	w.t.Helper()
	c := clarion.Campaign{ID: id, Title: "Spring " + string(id), Text: "Show yours.", Target: "https://shop.example", Hashtag: "#Spring",
		Captions: []clarion.Caption{{Text: "Look"}}, Networks: clarion.Networks(), Audience: clarion.Audience{All: true}, Ends: now.AddDate(0, 0, 7),
		CreatedAt: now, CreatedBy: clarion.UserIdentity(clarion.Slack, "helen")}
	if at.After(now) {
		c.Opens = at
	}
	stores, err := w.workspace.Stores(w.t.Context())
	must(w.t, err)
	drop := clarion.Drop{ID: "drop-" + string(id), Campaign: id, At: at}
	for _, s := range stores {
		drop.Stores = append(drop.Stores, s.ID)
	}
	deliveries := drop.Deliveries(stores)
	_, err = w.workspace.Plan(w.t.Context(), c, drop, deliveries)
	must(w.t, err)
	return c, deliveries
}

// claimed makes a delivery the test's own, as a scheduler does before it posts.
func (w *world) claimed(d clarion.Delivery) clarion.Delivery {
	w.t.Helper()
	at := d.Due
	if d.Next.After(at) {
		at = d.Next
	}
	d, ok, err := w.workspace.Claim(w.t.Context(), d.ID, at, at.Add(time.Minute))
	must(w.t, err)
	if !ok {
		w.t.Fatalf("%s cannot be claimed", d.ID)
	}
	return d
}

// delivered lets a delivery be posted.
func (w *world) delivered(d clarion.Delivery) {
	w.t.Helper()
	w.claimed(d)
	must(w.t, w.workspace.Record(w.t.Context(), d.ID, storage.Posted{PostID: "1." + string(d.Store), At: d.Due, Look: d.Due.Add(time.Hour)}))
}

// broken lets a delivery fail.
func (w *world) broken(d clarion.Delivery, reason string) {
	w.t.Helper()
	must(w.t, w.workspace.Fail(w.t.Context(), w.claimed(d), d.Due, reason, clarion.Delivery{}))
}

func (w *world) state(id string) clarion.DeliveryState {
	w.t.Helper()
	d, err := w.workspace.Delivery(w.t.Context(), id)
	must(w.t, err)
	return d.State
}

func TestTryAgainOpensWhatFailedOfTheGroupAndNothingElse(t *testing.T) {
	w := newWorld(t)
	c, deliveries := w.planned("spring", now)
	_, others := w.planned("summer", now)
	w.broken(deliveries[0], "archived")
	w.delivered(deliveries[1])
	w.broken(others[0], "archived")

	r, err := w.pressed("helen", "office", actionDropRetry, string(clarion.GroupOf(c.ID)))
	says(t, r, err, "1 post will be tried again")
	for id, want := range map[string]clarion.DeliveryState{deliveries[0].ID: clarion.Waiting, deliveries[1].ID: clarion.Posted, others[0].ID: clarion.Failed} {
		if got := w.state(id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	due, err := w.workspace.Due(t.Context(), now, 10)
	must(t, err)
	if len(due) != 2 { // with the other one of summer
		t.Errorf("due is %v", due)
	}
	r, err = w.pressed("helen", "office", actionDropRetry, string(clarion.GroupOf(c.ID)))
	says(t, r, err, "Nothing of it is left to try again")
	r, err = w.pressed("helen", "office", actionDropRetry, "winners:2026-W01")
	says(t, r, err, "Nothing of it is left to try again")
}

func TestAMessageAboutFailedPostsSaysWhatBecameOfThem(t *testing.T) {
	w := newWorld(t)
	c := w.written(nil)
	reads := func(want string) {
		t.Helper()
		m, err := w.table.Delivery(t.Context(), w.workspace, clarion.Delivery{Kind: clarion.TroubleDelivery, Subject: string(clarion.GroupOf(c.ID))}, now)
		says(t, Reply{Message: m}, err, want)
	}
	w.delivered(w.to(c.ID, "kingston"))
	w.broken(w.to(c.ID, "leeds"), "The channel is archived.")
	reads("Spring could not be posted to 1 channel.")
	_, err := w.submitted(actionDropStopped, string(c.ID), nil, now)
	must(t, err)
	reads("What was left of it is held back: nothing is left to do.")
	_, err = w.press("helen", actionDropUndo, string(c.ID), now)
	must(t, err)
	reads("It is being tried again: 1 post to go.")
	w.delivered(w.to(c.ID, "leeds"))
	reads("Now it is: nothing is left to do.")
}
