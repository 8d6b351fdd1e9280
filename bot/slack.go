package bot

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/storage"
)

// SlackConfig is what the bot needs to be in a Slack workspace.
type SlackConfig struct {
	Table         *commands.Table
	Workspace     *storage.Workspace
	Token         string   // of the bot: xoxb-…
	SigningSecret string   // of the app
	AppToken      string   // xapp-…, for Socket Mode; may be empty
	APIURL        string   // base address of the Web API, ending in "/"; empty: Slack's own
	SocialTeam    []string // as CanBeSocial knows them; those of other platforms are nobody here
	Now           func() time.Time
	Ahead         time.Duration // how far Now is ahead of Slack's own clock, as in a rehearsal; not below 0
	NewReference  func() string // makes the reference under which the log has an unexpected error
	Logger        *slog.Logger
	Registerer    prometheus.Registerer
	HTTPClient    *http.Client  // for calls to Slack; nil: one with timeouts
	Patience      time.Duration // how long Slack's requests wait for their handler; 0: 1.5 s, half of Slack's 3
}

// Slack is the bot in one Slack workspace.
type Slack struct {
	cfg     SlackConfig
	api     *slack.Client
	client  *http.Client
	run     *runner
	seen    *seen
	host    *slackHost
	metrics *slackMetrics
}

// NewSlack returns the bot. It calls nobody yet.
func NewSlack(cfg SlackConfig) *Slack {
	client := cfg.HTTPClient
	if client == nil {
		client = &http.Client{Timeout: 10 * time.Second}
	}
	options := []slack.Option{slack.OptionHTTPClient(briefClient{client})}
	if cfg.APIURL != "" {
		options = append(options, slack.OptionAPIURL(cfg.APIURL))
	}
	if cfg.AppToken != "" {
		options = append(options, slack.OptionAppLevelToken(cfg.AppToken))
	}
	api := slack.New(cfg.Token, options...)
	return &Slack{
		cfg: cfg, api: api, client: client,
		run: &runner{log: cfg.Logger, reference: cfg.NewReference, explain: cfg.Table.Explain, limit: 30 * time.Second,
			patience: cmp.Or(cfg.Patience, 1500*time.Millisecond)},
		seen:    newSeen(10*time.Minute, time.Now),
		host:    newSlackHost(api, cfg.SocialTeam, cfg.Logger),
		metrics: newSlackMetrics(cfg.Registerer),
	}
}

// Register adds the bot's HTTP entrances.
func (s *Slack) Register(mux *http.ServeMux) {
	mux.HandleFunc("POST /slack/commands", s.entrance("commands", s.httpCommand))
	mux.HandleFunc("POST /slack/actions", s.entrance("actions", s.httpAction))
	mux.HandleFunc("POST /slack/events", s.entrance("events", s.httpEvent))
}

// Close waits until the work that was acknowledged is done, or the context ends.
func (s *Slack) Close(ctx context.Context) error { return s.run.close(ctx) }

// slackMetrics are the bot's figures.
type slackMetrics struct {
	requests *prometheus.HistogramVec // by entrance and status: how long Slack waited
	calls    *prometheus.CounterVec   // by result: what became of replies
}

func newSlackMetrics(r prometheus.Registerer) *slackMetrics {
	m := &slackMetrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "clarion_slack_request_seconds", Help: "How long Slack waited for the answer to a request.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 3},
		}, []string{"entrance", "status"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_slack_replies_total", Help: "Replies sent to Slack after the answer, by result.",
		}, []string{"result"}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.calls)
	}
	return m
}
