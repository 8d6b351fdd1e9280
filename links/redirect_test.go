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
	"github.com/clarion-bot/clarion/storage"
)

func TestALinkSendsACustomerToTheStoredTargetByteForByte(t *testing.T) {
	town := newTown(t)
	res := town.visit()
	if res.StatusCode != http.StatusFound || res.Header.Get("Location") != town.campaign.Target {
		t.Fatalf("got %d to %q, want 302 to %q", res.StatusCode, res.Header.Get("Location"), town.campaign.Target)
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "strict-origin-when-cross-origin", "X-Robots-Tag": "noindex", "Set-Cookie": "",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got, want := town.clicks(clarion.Facebook), (storage.Clicks{Raw: 1, Credited: 1}); got != want {
		t.Errorf("clicks %+v, want %+v", got, want)
	}
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

func TestOnlyAPersonWhoComesForTheFirstTimeScores(t *testing.T) {
	tests := []struct {
		name    string
		want    outcome
		changes []with
	}{
		{"a person", credited, nil},
		{"HEAD", byHead, []with{method(http.MethodHead)}},
		{"Sec-Purpose: prefetch", prefetched, []with{header("Sec-Purpose", "prefetch;prerender")}},
		{"Purpose: prefetch", prefetched, []with{header("Purpose", "prefetch")}},
		{"X-Moz: prefetch", prefetched, []with{header("X-Moz", "prefetch")}},
		{"X-Purpose: preview", prefetched, []with{header("X-Purpose", "preview")}},
		{"a crawler", byCrawler, []with{agent(robot)}},
		{"no agent", byOddAgent, []with{agent("")}},
		{"no browser's agent", byOddAgent, []with{agent("Nokia")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			town := newTown(t)
			res := town.visit(test.changes...)
			if res.StatusCode != http.StatusFound || res.Header.Get("Location") != town.campaign.Target {
				t.Errorf("got %d to %q", res.StatusCode, res.Header.Get("Location"))
			}
			want := storage.Clicks{Raw: 1}
			if test.want == credited {
				want.Credited = 1
			}
			if got := town.clicks(clarion.Facebook); got != want {
				t.Errorf("clicks %+v, want %+v", got, want)
			}
			if got := town.awards()[clarion.ClickReason]; got != want.Credited {
				t.Errorf("%d awards", got)
			}
			if town.outcome(test.want) != 1 {
				t.Errorf("the visit is not counted as %s", test.want)
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
	if got, want := town.clicks(clarion.Facebook), (storage.Clicks{Raw: 5, Credited: 3}); got != want {
		t.Errorf("clicks %+v, want %+v", got, want)
	}
	if town.outcome(repeated) != 2 {
		t.Errorf("%d repeats", town.outcome(repeated))
	}
}

func TestTheCapOfTheRulesHolds(t *testing.T) {
	town := newTown(t)
	for i := range 23 {
		town.visit(from(fmt.Sprintf("198.51.100.%d", i)))
	}
	if got := town.awards()[clarion.ClickReason]; got != 20 {
		t.Errorf("%d awards, want 20", got)
	}
	if town.outcome(capped) != 3 || town.clicks(clarion.Facebook).Credited != 23 {
		t.Errorf("%d capped, %+v", town.outcome(capped), town.clicks(clarion.Facebook))
	}
}

func TestAnEndedCampaignRedirectsAndDoesNotScore(t *testing.T) {
	town := newTown(t)
	town.clock.Store(town.campaign.Ends.UnixNano())
	if res := town.visit(); res.StatusCode != http.StatusFound {
		t.Fatal(res.Status)
	}
	if got, want := town.clicks(clarion.Facebook), (storage.Clicks{Raw: 1}); got != want || town.outcome(ended) != 1 {
		t.Errorf("clicks %+v, want %+v", got, want)
	}
}

func TestTheSharersOwnVisitNeverScores(t *testing.T) {
	t.Run("the same browser elsewhere, by its cookie", func(t *testing.T) {
		town := newTown(t)
		page := town.get("/s/"+string(town.page.Token), from("198.51.100.7"))
		town.visit(from("203.0.113.9"), agent(android), cookies(page))
		if got := town.clicks(clarion.Facebook); got.Credited != 0 || town.outcome(bySharer) != 1 {
			t.Errorf("clicks %+v", got)
		}
	})
	t.Run("another browser of the same phone, by the visitor", func(t *testing.T) {
		town := newTown(t)
		town.get("/s/"+string(town.page.Token)+"/facebook", from("198.51.100.7"))
		town.visit(from("198.51.100.7"))
		if got := town.clicks(clarion.Facebook); got.Credited != 0 || town.outcome(bySharer) != 1 {
			t.Errorf("clicks %+v", got)
		}
	})
	t.Run("but another partner's cookie does not hinder", func(t *testing.T) {
		town := newTown(t)
		town.visit(header("Cookie", sharerCookie+"=AAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBB.."))
		if got := town.clicks(clarion.Facebook); got.Credited != 1 {
			t.Errorf("clicks %+v", got)
		}
	})
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

func TestAKnownLinkRedirectsWhileRedisIsAway(t *testing.T) {
	town := newTown(t)
	town.visit(from("198.51.100.1"))
	town.redis.SetError("LOADING Redis is loading the dataset in memory")
	town.clock.Add(int64(time.Minute)) // what storage remembers of the campaign is old now
	for i := range 3 {
		if res := town.visit(from(fmt.Sprintf("198.51.100.%d", 10+i))); res.StatusCode != http.StatusFound || res.Header.Get("Location") != town.campaign.Target {
			t.Fatalf("got %d to %q", res.StatusCode, res.Header.Get("Location"))
		}
	}
	if town.outcome(lost) != 3 || town.lost(lostVisit) != 3 || town.lost(lostCredit) != 3 {
		t.Errorf("lost %d visits: %d raw, %d credits, want 3 of each", town.outcome(lost), town.lost(lostVisit), town.lost(lostCredit))
	}
	if n := strings.Count(town.log.String(), "\n"); n != 1 {
		t.Errorf("%d log lines, want one:\n%s", n, town.log)
	}
	if res := town.get("/l/0123456789abcdef"); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a link that this process does not know: %d", res.StatusCode)
	}
	town.redis.SetError("")
	town.visit(from("198.51.100.2"))
	if got, want := town.clicks(clarion.Facebook), (storage.Clicks{Raw: 2, Credited: 2}); got != want {
		t.Errorf("afterwards clicks %+v, want %+v", got, want)
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
			if got := rec.Header()["Location"]; len(got) != 1 || got[0] != town.campaign.Target {
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
		"crawler":  func(b *testing.B) { n++; visit(b, town.mux, n, robot) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run(b)
			}
		})
	}
}
