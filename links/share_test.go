package links

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion"
)

// fixed is how a page sets the campaign's fixed words apart.
const fixed = `<span class="fixed">#OurSpring</span>`

func (t *town) share(n clarion.Network, changes ...with) *http.Response {
	return t.get("/s/"+string(t.page.Token)+"/"+string(n), changes...)
}

func TestThePageHasEverythingAPartnerNeeds(t *testing.T) {
	town := newTown(t)
	town.visit(from("198.51.100.1"))
	town.visit(method(http.MethodHead))
	res := town.get("/s/" + string(town.page.Token))
	text := body(t, res)
	if res.StatusCode != http.StatusOK {
		t.Fatal(res.Status)
	}
	for _, want := range []string{
		"Spring is here", "My window today " + fixed, "Flowers &amp; more 🌷 " + fixed, "Only on X " + fixed, "Always added:", URL(base, town.link[clarion.Copy].Code), URL(base, town.link[clarion.X].Code),
		"<dd>1</dd>", "<dd>2</dd>", "person came by your links", "visits in all", "1 of 2 gave no points: why", "<li>1 visit by a program that looked at the headers</li>", "What is public, what is counted", "noindex",
		"no account of yours is linked", "5 points, once for each network", "1 point, up to 20 points", "no login",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "images.example") {
		t.Error("the page names a foreign host")
	}
	for _, n := range town.campaign.Networks {
		if !strings.Contains(text, fmt.Sprintf(`href="/s/%s/%s?caption=`, town.page.Token, n)) {
			t.Errorf("the page has no button for %s", n.Label())
		}
	}
	if town.awards()[clarion.ShareReason] != 0 {
		t.Error("looking at the page is not a share")
	}
}

func TestThePageLetsNothingForeignIn(t *testing.T) {
	town := newTown(t)
	res := town.get("/s/" + string(town.page.Token))
	text := body(t, res)
	policy := res.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "img-src 'self'", "connect-src 'self'", "style-src 'sha256-", "script-src 'sha256-", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	for _, tag := range []string{"style", "script"} {
		inline := regexp.MustCompile(`(?s)<` + tag + `>(.*?)</` + tag + `>`).FindStringSubmatch(text)
		if inline == nil || !strings.Contains(policy, hashSource([]byte(inline[1]))) {
			t.Errorf("the %s of the page is not what its policy allows", tag)
		}
	}
	if strings.Contains(text, `style="`) || strings.Contains(text, `onclick`) {
		t.Error("something inline has no hash")
	}
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "X-Content-Type-Options": "nosniff"} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestTheDisclosureIsShownAsFixedAndItsLackIsSaid(t *testing.T) {
	town := newTown(t)
	if text := body(t, town.get("/s/"+string(town.page.Token))); !strings.Contains(text, "Say in it that you work here") || strings.Contains(text, "people see that you work here") {
		t.Error("a hashtag alone passes for a disclosure")
	}
	c := campaign()
	c.Disclosure = "I work here"
	town.put(c)
	town.clock.Add(int64(time.Minute))
	text := body(t, town.get("/s/"+string(town.page.Token)))
	for _, want := range []string{
		`Always added:</strong> <span class="fixed">I work here #OurSpring</span> and your own link`,
		`My window today <span class="fixed">I work here</span> <span class="fixed">#OurSpring</span>`, "so that people see that you work here",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestACampaignsWordsCannotBecomeMarkup(t *testing.T) {
	town := newTown(t)
	c := campaign()
	c.Title, c.Text, c.Image, c.ImageAlt = "<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "https://i.example/a;script-src *", `"onload=x`
	c.Captions = []clarion.Caption{{Text: "</p><script>alert(2)</script>"}}
	town.put(c)
	res := town.get("/s/" + string(town.page.Token))
	text := body(t, res)
	for _, bad := range []string{"<script>alert", "<img src=x", `"onload`, "i.example"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q in it", bad)
		}
	}
	if policy := res.Header.Get("Content-Security-Policy"); strings.Contains(policy, "*") {
		t.Errorf("the picture's address changed the policy: %s", policy)
	}
}

func TestTheSharersCookie(t *testing.T) {
	town := newTown(t)
	res := town.get("/s/" + string(town.page.Token))
	if len(res.Cookies()) != 1 {
		t.Fatalf("cookies: %v", res.Cookies())
	}
	c := res.Cookies()[0]
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge <= 0 {
		t.Errorf("cookie %+v", c)
	}
	for _, secret := range []string{string(town.page.Token), string(town.partner.ID), string(town.link[clarion.X].Code)} {
		if strings.Contains(c.Value, secret) {
			t.Errorf("the cookie has %q in it", secret)
		}
	}
	if again := town.get("/s/"+string(town.page.Token), cookies(res)).Cookies()[0]; again.Value != c.Value {
		t.Errorf("the same partner's second visit made %q of %q", again.Value, c.Value)
	}
	for _, change := range []with{agent(robot), method(http.MethodHead), header("Sec-Purpose", "prefetch")} {
		if n := len(town.get("/s/"+string(town.page.Token), change).Cookies()); n != 0 {
			t.Error("something that is no partner's browser got a cookie")
		}
	}
}

func TestATabletOfSeveralPartnersBelongsToAllOfThem(t *testing.T) {
	town := newTown(t)
	ctx := context.Background()
	carried := town.get("/s/" + string(town.page.Token))
	for i := range maxMarks - 1 {
		id := clarion.PartnerID(fmt.Sprintf("other-%d", i))
		page, _, err := town.workspace.Share(ctx, town.campaign.ID, id, town.campaign.Networks)
		if err != nil {
			t.Fatal(err)
		}
		carried = town.get("/s/"+string(page.Token), cookies(carried), from("203.0.113.1"))
	}
	town.visit(cookies(carried), from("198.51.100.3"), agent(android))
	town.counts(clarion.Visits{clarion.Own: 1})
	if n := len(carried.Cookies()[0].Value); n > 4096/4 {
		t.Errorf("the cookie has %d bytes", n)
	}
}

func TestAShareCountsOnceAndOpensTheNetworksComposer(t *testing.T) {
	town := newTown(t)
	for range 2 {
		res := town.share(clarion.WhatsApp)
		want := Compose(clarion.WhatsApp, town.campaign, town.campaign.CaptionAt(clarion.WhatsApp, town.page.Turn, -1), URL(base, town.link[clarion.WhatsApp].Code)).URL
		if res.StatusCode != http.StatusFound || res.Header.Get("Location") != want {
			t.Fatalf("%d to %s, want %s", res.StatusCode, res.Header.Get("Location"), want)
		}
		if res.Header.Get("Referrer-Policy") != "no-referrer" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("headers %v", res.Header)
		}
	}
	if got := town.awards()[clarion.ShareReason]; got != 1 {
		t.Errorf("%d awards, want 1", got)
	}
	town.share(clarion.X)
	if got := town.awards()[clarion.ShareReason]; got != 2 {
		t.Errorf("%d awards after another network, want 2", got)
	}
}

func TestTheChosenCaptionIsTheOneThatOpens(t *testing.T) {
	town := newTown(t)
	for index, want := range map[string]string{"0": "My window today", "1": "Flowers & more 🌷", "2": "Only on X"} {
		u, err := url.Parse(town.get("/s/" + string(town.page.Token) + "/x?caption=" + index).Header.Get("Location"))
		if err != nil || u.Query().Get("text") != want+" #OurSpring" {
			t.Errorf("caption %s: %s", index, u.Query().Get("text"))
		}
	}
	for _, index := range []string{"2", "-1", "99", "x"} { // caption 2 is for X only
		res := town.get("/s/" + string(town.page.Token) + "/whatsapp?caption=" + index)
		if strings.Contains(res.Header.Get("Location"), "Only") || res.StatusCode != http.StatusFound {
			t.Errorf("caption %s: %d to %s", index, res.StatusCode, res.Header.Get("Location"))
		}
	}
}

func TestOnlyAPersonShares(t *testing.T) {
	for _, test := range []struct {
		name   string
		change with
		status int
	}{
		{"HEAD", method(http.MethodHead), http.StatusFound},
		{"a prefetch, which is asked again later", header("Sec-Purpose", "prefetch"), http.StatusServiceUnavailable},
		{"a preview", header("X-Purpose", "preview"), http.StatusServiceUnavailable},
		{"a crawler that unfolds links", agent(robot), http.StatusFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			town := newTown(t)
			if res := town.share(clarion.Facebook, test.change); res.StatusCode != test.status {
				t.Errorf("status %d, want %d", res.StatusCode, test.status)
			}
			if n := len(town.awards()); n != 0 {
				t.Errorf("%d awards", n)
			}
		})
	}
}

func TestNetworksWithoutAComposerGetTheirWordsReady(t *testing.T) {
	town := newTown(t)
	for n, wants := range map[clarion.Network][]string{
		clarion.Instagram: {"Post it on Instagram", "cannot be tapped"},
		clarion.Copy:      {"Paste it anywhere"},
		clarion.Email:     {"Open my e-mail program", `href="mailto:?subject=Spring%20is%20here&amp;body=`, "%0D%0Ahttps%3A%2F%2Fclarion.example"},
	} {
		res := town.share(n)
		text := body(t, res)
		for _, want := range append(wants, "#OurSpring", URL(base, town.link[n].Code), "Your share is counted") {
			if res.StatusCode != http.StatusOK || !strings.Contains(text, want) {
				t.Errorf("%s: %d, lacks %q", n, res.StatusCode, want)
			}
		}
	}
	if got := town.awards()[clarion.ShareReason]; got != 3 {
		t.Errorf("%d awards, want 3", got)
	}
}

func TestWhatCannotBeSharedSaysWhy(t *testing.T) {
	town := newTown(t)
	c := campaign()
	c.Networks = []clarion.Network{clarion.Facebook}
	town.put(c)
	token := string(town.page.Token)
	for path, want := range map[string]string{
		"/s/" + token + "/x":                "not shared there",
		"/s/" + token + "/myspace":          "not shared there",
		"/s/" + strings.Repeat("0", 32):     "does not exist",
		"/s/nonsense/facebook":              "does not exist",
		"/s/" + token + "/facebook/further": "leads nowhere",
	} {
		res := town.get(path)
		if text := body(t, res); res.StatusCode != http.StatusNotFound || !strings.Contains(text, want) {
			t.Errorf("%s: %d, lacks %q", path, res.StatusCode, want)
		}
	}
	town.clock.Store(c.Ends.UnixNano())
	for _, path := range []string{"/s/" + token, "/s/" + token + "/facebook"} {
		res := town.get(path)
		if text := body(t, res); res.StatusCode != http.StatusGone || !strings.Contains(text, "has ended") || strings.Contains(text, "/facebook") {
			t.Errorf("%s: %d\n%s", path, res.StatusCode, text)
		}
	}
	if len(town.awards()) != 0 {
		t.Error("an award for what cannot be shared")
	}
}

func TestWhileRedisIsAwayAPartnerReadsThatItWasNotCounted(t *testing.T) {
	town := newTown(t)
	town.get("/s/" + string(town.page.Token))
	town.redis.SetError("LOADING")
	town.clock.Add(int64(time.Minute))
	res := town.share(clarion.WhatsApp)
	text := body(t, res)
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("status %d", res.StatusCode)
	}
	for _, want := range []string{"was not counted", "Press again", "Continue to WhatsApp", "https://wa.me/?text="} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	page := town.get("/s/" + string(town.page.Token))
	if text := body(t, page); page.StatusCode != http.StatusOK || !strings.Contains(text, "figures cannot be shown") {
		t.Errorf("the share page: %d", page.StatusCode)
	}
	if town.lost(lostShares) != 1 {
		t.Errorf("%d lost shares", town.lost(lostShares))
	}
	town.redis.SetError("")
	if res := town.share(clarion.WhatsApp); res.StatusCode != http.StatusFound {
		t.Errorf("afterwards %d", res.StatusCode)
	}
	if got := town.awards()[clarion.ShareReason]; got != 1 {
		t.Errorf("%d awards, want 1", got)
	}
}

func TestACampaignThatGotANetworkLaterHasAWorkingLinkForIt(t *testing.T) {
	town := newTown(t)
	ctx := context.Background()
	page, _, err := town.workspace.Share(ctx, town.campaign.ID, "p2", []clarion.Network{clarion.Facebook})
	if err != nil {
		t.Fatal(err)
	}
	town.get("/s/" + string(page.Token))
	secret, err := town.workspace.Secret(ctx)
	if err != nil {
		t.Fatal(err)
	}
	link := clarion.NewShareLink(secret, "acme", town.campaign.ID, "p2", clarion.X)
	if res := town.get("/l/" + string(link.Code)); res.StatusCode != http.StatusFound {
		t.Errorf("the new link: %d", res.StatusCode)
	}
}

func TestEveryVisitThatGaveNoPointsIsExplained(t *testing.T) {
	town := newTown(t)
	for range 2 {
		town.visit(from("198.51.100.1"))
	}
	town.visit(agent(crawler))
	town.visit(agent(crawler), from("198.51.100.9"))
	town.get("/l/"+string(town.link[clarion.X].Code), from("198.51.100.7"))
	text := body(t, town.get("/s/"+string(town.page.Token), from("203.0.113.1")))
	for _, want := range []string{
		"3 of 5 gave no points: why", "<li>1 visit by somebody who had been there</li>", "<li>2 visits by a crawler</li>",
		`<th scope="row">Facebook</th><td>1</td><td>4</td>`, `<th scope="row">X</th><td>1</td><td>1</td>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "visits by somebody new<") {
		t.Error("credited visits are among those to explain")
	}
}

func TestWhatThePhonesShareSheetTookCountsOnceAsThePlainNetwork(t *testing.T) {
	town := newTown(t)
	text := body(t, town.get("/s/"+string(town.page.Token)))
	address := "/s/" + string(town.page.Token) + "/copy"
	for _, want := range []string{`data-record="` + address + `"`, `data-words="My window today #OurSpring"`, `data-link="` + URL(base, town.link[clarion.Copy].Code) + `"`, "So that counts as “Copy the link”"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for range 2 {
		res := town.get(address, method(http.MethodPost))
		if res.StatusCode != http.StatusNoContent || len(res.Cookies()) != 1 {
			t.Errorf("status %d, cookies %v", res.StatusCode, res.Cookies())
		}
	}
	if got := town.awards()[clarion.ShareReason]; got != 1 {
		t.Errorf("%d awards, want 1", got)
	}
	for path, test := range map[string]struct {
		change with
		status int
	}{
		address: {agent(robot), http.StatusForbidden},
		"/s/" + string(town.page.Token) + "/myspace": {agent(iPhone), http.StatusNotFound},
		"/s/" + strings.Repeat("0", 32) + "/copy":    {agent(iPhone), http.StatusNotFound},
	} {
		if res := town.get(path, method(http.MethodPost), test.change); res.StatusCode != test.status {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, test.status)
		}
	}
	town.redis.SetError("LOADING")
	if res := town.get(address, method(http.MethodPost)); res.StatusCode != http.StatusServiceUnavailable || town.lost(lostShares) != 1 {
		t.Errorf("without Redis: %d, %d lost", res.StatusCode, town.lost(lostShares))
	}
	town.redis.SetError("")
	town.clock.Store(town.campaign.Ends.UnixNano())
	if res := town.get(address, method(http.MethodPost)); res.StatusCode != http.StatusGone {
		t.Errorf("after the end: %d", res.StatusCode)
	}
	if got := len(town.awards()); got != 1 {
		t.Errorf("awards for %d reasons, want 1", got)
	}
}

func TestATokenThatWasTakenBackOpensNothingAndANewOneOpensThePage(t *testing.T) {
	town := newTown(t)
	old := "/s/" + string(town.page.Token)
	if res := town.get(old); res.StatusCode != http.StatusOK {
		t.Fatal(res.Status)
	}
	if err := town.workspace.RevokePage(t.Context(), town.campaign.ID, town.partner.ID); err != nil {
		t.Fatal(err)
	}
	other := town.another() // another process, which has not read the page before
	for _, path := range []string{"", "/facebook", "/picture"} {
		if res := other.get(old + path); res.StatusCode != http.StatusNotFound || !strings.Contains(body(t, res), "taken back") {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if res := other.get(old+"/copy", method(http.MethodPost)); res.StatusCode != http.StatusNotFound {
		t.Errorf("POST: %d", res.StatusCode)
	}
	page, _, err := town.workspace.Share(t.Context(), town.campaign.ID, town.partner.ID, town.campaign.Networks)
	if err != nil || page.Token == town.page.Token {
		t.Fatalf("the new page is the old one: %v", err)
	}
	if res := other.get("/s/" + string(page.Token)); res.StatusCode != http.StatusOK {
		t.Errorf("the new page: %d", res.StatusCode)
	}
	if res := other.get("/l/" + string(town.link[clarion.X].Code)); res.StatusCode != http.StatusFound {
		t.Errorf("a link that was posted: %d", res.StatusCode)
	}
}
