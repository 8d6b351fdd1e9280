package teams

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/clarion-bot/clarion/playground/faults"
	"github.com/clarion-bot/clarion/playground/watch"
)

// Config is everything a Teams is made of.
type Config struct {
	// BaseURL is where the bot reaches Handler. With a "/" at its end it is the service URL of every activity, as
	// Microsoft's end in one.
	BaseURL string
	BotURL  string // where activities are posted to, …/api/messages; SetBotURL can say it later
	AppID   string // of the bot; "28:" before it is the bot's id
	BotName string // as people mention it
	Tenant  string // where people, teams and the bot are at home

	// Login signs the activities and checks the bot's tokens. Without one nothing is signed and nothing checked, as in
	// Microsoft's Agents Playground.
	Login *Login

	People []Person
	Teams  []Team
	Groups []Group

	// Throttle holds the bot to Microsoft's rate limits.
	Throttle bool
	// MaxBytes is how long a request of the bot may be; 0 means 28 kB. Microsoft gives bots 100 kB in UTF-16, 40 kB
	// before 2025, and about 28 kB for a post by other ways: what fits here is taken by all of them
	// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages).
	MaxBytes int
	Weather  Weather

	Now    func() time.Time // ids, timestamps and limits; nil means time.Now
	Client *http.Client     // calls the bot; nil is one that waits 15 seconds, as long as Microsoft does
}

// Person is somebody of the tenant.
type Person struct {
	ID        string // the Entra object id
	Name      string
	GivenName string
	Surname   string
	Email     string // also the user principal name
	NoDialogs bool   // their client cannot open dialogs: what would fetch one sends a message instead
	Installed bool   // they have the bot in their personal chat from the start
}

// Team is a team with its channels. The General channel has the team's own id and is in no list.
type Team struct {
	ID        string // 19:…@thread.tacv2
	Name      string
	Group     string // the id of its Entra group
	Channels  []Channel
	Members   []string // ids of people; nil is all of them
	Installed bool     // the bot is in it from the start
}

// Channel is a channel of a team.
type Channel struct {
	ID   string // 19:…@thread.tacv2
	Name string
}

// Group is a chat of several people.
type Group struct {
	ID        string // 19:…@thread.v2
	Topic     string
	Members   []string // ids of people; nil is all of them
	Installed bool     // the bot is in it from the start
}

// Service is one tenant's Teams with one bot. Its methods may be called at the same time from everywhere. Make it with
// New.
type Service struct {
	cfg    Config
	client *http.Client
	people map[string]*Person

	stop chan struct{} // closed by Close

	faults   *faultPlan
	watchers watch.Watchers

	mu     sync.Mutex
	bot    string // BotURL
	teams  map[string]*Team
	places map[string]*place
	limits limiter
	done   []Done
	serial int64 // of the ids of what is no message
	stamp  int64 // the newest id of a message, in milliseconds
}

const (
	maxBytes   = 28 << 10
	botTimeout = 15 * time.Second // https://learn.microsoft.com/azure/bot-service/bot-service-troubleshoot-general-problems
)

// New makes a Teams, or says what is wrong with its configuration.
func New(cfg Config) (*Service, error) {
	for name, address := range map[string]string{"BaseURL": cfg.BaseURL, "BotURL": cfg.BotURL} {
		if u, err := url.Parse(address); (err != nil || u.Host == "") && (name != "BotURL" || address != "") {
			return nil, fmt.Errorf("teams: %s %q is not an address", name, address)
		}
	}
	if cfg.AppID == "" || cfg.BotName == "" || cfg.Tenant == "" {
		return nil, errors.New("teams: AppID, BotName and Tenant must not be empty")
	}
	plan, err := faults.NewPlan[Route](failures-1, cfg.Weather)
	if err != nil {
		return nil, fmt.Errorf("teams: %w", err)
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = maxBytes
	}
	s := &Service{
		cfg: cfg, bot: cfg.BotURL, client: cfg.Client, stop: make(chan struct{}), people: map[string]*Person{}, teams: map[string]*Team{},
		places: map[string]*place{}, limits: limiter{}, faults: plan,
	}
	if s.client == nil {
		s.client = &http.Client{Timeout: botTimeout}
	}
	if err := s.furnish(); err != nil {
		return nil, fmt.Errorf("teams: %w", err)
	}
	return s, nil
}

// ServiceURL is the address that activities give for calls of the bot.
func (s *Service) ServiceURL() string { return s.cfg.BaseURL + "/" }

// SetBotURL says where activities are posted to from now on.
func (s *Service) SetBotURL(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bot = address
}

// BotID is the bot's id in conversations.
func (s *Service) BotID() string { return "28:" + s.cfg.AppID }

// Handler serves the bot's calls below BaseURL's path; the caller strips that path.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	for route, pattern := range routes {
		mux.HandleFunc(pattern, s.serve(route))
	}
	return mux
}

// Close ends the answers that hang.
func (s *Service) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.stop:
	default:
		close(s.stop)
	}
}

// Changed ticks after any change of a message. Several changes may give one tick. Call stop when no longer listening.
func (s *Service) Changed() (ch <-chan struct{}, stop func()) { return s.watchers.Watch() }
