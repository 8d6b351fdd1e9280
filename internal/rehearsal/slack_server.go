package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/clarion-bot/clarion/playground"
)

// SlackCommand, as its first argument, makes a program the Slack that StartSlack starts: it calls ServeSlack with the
// rest of its arguments.
const SlackCommand = "slack"

// SlackConfig is what the Slack is made of.
type SlackConfig struct {
	Stores  int // each with a channel
	Limits  playground.Limits
	Weather playground.Weather
}

// How the Slack and who has started it talk, beside the Web API.
const (
	postsPath   = "/posts"
	statePath   = "/state"
	weatherPath = "/weather"
)

// The Slack's secrets, which are none.
const (
	botToken      = "xoxb-rehearsal"
	signingSecret = "00112233445566778899aabbccddeeff"
)

// A Post is a message that the bot has posted into a channel.
type Post struct {
	Channel  string
	TS       string
	At       time.Time // by Slack's clock, which is the real one
	Text     string
	Delivery string // the id in its metadata; empty when it has none
}

// A SlackState is what the Slack has seen so far.
type SlackState struct {
	Busy    int            // calls of the Web API that are under way
	Calls   map[string]int // by method
	Limited map[string]int // those of them that the rate limits refused
	Failed  map[string]int // calls that the weather made fail, by how
	Left    int            // calls whose caller had gone before they were answered, beside those that would never be
}

// ServeSlack serves a Slack until the context ends.
func ServeSlack(ctx context.Context, args []string) error {
	var listen, config string
	flags := flag.NewFlagSet(SlackCommand, flag.ContinueOnError)
	flags.StringVar(&listen, "listen", "", "address and port")
	flags.StringVar(&config, "config", "{}", "a SlackConfig as JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var cfg SlackConfig
	if err := json.Unmarshal([]byte(config), &cfg); err != nil {
		return fmt.Errorf("reading the configuration of Slack: %w", err)
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	slack, err := playground.New(playground.Config{
		BaseURL: "http://" + listener.Addr().String(), BotURL: "http://127.0.0.1", BotToken: botToken, SigningSecret: signingSecret,
		Users: users(), Channels: channels(cfg.Stores), Events: []string{}, Limits: cfg.Limits, Weather: cfg.Weather,
	})
	if err != nil {
		return err
	}
	s := &slackServer{slack: slack, stores: cfg.Stores}
	server := &http.Server{Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type slackServer struct {
	slack  *playground.Slack
	stores int
	busy   atomic.Int64
	left   atomic.Int64
}

func (s *slackServer) handler() http.Handler {
	mux, api := http.NewServeMux(), s.slack.Handler()
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		s.busy.Add(1)
		defer s.busy.Add(-1)
		defer func() { // a call can end in a panic, which cuts the connection
			if r.Context().Err() != nil {
				s.left.Add(1)
			}
		}()
		api.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET "+postsPath, func(w http.ResponseWriter, _ *http.Request) { answer(w, s.posts()) })
	mux.HandleFunc("GET "+statePath, func(w http.ResponseWriter, _ *http.Request) { answer(w, s.state()) })
	mux.HandleFunc("PUT "+weatherPath, func(w http.ResponseWriter, r *http.Request) {
		var weather playground.Weather
		err := json.NewDecoder(r.Body).Decode(&weather)
		if err == nil {
			err = s.slack.SetWeather(weather)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
	return mux
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // who asked has gone
}

// posts returns everything that stands in the stores' channels.
func (s *slackServer) posts() []Post {
	posts := []Post{}
	for _, c := range channels(s.stores) {
		for _, m := range s.slack.Messages(c.ID, socialUser) {
			p := Post{Channel: m.Channel, TS: m.TS, At: m.Time, Text: m.Text}
			var metadata struct {
				Payload struct {
					ID string `json:"id"`
				} `json:"event_payload"`
			}
			if json.Unmarshal(m.Metadata, &metadata) == nil {
				p.Delivery = metadata.Payload.ID
			}
			posts = append(posts, p)
		}
	}
	return posts
}

// shown are the methods whose calls are of interest.
var shown = []string{"chat.postMessage", "chat.update", "conversations.history"}

func (s *slackServer) state() SlackState {
	state := SlackState{Busy: int(s.busy.Load()), Calls: map[string]int{}, Limited: map[string]int{}, Failed: map[string]int{}}
	for _, method := range shown {
		state.Calls[method], state.Limited[method] = s.slack.Calls(method), s.slack.Limited(method)
	}
	failed := s.slack.Failed()
	for how, n := range failed {
		state.Failed[how.String()] = n
	}
	state.Left = max(0, int(s.left.Load())-failed[playground.Hang]-failed[playground.HangAfter])
	return state
}
