//go:build browser

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds every wait of the story. A wait ends as soon as its condition holds.
const patience = 90 * time.Second

// Two browsers that people use. The one that is driven says HeadlessChrome of itself, which rightly scores nothing.
const (
	desktopAgent  = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
	customerAgent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"
)

// bootDemo runs the program's own demo on a free port until the test ends, and returns its address.
func bootDemo(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, out := io.Pipe()
	ended := make(chan error, 1)
	log := &botLog{}
	go func() {
		err := run(ctx, []string{"demo", "-v", "-listen", "127.0.0.1:0", "-ahead", awayFromMonday(time.Now()).String()}, func(string) string { return "" }, strings.NewReader(""), out, log)
		out.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the demo ended with %v", err)
		}
		if t.Failed() {
			t.Logf("the bot's log:\n%s", log)
		}
	})
	lines := bufio.NewScanner(reader)
	for lines.Scan() {
		_, address, found := strings.Cut(lines.Text(), "open http://")
		if !found {
			continue
		}
		go io.Copy(io.Discard, reader)
		awaitReady(t, "http://"+address)
		return "http://" + address
	}
	t.Fatalf("the demo printed no address: %v", lines.Err())
	return ""
}

// awayFromMonday returns how far ahead the demo's clock begins: the story moves it by hours before it closes the
// week, so on a Sunday from the afternoon on it begins a day later.
func awayFromMonday(now time.Time) time.Duration {
	if now = now.UTC(); now.Weekday() == time.Sunday && now.Hour() >= 15 {
		return 24 * time.Hour
	}
	return 0
}

// A botLog keeps the bot's log for a story that fails.
type botLog struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (l *botLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(line)
}

func (l *botLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

// awaitReady returns when the demo says that it is ready.
func awaitReady(t *testing.T, base string) {
	t.Helper()
	await(t, "the demo is ready", func() error {
		answer, err := http.Get(base + "/readyz")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("/readyz answers %s", answer.Status)
		}
		return nil
	})
}

// await asks until there is no error, or fails the test with the last one.
func await(t *testing.T, what string, ask func() error) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-again.C:
		case <-deadline.C:
			t.Fatalf("waited for: %s: %v", what, err)
		}
	}
}

// startBrowser starts a headless Chromium with a profile of its own. It reaches nothing but this machine.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.UserAgent(desktopAgent),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en-GB"),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true), chromedp.NoFirstRun,
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
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return ctx
}
