package scheduler

import (
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

func TestReminderOfACampaignThatIsTakenBackDoesNotCome(t *testing.T) {
	w := newWorld(t, 1)
	p := w.reminding("09:00-18:00", 5)
	c := w.remindable("a", monday, monday.AddDate(0, 0, 10))
	must(t, p.Tick(t.Context()))
	w.pass(time.Hour)
	c.Recall, c.Revision = &clarion.Recall{At: w.now()}, 1
	must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c, Withdraw: true}))
	w.until(p, monday.AddDate(0, 0, 2).Add(2*time.Hour), time.Hour)
	w.reminded("")
	c.Recall, c.Revision = nil, 2
	must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c}))
	w.until(p, monday.AddDate(0, 0, 3), time.Hour)
	w.reminded("a:first Wed 10:00")
}

// A reminder that a recall has held back came never again, as it was known to have been added.
func TestUndoBringsBackAReminderThatWasHeldBackAndSendsNoneTwice(t *testing.T) {
	w := newWorld(t, 3)
	p := w.reminding("09:00-18:00", 1)
	c := w.remindable("a", monday.Add(2*time.Hour), monday.AddDate(0, 0, 10).Add(2*time.Hour))
	w.until(p, monday.AddDate(0, 0, 1).Add(time.Hour), time.Hour)
	busy := true
	w.fail = func(channel string, _ int) (bool, error) {
		switch {
		case channel == "C1" && busy:
			return false, &chat.BusyError{After: 10 * time.Minute}
		case channel == "C2" && busy:
			return false, &chat.RefusedError{Err: errLost}
		}
		return false, nil
	}
	w.pass(time.Hour)
	must(t, p.Tick(t.Context())) // Tuesday 10:00
	w.reminded("a:first Tue 10:00", "", "")
	recall := func(at time.Time) {
		t.Helper()
		w.moveTo(at)
		c.Revision++
		c.Recall = &clarion.Recall{At: at}
		must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c, Withdraw: true}))
	}
	undo := func(at time.Time) {
		t.Helper()
		w.until(p, at, 5*time.Minute)
		c.Revision++
		c.Recall = nil
		must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c}))
	}
	tuesday := monday.AddDate(0, 0, 1)
	recall(tuesday.Add(2*time.Hour + 5*time.Minute))
	busy = false
	undo(tuesday.Add(3 * time.Hour)) // 11:00
	w.until(p, tuesday.Add(4*time.Hour), 10*time.Minute)
	w.reminded("a:first Tue 10:00", "a:first Tue 11:00", "a:first Tue 11:00")

	// Once all are sent, nothing comes again.
	recall(tuesday.Add(5 * time.Hour))
	undo(tuesday.Add(6 * time.Hour))
	w.until(p, tuesday.AddDate(0, 0, 4), time.Hour)
	w.reminded("a:first Tue 10:00", "a:first Tue 11:00", "a:first Tue 11:00")
}

// Of two reminders that are due when a campaign is brought back, the last one comes, as after an outage.
func TestAReminderThatWasHeldBackDoesNotComeBesideALaterOne(t *testing.T) {
	w := newWorld(t, 1)
	p := w.reminding("09:00-18:00", 5)
	c := w.remindable("a", monday.Add(2*time.Hour), monday.AddDate(0, 0, 4).Add(2*time.Hour))
	w.until(p, monday.AddDate(0, 0, 1).Add(time.Hour), time.Hour)
	w.fail = func(string, int) (bool, error) { return false, &chat.BusyError{After: 10 * time.Minute} }
	w.pass(time.Hour)
	must(t, p.Tick(t.Context()))
	c.Recall, c.Revision = &clarion.Recall{At: w.now()}, 1
	must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c, Withdraw: true}))
	w.fail = nil
	w.until(p, monday.AddDate(0, 0, 3).Add(4*time.Hour), time.Hour) // Thursday 12:00; the last one was due at 10:00
	c.Recall, c.Revision = nil, 2
	must(t, w.workspace.Revise(t.Context(), storage.Revision{Campaign: c}))
	w.until(p, monday.AddDate(0, 0, 5), time.Hour)
	w.reminded("a:last Thu 12:00")
}

// A reminder that waited for the morning, or for a platform, came although reminders had been turned off meanwhile.
func TestAReminderThatWaitsDoesNotComeOnceRemindersAreTurnedOff(t *testing.T) {
	for name, turnOff := range map[string]func(*world, *Scheduler, clarion.Campaign){
		"of the campaign": func(w *world, _ *Scheduler, c clarion.Campaign) {
			c.Remind, c.Revision = false, 1
			must(w.t, w.workspace.Revise(w.t.Context(), storage.Revision{Campaign: c}))
		},
		"of all": func(_ *world, p *Scheduler, _ clarion.Campaign) { p.cfg.Reminders = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			p := w.reminding("09:00-18:00", 2)
			c := w.remindable("a", monday, monday.AddDate(0, 0, 3))
			must(t, p.Tick(t.Context()))
			w.fail = func(string, int) (bool, error) { return false, &chat.BusyError{After: 10 * time.Minute} }
			w.until(p, monday.Add(26*time.Hour), time.Hour)
			id := clarion.ReminderDeliveryID("a", clarion.FirstReminder, storeID(0), clarion.Slack)
			if d := w.delivery(id); d.State != clarion.Waiting {
				t.Fatalf("the reminder is %s", d.State)
			}
			w.fail = nil
			turnOff(w, p, c)
			w.until(p, monday.Add(30*time.Hour), time.Hour)
			w.reminded("")
			if d := w.delivery(id); d.State != clarion.Withdrawn {
				t.Errorf("the reminder is %s", d.State)
			}
		})
	}
}
