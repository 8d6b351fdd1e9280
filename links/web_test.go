package links

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

const (
	iPhone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.6.1 Mobile/15E148 Safari/604.1"
	android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Mobile Safari/537.36"
	robot   = "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"
	crawler = "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"

	proxy = "10.0.0.1:443"
	base  = "https://clarion.example"
)

// A town is the public web over a Redis in the process, with one campaign and one partner.
type town struct {
	*Web
	t         testing.TB
	redis     *miniredis.Miniredis
	workspace *storage.Workspace
	mux       *http.ServeMux
	clock     atomic.Int64
	log       *strings.Builder
	campaign  clarion.Campaign
	partner   clarion.Partner
	page      clarion.SharePage
	link      map[clarion.Network]clarion.ShareLink
}

func campaign() clarion.Campaign {
	return clarion.Campaign{
		ID: "0192-spring", Title: "Spring is here", Text: "Tulips in every window.\nCome and see.",
		Target: "https://Shop.example/Spring?a=1&b=ü%20#top", Image: "https://images.example/tulips.jpg", ImageAlt: "A window full of tulips",
		Hashtag: "#OurSpring", Captions: []clarion.Caption{{Text: "My window today"}, {Text: "Flowers & more 🌷"}, {Network: clarion.X, Text: "Only on X"}},
		Networks: clarion.Networks(), Audience: clarion.Audience{All: true},
		Ends: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), CreatedAt: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	}
}

func newTown(t testing.TB) *town {
	t.Helper()
	town := &town{t: t, redis: miniredis.RunT(t), mux: http.NewServeMux(), log: &strings.Builder{}, campaign: campaign()}
	town.clock.Store(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).UnixNano())
	s, err := storage.Open(storage.Options{URL: "redis://" + town.redis.Addr(), Options: []storage.Option{storage.WithClock(town.now)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	town.Web, err = New(Config{
		Storage: s, Rules: clarion.DefaultRules, Now: town.now, NewToken: func() uint64 { return 47 }, Location: time.UTC, BaseURL: base,
		StaffNetworks:  []netip.Prefix{netip.MustParsePrefix("203.0.113.128/25")},
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Logger:         slog.New(slog.NewTextHandler(town.log, nil)), Registerer: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	town.Register(town.mux)
	ctx := context.Background()
	town.workspace = s.Workspace("acme")
	if err := town.workspace.PutStores(ctx, []clarion.Store{{ID: "kingston", Name: "Kingston"}}); err != nil {
		t.Fatal(err)
	}
	town.partner, err = town.workspace.Enrol(ctx, clarion.Member{
		Partner: clarion.Partner{ID: "p1", Name: "Ada", Store: "kingston"}, Identities: []clarion.Identity{"slack:U1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	town.put(town.campaign)
	page, links, err := town.workspace.Share(ctx, town.campaign.ID, town.partner.ID, town.campaign.Networks)
	if err != nil {
		t.Fatal(err)
	}
	town.page, town.link = page, make(map[clarion.Network]clarion.ShareLink)
	for _, l := range links {
		town.link[l.Network] = l
	}
	return town
}

// another returns the same town as another process serves it.
func (t *town) another() *town {
	t.t.Helper()
	s, err := storage.Open(storage.Options{URL: "redis://" + t.redis.Addr(), Options: []storage.Option{storage.WithClock(t.now)}})
	if err != nil {
		t.t.Fatal(err)
	}
	t.t.Cleanup(func() { _ = s.Close() })
	c := t.Config
	c.Storage = s
	return t.with(c)
}

// onDomain returns the same town with a domain of its own for links, beside something else that answers.
func (t *town) onDomain(address string) *town {
	t.t.Helper()
	c := t.Config
	c.LinkURL = address
	o := t.with(c)
	o.mux.HandleFunc("/else", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusTeapot) })
	return o
}

func (t *town) with(c Config) *town {
	t.t.Helper()
	c.Registerer = nil
	c.Now = t.now
	web, err := New(c)
	if err != nil {
		t.t.Fatal(err)
	}
	o := &town{
		Web: web, t: t.t, redis: t.redis, workspace: c.Storage.Workspace("acme"), mux: http.NewServeMux(), log: t.log,
		campaign: t.campaign, partner: t.partner, page: t.page, link: t.link,
	}
	o.clock.Store(t.clock.Load())
	o.Register(o.mux)
	return o
}

func (t *town) now() time.Time { return time.Unix(0, t.clock.Load()).UTC() }

func (t *town) put(c clarion.Campaign) {
	t.t.Helper()
	t.campaign = c
	if err := t.workspace.PutCampaign(context.Background(), c); err != nil {
		t.t.Fatal(err)
	}
}

type with func(*http.Request)

func agent(s string) with        { return func(r *http.Request) { r.Header.Set("User-Agent", s) } }
func header(name, v string) with { return func(r *http.Request) { r.Header.Set(name, v) } }
func method(m string) with       { return func(r *http.Request) { r.Method = m } }
func from(address string) with {
	return func(r *http.Request) { r.RemoteAddr = proxy; r.Header.Set("X-Forwarded-For", address) }
}

func cookies(res *http.Response) with {
	return func(r *http.Request) {
		for _, c := range res.Cookies() {
			r.AddCookie(c)
		}
	}
}

func (t *town) get(path string, changes ...with) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("User-Agent", iPhone)
	for _, change := range changes {
		change(r)
	}
	rec := httptest.NewRecorder()
	t.Hosts(t.mux).ServeHTTP(rec, r)
	return rec.Result()
}

// visitAt opens the partner's Facebook link at an address.
func (t *town) visitAt(base string, changes ...with) *http.Response {
	return t.get(URL(base, t.link[clarion.Facebook].Code), changes...)
}

// visit opens the partner's Facebook link.
func (t *town) visit(changes ...with) *http.Response {
	return t.get("/l/"+string(t.link[clarion.Facebook].Code), changes...)
}

// visits returns the visits of the partner's Facebook link.
func (t *town) visits() clarion.Visits {
	t.t.Helper()
	tally, err := t.workspace.Tally(context.Background(), t.campaign.ID, t.partner.ID)
	if err != nil {
		t.t.Fatal(err)
	}
	return tally.Visits[clarion.Facebook]
}

// counts says whether the link's visits are these, and no others.
func (t *town) counts(want clarion.Visits) {
	t.t.Helper()
	if got := t.visits(); !maps.Equal(got, want) {
		t.t.Errorf("visits %v, want %v", got, want)
	}
}

// destination is where a visit of the partner's Facebook link leads; with a click's id when it could score.
func (t *town) destination(click bool) string {
	link := t.link[clarion.Facebook]
	if click {
		return t.campaign.Destination(link, clarion.NewClickID(link.Code, 47))
	}
	return t.campaign.Destination(link, "")
}

func (t *town) awards() map[clarion.Reason]int {
	t.t.Helper()
	ledger, err := t.workspace.Ledger(context.Background(), t.partner.ID, 1000)
	if err != nil {
		t.t.Fatal(err)
	}
	counts := make(map[clarion.Reason]int)
	for _, a := range ledger {
		counts[a.Reason]++
	}
	return counts
}

func (t *town) outcome(o string) int {
	return int(testutil.ToFloat64(t.metrics.visits.WithLabelValues(o)))
}

func (t *town) lost(what string) int {
	return int(testutil.ToFloat64(t.metrics.lost.WithLabelValues(what)))
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestNewRefusesAnAddressThatLinksCannotBeBuiltOn(t *testing.T) {
	good := newTown(t).Config
	good.Registerer = nil
	for _, base := range []string{"", "clarion.example", "https://clarion.example/", "ftp://clarion.example", "https://", "https://a.example?b"} {
		c := good
		c.BaseURL = base
		if _, err := New(c); err == nil {
			t.Errorf("New with %q: no error", base)
		}
	}
	if _, err := New(Config{BaseURL: base}); err == nil {
		t.Error("New without Storage: no error")
	}
}

func TestAddresses(t *testing.T) {
	for got, want := range map[string]string{
		URL(base, "abc"):                             "https://clarion.example/l/abc",
		PageURL(base, "tok"):                         "https://clarion.example/s/tok",
		NetworkURL(base, "tok", clarion.X):           "https://clarion.example/s/tok/x",
		CaptionURL(base, "tok", clarion.WhatsApp, 2): "https://clarion.example/s/tok/whatsapp?caption=2",
		CaptionURL("", "tok", clarion.Copy, 0):       "/s/tok/copy?caption=0",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
