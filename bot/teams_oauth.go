package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/time/rate"
)

var (
	// errLoginRefused says that Microsoft's login gives no token until somebody changes a setting or the app.
	errLoginRefused = errors.New("the login of Microsoft refuses this bot")
	// errLoginDown says that Microsoft's login gave no token, and may do so later.
	errLoginDown = errors.New("the login of Microsoft gave no token")
)

const (
	loginPatience = 15 * time.Second // how long getting a token may take
	loginGap      = time.Second      // between a failed try and the next
	renewBefore   = 5 * time.Minute  // before its end a token is renewed, or a fifth of its life if that is shorter
)

// teamsTokens are the tokens that go along with what the bot sends to Teams
// (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication).
// A token is kept and renewed some minutes before it ends; there is one renewal at a time. It is safe for concurrent use.
type teamsTokens struct {
	cfg    clientcredentials.Config
	client *http.Client
	now    func() time.Time
	drops  *rate.Limiter // a service that refuses every token must not make us ask for one at each call

	mu     sync.Mutex
	token  string
	renew  time.Time // from when on another is asked for
	ends   time.Time
	tried  time.Time     // when the last try failed; zero when it went well
	err    error         // why it failed
	flight chan struct{} // closed when the try that goes on now ends
}

// newTeamsTokens returns a source of tokens for an app. It calls nobody yet. With no tokenURL it is the tenant's in
// Microsoft's public cloud, with no client one with timeouts.
func newTeamsTokens(appID, password, tenant, tokenURL string, client *http.Client) *teamsTokens {
	if tokenURL == "" {
		tokenURL = "https://login.microsoftonline.com/" + url.PathEscape(tenant) + "/oauth2/v2.0/token"
	}
	straight := http.Client{Timeout: loginPatience}
	if client != nil {
		straight = *client
	}
	straight.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the secret goes nowhere else
	return &teamsTokens{
		cfg: clientcredentials.Config{
			ClientID: appID, ClientSecret: password, TokenURL: tokenURL, Scopes: []string{teamsScope(tokenURL)}, AuthStyle: oauth2.AuthStyleInParams,
		},
		client: &straight, now: time.Now, drops: rate.NewLimiter(rate.Every(10*time.Second), 5),
	}
}

// teamsScope is what a token is asked for: the Bot Framework of the cloud whose login it is
// (https://microsoft.github.io/teams-sdk/csharp/essentials/app-configuration/sovereign-cloud).
func teamsScope(tokenURL string) string {
	u, err := url.Parse(tokenURL)
	switch {
	case err == nil && strings.HasSuffix(u.Hostname(), ".microsoftonline.us"):
		return "https://api.botframework.us/.default"
	case err == nil && strings.HasSuffix(u.Hostname(), ".microsoftonline.cn"):
		return "https://api.botframework.azure.cn/.default"
	}
	return "https://api.botframework.com/.default"
}

// Token returns a token that is good for the next minutes. It fails with errLoginRefused or errLoginDown, or with the
// context's error when that ends first; the error never has the secret.
func (t *teamsTokens) Token(ctx context.Context) (string, error) {
	t.mu.Lock()
	now := t.now()
	good := t.token != "" && now.Before(t.ends)
	if (!good || !now.Before(t.renew)) && t.flight == nil && (t.tried.IsZero() || now.Sub(t.tried) >= loginGap) {
		t.start()
	}
	token, flight, err := t.token, t.flight, t.err
	t.mu.Unlock()
	switch {
	case good:
		return token, nil
	case flight == nil:
		return "", err
	}
	select {
	case <-flight:
	case <-ctx.Done():
		return "", fmt.Errorf("wait for a token: %w", context.Cause(ctx))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.err != nil:
		return "", t.err
	case t.token == "":
		return "", fmt.Errorf("%w: the service refused the one that just came", errLoginDown)
	}
	return t.token, nil
}

// Drop forgets a token that the service refused, so that the next one is new. It does nothing when another has
// come meanwhile, or when this has happened again and again: then it is not the token's fault.
func (t *teamsTokens) Drop(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if token != "" && t.token == token && t.drops.AllowN(t.now(), 1) {
		t.token = ""
	}
}

// start begins to get a token. The caller holds the lock.
func (t *teamsTokens) start() {
	landed := make(chan struct{})
	t.flight = landed
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), loginPatience) // no single caller's end should end it for all
		defer cancel()
		got, err := t.cfg.Token(context.WithValue(ctx, oauth2.HTTPClient, t.client))
		t.mu.Lock()
		defer t.mu.Unlock()
		defer close(landed)
		now := t.now()
		t.flight = nil
		if err != nil {
			t.err, t.tried = t.explain(err), now
			return
		}
		life := time.Hour // what Microsoft's have, should it not say
		if seconds := time.Until(got.Expiry); !got.Expiry.IsZero() {
			life = seconds
		}
		t.token, t.ends, t.renew = got.AccessToken, now.Add(life), now.Add(life-min(renewBefore, life/5))
		t.err, t.tried = nil, time.Time{}
	}()
}

// explain turns what went wrong into what an operator can do. An answer's text is not repeated: a proxy between
// might give back what was sent.
func (t *teamsTokens) explain(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return fmt.Errorf("%w: %s", errLoginDown, strings.ReplaceAll(err.Error(), cmp.Or(t.cfg.ClientSecret, "\x00"), "[redacted]"))
	}
	var body struct {
		Codes []int `json:"error_codes"`
	}
	_ = json.Unmarshal(refused.Body, &body) // without codes it is the status that counts
	for _, code := range body.Codes {
		if say := loginHelp(code); say != "" {
			return fmt.Errorf("%w (AADSTS%d): %s", errLoginRefused, code, say)
		}
	}
	status := refused.Response.StatusCode
	kind := errLoginDown
	if status >= 400 && status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests {
		kind = errLoginRefused
	}
	if len(body.Codes) > 0 {
		return fmt.Errorf("%w: it answered %d with AADSTS%d, which https://login.microsoftonline.com/error?code=%d explains", kind, status, body.Codes[0], body.Codes[0])
	}
	return fmt.Errorf("%w: %s answered %d", kind, t.cfg.TokenURL, status)
}

// loginHelp says what to do about an error of Microsoft's login
// (https://learn.microsoft.com/entra/identity-platform/reference-error-codes); "" when it is another.
func loginHelp(code int) string {
	switch code {
	case 7000215:
		return "TEAMS_APP_PASSWORD is wrong. Put there the value of a client secret of the app, not the secret's id."
	case 7000222:
		return "The client secret in TEAMS_APP_PASSWORD has expired. Make a new one for the app and put its value there."
	case 7000216, 7000218:
		return "TEAMS_APP_PASSWORD is empty. Put there the value of a client secret of the app."
	case 700016, 7000229:
		return "The tenant has no app of this id. Compare TEAMS_APP_ID with the app's registration, and TEAMS_TENANT_ID with the tenant where it is registered."
	case 90002, 900023:
		return "There is no such tenant. Compare TEAMS_TENANT_ID with the Directory (tenant) ID in the app's registration."
	case 70011, 500011:
		return "The login does not know the Bot Framework. Compare TEAMS_TOKEN_URL with the cloud in which the bot is registered."
	}
	return ""
}
