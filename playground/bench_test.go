package playground_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/playground"
)

// retailer is a workspace of 52 channels and 26,000 people, with a bot that only acknowledges.
func retailer(b *testing.B) (*playground.Slack, *slack.Client) {
	b.Helper()
	ack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	b.Cleanup(ack.Close)
	mux := http.NewServeMux()
	side := httptest.NewServer(mux)
	b.Cleanup(side.Close)
	cfg := playground.Config{
		BaseURL: side.URL, BotURL: ack.URL, BotToken: botToken, SigningSecret: secret, Now: time.Now,
		Limits: playground.Limits{Off: true}, Logger: slog.New(slog.DiscardHandler),
		Users: []playground.User{{ID: bot, Name: "clarion", Bot: true}},
	}
	for i := range 52 {
		cfg.Channels = append(cfg.Channels, playground.Channel{ID: fmt.Sprintf("C%05d", i), Name: fmt.Sprintf("store-%d", i), Members: []string{bot}})
	}
	for i := range 26_000 {
		id := fmt.Sprintf("U%05d", i)
		cfg.Users = append(cfg.Users, playground.User{ID: id, Name: "user" + id, Email: id + "@example.com"})
		c := &cfg.Channels[i%52]
		c.Members = append(c.Members, id)
	}
	s, err := playground.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	mux.Handle("/", s.Handler())
	return s, slack.New(botToken, slack.OptionAPIURL(side.URL+"/api/"))
}

func BenchmarkPress(b *testing.B) {
	s, api := retailer(b)
	_, ts, err := api.PostMessage("C00000", slack.MsgOptionBlocks(button("row", "share", "1")))
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		user := fmt.Sprintf("U%05d", i%500*52)
		if err := s.Press(b.Context(), user, "C00000", ts, playground.Pressed{ActionID: "share"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPostMessage(b *testing.B) {
	_, api := retailer(b)
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		if _, _, err := api.PostMessage(fmt.Sprintf("C%05d", i%52), slack.MsgOptionText("x", false), slack.MsgOptionBlocks(button("row", "share", "1"))); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChannelsOfOneOf26000(b *testing.B) {
	s, _ := retailer(b)
	for b.Loop() {
		if n := len(s.Channels("U00001")); n != 53 {
			b.Fatal(n)
		}
	}
}
