package storage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/clarion-bot/clarion"
)

func awardsOnce(t *testing.T, e *env) {
	const goroutines, keys, processes, batch = 64, 1000, 4, 10
	e.stores(t, kingston, leeds)
	var partners []clarion.PartnerID
	for i := range 20 {
		partners = append(partners, e.partner(t, fmt.Sprintf("U%d", i), []clarion.StoreID{kingston, leeds}[i%2]))
	}
	all := make([]clarion.Award, keys)
	for i := range all {
		all[i] = share(fmt.Sprintf("share:%d", i), partners[i%len(partners)], 5)
	}
	var processesOf []*Workspace
	for range processes {
		processesOf = append(processesOf, e.another())
	}
	var awarded [keys]atomic.Int32
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			order := rand.New(rand.NewPCG(uint64(g), 1)).Perm(keys)
			for some := range slices.Chunk(order, batch) {
				var awards []clarion.Award
				for _, i := range some {
					awards = append(awards, all[i])
				}
				outcomes, err := processesOf[g%processes].Award(e.ctx, awards...)
				if err != nil {
					t.Error(err)
					return
				}
				for j, o := range outcomes {
					if o == clarion.Awarded {
						awarded[some[j]].Add(1)
					}
				}
			}
		})
	}
	wg.Wait()
	for i := range awarded {
		if n := awarded[i].Load(); n != 1 {
			t.Errorf("key %d was awarded %d times", i, n)
		}
	}
	for _, period := range []clarion.Period{clarion.InWeek(week47), clarion.InCampaign(xmas), clarion.AllTime()} {
		for _, scope := range []clarion.Scope{clarion.Stores(), clarion.AllPartners()} {
			sum := 0
			for _, s := range e.leaderboard(t, Query{Period: period, Scope: scope, Limit: 100}).Standings {
				sum += s.Points
			}
			if sum != keys*5 {
				t.Errorf("%s of %s adds up to %d points, want %d", scope, period, sum, keys*5)
			}
		}
	}
	if r := e.agrees(t); r.Awards != keys || r.Boards != 3*3 {
		t.Errorf("verify saw %d awards and %d boards, want %d and 9", r.Awards, r.Boards, keys)
	}
}

func capsAreExact(t *testing.T, e *env) {
	const clicks, most = 300, 20
	p := e.partner(t, "U1", kingston)
	var outcomes [3]atomic.Int32
	var wg sync.WaitGroup
	for g := range 16 {
		w := e.w
		if g%2 == 0 {
			w = e.another()
		}
		wg.Go(func() {
			for i := g; i < clicks; i += 16 {
				got, err := w.Award(e.ctx, click(fmt.Sprint("click:", i), p, most))
				if err != nil {
					t.Error(err)
					return
				}
				outcomes[got[0]].Add(1)
			}
		})
	}
	wg.Wait()
	if a, c := outcomes[clarion.Awarded].Load(), outcomes[clarion.Capped].Load(); a != most || c != clicks-most {
		t.Errorf("%d awarded and %d capped, want %d and %d", a, c, most, clicks-most)
	}
	if got := e.award(t, click("click:0", p, most)); got[0] != clarion.Known {
		t.Errorf("a click that was counted is %s, want known", got[0])
	}
	if got := e.award(t, share("share", p, 5)); got[0] != clarion.Awarded {
		t.Errorf("a share after the clicks' cap is %s, want awarded", got[0])
	}
	if own := e.leaderboard(t, Query{Scope: clarion.AllPartners(), Own: string(p)}).Own; own == nil || own.Points != most+5 {
		t.Errorf("own standing %+v, want %d points", own, most+5)
	}
	tally, err := e.w.Tally(e.ctx, xmas, p)
	must(t, err)
	if v := tally.Visits[clarion.X]; v[clarion.Credited] != most || v[clarion.OverCap] != clicks-most || v.People() != clicks {
		t.Errorf("visits %v, want %d credited and %d over the cap", v, most, clicks-most)
	}
	if r := e.agrees(t); r.Awards != most+1 || r.Capped != clicks-most {
		t.Errorf("verify saw %d awards and %d capped, want %d and %d", r.Awards, r.Capped, most+1, clicks-most)
	}
}

func batchWithDuplicate(t *testing.T, e *env) {
	p := e.partner(t, "U1", kingston)
	got := e.award(t, share("a", p, 5), share("b", p, 5), share("a", p, 5))
	if want := []clarion.Outcome{clarion.Awarded, clarion.Awarded, clarion.Known}; !slices.Equal(got, want) {
		t.Errorf("outcomes %v, want %v", got, want)
	}
	other := share("a", p, 5)
	other.Campaign = "summer"
	if got := e.award(t, other); got[0] != clarion.Awarded {
		t.Errorf("the same key in another campaign is %s, want awarded", got[0])
	}
	e.agrees(t)
}

func longBatchKeepsOrder(t *testing.T, e *env) {
	p := e.partner(t, "U1", kingston)
	var awards []clarion.Award
	for i := range 2*commitBatch + 7 {
		awards = append(awards, share(fmt.Sprint(i/2), p, 1)) // each key twice
	}
	for i, o := range e.award(t, awards...) {
		if want := []clarion.Outcome{clarion.Awarded, clarion.Known}[i%2]; o != want {
			t.Fatalf("award %d is %s, want %s", i, o, want)
		}
	}
	if got := e.award(t); got != nil {
		t.Errorf("no award has outcomes %v", got)
	}
}

func pointsStay(t *testing.T, e *env) {
	e.stores(t, kingston, leeds)
	p := e.partner(t, "U1", kingston)
	e.award(t, share("a", p, 5))
	must(t, e.w.Move(e.ctx, p, leeds))
	e.award(t, share("b", p, 3))
	points := map[string]int{}
	for _, s := range e.leaderboard(t, Query{Period: clarion.InWeek(week47), Limit: 10}).Standings {
		points[s.ID] = s.Points
	}
	if points["kingston"] != 5 || points["leeds"] != 3 {
		t.Errorf("stores have %v, want kingston 5 and leeds 3", points)
	}
	for store, want := range map[clarion.StoreID]int{kingston: 5, leeds: 3} {
		own := e.leaderboard(t, Query{Scope: clarion.PartnersOf(store), Own: string(p)}).Own
		if own == nil || own.Points != want {
			t.Errorf("in %s the partner has %+v, want %d points", store, own, want)
		}
	}
	if own := e.leaderboard(t, Query{Scope: clarion.AllPartners(), Own: string(p)}).Own; own.Points != 8 {
		t.Errorf("the partner has %d points in all, want 8", own.Points)
	}
	e.agrees(t)
}

func noStoreNoStorePoints(t *testing.T, e *env) {
	p := e.partner(t, "U1", "")
	e.award(t, share("a", p, 5), share("a", "nobody-known", 2))
	e.award(t, share("b", "nobody-known", 2))
	if board := e.leaderboard(t, Query{Limit: 10}); len(board.Standings) != 0 {
		t.Errorf("stores have %+v, want none", board.Standings)
	}
	if board := e.leaderboard(t, Query{Scope: clarion.AllPartners(), Limit: 10}); len(board.Standings) != 2 || board.Standings[0].Points != 5 {
		t.Errorf("partners have %+v, want U1 with 5 first", board.Standings)
	}
	e.agrees(t)
}

func badAwardIsRefused(t *testing.T, e *env) {
	good := share("good", "U1", 5)
	for name, spoil := range map[string]func(*clarion.Award){
		"no partner":  func(a *clarion.Award) { a.Partner = "" },
		"no campaign": func(a *clarion.Award) { a.Campaign = "" },
		"no reason":   func(a *clarion.Award) { a.Reason = "" },
		"no week":     func(a *clarion.Award) { a.Week = clarion.Week{} },
		"bad cap":     func(a *clarion.Award) { a.Cap = -1 },
	} {
		bad := share("bad", "U1", 5)
		spoil(&bad)
		if _, err := e.w.Award(e.ctx, good, bad); err == nil || errors.Is(err, clarion.ErrUnavailable) {
			t.Errorf("%s: error %v, want one that is not about Redis", name, err)
		}
	}
	if r := e.agrees(t); r.Awards != 0 {
		t.Errorf("%d awards were written beside bad ones, want none", r.Awards)
	}
}

func ledgerTellsAll(t *testing.T, e *env) {
	p := e.partner(t, "U1", kingston)
	first, second := share("first", p, 5), click("second", p, 1)
	second.At = noon.Add(1_234_000_000)
	capped := click("third", p, 1)
	twice := share("twice", p, 10)
	twice.Factor = 2
	e.award(t, first, second, capped, twice)
	first.Store, second.Store, twice.Store = kingston, kingston, kingston
	got, err := e.w.Ledger(e.ctx, p, 10)
	must(t, err)
	if want := []clarion.Award{twice, second, first}; !slices.Equal(got, want) {
		t.Errorf("ledger\n%+v\nwant\n%+v", got, want)
	}
	if got, err = e.w.Ledger(e.ctx, p, 1); err != nil || len(got) != 1 || got[0].Key != clarion.KeyOf("twice") {
		t.Errorf("the last award is %+v, %v, want twice", got, err)
	}
	e.agrees(t)
	if got, err = e.w.Ledger(e.ctx, "nobody", 5); err != nil || len(got) != 0 {
		t.Errorf("nobody's ledger is %+v, %v, want nothing", got, err)
	}
}

func scriptsComeBack(t *testing.T, e *env) {
	e.award(t, share("a", "U1", 5))
	must(t, e.rdb.ScriptFlush(e.ctx).Err())
	if got := e.award(t, share("a", "U1", 5), share("b", "U1", 5)); !slices.Equal(got, []clarion.Outcome{clarion.Known, clarion.Awarded}) {
		t.Errorf("after SCRIPT FLUSH outcomes are %v", got)
	}
}

func workspacesShareNothing(t *testing.T, e *env) {
	other := e.s.Workspace(e.id + "-other")
	if e.s.Workspace(e.id) != e.w || other == e.w || other.ID() != e.id+"-other" {
		t.Error("the same id must be the same workspace, and another id another")
	}
	e.award(t, share("a", "U1", 5))
	got, err := other.Award(context.WithoutCancel(e.ctx), share("a", "U1", 7))
	must(t, err)
	if got[0] != clarion.Awarded {
		t.Errorf("the same key in another workspace is %s, want awarded", got[0])
	}
	if r := e.agrees(t); r.Awards != 1 {
		t.Errorf("verify saw %d awards, want those of its workspace only: 1", r.Awards)
	}
}
