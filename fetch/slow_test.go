package fetch_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/clarion-bot/clarion/fetch"
	"github.com/clarion-bot/clarion/internal/fetchtest"
)

// trickle gives a byte in each second, until the asker leaves.
func trickle(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, "x")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-time.After(time.Second):
		case <-r.Context().Done():
		}
	}
}

func silence(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func TestTheTimeLimitHoldsFromTheFirstByteToTheLast(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{"a trickle": trickle, "silence": silence} {
		for after, says := range map[time.Duration]string{
			7 * time.Second: "www.example.com does not give it within 7 seconds",
			3 * time.Second: "www.example.com does not give it in time",
		} {
			t.Run(name+" for "+after.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					client := fetchtest.New(t, answer).Client(fetch.Config{TimeLimit: 7 * time.Second})
					ctx := t.Context()
					if after < 7*time.Second {
						deadline, cancel := context.WithTimeout(ctx, after)
						defer cancel()
						ctx = deadline
					}
					began := time.Now()
					answer, err := client.Get(ctx, "http://www.example.com/", fetch.Validators{})
					if err == nil {
						_, err = io.ReadAll(answer)
						answer.Close()
					}
					if !errors.Is(err, fetch.ErrSlow) || err.Error() != says || time.Since(began) != after {
						t.Errorf("after %s: %v", time.Since(began), err)
					}
				})
			})
		}
	}
}

func TestACallerWhoLeavesEndsTheFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := fetchtest.New(t, http.HandlerFunc(trickle)).Client(fetch.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		answer, err := client.Get(ctx, "http://www.example.com/", fetch.Validators{})
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Close()
		time.AfterFunc(2*time.Second, cancel)
		if _, err := io.ReadAll(answer); !errors.Is(err, fetch.ErrUnreachable) || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}
