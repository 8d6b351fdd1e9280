package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

func linksAreStable(t *testing.T, e *env) {
	page, links, err := e.w.Share(e.ctx, xmas, "p1", clarion.Networks())
	must(t, err)
	if len(links) != len(clarion.Networks()) || links[1].Network != clarion.X {
		t.Fatalf("links %+v", links)
	}
	w := e.another()
	page2, links2, err := w.Share(e.ctx, xmas, "p1", clarion.Networks())
	if err != nil || page2 != page || !slices.Equal(links, links2) {
		t.Errorf("another process made other links: %v", err)
	}
	other := e.open()
	for _, link := range links {
		if got, err := other.Link(e.ctx, link.Code); err != nil || got != link {
			t.Errorf("code %s is %+v, %v, want %+v", link.Code, got, err, link)
		}
	}
	if got, err := other.SharePage(e.ctx, page.Token); err != nil || got != page {
		t.Errorf("the token is of %+v, %v, want %+v", got, err, page)
	}
	if _, err := other.SharePage(e.ctx, "no-such-token"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a token that does not exist: %v", err)
	}
	// What was read is known without Redis.
	gone, cancel := context.WithCancel(e.ctx)
	cancel()
	if got, err := other.Link(gone, links[0].Code); err != nil || got != links[0] {
		t.Errorf("without Redis: %+v, %v", got, err)
	}
	// A missing code is remembered for a short time.
	link := clarion.NewShareLink([]byte("elsewhere"+string(e.id)), e.id, xmas, "p2", clarion.X)
	if _, err := e.s.Link(e.ctx, link.Code); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a code that does not exist: %v", err)
	}
	must(t, e.rdb.HSet(e.ctx, linksKey(link.Code), string(link.Code), packLink(link)).Err())
	if _, err := e.s.Link(e.ctx, link.Code); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("within five seconds: %v", err)
	}
	e.now = e.now.Add(missingFor)
	if got, err := e.s.Link(e.ctx, link.Code); err != nil || got != link {
		t.Errorf("after five seconds: %+v, %v", got, err)
	}
}

func pagesAreTakenBack(t *testing.T, e *env) {
	if err := e.w.RevokePage(e.ctx, xmas, "p1"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a page that was never made: %v", err)
	}
	page, links, err := e.w.Share(e.ctx, xmas, "p1", []clarion.Network{clarion.X})
	must(t, err)
	other := e.open()
	_, err = other.SharePage(e.ctx, page.Token)
	must(t, err)
	must(t, e.w.RevokePage(e.ctx, xmas, "p1"))
	if _, err := e.s.SharePage(e.ctx, page.Token); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("the page that was taken back: %v", err)
	}
	next, links2, err := e.w.Share(e.ctx, xmas, "p1", []clarion.Network{clarion.X})
	must(t, err)
	if next.Token == page.Token || next.Turn != page.Turn || !slices.Equal(links, links2) {
		t.Errorf("the next page is %+v with %+v after %+v with %+v", next, links2, page, links)
	}
	if got, err := e.open().SharePage(e.ctx, next.Token); err != nil || got != next {
		t.Errorf("the next page reads as %+v, %v, want %+v", got, err, next)
	}
	must(t, e.w.RevokePage(e.ctx, xmas, "p1"))
	if err := e.w.RevokePage(e.ctx, xmas, "p1"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a page that was taken back, and no other made: %v", err)
	}
	// One that was interrupted between its two steps is finished.
	must(t, e.rdb.HSet(e.ctx, pagesKey(next.Token), string(next.Token), packPage(next)).Err())
	must(t, e.w.RevokePage(e.ctx, xmas, "p1"))
	if _, err := e.open().SharePage(e.ctx, next.Token); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("the page whose taking back was interrupted: %v", err)
	}
	third, err := e.w.SharePageOf(e.ctx, xmas, "p1")
	if err != nil || third.Token == page.Token || third.Token == next.Token {
		t.Errorf("the third page is %+v, %v", third, err)
	}
}

func turnsAreTaken(t *testing.T, e *env) {
	turns := map[clarion.StoreID][]int{}
	for _, store := range []clarion.StoreID{kingston, leeds} {
		for i := range 4 {
			p := e.partner(t, string(store)+string(rune('a'+i)), store)
			for range 2 { // asking again changes nothing
				page, err := e.another().SharePageOf(e.ctx, xmas, p)
				must(t, err)
				turns[store] = append(turns[store], page.Turn)
			}
		}
	}
	want := []int{0, 0, 1, 1, 2, 2, 3, 3}
	if !slices.Equal(turns[kingston], want) || !slices.Equal(turns[leeds], want) {
		t.Errorf("turns %v, want %v in each store", turns, want)
	}
}

func secretsMadeOnce(t *testing.T, e *env) {
	secrets, keys := make([][]byte, 8), make([][]byte, 8)
	var wg sync.WaitGroup
	for g := range secrets {
		w := e.another()
		wg.Go(func() {
			var err1, err2 error
			secrets[g], err1 = w.Secret(e.ctx)
			keys[g], err2 = w.VisitorKey(e.ctx, "2026-11-22")
			if err := errors.Join(err1, err2); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for g := range secrets {
		if len(secrets[g]) != 32 || !bytes.Equal(secrets[g], secrets[0]) || len(keys[g]) != 32 || !bytes.Equal(keys[g], keys[0]) {
			t.Error("two processes have different secrets")
		}
	}
	tomorrow, err := e.w.VisitorKey(e.ctx, "2026-11-23")
	if err != nil || bytes.Equal(tomorrow, keys[0]) || bytes.Equal(secrets[0], keys[0]) {
		t.Errorf("the key of the next day is the same: %v", err)
	}
	life, err := e.rdb.TTL(e.ctx, e.w.under(visitorPrefix, "2026-11-22")).Result()
	if err != nil || life > 26*time.Hour || life < 25*time.Hour {
		t.Errorf("a visitors' key lives for %s, %v, want 26 hours", life, err)
	}
	for _, day := range []string{"2026-11-24", "2026-11-25", "2026-11-26"} {
		_, err := e.w.VisitorKey(e.ctx, day)
		must(t, err)
	}
	if n := len(e.w.visitors); n != visitorDays {
		t.Errorf("the process keeps %d visitors' keys, want %d", n, visitorDays)
	}
}

func campaignsThatFit(t *testing.T, e *env) {
	for i := range 40 {
		c := clarion.Campaign{ID: clarion.CampaignID(fmt.Sprintf("c%02d", i)), Title: "open", CreatedAt: noon.Add(time.Duration(i) * time.Second)}
		if i >= 3 && i != 20 {
			c.Title = "planned"
		}
		must(t, e.w.PutCampaign(e.ctx, c))
	}
	for limit, want := range map[int]string{0: "[]", 1: "[c20]", 2: "[c20 c02]", 3: "[c20 c02 c01]", 9: "[c20 c02 c01 c00]"} {
		list, err := e.w.CampaignsThat(e.ctx, limit, func(c clarion.Campaign) bool { return c.Title == "open" })
		must(t, err)
		ids := []clarion.CampaignID{}
		for _, c := range list {
			ids = append(ids, c.ID)
		}
		if fmt.Sprint(ids) != want {
			t.Errorf("the newest %d that fit are %v, want %s", limit, ids, want)
		}
	}
}

func campaignsNewestFirst(t *testing.T, e *env) {
	for i, id := range []clarion.CampaignID{"old", "new", "mid"} {
		must(t, e.w.PutCampaign(e.ctx, clarion.Campaign{
			ID: id, Title: "first", CreatedAt: noon.Add([]time.Duration{0, 2, 1}[i] * time.Hour),
			Captions: []clarion.Caption{{Network: clarion.X, Text: "hello"}}, Audience: clarion.Audience{All: true},
		}))
	}
	list, err := e.w.Campaigns(e.ctx, 2)
	if err != nil || len(list) != 2 || list[0].ID != "new" || list[1].ID != "mid" {
		t.Errorf("got %+v, %v, want new and mid", list, err)
	}
	got, err := e.w.Campaign(e.ctx, "new")
	if err != nil || !reflect.DeepEqual(got, list[0]) {
		t.Errorf("got %+v, %v, want %+v", got, err, list[0])
	}
	changed := got
	changed.Title = "second"
	must(t, e.another().PutCampaign(e.ctx, changed))
	if got, err = e.w.Campaign(e.ctx, "new"); err != nil || got.Title != "first" {
		t.Errorf("at once: %q, %v, want what the process has", got.Title, err)
	}
	e.now = e.now.Add(freshFor)
	if got, err = e.w.Campaign(e.ctx, "new"); err != nil || got.Title != "second" {
		t.Errorf("after five seconds: %q, %v", got.Title, err)
	}
	changed.Title = "third"
	must(t, e.w.PutCampaign(e.ctx, changed))
	if got, err = e.w.Campaign(e.ctx, "new"); err != nil || got.Title != "third" {
		t.Errorf("after an own change: %q, %v", got.Title, err)
	}
	if _, err := e.w.Campaign(e.ctx, "none"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a campaign that does not exist: %v", err)
	}
}

func draftExpires(t *testing.T, e *env) {
	type form struct{ Title string }
	life := time.Hour
	if e.forward == nil {
		life = time.Millisecond // the server's clock is the real one
	}
	must(t, e.w.PutDraft(e.ctx, "kept", form{"Christmas"}, time.Hour))
	must(t, e.w.PutDraft(e.ctx, "gone", form{"Christmas"}, life))
	var got form
	if err := e.w.Draft(e.ctx, "kept", &got); err != nil || got.Title != "Christmas" {
		t.Errorf("got %+v, %v", got, err)
	}
	if e.forward != nil {
		e.forward(life)
	}
	err := e.w.Draft(e.ctx, "gone", &got)
	for deadline := time.Now().Add(10 * time.Second); err == nil && time.Now().Before(deadline); {
		err = e.w.Draft(e.ctx, "gone", &got)
	}
	if !errors.Is(err, clarion.ErrExpired) {
		t.Errorf("got %v, want %v", err, clarion.ErrExpired)
	}
}

func rulesHaveVersions(t *testing.T, e *env) {
	generous, err := clarion.ParseRules("share=10")
	must(t, err)
	if _, err := e.w.Rules(e.ctx); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("rules that nobody stored: %v", err)
	}
	for i, want := range []int{1, 1, 2, 3} {
		rules := []clarion.Rules{clarion.DefaultRules(), clarion.DefaultRules(), generous, clarion.DefaultRules()}[i]
		got, err := e.another().PutRules(e.ctx, rules)
		if err != nil || got.Version != want || got.String() != rules.String() {
			t.Errorf("step %d: version %d of %s, %v, want %d of %s", i, got.Version, got, err, want, rules)
		}
		if read, err := e.w.Rules(e.ctx); err != nil || !reflect.DeepEqual(read, got) {
			t.Errorf("step %d: the newest are %+v, %v, want %+v", i, read, err, got)
		}
	}
}
