package playground

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/clarion-bot/clarion/playground/faults"
	"github.com/clarion-bot/clarion/playground/watch"
)

// Config is everything a playground is made of. Users and Channels need not be complete: the bot's own user is
// added when no user of the list is a Bot, and direct messages come into being when they are opened.
type Config struct {
	// BaseURL is where the bot reaches this Slack, without a trailing slash, e.g. "http://127.0.0.1:8080/playground".
	// The Web API is below BaseURL+"/api/", response URLs below BaseURL+"/hooks/", Socket Mode below BaseURL+"/socket/".
	BaseURL string
	// BotURL is the base of the bot's entrances: BotURL+"/slack/commands", "/slack/actions" and "/slack/events".
	BotURL        string
	BotToken      string // the only xoxb token accepted
	AppToken      string // the only xapp token accepted, for Socket Mode
	SigningSecret string // signs every call to the bot

	Now  func() time.Time // the clock that messages show; nil means time.Now
	Real func() time.Time // triggers, response URLs, rate limits and request timestamps; nil means time.Now

	Users    []User
	Channels []Channel
	Groups   []UserGroup
	Commands []Command

	// Events are the subscriptions of the app. Known are app_home_opened, member_joined_channel, app_mention and
	// message.im; nil means the first two.
	Events []string
	// EventRetries are the waits before each repetition of an event that the bot did not acknowledge; nil means
	// Slack's: at once, after one minute, after five minutes (https://docs.slack.dev/apis/events-api#retries).
	EventRetries []time.Duration
	// AckTimeout is how long the bot may take to acknowledge a call; zero means Slack's three seconds.
	AckTimeout time.Duration
	Limits     Limits
	Weather    Weather
	Logger     *slog.Logger // nil discards
}

// Slack is one workspace with one app, the bot, installed. Its methods may be called at the same time from
// everywhere. Make it with New.
type Slack struct {
	cfg    Config
	log    *slog.Logger
	bot    User
	events map[string]bool
	http   *http.Client

	api map[string]method

	stop    chan struct{}  // closed by Close
	running sync.WaitGroup // event retries and socket connections

	faults   *faultPlan
	watchers watch.Watchers

	mu       sync.Mutex
	users    directory
	channels rooms
	views    viewBook
	triggers triggerBook
	hooks    hookBook
	limits   limiter
	sockets  socketBook
	sent     outbox
	serial   int64 // makes ids unique
	team     team
}

// team is the workspace as Slack's payloads name it.
type team struct{ ID, Name, Domain string }

// AppID is the id of the one app of a playground.
const AppID = "A0PLAYGROUND"

const (
	defaultBotUser = "U0PLAYGROUNDBOT"
	botID          = "B0PLAYGROUND"
	systemUser     = "U0WORKSPACE"
	ackTimeout     = 3 * time.Second // https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
)

// New makes a playground, or says what is wrong with its configuration.
func New(cfg Config) (*Slack, error) {
	for name, address := range map[string]string{"BaseURL": cfg.BaseURL, "BotURL": cfg.BotURL} {
		if u, err := url.Parse(address); err != nil || u.Host == "" {
			return nil, fmt.Errorf("playground: %s %q is not an address", name, address)
		}
	}
	if cfg.BotToken == "" || cfg.SigningSecret == "" {
		return nil, errors.New("playground: BotToken and SigningSecret must not be empty")
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	cfg.BotURL = strings.TrimSuffix(cfg.BotURL, "/")
	plan, err := faults.NewPlan[string](failures-1, cfg.Weather)
	if err != nil {
		return nil, fmt.Errorf("playground: %w", err)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Real == nil {
		cfg.Real = time.Now
	}
	if cfg.AckTimeout == 0 {
		cfg.AckTimeout = ackTimeout
	}
	if cfg.EventRetries == nil {
		cfg.EventRetries = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if cfg.Events == nil {
		cfg.Events = []string{"app_home_opened", "member_joined_channel"}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Slack{
		cfg:      cfg,
		log:      cfg.Logger,
		events:   make(map[string]bool),
		http:     newCaller(),
		stop:     make(chan struct{}),
		views:    newViewBook(),
		triggers: newTriggerBook(),
		hooks:    newHookBook(),
		limits:   newLimiter(cfg.Limits),
		faults:   plan,
		sockets:  newSocketBook(),
		team:     team{ID: "T0PLAYGROUND", Name: "Playground", Domain: "playground"},
	}
	for _, e := range cfg.Events {
		s.events[e] = true
	}
	s.api = s.methods()
	if s.users, err = newDirectory(cfg.Users, cfg.Groups); err != nil {
		return nil, fmt.Errorf("playground: %w", err)
	}
	s.bot = s.users.bot
	if s.channels, err = newRooms(cfg.Channels, s.users); err != nil {
		return nil, fmt.Errorf("playground: %w", err)
	}
	return s, nil
}

// Handler serves the Web API, the response URLs and Socket Mode below BaseURL's path; the caller strips that path.
func (s *Slack) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("POST /hooks/{kind}/{team}/{id}", s.serveHook)
	mux.HandleFunc("GET /socket/{ticket}", s.serveSocket)
	return mux
}

// Close ends the repetition of events and every Socket Mode connection, and waits for both.
func (s *Slack) Close() {
	s.mu.Lock()
	select {
	case <-s.stop:
	default:
		close(s.stop)
	}
	s.mu.Unlock()
	s.running.Wait()
}

// Bot is the user that the bot writes as.
func (s *Slack) Bot() User { return s.bot }

// Commands are the slash commands that a composer offers.
func (s *Slack) Commands() []Command { return append([]Command(nil), s.cfg.Commands...) }

// Changed ticks after any change of messages, views or Home tabs. Several changes may give one tick. Call stop when
// no longer listening.
func (s *Slack) Changed() (ch <-chan struct{}, stop func()) { return s.watchers.Watch() }

// next is a number that no one else got. The caller holds mu.
func (s *Slack) next() int64 {
	s.serial++
	return s.serial
}
