package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// verifyPage is how many rows are read at once.
const verifyPage = 1000

// A sum is what one partner's rows add up to.
type sum struct {
	points    map[standing]int                      //
	campaigns map[clarion.CampaignID]*sumOfCampaign //
}

// A standing is a partner's on a board.
type standing struct {
	board string
	store clarion.StoreID // on a board of partners within stores
}

type sumOfCampaign struct {
	rows      int // of ledger and capped, each of which has a known key
	reversals int
	awards    map[clarion.Reason]int
	visits    map[string]int // by field of the tally
}

func (s sum) of(c clarion.CampaignID) *sumOfCampaign {
	if s.campaigns[c] == nil {
		s.campaigns[c] = &sumOfCampaign{awards: make(map[clarion.Reason]int), visits: make(map[string]int)}
	}
	return s.campaigns[c]
}

// readPartner reads a partner's rows, compares what only this partner adds to, and adds to the sums what
// others add to as well.
func (v *verification) readPartner(ctx context.Context, p clarion.PartnerID) error {
	s := sum{points: make(map[standing]int), campaigns: make(map[clarion.CampaignID]*sumOfCampaign)}
	for _, list := range []string{ledgerPrefix, cappedPrefix} {
		key := v.w.under(list, string(p))
		if !v.keys[list][key] {
			continue
		}
		for start := int64(0); ; start += verifyPage {
			rows, err := v.w.rdb.LRange(ctx, key, start, start+verifyPage-1).Result()
			if err != nil {
				return failed(err, "read %s", key)
			}
			if err := v.readRows(ctx, p, rows, list == ledgerPrefix, s); err != nil {
				return fmt.Errorf("read %s: %w", key, err)
			}
			if len(rows) < verifyPage {
				break
			}
		}
	}
	if err := v.compareStandings(ctx, p, s.points); err != nil {
		return err
	}
	for c := range v.pairs[p] {
		if err := v.compareTally(ctx, p, c, s.of(c)); err != nil {
			return err
		}
	}
	return nil
}

func (v *verification) readRows(ctx context.Context, p clarion.PartnerID, rows []string, awarded bool, s sum) error {
	known := make(map[string][]any) // by key of known award keys
	for _, row := range rows {
		a, err := unpackRow(p, row)
		if err != nil {
			return err
		}
		v.pair(p, a.Campaign)
		seen := v.w.shared(seenPrefix, a.Campaign, p)
		known[seen] = append(known[seen], int64(a.Key))
		v.addRow(a, awarded, s.of(a.Campaign))
		if !awarded {
			v.report.Capped++
			continue
		}
		v.report.Awards++
		for _, period := range []clarion.Period{clarion.InWeek(a.Week), clarion.InCampaign(a.Campaign), clarion.AllTime()} {
			s.points[standing{v.w.board(period, clarion.AllPartners()), ""}] += a.Points
			if a.Store != "" {
				v.add(boardPrefix, v.w.board(period, clarion.Stores()), string(a.Store), a.Points)
				s.points[standing{v.w.board(period, clarion.PartnersOf(a.Store)), a.Store}] += a.Points
			}
		}
	}
	for seen, keys := range known {
		is, err := v.w.rdb.SMIsMember(ctx, seen, keys...).Result()
		if err != nil {
			return failed(err, "look for keys in %s", seen)
		}
		missing := 0
		for _, yes := range is {
			if !yes {
				missing++
			}
		}
		v.compare(seen, string(p), "rows whose key is not known", 0, float64(missing))
	}
	return nil
}

// addRow adds what a row counts for beside its points.
func (v *verification) addRow(a clarion.Award, awarded bool, s *sumOfCampaign) {
	n, reason := 1, a.Reason
	if reason == clarion.ReversalReason { // of a click
		n, reason = -1, clarion.ClickReason
		s.reversals++
	}
	s.rows++
	kind := clarion.OverCap
	if awarded {
		kind = clarion.Credited
		s.awards[reason] += n
	}
	switch reason {
	case clarion.ClickReason:
		s.visits[string(a.Network)+":"+string(kind)] += n
	case clarion.ShareReason:
		v.add(totalsPrefix, v.w.under(totalsPrefix, string(a.Campaign)), "share:"+string(a.Network), n)
	}
	if a.Store != "" {
		v.add(resultsPrefix, v.w.under(resultsPrefix, a.Week.String()), string(a.Store)+":"+string(reason), n)
	}
}

func (v *verification) add(prefix, key, member string, n int) {
	v.note(prefix, key)
	if v.sums[key] == nil {
		v.sums[key] = make(map[string]int)
	}
	v.sums[key][member] += n
}

// compareStandings compares one partner's points on all boards, in one round trip.
func (v *verification) compareStandings(ctx context.Context, p clarion.PartnerID, points map[standing]int) error {
	scores := make(map[standing]*redis.FloatCmd)
	members := make(map[standing]string)
	slots := make(map[standing]slot)
	for at := range points {
		members[at] = string(p)
		if at.store != "" {
			number, err := v.w.numberOf(ctx, at.store)
			if err != nil {
				return err
			}
			members[at], slots[at] = withinMember(at.store, string(p)), slot{number}
		}
	}
	cmds, err := v.w.rdb.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for at := range points {
			scores[at] = pipe.ZScore(ctx, at.board, members[at])
		}
		return nil
	})
	if err := unlessMissing(cmds, err); err != nil {
		return failed(err, "read the standings of partner %s", p)
	}
	for at, n := range points {
		v.note(boardPrefix, at.board)
		stored := 0
		if scores[at].Err() == nil {
			stored = slots[at].points(scores[at].Val())
		}
		v.compare(at.board, members[at], "points", float64(n), float64(stored))
		if n != 0 {
			v.members[at.board]++
		}
	}
	return nil
}

// compareTally compares a partner's tally and known keys of a campaign with the rows, and adds the tally's
// visits to the campaign's totals.
func (v *verification) compareTally(ctx context.Context, p clarion.PartnerID, c clarion.CampaignID, s *sumOfCampaign) error {
	key := v.w.shared(tallyPrefix, c, p)
	tally, err := v.w.Tally(ctx, c, p)
	if err != nil {
		return err
	}
	networks := slices.Clone(rowNetworks)
	for n := range tally.Visits {
		if !slices.Contains(networks, string(n)) {
			networks = append(networks, string(n))
		}
	}
	known := s.rows
	for _, n := range networks {
		visits := tally.Visits[clarion.Network(n)]
		for kind, count := range visits {
			v.add(totalsPrefix, v.w.under(totalsPrefix, string(c)), n+":"+string(kind), count)
		}
		if list := v.w.under(heldPrefix, string(c)+":"+string(p)+":"+n); visits[clarion.Held] != 0 || v.keys[heldPrefix][list] {
			held, err := v.w.rdb.LLen(ctx, list).Result()
			if err != nil {
				return failed(err, "count what is held of partner %s and campaign %s", p, c)
			}
			v.compare(key, n+":burst", "visits", float64(held), float64(visits[clarion.Held]))
		}
		known += visits[clarion.Held] + visits[clarion.Refused]
		if p == clarion.Official { // who has no rows
			known += visits[clarion.Credited]
			continue
		}
		for _, kind := range []clarion.VisitKind{clarion.Credited, clarion.OverCap} {
			field := n + ":" + string(kind)
			v.compare(key, field, "visits", float64(s.visits[field]), float64(visits[kind]))
		}
	}
	if p != clarion.Official {
		for _, reason := range clarion.Reasons() {
			v.compare(key, "award:"+string(reason), "awards", float64(s.awards[reason]), float64(tally.Awards[reason]))
		}
	}
	seen := v.w.shared(seenPrefix, c, p)
	size, err := v.w.rdb.SCard(ctx, seen).Result()
	if err != nil {
		return failed(err, "count %s", seen)
	}
	// A visit that is refused later has its own key known and no row; one that was credited before it was refused
	// has its row, its reversal, and the keys of both.
	v.compare(seen, "", "known keys", float64(known-s.reversals), float64(size))
	return nil
}
