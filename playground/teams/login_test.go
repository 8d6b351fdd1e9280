package teams

import (
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// someKeys are two keys for all tests: making one takes a good part of a second.
var someKeys = sync.OnceValue(func() []*rsa.PrivateKey {
	first, err := NewKey()
	if err != nil {
		panic(err)
	}
	second, err := NewKey()
	if err != nil {
		panic(err)
	}
	return []*rsa.PrivateKey{first, second}
})

func newTestLogin(t *testing.T, now func() time.Time) *Login {
	t.Helper()
	login, err := NewLogin(LoginConfig{AppID: "app", Password: "secret", Tenant: "tenant", Now: now, Keys: someKeys()})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(login.Handler())
	t.Cleanup(server.Close)
	login.SetBaseURL(server.URL)
	return login
}

func fetch(t *testing.T, address string, form url.Values) (int, map[string]any) {
	t.Helper()
	var answer *http.Response
	var err error
	if form == nil {
		answer, err = http.Get(address) // #nosec G107 -- the test's own server
	} else {
		answer, err = http.PostForm(address, form) // #nosec G107 -- the test's own server
	}
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	_ = json.Unmarshal(text, &body) // an outage is no JSON
	return answer.StatusCode, body
}

// TestTheDocumentNamesTheKeysThatSigned.
func TestTheDocumentNamesTheKeysThatSigned(t *testing.T) {
	login := newTestLogin(t, time.Now)
	_, document := fetch(t, login.MetadataURL(), nil)
	at, _ := document["jwks_uri"].(string)
	served := func() map[string]bool {
		_, body := fetch(t, at, nil)
		ids := map[string]bool{}
		list, _ := body["keys"].([]any)
		for _, item := range list {
			key, _ := item.(map[string]any)
			id, _ := key["kid"].(string)
			endorsed, _ := key["endorsements"].([]any)
			ids[id] = len(endorsed) > 0 && endorsed[0] == "msteams"
		}
		return ids
	}
	first, second := KeyID(&someKeys()[0].PublicKey), KeyID(&someKeys()[1].PublicKey)
	if ids := served(); document["issuer"] != Issuer || len(ids) != 1 || !ids[first] {
		t.Errorf("document %v, keys %v", document, ids)
	}
	before := login.Bearer("https://service/")
	if before == "" || login.Bearer("https://service/") != before {
		t.Error("the service's token is not the same one for a while")
	}
	if err := login.Rotate(true); err != nil {
		t.Fatal(err)
	}
	if ids := served(); len(ids) != 2 || !ids[second] {
		t.Errorf("after a rotation: %v", ids)
	}
	after := login.Bearer("https://service/")
	parsed, err := jwt.Parse(after, func(*jwt.Token) (any, error) { return &someKeys()[1].PublicKey, nil })
	if err != nil || parsed.Header["kid"] != second {
		t.Errorf("header %v, error %v", parsed.Header, err)
	}
	if err := login.Rotate(false); err != nil { // a new key is made
		t.Fatal(err)
	}
	if ids := served(); len(ids) != 1 || ids[first] || ids[second] {
		t.Errorf("old keys are served: %v", ids)
	}
	login.SetEndorsements()
	for id, endorsed := range served() {
		if endorsed {
			t.Errorf("%s is endorsed", id)
		}
	}
}

// TestABotGetsATokenThatTheServiceAccepts until it ends or is revoked, and each wrong request its refusal.
func TestABotGetsATokenThatTheServiceAccepts(t *testing.T) {
	now := time.Now()
	login := newTestLogin(t, func() time.Time { return now })
	good := url.Values{"grant_type": {"client_credentials"}, "client_id": {"app"}, "client_secret": {"secret"}, "scope": {Scope}}
	_, body := fetch(t, login.TokenURL(), good)
	token, _ := body["access_token"].(string)
	if !login.Accepts("Bearer "+token) || !login.Accepts(token) || login.Accepts("") || login.Accepts(token+"x") {
		t.Errorf("accepted wrongly: %v", body)
	}
	for name, row := range map[string]struct {
		field, value string
		status       int
		code         float64
	}{
		"no grant":      {"grant_type", "", 400, 900144},
		"another grant": {"grant_type", "password", 400, 70003},
		"another app":   {"client_id", "other", 400, 700016},
		"no secret":     {"client_secret", "", 401, 7000218},
		"wrong secret":  {"client_secret", "wr0ng", 401, 7000215},
		"another scope": {"scope", "https://graph.microsoft.com/.default", 400, 70011},
	} {
		form := url.Values{}
		for key, values := range good {
			form[key] = values
		}
		form.Set(row.field, row.value)
		status, body := fetch(t, login.TokenURL(), form)
		codes, _ := body["error_codes"].([]any)
		if status != row.status || len(codes) != 1 || codes[0] != row.code || strings.Contains(body["error_description"].(string), "wr0ng") {
			t.Errorf("%s: %d %v", name, status, body)
		}
	}
	if status, body := fetch(t, strings.Replace(login.TokenURL(), "/tenant/", "/nowhere/", 1), good); status != 400 || body["error"] != "invalid_request" {
		t.Errorf("another tenant: %d %v", status, body)
	}
	now = now.Add(time.Hour)
	if login.Accepts(token) {
		t.Error("a token that ended is accepted")
	}
	_, body = fetch(t, login.TokenURL(), good)
	token, _ = body["access_token"].(string)
	login.Revoke()
	if token == "" || login.Accepts(token) {
		t.Error("a revoked token is accepted")
	}
}

// TestALoginCanBeDown in each of its parts, and counts who asks all the same.
func TestALoginCanBeDown(t *testing.T) {
	login := newTestLogin(t, time.Now)
	_, document := fetch(t, login.MetadataURL(), nil)
	login.SetDown(true, true, true)
	for _, address := range []string{login.MetadataURL(), document["jwks_uri"].(string)} {
		if status, _ := fetch(t, address, nil); status != http.StatusServiceUnavailable {
			t.Errorf("%s answered %d", address, status)
		}
	}
	if status, _ := fetch(t, login.TokenURL(), url.Values{}); status != http.StatusServiceUnavailable {
		t.Errorf("the token endpoint answered %d", status)
	}
	if asked := login.Asked(); asked != (Asked{Metadata: 2, Keys: 1, Token: 1}) {
		t.Errorf("asked %+v", asked)
	}
}

// TestAForgeryThatCannotBeMadeSaysSo.
func TestAForgeryThatCannotBeMadeSaysSo(t *testing.T) {
	login := newTestLogin(t, time.Now)
	if _, err := login.Forge(Forgery{Method: jwt.SigningMethodHS256, Key: 7}); err == nil {
		t.Error("HS256 was signed with a number")
	}
	if token := login.Sign("https://service/", func(claims map[string]any) { claims["f"] = func() {} }); token != "" {
		t.Error("claims that are no JSON were signed")
	}
}
