// Command benchlinks measures the public link /l/{code}, on a redis-server that it starts itself and throws
// away, whose append-only file is written every second.
//
// Three servers answer visits, each in a process of its own: bare, which is net/http with the same redirect for
// everybody; one-script, which does each visit in one script of its own; and clarion, which is the service's
// public links with all of its checks. Every visit is of another visitor, who has a browser's agent, and is
// credited. The client takes one processor at most, and the rest of the machine is for server and Redis.
//
// A closed load is as many visits as 64 and as 256 connections bring when each waits for its answer. An open
// load is so many visits a second, whose latency counts from when they were due. Before and after the others
// comes the bare server, whose rate is that of both: what else the machine does changes by the second. All
// figures are medians of interleaved rounds. The client comes up to a millisecond late in an open load, as the
// bare server's latency shows.
//
// It also says how much of a processor Redis takes for a visit, how much memory clarion's process has over a long
// load, and how many bytes of Redis a link and a credited visit take.
//
// Its last line is
//
//	links: ratio_to_bare=… p99_to_bare=… ratio_at_256=… counted_exactly=…
//
// The ratios are clarion's visits a second over those of the bare server, at 64 connections and at 256;
// p99_to_bare is that of their 99th percentiles at 64. counted_exactly says whether each answered visit is
// counted on its link once and credited once, and everything agrees with the ledger; when it is false, so is
// the exit status.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := program(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "benchlinks:", err)
		os.Exit(1)
	}
}

// program is this process: the measurement, or one of the servers that it starts.
func program(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) > 0 && args[0] == serveCommand {
		return serve(ctx, args[1:], in, out)
	}
	o := options{sizes: wholeSizes()}
	flags := flag.NewFlagSet("benchlinks", flag.ContinueOnError)
	flags.IntVar(&o.rounds, "rounds", 3, "rounds of each measurement")
	seconds := flags.Float64("seconds", 4, "seconds of each load")
	flags.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of clarion's process to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	o.limit = time.Duration(*seconds * float64(time.Second))
	if o.rounds < 1 || o.limit <= 0 {
		return errors.New("there must be a round, and time for it")
	}
	return run(ctx, o, out)
}

// options are what a run can be asked for.
type options struct {
	sizes
	rounds  int
	limit   time.Duration // of each load
	profile string        // file for a CPU profile of clarion's process
}

// sizes are how much there is to measure on.
type sizes struct {
	links         int // of as many partners
	few, many     int // connections
	slow, fast    int // visits a second, over few and over many connections
	spaceLinks    int // whose bytes are measured
	visitsPerLink int // whose bytes are measured, on each of links
}

// wholeSizes are those that the last line speaks of.
func wholeSizes() sizes {
	return sizes{links: 5000, few: 64, many: 256, slow: 2000, fast: 8000, spaceLinks: 100_000, visitsPerLink: 20}
}
