package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/clarion-bot/clarion/internal/measure"
)

// A load is what came of many visits.
type load struct {
	latencies []float64 // ms
	elapsed   time.Duration
}

func (l *load) add(o *load) {
	l.latencies = append(l.latencies, o.latencies...)
	l.elapsed += o.elapsed
}

func (l *load) rate() float64 { return float64(len(l.latencies)) / l.elapsed.Seconds() }
func (l *load) p50() float64  { return measure.Quantile(l.latencies, 0.5) }
func (l *load) p99() float64  { return measure.Quantile(l.latencies, 0.99) }

func (l *load) String() string {
	return fmt.Sprintf("%.0f/s p50 %.2f ms p99 %.2f ms", l.rate(), l.p50(), l.p99())
}

// answerWithin bounds how long the visits of a load may take beyond its own time.
const answerWithin = 30 * time.Second

// A closed load is that of visitors of whom the next comes when the one before was answered, over each
// connection. It ends when its time is over or, if a number is given, when so many have come.
type closed struct {
	connections int
	limit       time.Duration
	most        int64
}

// run sends visits to a server. Each that it sends is answered when it returns without an error.
func (c closed) run(ctx context.Context, address string, v *visits) (*load, error) {
	connections, err := connect(ctx, address, c.connections, time.Now().Add(c.limit+answerWithin))
	if err != nil {
		return nil, err
	}
	defer disconnect(connections)
	defer quietly()()
	first, most := v.made, c.most
	if most == 0 {
		most = 1 << 62
	}
	var next atomic.Int64
	result := &load{}
	var mu sync.Mutex
	var g errgroup.Group
	start := time.Now()
	for _, conn := range connections {
		g.Go(func() error {
			latencies := make([]float64, 0, 1<<12)
			sent := time.Now()
			for sent.Sub(start) < c.limit {
				i := next.Add(1) - 1
				if i >= most {
					break
				}
				if err := conn.send(v, first+i); err != nil {
					return err
				}
				if err := conn.receive(); err != nil {
					return err
				}
				answered := time.Now()
				latencies = append(latencies, milliseconds(answered.Sub(sent)))
				sent = answered
			}
			mu.Lock()
			defer mu.Unlock()
			result.latencies = append(result.latencies, latencies...)
			return nil
		})
	}
	err = g.Wait()
	result.elapsed = time.Since(start)
	v.made += int64(len(result.latencies))
	return result, err
}

// An open load is that of visitors who come at their own times, so many a second, whether the ones before were
// answered or not. A visit that finds no connection free waits for one. Its latency counts from when it was
// due, so that a server which falls behind is seen to.
type open struct {
	connections int
	rate        int // visits a second
	limit       time.Duration
}

func (o open) run(ctx context.Context, address string, v *visits) (*load, error) {
	most := int(float64(o.rate) * o.limit.Seconds())
	// A server that cannot keep up is given the time to answer all.
	connections, err := connect(ctx, address, o.connections, time.Now().Add(4*o.limit+answerWithin))
	if err != nil {
		return nil, err
	}
	defer disconnect(connections)
	defer quietly()()

	// A connection that is free waits for the time at which the visit that it has been sent was due.
	type busy struct {
		conn *connection
		due  chan time.Time
	}
	free := make(chan busy, len(connections))
	result := &load{}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	all := make([]busy, len(connections))
	for i, conn := range connections {
		one := busy{conn, make(chan time.Time, 1)}
		all[i] = one
		free <- one
		g.Go(func() error {
			latencies := make([]float64, 0, 2*most/len(connections)+16)
			for due := range one.due {
				if err := conn.receive(); err != nil {
					return err
				}
				latencies = append(latencies, milliseconds(time.Since(due)))
				free <- one
			}
			mu.Lock()
			defer mu.Unlock()
			result.latencies = append(result.latencies, latencies...)
			return nil
		})
	}
	start := time.Now()
	g.Go(func() error {
		defer func() {
			for _, one := range all {
				close(one.due)
			}
		}()
		for i := range most {
			due := start.Add(time.Duration(i) * time.Second / time.Duration(o.rate))
			time.Sleep(time.Until(due))
			select {
			case one := <-free:
				if err := one.conn.send(v, v.made+int64(i)); err != nil {
					return err
				}
				one.due <- due
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	err = g.Wait()
	result.elapsed = time.Since(start)
	v.made += int64(len(result.latencies))
	return result, err
}

// quietly keeps this process to one processor and from collecting its garbage, until the returned function is
// called: the client shares the machine with what is measured.
func quietly() (loudly func()) {
	runtime.GC()
	processors, percent := runtime.GOMAXPROCS(1), debug.SetGCPercent(-1)
	return func() {
		runtime.GOMAXPROCS(processors)
		debug.SetGCPercent(percent)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
