package commands

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// opening is a campaign that opens in an hour, with a launch window of two hours in which shares count twice.
func (w *world) opening(id clarion.CampaignID) clarion.Campaign {
	w.t.Helper()
	c := w.campaign(id)
	c.Opens, c.Public, c.WindowFactor = now.Add(time.Hour), now.Add(3*time.Hour), 2
	must(w.t, w.workspace.PutCampaign(w.t.Context(), c))
	return c
}

func (w *world) pressedAt(at time.Time, user, channel, action, value string) (Reply, error) {
	w.t.Helper()
	r := w.from(user, channel)
	r.Value, r.At = value, at
	return w.table.Do(w.t.Context(), action, r)
}

func TestAnEarlyPressMakesNothingAndSaysWhenItOpens(t *testing.T) {
	w := newWorld(t)
	c := w.opening("spring")
	w.member("amira", "", "kingston")
	before := w.redis.Dump()
	for _, press := range []struct{ user, channel, action, value string }{
		{"amira", "ckingston", ActionShare, "spring"},
		{"amira", "", actionShareCaption, "spring/0"},
		{"amira", "", actionShareCopy, "spring/0"},
		{"amira", "", actionShareRevoke, "spring/0"},
		{"cleo", "ckingston", ActionShare, "spring"}, // whom nobody knows yet
		{"dan", "coffice", ActionShare, "spring"},    // and who would be asked for a store
		{"amira", "ckingston", ActionLeaderboard, "stores|" + clarion.InCampaign(c.ID).String()},
		{"amira", "ckingston", actionLeaderboardPublish, "stores|" + clarion.InCampaign(c.ID).String()},
	} {
		r, err := w.pressedAt(c.Opens.Add(-1), press.user, press.channel, press.action, press.value)
		said, unexpected := w.table.Explain(err, "ref-1")
		if !errors.Is(err, clarion.ErrNotOpen) || unexpected || said.String() != "This campaign opens Wed 25 Nov 2026, 11:00 UTC. Come back then." {
			t.Errorf("%+v: %v, %q", press, err, said)
		}
		if r.Form != nil || r.Message != nil {
			t.Errorf("%+v is answered with something", press)
		}
		for _, run := range said {
			if strings.Contains(run.Text, "UTC") && !run.Moment.Equal(c.Opens) {
				t.Error("the reader does not see the time in their own zone")
			}
		}
	}
	if after := w.redis.Dump(); after != before {
		t.Errorf("something was stored: before\n%s\nafter\n%s", before, after)
	}
	r, err := w.pressedAt(c.Opens, "amira", "ckingston", ActionShare, "spring")
	says(t, r, err, "Share it", "Spring spring")
}

func TestWhatWasTakenBackSaysSoAndGivesNothing(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	c.Recall = &clarion.Recall{At: now.Add(-time.Minute)}
	must(t, w.workspace.PutCampaign(t.Context(), c))
	for action, value := range map[string]string{ActionShare: "spring", actionShareCopy: "spring/0", actionShareCaption: "spring/0"} {
		_, err := w.pressed("cleo", "ckingston", action, value)
		if said, _ := w.table.Explain(err, "ref-1"); !errors.Is(err, clarion.ErrRecalled) || !strings.HasPrefix(said.String(), "This campaign was taken back") {
			t.Errorf("%s: %v, %q", action, err, said)
		}
	}
}

func TestTheFormSaysUntilWhenSharesCountTwiceAndTheyDo(t *testing.T) {
	w := newWorld(t)
	c := w.opening("spring")
	w.member("amira", "", "kingston")
	inside, outside := c.Public.Add(-1), c.Public
	r, err := w.pressedAt(inside, "amira", "ckingston", ActionShare, "spring")
	says(t, r, err, "10 points for the first share to each network until Wed 25 Nov 2026, 13:00 UTC, twice the usual; 1 point for each new visitor")
	r, err = w.pressedAt(inside, "amira", "", actionShareCopy, "spring/0")
	says(t, r, err, "10 points for you.")
	r, err = w.pressedAt(outside, "amira", "", actionShareCopy, "spring/0")
	says(t, r, err, "You have had the points for this one already.")
	r, err = w.pressedAt(outside, "amira", "ckingston", ActionShare, "spring")
	says(t, r, err, "5 points for the first share to each network; 1 point")
	if strings.Contains(words(r), "usual") {
		t.Error("the form speaks of the launch window after it")
	}

	w.member("ben", "", "leeds")
	r, err = w.pressedAt(outside, "ben", "", actionShareCopy, "spring/0")
	says(t, r, err, "5 points for you.")
	why := w.from("amira", "")
	why.At = outside
	r, err = w.table.Type(t.Context(), "/points", "why", why)
	says(t, r, err, "You shared it, ×2 in the launch window|Spring spring|+10|")
	report, err := w.workspace.Verify(t.Context())
	if err != nil || report.Awards != 2 || len(report.Differences) > 0 {
		t.Errorf("verify: %+v %v", report, err)
	}
}

func TestNobodyReadsOfACampaignBeforeItOpens(t *testing.T) {
	w := newWorld(t)
	open := w.campaign("open")
	w.member("amira", "", "kingston")
	_, err := w.pressed("amira", "ckingston", actionShareCopy, "open/0")
	must(t, err)
	for i := range 30 { // planned ahead, each after the one that is open
		c := open
		c.ID, c.Title, c.Text, c.CreatedAt = clarion.CampaignID(fmt.Sprintf("secret-%d", i)), fmt.Sprintf("Secret %d", i), "Secret text", now.Add(time.Duration(i+1)*time.Second)
		switch i % 5 {
		case 0:
			c.Opens = now.Add(time.Hour)
		case 1:
			c.Approval = &clarion.Approval{State: clarion.Asked}
		case 2:
			c.Topic, c.Ends = "events", time.Time{}
		case 3:
			c.Cancelled = now
		case 4:
			c.Opens, c.Recall = now.Add(time.Hour), &clarion.Recall{At: now}
		}
		must(t, w.workspace.PutCampaign(t.Context(), c))
	}
	// One that was shared, and whose opening was put off since.
	w.earn("amira", "kingston", 1, now)
	put := w.campaign("spring")
	put.Title, put.Opens = "Secret spring", now.Add(time.Hour)
	must(t, w.workspace.PutCampaign(t.Context(), put))

	for name, run := range map[string]func() (Reply, error){
		"home":         func() (Reply, error) { return w.pressed("amira", "", ActionHome, "") },
		"points":       func() (Reply, error) { return w.typed("amira", "", "/points") },
		"points why":   func() (Reply, error) { return w.typed("amira", "", "/points why") },
		"leaderboard":  func() (Reply, error) { return w.typed("amira", "", "/leaderboard") },
		"partners":     func() (Reply, error) { return w.typed("amira", "", "/leaderboard partners all") },
		"board, press": func() (Reply, error) { return w.pressed("amira", "", ActionLeaderboard, "stores|all") },
	} {
		r, err := run()
		must(t, err)
		if said := fmt.Sprint(words(r)); strings.Contains(said, "Secret") {
			t.Errorf("%s tells of it:\n%s", name, said)
		}
	}
	r, err := w.typed("amira", "", "/leaderboard")
	must(t, err)
	if offered := fmt.Sprint(r.Message.Parts); !strings.Contains(offered, open.Title) || strings.Contains(offered, "Secret") {
		t.Errorf("offered are %s", offered)
	}
	r, err = w.typed("amira", "", "/points why")
	says(t, r, err, "You shared it|Spring open|+5|", "You shared it|Not open yet|+5|")
}

func TestHomeShowsWhatCanBeSharedHoweverMuchIsPlannedAhead(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("old")
	c.ID, c.Title = "running", "Running now"
	_, err := w.workspace.Plan(t.Context(), c, clarion.Drop{ID: "d", Campaign: c.ID, At: now.Add(-time.Hour)}, nil)
	must(t, err)
	for i := range 3 * shownCampaigns {
		later := c
		later.ID, later.Opens, later.CreatedAt = clarion.CampaignID(fmt.Sprint("later", i)), now.Add(time.Hour), now.Add(time.Duration(i+1)*time.Minute)
		must(t, w.workspace.PutCampaign(t.Context(), later))
	}
	r, err := w.pressed("cleo", "ckingston", ActionHome, "")
	says(t, r, err, "Running now")
	var share []chat.Button
	for _, part := range r.Home.Parts {
		controls, _ := part.(chat.Controls)
		for _, control := range controls {
			if b, ok := control.(chat.Button); ok && b.Action == ActionShare {
				share = append(share, b)
			}
		}
	}
	if len(share) != 1 || share[0].Value != "running" {
		t.Errorf("to share are %+v", share)
	}
}
