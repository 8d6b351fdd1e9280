package pictures

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"github.com/clarion-bot/clarion/fetch"
)

// How long what is known of an address holds.
const (
	fresh     = 10 * time.Minute // a picture, before the site is asked whether it has changed
	permanent = 5 * time.Minute  // a failure that somebody has to mend
	temporary = 30 * time.Second // a failure that may pass
	// patience is how long a caller who can have the old picture waits for the new one.
	patience = time.Second
)

const (
	defaultMemory = 64 << 20
	minMemory     = MaxBytes + fetch.MaxAddress + fetch.MaxValidators + overhead
)

// Config is what pictures need. Now and Logger must be set.
type Config struct {
	Now func() time.Time
	// Allow says whether a host may be on a network that is not the public one, and at any port: the demo shows its
	// own pictures. It is asked with host and port, in lower case, such as "127.0.0.1:8080". Nil allows none.
	Allow func(hostport string) bool
	// Memory is how many bytes are kept at most: 64 MB when it is 0, and not less than one picture takes.
	Memory     int64
	Logger     *slog.Logger
	Registerer prometheus.Registerer // may be nil
}

// A Picture is a file that a browser shows and a network takes.
type Picture struct {
	Type      string // image/jpeg, image/png, image/webp or image/gif, as its bytes say
	Extension string // jpg, png, webp or gif
	Data      []byte // shared with others: it is read, never written to
	// Width and Height are those that the file is stored with, in pixels; a camera's JPEG may say in its metadata that
	// it is to be turned.
	Width, Height int
	Tag           string // a strong ETag with its quotes, made of Data
}

// Pictures are those of campaigns, fetched from the sites that they are on. It is safe for concurrent use.
type Pictures struct {
	now     func() time.Time
	log     *slog.Logger
	web     *fetch.Client
	shelf   *shelf
	flights singleflight.Group
	metrics *metrics
}

// New checks the configuration and returns pictures, none of which is fetched yet.
func New(c Config) (*Pictures, error) {
	if c.Now == nil || c.Logger == nil {
		return nil, errors.New("pictures: Now and Logger must be set")
	}
	if c.Memory == 0 {
		c.Memory = defaultMemory
	}
	if c.Memory < minMemory {
		return nil, fmt.Errorf("pictures: Memory of %d bytes is less than one picture can take, %d", c.Memory, minMemory)
	}
	shelf, err := newShelf(c.Memory)
	if err != nil {
		return nil, fmt.Errorf("pictures: make the memory: %w", err)
	}
	metrics, err := newMetrics(c.Registerer, shelf.held)
	if err != nil {
		return nil, fmt.Errorf("pictures: register metrics: %w", err)
	}
	return &Pictures{now: c.Now, log: c.Logger, web: fetch.New(bounds(c.Allow)), shelf: shelf, metrics: metrics}, nil
}

// Get returns the picture at the address, which a site of the public internet has to have.
//
// It comes from memory for ten minutes. Then the site is asked whether it has changed; a site that does not answer,
// or answers with something else, leaves the old picture in place, and so does one that needs more than a second,
// until it has answered. Only a site that says 410 or 451 takes the picture away.
//
// The error is [ErrNoPicture], [ErrTooBig], [ErrRefused] or [ErrUnreachable]. It is remembered, so that the site
// is asked again after 5 minutes at the earliest, or 30 seconds for ErrUnreachable.
//
// However many call, a site is asked once at a time for an address, for 10 seconds at most, and goes on being asked
// when callers leave. Each waits as long as its own context lives.
func (p *Pictures) Get(ctx context.Context, address string) (Picture, error) {
	if len(address) > fetch.MaxAddress {
		return Picture{}, &trouble{kind: ErrRefused, sentence: "it is too long"}
	}
	known, _ := p.shelf.get(address)
	if p.now().Before(known.until) {
		return known.answer()
	}
	done := p.flights.DoChan(address, func() (any, error) { return p.renew(address), nil })
	var tired <-chan time.Time
	if known.picture != nil {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		tired = timer.C
	}
	select {
	case result := <-done:
		return result.Val.(entry).answer()
	case <-tired:
		return *known.picture, nil
	case <-ctx.Done():
		if known.picture != nil {
			return *known.picture, nil
		}
		return Picture{}, &trouble{kind: ErrUnreachable, sentence: "it did not come in time", cause: ctx.Err()}
	}
}

// renew fetches the picture and remembers what came of it. It runs once at a time for an address.
func (p *Pictures) renew(address string) entry {
	known, _ := p.shelf.get(address)
	if p.now().Before(known.until) {
		return known // a fetch ended between the caller's look at the shelf and this one
	}
	picture, from, err := get(context.Background(), p.web, address, known.from)
	renewed := entry{picture: known.picture, from: from, failure: err, until: p.now().Add(holds(err))}
	switch {
	case err != nil:
		if t, ok := errors.AsType[*trouble](err); ok && t.gone {
			renewed.picture, renewed.from = nil, fetch.Validators{}
		}
		p.metrics.failed(err)
		p.warn(address, err, renewed.picture != nil)
	case picture != nil:
		renewed.picture = picture
		p.metrics.fetches.WithLabelValues(fetchedNew).Inc()
	default:
		p.metrics.fetches.WithLabelValues(fetchedUnchanged).Inc()
	}
	p.shelf.put(address, renewed)
	return renewed
}

// holds returns how long the outcome of a fetch holds.
func holds(err error) time.Duration {
	switch {
	case err == nil:
		return fresh
	case errors.Is(err, ErrUnreachable):
		return temporary
	}
	return permanent
}

// warn tells operators. The query of an address can be a key to it, and stays out.
func (p *Pictures) warn(address string, err error, old bool) {
	site := "?"
	if u, parsing := url.Parse(address); parsing == nil {
		site = u.Scheme + "://" + u.Host + u.EscapedPath()
	}
	var cause error
	if t, ok := errors.AsType[*trouble](err); ok {
		cause = t.cause
	}
	p.log.Warn("a campaign's picture cannot be fetched", "picture", site, "error", err, "cause", cause, "old_one_is_shown", old)
}
