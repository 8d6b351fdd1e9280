package links

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

func TestALinkSendsACustomerToTheStoredTargetByteForByte(t *testing.T) {
	town := newTown(t)
	res := town.visit()
	if res.StatusCode != http.StatusFound || res.Header.Get("Location") != town.destination(true) {
		t.Fatalf("got %d to %q, want 302 to %q", res.StatusCode, res.Header.Get("Location"), town.destination(true))
	}
	if want := "https://Shop.example/Spring?a=1&b=ü%20&utm_source=facebook&utm_medium=social&utm_campaign=spring-is-here&utm_content=partner&clarion_click="; !strings.HasPrefix(town.destination(true), want) || !strings.HasSuffix(town.destination(true), "#top") {
		t.Errorf("the destination is %s", town.destination(true))
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "strict-origin-when-cross-origin", "X-Robots-Tag": "noindex", "Set-Cookie": "",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	town.counts(clarion.Visits{clarion.Credited: 1})
}

func TestALinkForgivesHowItWasTyped(t *testing.T) {
	town := newTown(t)
	code := string(town.link[clarion.Facebook].Code)
	for _, typed := range []string{strings.ToUpper(code), code + ".", code + ")", code + "%22", strings.ReplaceAll(strings.ReplaceAll(code, "0", "o"), "1", "l")} {
		if res := town.get("/l/" + typed); res.StatusCode != http.StatusFound {
			t.Errorf("/l/%s: %d", typed, res.StatusCode)
		}
	}
}

func TestEveryVisitIsCountedAsOneKindAndLeadsOn(t *testing.T) {
	tests := []struct {
		name    string
		want    clarion.VisitKind
		changes []with
	}{
		{"a person", clarion.Credited, nil},
		{"HEAD", clarion.HeadOnly, []with{method(http.MethodHead)}},
		{"HEAD by X's second look", clarion.HeadOnly, []with{method(http.MethodHead), agent("")}},
		{"Sec-Purpose: prefetch", clarion.Prefetched, []with{header("Sec-Purpose", "prefetch;prerender")}},
		{"Purpose: prefetch", clarion.Prefetched, []with{header("Purpose", "prefetch")}},
		{"X-Moz: prefetch", clarion.Prefetched, []with{header("X-Moz", "prefetch")}},
		{"X-Purpose: preview", clarion.Prefetched, []with{header("X-Purpose", "preview")}},
		{"a preview", clarion.Previewed, []with{agent(robot)}},
		{"X's first look", clarion.Previewed, []with{agent("Twitterbot/1.0")}},
		{"a crawler", clarion.Crawled, []with{agent(crawler)}},
		{"no agent", clarion.OddAgent, []with{agent("")}},
		{"no browser's agent", clarion.OddAgent, []with{agent("Nokia")}},
		{"the company's own network", clarion.FromStaff, []with{from("203.0.113.200")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			town := newTown(t)
			res := town.visit(test.changes...)
			scores := test.want == clarion.Credited
			if got := res.Header.Get("Location"); res.StatusCode != http.StatusFound || got != town.destination(scores) {
				t.Errorf("got %d to %q, want 302 to %q", res.StatusCode, got, town.destination(scores))
			}
			town.counts(clarion.Visits{test.want: 1})
			if got := town.awards()[clarion.ClickReason]; (got == 1) != scores {
				t.Errorf("%d awards", got)
			}
			if town.outcome(string(test.want)) != 1 {
				t.Errorf("the metrics do not count the visit as %s", test.want)
			}
		})
	}
}

func TestOneVisitorScoresOnceALinkAndAnotherOneToo(t *testing.T) {
	town := newTown(t)
	for range 3 {
		town.visit(from("198.51.100.7"))
	}
	town.visit(from("198.51.100.8"))
	town.visit(from("198.51.100.7"), agent(android))
	town.counts(clarion.Visits{clarion.Credited: 3, clarion.Repeated: 2})
}

func TestTheCapOfTheRulesHolds(t *testing.T) {
	town := newTown(t)
	for i := range 23 {
		town.visit(from(fmt.Sprintf("198.51.100.%d", i)))
	}
	if got := town.awards()[clarion.ClickReason]; got != 20 {
		t.Errorf("%d awards, want 20", got)
	}
	town.counts(clarion.Visits{clarion.Credited: 20, clarion.OverCap: 3})
}

func TestABurstIsHeldAndLeadsOn(t *testing.T) {
	town := newTown(t)
	town.Burst = 2
	for i := range 5 {
		if res := town.visit(from(fmt.Sprintf("198.51.100.%d", i))); res.StatusCode != http.StatusFound {
			t.Fatal(res.Status)
		}
	}
	town.counts(clarion.Visits{clarion.Credited: 2, clarion.Held: 3})
	town.clock.Add(int64(time.Minute))
	town.visit(from("198.51.100.99"))
	town.counts(clarion.Visits{clarion.Credited: 3, clarion.Held: 3})
}

func TestAnEndedCampaignRedirectsAndDoesNotScore(t *testing.T) {
	town := newTown(t)
	town.clock.Store(town.campaign.Ends.UnixNano())
	if res := town.visit(); res.StatusCode != http.StatusFound || res.Header.Get("Location") != town.destination(false) {
		t.Fatal(res.Status)
	}
	town.counts(clarion.Visits{clarion.AfterTheEnd: 1})
}

func TestTheSharersOwnVisitNeverScores(t *testing.T) {
	t.Run("the same browser elsewhere, by its cookie", func(t *testing.T) {
		town := newTown(t)
		page := town.get("/s/"+string(town.page.Token), from("198.51.100.7"))
		res := town.visit(from("203.0.113.9"), agent(android), cookies(page))
		town.counts(clarion.Visits{clarion.Own: 1})
		if res.Header.Get("Location") != town.destination(false) {
			t.Error("the sharer's own visit has a click's id, with which a conversion would score")
		}
	})
	t.Run("another browser of the same phone, by the visitor, at any process", func(t *testing.T) {
		town := newTown(t)
		town.get("/s/"+string(town.page.Token)+"/facebook", from("198.51.100.7"))
		town.another().visit(from("198.51.100.7"))
		town.counts(clarion.Visits{clarion.Own: 1})
	})
	t.Run("but another partner's cookie does not hinder", func(t *testing.T) {
		town := newTown(t)
		town.visit(header("Cookie", sharerCookie+"=AAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBB.."))
		town.counts(clarion.Visits{clarion.Credited: 1})
	})
}

func TestOnTheLinksOwnDomainNothingButLinksAnswers(t *testing.T) {
	town := newTown(t).onDomain("https://jl.example")
	code := string(town.link[clarion.Facebook].Code)
	page := string(town.page.Token)
	for path, want := range map[string]int{
		"https://jl.example/l/" + code: http.StatusFound, "https://JL.example/l/" + code: http.StatusFound, "https://jl.example/l/nonsense": http.StatusNotFound,
		"https://jl.example/s/" + page: http.StatusNotFound, "https://jl.example/": http.StatusNotFound, "https://jl.example/else": http.StatusNotFound,
		base + "/s/" + page: http.StatusOK, base + "/l/" + code: http.StatusFound, base + "/else": http.StatusTeapot,
	} {
		if res := town.get(path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
	if text := body(t, town.get(base+"/s/"+page)); !strings.Contains(text, "https://jl.example/l/") || strings.Contains(text, base+"/l/") {
		t.Error("the share page does not show the links' own domain")
	}
}

func TestASharersBrowserIsKnownOnTheLinksOwnDomainToo(t *testing.T) {
	town := newTown(t).onDomain("https://jl.example")
	press := base + "/s/" + string(town.page.Token) + "/facebook?caption=1"
	away := town.get(press, from("198.51.100.1"))
	there := away.Header.Get("Location")
	if away.StatusCode != http.StatusFound || !strings.HasPrefix(there, "https://jl.example/l/") || len(away.Cookies()) != 1 {
		t.Fatalf("a first press: %d to %s", away.StatusCode, there)
	}
	marked := town.get(there, from("198.51.100.1"))
	back := marked.Header.Get("Location")
	if marked.StatusCode != http.StatusFound || !strings.HasPrefix(back, base+"/s/"+string(town.page.Token)+"/facebook?") || len(marked.Cookies()) != 1 {
		t.Fatalf("the links' domain: %d to %s", marked.StatusCode, back)
	}
	on := town.get(back, from("198.51.100.1"), cookies(away))
	if want := "https://www.facebook.com/"; !strings.HasPrefix(on.Header.Get("Location"), want) {
		t.Fatalf("back again: %d to %s", on.StatusCode, on.Header.Get("Location"))
	}
	if got := town.awards()[clarion.ShareReason]; got != 1 {
		t.Errorf("%d shares, want 1", got)
	}
	if len(town.visits()) != 0 {
		t.Errorf("the way there is counted: %v", town.visits())
	}
	town.visitAt("https://jl.example", from("203.0.113.5"), agent(android), cookies(marked))
	town.counts(clarion.Visits{clarion.Own: 1})
	if again := town.get(press, cookies(away)); !strings.HasPrefix(again.Header.Get("Location"), "https://www.facebook.com/") {
		t.Errorf("a second press goes to %s", again.Header.Get("Location"))
	}
	// Nobody else can be sent anywhere by it.
	forged := town.visitAt("https://jl.example", func(r *http.Request) { r.URL.RawQuery = "own=AAAAAAAAAAAAAAAA&caption=//evil.example" })
	if got := forged.Header.Get("Location"); got != town.destination(true) || len(forged.Cookies()) != 0 {
		t.Errorf("a forged mark leads to %s with %v", got, forged.Cookies())
	}
}

func TestALinkThatIsNotKnownGetsAPageInPlainWords(t *testing.T) {
	town := newTown(t)
	for _, path := range []string{"/l/0123456789abcdef", "/l/nonsense", "/l/", "/l/a/b"} {
		res := town.get(path)
		text := body(t, res)
		if res.StatusCode != http.StatusNotFound || !strings.Contains(text, "This link leads nowhere") || strings.Contains(text, "src=") {
			t.Errorf("%s: %d\n%s", path, res.StatusCode, text)
		}
	}
}

func TestWhileRedisIsAwayAKnownLinkRedirectsAndIsCountedLater(t *testing.T) {
	town := newTown(t)
	town.visit(from("198.51.100.1"))
	town.redis.SetError("LOADING Redis is loading the dataset in memory")
	town.clock.Add(int64(time.Minute)) // what storage remembers of the campaign is old now
	for i := range 3 {
		if res := town.visit(from(fmt.Sprintf("198.51.100.%d", 10+i))); res.StatusCode != http.StatusFound || res.Header.Get("Location") != town.destination(true) {
			t.Fatalf("got %d to %q", res.StatusCode, res.Header.Get("Location"))
		}
	}
	town.visit(agent(crawler))
	if waiting, _ := town.Storage.WaitingVisits(); town.outcome(keptVisit) != 4 || town.lost(lostVisits) != 0 || waiting != 4 {
		t.Errorf("%d kept, %d lost, %d waiting, want 4 kept and waiting", town.outcome(keptVisit), town.lost(lostVisits), waiting)
	}
	if res := town.get("/l/0123456789abcdef"); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a link that this process does not know: %d", res.StatusCode)
	}
	town.redis.SetError("")
	if lost := town.Storage.Drain(t.Context()); lost != 0 {
		t.Errorf("%d visits were lost", lost)
	}
	town.counts(clarion.Visits{clarion.Credited: 4, clarion.Crawled: 1})
}

func TestVisitsThatNobodyCanKeepAreCountedAsLost(t *testing.T) {
	town := newTown(t)
	town.visit(from("198.51.100.1"))
	town.Storage.Drain(t.Context()) // takes none any more
	if res := town.visit(from("198.51.100.2")); res.StatusCode != http.StatusFound {
		t.Fatal(res.Status)
	}
	if town.outcome(lostVisit) != 1 || town.lost(lostVisits) != 1 || !strings.Contains(town.log.String(), "could not be counted") {
		t.Errorf("%d and %d lost visits, want 1, and a line in the log:\n%s", town.outcome(lostVisit), town.lost(lostVisits), town.log)
	}
}

func TestAKnownLinkWaitsNoLongerThanItsBoundForARedisThatHangs(t *testing.T) {
	hung := newTown(t)
	hung.visit()
	addr := hung.redis.Addr()
	hung.redis.Close()
	stuck, err := net.Listen("tcp", addr) // accepts and never answers
	if err != nil {
		t.Skip("the port was taken by another:", err)
	}
	defer stuck.Close()
	start := time.Now()
	res := hung.visit(from("198.51.100.9"))
	if took := time.Since(start); res.StatusCode != http.StatusFound || took > 3*countBound {
		t.Errorf("%d after %s", res.StatusCode, took)
	}
}

func TestNoAddressIsInTheLogOrInRedis(t *testing.T) {
	town := newTown(t)
	town.visit(from("198.51.100.77"))
	town.get("/s/"+string(town.page.Token)+"/facebook", from("198.51.100.78"))
	town.redis.SetError("LOADING")
	town.visit(from("198.51.100.79"))
	town.redis.SetError("")
	all := town.log.String() + town.redis.Dump()
	for _, secret := range []string{"198.51.100", "iPhone OS"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is stored or logged", secret)
		}
	}
	if strings.Contains(town.log.String(), string(town.page.Token)) {
		t.Error("the token is logged")
	}
}

func FuzzLocationIsAlwaysTheStoredTarget(f *testing.F) {
	town := newTown(f)
	code := string(town.link[clarion.Facebook].Code)
	for _, query := range []string{"", "?url=https://evil.example", "?next=//evil.example", "%0d%0aLocation:%20https://evil.example", "/../../evil", "#x", "."} {
		f.Add(query, "evil.example", "https://evil.example")
	}
	f.Fuzz(func(t *testing.T, tail, host, value string) {
		r := httptest.NewRequest(http.MethodGet, "/l/x", nil)
		r.URL.Path = "/l/" + code + tail
		r.URL.RawQuery = tail
		r.Host = host
		for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-For", "X-Original-Url", "Referer", "User-Agent", "Cookie"} {
			r.Header.Set(name, value)
		}
		r.SetPathValue("code", code+tail)
		rec := httptest.NewRecorder()
		town.redirect(rec, r)
		switch rec.Code {
		case http.StatusFound:
			if got := rec.Header()["Location"]; len(got) != 1 || (got[0] != town.destination(true) && got[0] != town.destination(false)) {
				t.Errorf("Location %q", got)
			}
		case http.StatusNotFound:
		default:
			t.Errorf("status %d", rec.Code)
		}
	})
}

// BenchmarkRedirect is one visit of a new visitor, counted and credited, beside a handler that only answers.
// miniredis runs in the same process, so this is no measure of Redis.
func BenchmarkRedirect(b *testing.B) {
	town := newTown(b)
	path := "/l/" + string(town.link[clarion.Facebook].Code)
	bare := http.NewServeMux()
	bare.HandleFunc("GET /l/{code}", func(rw http.ResponseWriter, _ *http.Request) { sendOn(rw, town.campaign.Target) })
	visit := func(b *testing.B, mux *http.ServeMux, n int, userAgent string) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = fmt.Sprintf("%d.%d.%d.%d:80", 100+n>>24, n>>16&255, n>>8&255, n&255)
		r.Header.Set("User-Agent", userAgent)
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, r)
		if rec.Code != http.StatusFound {
			b.Fatal(rec.Code)
		}
	}
	n := 0
	for name, run := range map[string]func(*testing.B){
		"bare":     func(b *testing.B) { n++; visit(b, bare, n, iPhone) },
		"credited": func(b *testing.B) { n++; visit(b, town.mux, n, iPhone) },
		"crawler":  func(b *testing.B) { n++; visit(b, town.mux, n, crawler) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run(b)
			}
		})
	}
}
