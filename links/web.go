package links

import (
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
	"github.com/clarion-bot/clarion/storage"
)

// Config is what the public web needs. All fields but TrustedProxies and Registerer must be set.
type Config struct {
	Storage        *storage.Storage
	Rules          func() clarion.Rules // the rules in force, asked at each award
	Now            func() time.Time
	Location       *time.Location // the workspace's time zone: weeks, and the day of a visitor
	BaseURL        string         // the public address, such as https://clarion.example
	TrustedProxies []netip.Prefix // X-Forwarded-For is believed only from these
	Logger         *slog.Logger
	Registerer     prometheus.Registerer
}

// How long a request waits for Redis. A customer's redirect goes on without it, a partner is told.
const (
	countBound = 150 * time.Millisecond
	shareBound = 1500 * time.Millisecond
)

// Web answers the public addresses. It is safe for concurrent use.
type Web struct {
	Config
	secure  bool // cookies only over https
	proxies proxies
	metrics *metrics
	pages   *pages
	sharers *sharers
	checks  []check
	quiet   quiet
}

// New checks the configuration and returns the public web.
func New(c Config) (*Web, error) {
	if c.Storage == nil || c.Rules == nil || c.Now == nil || c.Location == nil || c.Logger == nil {
		return nil, errors.New("links: Storage, Rules, Now, Location and Logger must be set")
	}
	base, err := url.Parse(c.BaseURL)
	if err != nil || (base.Scheme != "https" && base.Scheme != "http") || base.Host == "" || base.RawQuery != "" || strings.HasSuffix(c.BaseURL, "/") {
		return nil, fmt.Errorf("links: %q is not a public address: write it like https://clarion.example, without a slash at its end", c.BaseURL)
	}
	metrics, err := newMetrics(c.Registerer)
	if err != nil {
		return nil, fmt.Errorf("links: register metrics: %w", err)
	}
	pages, err := newPages()
	if err != nil {
		return nil, fmt.Errorf("links: read the pages: %w", err)
	}
	sharers, err := newSharers()
	if err != nil {
		return nil, fmt.Errorf("links: make the memory of sharers: %w", err)
	}
	agents.Prepare()
	w := &Web{
		Config: c, secure: base.Scheme == "https", proxies: proxies(c.TrustedProxies),
		metrics: metrics, pages: pages, sharers: sharers,
	}
	w.checks = w.allChecks()
	return w, nil
}

// Register adds the public addresses to the mux. Each answers HEAD like GET.
func (w *Web) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /l/{code}", w.redirect)
	mux.HandleFunc("GET /s/{token}", w.sharePage)
	mux.HandleFunc("GET /s/{token}/{network}", w.share)
	mux.HandleFunc("GET /l/", w.nothingHere)
	mux.HandleFunc("GET /s/", w.nothingHere)
}

func (w *Web) nothingHere(rw http.ResponseWriter, r *http.Request) {
	w.notice(rw, r, http.StatusNotFound, noLink)
}
