package bot

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/infracloudio/msbotbuilder-go/schema"

	"github.com/clarion-bot/clarion/playground/teams"
)

const (
	testApp     = "5ad1cd63-0000-4000-8000-00000000c1a0"
	testTenant  = "9b0f0000-0000-4000-8000-000000007e4a"
	testSecret  = "s3cr3t~of-the-app"
	testService = "https://smba.trafficmanager.net/emea/"
)

// rsaKeys are three keys for all tests: making one takes a good part of a second.
var rsaKeys = sync.OnceValue(func() []*rsa.PrivateKey {
	keys := make([]*rsa.PrivateKey, 3)
	for i := range keys {
		var err error
		if keys[i], err = teams.NewKey(); err != nil {
			panic(err)
		}
	}
	return keys
})

// signedWorld is a login that runs here and an entrance that asks the validator, both behind real HTTP.
type signedWorld struct {
	t         testing.TB
	login     *teams.Login
	validator *tokenValidator
	entrance  string
	log       logBook
	testClock
}

func newSignedWorld(t testing.TB, change ...func(*tokenConfig)) *signedWorld {
	w := &signedWorld{t: t, testClock: testClock{now: time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)}}
	login, err := teams.NewLogin(teams.LoginConfig{AppID: testApp, Password: testSecret, Tenant: testTenant, Now: w.clock, Keys: rsaKeys()[:2]})
	must(t, err)
	w.login = login
	served := httptest.NewServer(login.Handler())
	t.Cleanup(served.Close)
	login.SetBaseURL(served.URL)
	cfg := tokenConfig{AppID: testApp, MetadataURL: login.MetadataURL(), Client: served.Client(), Now: w.clock, Logger: slog.New(slog.NewTextHandler(&w.log, nil))}
	for _, c := range change {
		c(&cfg)
	}
	w.validator = newTokenValidator(cfg)
	w.entrance = serveAdapter(t, newTeamsAdapter(testApp, w.validator))
	return w
}

// serveAdapter serves what an entrance does with a request before it acts. It answers with the status and the error.
func serveAdapter(t testing.TB, adapter *teamsAdapter) string {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := adapter.ParseRequest(r.Context(), r)
		w.WriteHeader(teamsStatus(err))
		if err != nil {
			_, _ = io.WriteString(w, err.Error())
		}
	}))
	server.Config.MaxHeaderBytes = 4 << 20 // so that it is ours to refuse a long token
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func (w *signedWorld) forge(f teams.Forgery) string {
	w.t.Helper()
	if f.ServiceURL == "" {
		f.ServiceURL = testService
	}
	token, err := w.login.Forge(f)
	must(w.t, err)
	return "Bearer " + token
}

// good is a header as Microsoft's.
func (w *signedWorld) good() string { return w.forge(teams.Forgery{}) }

func (w *signedWorld) claim(name string, value any) string {
	w.t.Helper()
	return w.forge(teams.Forgery{Claims: func(claims map[string]any) {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}})
}

func activity() schema.Activity {
	return schema.Activity{Type: schema.Message, ServiceURL: testService, ChannelID: "msteams", Text: "leaderboard"}
}

// send sends an activity with an Authorization header, and returns status and error text.
func (w *signedWorld) send(header string, a schema.Activity) (int, string) {
	w.t.Helper()
	return sendActivity(w.t, w.entrance, header, a)
}

func sendActivity(t testing.TB, to, header string, a schema.Activity) (int, string) {
	t.Helper()
	body, err := json.Marshal(a)
	must(t, err)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, to, bytes.NewReader(body))
	must(t, err)
	if header != "" {
		r.Header.Set("Authorization", header)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err) // a panic closes the connection
		return 0, ""
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	return answer.StatusCode, string(text)
}

// expect sends and checks the status.
func (w *signedWorld) expect(what, header string, a schema.Activity, want int) {
	w.t.Helper()
	got, text := w.send(header, a)
	if got != want {
		w.t.Errorf("%s was answered %d, want %d: %s", what, got, want, text)
	}
	if token := strings.TrimPrefix(header, "Bearer "); len(token) > 20 && strings.Contains(text+w.log.String(), token[len(token)-20:]) {
		w.t.Errorf("%s: the end of the token is in an error or the log", what)
	}
}
