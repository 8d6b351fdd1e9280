package links

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

// dawn is when campaigns of these tests open to partners.
var dawn = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

func TestACampaignOpensAndEndsAtTheMomentAtEveryAddress(t *testing.T) {
	town := newTown(t)
	c := campaign()
	c.Opens, c.Public, c.Ends, c.After = dawn, dawn.Add(2*time.Hour), dawn.AddDate(0, 0, 3), "https://summer.example/next"
	town.put(c)
	get := town.served(t)
	link, page := "/l/"+string(town.link[clarion.Facebook].Code), "/s/"+string(town.page.Token)
	on, after := town.destination(true), c.Afterwards(town.link[clarion.Facebook])
	if !strings.HasPrefix(after, "https://summer.example/next?utm_source=facebook&") || strings.Contains(after, clarion.ClickParameter) {
		t.Fatalf("afterwards links lead to %s", after)
	}
	for i, test := range []struct {
		at          time.Time
		link        int
		location    string
		page, share int
		kind        clarion.VisitKind
	}{
		{dawn.Add(-1), 404, "", 404, 404, clarion.BeforeOpening},
		{dawn, 302, on, 200, 302, clarion.Credited},
		{c.Public.Add(-1), 302, on, 200, 302, clarion.Credited},
		{c.Public, 302, on, 200, 302, clarion.Credited},
		{c.Ends.Add(-1), 302, on, 200, 302, clarion.Credited},
		{c.Ends, 302, after, 410, 410, clarion.AfterTheEnd},
	} {
		town.clock.Store(test.at.UnixNano())
		was := town.visits()[test.kind]
		res, _ := get(link, agent(fmt.Sprintf("%s Build/%d", android, i)))
		if res.StatusCode != test.link || res.Header.Get("Location") != test.location {
			t.Errorf("at %s a link answers %d to %q, want %d to %q", test.at, res.StatusCode, res.Header.Get("Location"), test.link, test.location)
		}
		if is := town.visits()[test.kind]; is != was+1 {
			t.Errorf("at %s the visit is not counted as %s: %v", test.at, test.kind, town.visits())
		}
		for path, want := range map[string]int{page: test.page, page + "/whatsapp": test.share} {
			if res, _ := get(path); res.StatusCode != want {
				t.Errorf("at %s %s answers %d, want %d", test.at, path, res.StatusCode, want)
			}
		}
	}
	town.agrees()
}

func TestAVisitorBeforeAndAfterTheOpeningIsCreditedOnce(t *testing.T) {
	town := newTown(t)
	c := campaign()
	c.Opens = dawn
	town.put(c)
	for _, at := range []time.Time{dawn.Add(-time.Hour), dawn.Add(-time.Second), dawn, dawn.Add(time.Second)} {
		town.clock.Store(at.UnixNano())
		town.visit(from("198.51.100.7"))
	}
	town.counts(clarion.Visits{clarion.BeforeOpening: 2, clarion.Credited: 1, clarion.Repeated: 1})
	if got := town.awards()[clarion.ClickReason]; got != 1 {
		t.Errorf("%d awards, want 1", got)
	}
	text := body(t, town.get("/s/"+string(town.page.Token), from("203.0.113.1")))
	for _, want := range []string{"<li>2 visits before the campaign opened</li>", "Nobody gets to the content before the campaign opens"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	town.agrees()
}

func TestAnotherProcessShutsALinkWithinFiveSecondsAndOpensItAtTheMoment(t *testing.T) {
	here := newTown(t)
	there := here.another()
	c := campaign()
	c.Opens = dawn
	here.put(c)
	here.clock.Store(dawn.Add(-time.Second).UnixNano())
	status := func(t *town) int { return t.visit(agent(crawler)).StatusCode }
	if got := status(there); got != http.StatusNotFound {
		t.Fatalf("before the opening: %d", got)
	}
	// What a process has read before the opening opens by the clock alone.
	here.clock.Store(dawn.UnixNano())
	if got := status(there); got != http.StatusFound {
		t.Errorf("at the opening: %d", got)
	}
	for _, change := range []func(*clarion.Campaign){
		func(c *clarion.Campaign) { c.Opens = dawn.AddDate(0, 0, 1) },
		func(c *clarion.Campaign) { c.Recall = &clarion.Recall{At: dawn} },
	} {
		open, err := there.workspace.FreshCampaign(t.Context(), c.ID)
		if err != nil || status(there) != http.StatusFound {
			t.Fatal(err)
		}
		shut := open
		change(&shut)
		here.put(shut)
		if got := status(here); got == http.StatusFound {
			t.Error("the process that was told leads on")
		}
		if got := status(there); got != http.StatusFound {
			t.Errorf("another process knows at once: %d", got) // or this test tests nothing
		}
		here.clock.Add(int64(5 * time.Second))
		if got := status(there); got == http.StatusFound {
			t.Error("another process leads on five seconds later")
		}
		if res := there.get("/s/" + string(there.page.Token)); res.StatusCode == http.StatusOK {
			t.Error("another process shows the share page five seconds later")
		}
		here.put(open)
		here.clock.Add(int64(5 * time.Second))
	}
}

func TestALinkOpensAtItsMomentAlsoWhileRedisIsAway(t *testing.T) {
	town := newTown(t)
	town.clock.Store(dawn.Add(-time.Hour).UnixNano())
	town.visit(from("198.51.100.9")) // the process has the day's key
	c := campaign()
	c.Opens = dawn
	town.put(c)
	town.clock.Store(dawn.Add(-time.Minute).UnixNano())
	town.visit(from("198.51.100.1"))
	town.redis.SetError("LOADING")
	if res := town.visit(from("198.51.100.1")); res.StatusCode != http.StatusNotFound {
		t.Errorf("before: %d", res.StatusCode)
	}
	town.clock.Store(dawn.UnixNano())
	if res := town.visit(from("198.51.100.1")); res.StatusCode != http.StatusFound {
		t.Errorf("at the opening: %d", res.StatusCode)
	}
	town.redis.SetError("")
	if lost := town.Storage.Drain(t.Context()); lost != 0 {
		t.Errorf("%d visits were lost", lost)
	}
	town.counts(clarion.Visits{clarion.BeforeOpening: 2, clarion.Credited: 2})
}

func TestTheWayByTheLinksOwnDomainIsShutTooBeforeTheOpening(t *testing.T) {
	first := newTown(t)
	town := first.onDomain("https://jl.example")
	away := town.get(base+"/s/"+string(town.page.Token)+"/facebook", from("198.51.100.1"))
	there := away.Header.Get("Location") // with the right mark in it
	if !strings.HasPrefix(there, "https://jl.example/l/") {
		t.Fatal(there)
	}
	c := campaign()
	c.Opens = dawn
	town.put(c)
	res := town.get(there)
	if res.StatusCode != http.StatusNotFound || res.Header.Get("Location") != "" || len(res.Cookies()) != 0 {
		t.Errorf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
}

func TestAPartnerReadsWhenItOpensInTheZoneOfTheWorkspace(t *testing.T) {
	first := newTown(t)
	c := campaign()
	c.Opens = dawn
	first.put(c)
	for zone, want := range map[string]string{
		"Europe/London":     "Mon 23 Nov 2026, 06:00 GMT.",
		"America/New_York":  "Mon 23 Nov 2026, 01:00 EST.",
		"America/Sao_Paulo": "Mon 23 Nov 2026, 03:00 -03 (America/Sao_Paulo).",
	} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		config := first.Config
		config.Location = loc
		town := first.with(config)
		if text := body(t, town.get("/s/"+string(town.page.Token))); !strings.Contains(text, want) {
			t.Errorf("%s: the page lacks %q:\n%s", zone, want, text)
		}
	}
}

func TestAfterTheEndAPartnerReadsWhereTheirLinksLead(t *testing.T) {
	for after, want := range map[string]string{"": "people who open them get to the content", "https://summer.example": "people who open them get to what follows it"} {
		town := newTown(t)
		c := campaign()
		c.After = after
		town.put(c)
		town.clock.Store(c.Ends.UnixNano())
		res := town.get("/s/" + string(town.page.Token))
		if text := body(t, res); res.StatusCode != http.StatusGone || !strings.Contains(text, want) {
			t.Errorf("after %q: %d, lacks %q", after, res.StatusCode, want)
		}
	}
}

func TestSharesInTheLaunchWindowGiveAsManyTimesThePointsAsTheCampaignSays(t *testing.T) {
	first := newTown(t)
	config := first.Config
	config.Rules = func() clarion.Rules {
		return clarion.Rules{Version: 4, For: map[clarion.Reason]clarion.Rule{clarion.ShareReason: {Points: 7, Cap: 3}, clarion.ClickReason: {Points: 1}}}
	}
	town := first.with(config)
	c := campaign()
	c.Opens, c.Public, c.WindowFactor = dawn, dawn.Add(2*time.Hour), 3
	town.put(c)
	page := "/s/" + string(town.page.Token)
	at := func(when time.Time) { first.clock.Store(when.UnixNano()) }
	at(dawn.Add(-1))
	town.share(clarion.WhatsApp)
	at(dawn)
	town.share(clarion.WhatsApp)
	text := body(t, town.get(page))
	for _, want := range []string{"Launch window:</strong> 21 points for the first share", "until Mon 23 Nov 2026, 08:00 UTC, three times the usual", "21 points until Mon 23 Nov 2026, 08:00 UTC, once for each network"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	at(c.Public.Add(-1))
	town.get(page+"/copy", method(http.MethodPost))
	at(c.Public)
	if text := body(t, town.get(page)); strings.Contains(text, "Launch window") || !strings.Contains(text, "7 points, once for each network") {
		t.Error("the page speaks of the launch window after it")
	}
	town.share(clarion.WhatsApp) // known: it keeps what it gave
	town.share(clarion.X)
	town.share(clarion.LinkedIn) // beyond the cap of three
	ledger, err := town.workspace.Ledger(t.Context(), town.partner.ID, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range ledger {
		got = append(got, fmt.Sprintf("%s %d ×%d v%d", a.Network, a.Points, a.Factor, a.Rules))
	}
	if want := "[x 7 ×0 v4 copy 21 ×3 v4 whatsapp 21 ×3 v4]"; fmt.Sprint(got) != want {
		t.Errorf("the ledger has %v, want %s", got, want)
	}
	town.agrees()
}
