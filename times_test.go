package clarion_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

func TestACampaignGoesThroughItsStagesOnTheSecond(t *testing.T) {
	opens := time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)
	public, ends := opens.Add(2*time.Hour), opens.AddDate(0, 0, 14)
	whole := clarion.Campaign{Opens: opens, Public: public, Ends: ends, WindowFactor: 3}
	for _, c := range []struct {
		at     time.Time
		want   clarion.Stage
		factor int
		next   time.Time
	}{
		{opens.Add(-time.Nanosecond), clarion.Embargoed, 1, opens},
		{opens, clarion.Window, 3, public},
		{public.Add(-time.Nanosecond), clarion.Window, 3, public},
		{public, clarion.Running, 1, ends},
		{ends.Add(-time.Nanosecond), clarion.Running, 1, ends},
		{ends, clarion.Ended, 1, time.Time{}},
	} {
		if got := whole.Stage(c.at); got != c.want || whole.ShareFactor(c.at) != c.factor || !whole.Changes(c.at).Equal(c.next) {
			t.Errorf("at %s it is %s, shares count %d times, and it changes at %s; want %s, %d, %s", c.at, got, whole.ShareFactor(c.at), whole.Changes(c.at), c.want, c.factor, c.next)
		}
	}
	with := func(change func(*clarion.Campaign)) clarion.Campaign {
		c := whole
		change(&c)
		return c
	}
	for name, c := range map[string]struct {
		campaign clarion.Campaign
		want     clarion.Stage
		err      error
	}{
		"without times it runs until its end": {clarion.Campaign{Ends: ends}, clarion.Running, nil},
		"recalled":                            {with(func(c *clarion.Campaign) { c.Recall = &clarion.Recall{} }), clarion.Recalled, clarion.ErrRecalled},
		"cancelled":                           {with(func(c *clarion.Campaign) { c.Cancelled = opens }), clarion.Cancelled, clarion.ErrEnded},
		"not approved": {with(func(c *clarion.Campaign) { c.Approval = &clarion.Approval{State: clarion.Asked} }),
			clarion.Unapproved, clarion.ErrNotOpen},
		"approved":         {with(func(c *clarion.Campaign) { c.Approval = &clarion.Approval{State: clarion.Approved} }), clarion.Window, nil},
		"waiting in queue": {clarion.Campaign{Topic: "t"}, clarion.Queued, clarion.ErrNotOpen},
	} {
		if got, err := c.campaign.Stage(opens), c.campaign.Shareable(opens); got != c.want || !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
			t.Errorf("%s: %s, %v; want %s, %v", name, got, err, c.want, c.err)
		}
	}
	if at, ok := clarion.OpensAt(fmt.Errorf("share: %w", whole.Shareable(opens.Add(-time.Hour)))); !ok || !at.Equal(opens) {
		t.Errorf("it opens at %s, %v", at, ok)
	}
	if _, ok := clarion.OpensAt(clarion.ErrEnded); ok {
		t.Error("what has ended opens")
	}
}

func TestOverTheWeeksEveryStoreIsServedEarlyAndLateAsOftenAsTheOthers(t *testing.T) {
	const stores, drops = 52, 400
	var list []clarion.Store
	for i := range stores {
		list = append(list, clarion.Store{ID: clarion.StoreID(fmt.Sprint("s", i))})
	}
	sum, last := map[clarion.StoreID]int{}, map[clarion.StoreID]int{}
	for d := range drops {
		order := clarion.InTurn(list, fmt.Sprint("drop", d))
		again := clarion.InTurn(list, fmt.Sprint("drop", d))
		seen := map[clarion.StoreID]bool{}
		for i, s := range order {
			if again[i].ID != s.ID {
				t.Fatal("two processes serve in two orders")
			}
			seen[s.ID] = true
			sum[s.ID] += i
		}
		if len(seen) != stores {
			t.Fatalf("%d stores are served, want %d", len(seen), stores)
		}
		last[order[stores-1].ID]++
	}
	for _, s := range list {
		// The mean place is 25.5; its standard deviation over 400 drops is 15/20.
		if mean := float64(sum[s.ID]) / drops; mean < 21.5 || mean > 29.5 {
			t.Errorf("store %s is served at place %.1f on average", s.ID, mean)
		}
		if last[s.ID] > drops/10 {
			t.Errorf("store %s is last %d times of %d", s.ID, last[s.ID], drops)
		}
	}
}

func TestTimesThatDoNotFitAreToldAtTheirField(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	hours := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	for name, c := range map[string]struct {
		campaign clarion.Campaign
		fields   []string
	}{
		"all in order":                  {clarion.Campaign{Opens: hours(1), Public: hours(2), WindowFactor: 2, Ends: hours(3)}, nil},
		"an end in the past":            {clarion.Campaign{Ends: hours(-1)}, []string{"ends"}},
		"no end":                        {clarion.Campaign{}, []string{"ends"}},
		"ends before it opens":          {clarion.Campaign{Opens: hours(3), Ends: hours(2)}, []string{"ends"}},
		"public before it opens":        {clarion.Campaign{Opens: hours(2), Public: hours(1), Ends: hours(3)}, []string{"public"}},
		"public in the past":            {clarion.Campaign{Public: hours(-1), Ends: hours(3)}, []string{"public"}},
		"public after the end":          {clarion.Campaign{Public: hours(4), Ends: hours(3)}, []string{"public"}},
		"a factor without a window":     {clarion.Campaign{WindowFactor: 2, Ends: hours(3)}, []string{"public"}},
		"a factor beyond all measure":   {clarion.Campaign{Public: hours(1), WindowFactor: 11, Ends: hours(3)}, []string{"factor"}},
		"a campaign of a topic":         {clarion.Campaign{Topic: "t"}, nil},
		"an odd page after the end":     {clarion.Campaign{Ends: hours(1), After: "ftp://x"}, []string{"after"}},
		"a page of the web for the end": {clarion.Campaign{Ends: hours(1), After: "https://example.com"}, nil},
	} {
		got := map[string]bool{}
		for _, e := range c.campaign.Check(now) {
			got[e.Field] = true
		}
		for _, f := range []string{"opens", "public", "ends", "factor", "after"} {
			wanted := false
			for _, w := range c.fields {
				wanted = wanted || w == f
			}
			if got[f] != wanted {
				t.Errorf("%s: something is wrong with %s: %v, want %v", name, f, got[f], wanted)
			}
		}
	}
}
