package bot

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/internal/redistest"
	"github.com/clarion-bot/clarion/playground/teams"
	"github.com/clarion-bot/clarion/storage"
	"github.com/infracloudio/msbotbuilder-go/schema"
)

// BenchmarkTeamsInvoke is a signed press in a dialog, from the HTTP request to its answer, with 64 callers for each
// processor and no network but the one to Redis, which shares the processors. It reports how many there are for each
// time that the token alone is verified, in the same run and in turns: with a token that was not seen before (fresh), and
// with the one that Microsoft sends along for about an hour (known). Award is a press on Copy the link, which stores an
// award; plain is a press that stores nothing.
func BenchmarkTeamsInvoke(b *testing.B) {
	b.Run("award", func(b *testing.B) { benchmarkInvoke(b, "share.copy", "points for you") })
	b.Run("plain", func(b *testing.B) { benchmarkInvoke(b, "share.opened", "") })
}

func benchmarkInvoke(b *testing.B, action, says string) {
	ctx := context.Background()
	db, err := storage.Open(storage.Options{URL: "redis://" + redistest.Start(b).Addr})
	must(b, err)
	b.Cleanup(func() { _ = db.Close() })
	workspace := db.Workspace("acme")
	now := time.Now()
	c := benchCampaign(now)
	// Each partner presses once in each campaign.
	const campaigns = 100
	people := int64(2*b.N/campaigns + 1)
	for i := range campaigns {
		c.ID = clarion.CampaignID(fmt.Sprintf("%04d", i))
		must(b, workspace.PutCampaign(ctx, c))
	}
	key, err := homeKey()
	must(b, err)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	login, err := teams.NewLogin(teams.LoginConfig{AppID: homeApp, Password: homePassword, Tenant: homeTenant, BaseURL: server.URL, Now: time.Now, Keys: []*rsa.PrivateKey{key}})
	must(b, err)
	mux.Handle("/", login.Handler())
	table := commands.NewTable(commands.Config{Addresses: &places{}, Rules: clarion.DefaultRules(), Location: time.UTC})
	bot := NewTeams(TeamsConfig{
		Table: table, Workspace: workspace, AppID: homeApp, Password: homePassword, Tenant: homeTenant, MetadataURL: login.MetadataURL(), TokenURL: login.TokenURL(),
		Location: time.UTC, Now: time.Now, NewReference: func() string { return "bench" }, Logger: slog.New(slog.DiscardHandler),
	})
	entrance := http.NewServeMux()
	bot.Register(entrance)
	const service = "https://smba.trafficmanager.net/emea/"
	bearer := "Bearer " + login.Bearer(service)
	validator := bot.adapter.TokenValidator.(*tokenValidator)

	var serial, answered atomic.Int64
	requests := make(chan *http.Request, 2*b.N+8)
	// prepare makes the next presses ready, of partners who are known.
	prepare := func(n int) {
		for range n {
			i := serial.Add(1) - 1
			person := fmt.Sprintf("5f1a0000-0000-4000-8000-%012d", i%people)
			if i < people {
				_, err := workspace.Enrol(ctx, clarion.Member{Partner: clarion.Partner{ID: clarion.PartnerID(person), Name: person, Store: "kingston"},
					Identities: []clarion.Identity{clarion.UserIdentity(clarion.Teams, person)}})
				must(b, err)
			}
			r := httptest.NewRequest(http.MethodPost, "/api/messages", bytes.NewReader(pressedInTeams(b, i, person, action, fmt.Sprintf("%04d/0", i/people), service)))
			r.Header.Set("Authorization", bearer)
			requests <- r
		}
	}
	press := func() {
		w := httptest.NewRecorder()
		if entrance.ServeHTTP(w, <-requests); w.Code == http.StatusOK && strings.Contains(w.Body.String(), says) {
			answered.Add(1)
		}
	}
	_, err = validator.AuthenticateRequest(ctx, schema.Activity{ServiceURL: service, ChannelID: "msteams"}, bearer, nil, "") // fetches the keys
	must(b, err)

	const rounds = 4
	each := max(b.N/rounds, 1)
	var alone, fresh, kept time.Duration
	b.ResetTimer()
	for range rounds {
		alone += atOnce(each, func() {
			if _, err := validator.verify(ctx, strings.TrimPrefix(bearer, "Bearer ")); err != nil {
				b.Error(err)
			}
		})
		prepare(2 * each)
		fresh += atOnce(each, func() { validator.kept.Purge(); press() })
		kept += atOnce(each, press)
	}
	b.StopTimer()
	must(b, bot.Close(ctx))
	report, err := workspace.Verify(ctx)
	awards := serial.Load()
	if says == "" {
		awards = 0
	}
	if err != nil || len(report.Differences) > 0 || int64(report.Awards) != awards || answered.Load() != serial.Load() {
		b.Fatalf("of %d presses %d were answered and %d awarded: %v, %v", serial.Load(), answered.Load(), report.Awards, report.Differences, err)
	}
	b.ReportMetric(float64(alone)/float64(fresh), "fresh_ratio")
	b.ReportMetric(float64(alone)/float64(kept), "known_ratio")
	b.ReportMetric(float64(fresh.Microseconds())/float64(rounds*each), "µs/fresh")
	b.ReportMetric(float64(kept.Microseconds())/float64(rounds*each), "µs/known")
	b.ReportMetric(float64(alone.Microseconds())/float64(rounds*each), "µs/verify")
}

// pressedInTeams is the body of a press on Copy the link in a dialog.
func pressedInTeams(b *testing.B, serial int64, person, action, value, service string) []byte {
	b.Helper()
	body, err := json.Marshal(map[string]any{
		"type": "invoke", "name": "task/submit", "id": fmt.Sprint(serial), "channelId": "msteams", "serviceUrl": service, "localTimezone": "Europe/London",
		"from":         map[string]any{"id": "29:" + person, "name": "Amira Khan", "aadObjectId": person},
		"recipient":    map[string]any{"id": "28:" + homeApp, "name": "Clarion"},
		"conversation": map[string]any{"id": kingstonInTeams + ";messageid=1", "conversationType": "channel", "tenantId": homeTenant, "isGroup": true},
		"channelData":  map[string]any{"tenant": map[string]any{"id": homeTenant}, "team": map[string]any{"id": harbour}, "channel": map[string]any{"id": kingstonInTeams}},
		"value": map[string]any{"context": map[string]any{"theme": "default"}, "data": map[string]any{
			"clarion": map[string]any{"action": action, "value": value, "via": map[string]any{"action": "share", "value": "0001"}},
			"copy1":   strings.Repeat("Look what we made. ", 10),
		}},
	})
	must(b, err)
	return body
}

// atOnce calls f n times from 64 callers for each processor, and says how long that took.
func atOnce(n int, f func()) time.Duration {
	var left atomic.Int64
	left.Store(int64(n))
	var wg sync.WaitGroup
	began := time.Now()
	for range 128 {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				f()
			}
		})
	}
	wg.Wait()
	return time.Since(began)
}
