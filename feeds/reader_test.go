package feeds

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/clarion-bot/clarion/fetch"
)

func TestEachFailureSaysWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		kind   error
		says   string
		passes bool
	}{
		"404":                 {http.NotFound, ErrStatus, "127.0.0.1 answers 404 Not Found. Open the address in a browser", false},
		"403":                 {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, ErrStatus, "403 Forbidden. Open the address", false},
		"429":                 {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, ErrStatus, "429 Too Many Requests. Try again later", true},
		"503":                 {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, ErrStatus, "503 Service Unavailable. Try again later", true},
		"304 unasked":         {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, ErrStatus, "304 Not Modified", false},
		"broken off":          {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ErrUnreachable, "does not answer. Check the address", true},
		"redirects":           {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, ErrUnreachable, "more than 3 times. Paste the address", false},
		"nothing":             {as("text/xml", ""), ErrNoFeed, "There is no feed at this address. Paste", false},
		"words":               {as("text/plain", "Hello"), ErrNoFeed, "There is no feed", false},
		"a picture":           {as("application/rss+xml", "\x89PNG\r\n\x1a\n"), ErrNoFeed, "There is no feed", false},
		"a site map":          {as("text/xml", `<?xml version="1.0"?><urlset><url><loc>https://a.example/</loc></url></urlset>`), ErrNoFeed, "There is no feed", false},
		"other JSON":          {as("application/json", `{"version": "1", "items": [{"id": "1", "url": "https://a.example/"}]}`), ErrNoFeed, "There is no feed", false},
		"a list of JSON":      {as("application/json", `[{"id": 1}]`), ErrNoFeed, "There is no feed", false},
		"packed twice":        {as("application/rss+xml", packed(rss(entry))), ErrNoFeed, "There is no feed", false},
		"cut RSS":             {as("text/xml", rss(entry)[:100]), ErrNoFeed, "damaged", false},
		"cut JSON":            {as("text/xml", `{"version": "https://jsonfeed.org/version/1", "items": [`), ErrNoFeed, "damaged", false},
		"an unknown encoding": {as("text/xml", strings.Replace(rss(entry+"\xff\xfe"), "?>", ` encoding="klingon"?>`, 1)), nil, "", false},
		"RSS without items":   {as("text/xml", rss("")), ErrEmpty, "no items yet", true},
		"RSS of scripts":      {as("text/xml", rss("<item><link>javascript:alert(1)</link></item>")), ErrEmpty, "nothing to share", false},
		"a page":              {as("text/html", "<!doctype html><title>Hello</title>"), ErrPage, "This is a web page, and it names no feed. Look on it", false},
		"a page by its words": {as("text/plain", "<!doctype html><title>Hello</title>"), ErrPage, "This is a web page", false},
		"a page of XHTML":     {as("application/xhtml+xml", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`), ErrPage, "This is a web page", false},
		"announced big":       {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "2097153") }, ErrTooBig, "larger than 2 MB", false},
		"big, and nothing":    {as("text/plain", strings.Repeat("x", MaxBytes+1)), ErrTooBig, "larger than 2 MB", false},
		"big, as a page":      {as("text/html", rss(strings.Repeat(entry, 40_000))), ErrTooBig, "larger than 2 MB", false},
		"to a private address": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.1/feed", http.StatusFound)
		}, ErrPrivate, "not on the public internet. Paste", false},
		"to a file": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}, ErrAddress, "Paste the address of a feed", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, test.answer)
			feed, err := s.read(t, "/?key=hunter2")
			if test.kind == nil {
				if err != nil || len(feed.Items) != 1 {
					t.Errorf("got %+v, %v", feed, err)
				}
				return
			}
			if e := isOf(t, err, test.kind, test.says); e.Passes != test.passes || strings.Contains(e.Error(), "hunter2") {
				t.Errorf("passes %v: %q", e.Passes, e)
			}
		})
	}
}

func TestAnAddressThatCannotBeAskedIsRefusedAtOnce(t *testing.T) {
	r := New(Config{})
	for address, kind := range map[string]error{
		"": ErrAddress, "news": ErrAddress, "www.example.com/feed": ErrAddress, "ftp://www.example.com/feed": ErrAddress,
		"javascript:alert(1)": ErrAddress, "https://": ErrAddress, "https://[::1": ErrAddress, "https://me:pw@www.example.com/": ErrAddress,
		"https://www.example.com:6379/": ErrAddress, "https://www.example.com/" + strings.Repeat("x", fetch.MaxAddress): ErrAddress,
		"http://127.0.0.1/feed": ErrPrivate, "http://[::1]/feed": ErrPrivate, "http://169.254.169.254/latest/": ErrPrivate,
		"http://192.168.1.1/": ErrPrivate, "http://[::ffff:10.0.0.1]/": ErrPrivate,
	} {
		_, err := r.Read(t.Context(), address, Known{})
		if e := isOf(t, err, kind, "Paste the address of a feed"); e.Passes {
			t.Errorf("%s: it is said to pass", address)
		}
	}
}

// Localhost is a name that resolves to loopback. Its port is not in the way: only what is dialed stands before it.
func TestANameOfOurOwnNetworkIsNotRead(t *testing.T) {
	private := newSite(t, as("text/xml", rss(entry)))
	own := "http://localhost:" + private.port() + "/feed"
	for name, test := range map[string]http.HandlerFunc{
		"asked": nil,
		"by a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, own, http.StatusFound)
		},
		"named by a page": as("text/html", `<link rel="alternate" type="application/rss+xml" href="`+own+`">`),
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, test)
			address := s.URL
			if test == nil {
				address = own
			}
			_, err := s.readerOf(private.port()).Read(t.Context(), address, Known{})
			isOf(t, err, ErrPrivate, "not on the public internet")
		})
	}
	if n := len(private.asked()); n != 0 {
		t.Errorf("the private site was asked %d times", n)
	}
}

// What lies in the sockets is more than what is read, but not by much.
func TestAFeedOfTenMegabytesIsReadNoFurtherThanItsBound(t *testing.T) {
	const whole = 10 << 20
	sent := make(chan int, 1)
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
		n, _ := io.WriteString(w, rss(entry)[:50])
		for block := []byte(strings.Repeat(entry, 1000)); n < whole; {
			more, err := w.Write(block)
			if n += more; err != nil {
				break
			}
		}
		sent <- n
	})
	_, err := s.read(t, "/")
	isOf(t, err, ErrTooBig, "larger than 2 MB, which is the most that is read. Choose one with fewer items")
	if n := <-sent; n >= whole {
		t.Errorf("%d bytes were taken", n)
	}
}

// Ten megabytes are ten kilobytes on the wire: the bound is that of what is unpacked.
func TestAPackedFeedIsReadNoFurtherThanItsBound(t *testing.T) {
	bomb := packed(rss(entry + strings.Repeat(" ", 10<<20)))
	small := packed(rss(entry))
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Error("no site is asked to pack its feed")
		}
		w.Header().Set("Content-Encoding", "gzip")
		data := small
		if r.URL.Path == "/bomb" {
			data = bomb
		}
		_, _ = io.WriteString(w, data)
	})
	if len(bomb) > 100<<10 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	_, err := s.read(t, "/bomb")
	isOf(t, err, ErrTooBig, "larger than 2 MB")
	if feed, err := s.read(t, "/small"); err != nil || len(feed.Items) != 1 {
		t.Errorf("a small one: %+v, %v", feed, err)
	}
}

func TestTheGreatestFeedIsRead(t *testing.T) {
	feed := rss(entry)
	s := newSite(t, as("text/xml", feed+strings.Repeat("\n", MaxBytes-len(feed))))
	if feed, err := s.read(t, "/"); err != nil || len(feed.Items) != 1 {
		t.Errorf("got %+v, %v", feed, err)
	}
}

func TestAFeedThatHasNotChangedIsNotSentAgain(t *testing.T) {
	s := newSite(t, paths(map[string]http.HandlerFunc{
		"/page": as("text/html", `<link rel="alternate" type="application/rss+xml" href="/feed">`),
		"/feed": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") == "Mon, 16 Nov 2026 05:00:00 GMT" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Last-Modified", "Mon, 16 Nov 2026 05:00:00 GMT")
			_, _ = io.WriteString(w, rss(entry))
		},
	}))
	first, err := s.read(t, "/page")
	if err != nil || first.Unchanged || first.Address != s.URL+"/feed" {
		t.Fatalf("got %+v, %v", first, err)
	}
	var known Known
	if kept, err := json.Marshal(first.Known); err != nil || json.Unmarshal(kept, &known) != nil {
		t.Fatalf("it cannot be kept: %+v", first.Known)
	}
	for _, address := range []string{first.Address, s.URL + "/page"} {
		again, err := s.reader().Read(t.Context(), address, known)
		if err != nil || !again.Unchanged || again.Address != s.URL+"/feed" || again.Known != known || again.Items != nil {
			t.Errorf("%s: got %+v, %v", address, again, err)
		}
	}
	if n := len(s.asked()); n != 5 {
		t.Errorf("%d requests", n)
	}
}

func TestAnAddressIsPastedWithSpaceAroundIt(t *testing.T) {
	s := newSite(t, as("text/xml", rss(entry)))
	if feed, err := s.reader().Read(t.Context(), " \n"+s.URL+"/feed\t", Known{}); err != nil || feed.Address != s.URL+"/feed" {
		t.Errorf("got %+v, %v", feed, err)
	}
}

func TestARequestSaysWhoAsks(t *testing.T) {
	s := newSite(t, as("text/xml", rss(entry)))
	if _, err := s.read(t, "/"); err != nil {
		t.Fatal(err)
	}
	if r := s.asked()[0]; r.UserAgent() != userAgent || !strings.HasPrefix(r.Header.Get("Accept"), "application/rss+xml") {
		t.Errorf("sent %v", r.Header)
	}
}

func TestNothingIsReadFromLoopbackByDefault(t *testing.T) {
	s := newSite(t, as("text/xml", rss(entry)))
	config := bounds(nil)
	config.Ports = []string{s.port()}
	_, err := (&Reader{web: fetch.New(config)}).Read(t.Context(), s.URL, Known{})
	isOf(t, err, ErrPrivate, "public internet")
	_, err = New(Config{}).Read(t.Context(), s.URL, Known{})
	isOf(t, err, ErrAddress, "port")
}
