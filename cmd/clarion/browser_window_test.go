//go:build browser

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A window is one person's browser window, with a profile of its own: no cookie is shared.
type window struct {
	*stage
	ctx   context.Context
	phone bool
}

// A stage is where the story is played: the demo, the browser, and the step that is being told.
type stage struct {
	*testing.T            // of the present step
	root       *testing.T // of the story
	base       string
	browser    context.Context
	windows    []*window
}

// step tells one part of the story. What comes after a part that failed is not told.
func (s *stage) step(name string, tell func()) {
	outer := s.T
	defer func() { s.T = outer }()
	ok := outer.Run(name, func(t *testing.T) {
		s.T = t
		defer func() {
			if t.Failed() {
				s.keepEvidence(strings.ReplaceAll(name, " ", "-"))
			}
		}()
		tell()
	})
	if !ok {
		outer.FailNow()
	}
}

// desktop and phone open the playground as a person at a place, such as "U0AMIRA" and "kingston".
func (s *stage) desktop(who, in string) *window {
	s.Helper()
	return s.open(s.base+"/?as="+who+"&in="+in, false, desktopAgent)
}

func (s *stage) phone(who, in string) *window {
	s.Helper()
	return s.open(s.base+"/?as="+who+"&in="+in, true, customerAgent)
}

// open opens an address in a new profile.
func (s *stage) open(address string, phone bool, agent string) *window {
	s.Helper()
	ctx, stop := chromedp.NewContext(s.browser, chromedp.WithNewBrowserContext())
	// The first call opens the tab, which lives as long as the context of that call.
	if err := chromedp.Do(ctx); err != nil {
		s.Fatalf("opening a window: %v", err)
	}
	w := &window{stage: s, ctx: ctx, phone: phone}
	s.windows = append(s.windows, w)
	s.root.Cleanup(stop)
	size := chromedp.EmulateViewport(1280, 860)
	if phone {
		size = chromedp.EmulateViewport(375, 812, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	w.do("opening "+address, size,
		command(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent}),
		// Every window is taken to be in sight, or its page would not listen for changes.
		command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		chromedp.Navigate(address))
	return w
}

// command is the action of one command of the browser's protocol.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// do does what cannot fail on a page that works.
func (w *window) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	w.Helper()
	ctx, cancel := w.bounded()
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.Fatalf("%s: %v", what, err)
	}
}

func (w *window) bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(w.ctx, patience)
}

// evaluate asks the page's own script.
func evaluate[T any](w *window, script string) (T, error) {
	ctx, cancel := w.bounded()
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// look calls one of the eyes' functions and reads what it saw into out.
func (w *window) look(out any, function string, arguments ...any) error {
	list, err := json.Marshal(append([]any{}, arguments...))
	if err != nil {
		return err
	}
	saw, err := evaluate[struct {
		OK  json.RawMessage `json:"ok"`
		Why string          `json:"why"`
	}](w, fmt.Sprintf("Promise.resolve(%s.%s(...%s))", eyes, function, list))
	if err != nil {
		return err
	}
	if saw.OK == nil {
		return errors.New(saw.Why)
	}
	return json.Unmarshal(saw.OK, out)
}

type spot struct{ X, Y float64 }

// pressAt presses where the eyes say, once they can say it. A press that lands elsewhere, since a post grew a line
// in that moment, is made again, as a person would.
func (w *window) pressAt(what, function string, arguments ...any) {
	w.Helper()
	await(w.T, what, func() error {
		var at spot
		if err := w.look(&at, function, arguments...); err != nil {
			return err
		}
		if w.phone {
			w.do(what, chromedp.TapXY(at.X, at.Y))
		} else {
			w.do(what, chromedp.MouseClickXY(at.X, at.Y))
		}
		return w.look(new(bool), "pressed")
	})
}

// press presses what is called name. The scope says where: "" for what is on top, "form", "newest" for the
// newest message, "message: …" for the newest one that has these words in it, or a selector.
func (w *window) press(name, scope string) {
	w.Helper()
	w.pressAt("press "+name, "where", name, scope)
}

// see waits until the words stand in the scope.
func (w *window) see(scope string, words ...string) {
	w.Helper()
	for _, word := range words {
		await(w.T, "see “"+word+"”", func() error {
			text, err := w.read(scope)
			if err == nil && !strings.Contains(text, word) {
				err = fmt.Errorf("%s says: %s", scope, text)
			}
			return err
		})
	}
}

// seeNot fails when the words stand in the scope now. What is waited for must have been seen before.
func (w *window) seeNot(scope string, words ...string) {
	w.Helper()
	text, err := w.read(scope)
	if err != nil {
		w.Fatal(err)
	}
	for _, word := range words {
		if strings.Contains(text, word) {
			w.Errorf("%s must not say “%s”: %s", scope, word, text)
		}
	}
}

func (w *window) read(scope string) (string, error) {
	var text string
	err := w.look(&text, "text", scope)
	return text, err
}

// gone waits until there is no form, or no other such scope.
func (w *window) gone(scope string) {
	w.Helper()
	await(w.T, scope+" is gone", func() error {
		if text, err := w.read(scope); err == nil {
			return fmt.Errorf("it says: %s", text)
		}
		return nil
	})
}

// count returns how many messages of the shown channel have the words in them.
func (w *window) count(words string) int {
	w.Helper()
	var n int
	if err := w.look(&n, "count", words); err != nil {
		w.Fatal(err)
	}
	return n
}

// ask sends a command, waits for a new message that has the words in it, and returns its scope.
func (w *window) ask(command string, words ...string) string {
	w.Helper()
	before, err := evaluate[[]string](w, `[...document.querySelectorAll(".message")].map((m) => m.id)`)
	if err != nil {
		w.Fatal(err)
	}
	w.send(command)
	var answer string
	await(w.T, "an answer to "+command, func() error { return w.look(&answer, "answer", before, words) })
	return answer
}

// become presses the switch for who one is; visit presses a channel, "Clarion" or "Home of Clarion".
func (w *window) become(name string) {
	w.Helper()
	w.drawer()
	w.pressAt("the switch", "whereElement", ".me-button")
	w.press(name, "#people")
	await(w.T, "be "+name, func() error {
		// On a phone the list of channels goes away with the switch in it.
		is, err := evaluate[string](w, `document.querySelector(".me-button").textContent`)
		if err == nil && !strings.Contains(is, name) {
			err = fmt.Errorf("one is %s", strings.Join(strings.Fields(is), " "))
		}
		return err
	})
}

func (w *window) visit(place string) {
	w.Helper()
	w.drawer()
	w.press(place, ".places")
	want := strings.TrimPrefix(place, "Home of ")
	await(w.T, "stand in "+place, func() error {
		var at struct{ As, In string }
		if err := w.look(&at, "place"); err != nil {
			return err
		}
		if !strings.HasPrefix(at.In, want) {
			return fmt.Errorf("in %s", at.In)
		}
		return nil
	})
}

func (w *window) drawer() {
	w.Helper()
	if w.phone {
		w.pressAt("the list of channels", "whereElement", `[data-drawer="open"]`)
	}
}

// moveClock presses the clock and one of its moves.
func (w *window) moveClock(move string) {
	w.Helper()
	before := w.clock()
	w.pressAt("the clock", "whereElement", "button.clock")
	w.press(move, "#clock-menu")
	await(w.T, "the clock moves", func() error {
		if now := w.clock(); now == before {
			return fmt.Errorf("it says %s", now)
		}
		return nil
	})
}

// now is the time that the clock shows, which has no year, as if its zone were UTC: zones without a summer time
// are easier to add hours in, and forms are filled in as they are read.
func (w *window) now() time.Time {
	w.Helper()
	real := time.Now().UTC()
	for _, year := range []int{real.Year(), real.Year() + 1} {
		at, err := time.Parse("2006 Mon 2 Jan, 15:04", fmt.Sprint(year, " ", w.clock()))
		if err != nil {
			w.Fatal(err)
		}
		if at.After(real.AddDate(0, 0, -1)) {
			return at
		}
	}
	w.Fatalf("the clock is behind: %s", w.clock())
	return time.Time{}
}

func (w *window) clock() string {
	text, _ := w.read("#clock")
	return text
}

var linkShape = regexp.MustCompile(`http://127\.0\.0\.1:\d+/l/[A-Za-z0-9_-]+`)

// copyable returns the blocks of the scope that can be copied.
func (w *window) copyable(scope string) []string {
	w.Helper()
	var blocks []string
	await(w.T, "words to copy", func() error { return w.look(&blocks, "copied", scope) })
	return blocks
}

// links returns the share links in the blocks that can be copied.
func (w *window) links(scope string) []string {
	w.Helper()
	links := linkShape.FindAllString(strings.Join(w.copyable(scope), "\n"), -1)
	if len(links) == 0 {
		w.Fatal("there is no share link to copy")
	}
	return links
}
