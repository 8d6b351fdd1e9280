package storage

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

func verifyFindsNothing(t *testing.T, e *env) {
	stores := []clarion.StoreID{"", kingston, leeds, "york"}
	e.stores(t, stores[1:]...)
	random := rand.New(rand.NewPCG(47, 1))
	for i := range 12 {
		e.partner(t, fmt.Sprint("U", i), stores[i%len(stores)])
	}
	for range 40 {
		var awards []clarion.Award
		for range random.IntN(40) {
			p := clarion.PartnerID(fmt.Sprint("U", random.IntN(12)))
			a := click(fmt.Sprint("key", random.IntN(400)), p, random.IntN(20))
			if random.IntN(3) == 0 {
				a = share(fmt.Sprint("key", random.IntN(400)), p, random.IntN(9)-2)
			}
			a.Campaign = clarion.CampaignID(fmt.Sprint("campaign", random.IntN(3)))
			if random.IntN(4) == 0 {
				a.Week = a.Week.Next()
			}
			awards = append(awards, a)
		}
		e.award(t, awards...)
		must(t, e.w.Move(e.ctx, clarion.PartnerID(fmt.Sprint("U", random.IntN(12))), stores[random.IntN(len(stores))]))
	}
	r := e.agrees(t)
	if r.Awards < 300 || r.Capped == 0 || r.Boards != 18 || r.Moving {
		t.Errorf("verify saw %+v, want hundreds of awards, some capped, and 18 boards", r)
	}
}

func verifyFindsPlanted(t *testing.T, e *env) {
	e.stores(t, kingston)
	p := e.partner(t, "U1", kingston)
	q := e.partner(t, "U2", kingston)
	seed := func() {
		e.award(t, share("s", p, 5), click("c1", p, 1), click("c2", p, 1), share("q", q, 5))
		must(t, e.w.catchUp(e.ctx))
	}
	seed()
	e.agrees(t)
	board := func(p clarion.Period, s clarion.Scope) string { return e.w.board(p, s) }
	ledger := e.w.under(ledgerPrefix, "U1")
	plants := map[string]func(redis.UniversalClient) error{}
	for _, period := range []clarion.Period{clarion.InWeek(week47), clarion.InCampaign(xmas), clarion.AllTime()} {
		for scope, who := range map[clarion.Scope]string{clarion.Stores(): "kingston", clarion.AllPartners(): "U1", clarion.PartnersOf(kingston): "kingston:U2"} {
			key := board(period, scope)
			plants["points in "+key] = func(r redis.UniversalClient) error { return r.ZIncrBy(e.ctx, key, 1, who).Err() }
			plants["stranger in "+key] = func(r redis.UniversalClient) error { return r.ZIncrBy(e.ctx, key, 1, "stranger").Err() }
			plants["no one in "+key] = func(r redis.UniversalClient) error { return r.ZRem(e.ctx, key, who).Err() }
			plants["no "+key] = func(r redis.UniversalClient) error { return r.Del(e.ctx, key).Err() }
		}
	}
	for name, plant := range map[string]func(redis.UniversalClient) error{
		"a board that no row calls for": func(r redis.UniversalClient) error {
			return r.ZIncrBy(e.ctx, board(clarion.InWeek(week47.Next()), clarion.AllPartners()), 1, "U1").Err()
		},
		"a cap": func(r redis.UniversalClient) error {
			return r.HIncrBy(e.ctx, e.w.shared(tallyPrefix, "xmas", "U1"), "award:click", -1).Err()
		},
		"a cap of nobody": func(r redis.UniversalClient) error {
			return r.HIncrBy(e.ctx, e.w.shared(tallyPrefix, "xmas", "U9"), "award:click", 1).Err()
		},
		"a click": func(r redis.UniversalClient) error {
			return r.HIncrBy(e.ctx, e.w.shared(tallyPrefix, "xmas", "U1"), "x:credited", 1).Err()
		},
		"a click of nobody": func(r redis.UniversalClient) error {
			return r.HIncrBy(e.ctx, e.w.shared(tallyPrefix, "xmas", "U9"), "x:credited", 1).Err()
		},
		"a visit that no total has": func(r redis.UniversalClient) error {
			return r.HIncrBy(e.ctx, e.w.shared(tallyPrefix, "xmas", "U1"), "x:crawler", 1).Err()
		},
		"a total of visits": func(r redis.UniversalClient) error {
			return r.HIncrBy(e.ctx, e.w.under(totalsPrefix, "xmas"), "x:repeat", 1).Err()
		},
		"a total of shares": func(r redis.UniversalClient) error {
			return r.HIncrBy(e.ctx, e.w.under(totalsPrefix, "xmas"), "share:x", 1).Err()
		},
		"no totals": func(r redis.UniversalClient) error { return r.Del(e.ctx, e.w.under(totalsPrefix, "xmas")).Err() },
		"no tally":  func(r redis.UniversalClient) error { return r.Del(e.ctx, e.w.shared(tallyPrefix, "xmas", "U1")).Err() },
		"a store's result": func(r redis.UniversalClient) error {
			return r.HIncrBy(e.ctx, e.w.under(resultsPrefix, week47.String()), "kingston:click", 1).Err()
		},
		"no results": func(r redis.UniversalClient) error {
			return r.Del(e.ctx, e.w.under(resultsPrefix, week47.String())).Err()
		},
		"a held row that nobody counts": func(r redis.UniversalClient) error {
			return r.RPush(e.ctx, e.w.under(heldPrefix, "xmas:U1:x"), "row").Err()
		},
		"a held visit that nothing holds": func(r redis.UniversalClient) error {
			return r.HIncrBy(e.ctx, e.w.shared(tallyPrefix, "xmas", "U1"), "x:burst", 1).Err()
		},
		"a key without row": func(r redis.UniversalClient) error {
			return r.SAdd(e.ctx, e.w.shared(seenPrefix, "xmas", "U1"), 47).Err()
		},
		"a row without key": func(r redis.UniversalClient) error {
			return r.SRem(e.ctx, e.w.shared(seenPrefix, "xmas", "U1"), int64(clarion.KeyOf("s"))).Err()
		},
		"a capped row without key": func(r redis.UniversalClient) error {
			return r.SRem(e.ctx, e.w.shared(seenPrefix, "xmas", "U1"), int64(clarion.KeyOf("c2"))).Err()
		},
		"a row twice": func(r redis.UniversalClient) error {
			return r.RPush(e.ctx, ledger, r.LIndex(e.ctx, ledger, 0).Val()).Err()
		},
		"a row lost":             func(r redis.UniversalClient) error { return r.RPop(e.ctx, ledger).Err() },
		"a ledger lost":          func(r redis.UniversalClient) error { return r.Del(e.ctx, ledger).Err() },
		"capped rows lost":       func(r redis.UniversalClient) error { return r.Del(e.ctx, e.w.under(cappedPrefix, "U1")).Err() },
		"the count of rows lost": func(r redis.UniversalClient) error { return r.Del(e.ctx, e.w.key(awardsKey)).Err() },
	} {
		plants[name] = plant
	}
	for name, plant := range plants {
		must(t, plant(e.rdb))
		report, err := e.w.Verify(e.ctx)
		must(t, err)
		if len(report.Differences) == 0 {
			t.Errorf("%s: no difference was found", name)
		}
		for _, d := range report.Differences {
			if !strings.HasPrefix(d.String(), d.Key) || d.Ledger == d.Stored {
				t.Errorf("%s: %q does not say what differs", name, d)
			}
		}
		e.wipe(t)
		seed()
	}
	e.agrees(t)
}

// wipe deletes what hangs on awards.
func (e *env) wipe(t *testing.T) {
	t.Helper()
	v := newVerification(e.w)
	for _, prefix := range []string{ledgerPrefix, cappedPrefix, seenPrefix, tallyPrefix, totalsPrefix, resultsPrefix, boardPrefix, heldPrefix} {
		must(t, v.find(e.ctx, prefix))
		for key := range v.keys[prefix] {
			must(t, e.rdb.Del(e.ctx, key).Err())
		}
	}
	must(t, e.rdb.Del(e.ctx, e.w.key(awardsKey)).Err())
}
