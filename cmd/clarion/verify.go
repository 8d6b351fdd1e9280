package main

import (
	"context"
	"fmt"

	"github.com/clarion-bot/clarion/storage"
)

// runVerify recomputes everything from the ledger and prints each difference. It is an error when there is
// one. Its last line is for people and scripts.
func runVerify(ctx context.Context, c Call) error {
	if err := noArguments("verify", c); err != nil {
		return err
	}
	cfg, err := readConfig(c.Env, "REDIS_URL")
	if err != nil {
		return err
	}
	return withWorkspace(cfg, func(w *storage.Workspace) error {
		report, err := w.Verify(ctx)
		if err != nil {
			return fmt.Errorf("verifying workspace %s: %w", w.ID(), err)
		}
		for _, d := range report.Differences {
			fmt.Fprintln(c.Out, d)
		}
		if report.Moving && len(report.Differences) > 0 {
			fmt.Fprintln(c.Out, "Points were awarded meanwhile, so some of this may be theirs: repeat it in a quiet moment.")
		}
		fmt.Fprintf(c.Out, "verify: awards=%d boards=%d differences=%d\n", report.Awards, report.Boards, len(report.Differences))
		if n := len(report.Differences); n > 0 {
			return fmt.Errorf("the leaderboards and the ledger differ in %s", count(n, "place"))
		}
		return nil
	})
}

// withWorkspace opens the storage of the settings for as long as f works with it.
func withWorkspace(cfg Config, f func(*storage.Workspace) error) error {
	s, err := storage.Open(storage.Options{URL: cfg.RedisURL.Reveal()})
	if err != nil {
		return fmt.Errorf("REDIS_URL makes no sense: %w", err)
	}
	defer s.Close()
	return f(s.Workspace(cfg.Workspace))
}

// count says how many there are of something.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
