package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

func TestThePagesOfAPartnerWhoHasLeftAreTakenBack(t *testing.T) {
	_, url := redisFor(t)
	mustSay(t, call(t, env(url), "import", "stores", fileWith(t, "stores.csv", storesFile)), "import: stores=2 created=2 changed=0 unchanged=0")
	mustSay(t, call(t, env(url), "import", "partners", fileWith(t, "partners.csv", partnersFile)), "import: partners=3 created=3 changed=0 unchanged=0")
	w := workspaceOf(t, url)
	ctx := t.Context()
	for id, ends := range map[clarion.CampaignID]time.Time{
		"spring": time.Now().Add(time.Hour), "put off": time.Now().Add(2 * time.Hour), "recalled": time.Now().Add(time.Hour), "summer": time.Now().Add(time.Hour), "unseen": time.Now().Add(time.Hour), "over": time.Now().Add(-time.Hour),
	} {
		c := clarion.Campaign{ID: id, Title: "Our " + string(id), Networks: clarion.Networks(), Ends: ends}
		switch id { // neither can be shared now, and both may be later
		case "put off":
			c.Opens = time.Now().Add(time.Hour)
		case "recalled":
			c.Recall = &clarion.Recall{At: time.Now()}
		}
		if err := w.PutCampaign(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	pages := func(email string) map[clarion.CampaignID]clarion.SharePage {
		t.Helper()
		p, err := w.PartnerOf(ctx, clarion.EmailIdentity(email))
		if err != nil {
			t.Fatal(err)
		}
		made := map[clarion.CampaignID]clarion.SharePage{}
		for _, id := range []clarion.CampaignID{"spring", "summer", "over", "put off", "recalled"} {
			if made[id], _, err = w.Share(ctx, id, p.ID, []clarion.Network{clarion.X}); err != nil {
				t.Fatal(err)
			}
		}
		return made
	}
	amira, ben := pages("amira@example.com"), pages("ben@example.com")

	c := call(t, env(url), "revoke", "Amira@Example.com")
	mustSay(t, c, "revoke: campaigns=5 pages=4")
	for _, want := range []string{"Taken back: the page for “Our spring”", "Taken back: the page for “Our summer”", "Taken back: the page for “Our put off”", "Taken back: the page for “Our recalled”", "Amira Khan open nothing any more"} {
		if !strings.Contains(c.out, want) {
			t.Errorf("the output lacks %q:\n%s", want, c.out)
		}
	}
	// As a process that has read none of them before sees it.
	s, err := storage.Open(storage.Options{URL: strings.TrimPrefix(url, "REDIS_URL=")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for id, page := range amira {
		if _, err := s.SharePage(ctx, page.Token); errors.Is(err, clarion.ErrNotFound) != (id != "over") {
			t.Errorf("the page for %s: %v", id, err)
		}
		if _, err := s.SharePage(ctx, ben[id].Token); err != nil {
			t.Errorf("a colleague's page for %s: %v", id, err)
		}
	}
	c = call(t, env(url), "revoke", "amira@example.com")
	mustSay(t, c, "revoke: campaigns=5 pages=0")
	if !strings.Contains(c.out, "nothing to take back") {
		t.Errorf("the second time it says:\n%s", c.out)
	}
}

func TestRevokeSaysWhatIsWrong(t *testing.T) {
	server, url := redisFor(t)
	for name, test := range map[string]struct {
		args []string
		want string
		code int
	}{
		"nobody":      {[]string{"revoke"}, "give the e-mail address of one partner", 2},
		"two":         {[]string{"revoke", "a@b.example", "c@d.example"}, "of one partner", 2},
		"no address":  {[]string{"revoke", "amira"}, "give the e-mail address", 2},
		"a stranger":  {[]string{"revoke", "zed@example.com"}, "nobody in workspace main has the address zed@example.com", 1},
		"an odd flag": {[]string{"revoke", "-x", "a@b.example"}, "revoke: flag provided but not defined", 2},
	} {
		if c := call(t, env(url), test.args...); exitCode(c.err) != test.code || !strings.Contains(errorText(c.err), test.want) {
			t.Errorf("%s: %d, %v", name, exitCode(c.err), c.err)
		}
	}
	server.SetError("LOADING")
	if c := call(t, env(url), "revoke", "zed@example.com"); exitCode(c.err) != 1 || !strings.Contains(errorText(c.err), "do it again when Redis is back") {
		t.Errorf("without Redis: %v", c.err)
	}
}
