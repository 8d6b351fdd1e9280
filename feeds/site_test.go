package feeds

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/clarion-bot/clarion/fetch"
)

// site is a web site on loopback that records what it is asked.
type site struct {
	*httptest.Server
	answer   http.HandlerFunc
	mu       sync.Mutex
	requests []*http.Request
}

func newSite(t *testing.T, answer http.HandlerFunc) *site {
	t.Helper()
	s := &site{answer: answer}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Clone(r.Context()))
	s.mu.Unlock()
	s.answer(w, r)
}

// asked returns the requests so far.
func (s *site) asked() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

func (s *site) host() string { return s.Listener.Addr().String() }

func (s *site) port() string {
	_, port, _ := strings.Cut(s.host(), ":")
	return port
}

// reader returns one that may read from this site.
func (s *site) reader() *Reader {
	return New(Config{Allow: func(hostport string) bool { return hostport == s.host() }})
}

// readerOf is reader with other ports for hosts that are not allowed.
func (s *site) readerOf(ports ...string) *Reader {
	config := bounds(func(hostport string) bool { return hostport == s.host() })
	config.Ports = ports
	return &Reader{web: fetch.New(config)}
}

// as answers with the data under a content type.
func as(contentType, data string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, data)
	}
}

// paths answers at paths, and with 404 elsewhere.
func paths(answers map[string]http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if answer := answers[r.URL.Path]; answer != nil {
			answer(w, r)
			return
		}
		http.NotFound(w, r)
	}
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// rss returns a feed with what is given in its channel.
func rss(inside string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>` + inside + `</channel></rss>`
}

// entry is an item that can be shared.
const entry = `<item><title>One</title><link>https://www.example.com/1</link></item>`

func packed(data string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, data)
	_ = z.Close()
	return b.String()
}

// read reads the feed at the address of the site.
func (s *site) read(t *testing.T, path string) (Feed, error) {
	t.Helper()
	return s.reader().Read(t.Context(), s.URL+path, Known{})
}

// readOf reads data under a content type, without a site.
func readOf(data, contentType string) (Feed, error) {
	base := &url.URL{Scheme: "https", Host: "www.example.com", Path: "/blog/feed"}
	return parse(decode([]byte(data), contentType), base)
}

// isOf fails the test unless the error is an Error of the kind, and of no other, that says it in sentences.
func isOf(t *testing.T, err, kind error, says string) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok || !strings.Contains(Sentence(err), says) {
		t.Fatalf("got %T %v, which does not say %q", err, err, says)
	}
	for _, k := range []error{ErrAddress, ErrPrivate, ErrUnreachable, ErrSlow, ErrStatus, ErrTooBig, ErrPage, ErrNoFeed, ErrEmpty} {
		if errors.Is(err, k) != (k == kind) {
			t.Errorf("that %q is %q: %v", err, k, errors.Is(err, k))
		}
	}
	if first := e.Sentence[0]; !strings.HasSuffix(e.Sentence, ".") || strings.Count(e.Sentence, ". ") == 0 && !strings.Contains(e.Sentence, "it has") || first == ' ' {
		t.Errorf("no sentences that say what to do: %q", e.Sentence)
	}
	return e
}

func ids(items []Item) string {
	var b strings.Builder
	for _, i := range items {
		fmt.Fprintf(&b, "%s ", i.ID)
	}
	return strings.TrimSpace(b.String())
}
