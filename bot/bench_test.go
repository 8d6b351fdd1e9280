package bot

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/internal/redistest"
	"github.com/clarion-bot/clarion/storage"
)

// BenchmarkPress is a press on Copy the link, from the signed body to award and answer, with the new view drawn
// after it, from 64 callers for each processor. It has no network but the one to Redis: make bench has.
func BenchmarkPress(b *testing.B) {
	ctx := context.Background()
	db, err := storage.Open(storage.Options{URL: "redis://" + redistest.Start(b).Addr})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	workspace := db.Workspace("acme")
	now := time.Now()
	// Every press awards, because every press is in a campaign that is new to the partner.
	c := benchCampaign(now)
	const campaigns = 100
	for i := range campaigns {
		c.ID = clarion.CampaignID(fmt.Sprintf("%04d", i))
		if err := workspace.PutCampaign(ctx, c); err != nil {
			b.Fatal(err)
		}
	}
	table := commands.NewTable(commands.Config{Addresses: &places{}, Rules: clarion.DefaultRules(), Location: time.UTC})
	s := NewSlack(SlackConfig{
		Table: table, Workspace: workspace, Token: testToken, SigningSecret: testSigning, Now: time.Now,
		NewReference: func() string { return "bench" }, Logger: slog.New(slog.DiscardHandler),
		HTTPClient: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			_, err := io.Copy(io.Discard, r.Body)
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"ok":true,"view":{}}`)), Request: r}, err
		})},
	})
	mux := http.NewServeMux()
	s.Register(mux)

	bodies := make(chan []byte, b.N)
	for i := range b.N {
		user := fmt.Sprint("U", i/campaigns)
		if i%campaigns == 0 {
			partner := clarion.Partner{ID: clarion.PartnerID(user), Name: user, Store: "kingston"}
			if _, err := workspace.Enrol(ctx, clarion.Member{Partner: partner, Identities: []clarion.Identity{slackPerson(user, "").Identity()}}); err != nil {
				b.Fatal(err)
			}
		}
		bodies <- pressedCopy(b, i, user, fmt.Sprintf("%04d/0", i%campaigns))
	}
	var answered atomic.Int64
	b.SetParallelism(64)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			w := httptest.NewRecorder()
			if mux.ServeHTTP(w, signedRequest(<-bodies)); w.Code == http.StatusOK {
				answered.Add(1)
			}
		}
	})
	if err := s.Close(ctx); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	report, err := workspace.Verify(ctx)
	if err != nil || len(report.Differences) > 0 || int64(report.Awards) != answered.Load() || report.Awards != b.N {
		b.Fatalf("of %d presses %d were answered and %d awarded: %v, %v", b.N, answered.Load(), report.Awards, report.Differences, err)
	}
}

// benchCampaign is a campaign that can be shared for an hour.
func benchCampaign(now time.Time) clarion.Campaign {
	return clarion.Campaign{
		Title: "Spring is here", Target: "https://example.com/spring", Hashtag: "#OurSpring", Ends: now.Add(time.Hour),
		Captions: []clarion.Caption{{Text: "Look what we made."}, {Text: "Spring, at last."}}, Networks: clarion.Networks(),
	}
}

// pressedCopy returns the body of a press with as much of a view around it as Slack sends.
func pressedCopy(b *testing.B, serial int, user, value string) []byte {
	b.Helper()
	block := map[string]any{"type": "section", "block_id": "b1", "text": map[string]any{"type": "mrkdwn", "text": strings.Repeat("Words, words. ", 20)}}
	payload, err := json.Marshal(map[string]any{
		"type": "block_actions", "trigger_id": strconv.Itoa(serial), "user": map[string]any{"id": user},
		"actions": []any{map[string]any{"action_id": "share.copy", "type": "button", "value": value}},
		"view":    map[string]any{"id": "V1", "type": "modal", "private_metadata": `{"c":"C1"}`, "blocks": []any{block, block, block, block, block, block, block, block}},
	})
	if err != nil {
		b.Fatal(err)
	}
	return []byte(url.Values{"payload": {string(payload)}}.Encode())
}

func signedRequest(body []byte) *http.Request {
	at := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(testSigning))
	mac.Write([]byte("v0:" + at + ":"))
	mac.Write(body)
	r := httptest.NewRequest(http.MethodPost, "/slack/actions", bytes.NewReader(body))
	r.Header.Set("X-Slack-Request-Timestamp", at)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return r
}
