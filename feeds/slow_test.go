package feeds

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clarion-bot/clarion/internal/fetchtest"
)

// In these tests time is that of a synctest bubble, and the network is made of pipes within it: the limits are the
// real ones and nobody waits for them.

// drip gives a byte of a feed in each second, until the asker leaves.
func drip(w http.ResponseWriter, r *http.Request) {
	for _, b := range []byte(rss(entry)) {
		if _, err := w.Write([]byte{b}); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-time.After(time.Second):
		case <-r.Context().Done():
			return
		}
	}
}

func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// late names a feed after ten seconds, which then comes after ten more.
func late(w http.ResponseWriter, r *http.Request) {
	select {
	case <-time.After(10 * time.Second):
	case <-r.Context().Done():
		return
	}
	if r.URL.Path == "/feed" {
		_, _ = io.WriteString(w, rss(entry))
		return
	}
	_, _ = io.WriteString(w, `<!doctype html><link rel="alternate" type="application/rss+xml" href="/feed">`)
}

func TestAReadTakesFifteenSecondsInAll(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{"a drip": drip, "silence": silent, "a page, then its feed": late} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &Reader{web: fetchtest.New(t, answer).Client(bounds(nil))}
				began := time.Now()
				_, err := r.Read(t.Context(), "http://www.example.com/", Known{})
				e := isOf(t, err, ErrSlow, "www.example.com does not give the feed within 15 seconds. Try again later.")
				if time.Since(began) != timeLimit || !e.Passes {
					t.Errorf("after %s, passes %v", time.Since(began), e.Passes)
				}
			})
		})
	}
}

func TestACallerWhoLeavesIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &Reader{web: fetchtest.New(t, http.HandlerFunc(drip)).Client(bounds(nil))}
		hurried, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, err := r.Read(hurried, "http://www.example.com/", Known{})
		isOf(t, err, ErrSlow, "www.example.com does not give the feed in time. Try again later.")

		stopped, stop := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, stop)
		if _, err := r.Read(stopped, "http://www.example.com/", Known{}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// A page lets go of its turn before its feed is asked for: four readers of pages do not wait for each other.
func TestFewFeedsAreReadAtOnceAndNoneWaitsForItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := fetchtest.New(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/feed" {
				time.Sleep(time.Second)
				_, _ = io.WriteString(w, `<!doctype html><link rel="alternate" type="application/rss+xml" href="/feed">`)
				return
			}
			_, _ = io.WriteString(w, rss(entry))
		}))
		r := &Reader{web: network.Client(bounds(nil))}
		began := time.Now()
		errs := make(chan error)
		for range 2 * atOnce {
			go func() {
				_, err := r.Read(t.Context(), "http://www.example.com/", Known{})
				errs <- err
			}()
		}
		for range 2 * atOnce {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}
