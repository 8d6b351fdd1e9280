package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/clarion-bot/clarion/playground/teams"
)

// TestMadeUpKeysCostFewFetches: however many ids of keys somebody makes up, the login is asked twice each half minute.
func TestMadeUpKeysCostFewFetches(t *testing.T) {
	w := newSignedWorld(t)
	w.expect("a good one", w.good(), activity(), http.StatusOK)
	flood := func() {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for j := range 25 {
					_, err := w.validator.keys.holding(t.Context(), fmt.Sprintf("made-up-%d-%d", i, j))
					if err == nil {
						t.Error("a made-up key was found")
					}
				}
			})
		}
		all.Wait()
	}
	flood()
	if asked := w.login.Asked(); asked.Keys != 2 {
		t.Errorf("right after a fetch the flood caused %d more", asked.Keys-1)
	}
	for i := range 3 {
		w.pass(keysGap)
		flood()
		if asked := w.login.Asked(); asked.Keys != 4+2*i {
			t.Errorf("after %d gaps the login was asked %d times", i+1, asked.Keys)
		}
	}
	w.pass(keysGap)
	must(t, w.login.Rotate(false))
	w.expect("a real rotation after the flood", w.good(), activity(), http.StatusOK)
}

// TestARotationRightAfterTheFirstFetchIsTakenUpAtOnce, as when the bot was just started.
func TestARotationRightAfterTheFirstFetchIsTakenUpAtOnce(t *testing.T) {
	w := newSignedWorld(t)
	w.expect("a good one", w.good(), activity(), http.StatusOK)
	must(t, w.login.Rotate(false))
	w.expect("one with the new key", w.good(), activity(), http.StatusOK)
}

// TestKnownKeysServeWhileTheLoginIsDown, also when they should have been fetched again.
func TestKnownKeysServeWhileTheLoginIsDown(t *testing.T) {
	w := newSignedWorld(t)
	w.expect("while it is up", w.good(), activity(), http.StatusOK)
	w.login.SetDown(true, true, true)
	for range 3 {
		w.pass(25 * time.Hour)
		w.expect("while it is down", w.good(), activity(), http.StatusOK)
		w.landed()
	}
	if asked := w.login.Asked(); asked.Metadata != 4 || asked.Keys != 1 {
		t.Errorf("the login was asked %+v, want one try a day", asked)
	}
	if !strings.Contains(w.log.String(), "503") {
		t.Errorf("the log does not say why keys could not be fetched: %s", w.log.String())
	}
	w.login.SetDown(false, false, false)
	w.pass(keysGap)
	w.expect("when it is up again", w.good(), activity(), http.StatusOK)
	w.landed()
	if asked := w.login.Asked(); asked.Keys != 2 {
		t.Errorf("the keys were fetched %d times, want twice", asked.Keys)
	}
}

// renewed has the keys fetched as on the next day.
func (w *signedWorld) renewed() {
	w.pass(25 * time.Hour)
	w.send(w.good(), activity())
	w.landed()
}

// landed waits for a fetch that goes on.
func (w *signedWorld) landed() {
	w.validator.keys.mu.Lock()
	flight := w.validator.keys.flight
	w.validator.keys.mu.Unlock()
	if flight != nil {
		<-flight
	}
}

// TestKeysAreFetchedSoonWhenThereAreNone: an outage at the start does not last longer than it must.
func TestKeysAreFetchedSoonWhenThereAreNone(t *testing.T) {
	w := newSignedWorld(t)
	w.login.SetDown(true, false, false)
	for range 3 {
		w.expect("while it is down", w.good(), activity(), http.StatusUnauthorized)
	}
	w.login.SetDown(false, false, false)
	w.expect("at once", w.good(), activity(), http.StatusUnauthorized)
	w.pass(keysGapNone)
	w.expect("after the gap", w.good(), activity(), http.StatusOK)
	if asked := w.login.Asked(); asked.Metadata != 3 {
		t.Errorf("the login was asked %+v", asked)
	}
}

// TestATokenThatNoKeyCouldSaveCausesNoFetch.
func TestATokenThatNoKeyCouldSaveCausesNoFetch(t *testing.T) {
	w := newSignedWorld(t)
	for name, f := range map[string]teams.Forgery{
		"alg none":    {Method: jwt.SigningMethodNone, Key: jwt.UnsafeAllowNoneSignatureType},
		"HS256":       {Method: jwt.SigningMethodHS256, Key: w.login.PublicPEM()},
		"without kid": {Header: func(header map[string]any) { delete(header, "kid") }},
		"crit":        {Header: func(header map[string]any) { header["crit"] = []string{"exp"} }},
	} {
		w.expect(name, w.forge(f), activity(), http.StatusUnauthorized)
	}
	if asked := w.login.Asked(); asked.Metadata != 0 {
		t.Errorf("the login was asked %+v", asked)
	}
}

// TestManyAtOnceCauseOneFetch.
func TestManyAtOnceCauseOneFetch(t *testing.T) {
	w := newSignedWorld(t)
	header := w.good()
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() { w.expect("one of many", header, activity(), http.StatusOK) })
	}
	all.Wait()
	if asked := w.login.Asked(); asked.Metadata != 1 || asked.Keys != 1 {
		t.Errorf("the login was asked %+v, want once for each", asked)
	}
}

// TestGarbageIsNoKey: whatever stands where the metadata or the keys should be, a token is refused and nobody panics.
func TestGarbageIsNoKey(t *testing.T) {
	key := rsaKeys()[0]
	id := teams.KeyID(&key.PublicKey)
	for name, answers := range map[string]struct{ metadata, keys string }{
		"metadata is HTML":          {`<html>`, ``},
		"metadata is null":          {`null`, ``},
		"metadata is a list":        {`[]`, ``},
		"metadata without keys":     {`{"issuer":"https://api.botframework.com"}`, ``},
		"keys at a file":            {`{"jwks_uri":"file:///etc/passwd"}`, ``},
		"keys at no address":        {`{"jwks_uri":"::"}`, ``},
		"keys are HTML":             {`{"jwks_uri":"KEYS"}`, `<html>`},
		"keys are null":             {`{"jwks_uri":"KEYS"}`, `null`},
		"no keys":                   {`{"jwks_uri":"KEYS"}`, `{"keys":[]}`},
		"keys of numbers and nulls": {`{"jwks_uri":"KEYS"}`, `{"keys":[1,null,"a",[],{}]}`},
		"a key without modulus":     {`{"jwks_uri":"KEYS"}`, `{"keys":[{"kty":"RSA","kid":"` + id + `","e":"AQAB"}]}`},
		"a key of modulus zero":     {`{"jwks_uri":"KEYS"}`, `{"keys":[{"kty":"RSA","kid":"` + id + `","e":"AQAB","n":"AA"}]}`},
		"a short key":               {`{"jwks_uri":"KEYS"}`, `{"keys":[{"kty":"RSA","kid":"` + id + `","e":"AQAB","n":"` + strings.Repeat("_", 100) + `"}]}`},
		"a key of exponent zero":    {`{"jwks_uri":"KEYS"}`, `{"keys":[{"kty":"RSA","kid":"` + id + `","e":"AA","n":"` + strings.Repeat("_", 342) + `"}]}`},
		"a symmetric key":           {`{"jwks_uri":"KEYS"}`, `{"keys":[{"kty":"oct","kid":"` + id + `","k":"AQAB"}]}`},
		"more than a megabyte":      {`{"jwks_uri":"KEYS"}`, `{"keys":["` + strings.Repeat("a", maxKeysBody) + `"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			var server *httptest.Server
			server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				text := answers.keys
				if r.URL.Path == "/metadata" {
					text = strings.ReplaceAll(answers.metadata, "KEYS", server.URL+"/keys")
				}
				_, _ = w.Write([]byte(text))
			}))
			t.Cleanup(server.Close)
			w := newSignedWorld(t, func(cfg *tokenConfig) { cfg.MetadataURL = server.URL + "/metadata" })
			w.expect("a good token", w.good(), activity(), http.StatusUnauthorized)
		})
	}
}

// TestOneStrangeKeyCostsNoOther, nor does one that is not for signing help.
func TestOneStrangeKeyCostsNoOther(t *testing.T) {
	key := rsaKeys()[0].PublicKey
	good := teams.JWK(&key, "msteams")
	sealing := teams.JWK(&rsaKeys()[1].PublicKey, "msteams")
	sealing["use"] = "enc"
	var list []json.RawMessage
	for _, key := range []map[string]any{{"kty": "NEW", "kid": "a"}, {"kty": "RSA", "kid": "b", "n": "!", "e": "!"},
		{"kty": "RSA", "kid": "short", "n": strings.Repeat("_", 340), "e": "AQAB"}, sealing, good} {
		raw, err := json.Marshal(key)
		must(t, err)
		list = append(list, raw)
	}
	set, err := readKeys(t.Context(), "i", list)
	must(t, err)
	if !set.has(teams.KeyID(&key)) || set.has("a") || set.has("b") || set.has("short") {
		t.Errorf("the set has %v", set.endorsements)
	}
	_, err = set.lookup.Keyfunc(&jwt.Token{Header: map[string]any{"kid": sealing["kid"], "alg": "RS256"}})
	if err == nil {
		t.Error("a key for encryption verifies")
	}
}

// TestAWaitForKeysEndsWithItsRequest, and not the fetch for all others.
func TestAWaitForKeysEndsWithItsRequest(t *testing.T) {
	hang := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(hang) })
	w := newSignedWorld(t, func(cfg *tokenConfig) { cfg.MetadataURL = server.URL })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.validator.AuthenticateRequest(ctx, activity(), w.good(), nil, "")
	if !errors.Is(err, context.Canceled) || !errors.Is(err, errNotAuthentic) {
		t.Errorf("got %v", err)
	}
	flight := w.validator.keys.flight
	w.pass(keysGap)
	if _, err := w.validator.keys.holding(ctx, "another"); !errors.Is(err, context.Canceled) || w.validator.keys.flight != flight {
		t.Errorf("a second fetch goes on beside the first, error %v", err)
	}
}
