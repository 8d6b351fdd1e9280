package storage

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/redistest"
)

// sharing is a campaign that ends a day after noon, a partner with a link, and the official link.
func (e *env) sharing(t testing.TB) (partner clarion.PartnerID, link, official clarion.ShareLink) {
	t.Helper()
	e.stores(t, kingston, leeds)
	partner = e.partner(t, "U1", kingston)
	must(t, e.w.PutCampaign(e.ctx, clarion.Campaign{ID: xmas, Ends: noon.Add(24 * time.Hour)}))
	_, links, err := e.w.Share(e.ctx, xmas, partner, []clarion.Network{clarion.X})
	must(t, err)
	official, err = e.w.OfficialLink(e.ctx, xmas)
	must(t, err)
	return partner, links[0], official
}

func appointment(id string, code clarion.Code, store clarion.StoreID) clarion.Conversion {
	return clarion.Conversion{Kind: clarion.Appointment, ID: id, Code: code, Store: store, Value: 1050, At: noon}
}

func (e *env) convert(t testing.TB, c clarion.Conversion) Converted {
	t.Helper()
	got, err := e.w.Convert(e.ctx, c, clarion.DefaultRules(), time.UTC)
	must(t, err)
	return got
}

func (e *env) points(t testing.TB, p clarion.PartnerID) (sum, conversions int) {
	t.Helper()
	ledger, err := e.w.Ledger(e.ctx, p, 1000)
	must(t, err)
	for _, a := range ledger {
		sum += a.Points
		if a.Reason == clarion.ConversionReason {
			conversions++
		}
	}
	return sum, conversions
}

func (e *env) campaignSums(t testing.TB) map[string]CampaignSums {
	t.Helper()
	sums, err := e.w.CampaignConversions(e.ctx, xmas)
	must(t, err)
	return sums
}

func (e *env) storeSums(t testing.TB, week clarion.Week, loc *time.Location) map[clarion.StoreID]map[string]ConversionSum {
	t.Helper()
	sums, err := e.w.StoreConversions(e.ctx, week, loc)
	must(t, err)
	return sums
}

type storeSums = map[clarion.StoreID]map[string]ConversionSum

func conversionsOnce(t *testing.T, e *env) {
	p, link, _ := e.sharing(t)
	var fresh atomic.Int64
	var wg sync.WaitGroup
	other := e.another()
	for i := range 64 {
		w := e.w
		if i%2 == 1 {
			w = other
		}
		wg.Go(func() {
			got, err := w.Convert(e.ctx, appointment("A1", link.Code, leeds), clarion.DefaultRules(), time.UTC)
			if err != nil {
				t.Error(err)
			}
			if got.New {
				fresh.Add(1)
				if got.Points != 25 {
					t.Errorf("the first one gives %d points, want 25", got.Points)
				}
			} else if got.Points != 0 {
				t.Errorf("a repeat gives %d points", got.Points)
			}
		})
	}
	wg.Wait()
	if fresh.Load() != 1 {
		t.Errorf("%d of 64 were the first", fresh.Load())
	}
	if sum, n := e.points(t, p); sum != 25 || n != 1 {
		t.Errorf("the partner has %d points for %d conversions, want 25 for 1", sum, n)
	}
	if got, want := e.campaignSums(t), (map[string]CampaignSums{"appointment": {Partners: ConversionSum{1, 1050}}}); !reflect.DeepEqual(got, want) {
		t.Errorf("the campaign has %+v, want %+v", got, want)
	}
	if got, want := e.storeSums(t, week47, time.UTC), (storeSums{leeds: {"appointment": {1, 1050}}}); !reflect.DeepEqual(got, want) {
		t.Errorf("the stores have %+v, want %+v", got, want)
	}
	results, err := e.w.Results(e.ctx, week47)
	if err != nil || results[kingston].Conversions != 1 {
		t.Errorf("the partner's store has %+v, %v, want one conversion", results[kingston], err)
	}
	e.agrees(t)
}

func firstConversionDecides(t *testing.T, e *env) {
	p, link, official := e.sharing(t)
	first := e.convert(t, appointment("A1", link.Code, ""))
	if first != (Converted{New: true, Points: 25}) {
		t.Fatalf("the first is %+v", first)
	}
	// Another value, store, link, time and rule: nothing of it counts.
	again := appointment("A1", official.Code, leeds)
	again.Value, again.At = 99, noon.Add(-24*time.Hour)
	if got := e.convert(t, again); got != (Converted{}) {
		t.Errorf("a repeat is %+v", got)
	}
	// The same id of another kind is another one.
	sale := appointment("A1", link.Code, "")
	sale.Kind, sale.Value = "sale", 0
	if got := e.convert(t, sale); got != (Converted{New: true, Points: 25}) {
		t.Errorf("the sale is %+v", got)
	}
	want := map[string]CampaignSums{"appointment": {Partners: ConversionSum{1, 1050}}, "sale": {Partners: ConversionSum{1, 0}}}
	if got := e.campaignSums(t); !reflect.DeepEqual(got, want) {
		t.Errorf("the campaign has %+v, want %+v", got, want)
	}
	if got := e.storeSums(t, week47, time.UTC); len(got) != 0 {
		t.Errorf("stores have %+v, where the customer's was not known", got)
	}
	if sum, n := e.points(t, p); sum != 50 || n != 2 {
		t.Errorf("the partner has %d points for %d", sum, n)
	}
	for id, want := range map[string]bool{"A1": true, "A2": false} {
		if has, err := e.w.HasConversion(e.ctx, clarion.Appointment, id); err != nil || has != want {
			t.Errorf("%s is known: %t, %v", id, has, err)
		}
	}
}

func repeatCompletesConversion(t *testing.T, e *env) {
	p, link, _ := e.sharing(t)
	c := appointment("A1", link.Code, kingston)
	_, recorded, err := e.w.record(e.ctx, c, clarion.DefaultRules(), time.UTC) // and the process dies here
	must(t, err)
	if sum, _ := e.points(t, p); !recorded || sum != 0 {
		t.Fatalf("recorded: %t, with %d points", recorded, sum)
	}
	// The rules changed meanwhile: those of the first time hold.
	rules := clarion.DefaultRules()
	rules.For[clarion.ConversionReason] = clarion.Rule{Points: 1}
	for range 2 {
		got, err := e.another().Convert(e.ctx, c, rules, time.UTC)
		if err != nil || got != (Converted{}) {
			t.Errorf("the repeat is %+v, %v", got, err)
		}
		if sum, n := e.points(t, p); sum != 25 || n != 1 {
			t.Errorf("after the repeat the partner has %d points for %d, want 25 for 1", sum, n)
		}
	}
	if got := e.storeSums(t, week47, time.UTC)[kingston]["appointment"].Count; got != 1 {
		t.Errorf("the store has %d", got)
	}
	e.agrees(t)
}

func someConversionsGiveNoPoints(t *testing.T, e *env) {
	p, link, official := e.sharing(t)
	late := appointment("late", link.Code, "")
	late.At = noon.Add(24 * time.Hour) // the campaign's end
	for _, c := range []clarion.Conversion{late, appointment("official", official.Code, ""), appointment("in store", "", leeds)} {
		if got := e.convert(t, c); got != (Converted{New: true}) {
			t.Errorf("%s is %+v", c.ID, got)
		}
	}
	last := appointment("last", link.Code, "")
	last.At = late.At.Add(-time.Second)
	if got := e.convert(t, last); got.Points != 25 {
		t.Errorf("one of the last moment is %+v", got)
	}
	want := map[string]CampaignSums{"appointment": {Partners: ConversionSum{2, 2100}, Official: ConversionSum{1, 1050}}}
	if got := e.campaignSums(t); !reflect.DeepEqual(got, want) {
		t.Errorf("the campaign has %+v, want %+v", got, want)
	}
	// A cap holds for conversions too.
	rules := clarion.DefaultRules()
	rules.For[clarion.ConversionReason] = clarion.Rule{Points: 25, Cap: 1}
	if got, err := e.w.Convert(e.ctx, appointment("capped", link.Code, ""), rules, time.UTC); err != nil || got != (Converted{New: true}) {
		t.Errorf("one beyond the cap is %+v, %v", got, err)
	}
	if sum, n := e.points(t, p); sum != 25 || n != 1 {
		t.Errorf("the partner has %d points for %d", sum, n)
	}
	e.agrees(t)
}

func unknownOriginsAreRefused(t *testing.T, e *env) {
	_, link, _ := e.sharing(t)
	other := e.s.Workspace(e.id + "-other")
	must(t, other.PutCampaign(e.ctx, clarion.Campaign{ID: xmas}))
	foreign, err := other.OfficialLink(e.ctx, xmas)
	must(t, err)
	orphan, err := e.w.OfficialLink(e.ctx, "no-such-campaign")
	must(t, err)
	for field, c := range map[string]clarion.Conversion{
		"click of nothing":           appointment("A1", "0123456789abcdef", ""),
		"click of another workspace": appointment("A1", foreign.Code, ""),
		"click without its campaign": appointment("A1", orphan.Code, ""),
		"store":                      appointment("A1", link.Code, "nowhere"),
	} {
		field, _, _ = strings.Cut(field, " ")
		_, err := e.w.Convert(e.ctx, c, clarion.DefaultRules(), time.UTC)
		var invalid *clarion.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("%+v: %v, want one about the %s", c, err, field)
		}
	}
	if has, err := e.w.HasConversion(e.ctx, clarion.Appointment, "A1"); has || err != nil || len(e.campaignSums(t)) != 0 {
		t.Errorf("a refused one was recorded: %t, %v", has, err)
	}
}

func daysAreThoseOfTheZone(t *testing.T, e *env) {
	e.stores(t, kingston)
	loc := time.FixedZone("east", 3*60*60)
	put := func(id, at string) {
		moment, err := time.Parse(time.RFC3339, at)
		must(t, err)
		_, err = e.w.Convert(e.ctx, clarion.Conversion{Kind: "visit", ID: id, Store: kingston, At: moment}, clarion.DefaultRules(), loc)
		must(t, err)
	}
	put("1", "2026-11-15T20:59:59Z") // Sunday 23:59:59 there
	put("2", "2026-11-15T21:00:00Z") // Monday 00:00
	put("3", "2026-11-22T20:59:59Z") // the last second of the week
	put("4", "2026-11-22T21:00:00Z")
	for week, want := range map[clarion.Week]int{week47.Previous(): 1, week47: 2, week47.Next(): 1} {
		if got := e.storeSums(t, week, loc)[kingston]["visit"].Count; got != want {
			t.Errorf("%s has %d, want %d", week, got, want)
		}
	}
	if got := e.storeSums(t, week47.Next().Next(), loc); len(got) != 0 {
		t.Errorf("an empty week has %v", got)
	}
}

func totalsReplace(t *testing.T, e *env) {
	_, link, _ := e.sharing(t)
	put := func(store clarion.StoreID, day string, count int, value int64) {
		must(t, e.w.PutDayTotal(e.ctx, clarion.DayTotal{Store: store, Day: day, Kind: "appointment", Count: count, Value: value}))
	}
	if _, err := e.w.DayTotal(e.ctx, kingston, "2026-11-18", "appointment"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a total that nobody gave: %v", err)
	}
	put(kingston, "2026-11-18", 3, 500)
	put(kingston, "2026-11-18", 2, 0)
	put(kingston, "2026-11-22", 7, 0)
	put(kingston, "2026-11-23", 100, 0) // of the next week
	put(leeds, "2026-11-18", 5, 0)
	got, err := e.w.DayTotal(e.ctx, kingston, "2026-11-18", "appointment")
	if want := (clarion.DayTotal{Store: kingston, Day: "2026-11-18", Kind: "appointment", Count: 2}); err != nil || got != want {
		t.Errorf("the total is %+v, %v, want %+v", got, err, want)
	}
	// A total is of the whole day, with what was recorded of it; it never hides what was.
	for i := range 3 {
		e.convert(t, appointment(fmt.Sprint("k", i), link.Code, kingston))
	}
	e.convert(t, appointment("l", "", leeds))
	want := storeSums{kingston: {"appointment": {3 + 7, 3150}}, leeds: {"appointment": {5, 1050}}}
	if got := e.storeSums(t, week47, time.UTC); !reflect.DeepEqual(got, want) {
		t.Errorf("the stores have %+v, want %+v", got, want)
	}
}

func TestARedisThatGoesAwayHalfWayLeavesAConversionToBeRepeated(t *testing.T) {
	server := miniredis.RunT(t)
	e := newEnv(t, openBackend(t, "redis://"+server.Addr()), "half-way")
	p, link, _ := e.sharing(t)
	server.SetError("LOADING Redis is loading the dataset in memory")
	c := appointment("A1", link.Code, leeds)
	if _, err := e.w.Convert(e.ctx, c, clarion.DefaultRules(), time.UTC); !errors.Is(err, clarion.ErrUnavailable) {
		t.Errorf("without Redis: %v", err)
	}
	server.SetError("")
	if got := e.convert(t, c); got != (Converted{New: true, Points: 25}) {
		t.Errorf("the repeat is %+v", got)
	}
	if sum, _ := e.points(t, p); sum != 25 {
		t.Errorf("the partner has %d points", sum)
	}
}

func TestAConversionReadsAsItWasWritten(t *testing.T) {
	link := clarion.ShareLink{Campaign: clarion.CampaignID(uuid.NewString()), Partner: "p1", Network: clarion.WhatsApp}
	for name, r := range map[string]conversionRecord{
		"without a link": {at: noon, day: "2026-11-18", value: clarion.MaxValue, store: kingston},
		"by a link":      {at: noon, day: "2026-11-18", link: link},
		"with points":    {at: noon, day: "1969-12-31", store: leeds, link: link, rewarded: true, rule: clarion.Rule{Points: 25, Cap: 3}, rules: 7},
	} {
		packed := string(r.pack())
		got, err := unpackConversion(packed)
		if err != nil || got != r {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, r)
		}
		for i := range packed {
			if _, err := unpackConversion(packed[:i]); err == nil {
				t.Errorf("%s: the first %d of %d bytes are a record", name, i, len(packed))
			}
		}
	}
}

func TestTheFirstRuleAndWeekAreInTheAward(t *testing.T) {
	// Sunday evening in London is Monday in Auckland, and so is the week.
	loc, err := time.LoadLocation("Pacific/Auckland")
	must(t, err)
	at := time.Date(2026, 11, 15, 18, 0, 0, 0, time.UTC)
	link := clarion.ShareLink{Campaign: xmas, Partner: "p1", Network: clarion.X}
	rules := clarion.DefaultRules()
	rules.Version = 3
	r := conversionRecord{at: at, day: clarion.DayOf(at, loc), link: link, rewarded: true, rule: rules.For[clarion.ConversionReason], rules: 3}
	got, ok := r.award("sale", "S1")
	if want := rules.Conversion(link, "sale", "S1", at, loc); !ok || got != want || want.Week != week47 {
		t.Errorf("the award is %+v, want %+v", got, want)
	}
}

// TestAConversionTakesLittleMemory measures twenty thousand on a real Redis, with ids of 36 characters.
func TestAConversionTakesLittleMemory(t *testing.T) {
	server := redistest.Start(t)
	e := newEnv(t, openBackend(t, "redis://"+server.Addr), "memory")
	e.stores(t, kingston)
	campaign := clarion.CampaignID(uuid.NewString())
	must(t, e.w.PutCampaign(e.ctx, clarion.Campaign{ID: campaign, Ends: noon.Add(time.Hour)}))
	_, links, err := e.w.Share(e.ctx, campaign, clarion.PartnerID(uuid.NewString()), []clarion.Network{clarion.X})
	must(t, err)
	const conversions, most = 20_000, 250
	used := func() int64 {
		var n int64
		for line := range strings.Lines(e.rdb.Info(e.ctx, "memory").Val()) {
			_, _ = fmt.Sscanf(line, "used_memory:%d", &n)
		}
		return n
	}
	before := used()
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := g; i < conversions; i += 16 {
				id := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i)).String()
				if _, _, err := e.w.record(e.ctx, appointment(id, links[0].Code, kingston), clarion.DefaultRules(), time.UTC); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	each := float64(used()-before) / conversions
	t.Logf("%.0f bytes for each conversion", each)
	if each > most {
		t.Errorf("a conversion takes %.0f bytes, want at most %d", each, most)
	}
}

// conversionCalls are those of a Workspace about conversions that ask Redis.
func conversionCalls(w *Workspace) map[string]func(context.Context) error {
	c := clarion.Conversion{Kind: "sale", ID: "1", Store: kingston, At: noon}
	return map[string]func(context.Context) error{
		"Convert": func(ctx context.Context) error {
			_, err := w.Convert(ctx, c, clarion.DefaultRules(), time.UTC)
			return err
		},
		"Rules":               func(ctx context.Context) error { _, err := w.Rules(ctx); return err },
		"HasConversion":       func(ctx context.Context) error { _, err := w.HasConversion(ctx, "sale", "1"); return err },
		"CampaignConversions": func(ctx context.Context) error { _, err := w.CampaignConversions(ctx, xmas); return err },
		"StoreConversions":    func(ctx context.Context) error { _, err := w.StoreConversions(ctx, week47, time.UTC); return err },
		"DayTotal":            func(ctx context.Context) error { _, err := w.DayTotal(ctx, kingston, "2026-11-18", "sale"); return err },
		"PutDayTotal": func(ctx context.Context) error {
			return w.PutDayTotal(ctx, clarion.DayTotal{Store: kingston, Day: "2026-11-18", Kind: "sale"})
		},
	}
}
