package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// maxStandings bounds a page, so that no question reads a whole board of partners.
const maxStandings = 1000

// A Query asks for the head of a leaderboard.
type Query struct {
	Period clarion.Period
	Scope  clarion.Scope
	Limit  int    // how many standings, at most 1,000; 0: none
	Own    string // whose own standing is wanted too: a StoreID or PartnerID, by the scope; "" for nobody's
}

// Leaderboard returns the head of a leaderboard. Only those with more than zero points stand in it, and
// only they count in Total and Active. Where the limit cuts through a tie, which of the tied are shown is
// not said. The answer costs three round trips and the length of the page, however long the board is, and another
// one the first time that a process meets a store.
func (w *Workspace) Leaderboard(ctx context.Context, q Query) (clarion.Leaderboard, error) {
	if err := w.catchUp(ctx); err != nil {
		return clarion.Leaderboard{}, err
	}
	key := w.board(q.Period, q.Scope)
	board := clarion.Leaderboard{Period: q.Period, Scope: q.Scope}
	var at slot
	own := q.Own
	if q.Scope.Store != "" {
		number, err := w.numberOf(ctx, q.Scope.Store)
		if err != nil || number == 0 {
			return board, err
		}
		at.number, own = number, withinMember(q.Scope.Store, q.Own)
	}
	var page *redis.ZSliceCmd
	var total *redis.IntCmd
	var ownScore *redis.FloatCmd
	cmds, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		from, to := at.above(0)
		total = p.ZCount(ctx, key, from, to)
		if q.Limit > 0 {
			page = p.ZRevRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{
				Min: from, Max: to, Count: int64(min(q.Limit, maxStandings)),
			})
		}
		if q.Own != "" {
			ownScore = p.ZScore(ctx, key, own)
		}
		return nil
	})
	if err := unlessMissing(cmds, err); err != nil { // Own can stand nowhere
		return clarion.Leaderboard{}, failed(err, "read the leaderboard of %s for %s", q.Scope, q.Period)
	}
	board.Total = int(total.Val())
	if page != nil {
		for _, z := range page.Val() {
			id, _ := z.Member.(string)
			if at.number > 0 {
				id = partnerWithin(id)
			}
			board.Standings = append(board.Standings, clarion.Standing{ID: id, Points: at.points(z.Score)})
		}
	}
	if ownScore != nil && ownScore.Err() == nil && at.points(ownScore.Val()) > 0 {
		board.Own = &clarion.Standing{ID: q.Own, Points: at.points(ownScore.Val())}
	}
	if err := w.describe(ctx, q, at, &board); err != nil {
		return clarion.Leaderboard{}, fmt.Errorf("describe the leaderboard of %s for %s: %w", q.Scope, q.Period, err)
	}
	clarion.Rank(board.Standings, 1, 0)
	for _, s := range board.Standings {
		if board.Own != nil && s.ID == q.Own {
			*board.Own = s
		}
	}
	return board, nil
}

// describe fills in the names, for stores their sizes and active partners, and the rank of Own, in one
// round trip.
func (w *Workspace) describe(ctx context.Context, q Query, at slot, board *clarion.Leaderboard) error {
	var standings []*clarion.Standing
	for i := range board.Standings {
		standings = append(standings, &board.Standings[i])
	}
	if board.Own != nil {
		standings = append(standings, board.Own)
	}
	if len(standings) == 0 {
		return nil
	}
	var numbers map[clarion.StoreID]int
	if !q.Scope.Partners {
		stores := make([]clarion.StoreID, len(standings))
		for i, s := range standings {
			stores[i] = clarion.StoreID(s.ID)
		}
		var err error
		if numbers, err = w.numbersOf(ctx, stores); err != nil {
			return err
		}
	}
	var ahead *redis.IntCmd
	var stores *redis.SliceCmd
	names := make([]*redis.StringCmd, len(standings))
	active := make([]*redis.IntCmd, len(standings))
	cmds, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		if board.Own != nil {
			from, to := at.above(board.Own.Points)
			ahead = p.ZCount(ctx, w.board(q.Period, q.Scope), from, to)
		}
		ids := make([]string, len(standings))
		for i, s := range standings {
			ids[i] = s.ID
			if q.Scope.Partners {
				names[i] = p.HGet(ctx, w.under(partnerPrefix, s.ID), "name")
			} else {
				from, to := slot{numbers[clarion.StoreID(s.ID)]}.above(0)
				active[i] = p.ZCount(ctx, w.board(q.Period, clarion.PartnersOf(clarion.StoreID(s.ID))), from, to)
			}
		}
		if !q.Scope.Partners {
			stores = p.HMGet(ctx, w.key(storesKey), ids...)
		}
		return nil
	})
	if err := unlessMissing(cmds, err); err != nil { // a partner can be unknown
		return failed(err, "read %d names", len(standings))
	}
	if board.Own != nil {
		board.Own.Rank = int(ahead.Val()) + 1
	}
	for i, s := range standings {
		s.Name = s.ID // until a better one is found
		if q.Scope.Partners {
			if name := names[i].Val(); name != "" {
				s.Name = name
			}
			continue
		}
		s.Active = int(active[i].Val())
		text, ok := stores.Val()[i].(string)
		if !ok {
			continue
		}
		var store clarion.Store
		if err := json.Unmarshal([]byte(text), &store); err != nil {
			return fmt.Errorf("read store %q: %w", s.ID, err)
		}
		s.Name, s.Size = store.Name, store.Headcount
	}
	return nil
}
