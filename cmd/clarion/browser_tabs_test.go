//go:build browser

package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// pressOpening presses what opens a new tab, and returns the address with this part in it at which the tab
// arrives, whether anybody answers there or not. The window comes to the front again, as when its person returns.
func (w *window) pressOpening(name, part string) *url.URL {
	w.Helper()
	tabs, stop := w.newTabs()
	defer stop()
	w.press(name, "form")
	var arrived *url.URL
	var passed []string
	await(w.T, "a tab at "+part, func() error {
		for {
			select {
			case address := <-tabs:
				if !strings.Contains(address, part) {
					passed = append(passed, address)
					continue
				}
				var err error
				arrived, err = url.Parse(address)
				return err
			default:
				return fmt.Errorf("tabs at %q", passed)
			}
		}
	})
	w.do("return to the window", command(page.BringToFront, cdp.Empty{}))
	return arrived
}

// newTabs returns a channel with the address of each tab that is opened or led on from now on, and a function
// that ends it.
func (w *window) newTabs() (<-chan string, context.CancelFunc) {
	w.Helper()
	listening, stop := context.WithCancel(w.ctx)
	addresses := make(chan string, 100)
	err := chromedp.ListenBrowser(listening, func(event any) {
		var info *target.Info
		switch e := event.(type) {
		case *target.EventTargetCreated:
			info = e.TargetInfo
		case *target.EventTargetInfoChanged:
			info = e.TargetInfo
		default:
			return
		}
		if info.Type != "page" || !strings.HasPrefix(info.URL, "http") {
			return
		}
		select {
		case addresses <- info.URL:
		default: // more tabs than any part of the story opens
		}
	})
	if err != nil {
		w.Fatal(err)
	}
	return addresses, stop
}
