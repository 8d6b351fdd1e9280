package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	clarion "github.com/clarion-bot/clarion"
)

// spaceCampaign is that of the links whose bytes are measured.
const spaceCampaign clarion.CampaignID = "01990000-0000-7000-a000-000000000000"

// space measures how many bytes of Redis a link and a credited visit take, on a Redis of its own. It returns
// whether the visits were counted exactly.
func (b *bench) space(ctx context.Context) (counted bool, err error) {
	s, err := b.newSite(ctx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.workspace.PutCampaign(ctx, campaign(spaceCampaign, time.Now())); err != nil {
		return false, err
	}
	before, err := s.measure(ctx)
	if err != nil {
		return false, err
	}
	if _, err := share(ctx, s.workspace, spaceCampaign, b.spaceLinks); err != nil {
		return false, fmt.Errorf("making links: %w", err)
	}
	linked, err := s.measure(ctx)
	if err != nil {
		return false, err
	}
	b.say("bytes of Redis a link, with its share page: %v", linked.since(before, b.spaceLinks))

	c, err := startServer(ctx, clarionServer, s.redis)
	if err != nil {
		return false, err
	}
	v := newVisits(s.links)
	n := b.links * b.visitsPerLink
	_, err = closed{connections: b.few, limit: 10 * time.Minute, most: int64(n)}.run(ctx, c.address, v)
	if err = errors.Join(err, c.stop()); err != nil {
		return false, fmt.Errorf("visiting links: %w", err)
	}
	visited, err := s.measure(ctx)
	if err != nil {
		return false, err
	}
	b.say("bytes of Redis a credited visit, with %d on each link: %v", b.visitsPerLink, visited.since(linked, n))

	t, err := countClarion(ctx, s.workspace, s.links, v)
	if err != nil {
		return false, err
	}
	b.say("%s for bytes: %v", clarionServer, t)
	return t.exact(), nil
}

// A holding is what Redis holds at a moment.
type holding struct {
	// used is used_memory of INFO without the buffers of clients and of the append-only file and without
	// scripts. The tables in which the keys stand are part of it.
	used int64
	// kinds are sums of MEMORY USAGE, by what keys begin with.
	kinds map[string]int64
}

// measure returns what Redis holds once it is at rest.
func (s *site) measure(ctx context.Context) (holding, error) {
	h := holding{kinds: make(map[string]int64)}
	for cursor := uint64(0); ; {
		keys, next, err := s.rdb.Scan(ctx, cursor, "", 1000).Result()
		if err != nil {
			return holding{}, fmt.Errorf("listing the keys: %w", err)
		}
		sizes := make([]*redis.IntCmd, len(keys))
		if _, err = s.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, key := range keys {
				sizes[i] = p.MemoryUsage(ctx, key, 0) // 0: every member, and no samples
			}
			return nil
		}); err != nil {
			return holding{}, fmt.Errorf("measuring the keys: %w", err)
		}
		for i, key := range keys {
			kind, _, _ := strings.Cut(key, ":")
			h.kinds[kind] += sizes[i].Val()
		}
		if cursor = next; cursor == 0 {
			break
		}
	}
	// Each look at a key has also helped to move the keys to a greater table, if that was under way.
	if err := s.rdb.Do(ctx, "MEMORY", "PURGE").Err(); err != nil {
		return holding{}, fmt.Errorf("purging memory: %w", err)
	}
	var err error
	h.used, err = s.used(ctx)
	return h, err
}

// used reads how much Redis uses, until two readings are the same: it takes a moment to let clients go.
func (s *site) used(ctx context.Context) (int64, error) {
	last := int64(-1)
	for range 100 {
		info, err := s.rdb.InfoMap(ctx, "memory").Result()
		if err != nil {
			return 0, fmt.Errorf("asking Redis what it uses: %w", err)
		}
		var used int64
		for name, sign := range map[string]int64{
			"used_memory": 1, "mem_clients_normal": -1, "mem_aof_buffer": -1, "used_memory_scripts": -1,
		} {
			var n int64
			if _, err := fmt.Sscan(info["Memory"][name], &n); err != nil {
				return 0, fmt.Errorf("reading %s of Redis: %w", name, err)
			}
			used += sign * n
		}
		if used == last {
			return used, nil
		}
		last = used
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return last, nil
}

// since describes what each of n things has added.
func (h holding) since(before holding, n int) string {
	each := func(after, before int64) float64 { return float64(after-before) / float64(n) }
	grown := slices.SortedFunc(maps.Keys(h.kinds), func(a, b string) int {
		return cmp.Compare(h.kinds[b]-before.kinds[b], h.kinds[a]-before.kinds[a])
	})
	var kinds []string
	sum := 0.0
	for _, kind := range grown {
		bytes := each(h.kinds[kind], before.kinds[kind])
		sum += bytes
		if bytes >= 0.5 {
			kinds = append(kinds, fmt.Sprintf("%s %.0f", kind, bytes))
		}
	}
	return fmt.Sprintf("%.0f by used_memory without buffers and scripts; %.0f by MEMORY USAGE of each key: %s",
		each(h.used, before.used), sum, strings.Join(kinds, ", "))
}
