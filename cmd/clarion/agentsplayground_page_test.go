//go:build agents

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A playgroundPage is the Playground's own web page in a real browser: Sofia's Teams. It shows what comes while it is open.
type playgroundPage struct {
	*testing.T
	ctx context.Context
}

// openPlaygroundPage opens the page, which adds the bot to Sofia's personal chat.
func openPlaygroundPage(t *testing.T, base string) *playgroundPage {
	t.Helper()
	p := &playgroundPage{t, startBrowser(t)}
	p.do(chromedp.EmulateViewport(1400, 1600), chromedp.Navigate(base))
	return p
}

func (p *playgroundPage) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

// ask calls a function of the page's own script with arguments.
func (p *playgroundPage) ask(function string, arguments ...any) (string, error) {
	list, err := json.Marshal(append([]any{}, arguments...))
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf("(%s)(...%s)", function, list)))
}

// What the page is looked at and pressed with. Each function returns "ok", or why not yet.
const (
	pressed = `(words) => {
		const shown = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 0;
		const all = [...document.querySelectorAll("button, [role=treeitem], [role=listitem], [role=tab], a")].filter(shown);
		const found = all.filter((e) => e.innerText.trim() === words).at(-1) ?? all.filter((e) => e.innerText.trim().startsWith(words)).at(-1);
		if (!found) return "nothing to press is called " + words + "; there are: " + all.map((e) => e.innerText.trim()).join(" | ");
		found.click();
		return "ok";
	}`
	focused = `() => {
		const field = document.querySelector("[contenteditable=true], textarea");
		if (!field) return "there is nothing to type in";
		field.focus();
		return "ok";
	}`
	read = `() => document.body.innerText.replace(/[\s\u200b]+/g, " ")`
)

func (p *playgroundPage) ok(what, function string, arguments ...any) {
	p.Helper()
	await(p.T, what, func() error {
		said, err := p.ask(function, arguments...)
		if err == nil && said != "ok" {
			err = errors.New(said)
		}
		return err
	})
}

// press presses the newest button, or place in the list of places, that has these words.
func (p *playgroundPage) press(words string) { p.Helper(); p.ok("press "+words, pressed, words) }

// types types a line where one types, and sends it.
func (p *playgroundPage) types(line string) {
	p.Helper()
	p.ok("where one types", focused)
	p.do(chromedp.KeyEvent(line), chromedp.KeyEvent("\r"))
}

// sees waits until the page has all these words.
func (p *playgroundPage) sees(words ...string) {
	p.Helper()
	await(p.T, fmt.Sprintf("%q on the page", words), func() error {
		text, err := p.ask(read)
		for _, w := range words {
			if err == nil && !strings.Contains(text, w) {
				err = errors.New(text)
			}
		}
		return err
	})
}

// shoot keeps a picture of the page where CLARION_SCREENSHOTS says.
func (p *playgroundPage) shoot(name string) {
	p.Helper()
	folder := os.Getenv("CLARION_SCREENSHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "agents-"+name+".png"), png, 0o600); err != nil {
		p.Fatal(err)
	}
}
