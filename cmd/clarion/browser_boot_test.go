//go:build browser

package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"
	"time"
)

// bootDemo runs the program's own demo on a free port until the test ends, and returns its address.
func bootDemo(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, out := io.Pipe()
	ended := make(chan error, 1)
	log := &lockedBuffer{}
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
