package bot

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground/teams"
)

// loginFor is a login that runs here, whose clock is that of the tokens.
func loginFor(t *testing.T) (*teams.Login, func(appID, password, tenant string) *teamsTokens) {
	t.Helper()
	login, err := teams.NewLogin(teams.LoginConfig{AppID: testApp, Password: testSecret, Tenant: testTenant, Now: time.Now, Keys: rsaKeys()[:1]})
	must(t, err)
	server := httptest.NewServer(login.Handler())
	t.Cleanup(server.Close)
	login.SetBaseURL(server.URL)
	return login, func(appID, password, tenant string) *teamsTokens {
		return newTeamsTokens(appID, password, tenant, server.URL+"/"+tenant+"/oauth2/v2.0/token", server.Client())
	}
}

func TestATokenForTeamsIsKeptAndRenewedBeforeItEnds(t *testing.T) {
	login, tokens := loginFor(t)
	source := tokens(testApp, testSecret, testTenant)
	first, err := source.Token(t.Context())
	must(t, err)
	if !login.Accepts("Bearer " + first) {
		t.Error("the login does not know its token")
	}
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			if again, err := source.Token(t.Context()); err != nil || again != first {
				t.Errorf("another token came, error %v", err)
			}
		})
	}
	all.Wait()
	if asked := login.Asked().Token; asked != 1 {
		t.Errorf("the login was asked %d times", asked)
	}
	source.now = func() time.Time { return time.Now().Add(56 * time.Minute) } // it ends in four minutes
	if again, err := source.Token(t.Context()); err != nil || again != first {
		t.Errorf("nobody should wait for a renewal: error %v", err)
	}
	source.landed()
	second, err := source.Token(t.Context())
	must(t, err)
	if second == first || login.Asked().Token != 2 {
		t.Errorf("it was not renewed, or %d times", login.Asked().Token-1)
	}
}

// landed waits for a try that goes on.
func (t *teamsTokens) landed() {
	t.mu.Lock()
	flight := t.flight
	t.mu.Unlock()
	if flight != nil {
		<-flight
	}
}

func TestManyCallersCauseOneRequestForAToken(t *testing.T) {
	login, tokens := loginFor(t)
	source := tokens(testApp, testSecret, testTenant)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			if token, err := source.Token(t.Context()); err != nil || token == "" {
				t.Errorf("token %q, error %v", token, err)
			}
		})
	}
	all.Wait()
	if asked := login.Asked().Token; asked != 1 {
		t.Errorf("the login was asked %d times", asked)
	}
}

// TestARefusedLoginSaysWhatToChange, and never the secret.
func TestARefusedLoginSaysWhatToChange(t *testing.T) {
	_, tokens := loginFor(t)
	const wrong = "wr0ng~secret"
	for name, row := range map[string]struct {
		app, password, tenant string
		want                  []string
	}{
		"wrong secret":   {testApp, wrong, testTenant, []string{"TEAMS_APP_PASSWORD", "AADSTS7000215"}},
		"no secret":      {testApp, "", testTenant, []string{"TEAMS_APP_PASSWORD", "AADSTS7000218"}},
		"unknown app":    {"another", testSecret, testTenant, []string{"TEAMS_APP_ID", "AADSTS700016"}},
		"unknown tenant": {testApp, testSecret, "nowhere", []string{"TEAMS_TENANT_ID", "AADSTS90002"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tokens(row.app, row.password, row.tenant).Token(t.Context())
			if !errors.Is(err, errLoginRefused) {
				t.Fatalf("got %v", err)
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not have %s", err, want)
				}
			}
			for _, secret := range []string{wrong, testSecret} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q has the secret", err)
				}
			}
		})
	}
}

// TestNoTokenIsAnErrorAndNotAPanic: whatever the token endpoint answers, and also when it echoes what was sent.
func TestNoTokenIsAnErrorAndNotAPanic(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"503":                 func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "down", http.StatusServiceUnavailable) },
		"429":                 func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "slow down", http.StatusTooManyRequests) },
		"HTML":                func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"null":                func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("null")) },
		"no token":            func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"token_type":"Bearer"}`)) },
		"a token of a number": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"access_token":7}`)) },
		"an error with 200": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"error":"x","error_codes":["a"]}`))
		},
		"cut": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"an echo": func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			http.Error(w, r.Form.Encode()+r.Form.Get("client_secret"), http.StatusBadGateway)
		},
		"an echo that is no token": func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"error":"` + r.Form.Get("client_secret") + `","error_description":"` + r.Form.Get("client_secret") + `"}`))
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(`{"access_token":"from elsewhere"}`))
				return
			}
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answer)
			t.Cleanup(server.Close)
			source := newTeamsTokens(testApp, testSecret, testTenant, server.URL+"/", nil)
			token, err := source.Token(t.Context())
			if token != "" || !errors.Is(err, errLoginDown) {
				t.Fatalf("token %q, error %v", token, err)
			}
			if strings.Contains(err.Error(), testSecret) {
				t.Errorf("%q has the secret", err)
			}
		})
	}
}

// TestALoginThatWasDownGivesTokensAgain, and is not asked at each call while it is down.
func TestALoginThatWasDownGivesTokensAgain(t *testing.T) {
	login, tokens := loginFor(t)
	source := tokens(testApp, testSecret, testTenant)
	login.SetDown(false, false, true)
	now := time.Now()
	source.now = func() time.Time { return now }
	for range 5 {
		if _, err := source.Token(t.Context()); !errors.Is(err, errLoginDown) {
			t.Errorf("got %v", err)
		}
	}
	if asked := login.Asked().Token; asked != 1 {
		t.Errorf("the login was asked %d times", asked)
	}
	login.SetDown(false, false, false)
	now = now.Add(loginGap)
	token, err := source.Token(t.Context())
	must(t, err)
	login.SetDown(false, false, true)
	now = now.Add(57 * time.Minute)
	for range 3 { // the old one serves while it lives
		if again, err := source.Token(t.Context()); err != nil || again != token {
			t.Errorf("got another token, error %v", err)
		}
		source.landed()
	}
	now = now.Add(4 * time.Minute)
	if _, err := source.Token(t.Context()); !errors.Is(err, errLoginDown) {
		t.Errorf("a token that ended is given, or: %v", err)
	}
}

// TestARefusedTokenIsForgotten, but not endlessly, and not the one that came after it.
func TestARefusedTokenIsForgotten(t *testing.T) {
	login, tokens := loginFor(t)
	source := tokens(testApp, testSecret, testTenant)
	first, err := source.Token(t.Context())
	must(t, err)
	login.Revoke()
	if login.Accepts(first) {
		t.Error("a revoked token is accepted")
	}
	source.Drop(first)
	second, err := source.Token(t.Context())
	must(t, err)
	if second == first || !login.Accepts(second) {
		t.Error("the next token is not new")
	}
	source.Drop(first)
	source.Drop("")
	if third, err := source.Token(t.Context()); err != nil || third != second {
		t.Errorf("dropping an old token dropped the new one, error %v", err)
	}
	for range 50 {
		token, err := source.Token(t.Context())
		must(t, err)
		source.Drop(token)
	}
	if asked := login.Asked().Token; asked > 8 {
		t.Errorf("a service that refuses everything had the login asked %d times", asked)
	}
}

// TestAWaitForATokenEndsWithItsCaller.
func TestAWaitForATokenEndsWithItsCaller(t *testing.T) {
	hang := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(hang) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newTeamsTokens(testApp, testSecret, testTenant, server.URL, nil).Token(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestTheInSideGoesOnWhileTheTokenEndpointIsDown.
func TestTheInSideGoesOnWhileTheTokenEndpointIsDown(t *testing.T) {
	w := newSignedWorld(t)
	w.login.SetDown(false, false, true)
	if _, err := newTeamsTokens(testApp, testSecret, testTenant, w.login.TokenURL(), nil).Token(t.Context()); !errors.Is(err, errLoginDown) {
		t.Errorf("got %v", err)
	}
	w.expect("an activity", w.good(), activity(), http.StatusOK)
}

// TestATokenIsAskedForTheCloudOfItsLogin.
func TestATokenIsAskedForTheCloudOfItsLogin(t *testing.T) {
	for login, want := range map[string]string{
		"https://login.microsoftonline.com/t/oauth2/v2.0/token":        "https://api.botframework.com/.default",
		"https://login.microsoftonline.us/t/oauth2/v2.0/token":         "https://api.botframework.us/.default",
		"https://login.partner.microsoftonline.cn/t/oauth2/v2.0/token": "https://api.botframework.azure.cn/.default",
		"http://127.0.0.1:4000/t/oauth2/v2.0/token":                    teams.Scope,
		":": "https://api.botframework.com/.default",
	} {
		if got := teamsScope(login); got != want {
			t.Errorf("at %s it asks for %s, want %s", login, got, want)
		}
	}
	if at := newTeamsTokens(testApp, testSecret, "a/b", "", nil).cfg.TokenURL; at != "https://login.microsoftonline.com/a%2Fb/oauth2/v2.0/token" {
		t.Errorf("the tenant's endpoint is %s", at)
	}
}
