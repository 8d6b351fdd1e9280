package storage

import "github.com/clarion-bot/clarion"

// What an entry of a commit asks for, beside the kinds of visits.
const (
	doAward   = "award"
	doVisit   = "visit"
	doRelease = "release"
	doRefuse  = "refuse"
	doReverse = "reverse"
	doUncap   = "uncap"
	doFree    = "free"
)

// What became of an entry.
const (
	wasKnown  = 'k'
	wasGiven  = 'a'
	wasCapped = 'c'
	wasOwn    = 'o'
	wasSeen   = 'r'
	wasHeld   = 'h'
)

// An entry is one thing that a commit writes down.
type entry struct {
	what    string
	award   clarion.Award
	row     string // as it is held; made of the award when empty
	day     string
	visitor string
	minute  int64
	most    int
}

// terms are what several entries of a commit have in common, and few commits have more than a handful of.
type terms struct {
	campaign    clarion.CampaignID
	network     clarion.Network
	reason      clarion.Reason
	points, cap int
	week        clarion.Week
	day         string
	most        int
	store       clarion.StoreID
}

func termsOf(e entry) terms {
	a := e.award
	return terms{a.Campaign, a.Network, a.Reason, a.Points, a.Cap, a.Week, e.day, e.most, a.Store}
}

func (t terms) appendTo(args []any) []any {
	week := ""
	if !t.week.IsZero() {
		week = t.week.String()
	}
	return append(args, string(t.campaign), string(t.network), string(t.reason), t.points, t.cap, week, t.day, t.most, string(t.store))
}
