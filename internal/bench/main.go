// Command bench measures what a launch morning asks of Clarion: signed button presses, awards and
// leaderboards, on a redis-server that it starts itself and throws away.
//
// Its last line is
//
//	bench: press_ratio=… award_us=… stores_ms=… partners_ms=…
//
// press_ratio is button presses a second, from HTTP in to award stored and answer out, over those of a bare
// handler that reads the same bodies and only verifies Slack's signature, in the same run. award_us is one
// award with nobody else there. stores_ms and partners_ms are one leaderboard answer: all of 52 stores, and
// the first ten of 26,000 partners, each with the asker's own standing. All are medians of interleaved rounds,
// so that a busy machine hurts both sides of the ratio.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/pprof"
	"time"

	"github.com/clarion-bot/clarion/internal/measure"
	"github.com/clarion-bot/clarion/storage"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// Sizes of the measurement.
const (
	stores      = 52
	partners    = 26_000
	connections = 64 // of the client that presses, and callers that award at once
)

// options are what a run can be asked for.
type options struct {
	rounds  int
	seconds time.Duration // at most so long for one round of presses
	profile string        // file for a CPU profile of the presses alone
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&o.rounds, "rounds", 3, "rounds of each measurement")
	flags.DurationVar(&o.seconds, "limit", 6*time.Second, "longest time of one round of presses")
	flags.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of the presses, the client's part too, to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 4*time.Minute+time.Duration(o.rounds)*2*o.seconds)
	defer cancel()

	address, stop, err := measure.StartRedis(ctx)
	if err != nil {
		return err
	}
	defer stop()
	db, err := storage.Open(storage.Options{URL: "redis://" + address})
	if err != nil {
		return err
	}
	defer db.Close()
	b := &bench{options: o, db: db, workspace: db.Workspace("bench"), address: address, out: out}
	return b.run(ctx)
}

// A bench is one run.
type bench struct {
	options
	db        *storage.Storage
	workspace *storage.Workspace
	address   string // of Redis
	out       io.Writer
}

func (b *bench) run(ctx context.Context) error {
	started := time.Now()
	if err := b.fill(ctx); err != nil {
		return fmt.Errorf("filling the workspace: %w", err)
	}
	b.say("filled: %d stores and %d partners in %.1f s, on redis-server with an append-only file written every second", stores, partners, time.Since(started).Seconds())

	p, err := b.newPresses(ctx)
	if err != nil {
		return fmt.Errorf("preparing the presses: %w", err)
	}
	defer p.close()
	b.say("a press: Copy the link in the personal form, %d bytes signed, %d connections; the client is in this process, for both handlers the same", p.template.size(), connections)
	b.say("after the answer the new view is drawn and given to the Slack client, and that is waited for; Slack's own answer comes from memory, without TLS or network")

	var bare, press, alone, together, storesTime, partnersTime []float64
	for round := range b.rounds {
		result, err := p.round(ctx, round)
		if err != nil {
			return fmt.Errorf("round %d of the presses: %w", round+1, err)
		}
		bare, press = append(bare, result.bare.rate()), append(press, result.press.rate())
		b.say("round %d: bare %.0f/s p50 %.1f ms p99 %.1f ms, press %.0f/s p50 %.1f ms p99 %.1f ms, ratio %.2f", round+1,
			result.bare.rate(), result.bare.quantile(0.5), result.bare.quantile(0.99),
			result.press.rate(), result.press.quantile(0.5), result.press.quantile(0.99), result.press.rate()/result.bare.rate())

		one, many, err := b.awards(ctx, round)
		if err != nil {
			return fmt.Errorf("round %d of the awards: %w", round+1, err)
		}
		alone, together = append(alone, one), append(together, many)
		ofStores, ofPartners, err := b.boards(ctx)
		if err != nil {
			return fmt.Errorf("round %d of the leaderboards: %w", round+1, err)
		}
		storesTime, partnersTime = append(storesTime, ofStores), append(partnersTime, ofPartners)
	}
	counted, err := p.countedExactly(ctx)
	if err != nil {
		return fmt.Errorf("counting what was awarded: %w", err)
	}
	b.say("presses: answered=%d counted_exactly=%t", p.answered(), counted)
	if err := b.boundedReads(ctx); err != nil {
		return err
	}
	ratios := make([]float64, len(press))
	for i := range press {
		ratios[i] = press[i] / bare[i]
	}
	b.say("presses a second: %.0f, bare %.0f; an award: %.0f µs alone, %.1f µs each with %d at once", measure.Median(press), measure.Median(bare), measure.Median(alone), measure.Median(together), connections)
	b.say("bench: press_ratio=%.2f award_us=%.0f stores_ms=%.3f partners_ms=%.3f", measure.Median(ratios), measure.Median(alone), measure.Median(storesTime), measure.Median(partnersTime))
	if !counted {
		return fmt.Errorf("what was answered and what was awarded differ")
	}
	return nil
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.out, format+"\n", args...) }

// profiled runs f under the CPU profiler when the options ask for it and this is the last round: a profile
// is one file.
func (b *bench) profiled(round int, f func() error) error {
	if b.profile == "" || round != b.rounds-1 {
		return f()
	}
	file, err := os.Create(b.profile) // #nosec G304 -- the file that was asked for
	if err != nil {
		return fmt.Errorf("creating the profile: %w", err)
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return fmt.Errorf("profiling: %w", err)
	}
	defer pprof.StopCPUProfile()
	return f()
}
