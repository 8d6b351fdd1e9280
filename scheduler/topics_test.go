package scheduler

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// topic adds a topic for all stores, made now.
func (w *world) topic(id, schedule string, change ...func(*clarion.Topic)) clarion.Topic {
	w.t.Helper()
	topic := clarion.Topic{
		ID: clarion.TopicID(id), Name: "Topic " + id, Schedule: schedule, Audience: clarion.Audience{All: true}, Days: 3, Hashtag: "#Ours",
		Networks: clarion.Networks(), Since: w.now(), CreatedBy: clarion.UserIdentity(clarion.Slack, "UHELEN"), CreatedAt: w.now(),
	}
	for _, f := range change {
		f(&topic)
	}
	created, err := w.workspace.AddTopic(w.t.Context(), topic)
	must(w.t, err)
	if !created {
		w.t.Fatalf("topic %s exists", id)
	}
	return topic
}

// revise changes a topic.
func (w *world) revise(id clarion.TopicID, change func(*clarion.Topic)) {
	w.t.Helper()
	topic, err := w.workspace.Topic(w.t.Context(), id)
	must(w.t, err)
	topic.Revision++
	change(&topic)
	must(w.t, w.workspace.ReviseTopic(w.t.Context(), topic))
}

// wait puts campaigns into a topic's queue.
func (w *world) wait(topic string, ids ...string) {
	w.t.Helper()
	for _, id := range ids {
		c := clarion.Campaign{ID: clarion.CampaignID(id), Title: "Campaign " + id, Topic: clarion.TopicID(topic), Audience: clarion.Audience{All: true}, CreatedAt: w.now()}
		created, err := w.workspace.Plan(w.t.Context(), c, clarion.Drop{}, nil)
		must(w.t, err)
		if !created {
			w.t.Fatalf("campaign %s exists", id)
		}
	}
}

func (w *world) change(id string, f func(*clarion.Campaign)) {
	w.t.Helper()
	c, err := w.workspace.FreshCampaign(w.t.Context(), clarion.CampaignID(id))
	must(w.t, err)
	c.Revision++
	f(&c)
	must(w.t, w.workspace.Revise(w.t.Context(), storage.Revision{Campaign: c}))
}

// posted returns the campaigns that stand in a channel, in their order.
func (w *world) posted(channel string) (ids []string) {
	for _, p := range w.in(channel) {
		if id, ok := strings.CutPrefix(p.text, "drop "); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

func (w *world) hasPosted(channel string, want ...string) {
	w.t.Helper()
	if got := w.posted(channel); !slices.Equal(got, want) {
		w.t.Errorf("%s: in %s stand %v, want %v", w.now(), channel, got, want)
	}
}

// tick lets processes do what is due, all at once.
func (w *world) tick(processes ...*Scheduler) {
	w.t.Helper()
	var together sync.WaitGroup
	for _, p := range processes {
		together.Go(func() {
			if err := p.Tick(w.t.Context()); err != nil {
				w.t.Error(err)
			}
		})
	}
	together.Wait()
}

func TestATopicsQueueIsWorkedOffOneByOneWhateverTheNumberOfProcesses(t *testing.T) {
	w := newWorld(t, 2)
	w.topic("products", "every weekday at 09:00")
	w.wait("products", "a", "b", "c")
	one, two := w.process(), w.process()
	w.tick(one, two)
	w.hasPosted("C0")
	for day, want := range []string{"a", "b", "c"} {
		w.moveTo(monday.AddDate(0, 0, day).Add(59*time.Minute + 59*time.Second)) // 08:59:59
		w.tick(one, two)
		w.pass(time.Second)
		for range 4 {
			w.tick(one, two)
			w.pass(time.Minute)
		}
		for i := range 2 {
			w.hasPosted(channel(i), []string{"a", "b", "c"}[:day+1]...)
		}
		c, err := w.workspace.FreshCampaign(t.Context(), clarion.CampaignID(want))
		must(t, err)
		at := monday.AddDate(0, 0, day).Add(time.Hour)
		if !c.Opens.Equal(at) || !c.Ends.Equal(at.AddDate(0, 0, 3)) || c.Shareable(at) != nil {
			t.Errorf("%s can be shared from %s to %s", want, c.Opens, c.Ends)
		}
	}
}

// Clocks in London go forward over 01:30 in the one night, and show it twice in the other.
func TestOnTheNightsOnWhichClocksChangeATopicAtHalfPastOnePostsOnceEach(t *testing.T) {
	for name, c := range map[string]struct{ from, at string }{
		"forward": {"2027-03-27T20:00:00Z", "2027-03-28T01:00:00Z"},
		"back":    {"2027-10-30T20:00:00Z", "2027-10-31T00:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			from, err := time.Parse(time.RFC3339, c.from)
			must(t, err)
			w.moveTo(from)
			w.topic("night", "every day at 01:30")
			w.wait("night", "a", "b", "c")
			one, two := w.process(), w.process()
			for w.now().Before(from.Add(10 * time.Hour)) {
				w.tick(one, two)
				w.pass(10 * time.Minute)
			}
			w.hasPosted("C0", "a")
			at, err := time.Parse(time.RFC3339, c.at)
			must(t, err)
			if got := w.in("C0")[0].at; !got.Equal(at) {
				t.Errorf("it is posted at %s, want %s", got, at)
			}
			w.moveTo(from.Add(30 * time.Hour))
			w.tick(one, two)
			w.hasPosted("C0", "a", "b")
		})
	}
}

func TestATurnThatWasMissedIsTakenOnceWithinADayAndNoneBefore(t *testing.T) {
	w := newWorld(t, 1)
	w.moveTo(monday.Add(2 * time.Hour)) // 10:00: today's turn was before there was a topic
	w.topic("products", "every weekday at 09:00")
	w.topic("rare", "Mondays at 09:00")
	w.wait("products", "a", "b", "c")
	w.wait("rare", "x")
	s := w.process()
	w.tick(s)
	w.hasPosted("C0")

	w.moveTo(monday.AddDate(0, 0, 3).Add(30 * time.Minute)) // Thursday 08:30: all were down on two mornings
	s = w.process()
	for range 3 {
		w.tick(s)
		w.pass(time.Second)
	}
	w.hasPosted("C0", "a")
	c, err := w.workspace.FreshCampaign(t.Context(), "a")
	must(t, err)
	if want := monday.AddDate(0, 0, 2).Add(time.Hour); !c.Opens.Equal(want) {
		t.Errorf("it went out for the turn of %s, want %s", c.Opens, want)
	}
	w.moveTo(monday.AddDate(0, 0, 8).Add(90 * time.Minute)) // more than a day after the rare one's turn
	w.tick(w.process())
	w.hasPosted("C0", "a", "b")
}

func TestAProcessThatDiesInItsTurnLosesAndDoublesNothing(t *testing.T) {
	w := newWorld(t, 2)
	topic := w.topic("products", "every weekday at 09:00")
	w.wait("products", "a", "b")
	w.pass(time.Hour)
	dying := w.process()
	const period = "2026-11-23T09:00"
	turn, err := dying.turnOf(t.Context(), topic, period, w.now(), w.now())
	must(t, err)
	// It dies before it takes the turn, or is only slow: another takes it, and dies before anything is posted.
	other := w.process()
	must(t, other.takeTurns(t.Context(), w.now()))
	if first, err := dying.cfg.Workspace.TakeTurn(t.Context(), turn); first || err != nil {
		t.Errorf("the slow one took the turn too: %v, %v", first, err)
	}
	third := w.process()
	w.tick(third)
	for i := range 2 {
		w.hasPosted(channel(i), "a")
	}
	w.pass(24 * time.Hour)
	w.tick(w.process())
	w.hasPosted("C0", "a", "b")
}

func TestTheSocialTeamIsToldOnceThatATopicHasRunDry(t *testing.T) {
	w := newWorld(t, 1)
	w.topic("products", "every weekday at 09:00")
	w.wait("products", "a")
	s := w.process()
	for range 4 * 24 {
		w.tick(s)
		w.pass(time.Hour)
	}
	told := func(n int) {
		t.Helper()
		if got := w.told(); len(got) != n || slices.ContainsFunc(got, func(s string) bool { return s != "topic products" }) {
			t.Errorf("told %v, want it %d times", got, n)
		}
	}
	w.hasPosted("C0", "a")
	told(1)
	w.wait("products", "b")
	w.pass(24 * time.Hour)
	w.tick(s)
	told(2)

	// Who fills the queue before the message goes is not told.
	w.moveTo(monday.AddDate(0, 0, 7).Add(time.Hour))
	w.wait("products", "c")
	must(t, s.takeTurns(t.Context(), w.now()))
	w.wait("products", "d")
	w.tick(s)
	w.hasPosted("C0", "a", "b", "c")
	told(2)
}

func TestWhatCannotGoOutIsPassedOverAndKeepsItsPlace(t *testing.T) {
	w := newWorld(t, 1)
	w.topic("products", "every weekday at 09:00")
	w.wait("products", "unapproved", "cancelled", "unreachable", "a")
	w.change("unapproved", func(c *clarion.Campaign) { c.Approval = &clarion.Approval{State: clarion.Asked} })
	w.change("cancelled", func(c *clarion.Campaign) { c.Cancelled = w.now() })
	w.change("unreachable", func(c *clarion.Campaign) { c.Audience = clarion.Audience{Regions: []string{"Nowhere"}} })
	s := w.process()
	for range 4 {
		w.pass(24 * time.Hour)
		w.tick(s)
	}
	w.hasPosted("C0", "a")
	if got := w.told(); len(got) != 1 {
		t.Errorf("told %v, want once that nothing can go out", got)
	}
	w.change("unapproved", func(c *clarion.Campaign) { c.Approval.State = clarion.Approved })
	w.moveTo(monday.AddDate(0, 0, 7).Add(time.Hour))
	w.tick(s)
	w.hasPosted("C0", "a", "unapproved")
}

func TestAPausedTopicPostsNothingAndMakesUpForNothing(t *testing.T) {
	w := newWorld(t, 1)
	w.topic("products", "every weekday at 09:00")
	w.wait("products", "a")
	w.revise("products", func(t *clarion.Topic) { t.Paused = true })
	s := w.process()
	w.pass(90 * time.Minute)
	w.tick(s)
	w.revise("products", func(t *clarion.Topic) { t.Paused, t.Since = false, w.now() })
	w.tick(s)
	w.hasPosted("C0")
	w.pass(24 * time.Hour)
	w.tick(s)
	w.hasPosted("C0", "a")
}

func TestATurnAtWhichNothingWaitsIsOver(t *testing.T) {
	w := newWorld(t, 1)
	w.topic("products", "every weekday at 09:00")
	s := w.process()
	w.pass(time.Hour)
	w.tick(s)
	w.wait("products", "a")
	w.pass(time.Minute)
	w.tick(s, w.process())
	w.hasPosted("C0")
	w.pass(24 * time.Hour)
	w.tick(s)
	w.hasPosted("C0", "a")
	if got := w.told(); len(got) != 1 {
		t.Errorf("told %v: a topic that was never filled has not run dry", got)
	}
}

func TestATopicWhoseWordsCannotBeReadHoldsUpNoOther(t *testing.T) {
	w := newWorld(t, 1)
	w.topic("broken", "once in a blue moon")
	w.topic("products", "every weekday at 09:00")
	w.wait("products", "a")
	w.pass(time.Hour)
	if err := w.process().Tick(t.Context()); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("what is wrong is not said: %v", err)
	}
	w.hasPosted("C0", "a")
}

// TestAChangeOfTheWorkspacesZoneDoublesAndLosesNothing starts all processes anew with another zone, as an operator does
// who sets CLARION_TIMEZONE, and looks every ten minutes.
func TestAChangeOfTheWorkspacesZoneDoublesAndLosesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		zone    string
		at      time.Duration // when, since Monday 00:00 in London
		posted  string        // when the topic's campaigns of Monday and later stand in the channel, in UTC
		winners string        // when those of the week before are announced
	}{
		"to the west, before both":        {"America/New_York", 7 * time.Hour, "a Mon 14:00, b Tue 14:00", "Mon 14:00"},
		"to the west, after both":         {"America/New_York", 10 * time.Hour, "a Mon 09:00, b Tue 14:00", "Mon 09:00"},
		"to the east, before both":        {"Asia/Tokyo", 7 * time.Hour, "a Mon 07:00, b Tue 00:00", "Mon 07:00"},
		"to the east, after both":         {"Asia/Tokyo", 10 * time.Hour, "a Mon 09:00, b Tue 00:00", "Mon 09:00"},
		"over the date line, before both": {"Pacific/Kiritimati", 8 * time.Hour, "a Mon 08:00, b Mon 19:00, c Tue 19:00", "Mon 08:00"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			midnight := monday.Add(-8 * time.Hour)
			w.moveTo(midnight.Add(-16 * time.Hour)) // Sunday 08:00
			w.earn(0, midnight.AddDate(0, 0, -3))
			w.topic("products", "every day at 09:00", func(t *clarion.Topic) { t.Days = 9 })
			w.wait("products", "sunday", "a", "b", "c")
			w.plan("drop", midnight.Add(12*time.Hour)) // a moment is a moment, whatever clocks show
			processes := []*Scheduler{w.process(), w.process()}
			for w.now().Before(midnight.Add(45 * time.Hour)) {
				if w.now().Equal(midnight.Add(c.at)) {
					var err error
					w.location, err = time.LoadLocation(c.zone)
					must(t, err)
					processes = []*Scheduler{w.process(), w.process()}
				}
				w.tick(processes...)
				w.pass(10 * time.Minute)
			}
			var posted, winners []string
			for _, p := range w.in("C0") {
				at := p.at.UTC().Format("Mon 15:04")
				switch id, isDrop := strings.CutPrefix(p.text, "drop "); {
				case id == "drop" && at != "Mon 12:00":
					t.Errorf("what was planned for Mon 12:00 is posted at %s", at)
				case id == "drop":
				case isDrop:
					posted = append(posted, id+" "+at)
				default:
					winners = append(winners, at)
				}
			}
			if got, want := strings.Join(posted, ", "), "sunday Sun 09:00, "+c.posted; got != want {
				t.Errorf("posted are %q, want %q", got, want)
			}
			if got := strings.Join(winners, ", "); got != c.winners {
				t.Errorf("winners are announced at %q, want %q", got, c.winners)
			}
		})
	}
}
