package storage

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

var linkX = clarion.ShareLink{Code: "code", Campaign: xmas, Partner: "U1", Network: clarion.X}

// visit returns a visit of a link by the visitor of a number, that can be credited.
func visit(link clarion.ShareLink, visitor, most int) Visit {
	id := clarion.VisitorID{byte(visitor), byte(visitor >> 8), byte(visitor >> 16), 1}
	rules := clarion.Rules{Version: 1, For: map[clarion.Reason]clarion.Rule{clarion.ClickReason: {Points: 1, Cap: most}}}
	return Visit{Link: link, Award: rules.Click(link, id, noon, time.UTC), Visitor: id, Day: "2026-11-18"}
}

func (e *env) count(t testing.TB, v Visit) clarion.VisitKind {
	t.Helper()
	kind, err := e.w.CountVisit(e.ctx, v)
	must(t, err)
	return kind
}

func (e *env) tally(t testing.TB, p clarion.PartnerID) clarion.Tally {
	t.Helper()
	tally, err := e.w.Tally(e.ctx, xmas, p)
	must(t, err)
	return tally
}

func visitsAreCounted(t *testing.T, e *env) {
	e.stores(t, kingston)
	p := e.partner(t, "U1", kingston)
	e.award(t, share("share", p, 5))
	must(t, e.w.MarkOwn(e.ctx, p, "2026-11-18", visit(linkX, 9, 2).Visitor))
	for i, step := range []struct {
		visit Visit
		want  clarion.VisitKind
	}{
		{visit(linkX, 1, 2), clarion.Credited},
		{visit(linkX, 1, 2), clarion.Repeated},
		{visit(linkX, 9, 2), clarion.Own},
		{visit(linkX, 2, 2), clarion.Credited},
		{visit(linkX, 3, 2), clarion.OverCap},
		{visit(linkX, 3, 2), clarion.Repeated},
		{Visit{Link: linkX, Kind: clarion.Previewed}, clarion.Previewed},
		{Visit{Link: linkX, Kind: clarion.AfterTheEnd}, clarion.AfterTheEnd},
		{Visit{Link: linkX, Kind: clarion.BeforeOpening}, clarion.BeforeOpening},
		{Visit{Link: linkX, Kind: clarion.WhileRecalled}, clarion.WhileRecalled},
	} {
		if got := e.count(t, step.visit); got != step.want {
			t.Errorf("step %d is counted as %s, want %s", i, got, step.want)
		}
	}
	tally := e.tally(t, p)
	want := clarion.Visits{
		clarion.Credited: 2, clarion.OverCap: 1, clarion.Repeated: 2, clarion.Own: 1, clarion.Previewed: 1, clarion.AfterTheEnd: 1,
		clarion.BeforeOpening: 1, clarion.WhileRecalled: 1,
	}
	if got := tally.Visits[clarion.X]; fmt.Sprint(got) != fmt.Sprint(want) || got.Raw() != 10 || got.People() != 3 {
		t.Errorf("visits %v, want %v", got, want)
	}
	if tally.Awards[clarion.ClickReason] != 2 || tally.Awards[clarion.ShareReason] != 1 {
		t.Errorf("awards %v, want 2 clicks and a share", tally.Awards)
	}
	totals, err := e.w.Totals(e.ctx, xmas)
	must(t, err)
	if totals.Partners().Raw() != 10 || totals.Shares[clarion.X] != 1 || totals.Official().Raw() != 0 {
		t.Errorf("totals %+v", totals)
	}
	results, err := e.w.Results(e.ctx, week47)
	must(t, err)
	if got := results[kingston]; got != (Results{Shares: 1, People: 3}) {
		t.Errorf("kingston's results are %+v, want a share and 3 people", got)
	}
	if own := e.leaderboard(t, Query{Scope: clarion.AllPartners(), Own: string(p)}).Own; own == nil || own.Points != 5+2 {
		t.Errorf("own standing %+v, want 7 points", own)
	}
	e.agrees(t)
}

func anyInterleavingCreditsOnce(t *testing.T, e *env) {
	const partners, visitors, visits, most = 5, 60, 1500, 20
	random := rand.New(rand.NewPCG(47, 2))
	type pair struct{ partner, visitor int }
	distinct := map[int]map[pair]bool{}
	own := pair{0, 7}
	for i := range partners {
		distinct[i] = map[pair]bool{}
		e.partner(t, fmt.Sprint("U", i), kingston)
	}
	must(t, e.w.MarkOwn(e.ctx, "U0", "2026-11-18", visit(linkX, own.visitor, most).Visitor))
	processes := []*Workspace{e.w, e.another(), e.another()}
	var wg sync.WaitGroup
	raw := 0
	for range visits {
		who := pair{random.IntN(partners), random.IntN(visitors)}
		link := linkX
		link.Partner = clarion.PartnerID(fmt.Sprint("U", who.partner))
		v := visit(link, who.visitor, most)
		if random.IntN(5) == 0 {
			v = Visit{Link: link, Kind: clarion.Crawled}
		} else if who != own {
			distinct[who.partner][who] = true
		}
		w := processes[random.IntN(len(processes))]
		again := 1 + random.IntN(2)
		raw += again
		for range again {
			wg.Go(func() {
				if _, err := w.CountVisit(e.ctx, v); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	sum := 0
	for i := range partners {
		tally := e.tally(t, clarion.PartnerID(fmt.Sprint("U", i)))
		v := tally.Visits[clarion.X]
		if v.People() != len(distinct[i]) || v[clarion.Credited] != min(most, len(distinct[i])) {
			t.Errorf("partner %d: %v, want %d people and at most %d credited", i, v, len(distinct[i]), most)
		}
		sum += v.Raw()
	}
	if sum != raw {
		t.Errorf("%d visits were counted, want %d", sum, raw)
	}
	e.agrees(t)
}

func officialLinkCounts(t *testing.T, e *env) {
	link, err := e.w.OfficialLink(e.ctx, xmas)
	must(t, err)
	if got, err := e.open().Link(e.ctx, link.Code); err != nil || got != link || !got.IsOfficial() {
		t.Errorf("the official link reads as %+v, %v, want %+v", got, err, link)
	}
	e.partner(t, "U1", kingston)
	for i, want := range []clarion.VisitKind{clarion.Credited, clarion.Credited, clarion.Repeated} {
		if got := e.count(t, visit(link, min(i, 1), 1)); got != want {
			t.Errorf("visit %d is counted as %s, want %s: no cap holds", i, got, want)
		}
	}
	e.count(t, visit(linkX, 1, 1))
	totals, err := e.w.Totals(e.ctx, xmas)
	must(t, err)
	if totals.Official().People() != 2 || totals.Partners().People() != 1 {
		t.Errorf("totals %+v, want 2 people by the official link and 1 by partners'", totals)
	}
	if board := e.leaderboard(t, Query{Scope: clarion.AllPartners(), Limit: 5}); len(board.Standings) != 1 {
		t.Errorf("the leaderboard is %+v, want the partner alone", board.Standings)
	}
	e.agrees(t)
}

// burst sends visits of one minute, of which five are credited.
func (e *env) burst(t *testing.T, first, n, most int) {
	t.Helper()
	for i := range n {
		v := visit(linkX, first+i, most)
		v.Burst = 5
		want := clarion.Held
		if i < 5 {
			want = clarion.Credited
		}
		if got := e.count(t, v); got != want {
			t.Fatalf("visit %d of the burst is counted as %s, want %s", i, got, want)
		}
	}
}

func burstsAreReleased(t *testing.T, e *env) {
	e.stores(t, kingston)
	e.partner(t, "U1", kingston)
	e.burst(t, 0, 12, 8)
	bursts, err := e.w.Bursts(e.ctx)
	must(t, err)
	if len(bursts) != 1 || bursts[0].Held != 7 || !bursts[0].Since.Equal(noon) || len(bursts[0].Minutes) != 1 || bursts[0].Link.Partner != "U1" {
		t.Fatalf("bursts %+v, want one of 7 at noon", bursts)
	}
	e.agrees(t)
	d, err := e.w.ReleaseBurst(e.ctx, bursts[0].ID(), noon.Add(time.Hour))
	if err != nil || d != (Decision{Credited: 7, Points: 3}) {
		t.Errorf("released %+v, %v, want 7 credited with 3 points, as the cap is 8", d, err)
	}
	v := visit(linkX, 99, 8)
	v.Burst = 5
	if got := e.count(t, v); got != clarion.OverCap {
		t.Errorf("a visit after the release is counted as %s, want %s: nothing is held for an hour", got, clarion.OverCap)
	}
	if v := e.tally(t, "U1").Visits[clarion.X]; v[clarion.Credited] != 8 || v[clarion.OverCap] != 5 || v[clarion.Held] != 0 {
		t.Errorf("visits %v", v)
	}
	if _, err := e.w.ReleaseBurst(e.ctx, bursts[0].ID(), noon); err == nil {
		t.Error("a burst was released twice")
	}
	e.agrees(t)
}

func burstsAreRefused(t *testing.T, e *env) {
	e.stores(t, kingston, leeds)
	p := e.partner(t, "U1", kingston)
	e.award(t, share("share", p, 5))
	before := visit(linkX, 1000, 3)
	before.Award.At = noon.Add(-time.Minute)
	e.count(t, before)
	for i := range 5 { // two with points, three beyond the cap
		v := visit(linkX, i, 3)
		v.Burst = 5
		e.count(t, v)
	}
	must(t, e.w.Move(e.ctx, p, leeds)) // the points are taken from the store that has them
	for i := range 6 {
		v := visit(linkX, 100+i, 3)
		v.Burst = 5
		if got := e.count(t, v); got != clarion.Held {
			t.Fatalf("visit %d is %s", i, got)
		}
	}
	d, err := e.w.RefuseBurst(e.ctx, burstID(linkX), noon.Add(time.Hour))
	if err != nil || d != (Decision{Refused: 11, Points: 2}) {
		t.Errorf("refused %+v, %v, want 11 visits and 2 points", d, err)
	}
	if v := e.tally(t, p).Visits[clarion.X]; v.People() != 1 || v[clarion.Refused] != 11 || v[clarion.Held] != 0 {
		t.Errorf("visits %v, want one person and 11 refused", v)
	}
	board := e.leaderboard(t, Query{Period: clarion.InWeek(week47), Limit: 5})
	if len(board.Standings) != 1 || board.Standings[0].ID != "kingston" || board.Standings[0].Points != 6 {
		t.Errorf("stores %+v, want kingston with 6 points", board.Standings)
	}
	ledger, err := e.w.Ledger(e.ctx, p, 10)
	must(t, err)
	if len(ledger) != 1+3+2 || ledger[0].Reason != clarion.ReversalReason || ledger[0].Points != -1 || ledger[0].Store != kingston {
		t.Errorf("ledger %+v, want the share, three clicks and two reversals in kingston", ledger)
	}
	// What was taken back can be earned again, and by somebody else only.
	if got := e.count(t, visit(linkX, 0, 3)); got != clarion.Repeated {
		t.Errorf("a refused visitor is counted as %s, want %s", got, clarion.Repeated)
	}
	if got := e.count(t, visit(linkX, 5000, 3)); got != clarion.Credited {
		t.Errorf("a new visitor is counted as %s, want %s", got, clarion.Credited)
	}
	e.agrees(t)
}

func burstsAreDecidedOnce(t *testing.T, e *env) {
	e.partner(t, "U1", kingston)
	e.burst(t, 0, 600, 0)
	var mu sync.Mutex
	var sum Decision
	var wg sync.WaitGroup
	for i := range 4 {
		w := e.another()
		wg.Go(func() {
			var d Decision
			if i%2 == 0 {
				d, _ = w.ReleaseBurst(e.ctx, burstID(linkX), noon)
			} else {
				d, _ = w.ReleaseBurst(e.ctx, burstID(linkX), noon.Add(time.Minute))
			}
			mu.Lock()
			defer mu.Unlock()
			sum.Credited += d.Credited
		})
	}
	wg.Wait()
	if v := e.tally(t, "U1").Visits[clarion.X]; sum.Credited != 595 || v[clarion.Credited] != 600 || v[clarion.Held] != 0 {
		t.Errorf("%d were credited by the decisions and the visits are %v, want 595 and 600", sum.Credited, v)
	}
	e.agrees(t)
}

func commitsOnce(t *testing.T, e *env) {
	e.partner(t, "U1", kingston)
	entries := func(first int) []entry {
		var list []entry
		for i := range 4 {
			v := visit(linkX, first+i/2, 20) // each visitor twice
			list = append(list, entry{what: doVisit, award: v.Award, day: v.Day, visitor: ownMember("U1", v.Visitor), minute: 1})
		}
		return append(list, entry{what: string(clarion.Crawled), award: clarion.Award{Partner: "U1", Campaign: xmas, Network: clarion.X}}, entry{what: doAward, award: share("s", "U1", 5)})
	}
	for range 3 {
		if got, err := e.w.commit(e.ctx, 0, 1, entries(0)); err != nil || got != "araraa" {
			t.Errorf("the first commit is answered %q, %v, want %q", got, err, "araraa")
		}
	}
	if got, err := e.w.commit(e.ctx, 0, 2, entries(2)); err != nil || got != "ararak" {
		t.Errorf("the next commit is answered %q, %v, want %q", got, err, "ararak")
	}
	// Another process counts its commits by itself.
	if got, err := e.another().commit(e.ctx, 0, 2, entries(4)); err != nil || got != "ararak" {
		t.Errorf("another process's commit is answered %q, %v, want %q", got, err, "ararak")
	}
	want := clarion.Visits{clarion.Credited: 6, clarion.Repeated: 6, clarion.Crawled: 3}
	if got := e.tally(t, "U1").Visits[clarion.X]; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("visits %v, want %v", got, want)
	}
	e.agrees(t)
}
