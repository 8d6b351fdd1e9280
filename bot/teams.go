package bot

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/infracloudio/msbotbuilder-go/connector/auth"
	"github.com/prometheus/client_golang/prometheus"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/storage"
)

// TeamsConfig is what the bot needs to be in a company's Microsoft Teams.
type TeamsConfig struct {
	Table       *commands.Table
	Workspace   *storage.Workspace
	AppID       string // of the bot's registration
	Password    string // a client secret of it
	Tenant      string // the company's directory: new bots are registered for one alone
	MetadataURL string // where Microsoft says with which keys it signs; empty: that of the public cloud
	TokenURL    string // where the bot gets its own tokens; empty: the tenant's endpoint in the public cloud
	// ServiceURLs are the addresses below which Teams' service may be; nil: those of the public cloud.
	ServiceURLs []string
	// InsecureLoopback takes unsigned activities whose service is on this machine, and signs nothing: for Microsoft's
	// Agents Playground.
	InsecureLoopback bool
	SocialTeam       []string       // Entra object ids and e-mail addresses
	Location         *time.Location // of people whose client does not tell its own
	Now              func() time.Time
	NewReference     func() string // makes the reference under which the log has an unexpected error
	Logger           *slog.Logger
	Registerer       prometheus.Registerer
	HTTPClient       *http.Client  // for calls to Microsoft; nil: one with timeouts
	Patience         time.Duration // how long Teams' requests wait for their handler; 0: 4 s
}

// Teams is the bot in one company's Microsoft Teams.
type Teams struct {
	cfg       TeamsConfig
	adapter   *teamsAdapter
	service   *connector
	run       *runner
	answers   *expirable.LRU[string, *answering] // to invokes of the last minutes, by activity
	answersMu sync.Mutex
	seen      *seen // other activities
	social    *socialTeam
	contacts  *lru.Cache[string, storage.Contact] // how channels and people are reached, as storage has it
	met       *lru.Cache[clarion.Identity, meeting]
	zones     *lru.Cache[string, *zone] // by name
	profiles  *expirable.LRU[clarion.Identity, teamsMember]
	rosters   *expirable.LRU[string, *roster] // of channels
	rostersMu sync.Mutex
	posts     *lru.Cache[string, string] // by delivery: the id of the message that it is recorded with
	metrics   *teamsMetrics
}

// How long, and how many, answers are kept for a request that comes again. Teams repeats what took too long within a
// minute.
const (
	answerLife   = 2 * time.Minute
	answersKept  = 4096
	contactsKept = 50_000
	zonesKept    = 1000
	postsKept    = 20_000
)

// NewTeams returns the bot. It calls nobody yet.
func NewTeams(cfg TeamsConfig) *Teams {
	client := cfg.HTTPClient
	if client == nil {
		client = &http.Client{Timeout: 15 * time.Second}
	}
	var validator auth.TokenValidator = loopbackValidator{}
	service := &connector{client: client, pause: pauseFor, allows: onLoopback}
	if !cfg.InsecureLoopback {
		urls := cfg.ServiceURLs
		if urls == nil {
			urls = defaultServiceURLs()
		}
		allowed, _ := parseServiceURLs(urls) // the validator logs one that makes no sense
		service.allows = allowed.allows
		validator = newTokenValidator(tokenConfig{
			AppID: cfg.AppID, MetadataURL: cfg.MetadataURL, ServiceURLs: cfg.ServiceURLs, Client: client, Now: time.Now, Logger: cfg.Logger,
		})
		service.tokens = newTeamsTokens(cfg.AppID, cfg.Password, cfg.Tenant, cfg.TokenURL, client)
	}
	t := &Teams{
		cfg: cfg, adapter: newTeamsAdapter(cfg.AppID, validator), service: service,
		contacts: newLRU[string, storage.Contact](contactsKept),
		met:      newLRU[clarion.Identity, meeting](contactsKept),
		zones:    newLRU[string, *zone](zonesKept),
		posts:    newLRU[string, string](postsKept),
		run: &runner{log: cfg.Logger, reference: cfg.NewReference, explain: cfg.Table.Explain, limit: 30 * time.Second,
			patience: cmp.Or(cfg.Patience, 4*time.Second)},
		profiles: expirable.NewLRU[clarion.Identity, teamsMember](answersKept, nil, profileLife),
		rosters:  expirable.NewLRU[string, *roster](rostersKept, nil, rosterLife),
		answers:  expirable.NewLRU[string, *answering](answersKept, nil, answerLife),
		seen:     newSeen(seenLife, time.Now),
		metrics:  newTeamsMetrics(cfg.Registerer),
	}
	t.social = newSocialTeam(cfg.SocialTeam, t.address, cfg.Logger, time.Now)
	return t
}

func newLRU[K comparable, V any](size int) *lru.Cache[K, V] {
	c, err := lru.New[K, V](size)
	if err != nil {
		panic(err) // only a size below one is an error
	}
	return c
}

// Register adds the bot's HTTP entrance.
func (t *Teams) Register(mux *http.ServeMux) { mux.HandleFunc("POST /api/messages", t.serve) }

// Close waits until the work that was acknowledged is done, or the context ends.
func (t *Teams) Close(ctx context.Context) error { return t.run.close(ctx) }

// teamsMetrics are the bot's figures.
type teamsMetrics struct {
	requests *prometheus.HistogramVec // by kind of activity and status: how long Teams waited
	calls    *prometheus.CounterVec   // by result: what became of replies
}

func newTeamsMetrics(r prometheus.Registerer) *teamsMetrics {
	m := &teamsMetrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "clarion_teams_request_seconds", Help: "How long Teams waited for the answer to an activity.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"activity", "status"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_teams_replies_total", Help: "Replies sent to Teams after the answer, by result.",
		}, []string{"result"}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.calls)
	}
	return m
}

// sent counts and logs what became of a call, and says whether it went well.
func (t *Teams) sent(err error, doing string) bool {
	if err == nil {
		t.metrics.calls.WithLabelValues("ok").Inc()
		return true
	}
	t.metrics.calls.WithLabelValues("failed").Inc()
	t.cfg.Logger.Warn(doing+" failed", "error", err)
	return false
}

// PingTeams asks Microsoft for a token of the bot's, and for the keys with which it signs. The error says what to do.
func PingTeams(ctx context.Context, cfg TeamsConfig) error {
	client := &http.Client{Timeout: 15 * time.Second}
	if _, err := newTeamsTokens(cfg.AppID, cfg.Password, cfg.Tenant, cfg.TokenURL, client).Token(ctx); err != nil {
		return err
	}
	keys := newTeamsKeys(cmp.Or(cfg.MetadataURL, publicMetadataURL), client, time.Now, slog.New(slog.DiscardHandler))
	if _, err := keys.fetch(ctx); err != nil {
		return fmt.Errorf("the keys of Microsoft cannot be had: %w", err)
	}
	return nil
}
