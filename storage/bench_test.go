package storage

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/redistest"
)

// benchEnv works on a real Redis when the environment asks for one, and on miniredis otherwise.
func benchEnv(b *testing.B) *env {
	backend := func() backend {
		if url := os.Getenv(redistest.URLVariable); url != "" {
			return openBackend(b, url)
		}
		if os.Getenv(redistest.Variable) != "" {
			return openBackend(b, "redis://"+redistest.Start(b).Addr)
		}
		return miniBackend(b)
	}()
	return newEnv(b, backend, fmt.Sprint(time.Now().UnixNano()))
}

// populate gives partners in stores one award each, of different points.
func (e *env) populate(b *testing.B, partners, stores int) {
	var ids []clarion.StoreID
	for i := range stores {
		ids = append(ids, clarion.StoreID(fmt.Sprint("store", i)))
	}
	e.stores(b, ids...)
	members := make([]clarion.Member, partners)
	awards := make([]clarion.Award, partners)
	for i := range members {
		id := fmt.Sprint("U", i)
		members[i] = member(id, ids[i%stores])
		awards[i] = share(id, clarion.PartnerID(id), 1+i%500)
	}
	_, _, err := e.w.Import(e.ctx, members, nil)
	must(b, err)
	e.award(b, awards...)
	b.ResetTimer()
}

// BenchmarkAward is one new award for each operation, from 64 callers for each processor.
func BenchmarkAward(b *testing.B) {
	e := benchEnv(b)
	e.populate(b, 1000, 52)
	var n atomic.Int64
	b.SetParallelism(64)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			if _, err := e.w.Award(e.ctx, share(fmt.Sprint("bench", i), clarion.PartnerID(fmt.Sprint("U", i%1000)), 5)); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkAwardAlone is one new award after the other, with nobody else there.
func BenchmarkAwardAlone(b *testing.B) {
	e := benchEnv(b)
	e.populate(b, 1000, 52)
	for i := 0; b.Loop(); i++ {
		e.award(b, share(fmt.Sprint("bench", i), clarion.PartnerID(fmt.Sprint("U", i%1000)), 5))
	}
}

// BenchmarkVisit is one new visit that is credited for each operation, from 64 callers for each processor.
func BenchmarkVisit(b *testing.B) {
	e := benchEnv(b)
	const partners = 5000
	e.populate(b, partners, 52)
	before := e.redisTime(b)
	var n atomic.Int64
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(n.Add(1))
			link := linkX
			link.Partner = clarion.PartnerID(fmt.Sprint("U", i*2654435761%partners))
			v := visit(link, i, 0)
			v.Burst = 1000
			if kind, err := e.w.CountVisit(e.ctx, v); err != nil || kind != clarion.Credited {
				b.Errorf("%s, %v", kind, err)
			}
		}
	})
	b.StopTimer()
	b.ReportMetric((e.redisTime(b)-before)/float64(b.N), "redis-µs/op")
}

// redisTime returns the processor time that the server has used, in µs; 0 when it does not tell.
func (e *env) redisTime(b *testing.B) float64 {
	text, err := e.rdb.Info(e.ctx, "cpu").Result()
	if err != nil {
		return 0
	}
	sum := 0.0
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name == "used_cpu_sys_main_thread" || name == "used_cpu_user_main_thread" {
			seconds, err := strconv.ParseFloat(value, 64)
			must(b, err)
			sum += seconds
		}
	}
	return sum * 1e6
}

func BenchmarkStoresLeaderboard(b *testing.B) {
	e := benchEnv(b)
	e.populate(b, 1040, 52)
	for b.Loop() {
		if board := e.leaderboard(b, Query{Period: clarion.InWeek(week47), Limit: 52, Own: "store7"}); len(board.Standings) != 52 {
			b.Fatalf("%d standings", len(board.Standings))
		}
	}
}

func BenchmarkPartnersLeaderboard(b *testing.B) {
	e := benchEnv(b)
	e.populate(b, 26_000, 52)
	for b.Loop() {
		board := e.leaderboard(b, Query{Period: clarion.InWeek(week47), Scope: clarion.AllPartners(), Limit: 10, Own: "U13"})
		if len(board.Standings) != 10 || board.Total != 26_000 || board.Own == nil {
			b.Fatalf("%+v", board)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	e := benchEnv(b)
	e.populate(b, 26_000, 52)
	for b.Loop() {
		e.agrees(b)
	}
}
