package clarion

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Period is the time, or the campaign, whose points a leaderboard adds up. Its zero value is all time.
type Period struct {
	Week     Week
	Campaign CampaignID
}

// AllTime returns the period of everything.
func AllTime() Period { return Period{} }

// InWeek returns the period of one week.
func InWeek(w Week) Period { return Period{Week: w} }

// InCampaign returns the period of one campaign.
func InCampaign(c CampaignID) Period { return Period{Campaign: c} }

// String returns "all", "week:2026-W47" or "campaign:<id>".
func (p Period) String() string {
	switch {
	case !p.Week.IsZero():
		return "week:" + p.Week.String()
	case p.Campaign != "":
		return "campaign:" + string(p.Campaign)
	}
	return "all"
}

// ParsePeriod reads the form that String writes.
func ParsePeriod(s string) (Period, error) {
	kind, rest, _ := strings.Cut(s, ":")
	switch {
	case s == "all":
		return AllTime(), nil
	case kind == "week":
		w, err := ParseWeek(rest)
		return InWeek(w), err
	case kind == "campaign" && rest != "":
		return InCampaign(CampaignID(rest)), nil
	}
	return Period{}, fmt.Errorf("%q is not a period", s)
}

// A Scope says who competes: the stores, all partners, or the partners of one store. Its zero value is the
// stores.
type Scope struct {
	Partners bool
	Store    StoreID // with Partners: only those points that were earned in this store
}

// Stores returns the scope in which stores compete.
func Stores() Scope { return Scope{} }

// AllPartners returns the scope in which all partners compete.
func AllPartners() Scope { return Scope{Partners: true} }

// PartnersOf returns the scope in which the partners of one store compete.
func PartnersOf(s StoreID) Scope { return Scope{Partners: true, Store: s} }

// String returns "stores", "partners" or "partners:<store>".
func (s Scope) String() string {
	switch {
	case s.Store != "":
		return "partners:" + string(s.Store)
	case s.Partners:
		return "partners"
	}
	return "stores"
}

// A Standing is one line of a leaderboard. Equal points share a rank, and the rank after a tie is the number
// of those ahead plus one: 1, 1, 3.
type Standing struct {
	ID     string // a StoreID or PartnerID, by the leaderboard's scope
	Name   string
	Rank   int // from 1
	Points int
	Active int // for a store: partners who earned points there in the period
	Size   int // for a store: its headcount; 0 when not known
}

// A Leaderboard is the head of an ordered list of standings, and the standing of the one who asks.
type Leaderboard struct {
	Period    Period
	Scope     Scope
	Standings []Standing // the first ones, best first; by name within a rank
	Own       *Standing  // the asker's; nil when the asker has no points in it
	Total     int        // how many have points in it
}

// Rank gives standings, best first, their ranks: the first has the given rank. Standings of equal points
// must be complete up to the first of the page.
func Rank(page []Standing, firstRank, offset int) {
	rank := firstRank
	for i := range page {
		if i > 0 && page[i].Points != page[i-1].Points {
			rank = offset + i + 1
		}
		page[i].Rank = rank
	}
	slices.SortStableFunc(page, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}

// Winners returns every standing of rank 1; a tie has several.
func (l Leaderboard) Winners() []Standing {
	var winners []Standing
	for _, s := range l.Standings {
		if s.Rank == 1 {
			winners = append(winners, s)
		}
	}
	return winners
}
