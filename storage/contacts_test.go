package storage

import (
	"errors"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

func contactsAreRemembered(t *testing.T, e *env) {
	post := clarion.Channel{Platform: clarion.Teams, ID: "19:posts@thread.tacv2"}
	if _, err := e.w.PostOf(e.ctx, post, "1"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a post that nobody made: %v", err)
	}
	if err := e.w.PutPost(e.ctx, post, "1", "drop:d:posts:teams"); err != nil {
		t.Error(err)
	}
	if got, err := e.another().PostOf(e.ctx, post, "1"); err != nil || got != "drop:d:posts:teams" {
		t.Errorf("a post is %q's: %v", got, err)
	}
	thread := func(id string) clarion.Channel { return clarion.Channel{Platform: clarion.Teams, ID: id} }
	one := Contact{ServiceURL: "https://service.example/", Kind: "channel", Name: "Kingston", Team: "t1"}
	for id, c := range map[string]Contact{"a": one, "b": {Team: "t1"}, "c": {Team: "t2"}, "d": {Kind: "groupChat"}} {
		must(t, e.w.PutContact(e.ctx, thread(id), c))
	}
	if got, err := e.another().Contact(e.ctx, thread("a")); err != nil || got != one {
		t.Errorf("%+v %v", got, err)
	}
	if n, err := e.w.ForgetTeam(e.ctx, ""); err != nil || n != 0 {
		t.Errorf("of no team %d are forgotten, %v", n, err)
	}
	if n, err := e.w.ForgetTeam(e.ctx, "t1"); err != nil || n != 2 {
		t.Errorf("%d are forgotten, %v", n, err)
	}
	must(t, e.w.ForgetContact(e.ctx, thread("d")))
	for id, known := range map[string]bool{"a": false, "b": false, "c": true, "d": false} {
		if _, err := e.w.Contact(e.ctx, thread(id)); known != (err == nil) || !known && !errors.Is(err, clarion.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	person := clarion.UserIdentity(clarion.Teams, "p")
	must(t, e.w.PutPerson(e.ctx, person, Contact{User: "29:x", Name: "Amira"}))
	if got, err := e.w.Person(e.ctx, person); err != nil || got.User != "29:x" {
		t.Errorf("%+v %v", got, err)
	}
	must(t, e.w.ForgetPerson(e.ctx, person))
	if _, err := e.w.Person(e.ctx, person); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("forgotten: %v", err)
	}
	for range 2 {
		name, err := e.w.Name(e.ctx, "slack:U1")
		if must(t, err); name != "" {
			t.Errorf("it is %q before it was told", name)
		}
	}
	must(t, e.w.PutName(e.ctx, "slack:U1", "Helen"))
	if name, err := e.another().Name(e.ctx, "slack:U1"); err != nil || name != "Helen" {
		t.Errorf("%q %v", name, err)
	}
}

// onePartnerOnTwoPlatforms awards what somebody does on both: everything is keyed and capped by the partner, whom both
// identities lead to, and no platform is in any key.
func onePartnerOnTwoPlatforms(t *testing.T, e *env) {
	e.stores(t, kingston)
	_, _, err := e.w.Import(e.ctx, []clarion.Member{{Partner: clarion.Partner{ID: "p", Name: "Amira", Store: kingston},
		Identities: []clarion.Identity{"slack:U1", "teams:T1", "email:amira@example.com"}}}, nil)
	must(t, err)
	rules, given := clarion.DefaultRules(), 0
	for i, identity := range []clarion.Identity{"slack:U1", "teams:T1"} {
		id, err := e.another().PartnerIDOf(e.ctx, identity)
		must(t, err)
		_, links, err := e.w.Share(e.ctx, xmas, id, []clarion.Network{clarion.X})
		must(t, err)
		outcome := e.award(t, rules.Share(links[0], noon, time.UTC))[0]
		if (outcome == clarion.Awarded) != (i == 0) {
			t.Errorf("%s: the share is %v", identity, outcome)
		}
		for v := range 15 { // of others each time: twenty score at most
			visitor := clarion.VisitorID{byte(i), byte(v)} //nolint:gosec // few
			if e.count(t, Visit{Link: links[0], Award: rules.Click(links[0], visitor, noon, time.UTC), Visitor: visitor, Day: "today"}) == clarion.Credited {
				given++
			}
		}
	}
	most := rules.For[clarion.ClickReason].Cap
	if given != most || most >= 30 {
		t.Errorf("%d visits scored, of at most %d", given, most)
	}
	board := e.leaderboard(t, Query{Period: clarion.AllTime(), Scope: clarion.Stores(), Limit: 9})
	if want := rules.For[clarion.ShareReason].Points + most*rules.For[clarion.ClickReason].Points; len(board.Standings) != 1 || board.Standings[0].Points != want {
		t.Errorf("%+v, want %d points", board.Standings, want)
	}
	e.agrees(t)
}
