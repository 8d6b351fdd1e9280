package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/clarion-bot/clarion/storage"
)

// readyWithin bounds how long /readyz waits for Redis.
const readyWithin = 2 * time.Second

// registerHealth adds /healthz, which answers while the process lives, and /readyz, which answers 200 while
// Redis answers and 503 otherwise.
func registerHealth(mux *http.ServeMux, db *storage.Storage) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
		defer cancel()
		if err := db.Ping(ctx); err != nil {
			http.Error(w, "Redis does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
}
