// Command fanout measures how fast a drop reaches every store, on a redis-server and with Slack's limits: one message a
// second in a channel, and for the whole workspace a pace of 300 a minute with 20 at once. Clarion is the real binary in
// a process of its own, alone in the workspace; the Slack is the playground's, in another.
//
// The limits alone demand (stores - 20) / 5 seconds: 20 messages can stand at the moment that the drop is due, and then
// comes one each fifth of a second. No channel gets two messages, so its own limit demands nothing. What is measured
// is the time from when the drop is due until Slack has taken the last post, both by the machine's clock, over that.
//
// Its last line is
//
//	fanout: stores=52 ratio_to_limit=… ; stores=1000 ratio_to_limit=…
//
// The goals are a ratio of 1.3 at most, no call that the limits refuse, and the first post within a second. When one is
// missed, or a post is missing or there twice, the exit status is 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/clarion-bot/clarion/internal/rehearsal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fanout:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 && args[0] == rehearsal.SlackCommand {
		return rehearsal.ServeSlack(ctx, args[1:])
	}
	var sizes string
	flags := flag.NewFlagSet("fanout", flag.ContinueOnError)
	flags.StringVar(&sizes, "stores", "52,1000", "numbers of stores, with commas between them")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var results []string
	var missed []error
	for word := range strings.SplitSeq(sizes, ",") {
		stores, err := strconv.Atoi(word)
		if err != nil || stores <= workspace.Burst {
			return fmt.Errorf("%q is not a number of stores above %d, below which the limits demand nothing", word, workspace.Burst)
		}
		r, err := measure(ctx, stores, out)
		if err != nil {
			return fmt.Errorf("with %d stores: %w", stores, err)
		}
		missed = append(missed, r.missed())
		results = append(results, fmt.Sprintf("stores=%d ratio_to_limit=%.2f", stores, r.ratio()))
	}
	fmt.Fprintf(out, "fanout: %s\n", strings.Join(results, " ; "))
	return errors.Join(missed...)
}
