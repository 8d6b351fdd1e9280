package links

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

const facebookPreview = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"

// told is what nobody may learn of a campaign from here: title, text, target, picture, captions, hashtag, the name in
// web statistics, ids, and whose it is.
var told = []string{
	"Spring", "spring", "Tulips", "tulips", "shop.example", "Shop.example", "images.example", "127.0.0.1", "flowers", "My window today",
	"Only on X", "utm_", "clarion_click", "Ada", "kingston", "summer.example",
}

// A shutCase is a campaign that cannot be shared, and what its addresses answer.
type shutCase struct {
	change   func(*clarion.Campaign)
	link     int    // status of a link
	location string // where it leads; empty: nowhere
	says     string // the link's page
	page     int    // status of the share page and all behind it
	pageSays string
	kind     clarion.VisitKind
}

var shutCases = map[string]shutCase{
	"embargoed": {func(c *clarion.Campaign) { c.Opens = dawn }, 404, "", "This link is not open yet",
		404, "It opens on Mon 23 Nov 2026, 06:00 UTC.", clarion.BeforeOpening},
	"embargoed, with a page for afterwards": {func(c *clarion.Campaign) { c.Opens, c.After = dawn, "https://summer.example" }, 404, "", "This link is not open yet",
		404, "It opens on Mon 23 Nov 2026, 06:00 UTC.", clarion.BeforeOpening},
	"unapproved": {func(c *clarion.Campaign) { c.Approval = &clarion.Approval{State: clarion.Asked} }, 404, "", "This link is not open yet",
		404, "It is not decided when it opens.", clarion.BeforeOpening},
	"sent back, at a time when it would have been open": {func(c *clarion.Campaign) {
		c.Opens, c.Approval = dawn.AddDate(0, 0, -2), &clarion.Approval{State: clarion.SentBack}
	}, 404, "", "This link is not open yet", 404, "It is not decided when it opens.", clarion.BeforeOpening},
	"queued": {func(c *clarion.Campaign) { c.Topic, c.Ends = "events", time.Time{} }, 404, "", "This link is not open yet",
		404, "It is not decided when it opens.", clarion.BeforeOpening},
	"cancelled": {func(c *clarion.Campaign) { c.Opens, c.Cancelled = dawn, dawn.AddDate(0, 0, -2) }, 404, "", "This link leads nowhere",
		410, "This campaign was called off", clarion.BeforeOpening},
	"recalled": {func(c *clarion.Campaign) { c.Recall = &clarion.Recall{At: dawn.AddDate(0, 0, -2)} }, 410, "", "This was taken back",
		410, "This campaign was taken back", clarion.WhileRecalled},
	"recalled, with a page": {func(c *clarion.Campaign) {
		c.Recall = &clarion.Recall{At: dawn.AddDate(0, 0, -2), Page: "https://help.example/recall?a=ü#top"}
	}, 302, "https://help.example/recall?a=ü#top", "", 410, "This campaign was taken back", clarion.WhileRecalled},
	"recalled, with a page that is none": {func(c *clarion.Campaign) {
		c.Recall = &clarion.Recall{At: dawn.AddDate(0, 0, -2), Page: "javascript:alert(1)"}
	}, 410, "", "This was taken back", 410, "This campaign was taken back", clarion.WhileRecalled},
	"recalled after its end": {func(c *clarion.Campaign) {
		c.Ends, c.Recall = dawn.AddDate(0, 0, -2), &clarion.Recall{At: dawn.AddDate(0, 0, -2)}
	}, 410, "", "This was taken back", 410, "This campaign was taken back", clarion.WhileRecalled},
}

// askers are those who may come to any address.
var askers = map[string]with{
	"a person":                 func(*http.Request) {},
	"HEAD":                     method(http.MethodHead),
	"a prefetching browser":    header("Sec-Purpose", "prefetch;prerender"),
	"Slack's preview":          agent(robot),
	"Facebook's preview":       agent(facebookPreview),
	"a crawler":                agent(crawler),
	"no agent":                 agent(""),
	"the sharer, marked":       nil, // by the page as it was while open
	"who has the picture":      nil, // in a browser's cache, likewise
	"a forged original host":   func(r *http.Request) { r.Host = "shop.example" },
	"somebody with parameters": func(r *http.Request) { r.URL.RawQuery = "save=1&caption=0&marked=1&own=x" },
}

// served serves the town as a server does, and returns how to ask it.
func (t *town) served(tb testing.TB) func(path string, changes ...with) (*http.Response, string) {
	tb.Helper()
	server := httptest.NewServer(t.Hosts(t.mux))
	tb.Cleanup(server.Close)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return func(path string, changes ...with) (*http.Response, string) {
		tb.Helper()
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			tb.Fatal(err)
		}
		r.Header.Set("User-Agent", iPhone)
		for _, change := range changes {
			change(r)
		}
		res, err := client.Do(r)
		if err != nil {
			tb.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			tb.Fatal(err)
		}
		return res, string(text)
	}
}

func TestWhatIsNotOpenOrWasTakenBackTellsNobodyAnythingAtAnyAddress(t *testing.T) {
	g := newGallery(t)
	for name, shut := range shutCases {
		t.Run(name, func(t *testing.T) {
			town := newTown(t).withPicture(g)
			official, err := town.workspace.OfficialLink(t.Context(), town.campaign.ID)
			if err != nil {
				t.Fatal(err)
			}
			get := town.served(t)
			// While it is open, everything that can be kept is kept: by a browser, and by this process.
			page := "/s/" + string(town.page.Token)
			open, _ := get(page)
			picture, _ := get(page + "/picture")
			if open.StatusCode != http.StatusOK || picture.StatusCode != http.StatusOK || picture.Header.Get("ETag") == "" {
				t.Fatalf("while it is open: %s, %s", open.Status, picture.Status)
			}
			c := town.campaign
			shut.change(&c)
			town.put(c)
			before := town.awards()

			for who, change := range askers {
				switch who {
				case "the sharer, marked":
					change = cookies(open)
				case "who has the picture":
					change = header("If-None-Match", picture.Header.Get("ETag"))
				}
				for _, code := range []clarion.Code{town.link[clarion.Facebook].Code, official.Code} {
					res, text := get("/l/"+string(code), change)
					where := fmt.Sprintf("%s: a link of the partner or of official channels", who)
					if res.StatusCode != shut.link || res.Header.Get("Location") != shut.location || (who != "HEAD" && !strings.Contains(text, shut.says)) {
						t.Errorf("%s: %d to %q\n%s", where, res.StatusCode, res.Header.Get("Location"), text)
					}
					tellsNothing(t, where, res, text)
					if strings.Contains(text, "Nov") || strings.Contains(text, "06:00") {
						t.Errorf("%s: it says when it opens", where)
					}
				}
				for _, path := range []string{"", "/facebook", "/copy", "/email", "/instagram", "/picture", "/picture?save=1", "/myspace"} {
					res, text := get(page+path, change)
					where := who + ": " + path
					refused := who == "a prefetching browser" && path != "" && !strings.HasPrefix(path, "/picture") // and asked again later
					switch {
					case refused && res.StatusCode != http.StatusServiceUnavailable, !refused && res.StatusCode != shut.page:
						t.Errorf("%s: %d", where, res.StatusCode)
					case !refused && who != "HEAD" && !strings.Contains(text, shut.pageSays):
						t.Errorf("%s lacks %q:\n%s", where, shut.pageSays, text)
					case res.Header.Get("Location") != "":
						t.Errorf("%s leads to %s", where, res.Header.Get("Location"))
					}
					tellsNothing(t, where, res, text)
				}
				if who == "HEAD" {
					continue
				}
				res, text := get(page+"/copy", change, method(http.MethodPost))
				if res.StatusCode != shut.page || !strings.Contains(text, shut.pageSays) {
					t.Errorf("%s: POST: %d\n%s", who, res.StatusCode, text)
				}
				tellsNothing(t, who+": POST", res, text)
			}

			town.counts(clarion.Visits{shut.kind: len(askers)})
			if got := town.awards(); len(got) != len(before) {
				t.Errorf("awards %v", got)
			}
			totals, err := town.workspace.Totals(t.Context(), c.ID)
			if err != nil || totals.Official()[shut.kind] != len(askers) || len(totals.Official()) != 1 {
				t.Errorf("visits by the official link: %v, %v", totals.Official(), err)
			}
			if got := town.outcome(string(shut.kind)); got != 2*len(askers) {
				t.Errorf("the metrics have %d visits as %s, want %d", got, shut.kind, 2*len(askers))
			}
			town.agrees()
		})
	}
}

// tellsNothing holds what every answer holds to that is not the content.
func tellsNothing(t *testing.T, where string, res *http.Response, text string) {
	t.Helper()
	headers := ""
	for name, values := range res.Header {
		headers += name + ": " + strings.Join(values, ", ") + "\n"
	}
	all := headers + text
	for _, secret := range told {
		if strings.Contains(all, secret) {
			t.Errorf("%s tells %q:\n%s", where, secret, all)
		}
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Set-Cookie": "", "ETag": "", "Last-Modified": "", "Expires": ""} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", where, name, got, want)
		}
	}
	if res.StatusCode == http.StatusFound || res.StatusCode == http.StatusServiceUnavailable {
		return // no page
	}
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "X-Content-Type-Options": "nosniff", "Retry-After": ""} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", where, name, got, want)
		}
	}
	if policy := res.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; ") {
		t.Errorf("%s: the policy is %q", where, policy)
	}
}

// agrees says whether everything that was counted agrees with the ledger.
func (t *town) agrees() {
	t.t.Helper()
	r, err := t.workspace.Verify(context.Background())
	if err != nil || len(r.Differences) > 0 {
		t.t.Errorf("verify: %v, %v", r.Differences, err)
	}
}
