package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/clarion-bot/clarion/storage"
)

// askWithin bounds how long check waits for an answer of Redis or Slack.
const askWithin = 10 * time.Second

// runCheck says what is configured and whether Redis and Slack answer. It shows no secret. It is an error
// when something does not work.
func runCheck(ctx context.Context, c Call) error {
	if err := noArguments("check", c); err != nil {
		return err
	}
	cfg, err := readConfig(c.Env, neededToServe(c.Env)...)
	k := &checking{c: c}
	k.settings(cfg, err)
	redis := k.redis(ctx, cfg)
	slack, teams := k.slack(ctx, cfg), k.teams(ctx, cfg)
	settings := outcome(err == nil)
	fmt.Fprintf(c.Out, "\ncheck: settings=%s redis=%s slack=%s teams=%s warnings=%d\n", settings, redis, slack, teams, k.warnings)
	if k.problems > 0 {
		return errors.New("not everything works; the lines that begin with “problem” say what to do")
	}
	return nil
}

// checking is one run of check.
type checking struct {
	c                  Call
	problems, warnings int
}

func (k *checking) ok(format string, args ...any) {
	fmt.Fprintf(k.c.Out, "  ok       %s\n", fmt.Sprintf(format, args...))
}

func (k *checking) warn(format string, args ...any) {
	k.warnings++
	fmt.Fprintf(k.c.Out, "  warning  %s\n", fmt.Sprintf(format, args...))
}

func (k *checking) problem(format string, args ...any) {
	k.problems++
	fmt.Fprintf(k.c.Out, "  problem  %s\n", fmt.Sprintf(format, args...))
}

func (k *checking) settings(cfg Config, err error) {
	fmt.Fprintln(k.c.Out, "Settings")
	w := tabwriter.NewWriter(k.c.Out, 0, 0, 2, ' ', 0)
	for _, s := range settings() {
		shown := cfg.set[s.Name]
		if shown == "" {
			if shown = "not set"; s.Default != "" {
				shown = s.Default + " (default)"
			}
		}
		fmt.Fprintf(w, "  %s\t%s\n", s.Name, shown)
	}
	_ = w.Flush() // an error of Out shows in the last line
	var problems configError
	if errors.As(err, &problems) {
		for _, p := range problems {
			k.problem("%s", p)
		}
	}
	if cfg.set["CLARION_SOCIAL_TEAM"] == "" {
		k.warn("CLARION_SOCIAL_TEAM is not set: nobody can post a campaign")
	}
}

func (k *checking) redis(ctx context.Context, cfg Config) string {
	fmt.Fprintln(k.c.Out, "Redis")
	if !cfg.RedisURL.IsSet() {
		k.problem("not asked: REDIS_URL is not set or makes no sense")
		return "unknown"
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	db, err := storage.Open(storage.Options{URL: cfg.RedisURL.Reveal()})
	if err != nil {
		k.problem("REDIS_URL makes no sense: %v", err)
		return "unknown"
	}
	defer db.Close()
	servers, err := db.Servers(ctx)
	if err != nil {
		k.problem("%v: see that it runs and that REDIS_URL has its address and password", err)
		return outcome(false)
	}
	for _, s := range servers {
		k.server(s)
	}
	return outcome(true)
}

func (k *checking) server(s storage.Server) {
	switch {
	case s.Silent:
		k.ok("it answers")
		k.warn("it does not tell about itself: see yourself that it keeps an append-only file and never evicts keys")
		return
	case s.Version == "":
		k.ok("it answers")
	default:
		k.ok("version %s answers", s.Version)
	}
	if !s.AppendOnly {
		k.warn("it keeps no append-only file, so a crash loses points: set “appendonly yes”")
	}
	if s.Eviction != "noeviction" && s.Eviction != "" {
		k.warn("it throws keys away when memory runs out (%s), and points with them: set “maxmemory-policy noeviction”", s.Eviction)
	}
}

func outcome(ok bool) string {
	if ok {
		return "ok"
	}
	return "failed"
}
