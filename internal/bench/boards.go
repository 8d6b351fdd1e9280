package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/measure"
	"github.com/clarion-bot/clarion/storage"
)

const (
	awardsAlone    = 2000
	awardsTogether = 20_000
	answers        = 400
)

// awards returns how long an award takes, in µs: with nobody else there, and for each of many callers at once.
func (b *bench) awards(ctx context.Context, round int) (alone, together float64, err error) {
	id := clarion.CampaignID(fmt.Sprintf("01990000-0000-7000-a000-%012d", round))
	rules := clarion.DefaultRules()
	one := func(i int) error {
		link := clarion.ShareLink{Code: clarion.Code(fmt.Sprintf("%016d", i)), Campaign: id, Partner: partnerID(i), Network: clarion.Facebook}
		outcomes, err := b.workspace.Award(ctx, rules.Share(link, time.Now(), time.UTC))
		if err == nil && outcomes[0] != clarion.Awarded {
			err = fmt.Errorf("award %d is %s", i, outcomes[0])
		}
		return err
	}
	times := make([]float64, awardsAlone)
	for i := range times {
		start := time.Now()
		if err := one(i); err != nil {
			return 0, 0, err
		}
		times[i] = microseconds(time.Since(start))
	}
	var next atomic.Int64
	next.Store(awardsAlone)
	var g errgroup.Group
	start := time.Now()
	for range connections {
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= awardsAlone+awardsTogether {
					return nil
				}
				if err := one(i); err != nil {
					return err
				}
			}
		})
	}
	err = g.Wait()
	return measure.Median(times), microseconds(time.Since(start)) / awardsTogether, err
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// ofStores and ofPartners are the questions of the i-th asker.
func ofStores(i int) storage.Query {
	return storage.Query{Period: clarion.InWeek(clarion.WeekOf(time.Now(), time.UTC)), Limit: stores, Own: string(storeID(i % stores))}
}

func ofPartners(i int) storage.Query {
	return storage.Query{
		Period: clarion.InWeek(clarion.WeekOf(time.Now(), time.UTC)), Scope: clarion.AllPartners(), Limit: 10, Own: string(partnerID(i * 61 % partners)),
	}
}

// boards returns how long an answer of each leaderboard takes, in ms.
func (b *bench) boards(ctx context.Context) (storesTime, partnersTime float64, err error) {
	if storesTime, err = b.board(ctx, ofStores, stores, stores); err != nil {
		return 0, 0, err
	}
	partnersTime, err = b.board(ctx, ofPartners, 10, partners)
	return storesTime, partnersTime, err
}

func (b *bench) board(ctx context.Context, question func(int) storage.Query, shown, total int) (float64, error) {
	times := make([]float64, answers)
	for i := range times {
		start := time.Now()
		board, err := b.workspace.Leaderboard(ctx, question(i))
		times[i] = microseconds(time.Since(start)) / 1000
		if err != nil {
			return 0, err
		}
		if len(board.Standings) != shown || board.Total != total || board.Own == nil || board.Own.Rank == 0 {
			return 0, fmt.Errorf("a leaderboard has %d of %d lines, and %v as the asker's own", len(board.Standings), board.Total, board.Own)
		}
	}
	return measure.Median(times), nil
}

// mostRead is what the answer of the partners' leaderboard may read from Redis: ten lines with names, and
// the asker's own. The whole board is above a megabyte.
const mostRead = 4 << 10

// boundedReads makes sure that an answer does not read the whole board, by what Redis sends for it.
func (b *bench) boundedReads(ctx context.Context) error {
	client := redis.NewClient(&redis.Options{Addr: b.address})
	defer client.Close()
	sent := func(work func() error) (int64, error) {
		before, err := sentBytes(ctx, client)
		if err != nil {
			return 0, err
		}
		if err := work(); err != nil {
			return 0, err
		}
		after, err := sentBytes(ctx, client)
		return after - before, err
	}
	asking, err := sent(func() error { return nil })
	if err != nil {
		return err
	}
	answer, err := sent(func() error {
		_, err := b.workspace.Leaderboard(ctx, ofPartners(1))
		return err
	})
	if err != nil {
		return err
	}
	read := answer - asking
	b.say("a leaderboard of %d partners reads %d bytes from Redis", partners, read)
	if read > mostRead {
		return fmt.Errorf("a leaderboard answer reads %d bytes from Redis: more than its lines", read)
	}
	return nil
}

// sentBytes returns how many bytes Redis has sent to anybody since it started.
func sentBytes(ctx context.Context, client *redis.Client) (int64, error) {
	stats, err := client.InfoMap(ctx, "stats").Result()
	if err != nil {
		return 0, fmt.Errorf("asking Redis what it has sent: %w", err)
	}
	var n int64
	if _, err := fmt.Sscan(stats["Stats"]["total_net_output_bytes"], &n); err != nil {
		return 0, fmt.Errorf("reading what Redis has sent: %w", err)
	}
	return n, nil
}
