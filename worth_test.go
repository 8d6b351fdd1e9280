package clarion

import (
	"testing"
	"time"
)

// launch is a campaign with a launch window from 06:00 to 08:00, in which shares count three times.
func launch() (c Campaign, opens, public time.Time) {
	opens = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	public = opens.Add(2 * time.Hour)
	return Campaign{ID: "spring", Opens: opens, Public: public, WindowFactor: 3, Ends: opens.AddDate(0, 0, 7)}, opens, public
}

func TestASharesWorthIsMultipliedInsideOfTheLaunchWindowOnly(t *testing.T) {
	c, opens, public := launch()
	rules := DefaultRules()
	rules.For[ShareReason] = Rule{Points: 7, Cap: 4}
	rules.Version = 9
	link := NewShareLink([]byte("secret"), "acme", "spring", "amira", X)
	for name, test := range map[string]struct {
		at             time.Time
		points, factor int
	}{
		"before it opens":  {opens.Add(-1), 7, 0},
		"as it opens":      {opens, 21, 3},
		"the last moment":  {public.Add(-1), 21, 3},
		"as it is public":  {public, 7, 0},
		"after it is over": {c.Ends, 7, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.ShareAward(rules, link, test.at, time.UTC)
			once := rules.Share(link, test.at, time.UTC)
			once.Points, once.Factor = test.points, test.factor
			if a != once {
				t.Errorf("%+v, want %+v", a, once)
			}
			worth := c.ShareWorth(rules, test.at)
			if worth.Points != test.points || worth.IsMore() != (test.factor > 1) || worth.IsMore() != worth.Until.Equal(public) || worth.IsMore() == worth.Until.IsZero() {
				t.Errorf("it is said to be worth %+v", worth)
			}
		})
	}
}

func TestNothingIsNotMultiplied(t *testing.T) {
	c, opens, _ := launch()
	rules, err := ParseRules("share=0")
	if err != nil {
		t.Fatal(err)
	}
	if w := c.ShareWorth(rules, opens); w.IsMore() || w.Points != 0 || w.Factor != 1 || w.Times() != "once" {
		t.Errorf("%+v", w)
	}
	for factor, want := range map[int]string{2: "twice", 3: "three times", 4: "4 times", MaxWindowFactor: "10 times"} {
		c.WindowFactor = factor
		if w := c.ShareWorth(DefaultRules(), opens); w.Points != 5*factor || w.Times() != want {
			t.Errorf("%d: %+v, %s", factor, w, w.Times())
		}
	}
	for _, factor := range []int{0, 1} {
		c.WindowFactor = factor
		if w := c.ShareWorth(DefaultRules(), opens); w.IsMore() || w.Points != 5 {
			t.Errorf("%d: %+v", factor, w)
		}
	}
}
