package storage

import (
	"errors"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

// planned stores a campaign with three deliveries: one posted, one waiting, one failed.
func planned(t *testing.T, e *env) clarion.Campaign {
	t.Helper()
	c := clarion.Campaign{ID: xmas, Title: "Christmas", CreatedAt: noon, Ends: noon.AddDate(0, 0, 7)}
	_, err := e.w.Plan(e.ctx, c, clarion.Drop{ID: "drop", Campaign: xmas, At: noon},
		[]clarion.Delivery{delivery("posted", noon), delivery("waiting", noon.Add(time.Hour)), delivery("failed", noon)})
	must(t, err)
	claimed(t, e, "posted", noon)
	must(t, e.w.Record(e.ctx, "posted", Posted{PostID: "1.1", At: noon, Shown: "a"}))
	must(t, e.w.Fail(e.ctx, claimed(t, e, "failed", noon), noon, "archived", clarion.Delivery{}))
	return c
}

func reviseOnce(t *testing.T, e *env) {
	c := planned(t, e)
	c.Title, c.Revision = "Christmas!", 1
	must(t, e.another().Revise(e.ctx, Revision{Campaign: c}))
	c.Title = "Somebody else's"
	if err := e.w.Revise(e.ctx, Revision{Campaign: c}); !errors.Is(err, ErrRevised) {
		t.Errorf("a change of what was changed meanwhile: %v", err)
	}
	got, err := e.another().FreshCampaign(e.ctx, xmas)
	must(t, err)
	if got.Title != "Christmas!" || got.Revision != 1 {
		t.Errorf("got %+v", got)
	}
	looks, err := e.w.Looks(e.ctx, noon, 10)
	must(t, err)
	if len(looks) != 1 || looks[0].Delivery.ID != "posted" || looks[0].Shown != "a" {
		t.Errorf("due to be redrawn are %+v, want the post", looks)
	}
	if err := e.w.Revise(e.ctx, Revision{Campaign: clarion.Campaign{ID: "none", Revision: 1}}); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a campaign that is not there: %v", err)
	}
}

func withdrawAndAddAgain(t *testing.T, e *env) {
	c := planned(t, e)
	states := func(want map[string]clarion.DeliveryState) {
		t.Helper()
		deliveries, err := e.w.Deliveries(e.ctx, clarion.GroupOf(xmas))
		must(t, err)
		if len(deliveries) != len(want) {
			t.Errorf("%d deliveries, want %d", len(deliveries), len(want))
		}
		for _, d := range deliveries {
			if d.State != want[d.ID] {
				t.Errorf("%s is %s, want %s", d.ID, d.State, want[d.ID])
			}
		}
	}
	c.Revision, c.Recall = 1, &clarion.Recall{At: noon}
	must(t, e.w.Revise(e.ctx, Revision{Campaign: c, Withdraw: true}))
	states(map[string]clarion.DeliveryState{"posted": clarion.Posted, "waiting": clarion.Withdrawn, "failed": clarion.Withdrawn})
	if open, broken, err := e.w.CountDeliveries(e.ctx); err != nil || open != 0 || broken != 0 {
		t.Errorf("open %d, failed %d, %v", open, broken, err)
	}
	c.Revision, c.Recall = 2, nil
	must(t, e.w.Revise(e.ctx, Revision{Campaign: c, Deliveries: []clarion.Delivery{
		delivery("posted", noon), delivery("waiting", noon.Add(time.Hour)), delivery("failed", noon),
	}}))
	states(map[string]clarion.DeliveryState{"posted": clarion.Posted, "waiting": clarion.Waiting, "failed": clarion.Waiting})
	if due, err := e.w.Due(e.ctx, noon.Add(time.Hour-time.Millisecond), 9); err != nil || len(due) != 1 || due[0].ID != "failed" {
		t.Errorf("before its time: %v, %v", due, err)
	}
	if due, err := e.w.Due(e.ctx, noon.Add(time.Hour), 9); err != nil || len(due) != 2 {
		t.Errorf("at its time: %v, %v", due, err)
	}
	// A drop that is moved keeps what is posted, and gets a store more.
	c.Revision = 3
	later := noon.Add(3 * time.Hour)
	must(t, e.w.Revise(e.ctx, Revision{Campaign: c, Drop: clarion.Drop{ID: "drop", Campaign: xmas, At: later},
		Deliveries: []clarion.Delivery{delivery("posted", later), delivery("waiting", later), delivery("new", later)}}))
	states(map[string]clarion.DeliveryState{"posted": clarion.Posted, "waiting": clarion.Waiting, "failed": clarion.Waiting, "new": clarion.Waiting})
	if d, err := e.w.Delivery(e.ctx, "waiting"); err != nil || !d.Due.Equal(later) {
		t.Errorf("moved to %s, %v", d.Due, err)
	}
	if drops, err := e.w.Drops(e.ctx, xmas); err != nil || len(drops) != 1 || !drops[0].At.Equal(later) {
		t.Errorf("drops are %+v, %v", drops, err)
	}
}

// looksAreTakenOnce: one process redraws a post, and what becomes urgent meanwhile is not forgotten.
func looksAreTakenOnce(t *testing.T, e *env) {
	c := planned(t, e)
	revise := func() {
		t.Helper()
		c.Revision++
		must(t, e.w.Revise(e.ctx, Revision{Campaign: c}))
	}
	look := func() Look {
		t.Helper()
		looks, err := e.another().Looks(e.ctx, noon, 9)
		must(t, err)
		if len(looks) != 1 || looks[0].Delivery.ID != "posted" {
			t.Fatalf("to be looked at: %+v", looks)
		}
		return looks[0]
	}
	take := func(l Look, want bool) {
		t.Helper()
		if taken, err := e.another().TakeLook(e.ctx, l, noon.Add(time.Minute)); err != nil || taken != want {
			t.Errorf("taken: %v, %v, want %v", taken, err, want)
		}
	}
	until := noon.Add(time.Minute)
	revise()
	old := look()
	revise()
	take(old, false) // what was read before the change would be shown after it
	must(t, e.w.PutOffLooks(e.ctx, noon.Add(time.Hour), old))
	now := look() // a change is not put off by who does not know it
	must(t, e.w.PutOffLooks(e.ctx, noon.Add(time.Second), now))
	take(now, false)
	if looks, err := e.w.Looks(e.ctx, noon, 9); err != nil || len(looks) != 0 {
		t.Errorf("a post that was put off: %+v, %v", looks, err)
	}
	revise()
	now = look()
	take(now, true)
	take(now, false)
	revise() // while the post is redrawn
	must(t, e.w.Looked(e.ctx, "posted", until, noon.Add(time.Hour), "b"))
	last := look()
	if last.Shown != "b" {
		t.Errorf("it shows %q", last.Shown)
	}
	take(last, true)
	must(t, e.w.Looked(e.ctx, "posted", until, time.Time{}, "c"))
	if looks, err := e.w.Looks(e.ctx, noon.AddDate(1, 0, 0), 9); err != nil || len(looks) != 0 {
		t.Errorf("a post that stays as it is: %+v, %v", looks, err)
	}
}

func paceIsShared(t *testing.T, e *env) {
	all, each := Pace{PerMinute: 60, Burst: 3}, Pace{PerMinute: 6, Burst: 1}
	channel := func(id string) clarion.Channel { return clarion.Channel{Platform: clarion.Slack, ID: id} }
	reserve := func(c string, most time.Duration) time.Duration {
		t.Helper()
		wait, err := e.another().Reserve(e.ctx, "post", channel(c), all, each, most)
		must(t, err)
		return wait
	}
	about := func(what string, got, want time.Duration) {
		t.Helper()
		if got > want || got < want-900*time.Millisecond { // the time that the test takes is given back
			t.Errorf("%s waits %s, want %s", what, got, want)
		}
	}
	for _, c := range []string{"a", "b", "c"} {
		about("one of the burst", reserve(c, time.Hour), 0)
	}
	about("the first after the burst", reserve("d", time.Hour), time.Second)
	about("the next", reserve("e", time.Hour), 2*time.Second)
	about("one that will not wait", reserve("f", time.Second), 3*time.Second)
	about("which took nothing", reserve("f", time.Hour), 3*time.Second)
	about("a channel's second", reserve("a", time.Hour), 10*time.Second)
	must(t, e.w.Hold(e.ctx, "post", channel("g"), each, 30*time.Second))
	about("a channel that is held", reserve("g", time.Hour), 30*time.Second)
	must(t, e.w.Hold(e.ctx, "post", channel("h"), each, 0)) // a Retry-After of nothing
	about("a channel that need not wait", reserve("h", time.Hour), 6*time.Second)
	if wait, err := e.w.Reserve(e.ctx, "update", channel("a"), all, each, 0); err != nil || wait != 0 {
		t.Errorf("another pace: %s, %v", wait, err)
	}
	if wait, err := e.w.Reserve(e.ctx, "other", channel("a"), Pace{}, Pace{}, 0); err != nil || wait != 0 {
		t.Errorf("no pace: %s, %v", wait, err)
	}
}

func TestAPaceIsReadAndWrittenAlike(t *testing.T) {
	for text, want := range map[string]Pace{"300/20": {300, 20}, "60": {60, 1}, "1/1": {1, 1}} {
		p, err := ParsePace(text)
		if again, _ := ParsePace(p.String()); err != nil || p != want || again != p {
			t.Errorf("%q is %+v, %v", text, p, err)
		}
	}
	for _, text := range []string{"", "/", "0", "-1/2", "10/0", "ten", "1/2/3", "99999999"} {
		if p, err := ParsePace(text); err == nil {
			t.Errorf("%q is taken for %v", text, p)
		}
	}
}
