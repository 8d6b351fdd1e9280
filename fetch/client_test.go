package fetch

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// kinds are all kinds of errors. Each error is of one of them.
func kinds() []error {
	return []error{ErrAddress, ErrPrivate, ErrRedirects, ErrBusy, ErrUnreachable, ErrSlow, ErrStatus, ErrTooBig}
}

// isOf fails the test unless the error is an Error of the kind, and of no other, that says it.
func isOf(t *testing.T, err, kind error, says string) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok || !strings.Contains(fmt.Sprint(err), says) {
		t.Fatalf("got %T %v, which does not say %q", err, err, says)
	}
	for _, k := range kinds() {
		if errors.Is(err, k) != (k == kind) {
			t.Errorf("that %q is %q: %v", err, k, errors.Is(err, k))
		}
	}
	return e
}

func TestWhatASiteAnswersIsHandedOn(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new?key=1", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=latin1")
		_, _ = io.WriteString(w, "hello")
	})
	answer, err := s.client(Config{Redirects: 1}).Get(t.Context(), s.URL+"/old", Validators{})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	if data, err := io.ReadAll(answer); string(data) != "hello" || err != nil {
		t.Errorf("read %q: %v", data, err)
	}
	if answer.Address.String() != s.URL+"/new?key=1" || answer.Type != "text/plain; charset=latin1" || answer.Length != 5 || answer.Unchanged {
		t.Errorf("got %+v", answer)
	}
}

func TestEachFailureIsOfOneKindAndNamesItsHost(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		kind   error
		says   string
	}{
		"404":              {status(404), ErrStatus, "127.0.0.1 answers 404 Not Found"},
		"204":              {status(204), ErrStatus, "answers 204 No Content"},
		"304 unasked":      {status(304), ErrStatus, "answers 304 Not Modified"},
		"a status of none": {status(599), ErrStatus, "127.0.0.1 answers 599"},
		"closed at once":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ErrUnreachable, "does not answer"},
		"broken off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "50")
			_, _ = io.WriteString(w, "hello")
		}, ErrUnreachable, "breaks off before its end"},
		"an endless head": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", maxHeaderBytes+4096))
		}, ErrUnreachable, "does not answer"},
		"too big":            {text(strings.Repeat("x", 101)), ErrTooBig, "more than 100 bytes"},
		"redirects for ever": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, ErrRedirects, "more than 3 times"},
		"to a private address": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
		}, ErrPrivate, "not on the public internet"},
		"to no address": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://[www.example.com/?key=hunter2")
			w.WriteHeader(http.StatusFound)
		}, ErrAddress, "redirects to something that is not a web address"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, test.answer)
			_, err := get(t, s.client(Config{MaxBytes: 100, Redirects: 3}), s.URL+"/?key=hunter2")
			if e := isOf(t, err, test.kind, test.says); e.Host != "127.0.0.1" || strings.Contains(fmt.Sprint(e, e.Cause), "hunter2") {
				t.Errorf("host %q, %q: %v", e.Host, e, e.Cause)
			}
		})
	}
	t.Run("too long", func(t *testing.T) {
		_, err := get(t, New(Config{}), "https://www.example.com/"+strings.Repeat("a", MaxAddress))
		isOf(t, err, ErrAddress, "too long")
	})
	t.Run("no address", func(t *testing.T) {
		_, err := get(t, New(Config{}), "https://[::1")
		isOf(t, err, ErrAddress, "not a web address")
	})
	t.Run("another scheme", func(t *testing.T) {
		_, err := get(t, New(Config{}), "ftp://www.example.com/")
		isOf(t, err, ErrAddress, "https://")
	})
	t.Run("an address of loopback", func(t *testing.T) {
		_, err := get(t, New(Config{}), "http://[::1]/")
		isOf(t, err, ErrPrivate, "not on the public internet")
	})
}

func TestACertificateThatIsNotValidIsNotTalkedTo(t *testing.T) {
	s := &site{answer: text("hello")}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of the certificate too
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := get(t, s.client(Config{}), s.URL)
	isOf(t, err, ErrUnreachable, "certificate")
	if n := len(s.asked()); n != 0 {
		t.Errorf("the site was asked %d times", n)
	}
}

// The site is on loopback under a name, at a port that is not in the way: only the check of the dialed address
// stands before it.
func TestARedirectIntoOurOwnNetworkIsNotFollowed(t *testing.T) {
	other := newSite(t, text("private"))
	for name, test := range map[string]struct {
		location string
		kind     error
	}{
		"by name":         {"http://localhost:" + other.port() + "/", ErrPrivate},
		"by address":      {other.URL, ErrPrivate},
		"to metadata":     {"http://169.254.169.254/latest/meta-data/", ErrPrivate},
		"to a file":       {"file:///etc/passwd", ErrAddress},
		"with a password": {"https://me:pw@www.example.com/", ErrAddress},
		"to a port":       {"http://www.example.com:22/", ErrAddress},
		"to a mention":    {"http://<!channel>/", ErrAddress},
		"to a long name":  {"http://" + strings.Repeat("a", 60_000) + "/", ErrAddress},
		"a long way":      {"http://www.example.com/" + strings.Repeat("a", MaxAddress), ErrAddress},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", test.location)
				w.WriteHeader(http.StatusFound)
			})
			_, err := get(t, s.client(Config{Redirects: 3, Ports: []string{"80", "443", other.port()}}), s.URL)
			isOf(t, err, test.kind, "it ")
		})
	}
	if n := len(other.asked()); n != 0 {
		t.Errorf("the private site was asked %d times", n)
	}
}

// The first site answers, and the one that it redirects to does not.
func TestAFailureBehindARedirectIsThatOfTheOtherSite(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://other.example.com/?key=hunter2", http.StatusFound)
	})
	client := New(Config{Redirects: 1, Allow: func(string) bool { return true }, DialAllowed: func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == "other.example.com:80" {
			return nil, errors.New("nobody there")
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}})
	_, err := get(t, client, s.URL)
	if e := isOf(t, err, ErrUnreachable, "other.example.com does not answer"); e.Host != "other.example.com" || strings.Contains(fmt.Sprint(e, e.Cause), "hunter2") {
		t.Errorf("host %q: %v", e.Host, e.Cause)
	}
}

func TestABodyIsReadToItsBoundAndNoFurther(t *testing.T) {
	const bound = 1 << 20
	for size, kind := range map[int]error{bound - 1: nil, bound: nil, bound + 1: ErrTooBig, 10 * bound: ErrTooBig} {
		s := newSite(t, text(strings.Repeat("x", size)))
		got, err := get(t, s.client(Config{MaxBytes: bound}), s.URL)
		if !errors.Is(err, kind) || len(got) != min(size, bound) {
			t.Errorf("of %d bytes %d were read: %v", size, len(got), err)
		}
	}
}

func TestWhatIsPackedIsBoundedByWhatIsUnpacked(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			_, _ = io.WriteString(w, "plain")
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		_, _ = io.WriteString(z, strings.Repeat("x", 10<<20))
	})
	got, err := get(t, s.client(Config{Gzip: true, MaxBytes: 2 << 20}), s.URL)
	isOf(t, err, ErrTooBig, "more than 2 MB")
	if len(got) != 2<<20 {
		t.Errorf("%d bytes were read", len(got))
	}
	if got, err := get(t, s.client(Config{}), s.URL); got != "plain" || err != nil {
		t.Errorf("without Gzip: %q, %v", got, err)
	}
}

func TestARequestSaysWhoAsksAndNothingElse(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
		if r.URL.Path == "/first" {
			http.Redirect(w, r, "/second", http.StatusFound)
		}
	})
	client := s.client(Config{UserAgent: "Clarion", Accept: "text/*", Redirects: 1})
	if _, err := get(t, client, s.URL+"/first?key=secret"); err != nil {
		t.Fatal(err)
	}
	for _, r := range s.asked() {
		if r.UserAgent() != "Clarion" || r.Header.Get("Accept") != "text/*" || !r.Close || len(r.Header) != 3 {
			t.Errorf("%s: %v", r.URL, r.Header)
		}
	}
	if n := len(s.asked()); n != 2 {
		t.Errorf("%d requests", n)
	}
	if client.transport.Proxy != nil {
		t.Error("a proxy is used, which looks names up itself")
	}
}

func TestAThingThatHasNotChangedIsNotSentAgain(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/thing", http.StatusFound)
			return
		}
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		_, _ = io.WriteString(w, "hello")
	})
	client := s.client(Config{Redirects: 1})
	first, err := client.Get(t.Context(), s.URL, Validators{})
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	kept, err := json.Marshal(first.Validators)
	if err != nil {
		t.Fatal(err)
	}
	var known Validators
	if err := json.Unmarshal(kept, &known); err != nil {
		t.Fatal(err)
	}
	second, err := client.Get(t.Context(), s.URL, known)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if data, err := io.ReadAll(second); !second.Unchanged || second.Validators != known || len(data) != 0 || err != nil {
		t.Errorf("got %+v with %q: %v", second, data, err)
	}
	if r := s.asked()[2]; r.Header.Get("If-None-Match") != "" {
		t.Errorf("the tag went to %s, which did not give it", r.URL)
	}
}

// An answer counts until it is closed, however often it is.
func TestOnlySoManyAnswersAreOpenAtOnce(t *testing.T) {
	s := newSite(t, text("hello"))
	client := s.client(Config{AtOnce: 1})
	answer, err := client.Get(t.Context(), s.URL, Validators{})
	if err != nil {
		t.Fatal(err)
	}
	hurried, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Get(hurried, s.URL, Validators{})
	isOf(t, err, ErrBusy, "at this moment")
	answer.Close()
	answer.Close()
	for range 2 {
		if _, err := get(t, client, s.URL); err != nil {
			t.Error(err)
		}
	}
}
