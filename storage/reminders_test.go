package storage

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

func remindersAreLookedFor(t *testing.T, e *env) {
	looks := func(at time.Time, want ...clarion.CampaignID) []ReminderLook {
		t.Helper()
		list, err := e.w.ReminderLooks(e.ctx, at, 9)
		must(t, err)
		var got []string
		for _, l := range list {
			got = append(got, string(l.Campaign))
		}
		if strings.Join(got, " ") != strings.Trim(fmt.Sprint(want), "[]") {
			t.Fatalf("it is the turn of %v, want %v", got, want)
		}
		return list
	}
	plan := func(id clarion.CampaignID, remind bool) clarion.Campaign {
		c := clarion.Campaign{ID: id, CreatedAt: noon, Remind: remind}
		_, err := e.w.Plan(e.ctx, c, clarion.Drop{ID: "d", Campaign: id, At: noon}, nil)
		must(t, err)
		return c
	}
	c := plan(xmas, true)
	plan("quiet", false)
	look := looks(noon, xmas)[0]
	must(t, e.w.LookForReminders(e.ctx, look, noon.Add(time.Hour)))
	looks(noon.Add(time.Hour - time.Millisecond))
	look = looks(noon.Add(time.Hour), xmas)[0]

	// Two processes look at once, and somebody revises the campaign meanwhile.
	c = revised(t, e, c, func(c *clarion.Campaign) { c.Ends = noon.AddDate(0, 0, 7) })
	must(t, e.w.LookForReminders(e.ctx, look, noon.Add(9*time.Hour)))
	look = looks(noon, xmas)[0]
	c = revised(t, e, c, func(c *clarion.Campaign) { c.Ends = noon.AddDate(0, 0, 8) })
	must(t, e.w.LookForReminders(e.ctx, look, time.Time{}))
	look = looks(noon, xmas)[0]
	must(t, e.w.LookForReminders(e.ctx, look, time.Time{}))
	must(t, e.another().LookForReminders(e.ctx, look, noon)) // late: it has no turn any more
	looks(noon.AddDate(1, 0, 0))

	c = revised(t, e, c, func(c *clarion.Campaign) { c.Title = "New" })
	looks(noon, xmas)
	c = revised(t, e, c, func(c *clarion.Campaign) { c.Remind = false })
	looks(noon)
	revised(t, e, c, func(c *clarion.Campaign) { c.Remind = true })
	must(t, e.w.LookForReminders(e.ctx, looks(noon, xmas)[0], time.Time{}))

	// One that waits in a topic gets its times at its turn there.
	e.topics(t, "a")
	queued := queuedCampaign("a", "1")
	queued.Remind = true
	_, err := e.w.Plan(e.ctx, queued, clarion.Drop{}, nil)
	must(t, err)
	must(t, e.w.LookForReminders(e.ctx, looks(noon, "1")[0], time.Time{}))
	turn, err := e.turn("2026-11-18T09:00")
	must(t, err)
	if ok, err := e.w.TakeTurn(e.ctx, turn); !ok || err != nil {
		t.Fatalf("the turn was not taken: %v %v", ok, err)
	}
	looks(noon, "1")
}

func reminder(c clarion.CampaignID, which, channel string, due time.Time) clarion.Delivery {
	return clarion.Delivery{
		ID: clarion.ReminderDeliveryID(c, which, clarion.StoreID(channel), clarion.Slack), Kind: clarion.ReminderDelivery,
		Campaign: c, Subject: which, Store: clarion.StoreID(channel), Channel: clarion.Channel{Platform: clarion.Slack, ID: channel}, Due: due,
	}
}

func remindersAreCounted(t *testing.T, e *env) {
	remind := func(c clarion.CampaignID, which string, week clarion.Week, channels ...string) (added int) {
		r := Reminders{Campaign: c, Which: which, Week: week, Most: 2}
		for _, channel := range channels {
			r.Deliveries = append(r.Deliveries, reminder(c, which, channel, noon))
		}
		var runs atomic.Int32
		var sum atomic.Int64
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				n, first, err := e.another().Remind(e.ctx, r)
				if err != nil {
					t.Error(err)
				}
				if first {
					runs.Add(1)
				}
				sum.Add(int64(n))
			})
		}
		wg.Wait()
		if n := runs.Load(); n != 1 {
			t.Errorf("%s %s: %d runs, want 1", c, which, n)
		}
		if has, err := e.w.HasReminded(e.ctx, c, which); err != nil || !has {
			t.Errorf("%s %s is not known to be done: %v", c, which, err)
		}
		return int(sum.Load())
	}
	if has, err := e.w.HasReminded(e.ctx, "a", clarion.FirstReminder); err != nil || has {
		t.Errorf("it is known before it happened: %v %v", has, err)
	}
	for _, c := range []struct {
		campaign clarion.CampaignID
		which    string
		week     clarion.Week
		channels []string
		want     int
	}{
		{"a", clarion.FirstReminder, week47, []string{"C1", "C2"}, 2},
		{"b", clarion.FirstReminder, week47, []string{"C1"}, 1},
		{"c", clarion.FirstReminder, week47, []string{"C1", "C2", "C3"}, 2}, // C1 has had its two
		{"a", clarion.LastReminder, week47, []string{"C1", "C2", "C3"}, 1},  // only C3 has room
		{"d", clarion.FirstReminder, week47, nil, 0},
		{"b", clarion.LastReminder, week47.Next(), []string{"C1", "C2", "C3"}, 3}, // the next week is another one
	} {
		if got := remind(c.campaign, c.which, c.week, c.channels...); got != c.want {
			t.Errorf("%s %s in %s to %v: %d, want %d", c.campaign, c.which, c.week, c.channels, got, c.want)
		}
	}
	if due, err := e.w.Due(e.ctx, noon, 99); err != nil || len(due) != 9 {
		t.Errorf("%d are due, want 9: %v", len(due), err)
	}
	if group, err := e.w.Deliveries(e.ctx, clarion.GroupOf("a")); err != nil || len(group) != 3 {
		t.Errorf("%d belong to the campaign, want 3: %v", len(group), err)
	}
	if ttl := e.rdb.TTL(e.ctx, e.w.under(remindedPrefix, week47.String())).Val(); ttl <= 7*24*time.Hour || ttl > remindedLife {
		t.Errorf("the count is known for %s", ttl)
	}
}

func lateRemindersCount(t *testing.T, e *env) {
	next := week47.Next()
	var late []clarion.Delivery
	for _, c := range []clarion.CampaignID{"a", "b", "c"} {
		d := reminder(c, clarion.LastReminder, "C1", noon)
		late = append(late, d)
		added, _, err := e.w.Remind(e.ctx, Reminders{Campaign: c, Which: clarion.LastReminder, Week: week47, Most: 3, Deliveries: []clarion.Delivery{d}})
		must(t, err)
		if added != 1 {
			t.Fatalf("%s was not added", c)
		}
	}
	count := func(d clarion.Delivery, w clarion.Week, want bool) {
		t.Helper()
		room, err := e.another().CountReminder(e.ctx, d, w, 2)
		must(t, err)
		if room != want {
			t.Errorf("%s in %s: %v", d.ID, w, room)
		}
	}
	count(late[0], week47, true) // where it is counted already, even when that is more than now is allowed
	for range 3 {
		count(late[0], next, true)
	}
	count(late[1], next, true)
	count(late[2], next, false)
	count(late[2], week47, true)
	counts := func(w clarion.Week) string {
		return e.rdb.HGet(e.ctx, e.w.under(remindedPrefix, w.String()), "slack:C1").Val()
	}
	if counts(week47) != "1" || counts(next) != "2" {
		t.Errorf("%s has %s and %s has %s, want 1 and 2", week47, counts(week47), next, counts(next))
	}
}

func remindersComeAgain(t *testing.T, e *env) {
	c := clarion.Campaign{ID: "a", CreatedAt: noon, Remind: true}
	_, err := e.w.Plan(e.ctx, c, clarion.Drop{ID: "d", Campaign: "a", At: noon}, nil)
	must(t, err)
	remind := func(which string, week clarion.Week, want int) {
		t.Helper()
		r := Reminders{Campaign: "a", Which: which, Week: week, Most: 1}
		for _, channel := range []string{"C1", "C2", "C3"} {
			r.Deliveries = append(r.Deliveries, reminder("a", which, channel, noon))
		}
		if added, _, err := e.another().Remind(e.ctx, r); err != nil || added != want {
			t.Errorf("%s in %s: %d are added, want %d: %v", which, week, added, want, err)
		}
	}
	states := func(which string, want ...clarion.DeliveryState) {
		t.Helper()
		for i, channel := range []string{"C1", "C2", "C3"} {
			d, err := e.w.Delivery(e.ctx, reminder("a", which, channel, noon).ID)
			if err != nil || d.State != want[i] {
				t.Errorf("the reminder in %s is %s, want %s: %v", channel, d.State, want[i], err)
			}
		}
	}
	next := week47.Next()
	remind(clarion.FirstReminder, week47, 3)
	remind(clarion.LastReminder, next, 3)
	must(t, e.w.Record(e.ctx, claimed(t, e, reminder("a", clarion.FirstReminder, "C1", noon).ID, noon).ID, Posted{PostID: "1", At: noon}))
	for _, channel := range []string{"C1", "C2", "C3"} {
		must(t, e.w.Record(e.ctx, claimed(t, e, reminder("a", clarion.LastReminder, channel, noon).ID, noon).ID, Posted{PostID: "1", At: noon}))
	}
	busy := claimed(t, e, reminder("a", clarion.FirstReminder, "C2", noon).ID, noon)
	if mine, err := e.w.Begin(e.ctx, busy, noon); err != nil || !mine {
		t.Fatal(mine, err)
	}
	c.Revision, c.Recall = 1, &clarion.Recall{At: noon}
	must(t, e.w.Revise(e.ctx, Revision{Campaign: c, Withdraw: true}))
	states(clarion.FirstReminder, clarion.Posted, clarion.Claimed, clarion.Withdrawn)
	must(t, e.w.Withdraw(e.ctx, busy, "it was taken back")) // the platform refused it, and it looked at the campaign after that
	for which, want := range map[string]bool{clarion.FirstReminder: false, clarion.LastReminder: true} {
		if has, err := e.w.HasReminded(e.ctx, "a", which); err != nil || has != want {
			t.Errorf("the %s reminder counts as sent: %v, %v", which, has, err)
		}
	}
	c.Revision, c.Recall = 2, nil
	must(t, e.w.Revise(e.ctx, Revision{Campaign: c}))
	remind(clarion.FirstReminder, week47, 2) // their places in the week are theirs
	remind(clarion.FirstReminder, week47, 0)
	states(clarion.FirstReminder, clarion.Posted, clarion.Waiting, clarion.Waiting)
	if due, err := e.w.Due(e.ctx, noon, 9); err != nil || len(due) != 2 {
		t.Errorf("due are %v, %v", due, err)
	}
	for week, want := range map[clarion.Week]string{week47: "[1 1 1]", next: "[1 1 1]"} {
		if got := fmt.Sprint(e.rdb.HMGet(e.ctx, e.w.under(remindedPrefix, week.String()), "slack:C1", "slack:C2", "slack:C3").Val()); got != want {
			t.Errorf("counted in %s are %s, want %s", week, got, want)
		}
	}
}

func sharingIsKnown(t *testing.T, e *env) {
	e.stores(t, kingston, leeds)
	for i := range 1500 { // more than are asked about in one go, and more than Redis packs
		e.partner(t, fmt.Sprint("k", i), kingston)
	}
	e.partner(t, "nowhere", "")
	amira := e.partner(t, "amira", leeds)
	ben := e.partner(t, "ben", leeds)
	check := func(old time.Duration, want map[clarion.StoreID]clarion.Sharing) {
		t.Helper()
		got, err := e.w.Sharing(e.ctx, xmas, old)
		must(t, err)
		if len(got) != len(want) || got[leeds] != want[leeds] || got[kingston] != want[kingston] {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	check(0, map[clarion.StoreID]clarion.Sharing{kingston: {Partners: 1500}, leeds: {Partners: 2}})
	other := share("s", ben, 5)
	other.Campaign = "other"
	second := share("s2", amira, 5)
	second.Network = clarion.Facebook
	e.award(t, share("s1", amira, 5), second, click("c", ben, 0), other, share("k", "k7", 0))
	check(time.Minute, map[clarion.StoreID]clarion.Sharing{kingston: {Partners: 1500}, leeds: {Partners: 2}}) // as it was
	e.now = e.now.Add(time.Minute)
	check(time.Minute, map[clarion.StoreID]clarion.Sharing{kingston: {Partners: 1500, Shared: 1}, leeds: {Partners: 2, Shared: 1}})
	must(t, e.w.Move(e.ctx, amira, kingston)) // the share goes along
	check(0, map[clarion.StoreID]clarion.Sharing{kingston: {Partners: 1501, Shared: 2}, leeds: {Partners: 1}})
}
