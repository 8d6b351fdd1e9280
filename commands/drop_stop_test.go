package commands

import (
	"errors"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

func (w *world) press(user, action, value string, at time.Time) (Reply, error) {
	w.t.Helper()
	r := w.from(user, "office")
	r.Value, r.At = value, at
	return w.table.Do(w.t.Context(), action, r)
}

func TestACampaignIsTakenBackEverywhereAndBroughtBack(t *testing.T) {
	w := newWorld(t)
	w.team["ben"] = true
	c := w.written(nil)
	w.delivered(w.to(c.ID, "kingston"))
	later := now.Add(time.Hour)
	form := w.opened(actionDropStop, c.ID, later)
	says(t, Reply{Form: form}, nil, "1 post will say that it was taken back", "1 post that did not go out yet will be held back", "Points that were given stay")

	r, err := w.submitted(form.Action, form.State, chat.Values{"page": {Text: "shop"}}, later)
	if err != nil || !strings.Contains(r.Wrong["page"], "not a web address") {
		t.Errorf("%+v %v", r.Wrong, err)
	}
	r, err = w.submitted(form.Action, form.State, chat.Values{"page": {Text: "https://shop.example/sorry"}}, later)
	says(t, r, err, "is taken back. 1 post is being changed to say so, and 1 post is held back. Links lead to https://shop.example/sorry", "Undo")
	got := w.stored(c.ID)
	if got.Stage(later) != clarion.Recalled || got.Recall.Page != "https://shop.example/sorry" || !got.Recall.At.Equal(later) {
		t.Errorf("%+v", got.Recall)
	}
	if w.to(c.ID, "leeds").State != clarion.Withdrawn {
		t.Errorf("what is not posted is %s", w.to(c.ID, "leeds").State)
	}
	if looks, err := w.workspace.Looks(t.Context(), later, 9); err != nil || len(looks) != 1 {
		t.Errorf("to be redrawn: %v %v", looks, err)
	}
	// Whoever is second is told who was first.
	for _, again := range []func() (Reply, error){
		func() (Reply, error) { return w.submitted(form.Action, form.State, nil, later.Add(time.Minute)) },
		func() (Reply, error) { return w.press("ben", actionDropStop, string(c.ID), later) },
	} {
		r, err := again()
		says(t, r, err, "was taken back already by ", " at Wed 25 Nov 2026, 11:00 UTC")
	}

	r, err = w.press("ben", actionDropUndo, string(c.ID), later)
	says(t, r, err, "is back", "1 post that was held back will be posted after all")
	if got := w.stored(c.ID); got.Recall != nil || got.Stage(later) != clarion.Running {
		t.Errorf("%+v", got)
	}
	if d := w.to(c.ID, "leeds"); d.State != clarion.Waiting {
		t.Errorf("what was held back is %s", d.State)
	}
	r, err = w.press("helen", actionDropUndo, string(c.ID), later)
	says(t, r, err, "is not taken back: it was changed last by ")
	if w.stored(c.ID).Revision != 2 {
		t.Errorf("revision %d", w.stored(c.ID).Revision)
	}
}

func TestWhatIsBroughtBackTooLateIsNotPosted(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"ends": hours(2)})
	w.delivered(w.to(c.ID, "kingston"))
	_, err := w.submitted(actionDropStopped, string(c.ID), nil, now)
	must(t, err)
	r, err := w.press("helen", actionDropUndo, string(c.ID), now.Add(3*time.Hour))
	says(t, r, err, "is over by now", "nothing more is posted")
	if d := w.to(c.ID, "leeds"); d.State != clarion.Withdrawn {
		t.Errorf("%s", d.State)
	}
}

// A process that had read that a campaign is taken back once withdrew its post for good after somebody had brought it back.
func TestWhatIsBroughtBackIsNotWithdrawnByWhoReadThatItWasTakenBack(t *testing.T) {
	w := newWorld(t)
	c := w.written(nil)
	w.delivered(w.to(c.ID, "kingston"))
	lost := w.claimed(w.to(c.ID, "leeds"))
	_, err := w.workspace.Begin(t.Context(), lost, now)
	must(t, err)
	must(t, w.workspace.Doubt(t.Context(), lost, now, "the answer was lost"))
	reads := w.claimed(w.to(c.ID, "leeds"))
	_, err = w.submitted(actionDropStopped, string(c.ID), nil, now)
	must(t, err)
	if w.to(c.ID, "leeds").State != clarion.Claimed {
		t.Fatalf("while it is looked for it is %s", w.to(c.ID, "leeds").State)
	}
	r, err := w.press("helen", actionDropUndo, string(c.ID), now)
	says(t, r, err, "Its posts have their buttons again.")
	must(t, w.workspace.Withdraw(t.Context(), reads, "it was taken back"))
	if d := w.to(c.ID, "leeds"); d.State != clarion.Waiting || d.Doubt.IsZero() {
		t.Errorf("%+v", d)
	}
}

// A store that was taken off a campaign before it was posted stays off it, whatever becomes of the campaign.
func TestUndoBringsNoStoreBackThatWasTakenOff(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"at": hours(2)})
	w.edited(c.ID, chat.Values{"audience": {Chosen: []string{"store:kingston"}}}, now)
	w.delivered(w.to(c.ID, "kingston"))
	_, err := w.submitted(actionDropStopped, string(c.ID), nil, now)
	must(t, err)
	_, err = w.press("helen", actionDropUndo, string(c.ID), now)
	must(t, err)
	if d := w.to(c.ID, "leeds"); d.State != clarion.Withdrawn {
		t.Errorf("%s", d.State)
	}
}

func TestAMistakeIsMendedWhileTheCampaignIsTakenBack(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"audience": {Chosen: []string{"store:kingston"}}})
	w.delivered(w.to(c.ID, "kingston"))
	_, err := w.submitted(actionDropStopped, string(c.ID), nil, now)
	must(t, err)
	w.edited(c.ID, chat.Values{"target": {Text: "https://shop.example/right"}}, now)
	if got := w.stored(c.ID); got.Recall == nil || got.Target != "https://shop.example/right" {
		t.Errorf("%+v", got)
	}
}

func TestACampaignIsCancelledOnlyBeforeAnythingOfItIsPosted(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"at": hours(2)})
	ask, err := w.press("helen", actionDropCancelAsk, string(c.ID), now)
	says(t, ask, err, "Planned for Wed 25 Nov 2026, 12:00 UTC", "If you cancel it, nothing will be")
	r, err := w.press("helen", actionDropCancel, string(c.ID), now)
	says(t, r, err, "is cancelled. Nothing of it will be posted.")
	if got := w.stored(c.ID); got.Stage(now) != clarion.Cancelled {
		t.Errorf("it is %s", got.Stage(now))
	}
	if open, err := w.workspace.OpenDeliveries(t.Context(), 9); err != nil || len(open) > 0 {
		t.Errorf("still open: %v %v", open, err)
	}
	w.team["ben"] = true
	r, err = w.press("ben", actionDropCancel, string(c.ID), now.Add(time.Hour))
	says(t, r, err, "was cancelled already by ", " at Wed 25 Nov 2026, 10:00 UTC")
	if w.stored(c.ID).Revision != 1 {
		t.Error("it was cancelled twice")
	}
	if _, err := w.press("helen", actionDropEdit, string(c.ID), now); err == nil || !strings.Contains(err.Error(), "was cancelled") {
		t.Errorf("edited: %v", err)
	}

	posted := w.written(nil)
	claimed := w.claimed(w.to(posted.ID, "kingston")) // it may stand already
	for range 2 {
		r, err = w.press("helen", actionDropCancel, string(posted.ID), now)
		says(t, r, err, "is posted, so it cannot be cancelled any more: it can be taken back", actionDropStop)
		if claimed.ID != "" {
			must(t, w.workspace.Record(t.Context(), claimed.ID, storage.Posted{PostID: "1.1", At: now}))
		}
	}
	if got := w.stored(posted.ID); !got.Cancelled.IsZero() || got.Revision != 0 {
		t.Errorf("%+v", got)
	}
	// And one that is not posted is cancelled, not taken back.
	planned := w.written(chat.Values{"title": {Text: "Planned"}, "at": hours(2)})
	r, err = w.press("helen", actionDropStop, string(planned.ID), now)
	says(t, r, err, "there is nothing to take back", actionDropCancel)
}

func TestAChangeThatOthersComeBeforeIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	c := w.written(nil)
	tries := 0
	r := w.from("helen", "office")
	_, why, err := change(t.Context(), r, c.ID, func(p plan) (storage.Revision, chat.Text) {
		if tries++; tries < changeTries {
			other := p.campaign.Revised("slack:ben", now)
			must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: other}))
		}
		changed := p.campaign.Revised("slack:helen", now)
		changed.Title = "Changed"
		return storage.Revision{Campaign: changed}, nil
	})
	if got := w.stored(c.ID); err != nil || why != nil || got.Title != "Changed" || got.Revision != changeTries {
		t.Errorf("%+v after %d tries: %v %v", got, tries, why, err)
	}
	_, _, err = change(t.Context(), r, c.ID, func(p plan) (storage.Revision, chat.Text) {
		p.campaign.Revision = 7
		return storage.Revision{Campaign: p.campaign}, nil
	})
	if !errors.Is(err, storage.ErrRevised) {
		t.Errorf("never: %v", err)
	}
}
