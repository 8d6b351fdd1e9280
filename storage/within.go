package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// The partners within each store stand on one board for all stores, so that a commit moves all of them by one
// command. There a member is <store>:<partner>, and its score is the store's number, which makes room for four
// thousand million points, and the points from the middle of that room.
const (
	storeRoom = 1 << 32
	noPoints  = 1 << 31
)

// withinScore returns the score of so many points within the store of a number.
func withinScore(number, points int) float64 {
	return float64(number)*storeRoom + noPoints + float64(points)
}

// pointsOf returns the points of a score within the store of a number.
func pointsOf(number int, score float64) int { return int(score - withinScore(number, 0)) }

// withinMember is the member of a board of partners within stores.
func withinMember(s clarion.StoreID, p string) string { return string(s) + ":" + p }

// partnerWithin returns the partner of a member, whatever the store.
func partnerWithin(member string) string {
	_, partner, _ := strings.Cut(member, ":")
	return partner
}

// numberOf returns a store's number on boards, or 0 when nobody has earned anything there. It never changes, so
// the process asks Redis for those only that it does not know.
func (w *Workspace) numberOf(ctx context.Context, s clarion.StoreID) (int, error) {
	numbers, err := w.numbersOf(ctx, []clarion.StoreID{s})
	return numbers[s], err
}

// numbersOf returns the numbers of stores. It asks Redis at most once.
func (w *Workspace) numbersOf(ctx context.Context, stores []clarion.StoreID) (map[clarion.StoreID]int, error) {
	numbers := make(map[clarion.StoreID]int, len(stores))
	var unknown []string
	w.mu.Lock()
	for _, s := range stores {
		if n := w.numbers[s]; n > 0 {
			numbers[s] = n
		} else {
			unknown = append(unknown, string(s))
		}
	}
	w.mu.Unlock()
	if len(unknown) == 0 {
		return numbers, nil
	}
	read, err := w.rdb.HMGet(ctx, w.key(numbersKey), unknown...).Result()
	if err != nil {
		return nil, failed(err, "read the numbers of %d stores", len(unknown))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.numbers == nil {
		w.numbers = make(map[clarion.StoreID]int)
	}
	for i, value := range read {
		text, ok := value.(string)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("read the number of store %q: %w", unknown[i], err)
		}
		numbers[clarion.StoreID(unknown[i])], w.numbers[clarion.StoreID(unknown[i])] = n, n
	}
	return numbers, nil
}

// A slot is where a scope's points stand on its board: members and scores of a partner within a store are not
// those of others.
type slot struct {
	number int // of the store; 0: the board has one scope only
}

func (s slot) score(points int) float64 {
	if s.number == 0 {
		return float64(points)
	}
	return withinScore(s.number, points)
}

func (s slot) points(score float64) int {
	if s.number == 0 {
		return int(score)
	}
	return pointsOf(s.number, score)
}

// above is the range of scores of more than so many points, as Redis writes it.
func (s slot) above(points int) (from, to string) {
	from = "(" + strconv.FormatFloat(s.score(points), 'f', -1, 64)
	if s.number == 0 {
		return from, "+inf"
	}
	return from, "(" + strconv.FormatFloat(withinScore(s.number+1, -noPoints), 'f', -1, 64)
}

// zerosWithin counts the members of a board of partners within stores that have no points.
func (w *Workspace) zerosWithin(ctx context.Context, key string) (int64, error) {
	numbers, err := w.rdb.HVals(ctx, w.key(numbersKey)).Result()
	if err != nil {
		return 0, failed(err, "read the numbers of stores")
	}
	counts := make([]*redis.IntCmd, len(numbers))
	_, err = w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, text := range numbers {
			n, err := strconv.Atoi(text)
			if err != nil {
				return fmt.Errorf("read a store's number: %w", err)
			}
			zero := strconv.FormatFloat(withinScore(n, 0), 'f', -1, 64)
			counts[i] = p.ZCount(ctx, key, zero, zero)
		}
		return nil
	})
	if err != nil {
		return 0, failed(err, "count %s", key)
	}
	var zeros int64
	for _, count := range counts {
		zeros += count.Val()
	}
	return zeros, nil
}
