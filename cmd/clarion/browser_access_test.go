//go:build browser

package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// access is what can be seen of a page's accessibility without a reader: each function returns what is wrong.
// The figures are those of WCAG 2.2: contrast 4.5 (1.4.3) and targets of 44 pixels (2.5.5).
const access = `(() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 0;
  const said = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 90);
  const name = (e) => (e.getAttribute("aria-label") ?? e.innerText ?? "").trim();
  const rgb = (c) => c.match(/[\d.]+/g).map(Number);
  const light = (c) => rgb(c).slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if ((rgb(c)[3] ?? 1) > 0) return c; } return "rgb(255, 255, 255)"; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  return {
    names: () => [...document.querySelectorAll("a, button, summary, input, select")].filter((e) => seen(e) && !name(e)).map(said)
      .concat([...document.images].filter((i) => seen(i) && !i.hasAttribute("alt")).map(said)),
    contrast: () => [...document.querySelectorAll("body *")].filter((e) => seen(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
      .filter((e) => contrast(getComputedStyle(e).color, ground(e)) < 4.5).map(said),
    targets: () => [...document.querySelectorAll("a, button, summary")].filter((e) => seen(e) && e.getBoundingClientRect().height < 44).map(said),
    headings: () => { const levels = [...document.querySelectorAll("h1, h2, h3, h4")].map((h) => +h.tagName[1]); return levels[0] === 1 && levels.every((l, i) => i === 0 || l <= levels[i - 1] + 1) ? [] : [levels.join(" ")]; },
    page: () => [document.documentElement.lang === "en" ? "" : "no lang", document.title ? "" : "no title", document.querySelector("main") ? "" : "no main",
      document.querySelector("[role=status][aria-live=polite]") ? "" : "no live region", document.getAnimations().length ? "something moves" : "",
      document.querySelector("meta[name=viewport]").content.includes("maximum-scale") ? "cannot be enlarged" : ""].filter(Boolean),
    focused: () => { const e = document.activeElement, s = getComputedStyle(e); return { what: name(e), rings: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2, body: e === document.body }; },
    order: () => [...document.querySelectorAll("a, button, summary")].filter(seen).map(name),
  };
})()`

// barriers fails the test with what would keep somebody out, by our own checks and, where CLARION_AXE names the
// file, by axe-core.
func (w *window) barriers(when string) {
	w.Helper()
	for _, check := range []string{"names", "contrast", "targets", "headings", "page"} {
		wrong, err := evaluate[[]string](w, access+"."+check+"()")
		if err != nil || len(wrong) > 0 {
			w.Errorf("%s, %s: %q %v", when, check, wrong, err)
		}
	}
	file := os.Getenv("CLARION_AXE")
	if file == "" {
		w.Log("CLARION_AXE names no axe-core: only our own checks were made")
		return
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := evaluate[bool](w, string(axe)+"; true"); err != nil {
		w.Fatalf("loading axe-core: %v", err)
	}
	found, err := evaluate[[]string](w, `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
		.then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ")).join(", ")))`)
	if err != nil || len(found) > 0 {
		w.Errorf("%s, axe-core: %q %v", when, found, err)
	}
}

// accessible looks at the page with every fold open and at its words as a keyboard reaches them.
func (p *pocket) accessible() {
	p.do("look again", chromedp.Reload())
	p.see("main", "Share picture and words…")
	p.barriers("folded")
	order, err := evaluate[[]string](p.window, access+".order()")
	if err != nil {
		p.Fatal(err)
	}
	var reached []string
	for range len(order) + 5 {
		p.do("press Tab", chromedp.KeyEvent(kb.Tab))
		at, err := evaluate[struct {
			What        string
			Rings, Body bool
		}](p.window, access+".focused()")
		if err != nil {
			p.Fatal(err)
		}
		if at.Body {
			break
		}
		if reached = append(reached, at.What); !at.Rings {
			p.Errorf("nothing shows that %q has the focus", at.What)
		}
	}
	if !slices.Equal(reached, order) {
		p.Errorf("Tab reaches\n%s\nwant\n%s", strings.Join(reached, " | "), strings.Join(order, " | "))
	}
	if _, err := evaluate[bool](p.window, `document.querySelectorAll("details").forEach((d) => { d.open = true; }), true`); err != nil {
		p.Fatal(err)
	}
	p.barriers("unfolded")
	for _, width := range []int64{390, 320} {
		p.do(fmt.Sprintf("%d pixels", width), chromedp.EmulateViewport(width, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
		var wide []string
		if err := p.look(&wide, "sideways"); err != nil || len(wide) > 0 {
			p.Errorf("at %d pixels these reach beyond the right edge: %v %v", width, wide, err)
		}
	}
	p.do("the phone again", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch), chromedp.Reload())
}

func (p *pocket) dark() {
	prefer := func(scheme string) chromedp.Action[chromedp.Void] {
		return command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	}
	p.do("the evening", prefer("dark"), chromedp.Reload())
	p.see("main", "Share picture and words…")
	p.bring("#share")
	p.shoot("page-dark")
	if _, err := evaluate[bool](p.window, `document.querySelectorAll("details").forEach((d) => { d.open = true; }), true`); err != nil {
		p.Fatal(err)
	}
	p.barriers("dark")
	p.do("the morning", prefer("light"), chromedp.Reload())
}
