package feeds

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/clarion-bot/clarion/fetch"
)

// The bounds of a read, all of its requests together.
const (
	// MaxBytes is how much of a feed is read, unpacked. It is that of a page too, of which the beginning is looked at.
	MaxBytes     = 2 << 20
	timeLimit    = 15 * time.Second
	maxRedirects = 3 // of each request
	atOnce       = 4 // over all feeds; each takes some tens of MB at most while it is read
)

const (
	userAgent = "Clarion/1.0 (+feed of a campaign)"
	accept    = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, " +
		"application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.5, */*;q=0.1"
)

// Config is what a reader needs. Its zero value reads from the public internet alone.
type Config struct {
	// Allow says whether a host may be on a network that is not the public one, and at any port: the demo has a feed
	// of its own. It is asked with host and port, in lower case, such as "127.0.0.1:8080". Nil allows none.
	Allow func(hostport string) bool
}

// A Reader reads feeds. It is safe for concurrent use, and keeps nothing.
type Reader struct {
	web *fetch.Client
}

// New returns a reader.
func New(c Config) *Reader { return &Reader{web: fetch.New(bounds(c.Allow))} }

func bounds(allow func(hostport string) bool) fetch.Config {
	return fetch.Config{
		UserAgent: userAgent, Accept: accept, Gzip: true,
		MaxBytes: MaxBytes, TimeLimit: timeLimit, Redirects: maxRedirects, AtOnce: atOnce,
		Allow: allow,
	}
}

// Known is what a site gave to ask with whether its feed has changed. It has JSON fields, to be kept beside the feed's
// address. Its zero value knows nothing.
type Known = fetch.Validators

// A Feed is what a site publishes, as it was read.
type Feed struct {
	// Address is that of the feed itself. It is the one to keep: a page that was asked in its place would be
	// asked each time.
	Address string
	Title   string // never empty: the site's name where the feed has none
	// Items are the newest ones first, [MaxItems] at most. Those without a date come last.
	Items []Item
	Known Known // for the next read
	// Unchanged says that the feed is what it was when Known was given. It has neither title nor items then.
	Unchanged bool
}

// Read returns the feed at the address, or the one that the web page there names, or that of the YouTube channel.
// Known is that of the feed's last read, or its zero value; a site that still has the same is not asked for it again.
//
// Asking takes 15 seconds at most; a feed that is made to be slow takes some seconds more to understand. The error is
// an [Error].
func (r *Reader) Read(ctx context.Context, address string, known Known) (Feed, error) {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	address = ofChannel(strings.TrimSpace(address))
	feed, named, err := r.get(ctx, caller, address, known)
	if err != nil {
		return Feed{}, err
	}
	if named != "" {
		if feed, named, err = r.get(ctx, caller, named, known); err != nil {
			return Feed{}, err
		}
		if named != "" {
			return Feed{}, noFeedNamed(address)
		}
	}
	return feed, nil
}

// get reads the feed at the address. Where a web page is in its place that names a feed, it returns the address of
// that instead.
func (r *Reader) get(ctx, caller context.Context, address string, known Known) (feed Feed, named string, err error) {
	answer, err := r.web.Get(ctx, address, known)
	if err != nil {
		return Feed{}, "", explain(caller, err)
	}
	defer answer.Close()
	if answer.Unchanged {
		return Feed{Address: address, Known: known, Unchanged: true}, "", nil
	}
	if answer.Length > MaxBytes && !callsItselfPage(answer.Type) {
		return Feed{}, "", tooBig()
	}
	data, err := io.ReadAll(answer)
	cut := errors.Is(err, fetch.ErrTooBig)
	if err != nil && !cut {
		return Feed{}, "", explain(caller, err)
	}
	data = decode(data, answer.Type)
	switch {
	case isFeed(data) && cut:
		return Feed{}, "", tooBig()
	case isFeed(data):
		feed, err = parse(data, answer.Address)
		feed.Address, feed.Known = address, answer.Validators
		return feed, "", err
	case isPage(data, answer.Type):
		if named = feedNamed(data, answer.Address); named == "" {
			return Feed{}, "", noFeedNamed(address)
		}
		return Feed{}, named, nil
	case cut:
		return Feed{}, "", tooBig()
	}
	return Feed{}, "", noFeed(nil)
}

// siteOf returns the host of an address that was asked.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
