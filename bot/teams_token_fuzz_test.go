package bot

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/clarion-bot/clarion/playground/teams"
)

// FuzzNoHeaderPanics sends headers as they come, and tokens that Microsoft's key signed over whatever claims come:
// they are refused with one of the two errors, or hold all that a token must.
func FuzzNoHeaderPanics(f *testing.F) {
	w := newSignedWorld(f)
	good := w.good()
	kid := teams.KeyID(&rsaKeys()[0].PublicKey)
	head := func(header string) string { return base64.RawURLEncoding.EncodeToString([]byte(header)) }
	for _, seed := range []string{
		"", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", good, good[:len(good)/2], good + ".", "Bearer ..", "Bearer a.b.c",
		"Bearer " + head(`{"alg":"RS256","kid":null}`) + "." + head(`{}`) + ".",
		"Bearer " + head(`{"alg":"none"}`) + "." + head(`{"aud":null}`) + ".", "Bearer " + head(`[]`) + "." + head(`[]`) + "." + head(`[]`),
		"Bearer \x00.\xff.\u2028",
	} {
		f.Add(seed, `{"iss":"https://api.botframework.com"}`)
	}
	for _, seed := range []string{
		`{}`, `null`, `[]`, `""`, `{"aud":null,"exp":null,"serviceurl":null,"iss":null}`, `{"aud":{"a":[]},"exp":{},"nbf":[]}`,
		`{"iss":"https://api.botframework.com","aud":"` + testApp + `","exp":1e308,"nbf":-1e308,"iat":"x","serviceurl":7}`,
		`{"iss":"https://api.botframework.com","aud":["` + testApp + `"],"exp":4102444800,"serviceurl":"` + testService + `"}`,
		`{"iss":["https://api.botframework.com"],"aud":[[]],"exp":"4102444800"}`, `{"exp":9007199254740993.5,"exp":0}`,
		strings.Repeat(`{"a":`, 200) + `1` + strings.Repeat(`}`, 200),
	} {
		f.Add("", seed)
	}
	f.Fuzz(func(t *testing.T, header, claims string) {
		payload := head(`{"alg":"RS256","kid":"`+kid+`"}`) + "." + head(claims)
		signature, err := jwt.SigningMethodRS256.Sign(payload, rsaKeys()[0])
		must(t, err)
		for _, header := range []string{header, "Bearer " + payload + "." + base64.RawURLEncoding.EncodeToString(signature)} {
			identity, err := w.validator.AuthenticateRequest(t.Context(), activity(), header, nil, "")
			switch {
			case err != nil:
				if !errors.Is(err, errNotAllowed) && !errors.Is(err, errNotAuthentic) || identity != nil {
					t.Errorf("identity %v, error %v", identity, err)
				}
			case identity.GetClaimValue("iss") != teams.Issuer, !sameServiceURL(identity.GetClaimValue("serviceurl"), testService):
				t.Errorf("accepted: %v", identity)
			default:
				if _, ok := identity.(teamsIdentity)["exp"].(float64); !ok {
					t.Errorf("accepted without exp: %v", identity)
				}
			}
		}
	})
}

// BenchmarkTokenVerifyAlone is what a token costs that was not seen before.
func BenchmarkTokenVerifyAlone(b *testing.B) {
	w := newSignedWorld(b)
	token := strings.TrimPrefix(w.good(), "Bearer ")
	for b.Loop() {
		if _, err := w.validator.verify(b.Context(), token); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTokenKept is what one costs that came before, as nearly all of Microsoft's do.
func BenchmarkTokenKept(b *testing.B) {
	w := newSignedWorld(b)
	header, a := w.good(), activity()
	for b.Loop() {
		if _, err := w.validator.AuthenticateRequest(b.Context(), a, header, nil, ""); err != nil {
			b.Fatal(err)
		}
	}
}
