package scheduler

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// reminding is a process that reminds each channel so often in a week at most.
func (w *world) reminding(hours string, most int) *Scheduler {
	w.t.Helper()
	p := w.process()
	var err error
	p.cfg.Hours, err = clarion.ParseHours(hours)
	must(w.t, err)
	p.cfg.Reminders = most
	return p
}

// remindable plans a campaign for every store, that stores are reminded of.
func (w *world) remindable(id string, at, ends time.Time) clarion.Campaign {
	w.t.Helper()
	stores, err := w.workspace.Stores(w.t.Context())
	must(w.t, err)
	c := clarion.Campaign{
		ID: clarion.CampaignID(id), Title: "Campaign " + id, Ends: ends, Remind: true, CreatedAt: at, CreatedBy: clarion.UserIdentity(clarion.Slack, "UHELEN"),
	}
	d := clarion.Drop{ID: id, Campaign: c.ID, At: at}
	for _, s := range stores {
		d.Stores = append(d.Stores, s.ID)
	}
	_, err = w.workspace.Plan(w.t.Context(), c, d, d.Deliveries(stores))
	must(w.t, err)
	return c
}

// known makes somebody a partner of a store.
func (w *world) known(i int, name string) clarion.PartnerID {
	w.t.Helper()
	p, err := w.workspace.Enrol(w.t.Context(), clarion.Member{
		Partner:    clarion.Partner{ID: clarion.PartnerID(name), Name: name, Store: storeID(i)},
		Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, name)},
	})
	must(w.t, err)
	return p.ID
}

func (w *world) shared(p clarion.PartnerID, c clarion.CampaignID) {
	w.t.Helper()
	link := clarion.NewShareLink([]byte("secret"), "acme", c, p, clarion.Copy)
	_, err := w.workspace.Award(w.t.Context(), clarion.DefaultRules().Share(link, w.now(), w.location))
	must(w.t, err)
}

// until lets a process look at every step until a time.
func (w *world) until(p *Scheduler, end time.Time, step time.Duration) {
	w.t.Helper()
	for {
		must(w.t, p.Tick(w.t.Context()))
		if !w.now().Before(end) {
			return
		}
		w.pass(step)
	}
}

// reminders says when a store's channel was reminded of what, by the clock there.
func (w *world) reminders(i int) string {
	var list []string
	for _, p := range w.in(channel(i)) {
		if of, ok := strings.CutPrefix(p.delivery, "reminder:"); ok {
			of, _, _ = strings.Cut(of, ":s")
			list = append(list, of+" "+p.at.In(w.location).Format("Mon 15:04"))
		}
	}
	return strings.Join(list, ", ")
}

func (w *world) reminded(want ...string) {
	w.t.Helper()
	for i, want := range want {
		if got := w.reminders(i); got != want {
			w.t.Errorf("store %d was reminded %q, want %q", i, got, want)
		}
	}
}

func TestStoresAreRemindedTheDayAfterAndTheDayBeforeTheEndWithinTheirHours(t *testing.T) {
	w := newWorld(t, 2)
	p := w.reminding("09:00-18:00", 5)
	w.remindable("a", monday, monday.AddDate(0, 0, 4).Add(12*time.Hour)) // Friday 20:00
	w.until(p, monday.AddDate(0, 0, 6), 10*time.Minute)
	want := "a:first Tue 09:00, a:last Fri 09:00"
	w.reminded(want, want)
}

func TestAStoreWhosePartnersHaveAllSharedIsNeverReminded(t *testing.T) {
	w := newWorld(t, 4)
	p := w.reminding("09:00-18:00", 5)
	c := w.remindable("a", monday, monday.AddDate(0, 0, 4).Add(2*time.Hour))
	all, some, late := []clarion.PartnerID{w.known(0, "p1"), w.known(0, "p2")}, w.known(1, "p3"), w.known(2, "p5")
	w.known(1, "p4")
	for _, partner := range append(all, some) {
		w.shared(partner, c.ID)
	}
	w.shared(w.known(0, "p0"), "other") // one more of the first store, for another campaign
	w.until(p, monday.Add(24*time.Hour), time.Hour)
	w.reminded("", "", "", "")
	w.shared("p0", c.ID)
	w.pass(time.Hour) // Tuesday 09:00
	must(t, p.remind(t.Context(), w.now()))
	w.shared(late, c.ID) // between the reminder's being due and its being posted
	w.pass(sharingOld)
	w.until(p, monday.AddDate(0, 0, 5), time.Hour)
	// The last store has nobody who is known to work there.
	w.reminded("", "a:first Tue 09:00, a:last Thu 10:00", "", "a:first Tue 09:00, a:last Thu 10:00")
	d, err := w.workspace.Delivery(t.Context(), clarion.ReminderDeliveryID(c.ID, clarion.FirstReminder, storeID(2), clarion.Slack))
	if err != nil || d.State != clarion.Withdrawn {
		t.Errorf("the reminder that came too late is %s, %v", d.State, err)
	}
}

func TestAChannelGetsNoMoreRemindersInAWeekThanAreSet(t *testing.T) {
	w := newWorld(t, 1)
	p := w.reminding("09:00-18:00", 2)
	end := monday.AddDate(0, 0, 7).Add(4 * time.Hour) // Monday 12:00
	for i := range 5 {
		w.remindable(fmt.Sprint(i), monday.Add(time.Duration(i)*24*time.Hour).Add(2*time.Hour), end.AddDate(0, 0, i))
	}
	w.until(p, end.AddDate(0, 0, 7), 30*time.Minute)
	// Each has a first reminder from Tuesday to Saturday; the last ones begin on Sunday, of which two are of the next week.
	w.reminded("0:first Tue 10:00, 1:first Wed 10:00, 1:last Mon 12:00, 2:last Tue 12:00")

	none := newWorld(t, 1)
	p = none.reminding("09:00-18:00", 0)
	none.remindable("a", monday, end)
	none.until(p, end, time.Hour)
	none.reminded("")
}

func TestOneReminderIsAddedWhateverTheNumberOfProcesses(t *testing.T) {
	w := newWorld(t, 5)
	var processes []*Scheduler
	for range 4 {
		processes = append(processes, w.reminding("09:00-18:00", 1))
	}
	w.remindable("a", monday, monday.AddDate(0, 0, 10))
	w.remindable("b", monday, monday.AddDate(0, 0, 10))
	must(t, processes[0].Tick(t.Context()))
	w.moveTo(monday.AddDate(0, 0, 1).Add(2 * time.Hour))
	for range 3 {
		var wg sync.WaitGroup
		for _, p := range processes {
			wg.Go(func() {
				if err := p.Tick(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		w.pass(time.Second)
	}
	for i := range 5 {
		if got := w.reminders(i); len(strings.Split(got, ",")) != 1 || !strings.Contains(got, "first") {
			t.Errorf("store %d was reminded %q, want once", i, got)
		}
	}
}

func TestRemindersThatWereMissedAreSentWithinTheHoursOfARunningCampaignAndElseNot(t *testing.T) {
	day := func(n, hour, minute int) time.Time { return time.Date(2026, 11, 23+n, hour, minute, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		hours string
		back  time.Time // when something runs again; the first is due on Tuesday at 08:00, the last on Friday
		want  string
	}{
		"within the hours":           {"08:00-19:00", day(2, 12, 0), "a:first Wed 12:00, a:last Fri 08:00"},
		"in the evening":             {"08:00-19:00", day(2, 20, 0), "a:last Fri 08:00"},
		"soon before the last":       {"08:00-23:00", day(3, 21, 0), "a:last Fri 08:00"},
		"when both are due":          {"08:00-19:00", day(4, 12, 0), "a:last Fri 12:00"},
		"in the last evening":        {"08:00-19:00", day(4, 20, 0), ""},
		"less than an hour too late": {"08:00-08:30", day(1, 8, 45), "a:first Wed 08:00, a:last Fri 08:00"},
		"more than an hour too late": {"08:00-08:30", day(1, 9, 15), "a:last Fri 08:00"},
		"after the end":              {"08:00-19:00", day(6, 8, 0), ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.remindable("a", monday, day(5, 8, 0))
			must(t, w.reminding(c.hours, 5).Tick(t.Context()))
			w.moveTo(c.back)
			w.until(w.reminding(c.hours, 5), day(8, 8, 0), 15*time.Minute)
			w.reminded(c.want)
		})
	}
}

func TestAReminderThatIsHeldUpWaitsForTheNextHoursAndCountsInTheirWeek(t *testing.T) {
	w := newWorld(t, 1)
	saturday := monday.AddDate(0, 0, 5)
	down := true
	w.fail = func(_ string, _ int) (bool, error) {
		if down {
			return false, &chat.BusyError{After: 10 * time.Minute}
		}
		return false, nil
	}
	p := w.reminding("09:00-18:00", 1)
	down = false
	for i, id := range []string{"a", "b", "c", "d"} { // posted from Thursday to Sunday at 08:00
		w.remindable(id, saturday.AddDate(0, 0, i-2), saturday.AddDate(0, 0, 20))
	}
	w.moveTo(saturday.AddDate(0, 0, -2))
	w.until(p, saturday.AddDate(0, 0, -1), time.Hour)
	down = true // an hour before the first reminder of a is due, on Friday, which takes this week's turn
	w.until(p, saturday.AddDate(0, 0, 1), 30*time.Minute)
	down = false // on Sunday, for the post of d
	must(t, p.Tick(t.Context()))
	down = true
	w.until(p, saturday.AddDate(0, 0, 1).Add(10*time.Hour), 30*time.Minute)
	w.reminded("")
	down = false // at 18:00
	w.until(p, saturday.AddDate(0, 0, 6), 30*time.Minute)
	// On Monday it has the turn of that week, and so d has none.
	w.reminded("a:first Mon 09:00")
	if d := w.delivery(clarion.ReminderDeliveryID("a", clarion.FirstReminder, storeID(0), clarion.Slack)); d.State != clarion.Posted {
		t.Errorf("%+v", d)
	}
}

func TestRemindersThatAreHeldUpDoNotCrowdTheNextWeek(t *testing.T) {
	w := newWorld(t, 1)
	friday := monday.AddDate(0, 0, 4)
	p := w.reminding("09:00-18:00", 2)
	w.remindable("a", friday.AddDate(0, 0, -1), friday.AddDate(0, 0, 20))
	w.remindable("b", friday.AddDate(0, 0, -1), friday.AddDate(0, 0, 20))
	w.moveTo(friday)
	must(t, p.Tick(t.Context()))
	w.fail = func(_ string, _ int) (bool, error) { return false, &chat.BusyError{After: 10 * time.Minute} }
	w.until(p, friday.AddDate(0, 0, 2), 30*time.Minute)
	w.fail = nil
	w.moveTo(friday.AddDate(0, 0, 3).Add(time.Hour))
	p.cfg.Reminders = 1 // since Monday, at which they come
	w.until(p, friday.AddDate(0, 0, 5), 30*time.Minute)
	if got := w.reminders(0); got != "a:first Mon 09:00" && got != "b:first Mon 09:00" {
		t.Errorf("reminded %q, want one of the two", got)
	}
}

func TestHoursHoldOverTheNightsOnWhichClocksChange(t *testing.T) {
	for name, c := range map[string]struct {
		posted time.Time
		want   string
	}{
		// 24 hours later the clock shows an hour more, and so the shop is open.
		"forward": {time.Date(2026, 3, 28, 8, 30, 0, 0, time.UTC), "a:first Sun 09:30"},
		// And here an hour less, and so it is not yet.
		"back":                  {time.Date(2026, 10, 24, 8, 30, 0, 0, time.UTC), "a:first Sun 09:00"},
		"forward, in the night": {time.Date(2026, 3, 28, 1, 30, 0, 0, time.UTC), "a:first Sun 09:00"},
		"back, in the night":    {time.Date(2026, 10, 24, 0, 30, 0, 0, time.UTC), "a:first Sun 09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			w.moveTo(c.posted)
			p := w.reminding("09:00-18:00", 5)
			w.remindable("a", c.posted, c.posted.AddDate(0, 0, 14))
			w.until(p, c.posted.AddDate(0, 0, 2), 30*time.Minute)
			w.reminded(c.want)
		})
	}
}

func TestStoresInWhichThePostDoesNotStandAreNotReminded(t *testing.T) {
	w := newWorld(t, 2)
	w.fail = func(channel string, _ int) (bool, error) {
		if channel == "C1" {
			return false, &chat.RefusedError{Err: errLost}
		}
		return false, nil
	}
	p := w.reminding("09:00-18:00", 5)
	w.remindable("a", monday, monday.AddDate(0, 0, 10))
	w.until(p, monday.AddDate(0, 0, 2), time.Hour)
	w.reminded("a:first Tue 09:00", "")
	if n := w.tried["C1"]; n != 1 {
		t.Errorf("the channel that refuses was tried %d times", n)
	}
}

func TestRemindersOfACampaignThatCameLateCountFromThere(t *testing.T) {
	w := newWorld(t, 1)
	w.remindable("a", monday, monday.AddDate(0, 0, 6))
	w.moveTo(monday.AddDate(0, 0, 2).Add(2 * time.Hour)) // nothing ran until Wednesday
	w.until(w.reminding("09:00-18:00", 5), monday.AddDate(0, 0, 6), 30*time.Minute)
	w.reminded("a:first Thu 10:00, a:last Sat 09:00")
}
