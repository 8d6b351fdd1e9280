package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/clarion-bot/clarion/storage"
)

// redisPatience is how long a start waits for Redis, which may be starting too.
const redisPatience = 60 * time.Second

// runServe runs the bot until ctx ends.
func runServe(ctx context.Context, c Call) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	ahead := aheadFlag(flags)
	rest, err := readFlags(flags, c.Args)
	if err != nil {
		return err
	}
	if len(rest) > 0 || *ahead < 0 {
		return misused("serve takes -ahead 168h only")
	}
	cfg, err := readConfig(c.Env, neededToServe(c.Env)...)
	if err != nil {
		return err
	}
	log := newLogger(cfg, c)
	db, err := storage.Open(storage.Options{URL: cfg.RedisURL.Reveal()})
	if err != nil {
		return fmt.Errorf("REDIS_URL makes no sense: %w", err)
	}
	defer db.Close()
	if err := waitForRedis(ctx, db, log); err != nil {
		return err
	}
	s, err := newService(ctx, cfg, db, world{now: later(*ahead), ahead: *ahead, log: log})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("LISTEN %s cannot be listened on: %w", cfg.Listen, err)
	}
	if len(cfg.SocialTeam) == 0 {
		log.Warn("CLARION_SOCIAL_TEAM is not set: nobody can post a campaign")
	}
	if cfg.TeamsInsecure {
		log.Warn("TEAMS_INSECURE_LOOPBACK is set: anybody on this machine can do everything in anybody's name in Teams")
	}
	if *ahead > 0 {
		log.Warn("this is a rehearsal: everything happens as if it were later", "ahead", *ahead)
	}
	log.Info("clarion serves", "version", programVersion(), "listen", listener.Addr().String(), "public", cfg.PublicURL,
		"workspace", string(cfg.Workspace), "timezone", cfg.Location.String(), "slack", s.slack != nil, "socket_mode", s.listen, "teams", s.teams != nil)
	server := newServer(s.handler, log)
	err = s.run(ctx, server, func() error { return server.Serve(listener) })
	log.Info("clarion has stopped")
	return err
}

// waitForRedis returns when Redis answers. It gives up after a minute.
func waitForRedis(ctx context.Context, db *storage.Storage, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	for said := false; ; said = true {
		err := db.Ping(ctx)
		if err == nil {
			return nil
		}
		if !said {
			log.Warn("waiting for Redis", "error", err)
		}
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("REDIS_URL names a Redis that does not answer: %w", err)
		}
	}
}
