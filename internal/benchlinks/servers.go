package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/links"
	"github.com/clarion-bot/clarion/storage"
)

// The servers that are measured.
const (
	bareServer      = "bare"
	oneScriptServer = "one-script"
	clarionServer   = "clarion"
)

func servers() map[string]func(ctx context.Context, redis string) (server, error) {
	return map[string]func(context.Context, string) (server, error){
		bareServer:      newBare,
		oneScriptServer: newOneScript,
		clarionServer:   newClarion,
	}
}

// newBare returns what the others are measured against: net/http, and the same answer to everybody.
func newBare(context.Context, string) (server, error) {
	answer := func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header()["Location"] = []string{target}
		rw.WriteHeader(http.StatusFound)
	}
	return server{http.HandlerFunc(answer), func() error { return nil }}, nil
}

// newClarion returns the public links as the service has them, but that clicks are awarded without end and no
// burst is held: every visit of the measurement is to be credited.
func newClarion(ctx context.Context, redis string) (server, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	storage.LogTo(log)
	db, err := storage.Open(storage.Options{URL: "redis://" + redis})
	if err != nil {
		return server{}, err
	}
	uncapped := clarion.DefaultRules()
	uncapped.For[clarion.ClickReason] = clarion.Rule{Points: uncapped.For[clarion.ClickReason].Points}
	rules, err := db.Workspace(workspaceID).PutRules(ctx, uncapped)
	if err != nil {
		return server{}, err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	web, err := links.New(links.Config{
		Storage: db, Rules: func() clarion.Rules { return rules }, Now: time.Now, NewToken: rand.Uint64, Location: time.UTC,
		BaseURL: "https://clarion.example.com", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
		Logger: log, Registerer: registry,
	})
	if err != nil {
		return server{}, err
	}
	mux := http.NewServeMux()
	web.Register(mux)
	mux.HandleFunc("GET "+memoryPath, func(rw http.ResponseWriter, _ *http.Request) {
		m, err := readMemory(registry)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(rw, "%v %v\n", m.heap, m.resident)
	})
	return server{mux, func() error {
		drained, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
		defer cancel()
		if lost := db.Drain(drained); lost > 0 {
			return errors.Join(fmt.Errorf("%d visits were answered and given up", lost), db.Close())
		}
		return db.Close()
	}}, nil
}

// memoryPath is where the child says how much memory it has.
const memoryPath = "/memory"

// A memory is what a process has, in bytes.
type memory struct {
	heap     float64 // in use, with what is garbage collected
	resident float64 // by the system's account
}

// readMemory reads how much memory this process has.
func readMemory(registry *prometheus.Registry) (memory, error) {
	runtime.GC()
	families, err := registry.Gather()
	if err != nil {
		return memory{}, err
	}
	var m memory
	for _, f := range families {
		switch f.GetName() {
		case "go_memstats_heap_inuse_bytes":
			m.heap = f.GetMetric()[0].GetGauge().GetValue()
		case "process_resident_memory_bytes":
			m.resident = f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	return m, nil
}

// memory asks the child how much memory it has.
func (c *child) memory(ctx context.Context) (memory, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.address+memoryPath, nil)
	if err != nil {
		return memory{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return memory{}, fmt.Errorf("asking for the memory: %w", err)
	}
	defer response.Body.Close()
	var m memory
	if _, err := fmt.Fscan(response.Body, &m.heap, &m.resident); err != nil {
		return memory{}, fmt.Errorf("reading the memory: %w", err)
	}
	return m, nil
}
