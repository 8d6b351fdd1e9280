package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/redis/go-redis/v9"

	clarion "github.com/clarion-bot/clarion"
)

// A oneScript is the design that one writes first: each visit is one script, which looks the link up, counts
// the visit and, when the visitor is new to the link, the click. It judges nobody, awards nobody and keeps no
// ledger.
type oneScript struct{ rdb *redis.Client }

// Its keys stand beside Clarion's.
const (
	oneLinks   = "one:links"  // hash: code → target
	oneRaw     = "one:raw"    // hash: code → visits
	oneClicks  = "one:clicks" // hash: code → visitors
	oneVisitor = "one:seen:"  // + code, set: visitors
)

// visitOnce counts a visit.
//
// KEYS: links, raw, clicks, the set of the link's visitors
// ARGV: code, visitor
// Returns: the target, or nothing when there is no such link
var visitOnce = redis.NewScript(`
local target = redis.call('HGET', KEYS[1], ARGV[1])
if target then
  redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
  if redis.call('SADD', KEYS[4], ARGV[2]) == 1 then
    redis.call('HINCRBY', KEYS[3], ARGV[1], 1)
  end
end
return target
`)

func newOneScript(_ context.Context, address string) (server, error) {
	s := oneScript{redis.NewClient(&redis.Options{Addr: address, PoolSize: 64})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /l/{code}", s.redirect)
	return server{mux, s.rdb.Close}, nil
}

func (s oneScript) redirect(rw http.ResponseWriter, r *http.Request) {
	code := r.PathValue("code")
	visitor := sha256.Sum256([]byte(r.Header.Get("X-Forwarded-For") + "\x00" + r.UserAgent()))
	target, err := visitOnce.Run(r.Context(), s.rdb, []string{oneLinks, oneRaw, oneClicks, oneVisitor + code}, code, visitor[:16]).Text()
	switch {
	case errors.Is(err, redis.Nil):
		http.NotFound(rw, r)
	case err != nil:
		http.Error(rw, err.Error(), http.StatusServiceUnavailable)
	default:
		rw.Header()["Location"] = []string{target}
		rw.Header()["Cache-Control"] = []string{"no-store"}
		rw.WriteHeader(http.StatusFound)
	}
}

// fill stores the links.
func (s oneScript) fill(ctx context.Context, links []clarion.ShareLink) error {
	targets := make(map[string]any, len(links))
	for _, link := range links {
		targets[string(link.Code)] = target
	}
	if err := s.rdb.HSet(ctx, oneLinks, targets).Err(); err != nil {
		return fmt.Errorf("storing the links of one-script: %w", err)
	}
	return nil
}

// count reads what it has counted.
func (s oneScript) count(ctx context.Context, links []clarion.ShareLink, v *visits) (tally, error) {
	raw, err := s.rdb.HGetAll(ctx, oneRaw).Result()
	if err != nil {
		return tally{}, fmt.Errorf("reading the visits of one-script: %w", err)
	}
	clicks, err := s.rdb.HGetAll(ctx, oneClicks).Result()
	if err != nil {
		return tally{}, fmt.Errorf("reading the clicks of one-script: %w", err)
	}
	var t tally
	for i, link := range links {
		code := string(link.Code)
		visited, _ := strconv.Atoi(raw[code]) // a number that Redis counts, or nothing
		credited, _ := strconv.Atoi(clicks[code])
		t.add(link, v.onLink(i), visited, credited)
	}
	return t, nil
}
