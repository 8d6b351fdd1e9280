package storage

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/clarion-bot/clarion"
)

func titlesAreTakenOnce(t *testing.T, e *env) {
	seen := func() Titles {
		t.Helper()
		n, _, err := e.another().Titles(e.ctx)
		must(t, err)
		return n
	}
	campaign := func(id string) clarion.Campaign {
		return clarion.Campaign{ID: clarion.CampaignID(id), Title: "Christmas", CreatedAt: noon, Ends: noon.AddDate(0, 0, 7)}
	}
	plan := func(seen Titles, id string) (bool, error) {
		return e.another().PlanOn(e.ctx, seen, campaign(id), clarion.Drop{ID: "d" + id, Campaign: clarion.CampaignID(id), At: noon}, nil)
	}
	at := seen()
	var taken atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			ok, err := plan(at, fmt.Sprint(i))
			if err != nil && !errors.Is(err, ErrTitlesChanged) {
				t.Error(err)
			}
			if ok {
				taken.Add(1)
			}
		})
	}
	wg.Wait()
	list, err := e.w.Campaigns(e.ctx, 10)
	must(t, err)
	if n := taken.Load(); n != 1 || len(list) != 1 {
		t.Fatalf("of eight at once %d were planned, and %d are stored", n, len(list))
	}
	if ok, err := plan(at, string(list[0].ID)); ok || err != nil {
		t.Errorf("the same one, confirmed again: %v, %v", ok, err)
	}

	// Whatever is stored can have taken a title.
	a := campaign("a")
	for what, store := range map[string]func() error{
		"one that is put":     func() error { return e.w.PutCampaign(e.ctx, a) },
		"one that is planned": func() error { _, err := e.w.Plan(e.ctx, campaign("b"), clarion.Drop{}, nil); return err },
		"one that is changed": func() error { c := list[0]; c.Revision++; return e.w.Revise(e.ctx, Revision{Campaign: c}) },
	} {
		at := seen()
		must(t, store())
		if _, err := plan(at, "late"); !errors.Is(err, ErrTitlesChanged) {
			t.Errorf("after %s: %v", what, err)
		}
		stale := campaign("a")
		stale.Revision = 1
		if err := e.w.Revise(e.ctx, Revision{Campaign: stale, Titles: at}); !errors.Is(err, ErrTitlesChanged) && !errors.Is(err, clarion.ErrNotFound) {
			t.Errorf("a change after %s: %v", what, err)
		}
	}
	if _, err := e.w.FreshCampaign(e.ctx, "late"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("it was stored all the same: %v", err)
	}
	a.Revision = 1
	must(t, e.w.Revise(e.ctx, Revision{Campaign: a, Titles: seen()}))
	if ok, err := plan(seen(), "late"); !ok || err != nil {
		t.Errorf("on top of what is stored: %v, %v", ok, err)
	}
}
