package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/bot"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/feeds"
	"github.com/clarion-bot/clarion/links"
	"github.com/clarion-bot/clarion/links/pictures"
	"github.com/clarion-bot/clarion/scheduler"
	"github.com/clarion-bot/clarion/storage"
)

// A service is the bot with everything that it is made of.
type service struct {
	db        *storage.Storage
	table     *commands.Table
	slack     *bot.Slack // nil: not in Slack
	teams     *bot.Teams // nil: not in Teams
	scheduler *scheduler.Scheduler
	mux       *http.ServeMux
	handler   http.Handler // the mux, with links' own domain kept to links
	log       *slog.Logger
	listen    bool // take Slack's requests over Socket Mode
}

// world is what a service takes from outside of its settings.
type world struct {
	now   func() time.Time
	ahead time.Duration   // how far now is ahead of the clock of Slack and of all others outside
	wake  <-chan struct{} // a tick makes the scheduler look at once; may be nil
	log   *slog.Logger
	// liveEvery is how often posts show new figures at most; 0: as often as the scheduler thinks right.
	liveEvery time.Duration
	// ownSites says which host and port may have campaigns' pictures, and feeds, although they are not on the public
	// internet; nil: none.
	ownSites func(hostport string) bool
}

// newService puts the parts together. It asks Redis for the rules' version, and nobody else for anything.
func newService(ctx context.Context, cfg Config, db *storage.Storage, w world) (*service, error) {
	storage.LogTo(w.log)
	workspace := db.Workspace(cfg.Workspace)
	rules, err := workspace.PutRules(ctx, cfg.Points)
	if err != nil {
		return nil, fmt.Errorf("storing the rules for points: %w", err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))

	reader := feedReader{feeds.New(feeds.Config{Allow: w.ownSites})}
	table := commands.NewTable(commands.Config{
		Addresses: addresses{base: cfg.PublicURL, links: cfg.LinkURL}, Rules: rules, Location: cfg.Location, NewID: newID, Feeds: reader,
	})
	slack, teams := newSlack(cfg, w, table, workspace, registry), newTeams(cfg, w, table, workspace, registry)
	posters := map[clarion.Platform]scheduler.Poster{}
	if slack != nil {
		posters[clarion.Slack] = slack
	}
	if teams != nil {
		posters[clarion.Teams] = teams
	}
	shown, err := pictures.New(pictures.Config{Now: w.now, Allow: w.ownSites, Logger: w.log, Registerer: registry})
	if err != nil {
		return nil, err
	}
	web, err := links.New(links.Config{
		Storage: db, Rules: func() clarion.Rules { return rules }, Now: w.now, NewToken: rand.Uint64, Location: cfg.Location,
		BaseURL: cfg.PublicURL, LinkURL: cfg.LinkURL, TrustedProxies: cfg.TrustedProxies, StaffNetworks: cfg.StaffNetworks,
		Pictures: shown, Burst: cfg.Burst, Conversions: conversions(cfg, workspace), Logger: w.log, Registerer: registry,
	})
	if err != nil {
		return nil, err
	}
	clock := scheduler.New(scheduler.Config{
		Workspace: workspace, Posters: posters,
		Paces: map[clarion.Platform]scheduler.Paces{clarion.Slack: scheduler.SlackPaces(cfg.Pace), clarion.Teams: scheduler.TeamsPaces()},
		Write: table.Delivery, Feeds: reader, NewID: newID, Social: cfg.SocialChannel, Hours: cfg.StoreHours, Reminders: cfg.Reminders,
		Location: cfg.Location, Now: w.now, Wake: w.wake, LiveEvery: w.liveEvery, Logger: w.log, Registerer: registry,
	})

	mux := http.NewServeMux()
	if slack != nil && cfg.SlackSigningSecret.IsSet() {
		slack.Register(mux)
	}
	if teams != nil {
		teams.Register(mux)
	}
	web.Register(mux)
	registerHealth(mux, db)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return &service{
		db: db, table: table, slack: slack, teams: teams, scheduler: clock, mux: mux, handler: web.Hosts(mux), log: w.log,
		listen: slack != nil && cfg.SlackAppToken.IsSet(),
	}, nil
}

// newSlack returns the bot in Slack, or nil when there is none.
func newSlack(cfg Config, w world, table *commands.Table, workspace *storage.Workspace, registry prometheus.Registerer) *bot.Slack {
	if !cfg.hasSlack() {
		return nil
	}
	return bot.NewSlack(bot.SlackConfig{
		Table: table, Workspace: workspace, Token: cfg.SlackBotToken.Reveal(), SigningSecret: cfg.SlackSigningSecret.Reveal(),
		AppToken: cfg.SlackAppToken.Reveal(), APIURL: cfg.SlackAPIURL, SocialTeam: cfg.SocialTeam,
		Now: w.now, Ahead: w.ahead, NewReference: newReference, Logger: w.log, Registerer: registry,
	})
}

// newTeams returns the bot in Teams, or nil when there is none.
func newTeams(cfg Config, w world, table *commands.Table, workspace *storage.Workspace, registry prometheus.Registerer) *bot.Teams {
	if !cfg.hasTeams() {
		return nil
	}
	return bot.NewTeams(bot.TeamsConfig{
		Table: table, Workspace: workspace, AppID: cfg.TeamsAppID, Password: cfg.TeamsPassword.Reveal(), Tenant: cfg.TeamsTenant,
		MetadataURL: cfg.TeamsMetadataURL, TokenURL: cfg.TeamsTokenURL, ServiceURLs: cfg.TeamsServiceURLs, InsecureLoopback: cfg.TeamsInsecure,
		SocialTeam: cfg.SocialTeam, Location: cfg.Location, Now: w.now, NewReference: newReference, Logger: w.log, Registerer: registry,
	})
}

// close waits until what the platforms were told is done, or the context ends.
func (s *service) close(ctx context.Context) error {
	var errs []error
	if s.slack != nil {
		errs = append(errs, s.slack.Close(ctx))
	}
	if s.teams != nil {
		errs = append(errs, s.teams.Close(ctx))
	}
	return errors.Join(errs...)
}

// conversions says who may tell what customers did.
func conversions(cfg Config, workspace *storage.Workspace) links.Conversions {
	c := links.Conversions{Workspace: workspace, Real: time.Now}
	for _, secret := range cfg.ConversionsSecrets {
		c.Secrets = append(c.Secrets, secret.Reveal())
	}
	return c
}

// shutdownLimit bounds how long a stop waits for the work that has begun.
const shutdownLimit = 25 * time.Second

// run serves until ctx ends. Then it takes no more work, finishes what it has, and returns.
func (s *service) run(ctx context.Context, server *http.Server, serve func() error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := serve(); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serving: %w", err)
		}
		return nil
	})
	g.Go(func() error { return s.scheduler.Run(ctx) })
	if s.listen {
		g.Go(func() error { return s.slack.Listen(ctx) })
	}
	g.Go(func() error {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownLimit)
		defer cancel()
		err := errors.Join(server.Shutdown(stop), s.close(stop))
		if lost := s.db.Drain(stop); lost > 0 {
			s.log.Error("visits were not counted, because Redis did not answer until the stop", "visits", lost)
		}
		return err
	})
	return g.Wait()
}

// newServer returns a server with limits on how long anybody may take.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

func newLogger(cfg Config, c Call) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(c.Err, options))
	}
	return slog.New(slog.NewTextHandler(c.Err, options))
}

// addresses makes the addresses of the public web: of links below one base, and of share pages below another.
type addresses struct{ base, links string }

func (a addresses) Link(code clarion.Code) string   { return links.URL(cmp.Or(a.links, a.base), code) }
func (a addresses) Page(token clarion.Token) string { return links.PageURL(a.base, token) }
func (a addresses) Network(token clarion.Token, n clarion.Network, caption int) string {
	return links.CaptionURL(a.base, token, n, caption)
}

// newReference returns what a person can tell of a failed request, and what the log has of it.
func newReference() string { return uuid.NewString()[:8] }
