package main

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion/internal/measure"
)

// A comparison is one round of a closed load at each server.
type comparison struct {
	bare, oneScript, clarion *load
	oneScriptRedis           float64 // µs of a processor that Redis took for a visit
	clarionRedis             float64
}

// compare lets the bare server have half of its load before the others and half after them.
func (c *contestants) compare(ctx context.Context, l closed) (comparison, error) {
	half := l
	half.limit = max(l.limit/2, time.Millisecond)
	var one comparison
	var err error
	if one.bare, err = half.run(ctx, c.bare.address, c.bareVisits); err != nil {
		return comparison{}, fmt.Errorf("%s: %w", bareServer, err)
	}
	if one.oneScript, one.oneScriptRedis, err = c.withRedis(ctx, l, c.oneScript, c.oneScriptVisits); err != nil {
		return comparison{}, fmt.Errorf("%s: %w", oneScriptServer, err)
	}
	if one.clarion, one.clarionRedis, err = c.withRedis(ctx, l, c.clarion, c.clarionVisits); err != nil {
		return comparison{}, fmt.Errorf("%s: %w", clarionServer, err)
	}
	after, err := half.run(ctx, c.bare.address, c.bareVisits)
	if err != nil {
		return comparison{}, fmt.Errorf("%s: %w", bareServer, err)
	}
	one.bare.add(after)
	return one, nil
}

// withRedis runs a load at a server and returns also how many µs of a processor Redis took for each visit.
func (c *contestants) withRedis(ctx context.Context, l closed, server *child, v *visits) (*load, float64, error) {
	before, err := processorTime(ctx, c.rdb)
	if err != nil {
		return nil, 0, err
	}
	result, err := l.run(ctx, server.address, v)
	if err != nil {
		return nil, 0, err
	}
	after, err := processorTime(ctx, c.rdb)
	return result, (after - before) * 1e6 / float64(max(1, len(result.latencies))), err
}

// processorTime returns how many seconds of a processor Redis has taken, what it does beside commands included.
func processorTime(ctx context.Context, rdb *redis.Client) (float64, error) {
	info, err := rdb.InfoMap(ctx, "cpu").Result()
	if err != nil {
		return 0, fmt.Errorf("asking Redis for its time: %w", err)
	}
	var user, system float64
	if _, err := fmt.Sscan(info["CPU"]["used_cpu_user"]+" "+info["CPU"]["used_cpu_sys"], &user, &system); err != nil {
		return 0, fmt.Errorf("reading the time of Redis: %w", err)
	}
	return user + system, nil
}

// ratio is a load's rate over that of the bare server, and p99 that of their 99th percentiles.
func (c comparison) ratio(l *load) float64 { return l.rate() / c.bare.rate() }
func (c comparison) p99(l *load) float64   { return l.p99() / c.bare.p99() }

func (c comparison) String() string {
	return fmt.Sprintf("%s %v; %s %v, %.2f of bare, %.0f µs of Redis each; %s %v, %.2f of bare, p99 %.2f times bare's, %.0f µs of Redis each",
		bareServer, c.bare, oneScriptServer, c.oneScript, c.ratio(c.oneScript), c.oneScriptRedis,
		clarionServer, c.clarion, c.ratio(c.clarion), c.p99(c.clarion), c.clarionRedis)
}

// comparisons are those of all rounds.
type comparisons struct {
	bare, oneScript, clarion []float64 // visits a second
	ratios, p99s             []float64 // of clarion to bare
	oneScriptRatios          []float64
	oneScriptRedis           []float64 // µs a visit
	clarionRedis             []float64
}

func (c *comparisons) add(one comparison) {
	c.bare = append(c.bare, one.bare.rate())
	c.oneScript = append(c.oneScript, one.oneScript.rate())
	c.clarion = append(c.clarion, one.clarion.rate())
	c.ratios = append(c.ratios, one.ratio(one.clarion))
	c.p99s = append(c.p99s, one.p99(one.clarion))
	c.oneScriptRatios = append(c.oneScriptRatios, one.ratio(one.oneScript))
	c.oneScriptRedis = append(c.oneScriptRedis, one.oneScriptRedis)
	c.clarionRedis = append(c.clarionRedis, one.clarionRedis)
}

func (c *comparisons) String() string {
	m := measure.Median
	return fmt.Sprintf("%s %.0f/s; %s %.0f/s, %.2f of bare, %.0f µs of Redis each; %s %.0f/s, %.2f of bare, p99 %.2f times bare's, %.0f µs of Redis each",
		bareServer, m(c.bare), oneScriptServer, m(c.oneScript), m(c.oneScriptRatios), m(c.oneScriptRedis),
		clarionServer, m(c.clarion), m(c.ratios), m(c.p99s), m(c.clarionRedis))
}

// A pace is one round of an open load.
type pace struct{ bare, clarion *load }

func (c *contestants) pace(ctx context.Context, o open) (pace, error) {
	var one pace
	var err error
	if one.bare, err = o.run(ctx, c.bare.address, c.bareVisits); err != nil {
		return pace{}, fmt.Errorf("%s: %w", bareServer, err)
	}
	if one.clarion, err = o.run(ctx, c.clarion.address, c.clarionVisits); err != nil {
		return pace{}, fmt.Errorf("%s: %w", clarionServer, err)
	}
	return one, nil
}

func (p pace) String() string {
	return fmt.Sprintf("%s %v; %s %v", bareServer, p.bare, clarionServer, p.clarion)
}

// paces are those of all rounds.
type paces struct{ p50s, p99s []float64 } // ms, of clarion

func (p *paces) add(one pace) {
	p.p50s = append(p.p50s, one.clarion.p50())
	p.p99s = append(p.p99s, one.clarion.p99())
}

func (p *paces) String() string {
	return fmt.Sprintf("%s p50 %.2f ms, p99 %.2f ms from when each was due", clarionServer, measure.Median(p.p50s), measure.Median(p.p99s))
}
