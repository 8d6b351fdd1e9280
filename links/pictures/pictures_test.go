package pictures

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/clarion-bot/clarion/fetch"
)

func TestAConfigurationIsChecked(t *testing.T) {
	good := Config{Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
	for name, breaks := range map[string]func(*Config){
		"no Now":    func(c *Config) { c.Now = nil },
		"no Logger": func(c *Config) { c.Logger = nil },
		"a Memory that is too small for one picture": func(c *Config) { c.Memory = MaxBytes },
	} {
		c := good
		breaks(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
}

func TestAPictureIsFetchedOnceInTenMinutes(t *testing.T) {
	s := newSite(t, file(pngFile(3, 2)))
	d := newDesk(t, s)
	for range 3 {
		d.has(t, s.URL, pngFile(3, 2))
	}
	d.clock.passes(fresh - time.Nanosecond)
	d.has(t, s.URL, pngFile(3, 2))
	if n := len(s.asked()); n != 1 {
		t.Errorf("the site was asked %d times", n)
	}
	s.becomes(file(jpegFile(5, 4)))
	d.clock.passes(time.Nanosecond)
	if got := d.has(t, s.URL, jpegFile(5, 4)); got.Type != "image/jpeg" || got.Width != 5 {
		t.Errorf("the new picture is told as %s of width %d", got.Type, got.Width)
	}
	if held := d.shelf.held(); held > int64(len(jpegFile(5, 4)))+overhead+100 {
		t.Errorf("%d bytes are held: the old picture is among them", held)
	}
}

// A caller may have looked at the shelf just before a fetch put its picture there.
func TestAFetchThatComesLateFindsWhatTheOneBeforeItBrought(t *testing.T) {
	s := newSite(t, file(pngFile(3, 2)))
	d := newDesk(t, s)
	d.renew(s.URL)
	if _, err := d.renew(s.URL).answer(); err != nil || len(s.asked()) != 1 {
		t.Errorf("the site was asked %d times: %v", len(s.asked()), err)
	}
}

// Every view of a share page asks.
func TestAPictureInMemoryIsHandedOutWithoutAllocating(t *testing.T) {
	s := newSite(t, file(pngFile(3, 2)))
	d := newDesk(t, s)
	d.has(t, s.URL, pngFile(3, 2))
	if n := testing.AllocsPerRun(1000, func() { _, _ = d.Get(t.Context(), s.URL) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestASiteIsAskedWhetherThePictureHasChanged(t *testing.T) {
	const modified = "Mon, 16 Nov 2026 05:00:00 GMT"
	for name, test := range map[string]struct{ header, value, question string }{
		"by its tag":      {"ETag", `"v1"`, "If-None-Match"},
		"by a weak tag":   {"ETag", `W/"v1"`, "If-None-Match"},
		"by its own time": {"Last-Modified", modified, "If-Modified-Since"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get(test.question) == test.value {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				w.Header().Set(test.header, test.value)
				w.Write(pngFile(3, 2))
			})
			d := newDesk(t, s)
			for range 3 { // the second 304 shows that the first one left the validators in place
				d.has(t, s.URL, pngFile(3, 2))
				d.has(t, s.URL, pngFile(3, 2))
				d.clock.passes(fresh)
			}
			if n := len(s.asked()); n != 3 {
				t.Errorf("the site was asked %d times", n)
			}
			if n := testutil.ToFloat64(d.metrics.fetches.WithLabelValues(fetchedUnchanged)); n != 2 {
				t.Errorf("%v fetches counted as unchanged", n)
			}
		})
	}
}

// A tag belongs to the address that gave it. Another one may have the same tag on another picture.
func TestATagIsSentOnlyToTheAddressThatGaveIt(t *testing.T) {
	target := "/one"
	s := newSite(t, nil)
	s.becomes(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/":
			http.Redirect(w, r, target, http.StatusFound)
		case r.Header.Get("If-None-Match") == `"v1"`:
			w.WriteHeader(http.StatusNotModified)
		case r.URL.Path == "/one":
			w.Header().Set("ETag", `"v1"`)
			w.Write(pngFile(1, 1))
		default:
			w.Header().Set("ETag", `"v1"`)
			w.Write(pngFile(2, 2))
		}
	})
	d := newDesk(t, s)
	d.has(t, s.URL+"/", pngFile(1, 1))
	d.clock.passes(fresh)
	d.has(t, s.URL+"/", pngFile(1, 1))
	d.clock.passes(fresh)
	target = "/two"
	d.has(t, s.URL+"/", pngFile(2, 2))
	var sent []string
	for _, r := range s.asked() {
		sent = append(sent, r.URL.Path+r.Header.Get("If-None-Match"))
	}
	if got := strings.Join(sent, " "); got != `/ /one / /one"v1" / /two` {
		t.Errorf("asked %s", got)
	}
}

func TestATagThatCannotBeSentBackIsNotKept(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"`+strings.Repeat("x", 1<<10)+`"`)
		w.Header().Set("Last-Modified", "t\u00fcrkis")
		w.Write(pngFile(3, 2))
	})
	d := newDesk(t, s)
	d.has(t, s.URL, pngFile(3, 2))
	d.clock.passes(fresh)
	d.has(t, s.URL, pngFile(3, 2))
	for _, r := range s.asked() {
		if r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") != "" {
			t.Errorf("sent: %v", r.Header)
		}
	}
}

func TestTheOldPictureIsShownWhileTheSiteHasNone(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"500": status(500), "404": status(404), "a page": file([]byte("<!doctype html>")), "too big": file(make([]byte, MaxBytes+1)),
		"304 without a question": status(304),
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, file(pngFile(3, 2)))
			d := newDesk(t, s)
			d.has(t, s.URL, pngFile(3, 2))
			s.becomes(answer)
			for range 5 {
				d.clock.passes(24 * time.Hour)
				d.has(t, s.URL, pngFile(3, 2))
				d.has(t, s.URL, pngFile(3, 2))
			}
			if n := len(s.asked()); n != 6 {
				t.Errorf("the site was asked %d times: each failure is to be remembered too", n)
			}
			if !strings.Contains(d.log.String(), "old_one_is_shown=true") {
				t.Errorf("the log does not say so:\n%s", d.log)
			}
			s.becomes(file(gifFile(4, 4)))
			d.clock.passes(permanent)
			d.has(t, s.URL, gifFile(4, 4))
		})
	}
}

func TestAPictureThatWasTakenAwayIsNotShown(t *testing.T) {
	for _, code := range []int{http.StatusGone, http.StatusUnavailableForLegalReasons} {
		s := newSite(t, file(pngFile(3, 2)))
		d := newDesk(t, s)
		d.has(t, s.URL, pngFile(3, 2))
		s.becomes(status(code))
		d.clock.passes(fresh)
		for range 2 {
			if _, err := d.Get(t.Context(), s.URL); !errors.Is(err, ErrNoPicture) {
				t.Errorf("%d: %v", code, err)
			}
		}
		if held := d.shelf.held(); held > overhead+100 {
			t.Errorf("%d: %d bytes are held", code, held)
		}
	}
}

func TestAFailureIsRemembered(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		holds  time.Duration
	}{
		"500, for 30 seconds":    {status(500), 30 * time.Second},
		"404, for 5 minutes":     {status(404), 5 * time.Minute},
		"an SVG, for 5 minutes":  {file([]byte("<svg>")), 5 * time.Minute},
		"too big, for 5 minutes": {file(make([]byte, MaxBytes+1)), 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, test.answer)
			d := newDesk(t, s)
			asks := func() int {
				if _, err := d.Get(t.Context(), s.URL); err == nil {
					t.Error("no error")
				}
				return len(s.asked())
			}
			asks()
			if n := asks(); n != 1 {
				t.Errorf("asked %d times at once", n)
			}
			d.clock.passes(test.holds - time.Nanosecond)
			if n := asks(); n != 1 {
				t.Errorf("asked %d times before %s", n, test.holds)
			}
			d.clock.passes(time.Nanosecond)
			if n := asks(); n != 2 {
				t.Errorf("asked %d times after %s", n, test.holds)
			}
			s.becomes(file(pngFile(3, 2)))
			d.clock.passes(test.holds)
			d.has(t, s.URL, pngFile(3, 2))
		})
	}
}

func TestMemoryIsBoundedAndTheLeastRecentlyUsedGoesFirst(t *testing.T) {
	const size, memory = 3 << 20, 10 << 20 // three fit
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(padded(pngFile(len(r.URL.Path), 1), size))
	})
	d := newDeskWith(t, memory, s)
	get := func(name string) {
		t.Helper()
		d.has(t, s.URL+"/"+name, padded(pngFile(len(name)+1, 1), size))
		if held := d.shelf.held(); held > memory {
			t.Fatalf("%d bytes are held", held)
		}
	}
	for _, name := range []string{"a", "bb", "ccc", "a", "dddd"} { // bb was used least recently
		get(name)
	}
	before := len(s.asked())
	get("a")
	get("ccc")
	get("dddd")
	if n := len(s.asked()) - before; n != 0 {
		t.Errorf("%d of the pictures that fit were fetched again", n)
	}
	get("bb")
	if n := len(s.asked()) - before; n != 1 {
		t.Errorf("%d fetches for the picture that made room", n)
	}
	for i := range 6 {
		get(fmt.Sprintf("%d%s", i, strings.Repeat("e", i)))
	}
	if n := d.shelf.entries.Len(); n != 3 {
		t.Errorf("%d pictures are held", n)
	}
}

func TestFailuresTakeMemoryWithinTheBoundToo(t *testing.T) {
	d := newDeskWith(t, minMemory)
	long := "ftp://" + strings.Repeat("a", fetch.MaxAddress-20)
	for i := range 1500 {
		if _, err := d.Get(t.Context(), fmt.Sprint(long, i)); !errors.Is(err, ErrRefused) {
			t.Fatal(err)
		}
	}
	if held := d.shelf.held(); held > minMemory || held < minMemory/2 {
		t.Errorf("%d bytes are held of %d", held, minMemory)
	}
}

func TestWhatASiteSaysOfAPictureTakesMemoryWithinTheBoundToo(t *testing.T) {
	long := "/" + strings.Repeat("a", fetch.MaxAddress-100)
	s := newSite(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, long, http.StatusFound)
			return
		}
		w.Header().Set("ETag", `"`+strings.Repeat("b", 1000)+`"`)
		w.Write(pngFile(3, 2))
	})
	d := newDesk(t, s)
	d.has(t, s.URL+"/", pngFile(3, 2))
	if held := d.shelf.held(); held < fetch.MaxAddress+1000 {
		t.Errorf("only %d bytes are counted", held)
	}
	d.clock.passes(fresh)
	d.has(t, s.URL+"/", pngFile(3, 2))
	if entry, _ := d.shelf.get(s.URL + "/"); d.shelf.held() != size(s.URL+"/", entry) {
		t.Errorf("%d bytes are held", d.shelf.held())
	}
}

func TestWhatBecameOfFetchesIsCounted(t *testing.T) {
	s := newSite(t, file(pngFile(3, 2)))
	d := newDesk(t, s)
	d.has(t, s.URL+"/a", pngFile(3, 2))
	s.becomes(status(500))
	for range 2 {
		if _, err := d.Get(t.Context(), s.URL+"/b"); err == nil {
			t.Error("no error")
		}
	}
	if _, err := d.Get(t.Context(), "http://127.0.0.1/"); err == nil {
		t.Error("no error")
	}
	want := fmt.Sprintf(`
# HELP clarion_picture_bytes Bytes of campaigns' pictures that are kept in the process.
# TYPE clarion_picture_bytes gauge
clarion_picture_bytes %d
# HELP clarion_picture_fetches_total Fetches of campaigns' pictures from the company's site, by what became of them.
# TYPE clarion_picture_fetches_total counter
clarion_picture_fetches_total{outcome="new"} 1
clarion_picture_fetches_total{outcome="no_picture"} 0
clarion_picture_fetches_total{outcome="refused"} 1
clarion_picture_fetches_total{outcome="too_big"} 0
clarion_picture_fetches_total{outcome="unchanged"} 0
clarion_picture_fetches_total{outcome="unreachable"} 1
`, d.shelf.held())
	if err := testutil.GatherAndCompare(d.registry, bytes.NewBufferString(want)); err != nil {
		t.Error(err)
	}
}
