package storage

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/clarion-bot/clarion"
)

func enrolRaces(t *testing.T, e *env) {
	ids := make([]clarion.PartnerID, 16)
	var wg sync.WaitGroup
	for g := range ids {
		w := e.another()
		wg.Go(func() {
			m := member(fmt.Sprint("id", g), kingston)
			m.Identities = []clarion.Identity{"slack:U1"}
			p, err := w.Enrol(e.ctx, m)
			if err != nil {
				t.Error(err)
			}
			ids[g] = p.ID
		})
	}
	wg.Wait()
	if slices.Sort(ids); ids[0] == "" || ids[0] != ids[15] {
		t.Errorf("one identity became partners %v", slices.Compact(ids))
	}
	p, err := e.w.PartnerOf(e.ctx, "slack:U1")
	if err != nil || p.ID != ids[0] {
		t.Errorf("the identity leads to %+v, %v", p, err)
	}
}

func identitiesBind(t *testing.T, e *env) {
	_, err := e.w.PartnerOf(e.ctx, "slack:U1")
	if !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("before: %v", err)
	}
	first, err := e.w.Enrol(e.ctx, clarion.Member{Partner: clarion.Partner{ID: "p1"}, Identities: []clarion.Identity{"slack:U1", ""}})
	must(t, err)
	if first != (clarion.Partner{ID: "p1"}) {
		t.Errorf("got %+v", first)
	}
	// Met again with more: what was empty is filled in and the e-mail address leads here too.
	second, err := e.w.Enrol(e.ctx, clarion.Member{
		Partner:    clarion.Partner{ID: "p2", Name: "Ann", Email: "ann@example.com", Store: kingston},
		Identities: []clarion.Identity{"email:ann@example.com", "slack:U1"},
	})
	must(t, err)
	want := clarion.Partner{ID: "p1", Name: "Ann", Email: "ann@example.com", Store: kingston}
	if second != want {
		t.Errorf("got %+v, want %+v", second, want)
	}
	// Met a third time: what is there stays.
	third, err := e.w.Enrol(e.ctx, clarion.Member{
		Partner:    clarion.Partner{ID: "p3", Name: "A.", Email: "a@example.com", Store: leeds},
		Identities: []clarion.Identity{"teams:T1", "email:ann@example.com"},
	})
	must(t, err)
	if third != want {
		t.Errorf("got %+v, want %+v", third, want)
	}
	for _, i := range []clarion.Identity{"slack:U1", "email:ann@example.com", "teams:T1"} {
		if p, err := e.another().PartnerOf(e.ctx, i); err != nil || p != want {
			t.Errorf("%s leads to %+v, %v", i, p, err)
		}
	}
	// Somebody else's identity stays somebody else's.
	_, err = e.w.Enrol(e.ctx, clarion.Member{Partner: clarion.Partner{ID: "other"}, Identities: []clarion.Identity{"slack:U9"}})
	must(t, err)
	_, err = e.w.Enrol(e.ctx, clarion.Member{Partner: clarion.Partner{ID: "x"}, Identities: []clarion.Identity{"slack:U1", "slack:U9"}})
	must(t, err)
	if id, err := e.another().PartnerIDOf(e.ctx, "slack:U9"); err != nil || id != "other" {
		t.Errorf("slack:U9 leads to %s, %v", id, err)
	}
	if _, err := e.w.Enrol(e.ctx, clarion.Member{Partner: clarion.Partner{ID: "x"}}); err == nil {
		t.Error("a member without identity was enrolled")
	}
	if _, err := e.w.Partner(e.ctx, "p2"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("the id that was not needed: %v", err)
	}
}

func importRepeats(t *testing.T, e *env) {
	e.partner(t, "U1", leeds)
	roster := func(run string) []clarion.Member {
		members := make([]clarion.Member, 2*importBatch+50)
		for i := range members {
			members[i] = member(fmt.Sprint("U", i), kingston)
			members[i].Partner.ID = clarion.PartnerID(run + fmt.Sprint(i))
			members[i].Partner.Email = fmt.Sprintf("u%d@example.com", i)
		}
		return members
	}
	var seen []int
	created, changed, err := e.w.Import(e.ctx, roster("a"), func(done int) { seen = append(seen, done) })
	must(t, err)
	if created != 2*importBatch+49 || changed != 1 || !slices.Equal(seen, []int{importBatch, 2 * importBatch, 2*importBatch + 50}) {
		t.Errorf("created %d, changed %d, progress %v", created, changed, seen)
	}
	created, changed, err = e.w.Import(e.ctx, roster("b"), nil)
	if err != nil || created != 0 || changed != 0 {
		t.Errorf("again: created %d, changed %d, %v; want nothing", created, changed, err)
	}
	if p, err := e.w.PartnerOf(e.ctx, "slack:U1"); err != nil || p != (clarion.Partner{ID: "U1", Name: "U1", Email: "u1@example.com", Store: kingston}) {
		t.Errorf("the one who was known is %+v, %v", p, err)
	}
	// A line that does not say an e-mail address does not take it away.
	if _, changed, err = e.w.Import(e.ctx, []clarion.Member{member("U1", leeds)}, nil); err != nil || changed != 1 {
		t.Errorf("changed %d, %v", changed, err)
	}
	if p, _ := e.w.PartnerOf(e.ctx, "slack:U1"); p.Store != leeds || p.Email == "" {
		t.Errorf("after a line without e-mail: %+v", p)
	}
}

func moveNeedsStore(t *testing.T, e *env) {
	e.stores(t, kingston)
	e.partner(t, "U1", "")
	for to, want := range map[clarion.StoreID]error{kingston: nil, "nowhere": clarion.ErrNotFound} {
		if err := e.w.Move(e.ctx, "U1", to); !errors.Is(err, want) {
			t.Errorf("to %q: %v, want %v", to, err, want)
		}
	}
	if err := e.w.Move(e.ctx, "nobody", kingston); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if p, err := e.w.Partner(e.ctx, "U1"); err != nil || p.Store != kingston {
		t.Errorf("got %+v, %v", p, err)
	}
}

func channelMoves(t *testing.T, e *env) {
	e.stores(t, kingston, leeds)
	c1, c2 := clarion.Channel{Platform: clarion.Slack, ID: "C1"}, clarion.Channel{Platform: clarion.Slack, ID: "C2"}
	teams := clarion.Channel{Platform: clarion.Teams, ID: "19:x@thread.tacv2"}
	link := func(s clarion.StoreID, c clarion.Channel, want clarion.StoreID) {
		t.Helper()
		if previous, err := e.w.LinkStore(e.ctx, s, c); err != nil || previous != want {
			t.Errorf("link %s with %s: previous %q, %v, want %q", s, c, previous, err, want)
		}
	}
	in := func(c clarion.Channel, want clarion.StoreID) {
		t.Helper()
		if s, err := e.w.StoreIn(e.ctx, c); s.ID != want || (err != nil) != (want == "") || (err != nil && !errors.Is(err, clarion.ErrNotFound)) {
			t.Errorf("in %s is %q, %v, want %q", c, s.ID, err, want)
		}
	}
	in(c1, "")
	link(kingston, c1, "")
	link(kingston, c1, "")
	link(kingston, teams, "")
	in(c1, kingston)
	in(teams, kingston)
	link(leeds, c1, kingston) // the channel goes over
	in(c1, leeds)
	link(leeds, c2, "") // the store moves to another channel of the platform
	in(c1, "")
	in(c2, leeds)
	if s, err := e.w.Store(e.ctx, kingston); err != nil || !slices.Equal(s.Channels, []clarion.Channel{teams}) {
		t.Errorf("kingston talks in %v, %v, want %v only", s.Channels, err, teams)
	}
	must(t, e.w.UnlinkChannel(e.ctx, c2))
	in(c2, "")
	if _, err := e.w.LinkStore(e.ctx, "nowhere", c1); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a store that does not exist: %v", err)
	}
	// By PutStores the last one has it, and one of a platform.
	must(t, e.w.PutStores(e.ctx, []clarion.Store{
		{ID: kingston, Name: "K", Channels: []clarion.Channel{c1}}, {ID: leeds, Name: "L", Channels: []clarion.Channel{c2, c1}},
	}))
	in(c1, leeds)
	in(c2, "")
	in(teams, "")
	must(t, e.w.PutStores(e.ctx, []clarion.Store{
		{ID: kingston, Name: "K", Channels: []clarion.Channel{c1}}, {ID: leeds, Name: "L", Channels: []clarion.Channel{c2}},
	}))
	in(c1, kingston)
	in(c2, leeds)
}

func storesByName(t *testing.T, e *env) {
	stores := []clarion.Store{
		{ID: "a", Name: "Zeta", Region: "North", Headcount: 7, Channels: []clarion.Channel{{Platform: clarion.Slack, ID: "C1"}}},
		{ID: "b", Name: "Alpha"},
	}
	must(t, e.w.PutStores(e.ctx, stores))
	must(t, e.w.PutStores(e.ctx, nil))
	got, err := e.w.Stores(e.ctx)
	must(t, err)
	if want := []clarion.Store{stores[1], stores[0]}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	stores[0] = clarion.Store{ID: "a", Name: "Eta"}
	must(t, e.w.PutStores(e.ctx, stores[:1]))
	if s, err := e.w.Store(e.ctx, "a"); err != nil || !reflect.DeepEqual(s, stores[0]) {
		t.Errorf("got %+v, %v, want %+v", s, err, stores[0])
	}
	if _, err := e.w.Store(e.ctx, "c"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a store that does not exist: %v", err)
	}
}
