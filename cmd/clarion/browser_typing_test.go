//go:build browser

package main

import (
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// send types a line into the composer and presses Enter.
func (w *window) send(line string) {
	w.Helper()
	w.pressAt("the composer", "whereElement", "#line")
	w.typeOver(line)
	// One event with its character, as a keyboard sends it: a page that takes the key gets no line break as well.
	w.do("send "+line,
		command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}),
		command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}))
	w.saysUnsent("") // it is sent
}

// saysUnsent waits until this stands in the composer.
func (w *window) saysUnsent(line string) {
	w.Helper()
	await(w.T, "the composer says “"+line+"”", func() error {
		says, err := evaluate[string](w, `document.getElementById("line").value`)
		if err == nil && says != line {
			err = fmt.Errorf("it says %q", says)
		}
		return err
	})
}

// typeOver types in place of what the focused field has.
func (w *window) typeOver(text string) {
	w.Helper()
	if _, err := evaluate[bool](w, `document.activeElement.select?.(), true`); err != nil {
		w.Fatal(err)
	}
	if text == "" {
		w.do("empty the field", chromedp.KeyEvent(kb.Delete))
		return
	}
	w.do("type "+text, command(input.InsertText, input.InsertTextParams{Text: text}))
}

// paste pastes what is on the clipboard into the composer and returns what stands there then.
func (w *window) paste() string {
	w.Helper()
	w.pressAt("the composer", "whereElement", "#line")
	w.do("paste",
		command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Key: "v", Code: "KeyV", Modifiers: int64(chromedp.ModifierCtrl), Commands: []string{"paste"}}),
		command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: "v", Code: "KeyV"}))
	text, err := evaluate[string](w, `document.getElementById("line").value`)
	if err != nil {
		w.Fatal(err)
	}
	w.typeOver("")
	return text
}

// fill types into a field of the open form, in place of what it has.
func (w *window) fill(label, value string) {
	w.Helper()
	w.pressAt("the field "+label, "whereField", label)
	w.typeOver(value)
}

// campaign fills in what a new campaign needs, of which the hashtag can come from its topic.
func (w *window) campaign(title, text, hashtag, captions string) {
	w.Helper()
	w.fill("Title", title)
	w.fill("What partners should know", text)
	w.fill("Link", w.base+"/demo/advert")
	if hashtag != "" {
		w.fill("Hashtag", hashtag)
	}
	w.fill("Captions", captions)
}

// fillMoment sets the date and time of a field.
func (w *window) fillMoment(label string, at time.Time) {
	w.Helper()
	await(w.T, "fill in "+label, func() error {
		return w.look(new(bool), "moment", label, at.Format("2006-01-02"), at.Format("15:04"))
	})
}

// choose takes the option that begins with these words from a menu in the scope.
func (w *window) choose(option, scope string) {
	w.Helper()
	await(w.T, "choose "+option, func() error { return w.look(new(bool), "choose", option, scope) })
}

// wrong waits until a field of the open form says this, or until it says nothing for "".
func (w *window) wrong(label, want string) {
	w.Helper()
	await(w.T, "the field "+label+" says “"+want+"”", func() error {
		var says string
		err := w.look(&says, "wrong", label)
		if err == nil && says != want {
			err = fmt.Errorf("it says “%s”", says)
		}
		return err
	})
}
