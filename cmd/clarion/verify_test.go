package main

import (
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

func TestVerifyFindsNoDifferenceAndThenTheOneThatIsMade(t *testing.T) {
	server, url := redisFor(t)
	w := workspaceOf(t, url)
	ctx := t.Context()
	if err := w.PutStores(ctx, []clarion.Store{{ID: "kingston", Name: "Kingston"}}); err != nil {
		t.Fatal(err)
	}
	p, err := w.Enrol(ctx, clarion.Member{
		Partner: clarion.Partner{ID: "p1", Name: "Amira", Store: "kingston"}, Identities: []clarion.Identity{"slack:U1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, links, err := w.Share(ctx, "c1", p.ID, []clarion.Network{clarion.X})
	if err != nil {
		t.Fatal(err)
	}
	award := clarion.DefaultRules().Share(links[0], time.Date(2026, time.November, 23, 6, 0, 0, 0, time.UTC), time.UTC)
	if _, err := w.Award(ctx, award); err != nil {
		t.Fatal(err)
	}

	c := call(t, env(url), "verify")
	if want := "verify: awards=1 boards=9 differences=0\n"; c.err != nil || c.out != want {
		t.Fatalf("%v, %q; want %q", c.err, c.out, want)
	}
	if _, err := server.ZAdd("board:{main}:week:2026-W48:stores", 6, "kingston"); err != nil {
		t.Fatal(err)
	}
	c = call(t, env(url), "verify")
	lines := strings.Split(strings.TrimSpace(c.out), "\n")
	if exitCode(c.err) != 1 || lines[len(lines)-1] != "verify: awards=1 boards=9 differences=1" || len(lines) != 2 ||
		!strings.Contains(lines[0], "week:2026-W48:stores") {
		t.Errorf("%v; the output is\n%s", c.err, c.out)
	}
}
