package pictures

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"
)

// The bounds of a fetch. MaxBytes is that of its body.
const (
	timeLimit      = 10 * time.Second // from the first look-up of a name to the last byte
	maxRedirects   = 3
	maxHeaderBytes = 64 << 10
	maxValidator   = 1 << 10 // of an ETag, in bytes
	fetchesAtOnce  = 4       // over all addresses: 64 MB are then the most that fetching takes
)

const (
	userAgent = "Clarion/1.0 (+picture of a campaign)"
	// accept puts first what all networks take, for sites that have a picture in several types.
	accept = "image/jpeg, image/png;q=0.9, image/webp;q=0.8, image/gif;q=0.7, image/*;q=0.1"
)

// A fetcher asks sites for pictures.
type fetcher struct {
	allowed   func(hostport string) bool
	ports     []string // that hosts may be asked at without being allowed
	guarded   net.Dialer
	open      net.Dialer // for hosts that are allowed
	transport *http.Transport
	turns     *semaphore.Weighted
}

func newFetcher(allow func(hostport string) bool) *fetcher {
	f := &fetcher{
		allowed: allow, ports: []string{"80", "443"},
		guarded: net.Dialer{Control: guard}, turns: semaphore.NewWeighted(fetchesAtOnce),
	}
	if f.allowed == nil {
		f.allowed = func(string) bool { return false }
	}
	f.transport = &http.Transport{
		Proxy:                  nil, // see the package's comment
		DialContext:            f.dial,
		DisableKeepAlives:      true, // the next fetch is minutes away
		DisableCompression:     true, // a picture is compressed already
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
	return f
}

func (f *fetcher) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if f.allowed(hostport(host, port)) {
		return f.open.DialContext(ctx, network, address)
	}
	return f.guarded.DialContext(ctx, network, address)
}

// validators are what a site gave to ask with whether a picture has changed (RFC 9110, section 8.8).
type validators struct {
	address  string // that gave them: after redirects another than the campaign's. No other is asked with them
	tag      string
	modified string
}

func validatorsOf(r *http.Response) validators {
	return validators{
		address: r.Request.URL.String(),
		tag:     sendable(r.Header.Get("ETag")), modified: sendable(r.Header.Get("Last-Modified")),
	}
}

// sendable returns a header's value when it can be sent back as it came, and nothing otherwise.
func sendable(value string) string {
	if len(value) > maxValidator || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return value
}

// ask makes the request a conditional one where it goes to the address that gave the validators, and a plain one
// elsewhere.
func (v validators) ask(r *http.Request) {
	r.Header.Del("If-None-Match")
	r.Header.Del("If-Modified-Since")
	if r.URL.String() != v.address {
		return
	}
	if v.tag != "" {
		r.Header.Set("If-None-Match", v.tag)
	}
	if v.modified != "" {
		r.Header.Set("If-Modified-Since", v.modified)
	}
}

// fetch returns the picture at the address, or nil when it is the one that the validators are of. The error is a
// *trouble.
func (f *fetcher) fetch(ctx context.Context, address string, from validators) (*Picture, validators, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, from, &trouble{kind: ErrRefused, sentence: "it is not a web address"}
	}
	if err := checkAddress(u, f.allowed, f.ports); err != nil {
		return nil, from, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	if err := f.turns.Acquire(ctx, 1); err != nil {
		return nil, from, &trouble{kind: ErrUnreachable, sentence: "too many pictures are fetched at this moment", cause: err}
	}
	defer f.turns.Release(1)

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, from, &trouble{kind: ErrRefused, sentence: "it is not a web address", cause: err}
	}
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Accept", accept)
	from.ask(request)
	client := http.Client{Transport: f.transport, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return &trouble{kind: ErrRefused, sentence: fmt.Sprintf("it redirects more than %d times", maxRedirects)}
		}
		next.Header.Del("Referer") // it has the query of the address
		from.ask(next)
		return checkAddress(next.URL, f.allowed, f.ports)
	}}
	response, err := client.Do(request)
	if err != nil {
		return nil, from, explain(err, u.Hostname())
	}
	defer response.Body.Close()
	return read(response, from)
}

// read takes the picture out of the answer.
func read(response *http.Response, from validators) (*Picture, validators, error) {
	host := response.Request.URL.Hostname()
	asked := response.Request.Header
	conditional := asked.Get("If-None-Match")+asked.Get("If-Modified-Since") != ""
	switch {
	case response.StatusCode == http.StatusNotModified && conditional:
		return nil, from, nil
	case response.StatusCode != http.StatusOK:
		return nil, from, refusal(response.StatusCode, host)
	case response.ContentLength > MaxBytes:
		return nil, from, tooBig()
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, MaxBytes+1))
	switch {
	case len(data) > MaxBytes:
		return nil, from, tooBig()
	case err != nil:
		return nil, from, explain(err, host)
	}
	picture, err := examine(bytes.Clone(data)) // without the room that reading left behind it
	if err != nil {
		return nil, from, err
	}
	return &picture, validatorsOf(response), nil
}

func tooBig() error {
	return &trouble{kind: ErrTooBig, sentence: fmt.Sprintf("the file has more than %d MB", MaxBytes>>20)}
}

// refusal says what an answer without a picture means.
func refusal(status int, host string) error {
	t := &trouble{kind: ErrUnreachable, sentence: strings.TrimSpace(fmt.Sprintf("%s answers %d %s", host, status, http.StatusText(status)))}
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
	case http.StatusGone, http.StatusUnavailableForLegalReasons:
		t.kind, t.gone = ErrNoPicture, true
	default:
		if status >= 400 && status < 500 {
			t.kind = ErrNoPicture
		}
	}
	return t
}

// explain makes a sentence of what went wrong on the way.
func explain(err error, host string) error {
	if t, ok := errors.AsType[*trouble](err); ok {
		return t
	}
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err // its text has the query of the address
	}
	t := &trouble{kind: ErrUnreachable, sentence: host + " does not answer", cause: err}
	if errors.Is(err, context.DeadlineExceeded) {
		t.sentence = fmt.Sprintf("%s does not give it within %d seconds", host, timeLimit/time.Second)
	} else if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		t.sentence = "the certificate of " + host + " is not valid"
	} else if lookup, ok := errors.AsType[*net.DNSError](err); ok && lookup.IsNotFound {
		t.sentence = "there is no web site " + host
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		t.sentence = host + " breaks off before its end"
	}
	return t
}
