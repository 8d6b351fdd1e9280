//go:build browser

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A pocket is a partner's share page on a phone of 390 by 844.
type pocket struct {
	*window
	address string // of the page
}

// TestBrowserSharePage uses a partner's own page as on the shop floor.
func TestBrowserSharePage(t *testing.T) {
	base := bootDemo(t)
	s := &stage{T: t, root: t, base: base, browser: startBrowser(t)}
	tom := s.desktop("U0TOM", "kingston")
	tom.press("Share it", "message: "+demoTitle)
	tom.see("form", "Always added: I work at Harbour & Sons. #TheLanternAndTheFox")
	address := tom.pressOpening("Open this on your phone", "/s/").String()

	p := s.pocket(address, "", true)
	s.step("the page has the picture and the words and no foreign host", p.shows)
	s.step("captions are chosen from and copied whole", p.captions)
	s.step("whoever sees, hears or types can use it", p.accessible)
	s.step("the figures say how many came and why a visit gave no points", p.figures)
	s.step("in the dark it can be read as well", p.dark)
	s.step("the phone's share sheet gets picture, words and link, and counts once", p.sheet)
	s.step("a phone that takes no files shares the words alone", p.sheetWithoutFiles)
	s.step("a browser without a share sheet shows none", p.noSheet)
	s.step("without script everything else works", p.withoutScript)
	s.step("without its picture the page says nothing broken", p.withoutPicture)
	s.step("the partner takes the page back and has a new one", func() { p.takenBack(tom) })
}

// shareSheet is a share sheet that writes down what it is given, and opens only at a press, as phones do; and the
// browser's clipboard, whose words a page may write and not read.
const shareSheet = `
window.given = [];
const define = (name, value) => Object.defineProperty(Navigator.prototype, name, { value, configurable: true });
define("share", (data) => {
  if (!navigator.userActivation.isActive) return Promise.reject(new DOMException("too late", "NotAllowedError"));
  window.given.push({ title: data.title, text: data.text, url: data.url, files: (data.files ?? []).map((f) => ({ name: f.name, type: f.type, size: f.size })) });
  return window.closes ? Promise.reject(new DOMException("closed", "AbortError")) : Promise.resolve();
});
const write = Clipboard.prototype.writeText;
Clipboard.prototype.writeText = function (text) { return write.call(this, text).then(() => { window.onClipboard = text; }); };
define("canShare", (data) => (data.files ?? []).every((f) => f.type.startsWith("image/")));
`

// pocket opens an address on the phone, with a script that runs before the page's own.
func (s *stage) pocket(address, before string, sheet bool) *pocket {
	s.Helper()
	w := s.open("about:blank", true, customerAgent)
	if sheet {
		before = shareSheet + before
	} else {
		before = "delete Navigator.prototype.share; delete Navigator.prototype.canShare;" + before
	}
	w.do("hold the phone",
		chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch),
		command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: before}),
		chromedp.Navigate(address))
	return &pocket{window: w, address: address}
}

func (p *pocket) shows() {
	p.see("page", demoTitle, "Share it", "Always added: I work at Harbour & Sons. #TheLanternAndTheFox and your own link", "What is public, what is counted", "no account of yours is linked")
	var alt []string
	await(p.T, "the picture", func() error { return p.look(&alt, "pictures", "main") })
	hosts, err := evaluate[[]string](p.window, `[...new Set([...performance.getEntriesByType("resource").map((e) => e.name), ...[...document.querySelectorAll("[src], link[href]")].map((e) => e.src ?? e.href)].map((a) => new URL(a, location).origin))]`)
	if err != nil || !slices.Equal(hosts, []string{p.base}) {
		p.Errorf("the page loads from %v: %v", hosts, err)
	}
	p.shoot("page-top")
}

func (p *pocket) captions() {
	open := func() string {
		p.Helper()
		text, err := evaluate[string](p.window, `document.querySelector(".card[open] .words").textContent`)
		if err != nil {
			p.Fatal(err)
		}
		return text
	}
	first := open()
	p.press("Copy caption", ".card[open]")
	p.see(".say", "Copied")
	p.pasted(first)
	other, err := evaluate[string](p.window, `[...document.querySelectorAll(".card:not([open]) summary")].map((s) => s.innerText).find((t) => t.startsWith("Other words"))`)
	if err != nil {
		p.Fatal(err)
	}
	p.press("Your words", "") // folds
	p.press(other, "")
	second := open()
	if second == first || !strings.Contains(second, "#TheLanternAndTheFox") || !strings.Contains(second, p.base+"/l/") {
		p.Errorf("the words were %q and are %q", first, second)
	}
	fixed, err := evaluate[string](p.window, `[...document.querySelectorAll(".card[open] .words .fixed")].map((f) => f.textContent).join(" ")`)
	if err != nil || fixed != "I work at Harbour & Sons. #TheLanternAndTheFox" {
		p.Errorf("set apart is %q: %v", fixed, err)
	}
	p.press("Copy caption", ".card[open]")
	p.pasted(second)
	p.bring("#share")
	p.shoot("page-captions")
}

// pasted waits until the words are on the clipboard.
func (p *pocket) pasted(want string) {
	p.Helper()
	await(p.T, "the words on the clipboard", func() error {
		got, err := evaluate[string](p.window, `window.onClipboard ?? ""`)
		if err == nil && got != want {
			err = fmt.Errorf("there is %q, want %q", got, want)
		}
		return err
	})
}

// bring scrolls an element to the top.
func (p *pocket) bring(selector string) {
	p.Helper()
	if _, err := evaluate[bool](p.window, fmt.Sprintf(`document.querySelector(%q).scrollIntoView({ block: "start", behavior: "instant" }), true`, selector)); err != nil {
		p.Fatal(err)
	}
}

// figures lets somebody come, come again, and lets a robot look.
func (p *pocket) figures() {
	p.see("page", "people came by your links 0")
	link, err := evaluate[string](p.window, `document.querySelector(".words.link").textContent`)
	if err != nil {
		p.Fatal(err)
	}
	for _, agent := range []string{iPhoneAgent, iPhoneAgent, "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", ""} {
		p.visit(link, agent)
	}
	await(p.T, "the figures", func() error {
		p.do("look again", chromedp.Reload())
		text, err := p.read("main")
		if err == nil && !strings.Contains(text, "3 of 4 gave no points: why") {
			err = errors.New(text)
		}
		return err
	})
	p.see("main", "person came by your links 1", "visits in all 4")
	p.press("3 of 4 gave no points: why", "")
	p.see("main", "1 visit by somebody who had been there")
	p.bring("#figures")
	p.shoot("page-figures")
}

const iPhoneAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.6.1 Mobile/15E148 Safari/604.1"

// visit opens an address as some program does that follows nothing.
func (p *pocket) visit(address, agent string) *http.Response {
	p.Helper()
	request, err := http.NewRequestWithContext(p.Context(), http.MethodGet, address, nil)
	if err != nil {
		p.Fatal(err)
	}
	request.Header.Set("User-Agent", agent)
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		p.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.Fatal(err)
	}
	answer.Body = io.NopCloser(strings.NewReader(string(body)))
	return answer
}

// shares returns how many shares on a network the bot has recorded.
func (p *pocket) shares(network string) string {
	p.Helper()
	body, err := io.ReadAll(p.visit(p.base+"/metrics", iPhoneAgent).Body)
	if err != nil {
		p.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if n, ok := strings.CutPrefix(line, `clarion_shares_total{network="`+network+`"} `); ok {
			return strings.TrimSpace(n)
		}
	}
	return "0"
}

type given struct {
	Title, Text, URL string
	Files            []struct {
		Name, Type string
		Size       int
	}
}

// given returns what the share sheet was given last.
func (p *pocket) given() given {
	p.Helper()
	text, err := evaluate[string](p.window, `JSON.stringify(given.at(-1) ?? {})`)
	if err != nil {
		p.Fatal(err)
	}
	var g given
	if err := json.Unmarshal([]byte(text), &g); err != nil {
		p.Fatal(err)
	}
	return g
}

func (p *pocket) sheet() {
	p.see(".card[open]", "Share picture and words…", "Opens your phone’s own share menu")
	if _, err := evaluate[bool](p.window, `window.closes = true`); err != nil {
		p.Fatal(err)
	}
	p.press("Share picture and words…", ".card[open]")
	p.see(".say", "Nothing was shared, so nothing was counted.")
	if n := p.shares("copy"); n != "0" {
		p.Errorf("%s shares although the sheet was closed", n)
	}
	if _, err := evaluate[bool](p.window, `(window.closes = false, true)`); err != nil {
		p.Fatal(err)
	}
	p.press("Share picture and words…", ".card[open]")
	p.see(".say", "Shared, and counted.")
	g := p.given()
	if g.Title != demoTitle || !strings.Contains(g.Text, "#TheLanternAndTheFox") || strings.Contains(g.Text, "/l/") || !strings.HasPrefix(g.URL, p.base+"/l/") {
		p.Errorf("the sheet was given %+v", g)
	}
	if len(g.Files) != 1 || g.Files[0].Type != "image/jpeg" || g.Files[0].Size != len(demoPicture) || !strings.HasSuffix(g.Files[0].Name, ".jpg") {
		p.Errorf("the files are %+v, want the picture of %d bytes", g.Files, len(demoPicture))
	}
	p.pasted(g.Text + "\n" + g.URL)
	if n := p.shares("copy"); n != "1" {
		p.Errorf("%s shares, want 1", n)
	}
	p.press("Share the words…", ".card[open]")
	p.see(".say", "Shared, and counted.")
	if g := p.given(); len(g.Files) != 0 || g.URL == "" {
		p.Errorf("the words alone are %+v", g)
	}

	// Instagram's page counts by itself, and hands on Instagram's own link.
	p.press("Instagram", ".card[open]")
	p.see("page", "Post it on Instagram", "Your share is counted.", "Save picture")
	p.press("Share picture and words…", "")
	p.see(".say", "Handed to your app.")
	if i := p.given(); i.URL == g.URL || len(i.Files) != 1 {
		p.Errorf("Instagram gets %+v", i)
	}
	p.shoot("page-instagram")
	p.barriers("Instagram's page")
	if c, i := p.shares("copy"), p.shares("instagram"); c != "2" || i != "1" {
		p.Errorf("shares: copy %s, instagram %s", c, i) // the ledger has each of them once
	}
	p.press("Back to your page", "")
	p.see("page", demoTitle)
}

func (p *pocket) sheetWithoutFiles() {
	o := p.pocket(p.address, `Object.defineProperty(Navigator.prototype, "canShare", { value: (data) => !data.files });`, true)
	o.see(".card[open]", "Share the words…")
	await(p.T, "the picture", func() error { return o.look(new([]string), "pictures", "main") })
	o.press("Share the words…", ".card[open]")
	o.see(".say", "Shared, and counted.")
	o.seeNot("main", "Share picture and words…")
	if g := o.given(); len(g.Files) != 0 || !strings.Contains(g.Text, "#TheLanternAndTheFox") {
		p.Errorf("the sheet was given %+v", g)
	}
}

func (p *pocket) noSheet() {
	o := p.pocket(p.address, "", false)
	o.see("main", "Copy caption", "Facebook", "Save picture")
	o.seeNot("main", "Share the words", "Opens your phone")
}

func (p *pocket) withoutScript() {
	o := p.pocket(p.address, "", true)
	o.do("turn scripts off", command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.Reload())
	o.see("main", "To copy words here, hold your finger on them.", "#TheLanternAndTheFox", "Facebook", "Save picture", "person came by your links")
	o.seeNot("main", "Copy caption", "Share the words", "Share picture")
	selectable, err := evaluate[string](o.window, `getComputedStyle(document.querySelector(".words")).userSelect`)
	if err != nil || selectable != "text" {
		p.Errorf("the words can be selected: %q %v", selectable, err)
	}
	o.shoot("page-without-script")
	o.press("Copy the link", ".card[open]")
	o.see("page", "Paste it anywhere", "Your share is counted.")
	saved := o.visit(p.address+"/picture?save=1", customerAgent)
	if name := saved.Header.Get("Content-Disposition"); saved.StatusCode != http.StatusOK || !strings.HasPrefix(name, "attachment; filename=") || !strings.HasSuffix(name, ".jpg") {
		p.Errorf("saving the picture: %s, %s", saved.Status, name)
	}
}

// withoutPicture lets the picture fail after the page was drawn with it.
func (p *pocket) withoutPicture() {
	o := p.pocket(p.address, "", true)
	o.see("main", "Save picture")
	if _, err := evaluate[bool](o.window, `document.querySelector("img").src = location.href + "/nothing", true`); err != nil {
		p.Fatal(err)
	}
	await(p.T, "the picture is gone", func() error {
		text, err := o.read("main")
		if err == nil && strings.Contains(text, "Save picture") {
			err = errors.New(text)
		}
		return err
	})
	o.see("main", "Share the words…", "Facebook")
}

func (p *pocket) takenBack(tom *window) {
	tom.press("Somebody else has my page", "form")
	tom.see("", "Your old page address stops working, for whoever has it.")
	tom.shoot("revoke-question")
	tom.press("Get a new page", "")
	tom.see("form", "Your old page address stops working now.", "Choose your words")
	renewed := tom.pressOpening("your new page", "/s/").String()
	if renewed == p.address {
		p.Fatalf("the page is still %s", renewed)
	}
	o := p.pocket(renewed, "", true)
	o.see("page", demoTitle, "person came by your links 1")
	await(p.T, "the old address opens nothing", func() error {
		if answer := p.visit(p.address, customerAgent); answer.StatusCode != http.StatusNotFound {
			return errors.New(answer.Status)
		}
		return nil
	})
}
