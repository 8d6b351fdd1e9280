//go:build browser

package cards

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds every call to the browser.
const patience = time.Minute

// A look is how a client draws: its theme, and how wide a card is in it.
type look struct {
	Name, Theme string
	Width       int
	Across      int // cards beside each other on a sheet
}

// looks are the clients: on a desk, where a card is some 700 pixels wide at most, and on a phone.
var looks = []look{
	{"desktop-light", "light", 700, 2}, {"desktop-dark", "dark", 700, 2},
	{"phone-light", "light", 340, 4}, {"phone-dark", "dark", 340, 4},
}

// shown are the golden files that the docs have a picture of.
var shown = map[string]string{
	"post": "teams-post", "share-form": "teams-share-form", "leaderboard": "teams-leaderboard", "winners-own": "teams-winners",
}

const onSheet = 12

// A golden is one of the bot's golden files for Teams.
type golden struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// TestBrowserDrawsEveryCard draws every golden file for Teams in every look, and fails for what a reader could not read. It
// writes sheets of all of them to the folder that CLARION_CARDS names; when that is 1, it renews the pictures in docs/screenshots
// instead.
func TestBrowserDrawsEveryCard(t *testing.T) {
	tools := os.Getenv("CLARION_CARDS_TOOLS")
	if tools == "" {
		t.Skip("CLARION_CARDS_TOOLS names no folder with Microsoft's package: run .ci/cards")
	}
	cards := goldens(t)
	page := open(t, serve(t, tools))
	for _, l := range looks {
		for sheet := range slices.Chunk(cards, onSheet) {
			for _, wrong := range page.draw(l, sheet, true) {
				t.Errorf("%s: %s", l.Name, wrong)
			}
			if folder := os.Getenv("CLARION_CARDS"); folder != "" && folder != "1" {
				page.write(filepath.Join(folder, fmt.Sprintf("%s-%s.png", l.Name, sheet[0].Name)), page.picture())
			}
		}
	}
	if os.Getenv("CLARION_CARDS") == "1" {
		page.renew(cards, filepath.Join("..", "..", "docs", "screenshots"))
	}
}

// TestBrowserSeesWhatCannotBeRead draws cards that are wrong, as otherwise nobody knew whether the eyes of the test see.
func TestBrowserSeesWhatCannotBeRead(t *testing.T) {
	tools := os.Getenv("CLARION_CARDS_TOOLS")
	if tools == "" {
		t.Skip("CLARION_CARDS_TOOLS names no folder with Microsoft's package: run .ci/cards")
	}
	page := open(t, serve(t, tools))
	long := strings.Repeat("Kingston ", 30)
	for _, c := range []struct{ element, want string }{
		{`{"type":"TextBlock","text":"` + long + `"}`, "does not fit its place"},
		{`{"type":"ActionSet","actions":[{"type":"Action.Submit","title":"` + long + `"}]}`, "does not fit its place"},
		{`{"type":"ColumnSet","columns":[{"type":"Column","width":"500px","items":[{"type":"TextBlock","text":"x"}]}]}`, "juts out"},
		{`{"type":"Chart.Pie","fallback":"drop"},{"type":"Nothing","items":[{"type":"TextRun","text":"unseen"}]}`, "“unseen” is not drawn"},
		{`{"type":"ColumnSet","columns":[{"type":"Column","width":"50px","items":[{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Conversions"}]}]},{"type":"Column","width":"stretch","items":[{"type":"TextBlock","text":"x"}]}]}`, "“Conversions” does not fit"},
		{`{"type":"TextBlock","text":"![x](/picture.jpg)"}`, "“x” became IMG"},
		{`{"type":"TextBlock","text":"# Jo"}`, "“Jo” became H1"},
		{`{"type":"ActionSet","actions":[{"type":"Action.ShowCard","title":"More","card":{"type":"AdaptiveCard","body":[{"type":"TextBlock","text":"` + long + `"}]}}]}`, "does not fit its place"},
		{`{"type":"TextBlock","text":"` + long + `","wrap":true},{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"[x](http://evil) {{DATE(2026-11-28T10:00:00Z)}}"}]}`, ""},
	} {
		value := json.RawMessage(`{"type":"AdaptiveCard","version":"1.5","body":[` + c.element + `]}`)
		wrong := page.draw(looks[2], []golden{{"it", value}}, true)
		if said := strings.Join(wrong, "; "); c.want == "" && said != "" || !strings.Contains(said, c.want) {
			t.Errorf("of %.80s it is said %q, not %q", c.element, said, c.want)
		}
	}
}

// goldens reads the golden files of Teams.
func goldens(t *testing.T) []golden {
	t.Helper()
	folder := filepath.Join("..", "..", "bot", "testdata", "golden", "teams")
	if other := os.Getenv("CLARION_CARDS_GOLDEN"); other != "" {
		folder = filepath.Join(other, "teams")
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s has no golden files: %v", folder, err)
	}
	var all []golden
	for _, path := range paths {
		value, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, golden{strings.TrimSuffix(filepath.Base(path), ".json"), value})
	}
	return all
}

// serve serves the page, Microsoft's package and one picture, and returns its address.
func serve(t *testing.T, tools string) string {
	t.Helper()
	files := map[string]string{
		"/":                       filepath.Join("testdata", "page.html"),
		"/page.css":               filepath.Join("testdata", "page.css"),
		"/page.js":                filepath.Join("testdata", "page.js"),
		"/adaptivecards.min.js":   filepath.Join(tools, "node_modules", "adaptivecards", "dist", "adaptivecards.min.js"),
		"/markdown-it.umd.min.js": filepath.Join(tools, "node_modules", "markdown-it", "dist", "browser", "markdown-it.umd.min.js"),
		"/picture.jpg":            filepath.Join("..", "..", "cmd", "clarion", "demo", "advert.jpg"),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, ok := files[r.URL.Path]
		if !ok {
			t.Errorf("a card asks for %s", r.URL)
			http.NotFound(w, r)
			return
		}
		http.ServeFile(w, r, file)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// A page is the drawing page in a browser.
type page struct {
	*testing.T
	ctx context.Context
}

// open opens the page in a headless Chromium with a profile of its own, which reaches nothing but this machine.
func open(t *testing.T, address string) page {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.NoFirstRun,
		chromedp.Flag("lang", "en-GB"), chromedp.Env("TZ=Europe/London", "LANGUAGE=en_GB"), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"),
		chromedp.WSURLReadTimeout(patience),
	)
	allocator, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(stop)
	ctx, quit := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(func() {
		// Chromium is gone before its profile is removed.
		_ = chromedp.Cancel(ctx)
		quit()
	})
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1500, 900), chromedp.Navigate(address)); err != nil {
		t.Fatalf("opening the page: %v", err)
	}
	return page{t, ctx}
}

// draw draws golden files beside each other and returns what is wrong with how they look.
func (p page) draw(l look, cards []golden, named bool) []string {
	p.Helper()
	list, err := json.Marshal(cards)
	if err != nil {
		p.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	script := fmt.Sprintf("draw(%s, %q, %d, %d, %t)", list, l.Theme, l.Width, min(l.Across, len(cards)), named)
	wrong, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("drawing %s and others: %v", cards[0].Name, err)
	}
	return wrong
}

// picture returns what is drawn, as a PNG.
func (p page) picture() []byte {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	size, err := chromedp.Run(ctx, chromedp.Evaluate[[2]int64]("[document.body.offsetWidth, document.body.offsetHeight]"))
	if err != nil {
		p.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(size[0], size[1])); err != nil {
		p.Fatal(err)
	}
	shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.Fatalf("a picture of %d by %d: %v", size[0], size[1], err)
	}
	return shot
}

// renew writes the pictures of the docs: each card on a desk in light, beside it on a phone in dark.
func (p page) renew(cards []golden, folder string) {
	p.Helper()
	for name, picture := range shown {
		at := slices.IndexFunc(cards, func(g golden) bool { return g.Name == name })
		if at < 0 {
			p.Errorf("there is no golden file %s to make the picture %s of", name, picture)
			continue
		}
		var parts []image.Image
		for _, l := range []look{looks[0], looks[3]} {
			p.draw(l, cards[at:at+1], false)
			part, err := png.Decode(bytes.NewReader(p.picture()))
			if err != nil {
				p.Fatal(err)
			}
			parts = append(parts, part)
		}
		p.write(filepath.Join(folder, picture+".png"), reduced(p.T, beside(parts)))
	}
}

// beside puts pictures beside each other; what is left below a lower one is its own colour.
func beside(parts []image.Image) *image.RGBA {
	var size image.Point
	for _, part := range parts {
		size = image.Pt(size.X+part.Bounds().Dx(), max(size.Y, part.Bounds().Dy()))
	}
	whole := image.NewRGBA(image.Rectangle{Max: size})
	left := 0
	for _, part := range parts {
		at := image.Rect(left, 0, left+part.Bounds().Dx(), size.Y)
		draw.Draw(whole, at, image.NewUniform(part.At(0, 0)), image.Point{}, draw.Src)
		draw.Draw(whole, at, part, image.Point{}, draw.Src)
		left = at.Max.X
	}
	return whole
}

// reduced returns a picture as a PNG whose colours have six bits: nobody sees the rest, which is a third of the file.
func reduced(t *testing.T, picture *image.RGBA) []byte {
	t.Helper()
	for i, v := range picture.Pix {
		picture.Pix[i] = v&^3 | v>>6
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (p page) write(path string, content []byte) {
	p.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		p.Fatal(err)
	}
}
