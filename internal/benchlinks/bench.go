package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/measure"
	"github.com/clarion-bot/clarion/storage"
)

// run measures everything and writes what it finds.
func run(ctx context.Context, o options, out io.Writer) error {
	b := &bench{options: o, out: out}
	counted, err := b.speed(ctx)
	if err != nil {
		return err
	}
	inSpace, err := b.space(ctx)
	if err != nil {
		return err
	}
	exactly := counted && inSpace
	b.say("links: ratio_to_bare=%.2f p99_to_bare=%.2f ratio_at_256=%.2f counted_exactly=%t",
		measure.Median(b.atFew.ratios), measure.Median(b.atFew.p99s), measure.Median(b.atMany.ratios), exactly)
	if !exactly {
		return errors.New("what was answered and what was counted differ")
	}
	return nil
}

// A bench is one run.
type bench struct {
	options
	out io.Writer

	atFew, atMany  comparisons
	atSlow, atFast paces
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.out, format+"\n", args...) }

// redisOptions keep Redis from writing its append-only file anew, which takes most of a processor for some
// seconds, in whichever load it falls.
func redisOptions() []string { return []string{"--auto-aof-rewrite-percentage", "0"} }

// A site is a filled Redis.
type site struct {
	redis     string // address
	rdb       *redis.Client
	db        *storage.Storage
	workspace *storage.Workspace
	links     []clarion.ShareLink
	stop      func()
}

func (b *bench) newSite(ctx context.Context) (*site, error) {
	address, stop, err := measure.StartRedis(ctx, redisOptions()...)
	if err != nil {
		return nil, err
	}
	s := &site{redis: address, stop: stop, rdb: redis.NewClient(&redis.Options{Addr: address, PoolSize: 1})}
	if s.db, err = storage.Open(storage.Options{URL: "redis://" + address, PoolSize: 1}); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.workspace = s.db.Workspace(workspaceID)
	if s.links, err = fill(ctx, s.workspace, b.links); err != nil {
		return nil, errors.Join(fmt.Errorf("filling the workspace: %w", err), s.close())
	}
	return s, nil
}

func (s *site) close() error {
	err := s.rdb.Close()
	if s.db != nil {
		err = errors.Join(err, s.db.Close())
	}
	s.stop()
	return err
}

// contestants are the servers that are measured side by side, and the visits that each has had.
type contestants struct {
	rdb *redis.Client

	bare, oneScript, clarion                   *child
	bareVisits, oneScriptVisits, clarionVisits *visits
}

func (b *bench) start(ctx context.Context, s *site) (*contestants, error) {
	c := &contestants{rdb: s.rdb, bareVisits: newVisits(s.links), oneScriptVisits: newVisits(s.links), clarionVisits: newVisits(s.links)}
	var profile []string
	if b.profile != "" {
		profile = []string{"-cpuprofile", b.profile}
	}
	if err := (oneScript{s.rdb}).fill(ctx, s.links); err != nil {
		return nil, err
	}
	var err error
	if c.bare, err = startServer(ctx, bareServer, s.redis); err != nil {
		return nil, err
	}
	if c.oneScript, err = startServer(ctx, oneScriptServer, s.redis); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	if c.clarion, err = startServer(ctx, clarionServer, s.redis, profile...); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// stop lets the servers finish what they have.
func (c *contestants) stop() error {
	var err error
	for _, one := range []*child{c.bare, c.oneScript, c.clarion} {
		if one != nil {
			err = errors.Join(err, one.stop())
		}
	}
	return err
}

// warm lets each server see each link, so that what is measured is not how it begins.
func (c *contestants) warm(ctx context.Context, connections, links int) error {
	once := closed{connections: connections, limit: time.Minute, most: int64(links)}
	_, err := once.run(ctx, c.bare.address, c.bareVisits)
	if err == nil {
		_, err = once.run(ctx, c.oneScript.address, c.oneScriptVisits)
	}
	if err == nil {
		_, err = once.run(ctx, c.clarion.address, c.clarionVisits)
	}
	return err
}

// speed measures rates and latencies, and how much memory clarion's process has. It returns whether everything
// was counted exactly.
func (b *bench) speed(ctx context.Context) (counted bool, err error) {
	s, err := b.newSite(ctx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	c, err := b.start(ctx, s)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	if err := c.warm(ctx, b.few, b.links); err != nil {
		return false, fmt.Errorf("the first visits: %w", err)
	}
	b.say("%d links of %d partners in %d stores; every visit has another address and one of %d agents; each load takes %v", b.links, b.links, stores, len(c.clarionVisits.tails), b.limit)

	for round := range b.rounds {
		if err := b.round(ctx, c, round+1); err != nil {
			return false, fmt.Errorf("round %d: %w", round+1, err)
		}
	}
	b.say("medians at %d connections: %v", b.few, &b.atFew)
	b.say("medians at %d connections: %v", b.many, &b.atMany)
	b.say("medians at %d visits a second: %v", b.slow, &b.atSlow)
	b.say("medians at %d visits a second: %v", b.fast, &b.atFast)
	if err := b.memory(ctx, c); err != nil {
		return false, err
	}
	if err := c.stop(); err != nil { // so that everything answered has been stored
		return false, err
	}
	return b.counted(ctx, s, c)
}

// round measures everything once.
func (b *bench) round(ctx context.Context, c *contestants, n int) error {
	for _, at := range []struct {
		connections int
		c           *comparisons
	}{{b.few, &b.atFew}, {b.many, &b.atMany}} {
		one, err := c.compare(ctx, closed{connections: at.connections, limit: b.limit})
		if err != nil {
			return fmt.Errorf("at %d connections: %w", at.connections, err)
		}
		at.c.add(one)
		b.say("round %d at %d connections: %v", n, at.connections, one)
	}
	for _, at := range []struct {
		open
		p *paces
	}{
		{open{connections: b.few, rate: b.slow, limit: b.limit}, &b.atSlow},
		{open{connections: b.many, rate: b.fast, limit: b.limit}, &b.atFast},
	} {
		one, err := c.pace(ctx, at.open)
		if err != nil {
			return fmt.Errorf("at %d visits a second: %w", at.rate, err)
		}
		at.p.add(one)
		b.say("round %d at %d visits a second: %v", n, at.rate, one)
	}
	return nil
}

// memory measures what clarion's process has after each third of a long load.
func (b *bench) memory(ctx context.Context, c *contestants) error {
	var thirds []string
	for range 3 {
		if _, err := (closed{connections: b.few, limit: 2 * b.limit}).run(ctx, c.clarion.address, c.clarionVisits); err != nil {
			return fmt.Errorf("the long load: %w", err)
		}
		m, err := c.clarion.memory(ctx)
		if err != nil {
			return err
		}
		thirds = append(thirds, fmt.Sprintf("%.1f MB in use, %.1f MB resident", m.heap/1e6, m.resident/1e6))
	}
	b.say("memory after each third of %v: %s", 6*b.limit, strings.Join(thirds, "; "))
	return nil
}

// counted reads whether what was answered is what was counted.
func (b *bench) counted(ctx context.Context, s *site, c *contestants) (bool, error) {
	ofClarion, err := countClarion(ctx, s.workspace, s.links, c.clarionVisits)
	if err != nil {
		return false, err
	}
	ofOneScript, err := oneScript{s.rdb}.count(ctx, s.links, c.oneScriptVisits)
	if err != nil {
		return false, err
	}
	b.say("%s: %v", oneScriptServer, ofOneScript)
	b.say("%s: %v", clarionServer, ofClarion)
	return ofClarion.exact() && ofOneScript.exact(), nil
}
