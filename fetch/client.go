package fetch

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	maxHeaderBytes = 64 << 10
)

// Config says what a client asks for and within which bounds. A bound that is 0 is its default: there is no client
// without bounds.
type Config struct {
	UserAgent string
	Accept    string
	// Gzip lets sites pack what they send. MaxBytes is then a bound of what is unpacked.
	Gzip bool

	MaxBytes  int64         // of a body; 1 MB when it is 0
	TimeLimit time.Duration // from the first look-up of a name to the last byte; 10 seconds when it is 0
	Redirects int           // how many are followed; none when it is 0
	AtOnce    int64         // how many answers are open at a time, over all sites; 4 when it is 0

	// Allow says whether a host may be on a network that is not the public one, and at any port. It is asked with
	// host and port, in lower case, such as "127.0.0.1:8080". Nil allows none.
	Allow func(hostport string) bool
	// DialAllowed connects to the hosts of Allow, and to them alone. Nil connects over TCP.
	DialAllowed func(ctx context.Context, network, address string) (net.Conn, error)
	// Ports are those that hosts are asked at without being allowed. Nil is 80 and 443.
	Ports []string
	// Resolver looks up the names of hosts that are not allowed. Nil is the one of the system.
	Resolver *net.Resolver
}

// A Client gets things from sites of the public internet. It is safe for concurrent use, and keeps nothing of what
// it got.
type Client struct {
	config    Config
	guarded   net.Dialer
	transport *http.Transport
	turns     *semaphore.Weighted
}

// New returns a client with the bounds of the configuration.
func New(c Config) *Client {
	c.MaxBytes = cmp.Or(c.MaxBytes, 1<<20)
	c.TimeLimit = cmp.Or(c.TimeLimit, 10*time.Second)
	c.AtOnce = cmp.Or(c.AtOnce, 4)
	if c.Allow == nil {
		c.Allow = func(string) bool { return false }
	}
	if c.DialAllowed == nil {
		c.DialAllowed = new(net.Dialer).DialContext
	}
	if c.Ports == nil {
		c.Ports = []string{"80", "443"}
	}
	client := &Client{
		config:  c,
		guarded: net.Dialer{Control: guard, Resolver: c.Resolver},
		turns:   semaphore.NewWeighted(c.AtOnce),
	}
	client.transport = &http.Transport{
		Proxy:                  nil, // see the package's comment
		DialContext:            client.dial,
		DisableKeepAlives:      true, // the next fetch is minutes away
		DisableCompression:     !c.Gzip,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
	return client
}

func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if c.config.Allow(hostport(host, port)) {
		return c.config.DialAllowed(ctx, network, address)
	}
	return c.guarded.DialContext(ctx, network, address)
}

// Get asks for what is at the address, or whether it is still that which the validators are of. The zero value of
// validators asks for all of it. The error is an [Error].
//
// The caller must close the answer. Until then it counts among Config.AtOnce, and the time limit runs.
func (c *Client) Get(ctx context.Context, address string, known Validators) (*Answer, error) {
	if len(address) > MaxAddress {
		return nil, &Error{Kind: ErrAddress, Sentence: "it is too long"}
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, &Error{Kind: ErrAddress, Sentence: "it is not a web address"}
	}
	if err := checkAddress(u, c.config.Allow, c.config.Ports); err != nil {
		return nil, err
	}
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, c.config.TimeLimit)
	if err := c.turns.Acquire(ctx, 1); err != nil {
		cancel()
		return nil, &Error{Kind: ErrBusy, Sentence: "too much is fetched at this moment", Cause: err}
	}
	done := sync.OnceFunc(func() {
		c.turns.Release(1)
		cancel()
	})
	answer, err := c.ask(ctx, u, known)
	if err != nil {
		done()
		return nil, c.explain(caller, err, u.Hostname())
	}
	answer.done = done
	answer.explain = func(err error) error { return c.explain(caller, err, answer.Address.Hostname()) }
	return answer, nil
}

// ask makes the request and looks at what the head of its answer says.
func (c *Client) ask(ctx context.Context, u *url.URL, known Validators) (*Answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, &Error{Kind: ErrAddress, Sentence: "it is not a web address"} // what err says has the query
	}
	request.Header.Set("User-Agent", c.config.UserAgent)
	request.Header.Set("Accept", c.config.Accept)
	known.ask(request)
	client := http.Client{Transport: readable{c.transport}, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > c.config.Redirects {
			return &Error{
				Kind: ErrRedirects, Sentence: fmt.Sprintf("it redirects more than %d times", c.config.Redirects),
				Host: next.URL.Hostname(),
			}
		}
		if len(next.URL.String()) > MaxAddress {
			return &Error{Kind: ErrAddress, Sentence: "it redirects to an address that is too long"}
		}
		next.Header.Del("Referer") // it has the query of the address
		known.ask(next)
		return checkAddress(next.URL, c.config.Allow, c.config.Ports)
	}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	asked := response.Request.Header
	conditional := asked.Get("If-None-Match")+asked.Get("If-Modified-Since") != ""
	answer := &Answer{
		Address: response.Request.URL, Type: response.Header.Get("Content-Type"), Length: response.ContentLength,
		Validators: validatorsOf(response),
		body:       response.Body, left: c.config.MaxBytes, bound: c.config.MaxBytes,
	}
	switch {
	case response.StatusCode == http.StatusNotModified && conditional:
		answer.Unchanged, answer.Validators = true, known
	case response.StatusCode != http.StatusOK:
		response.Body.Close()
		return nil, refusal(response.StatusCode, response.Request.URL.Hostname())
	}
	return answer, nil
}

// readable refuses to redirect to what is no address: package http would write all of it, which can have a key in
// its query, into the text of its error.
type readable struct{ http.RoundTripper }

func (t readable) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(r)
	if err != nil || response.StatusCode < 300 || response.StatusCode > 399 {
		return response, err
	}
	if _, err := r.URL.Parse(response.Header.Get("Location")); err != nil {
		response.Body.Close()
		return nil, &Error{Kind: ErrAddress, Sentence: "it redirects to something that is not a web address", Host: r.URL.Hostname()}
	}
	return response, nil
}

func refusal(status int, host string) error {
	sentence := strings.TrimSpace(fmt.Sprintf("%s answers %d %s", host, status, http.StatusText(status)))
	return &Error{Kind: ErrStatus, Sentence: sentence, Host: host, Status: status}
}
