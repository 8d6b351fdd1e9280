package fetch

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
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

func (s *site) port() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		panic(err)
	}
	return u.Port()
}

// client returns one that may ask this site, with the bounds.
func (s *site) client(c Config) *Client {
	c.Allow = func(hostport string) bool { return hostport == s.Listener.Addr().String() }
	return New(c)
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// get returns all of what is at the address.
func get(t *testing.T, c *Client, address string) (string, error) {
	t.Helper()
	answer, err := c.Get(t.Context(), address, Validators{})
	if err != nil {
		return "", err
	}
	defer answer.Close()
	data, err := io.ReadAll(answer)
	return string(data), err
}
