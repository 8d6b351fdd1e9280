package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// How many deliveries `clarion jobs` lists of a kind, and with -all.
const (
	listedJobs    = 20
	allListedJobs = 100_000
)

// runJobs lists what waits, runs and failed, or tries failed deliveries again. The list's last line is for people
// and scripts.
func runJobs(ctx context.Context, c Call) error {
	if len(c.Args) > 0 && c.Args[0] == "retry" {
		return retryJobs(ctx, c, c.Args[1:])
	}
	flags := flag.NewFlagSet("jobs", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	all := flags.Bool("all", false, "list every one, not only the first")
	if err := flags.Parse(c.Args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil || flags.NArg() > 0 {
		return misused("jobs takes -all only, or retry and what to try again")
	}
	cfg, err := readConfig(c.Env, "REDIS_URL")
	if err != nil {
		return err
	}
	most := listedJobs
	if *all {
		most = allListedJobs
	}
	return withWorkspace(cfg, func(w *storage.Workspace) error { return listJobs(ctx, c, w, cfg.Location, most) })
}

func listJobs(ctx context.Context, c Call, w *storage.Workspace, loc *time.Location, most int) error {
	open, err := w.OpenDeliveries(ctx, most)
	if err != nil {
		return err
	}
	failed, err := w.FailedDeliveries(ctx, most)
	if err != nil {
		return err
	}
	openAll, failedAll, err := w.CountDeliveries(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.Out, 0, 8, 2, ' ', 0)
	if len(open)+len(failed) > 0 {
		fmt.Fprintln(table, "STATE\tDUE\tNEXT TRY\tTRIED\tCHANNEL\tDELIVERY\tWHY")
	}
	for _, d := range append(open, failed...) {
		state, next := string(d.State), "-"
		if d.State == clarion.Claimed {
			state = "running"
		}
		if !d.Next.IsZero() {
			next = d.Next.In(loc).Format(time.DateTime)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", state, d.Due.In(loc).Format(time.DateTime), next, d.Attempt, d.Channel, d.ID, oneLine(d.Reason))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	if more := openAll - len(open) + failedAll - len(failed); more > 0 && most < allListedJobs {
		fmt.Fprintf(c.Out, "And %d more: “clarion jobs -all” lists them.\n", more)
	}
	fmt.Fprintf(c.Out, "jobs: open=%d failed=%d\n", openAll, failedAll)
	return nil
}

// oneLine keeps a reason from breaking the table.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// retryJobs opens failed deliveries again: all of them, those of groups, or single ones.
func retryJobs(ctx context.Context, c Call, args []string) error {
	flags := flag.NewFlagSet("jobs retry", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	names := flags.Args()
	if err != nil || len(names) == 0 {
		return misused("say what to try again: “clarion jobs retry all”, or the ids of deliveries, campaigns or weeks (winners:2026-W47)")
	}
	cfg, err := readConfig(c.Env, "REDIS_URL")
	if err != nil {
		return err
	}
	return withWorkspace(cfg, func(w *storage.Workspace) error {
		failed, err := w.FailedDeliveries(ctx, allListedJobs)
		if err != nil {
			return err
		}
		var chosen []string
		for _, name := range names {
			known := name == "all"
			for _, d := range failed {
				if name == "all" || name == d.ID || name == string(d.Group()) {
					chosen, known = append(chosen, d.ID), true
				}
			}
			if !known {
				return fmt.Errorf("nothing that failed is called %q: “clarion jobs” lists what did", name)
			}
		}
		opened, err := w.Retry(ctx, time.Now(), chosen...)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "jobs: retried=%d\n", opened)
		return nil
	})
}
