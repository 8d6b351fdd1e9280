package teams

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Issuer is who Microsoft's tokens to a bot are from.
const Issuer = "https://api.botframework.com"

// Scope is what a bot asks a token for, and Audience, without its end, whom that token is for.
const (
	Audience = "https://api.botframework.com"
	Scope    = Audience + "/.default"
)

// lifetime is how long a token is good, in both directions: Microsoft's are good for an hour, less a second.
const lifetime = 3599 * time.Second

// LoginConfig is what a login needs to know.
type LoginConfig struct {
	AppID    string // the bot's
	Password string // the bot's secret
	Tenant   string // whose app it is
	BaseURL  string // where Handler is served, without a slash at its end; SetBaseURL can say it later
	Now      func() time.Time
	Keys     []*rsa.PrivateKey // the first signs at first, each Rotate takes the next; when they end, new ones are made
}

// Login stands in for Microsoft's login (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication):
// it has the metadata document and the keys with their endorsements, signs what comes to the bot, and gives the
// bot tokens for what it sends. It is safe for concurrent use.
type Login struct {
	cfg LoginConfig

	mu           sync.Mutex
	spare        []*rsa.PrivateKey
	signing      *rsa.PrivateKey
	served       []*rsa.PrivateKey
	endorsements []string
	kept         map[string]keptToken // by service URL, what Bearer gave
	given        map[string]time.Time // the bot's tokens, and when they end
	down         struct{ metadata, keys, token bool }
	asked        Asked
}

// Asked is how often each part of a login was asked, whether it was down or not.
type Asked struct{ Metadata, Keys, Token int }

type keptToken struct {
	token string
	ends  time.Time
}

// NewLogin makes a login with its first key. Making a key takes a good part of a second.
func NewLogin(cfg LoginConfig) (*Login, error) {
	if cfg.Now == nil {
		return nil, errors.New("a login needs a clock")
	}
	l := &Login{
		cfg: cfg, spare: slices.Clone(cfg.Keys), given: map[string]time.Time{},
		endorsements: []string{"msteams", "webchat", "directline", "emulator"},
	}
	return l, l.Rotate(false)
}

// NewKey makes a key as Microsoft signs with. It takes a good part of a second.
func NewKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }

// SetBaseURL says where Handler is served.
func (l *Login) SetBaseURL(base string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cfg.BaseURL = base
}

// MetadataURL is the address of the metadata document.
func (l *Login) MetadataURL() string { return l.at("/v1/.well-known/openidconfiguration") }

// TokenURL is the address at which the bot gets its tokens.
func (l *Login) TokenURL() string { return l.at("/" + l.cfg.Tenant + "/oauth2/v2.0/token") }

func (l *Login) at(path string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cfg.BaseURL + path
}

// Rotate signs with another key from now on. The keys before it are still served, or no longer.
func (l *Login) Rotate(keepOld bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.spare) == 0 {
		key, err := NewKey()
		if err != nil {
			return fmt.Errorf("make a key: %w", err)
		}
		l.spare = append(l.spare, key)
	}
	l.signing, l.spare = l.spare[0], l.spare[1:]
	if !keepOld {
		l.served = nil
	}
	l.served = append(l.served, l.signing)
	l.kept = map[string]keptToken{}
	return nil
}

// SetDown says which of the three parts answer 503 from now on.
func (l *Login) SetDown(metadata, keys, token bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down.metadata, l.down.keys, l.down.token = metadata, keys, token
}

// SetEndorsements says for which channels the keys are good. With none, the keys come without the field.
func (l *Login) SetEndorsements(channels ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.endorsements = channels
}

// Asked tells how often each part was asked.
func (l *Login) Asked() Asked {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// KeyID is how a token names a key.
func KeyID(key *rsa.PublicKey) string {
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(key))
	return base64.RawURLEncoding.EncodeToString(sum[:20])
}

// PublicPEM is the key that signs now as everybody may have it: what a forger signs HS256 with.
func (l *Login) PublicPEM() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&l.signing.PublicKey)})
}

// Bearer is the token that the service at an address sends along with its activities. As Microsoft does, it is
// the same one for most of an hour.
func (l *Login) Bearer(serviceURL string) string {
	now := l.cfg.Now()
	l.mu.Lock()
	kept, ok := l.kept[serviceURL]
	l.mu.Unlock()
	if ok && now.Before(kept.ends.Add(-10*time.Minute)) {
		return kept.token
	}
	kept = keptToken{l.Sign(serviceURL, nil), now.Add(lifetime)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept[serviceURL] = kept
	return kept.token
}

// Sign makes a token for an activity that says it is from the service at an address: Microsoft's five claims,
// changed by change when that is not nil. It is "" when the claims cannot be written as JSON.
func (l *Login) Sign(serviceURL string, change func(claims map[string]any)) string {
	token, err := l.Forge(Forgery{ServiceURL: serviceURL, Claims: change})
	if err != nil {
		return ""
	}
	return token
}

// Forgery is a token and what is to be wrong with it. The zero value of each field leaves that part right.
type Forgery struct {
	ServiceURL string
	Claims     func(map[string]any) // changes the claims
	Header     func(map[string]any) // changes the header
	Method     jwt.SigningMethod    // instead of RS256
	Key        any                  // instead of the login's own; of the kind that Method signs with
}

// Forge makes a token with something wrong.
func (l *Login) Forge(f Forgery) (string, error) {
	l.mu.Lock()
	signing := l.signing
	l.mu.Unlock()
	now := l.cfg.Now()
	claims := map[string]any{
		"iss": Issuer, "aud": l.cfg.AppID, "serviceurl": f.ServiceURL,
		"nbf": now.Add(-time.Second).Unix(), "exp": now.Add(lifetime).Unix(),
	}
	if f.Claims != nil {
		f.Claims(claims)
	}
	if f.Method == nil {
		f.Method = jwt.SigningMethodRS256
	}
	if f.Key == nil {
		f.Key = signing
	}
	token := jwt.NewWithClaims(f.Method, jwt.MapClaims(claims))
	id := KeyID(&signing.PublicKey)
	token.Header["kid"], token.Header["x5t"] = id, id
	if f.Header != nil {
		f.Header(token.Header)
	}
	return token.SignedString(f.Key)
}

// Accepts reports whether the bot got this token here and it has not ended; "Bearer " may stand before it.
func (l *Login) Accepts(bearer string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	ends, ok := l.given[strings.TrimPrefix(bearer, "Bearer ")]
	return ok && l.cfg.Now().Before(ends)
}

// Revoke forgets every token that the bot has, so that the service refuses them.
func (l *Login) Revoke() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given = map[string]time.Time{}
}

// Handler serves the metadata document, the keys and the bot's tokens.
func (l *Login) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/.well-known/openidconfiguration", l.metadata)
	mux.HandleFunc("GET /v1/.well-known/keys", l.keys)
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", l.token)
	return mux
}

func (l *Login) metadata(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	l.asked.Metadata++
	down, base := l.down.metadata, l.cfg.BaseURL
	l.mu.Unlock()
	if down {
		http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
		return
	}
	answerJSON(w, http.StatusOK, map[string]any{
		"issuer": Issuer, "authorization_endpoint": "https://invalid.botframework.com", "jwks_uri": base + "/v1/.well-known/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"}, "token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
	})
}

func (l *Login) keys(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	l.asked.Keys++
	down, served, endorsements := l.down.keys, slices.Clone(l.served), l.endorsements
	l.mu.Unlock()
	if down {
		http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
		return
	}
	list := []map[string]any{}
	for _, key := range served {
		list = append(list, JWK(&key.PublicKey, endorsements...))
	}
	answerJSON(w, http.StatusOK, map[string]any{"keys": list})
}

// JWK is a key as Microsoft publishes it.
func JWK(key *rsa.PublicKey, endorsements ...string) map[string]any {
	jwk := map[string]any{
		"kty": "RSA", "use": "sig", "kid": KeyID(key), "x5t": KeyID(key),
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
	if len(endorsements) > 0 {
		jwk["endorsements"] = endorsements
	}
	return jwk
}

// issue makes a token for the bot and remembers it.
func (l *Login) issue(tenant string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.cfg.Now()
	maps.DeleteFunc(l.given, func(_ string, ends time.Time) bool { return !now.Before(ends) })
	token, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"aud": Audience, "iss": "https://sts.windows.net/" + tenant + "/", "appid": l.cfg.AppID, "tid": tenant, "ver": "1.0",
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(lifetime).Unix(), "uti": fmt.Sprint(l.asked.Token),
	}).SignedString(l.signing)
	if err == nil {
		l.given[token] = now.Add(lifetime)
	}
	return token, err
}
