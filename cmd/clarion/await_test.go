package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// patience bounds every wait of a story. A wait ends as soon as its condition holds.
const patience = 90 * time.Second

// awaitReady returns when the bot says that it is ready.
func awaitReady(t *testing.T, base string) {
	t.Helper()
	await(t, "the bot is ready", func() error {
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
