package clarion

import (
	"fmt"
	"time"
)

// A ShareWorth says what a share of a campaign gives at a time.
type ShareWorth struct {
	Points int       // in all
	Factor int       // how many times what the rule gives that is; at least 1
	Until  time.Time // when the launch window is over, after which it is once; zero when it is once now
}

// ShareWorth returns what a share gives at a time under the rules.
func (c Campaign) ShareWorth(r Rules, at time.Time) ShareWorth {
	w := ShareWorth{Points: r.For[ShareReason].Points, Factor: 1}
	if factor := c.ShareFactor(at); factor > 1 && w.Points > 0 {
		w.Points, w.Factor, w.Until = w.Points*factor, factor, c.Public
	}
	return w
}

// IsMore says whether a share gives more than the rule says.
func (w ShareWorth) IsMore() bool { return w.Factor > 1 }

// Times returns the factor in words that "the usual" can follow: "twice", "three times".
func (w ShareWorth) Times() string {
	switch w.Factor {
	case 1:
		return "once"
	case 2:
		return "twice"
	case 3:
		return "three times"
	}
	return fmt.Sprintf("%d times", w.Factor)
}

// ShareAward returns the award for a share of the campaign at a time: as [Rules.Share] does, and inside of the
// launch window as many times the points as the campaign says. It is one award, and counts once towards the
// rule's cap. At the end of the window it is decided by the time of the share, and never again.
func (c Campaign) ShareAward(r Rules, link ShareLink, at time.Time, loc *time.Location) Award {
	a := r.Share(link, at, loc)
	if worth := c.ShareWorth(r, at); worth.IsMore() {
		a.Points, a.Factor = worth.Points, worth.Factor
	}
	return a
}
