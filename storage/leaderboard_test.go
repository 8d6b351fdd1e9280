package storage

import (
	"fmt"
	"sync"
	"testing"

	"github.com/clarion-bot/clarion"
)

func tiesShareRank(t *testing.T, e *env) {
	for id, points := range map[string]int{"Ann": 9, "Bob": 9, "Cy": 7, "Di": 7, "Ed": 7, "Flo": 1} {
		e.award(t, share(id, e.partner(t, id, kingston), points))
	}
	board := e.leaderboard(t, Query{Period: clarion.InCampaign(xmas), Scope: clarion.PartnersOf(kingston), Limit: 10, Own: "Flo"})
	got := ""
	for _, s := range board.Standings {
		got += fmt.Sprintf("%d %s %d; ", s.Rank, s.Name, s.Points)
	}
	if want := "1 Ann 9; 1 Bob 9; 3 Cy 7; 3 Di 7; 3 Ed 7; 6 Flo 1; "; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if board.Own == nil || board.Own.Rank != 6 || board.Own.Name != "Flo" || board.Total != 6 {
		t.Errorf("own %+v of %d, want Flo as 6 of 6", board.Own, board.Total)
	}
	if n := len(board.Winners()); n != 2 {
		t.Errorf("%d winners, want 2", n)
	}
}

func ownRankOutsidePage(t *testing.T, e *env) {
	for i := range 30 {
		id := fmt.Sprintf("U%02d", i)
		e.award(t, share(id, e.partner(t, id, kingston), 100-i/3)) // by threes
	}
	board := e.leaderboard(t, Query{Scope: clarion.AllPartners(), Limit: 4, Own: "U25"})
	if len(board.Standings) != 4 || board.Total != 30 {
		t.Errorf("%d standings of %d, want 4 of 30", len(board.Standings), board.Total)
	}
	if own := board.Own; own == nil || own.Rank != 25 || own.Points != 92 || own.Name != "U25" {
		t.Errorf("own %+v, want rank 25 with 92 points", own)
	}
	board = e.leaderboard(t, Query{Scope: clarion.AllPartners(), Own: "U01"})
	if len(board.Standings) != 0 || board.Own == nil || board.Own.Rank != 1 {
		t.Errorf("with a limit of 0: %d standings, own %+v, want none and rank 1", len(board.Standings), board.Own)
	}
}

func onlyPointsStand(t *testing.T, e *env) {
	for _, id := range []string{"won", "nothing", "reversed", "below"} {
		e.partner(t, id, kingston)
	}
	e.award(t, share("1", "won", 5), share("2", "nothing", 0), share("3", "reversed", 5), share("4", "reversed", -5), share("5", "below", -2))
	for _, scope := range []clarion.Scope{clarion.AllPartners(), clarion.PartnersOf(kingston)} {
		board := e.leaderboard(t, Query{Scope: scope, Limit: 10, Own: "reversed"})
		if len(board.Standings) != 1 || board.Standings[0].ID != "won" || board.Total != 1 || board.Own != nil {
			t.Errorf("%s: %+v, own %+v, of %d; want won only", scope, board.Standings, board.Own, board.Total)
		}
	}
	for _, id := range []string{"below", "nothing"} {
		if own := e.leaderboard(t, Query{Scope: clarion.AllPartners(), Own: id}).Own; own != nil {
			t.Errorf("%s stands as %+v, want nowhere", id, own)
		}
	}
	stores := e.leaderboard(t, Query{Limit: 10})
	if len(stores.Standings) != 1 || stores.Standings[0].Points != 3 || stores.Standings[0].Active != 1 {
		t.Errorf("stores %+v, want kingston with 3 points and 1 active", stores.Standings)
	}
	e.agrees(t)
}

func storesAreDescribed(t *testing.T, e *env) {
	e.stores(t, kingston, leeds)
	for i, store := range []clarion.StoreID{kingston, kingston, leeds, "gone"} {
		id := fmt.Sprint("U", i)
		e.award(t, share(id, e.partner(t, id, store), 4-i/2))
	}
	board := e.leaderboard(t, Query{Period: clarion.InWeek(week47), Limit: 2, Own: "gone"})
	want := []clarion.Standing{
		{ID: "kingston", Name: "KINGSTON", Rank: 1, Points: 8, Active: 2, Size: 10},
		{ID: "leeds", Name: "LEEDS", Rank: 2, Points: 3, Active: 1, Size: 10},
	}
	// gone and leeds are tied: which of them the page shows is not said.
	if len(board.Standings) != 2 || board.Standings[0] != want[0] || board.Standings[1].Rank != 2 {
		t.Errorf("standings %+v, want %+v first", board.Standings, want[0])
	}
	if own := board.Own; own == nil || *own != (clarion.Standing{ID: "gone", Name: "gone", Rank: 2, Points: 3, Active: 1}) {
		t.Errorf("own %+v, want gone under its id", own)
	}
	board = e.leaderboard(t, Query{Period: clarion.InWeek(week47), Limit: 52, Own: "leeds"})
	if len(board.Standings) != 3 || board.Standings[1] != want[1] || board.Own == nil || *board.Own != want[1] {
		t.Errorf("standings %+v, own %+v, want %+v in both", board.Standings, board.Own, want[1])
	}
}

func emptyLeaderboard(t *testing.T, e *env) {
	board := e.leaderboard(t, Query{Period: clarion.InWeek(week47.Previous()), Limit: 10, Own: "kingston"})
	if len(board.Standings) != 0 || board.Own != nil || board.Total != 0 {
		t.Errorf("got %+v", board)
	}
	if board.Period != clarion.InWeek(week47.Previous()) || board.Scope != clarion.Stores() {
		t.Errorf("it is for %s and %s", board.Period, board.Scope)
	}
}

func boardsCatchUp(t *testing.T, e *env) {
	const partners = 3*catchUpBatch + 5
	e.stores(t, kingston, leeds)
	for _, lane := range e.w.lanes {
		lane.between = nil // nobody does it before a reader
	}
	for i := range partners {
		p := e.partner(t, fmt.Sprint("U", i), []clarion.StoreID{kingston, leeds}[i%2])
		e.award(t, share("a", p, 1+i))
	}
	for i := range partners {
		p := clarion.PartnerID(fmt.Sprint("U", i))
		must(t, e.w.Move(e.ctx, p, leeds))
		late := share("b", p, 1)
		late.Week = week47.Next()
		e.award(t, late)
	}
	if n, err := e.rdb.SCard(e.ctx, e.w.key(pendingKey)).Result(); err != nil || n != partners {
		t.Fatalf("%d tallies wait for boards, %v, want %d", n, err, partners)
	}
	other := e.another()
	var wg sync.WaitGroup
	for _, w := range []*Workspace{e.w, other, e.w, other} { // at the same time
		wg.Go(func() { must(t, w.catchUp(e.ctx)) })
	}
	wg.Wait()
	for period, want := range map[clarion.Period][2]int{clarion.InWeek(week47): {partners, 1}, clarion.InWeek(week47.Next()): {1, 1}, clarion.AllTime(): {partners + 1, 2}} {
		board := e.leaderboard(t, Query{Period: period, Scope: clarion.AllPartners(), Limit: 1, Own: "U0"})
		if board.Total != partners || board.Standings[0].Points != want[0] || board.Own.Points != want[1] {
			t.Errorf("%s: %+v with %+v, want %d partners, %d points ahead and %d own", period, board, board.Own, partners, want[0], want[1])
		}
	}
	if r := e.agrees(t); r.Awards != 2*partners {
		t.Errorf("verify saw %d awards", r.Awards)
	}
}
