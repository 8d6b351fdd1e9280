package clarion

import (
	"errors"
	"testing"
	"time"
)

// staged is a campaign in a stage.
type staged struct {
	campaign Campaign
	opened   bool // partners may know of it
}

func stages(at time.Time) map[Stage]staged {
	c := func(change func(*Campaign)) Campaign {
		c := Campaign{Opens: at.Add(-2 * time.Hour), Ends: at.Add(24 * time.Hour)}
		change(&c)
		return c
	}
	return map[Stage]staged{
		Unapproved: {c(func(c *Campaign) { c.Approval = &Approval{State: Asked} }), false},
		Queued:     {c(func(c *Campaign) { c.Topic, c.Opens, c.Ends = "t", time.Time{}, time.Time{} }), false},
		Embargoed:  {c(func(c *Campaign) { c.Opens = at.Add(time.Hour) }), false},
		Window:     {c(func(c *Campaign) { c.Public = at.Add(time.Hour) }), true},
		Running:    {c(func(*Campaign) {}), true},
		Ended:      {c(func(c *Campaign) { c.Ends = at }), true},
		Recalled:   {c(func(c *Campaign) { c.Recall = &Recall{At: at.Add(-time.Hour)} }), true},
		Cancelled:  {c(func(c *Campaign) { c.Cancelled = at }), false},
	}
}

func TestEachStageSaysWhyNothingCanBeSharedAndWhetherPartnersMayKnow(t *testing.T) {
	at := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	why := map[Stage]error{Unapproved: ErrNotOpen, Queued: ErrNotOpen, Embargoed: ErrNotOpen, Ended: ErrEnded, Recalled: ErrRecalled, Cancelled: ErrEnded}
	for stage, s := range stages(at) {
		if got := s.campaign.Stage(at); got != stage {
			t.Fatalf("%s is made as %s", stage, got)
		}
		if err := s.campaign.Shareable(at); !errors.Is(err, why[stage]) || (err == nil) != (why[stage] == nil) {
			t.Errorf("%s: %v, want %v", stage, err, why[stage])
		}
		if got := s.campaign.HasOpened(at); got != s.opened {
			t.Errorf("%s: partners may know: %v", stage, got)
		}
		opens, known := OpensAt(s.campaign.Shareable(at))
		if known != (stage == Embargoed) || (known && !opens.Equal(at.Add(time.Hour))) {
			t.Errorf("%s: it says that it opens at %s, %v", stage, opens, known)
		}
	}
	early := Campaign{Opens: at.Add(time.Hour), Ends: at.Add(24 * time.Hour), Recall: &Recall{At: at}}
	if early.HasOpened(at.Add(2 * time.Hour)) {
		t.Error("a campaign that was taken back before it opened has opened by the time alone")
	}
}

func TestACampaignOpensAtItsOpeningAndEndsAtItsEnd(t *testing.T) {
	c, opens, public := launch()
	for _, s := range []struct {
		at   time.Time
		want Stage
	}{
		{opens.Add(-1), Embargoed}, {opens, Window}, {public.Add(-1), Window}, {public, Running}, {c.Ends.Add(-1), Running}, {c.Ends, Ended},
	} {
		if got := c.Stage(s.at); got != s.want {
			t.Errorf("at %s it is %s, want %s", s.at, got, s.want)
		}
	}
}

func TestWhatACustomerDidBeforeTheRecallRewards(t *testing.T) {
	c, opens, _ := launch()
	link := ShareLink{Partner: "p1"}
	taken := opens.Add(time.Hour)
	c.Recall = &Recall{At: taken}
	for at, want := range map[time.Time]bool{opens.Add(-1): false, opens: true, taken.Add(-1): true, taken: false, taken.Add(time.Hour): false} {
		if got := c.Rewards(link, at); got != want {
			t.Errorf("done at %s, taken back at %s: %v", at, taken, got)
		}
	}
	c.Recall = nil
	if !c.Rewards(link, taken) {
		t.Error("a campaign that was brought back does not reward")
	}
}

func TestAfterTheEndALinkLeadsToThePageThatIsSetForIt(t *testing.T) {
	c := Campaign{Title: "Spring is here", Target: "https://shop.example/spring#top"}
	link := ShareLink{Code: "0123456789abcdef", Network: X}
	const tags = "?utm_source=x&utm_medium=social&utm_campaign=spring-is-here&utm_content=partner"
	if got := c.Afterwards(link); got != "https://shop.example/spring"+tags+"#top" {
		t.Errorf("without a page: %s", got)
	}
	c.After = "https://shop.example/summer"
	if got := c.Afterwards(link); got != "https://shop.example/summer"+tags {
		t.Errorf("with a page: %s", got)
	}
	if got := c.Destination(link, ""); got != "https://shop.example/spring"+tags+"#top" {
		t.Errorf("before the end: %s", got)
	}
}
