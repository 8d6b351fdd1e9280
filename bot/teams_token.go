package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/infracloudio/msbotbuilder-go/connector/auth"
	"github.com/infracloudio/msbotbuilder-go/schema"
)

var (
	// errNotAuthentic says that nothing shows a request to be from Microsoft, or for this bot. It is answered 401.
	errNotAuthentic = errors.New("not a token of Microsoft's for this bot")
	// errNotAllowed says that a request is from Microsoft, but of a kind that this bot does not take. It is answered 403.
	errNotAllowed = errors.New("not allowed")
)

const (
	teamsChannel = "msteams"       // what activities from Teams have as their channelId
	tokenSkew    = 5 * time.Minute // how far Microsoft's clock and ours may differ
	tokenKept    = 5 * time.Minute // how long a verified token is taken without verifying it again
	maxToken     = 16 << 10        // Microsoft's have some 1,200 bytes
	keptTokens   = 1024            // Microsoft uses one for each service URL
)

// tokenConfig is what a tokenValidator needs to know.
type tokenConfig struct {
	AppID       string       // whom the tokens must be for
	MetadataURL string       // "": Microsoft's public cloud
	ServiceURLs []string     // below which addresses services may be; nil: defaultServiceURLs
	Client      *http.Client // nil: one with timeouts
	Now         func() time.Time
	Logger      *slog.Logger
}

// tokenValidator checks that an activity is from Microsoft Teams and for this bot
// (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication).
// It is a TokenValidator for msbotbuilder-go, whose own one panics on valid tokens and misses a rotation of the keys
// for five days. It is safe for concurrent use.
type tokenValidator struct {
	appID   string
	allowed serviceURLs
	now     func() time.Time
	keys    *teamsKeys
	parser  *jwt.Parser
	kept    *lru.Cache[[sha256.Size]byte, verifiedToken] // Microsoft sends one token along for about an hour
}

// verifiedToken is what is known of a token whose signature, issuer, audience and times were right.
type verifiedToken struct {
	claims       teamsIdentity
	endorsements []string  // the channels for which the key that signed is good
	keys         *keySet   // by which it was verified: when others come it counts no longer
	until        time.Time // when it has to be verified again
}

// newTokenValidator returns a validator. It calls nobody yet: keys are fetched for the first token. An address in
// ServiceURLs that is none allows nothing, and the log has it.
func newTokenValidator(cfg tokenConfig) *tokenValidator {
	if cfg.ServiceURLs == nil {
		cfg.ServiceURLs = defaultServiceURLs()
	}
	allowed, err := parseServiceURLs(cfg.ServiceURLs)
	if err != nil {
		cfg.Logger.Error("an allowed service URL of Teams is left out", "error", err)
	}
	kept, err := lru.New[[sha256.Size]byte, verifiedToken](keptTokens)
	if err != nil {
		panic(err) // the size is a constant
	}
	return &tokenValidator{
		appID: cfg.AppID, allowed: allowed, now: cfg.Now, kept: kept,
		keys: newTeamsKeys(cmp.Or(cfg.MetadataURL, publicMetadataURL), cfg.Client, cfg.Now, cfg.Logger),
		parser: jwt.NewParser(jwt.WithValidMethods([]string{"RS256", "RS384", "RS512"}), jwt.WithStrictDecoding(), jwt.WithLeeway(tokenSkew),
			jwt.WithTimeFunc(cfg.Now), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithAudience(cfg.AppID)),
	}
}

// AuthenticateRequest checks the token in an Authorization header, and that the activity is one that it vouches for.
// It refuses with errNotAuthentic or errNotAllowed; a cancelled context is its own error beside errNotAuthentic.
// Neither the error nor the log has anything of the token but the claims of one that Microsoft signed.
func (v *tokenValidator) AuthenticateRequest(ctx context.Context, activity schema.Activity, authHeader string, _ auth.CredentialProvider, _ string) (auth.ClaimsIdentity, error) {
	scheme, token, _ := strings.Cut(strings.TrimSpace(authHeader), " ")
	switch token = strings.TrimSpace(token); {
	case v.appID == "":
		return nil, fmt.Errorf("%w: this bot has no app id", errNotAuthentic)
	case !strings.EqualFold(scheme, "Bearer") || token == "":
		return nil, fmt.Errorf("%w: no Bearer token in the Authorization header", errNotAuthentic)
	case len(token) > maxToken:
		return nil, fmt.Errorf("%w: the token has %d bytes", errNotAuthentic, len(token))
	}
	verified, err := v.verified(ctx, token)
	if err != nil {
		return nil, err
	}
	if err := v.allow(activity, verified); err != nil {
		return nil, err
	}
	return verified.claims, nil
}

// verified returns what is known of a token, from keeping or by verifying it.
func (v *tokenValidator) verified(ctx context.Context, token string) (verifiedToken, error) {
	sum := sha256.Sum256([]byte(token))
	if known, ok := v.kept.Get(sum); ok && known.keys == v.keys.now() && v.now().Before(known.until) {
		return known, nil
	}
	verified, err := v.verify(ctx, token)
	if err == nil {
		v.kept.Add(sum, verified)
	}
	return verified, err
}

// verify checks signature, issuer, audience and times.
func (v *tokenValidator) verify(ctx context.Context, token string) (verifiedToken, error) {
	var by *keySet
	var endorsements []string
	claims := jwt.MapClaims{}
	_, err := v.parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) {
		if _, has := t.Header["crit"]; has {
			return nil, errors.New("the header demands what nobody here understands")
		}
		kid, _ := t.Header["kid"].(string)
		if kid == "" {
			return nil, errors.New("the header names no key")
		}
		var err error
		if by, err = v.keys.holding(ctx, kid); err != nil {
			return nil, err
		}
		endorsements = by.endorsements[kid]
		return by.lookup.KeyfuncCtx(ctx)(t)
	})
	if err != nil {
		return verifiedToken{}, fmt.Errorf("%w: %w", errNotAuthentic, err)
	}
	if issuer, _ := claims["iss"].(string); issuer != by.issuer {
		return verifiedToken{}, fmt.Errorf("%w: %w", errNotAuthentic, jwt.ErrTokenInvalidIssuer)
	}
	now := v.now()
	until := now.Add(tokenKept)
	if expires, err := claims.GetExpirationTime(); err == nil && expires.Add(tokenSkew).Before(until) {
		until = expires.Add(tokenSkew)
	}
	return verifiedToken{teamsIdentity(claims), endorsements, by, until}, nil
}

// allow checks what a good token says of this activity. That is done for each one.
func (v *tokenValidator) allow(activity schema.Activity, verified verifiedToken) error {
	claimed := verified.claims.GetClaimValue(auth.ServiceURLClaim)
	switch {
	case claimed == "":
		return fmt.Errorf("%w: the token names no service URL", errNotAllowed)
	case !sameServiceURL(claimed, activity.ServiceURL):
		return fmt.Errorf("%w: the token is for the service URL %.200q, the activity has %.200q", errNotAllowed, claimed, activity.ServiceURL)
	case !v.allowed.allows(activity.ServiceURL):
		return fmt.Errorf("%w: the service URL %.200q is not below those of TEAMS_SERVICE_URLS", errNotAllowed, activity.ServiceURL)
	case activity.ChannelID != teamsChannel:
		// In other channels, such as Direct Line, whoever writes can say who they are.
		return fmt.Errorf("%w: the activity is from the channel %.50q, not from Teams", errNotAllowed, activity.ChannelID)
	case !slices.Contains(verified.endorsements, activity.ChannelID):
		return fmt.Errorf("%w: the key that signed is not endorsed for Teams", errNotAllowed)
	}
	return nil
}

// teamsIdentity is the claims of a verified token. Unlike msbotbuilder-go's it has an answer for every claim.
type teamsIdentity map[string]any

// GetClaimValue is a claim's text, "" when there is no such claim or it is no text.
func (i teamsIdentity) GetClaimValue(claim string) string {
	text, _ := i[claim].(string)
	return text
}

// IsAuthenticated is true: there is no identity without a verified token.
func (i teamsIdentity) IsAuthenticated() bool { return true }
