package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// A Visit is one request for a share link, to be counted.
type Visit struct {
	Link clarion.ShareLink
	// Kind is as what the visit is counted. When it is empty, storage finds out: own, repeat, burst, cap or
	// credited.
	Kind clarion.VisitKind

	// Of a visit without a kind:
	Award   clarion.Award     // what it gives when it is credited
	Visitor clarion.VisitorID // who came
	Day     string            // the day under whose key the visitor has this name, such as 2026-11-22
	Burst   int               // how many new visitors of the link a minute are credited; 0: any number
}

// CountVisit counts a visit once, with everything that hangs on it, and returns as what. It waits for Redis no
// longer than ctx. Visits that come at the same time are written down together.
//
// The error is [clarion.ErrKept] when Redis has not answered: the visit is kept in memory, and counted when it
// does, once, even when Redis had taken it and only its answer was lost. Any other error means that the visit
// is not counted: 100,000 of the partner's lane wait already, or storage is closed.
func (w *Workspace) CountVisit(ctx context.Context, v Visit) (clarion.VisitKind, error) {
	e := entry{what: string(v.Kind), award: clarion.Award{Partner: v.Link.Partner, Campaign: v.Link.Campaign, Network: v.Link.Network}}
	if v.Kind == "" {
		e.what, e.award = doVisit, v.Award
		e.day, e.visitor = v.Day, ownMember(v.Link.Partner, v.Visitor)
		e.minute, e.most = v.Award.At.Unix()/60, v.Burst
	}
	letter, err := w.laneOf(v.Link.Partner).keep(ctx, e)
	if err != nil {
		return "", fmt.Errorf("count a visit of link %s: %w", v.Link.Code, err)
	}
	switch {
	case v.Kind != "":
		return v.Kind, nil
	case letter == wasCapped:
		return clarion.OverCap, nil
	case letter == wasOwn:
		return clarion.Own, nil
	case letter == wasSeen:
		return clarion.Repeated, nil
	case letter == wasHeld:
		return clarion.Held, nil
	}
	return clarion.Credited, nil
}

// ownLife is how long it is known which visitor of a day is a partner. A day has 25 hours at most.
const ownLife = 26 * time.Hour

// MarkOwn remembers that a visitor of the day is the partner, so that no visit by them is credited to their
// own links.
func (w *Workspace) MarkOwn(ctx context.Context, p clarion.PartnerID, day string, visitor clarion.VisitorID) error {
	key := w.under(ownPrefix, day)
	_, err := w.rdb.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.SAdd(ctx, key, ownMember(p, visitor))
		pipe.Expire(ctx, key, ownLife)
		return nil
	})
	return failed(err, "remember that a visitor is partner %s", p)
}

// ownMember is the member of own:{ws}:<day> for a partner and visitor: a whole number, of which Redis packs
// few into little room. The visitor's name is random, so the sum of the two is, too.
func ownMember(p clarion.PartnerID, visitor clarion.VisitorID) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(p))                                                           // never fails, says hash.Hash
	return strconv.FormatInt(int64(binary.BigEndian.Uint64(visitor[:8])^h.Sum64()), 10) //nolint:gosec // bits, not a number
}

// Tally returns what came of a partner's sharing of a campaign. That of [clarion.Official] is what came by the
// company's own channels.
func (w *Workspace) Tally(ctx context.Context, c clarion.CampaignID, p clarion.PartnerID) (clarion.Tally, error) {
	fields, err := w.rdb.HGetAll(ctx, w.shared(tallyPrefix, c, p)).Result()
	if err != nil {
		return clarion.Tally{}, failed(err, "read what came of partner %s sharing campaign %s", p, c)
	}
	tally := clarion.Tally{Visits: map[clarion.Network]clarion.Visits{}, Awards: map[clarion.Reason]int{}}
	for field, text := range fields {
		name, of, ok := strings.Cut(field, ":")
		n, err := strconv.Atoi(text)
		switch {
		case !ok || name == "minute" || name == "free" || name == "pending": // page, turn, and what is not for people
		case err != nil:
			return clarion.Tally{}, fmt.Errorf("read %q of partner %s and campaign %s: %w", field, p, c, err)
		case name == "award":
			tally.Awards[clarion.Reason(of)] = n
		case n != 0:
			addVisits(tally.Visits, clarion.Network(name), clarion.VisitKind(of), n)
		}
	}
	return tally, nil
}

func addVisits(to map[clarion.Network]clarion.Visits, n clarion.Network, kind clarion.VisitKind, count int) {
	if to[n] == nil {
		to[n] = clarion.Visits{}
	}
	to[n][kind] += count
}

// Totals are what came of a campaign, over all partners.
type Totals struct {
	Visits map[clarion.Network]clarion.Visits // by network; those of official channels stand at their own
	Shares map[clarion.Network]int            // first shares of partners
}

// Partners returns the visits by partners' links, over all networks.
func (t Totals) Partners() clarion.Visits {
	sum := clarion.Visits{}
	for n, v := range t.Visits {
		if n != clarion.OfficialNetwork {
			sum.Add(v)
		}
	}
	return sum
}

// Official returns the visits by the link of the company's own channels.
func (t Totals) Official() clarion.Visits { return t.Visits[clarion.OfficialNetwork] }

// Totals returns what came of a campaign.
func (w *Workspace) Totals(ctx context.Context, c clarion.CampaignID) (Totals, error) {
	fields, err := w.rdb.HGetAll(ctx, w.under(totalsPrefix, string(c))).Result()
	if err != nil {
		return Totals{}, failed(err, "read what came of campaign %s", c)
	}
	totals := Totals{Visits: map[clarion.Network]clarion.Visits{}, Shares: map[clarion.Network]int{}}
	for field, text := range fields {
		n, err := strconv.Atoi(text)
		if err != nil {
			return Totals{}, fmt.Errorf("read %q of campaign %s: %w", field, c, err)
		}
		name, of, _ := strings.Cut(field, ":")
		switch {
		case n == 0:
		case name == "share":
			totals.Shares[clarion.Network(of)] = n
		default:
			addVisits(totals.Visits, clarion.Network(name), clarion.VisitKind(of), n)
		}
	}
	return totals, nil
}

// Results are what the partners of a store brought about in a week.
type Results struct {
	Shares      int // first shares of a campaign to a network
	People      int // outside persons who came by their links
	Conversions int // what those did: see [clarion.ConversionReason]
}

// Results returns what each store's partners brought about in a week. Stores with nothing are left out.
func (w *Workspace) Results(ctx context.Context, week clarion.Week) (map[clarion.StoreID]Results, error) {
	fields, err := w.rdb.HGetAll(ctx, w.under(resultsPrefix, week.String())).Result()
	if err != nil {
		return nil, failed(err, "read the results of %s", week)
	}
	results := map[clarion.StoreID]Results{}
	for field, text := range fields {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("read %q of %s: %w", field, week, err)
		}
		store, reason, _ := strings.Cut(field, ":")
		of := results[clarion.StoreID(store)]
		switch clarion.Reason(reason) {
		case clarion.ShareReason:
			of.Shares = n
		case clarion.ClickReason:
			of.People = n
		case clarion.ConversionReason:
			of.Conversions = n
		}
		results[clarion.StoreID(store)] = of
	}
	return results, nil
}
