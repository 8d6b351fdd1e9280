package storage

import (
	"fmt"
	"os"
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
