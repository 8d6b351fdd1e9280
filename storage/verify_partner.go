package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// verifyPage is how many rows are read at once.
const verifyPage = 1000

// A tally is what one partner's rows add up to.
type tally struct {
	points map[string]int            // by partners' board
	caps   map[string]map[string]int // by key and field
}

// readPartner reads a partner's rows, compares what only this partner adds to, and adds to the sums what
// others add to as well.
func (v *verification) readPartner(ctx context.Context, p clarion.PartnerID) error {
	t := tally{points: make(map[string]int), caps: make(map[string]map[string]int)}
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
			if err := v.readRows(ctx, p, rows, list == ledgerPrefix, &t); err != nil {
				return fmt.Errorf("read %s: %w", key, err)
			}
			if len(rows) < verifyPage {
				break
			}
		}
	}
	return v.compareTally(ctx, p, t)
}

func (v *verification) readRows(ctx context.Context, p clarion.PartnerID, rows []string, awarded bool, t *tally) error {
	known := make(map[string][]any) // by key of known keys
	for _, row := range rows {
		a, err := unpackRow(p, row)
		if err != nil {
			return err
		}
		set := v.note(awardedPrefix, v.w.under(awardedPrefix, string(a.Campaign)))
		known[set] = append(known[set], knownKey(a.Key))
		v.members[set]++
		if a.Reason == clarion.ClickReason {
			v.add(clicksPrefix, v.w.under(clicksPrefix, string(a.Campaign)), string(a.Code), 1)
		}
		if !awarded {
			v.report.Capped++
			continue
		}
		v.report.Awards++
		caps := v.note(capsPrefix, v.w.under(capsPrefix, string(a.Campaign)))
		if t.caps[caps] == nil {
			t.caps[caps] = make(map[string]int)
		}
		t.caps[caps][capField(p, a.Reason)]++
		for _, period := range []clarion.Period{clarion.InWeek(a.Week), clarion.InCampaign(a.Campaign), clarion.AllTime()} {
			t.points[v.w.board(period, clarion.AllPartners())] += a.Points
			if a.Store != "" {
				v.add(boardPrefix, v.w.board(period, clarion.Stores()), string(a.Store), a.Points)
				t.points[v.w.board(period, clarion.PartnersOf(a.Store))] += a.Points
			}
		}
	}
	for set, hashes := range known {
		is, err := v.w.rdb.SMIsMember(ctx, set, hashes...).Result()
		if err != nil {
			return failed(err, "look for keys in %s", set)
		}
		missing := 0
		for _, yes := range is {
			if !yes {
				missing++
			}
		}
		v.compare(set, string(p), "rows whose key is not known", 0, float64(missing))
	}
	return nil
}

func (v *verification) add(prefix, key, member string, n int) {
	v.note(prefix, key)
	if v.sums[key] == nil {
		v.sums[key] = make(map[string]int)
	}
	v.sums[key][member] += n
}

// compareTally compares one partner's boards and caps, in one round trip.
func (v *verification) compareTally(ctx context.Context, p clarion.PartnerID, t tally) error {
	scores := make(map[string]*redis.FloatCmd)
	counts := make(map[string]map[string]*redis.StringCmd)
	cmds, err := v.w.rdb.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for board := range t.points {
			scores[board] = pipe.ZScore(ctx, board, string(p))
		}
		for key, fields := range t.caps {
			counts[key] = make(map[string]*redis.StringCmd)
			for field := range fields {
				counts[key][field] = pipe.HGet(ctx, key, field)
			}
		}
		return nil
	})
	if err := unlessMissing(cmds, err); err != nil {
		return failed(err, "read the standings of partner %s", p)
	}
	for board, points := range t.points {
		v.note(boardPrefix, board)
		v.compare(board, string(p), "points", float64(points), scores[board].Val())
		if points != 0 {
			v.members[board]++
		}
	}
	for key, fields := range t.caps {
		for field, n := range fields {
			v.members[key]++
			stored, err := counts[key][field].Float64()
			if err != nil && !errors.Is(err, redis.Nil) {
				return fmt.Errorf("read %q of %s: %w", field, key, err)
			}
			v.compare(key, field, "awards", float64(n), stored)
		}
	}
	return nil
}
