// Package faultstest looks, for tests, at a platform that runs here through the eyes of a caller whose calls go wrong.
package faultstest

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Call makes a request of a handler without a network and tells what the caller sees: a status with its Retry-After, "cut",
// or "no answer" within ten seconds. It returns when the handler is done with it.
func Call(h http.Handler, r *http.Request) (seen string) {
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			seen = "cut"
			if ctx.Err() != nil {
				seen = "no answer"
			}
		}
	}()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(ctx))
	return strings.TrimSpace(fmt.Sprint(w.Code, " ", w.Header().Get("Retry-After")))
}

// About fails the test when n is not about the share of so many calls.
func About(t *testing.T, what string, n, calls int, share float64) {
	t.Helper()
	if want := share * float64(calls); math.Abs(float64(n)-want) > 4*math.Sqrt(want) {
		t.Errorf("%s: %d of %d, want about %.0f", what, n, calls, want)
	}
}
