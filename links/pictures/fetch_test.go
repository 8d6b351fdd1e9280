package pictures

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/clarion-bot/clarion/fetch"
)

func TestAnAnswerThatIsNoPictureIsToldApart(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		kind   error
		says   string
	}{
		"404":         {status(404), ErrNoPicture, "answers 404 Not Found"},
		"403":         {status(403), ErrNoPicture, "answers 403 Forbidden"},
		"410":         {status(410), ErrNoPicture, "answers 410 Gone"},
		"429":         {status(429), ErrUnreachable, "answers 429 Too Many Requests"},
		"500":         {status(500), ErrUnreachable, "answers 500 Internal Server Error"},
		"503":         {status(503), ErrUnreachable, "answers 503 Service Unavailable"},
		"204":         {status(204), ErrUnreachable, "answers 204 No Content"},
		"304 unasked": {status(304), ErrUnreachable, "answers 304 Not Modified"},
		"wrong bytes under image/jpeg": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/jpeg")
			fmt.Fprint(w, "<!doctype html><script>alert(1)</script>")
		}, ErrNoPicture, "web page"},
		"svg under image/png": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)
		}, ErrNoPicture, "SVG"},
		"svg under its own type": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/svg+xml")
			fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg"/>`)
		}, ErrNoPicture, "SVG"},
		"cut file":         {file(pngFile(40, 30)[:60]), ErrNoPicture, "cut off"},
		"announced big":    {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", fmt.Sprint(MaxBytes+1)) }, ErrTooBig, "8 MB"},
		"one byte too big": {file(padded(pngFile(3, 2), MaxBytes+1)), ErrTooBig, "8 MB"},
		"broken off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5000")
			w.Write(pngFile(3, 2))
		}, ErrUnreachable, "breaks off"},
		"closed at once": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ErrUnreachable, "does not answer"},
		"endless head": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 68<<10))
			w.Write(pngFile(3, 2))
		}, ErrUnreachable, "does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, test.answer)
			d := newDesk(t, s)
			_, err := d.Get(t.Context(), s.URL+"/a.jpg")
			if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, which does not say %q", err, test.says)
			}
			for kind := range outcomes() {
				if kind != test.kind && errors.Is(err, kind) {
					t.Errorf("%v is of a second kind, %v", err, kind)
				}
			}
		})
	}
}

// What lies in the sockets is more than what is read, but not by much.
func TestABodyWithoutEndIsReadNoFurtherThanItsBound(t *testing.T) {
	written := make(chan int, 1)
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
		n, _ := w.Write(pngFile(3, 2))
		for block := make([]byte, 64<<10); n < 8*MaxBytes; {
			more, err := w.Write(block)
			if n += more; err != nil {
				break
			}
		}
		written <- n
	})
	d := newDesk(t, s)
	if _, err := d.Get(t.Context(), s.URL); !errors.Is(err, ErrTooBig) || !strings.Contains(err.Error(), "8 MB") {
		t.Errorf("got %v", err)
	}
	if n := <-written; n >= 8*MaxBytes {
		t.Errorf("%d bytes were taken", n)
	}
}

func TestTheGreatestFileIsTaken(t *testing.T) {
	data := padded(pngFile(3, 2), MaxBytes)
	s := newSite(t, file(data))
	newDesk(t, s).has(t, s.URL, data)
}

func TestASiteThatIsDownIsUnreachable(t *testing.T) {
	s := newSite(t, file(pngFile(3, 2)))
	d := newDesk(t, s)
	s.Close()
	if _, err := d.Get(t.Context(), s.URL); !errors.Is(err, ErrUnreachable) {
		t.Errorf("got %v", err)
	}
}

func TestACertificateThatIsNotValidIsRefused(t *testing.T) {
	s := &site{answer: file(pngFile(3, 2))}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of the certificate too
	s.StartTLS()
	t.Cleanup(s.Close)
	d := newDesk(t, s)
	if _, err := d.Get(t.Context(), s.URL); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
	if n := len(s.asked()); n != 0 {
		t.Errorf("the site was asked %d times", n)
	}
}

func TestARequestSaysWhoAsksAndCarriesNothingOver(t *testing.T) {
	s := newSite(t, nil)
	s.becomes(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
		if r.URL.Path == "/first" {
			http.Redirect(w, r, "/second", http.StatusFound)
			return
		}
		w.Write(pngFile(3, 2))
	})
	d := newDesk(t, s)
	d.has(t, s.URL+"/first?key=secret", pngFile(3, 2))
	asked := s.asked()
	if len(asked) != 2 {
		t.Fatalf("%d requests", len(asked))
	}
	for _, r := range asked {
		if r.UserAgent() != userAgent || !strings.HasPrefix(r.Header.Get("Accept"), "image/") {
			t.Errorf("%s: User-Agent %q, Accept %q", r.URL, r.UserAgent(), r.Header.Get("Accept"))
		}
		if !r.Close {
			t.Errorf("%s: the connection stays open", r.URL)
		}
		for _, name := range []string{"Cookie", "Referer", "Accept-Encoding", "If-None-Match"} {
			if v := r.Header.Get(name); v != "" {
				t.Errorf("%s: %s is sent: %s", r.URL, name, v)
			}
		}
	}
}

func TestThreeRedirectsAreFollowedAndNoFourth(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		var left int
		fmt.Sscanf(r.URL.Path, "/%d", &left)
		if left > 0 {
			http.Redirect(w, r, fmt.Sprintf("/%d", left-1), http.StatusFound)
			return
		}
		w.Write(pngFile(3, 2))
	})
	d := newDesk(t, s)
	d.has(t, s.URL+"/3", pngFile(3, 2))
	if _, err := d.Get(t.Context(), s.URL+"/4"); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "more than 3 times") {
		t.Errorf("got %v", err)
	}
}

// The other site is on loopback under a name, at a port that is not in the way: only the check of the dialed
// address stands before it.
func TestARedirectToAPrivateAddressIsRefused(t *testing.T) {
	other := newSite(t, file(pngFile(3, 2)))
	u, err := url.Parse(other.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, location := range map[string]string{
		"by name":         "http://localhost:" + u.Port() + "/",
		"by address":      other.URL,
		"to metadata":     "http://169.254.169.254/latest/meta-data/",
		"to a file":       "file:///etc/passwd",
		"with a password": "https://me:pw@www.example.com/a.jpg",
		"to a port":       "http://www.example.com:22/",
		"to a user name":  "//me@www.example.com/",
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", location)
				w.WriteHeader(http.StatusFound)
			})
			d := newDesk(t, s)
			config := bounds(allow(s))
			config.Ports = []string{"80", "443", u.Port()}
			d.web = fetch.New(config)
			if _, err := d.Get(t.Context(), s.URL); !errors.Is(err, ErrRefused) {
				t.Errorf("got %v", err)
			}
		})
	}
	if n := len(other.asked()); n != 0 {
		t.Errorf("the private site was asked %d times", n)
	}
}

func TestAnAddressWithoutEndIsRefused(t *testing.T) {
	d := newDesk(t)
	if _, err := d.Get(t.Context(), "https://www.example.com/"+strings.Repeat("a", fetch.MaxAddress)); !errors.Is(err, ErrRefused) {
		t.Errorf("got %v", err)
	}
	if d.shelf.held() != 0 {
		t.Error("it takes memory")
	}
	if _, err := d.Get(t.Context(), "https://[::1"); !errors.Is(err, ErrRefused) {
		t.Errorf("an address that cannot be read: %v", err)
	}
}

func TestNoSecretOfAnAddressIsLoggedOrShown(t *testing.T) {
	const secret = "Signature=hunter2"
	answers := map[string]http.HandlerFunc{
		"404": status(404), "svg": file([]byte("<svg>")), "abort": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"private": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:80/?"+secret, http.StatusFound)
		},
		"down": nil,
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, answer)
			d := newDesk(t, s)
			if answer == nil {
				s.Close()
			}
			_, err := d.Get(t.Context(), s.URL+"/picture.jpg?"+secret)
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), "hunter2") || strings.Contains(d.log.String(), "hunter2") {
				t.Errorf("the secret is in %q or in the log:\n%s", err, d.log)
			}
			if !bytes.Contains(d.log.Bytes(), []byte("/picture.jpg")) {
				t.Errorf("the log does not say which picture:\n%s", d.log)
			}
		})
	}
}
