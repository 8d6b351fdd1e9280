package links

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/links/agents"
	"github.com/clarion-bot/clarion/links/pictures"
	"github.com/clarion-bot/clarion/storage"
)

// Config is what the public web needs. The last fields can be left out.
type Config struct {
	Storage  *storage.Storage
	Rules    func() clarion.Rules // the rules in force, asked at each award
	Now      func() time.Time
	NewToken func() uint64  // a random number for each visit
	Location *time.Location // the workspace's time zone: weeks, and the day of a visitor
	BaseURL  string         // the public address, such as https://clarion.example
	Logger   *slog.Logger

	LinkURL        string                // the address of share links, if that is not BaseURL
	TrustedProxies []netip.Prefix        // X-Forwarded-For is believed only from these
	StaffNetworks  []netip.Prefix        // visits from these are never credited
	Conversions    Conversions           // who may tell what customers did
	Pictures       *pictures.Pictures    // of campaigns; nil: pages show none
	Burst          int                   // so many new visitors of a link a minute are credited without a question; 0: any number
	Registerer     prometheus.Registerer //
}

// How long a request waits for Redis. A customer's redirect goes on without it, a partner is told.
const (
	countBound = 150 * time.Millisecond
	shareBound = 1500 * time.Millisecond
)

// Web answers the public addresses. It is safe for concurrent use.
type Web struct {
	Config
	secure   bool // cookies only over https
	proxies  proxies
	visitors *visitors
	days     *days
	metrics  *metrics
	pages    *pages
	quiet    quiet
}

// New checks the configuration and returns the public web.
func New(c Config) (*Web, error) {
	if c.Storage == nil || c.Rules == nil || c.Now == nil || c.NewToken == nil || c.Location == nil || c.Logger == nil {
		return nil, errors.New("links: Storage, Rules, Now, NewToken, Location and Logger must be set")
	}
	if len(c.Conversions.Secrets) > 0 && c.Conversions.Workspace == nil {
		return nil, errors.New("links: Conversions need a Workspace")
	}
	c.LinkURL = cmp.Or(c.LinkURL, c.BaseURL)
	if c.Conversions.Real == nil {
		c.Conversions.Real = c.Now
	}
	for _, address := range []string{c.BaseURL, c.LinkURL} {
		base, err := url.Parse(address)
		if err != nil || (base.Scheme != "https" && base.Scheme != "http") || base.Host == "" || base.RawQuery != "" || strings.HasSuffix(address, "/") {
			return nil, fmt.Errorf("links: %q is not a public address: write it like https://clarion.example, without a slash at its end", address)
		}
	}
	metrics, err := newMetrics(c.Registerer, c.Storage.WaitingVisits)
	if err != nil {
		return nil, fmt.Errorf("links: register metrics: %w", err)
	}
	pages, err := newPages()
	if err != nil {
		return nil, fmt.Errorf("links: read the pages: %w", err)
	}
	agents.Prepare()
	visitors := &visitors{storage: c.Storage}
	return &Web{
		Config: c, secure: strings.HasPrefix(c.BaseURL, "https:"), proxies: proxies(c.TrustedProxies),
		visitors: visitors, days: &days{location: c.Location, ahead: visitors.ahead}, metrics: metrics, pages: pages,
	}, nil
}

// Register adds the public addresses to the mux. Those of links and pages answer HEAD like GET.
func (w *Web) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /l/{code}", w.redirect)
	mux.HandleFunc("GET /s/{token}", w.sharePage)
	mux.HandleFunc("GET /s/{token}/picture", w.picture)
	mux.HandleFunc("GET /s/{token}/{network}", w.share)
	mux.HandleFunc(ConversionsPath, w.conversion)
	mux.HandleFunc("POST /s/{token}/{network}", w.shared)
	mux.HandleFunc("GET /l/", w.nothingHere)
	mux.HandleFunc("GET /s/", w.nothingHere)
}

// Hosts keeps the links' own domain to links: there the handler answers nothing else. Where links have no
// domain of their own it changes nothing.
func (w *Web) Hosts(next http.Handler) http.Handler {
	if w.LinkURL == w.BaseURL {
		return next
	}
	_, host, _ := strings.Cut(w.LinkURL, "://")
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.EqualFold(r.Host, host) && !strings.HasPrefix(r.URL.Path, "/l/") {
			w.nothingHere(rw, r)
			return
		}
		next.ServeHTTP(rw, r)
	})
}

func (w *Web) nothingHere(rw http.ResponseWriter, r *http.Request) {
	w.notice(rw, r, http.StatusNotFound, noLink)
}
