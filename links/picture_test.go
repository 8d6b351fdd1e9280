package links

import (
	"bytes"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/clarion-bot/clarion/links/pictures"
)

// A gallery is the site that has a campaign's picture.
type gallery struct {
	*httptest.Server
	status atomic.Int64
	file   []byte
}

func newGallery(t *testing.T) *gallery {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 4, 3))); err != nil {
		t.Fatal(err)
	}
	g := &gallery{file: file.Bytes()}
	g.status.Store(http.StatusOK)
	g.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(int(g.status.Load()))
		if g.status.Load() == http.StatusOK {
			_, _ = rw.Write(g.file)
		}
	}))
	t.Cleanup(g.Close)
	return g
}

// withPicture returns the same town with its campaign's picture at the gallery.
func (t *town) withPicture(g *gallery) *town {
	t.t.Helper()
	c := t.Config
	var err error
	c.Pictures, err = pictures.New(pictures.Config{
		Now: t.now, Allow: func(hostport string) bool { return "http://"+hostport == g.URL }, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.t.Fatal(err)
	}
	o := t.with(c)
	campaign := t.campaign
	campaign.Image = g.URL + "/tulips.png?key=1"
	o.put(campaign)
	return o
}

func TestThePictureComesFromOurOwnAddressToLookAtAndToSave(t *testing.T) {
	g := newGallery(t)
	town := newTown(t).withPicture(g)
	address := "/s/" + string(town.page.Token) + "/picture"
	for _, path := range []string{"/s/" + string(town.page.Token), "/s/" + string(town.page.Token) + "/instagram"} {
		text := body(t, town.get(path))
		for _, want := range []string{`src="` + address + `"`, `alt="A window full of tulips"`, `width="4" height="3"`, `href="` + address + `?save=1" download`, "Save picture"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
		if strings.Contains(text, g.URL) {
			t.Errorf("%s names the gallery", path)
		}
	}
	res := town.get(address)
	if got := body(t, res); res.StatusCode != http.StatusOK || got != string(g.file) {
		t.Fatalf("%d with %d bytes", res.StatusCode, len(got))
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Content-Disposition": "inline; filename=spring-is-here.png", "Cache-Control": "private, no-cache",
		"X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Set-Cookie": "",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := town.get(address + "?save=1").Header.Get("Content-Disposition"); got != "attachment; filename=spring-is-here.png" {
		t.Errorf("to save: %s", got)
	}
	again := town.get(address, header("If-None-Match", res.Header.Get("ETag")))
	if res.Header.Get("ETag") == "" || again.StatusCode != http.StatusNotModified || body(t, again) != "" {
		t.Errorf("asked again: %d, ETag %q", again.StatusCode, res.Header.Get("ETag"))
	}
	if head := town.get(address, method(http.MethodHead)); head.StatusCode != http.StatusOK || body(t, head) != "" {
		t.Errorf("HEAD: %d", head.StatusCode)
	}
	if n := len(town.awards()); n != 1 { // Instagram's page
		t.Errorf("awards for %d reasons", n)
	}
}

func TestWithoutItsPictureThePageWorksAndSaysNothingBroken(t *testing.T) {
	for name, test := range map[string]struct{ site, answer int }{
		"gone": {http.StatusNotFound, http.StatusNotFound},
		"away": {http.StatusBadGateway, http.StatusServiceUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGallery(t)
			g.status.Store(int64(test.site))
			town := newTown(t).withPicture(g)
			for _, path := range []string{"", "/instagram"} {
				res := town.get("/s/" + string(town.page.Token) + path)
				text := body(t, res)
				if res.StatusCode != http.StatusOK || strings.Contains(text, "<img") || strings.Contains(text, "picture</a>") || !strings.Contains(text, "#OurSpring") {
					t.Errorf("%s: %d\n%s", path, res.StatusCode, text)
				}
			}
			res := town.get("/s/" + string(town.page.Token) + "/picture?save=1")
			if text := body(t, res); res.StatusCode != test.answer || !strings.Contains(text, "icture") || res.Header.Get("Cache-Control") != "no-store" || strings.Contains(text, g.URL) {
				t.Errorf("the picture: %d\n%s", res.StatusCode, text)
			}
		})
	}
}

func TestATokenThatOpensNoPageGivesNoPicture(t *testing.T) {
	g := newGallery(t)
	first := newTown(t)
	town := first.withPicture(g)
	address := "/s/" + string(town.page.Token) + "/picture"
	if res := town.get(address); res.StatusCode != http.StatusOK {
		t.Fatal(res.Status)
	}
	if res := town.get("/s/" + strings.Repeat("0", 32) + "/picture"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a guessed token: %d", res.StatusCode)
	}
	first.clock.Store(town.campaign.Ends.UnixNano())
	if res := town.get(address); res.StatusCode != http.StatusGone || strings.Contains(body(t, res), "PNG") {
		t.Errorf("after the end: %d", res.StatusCode)
	}
}

func TestAPictureThatIsStillOnItsWayIsShown(t *testing.T) {
	g := newGallery(t)
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		<-release
		_, _ = rw.Write(g.file)
	}))
	t.Cleanup(slow.Close)
	town := newTown(t).withPicture(&gallery{Server: slow})
	text := body(t, town.get("/s/"+string(town.page.Token)))
	close(release)
	if !strings.Contains(text, `<img class="picture"`) || strings.Contains(text, "width=\"0\"") {
		t.Error("the page does not show it")
	}
	if res := town.get("/s/" + string(town.page.Token) + "/picture"); res.StatusCode != http.StatusOK {
		t.Errorf("the picture: %d", res.StatusCode)
	}
}
