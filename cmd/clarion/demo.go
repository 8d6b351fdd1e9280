package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/playground/page"
	"github.com/clarion-bot/clarion/storage"
)

// demoListen is where the demo listens when nothing else is said. Only this machine reaches it.
const demoListen = "127.0.0.1:8080"

// demoLive is how often posts of the demo show new figures: whoever tries it waits for them.
const demoLive = 3 * time.Second

// runDemo runs the bot, a Slack to try it in, and a Redis inside of the process, at one address.
func runDemo(ctx context.Context, c Call) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	listen := flags.String("listen", "", "address and port, 127.0.0.1:8080 unless it is taken")
	verbose := flags.Bool("v", false, "show the bot's log")
	ahead := aheadFlag(flags)
	if err := flags.Parse(c.Args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil || flags.NArg() > 0 || *ahead < 0 {
		return misused("demo takes -listen ADDRESS:PORT, -ahead 24h and -v only")
	}
	log := slog.New(slog.DiscardHandler)
	if *verbose {
		log = slog.New(slog.NewTextHandler(c.Err, nil))
	}
	db, forgets, err := demoStorage(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	listener, err := demoListener(*listen)
	if err != nil {
		return err
	}
	base := "http://" + listener.Addr().String()
	if forgets {
		fmt.Fprintln(c.Out, "Everything is kept in memory and forgotten on exit. To keep it: REDIS_URL=redis://localhost:6379 go run ./cmd/clarion demo")
	}
	d, err := newDemo(ctx, base, db, log, *ahead)
	if err != nil {
		listener.Close()
		return err
	}
	fmt.Fprintf(c.Out, "Clarion demo: open %s\n", base)
	server := newServer(d.handler, log)
	server.RegisterOnShutdown(d.stop)
	return d.service.run(ctx, server, func() error { return server.Serve(listener) })
}

// demoStorage opens REDIS_URL or, when that is not set, a Redis inside of this process that forgets.
func demoStorage(ctx context.Context, c Call) (db *storage.Storage, forgets bool, err error) {
	if url := c.Env("REDIS_URL"); url != "" {
		db, err := storage.Open(storage.Options{URL: url})
		if err != nil {
			return nil, false, fmt.Errorf("REDIS_URL makes no sense: %w", err)
		}
		if err := db.Ping(ctx); err != nil {
			db.Close()
			return nil, false, fmt.Errorf("REDIS_URL names a Redis that does not answer. Start it, or leave REDIS_URL out: %w", err)
		}
		return db, false, nil
	}
	redis := miniredis.NewMiniRedis()
	if err := redis.Start(); err != nil {
		return nil, false, fmt.Errorf("starting a Redis inside of this process: %w", err)
	}
	context.AfterFunc(ctx, func() {
		// The bot finishes its work first.
		time.AfterFunc(shutdownLimit, redis.Close)
	})
	db, err = storage.Open(storage.Options{URL: "redis://" + redis.Addr()})
	return db, true, err
}

// demoListener listens where it is told or, when nothing is said and the usual port is taken, on any.
func demoListener(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", cmp.Or(address, demoListen))
	if address == "" && errors.Is(err, syscall.EADDRINUSE) {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("the demo cannot listen: %w", err)
	}
	return listener, nil
}

// A demo is a bot and the Slack that it is in.
type demo struct {
	service *service
	slack   *playground.Slack
	clock   *demoClock
	handler http.Handler
	stop    func() // ends what would hold up a shutdown
}

// demoSocialTeam is the handle of the demo's social team.
const demoSocialTeam = "@social-team"

// newDemo puts a bot and a playground together at one address, and fills both. Its clock begins ahead of now.
func newDemo(ctx context.Context, base string, db *storage.Storage, log *slog.Logger, ahead time.Duration) (*demo, error) {
	cfg, err := readConfig(func(name string) string {
		return map[string]string{
			"SLACK_BOT_TOKEN": "xoxb-" + randomHex(), "SLACK_SIGNING_SECRET": randomHex(), "SLACK_API_URL": base + "/playground/api/",
			"PUBLIC_URL": base, "CLARION_WORKSPACE": "demo", "CLARION_SOCIAL_TEAM": demoSocialTeam,
		}[name]
	})
	if err != nil {
		return nil, err
	}
	clock := newDemoClock(cfg.Location, time.Now(), ahead)
	// The demo's picture is on this very machine.
	own := func(hostport string) bool { return "http://"+hostport == base }
	s, err := newService(ctx, cfg, db, world{now: clock.Now, wake: clock.wake, liveEvery: demoLive, log: log, ownSites: own})
	if err != nil {
		return nil, err
	}
	slack, err := playground.New(playground.Config{
		BaseURL: base + "/playground", BotURL: base,
		BotToken: cfg.SlackBotToken.Reveal(), SigningSecret: cfg.SlackSigningSecret.Reveal(),
		Now: clock.Now, Users: demoUsers(), Channels: demoChannels(), Groups: demoGroups(), Commands: demoCommands(s), Logger: log,
	})
	if err != nil {
		return nil, err
	}
	if err := seedDemo(ctx, db.Workspace(cfg.Workspace), clock.Now(), cfg, base); err != nil {
		return nil, fmt.Errorf("filling the demo: %w", err)
	}
	done := make(chan struct{})
	chat, err := page.New(page.Config{
		Slack: slack, Clock: clock, Title: "Harbour & Sons", Intro: demoGuide(base), DefaultUser: demoSocial, DefaultChannel: "kingston",
		Location: cfg.Location, Done: done, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	s.mux.Handle("/playground/", http.StripPrefix("/playground", slack.Handler()))
	registerDemoSite(s.mux)
	s.mux.Handle("/", chat)
	return &demo{service: s, slack: slack, clock: clock, handler: s.mux, stop: func() { close(done); slack.Close() }}, nil
}

func demoCommands(s *service) []playground.Command {
	var list []playground.Command
	for _, slash := range s.table.Slashes() {
		list = append(list, playground.Command{Name: slash.Name, Usage: slash.Usage, Description: slash.Summary})
	}
	return list
}

func randomHex() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails, says crypto/rand
	return hex.EncodeToString(b)
}

var _ page.Clock = (*demoClock)(nil)

// demoNewest is the campaign that stands in every store's channel when the demo starts.
const demoNewest clarion.CampaignID = "demo-christmas"
