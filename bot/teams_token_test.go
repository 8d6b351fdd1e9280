package bot

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/infracloudio/msbotbuilder-go/schema"

	"github.com/clarion-bot/clarion/playground/teams"
)

// TestOnlyATokenThatMicrosoftSignedForThisBotLetsAnActivityIn is the table of all that can be wrong with one.
func TestOnlyATokenThatMicrosoftSignedForThisBotLetsAnActivityIn(t *testing.T) {
	foreign := rsaKeys()[2]
	without := func(name string) func(*signedWorld) string {
		return func(w *signedWorld) string { return w.claim(name, nil) }
	}
	with := func(name string, value any) func(*signedWorld) string {
		return func(w *signedWorld) string { return w.claim(name, value) }
	}
	at := func(name string, d time.Duration) func(*signedWorld) string {
		return func(w *signedWorld) string { return w.claim(name, w.clock().Add(d).Unix()) }
	}
	headed := func(name string, value any) func(*signedWorld) string {
		return func(w *signedWorld) string {
			return w.forge(teams.Forgery{Header: func(header map[string]any) {
				if header[name] = value; value == nil {
					delete(header, name)
				}
			}})
		}
	}
	just := func(header string) func(*signedWorld) string { return func(*signedWorld) string { return header } }
	forged := func(f teams.Forgery) func(*signedWorld) string {
		return func(w *signedWorld) string { return w.forge(f) }
	}
	for name, row := range map[string]struct {
		header   func(*signedWorld) string
		activity func(*schema.Activity)
		world    func(*signedWorld)
		want     int
	}{
		"as Microsoft's":                     {header: (*signedWorld).good, want: 200},
		"with bearer in small letters":       {header: func(w *signedWorld) string { return strings.Replace(w.good(), "Bearer", "bearer", 1) }, want: 200},
		"RS512":                              {header: forged(teams.Forgery{Method: jwt.SigningMethodRS512}), want: 200},
		"expired":                            {header: at("exp", -6*time.Minute), want: 401},
		"expired within skew":                {header: at("exp", -4*time.Minute), want: 200},
		"without exp":                        {header: without("exp"), want: 401},
		"exp that is text":                   {header: with("exp", "tomorrow"), want: 401},
		"exp beyond all numbers":             {header: with("exp", -1e300), want: 401},
		"not yet valid":                      {header: at("nbf", 6*time.Minute), want: 401},
		"not yet valid within skew":          {header: at("nbf", 4*time.Minute), want: 200},
		"without nbf":                        {header: without("nbf"), want: 200},
		"issued in the future":               {header: at("iat", 6*time.Minute), want: 401},
		"issued in the future within skew":   {header: at("iat", 4*time.Minute), want: 200},
		"wrong audience":                     {header: with("aud", "another"), want: 401},
		"without audience":                   {header: without("aud"), want: 401},
		"empty audience":                     {header: with("aud", ""), want: 401},
		"audience that is a number":          {header: with("aud", 7), want: 401},
		"audience as a list of us":           {header: with("aud", []string{testApp}), want: 200},
		"audience as a list with us":         {header: with("aud", []string{"another", testApp}), want: 200},
		"audience as a list without us":      {header: with("aud", []string{"another"}), want: 401},
		"audience as an empty list":          {header: with("aud", []string{}), want: 401},
		"audience as a list of numbers":      {header: with("aud", []int{1}), want: 401},
		"wrong issuer":                       {header: with("iss", "https://sts.windows.net/"+testTenant+"/"), want: 401},
		"without issuer":                     {header: without("iss"), want: 401},
		"issuer that is a list":              {header: with("iss", []string{teams.Issuer}), want: 401},
		"wrong service URL":                  {header: with("serviceurl", "https://smba.trafficmanager.net/amer/"), want: 403},
		"without service URL":                {header: without("serviceurl"), want: 403},
		"service URL that is a list":         {header: with("serviceurl", []string{testService}), want: 403},
		"service URL in the activity's case": {header: with("serviceUrl", testService), activity: func(a *schema.Activity) { a.ServiceURL = "https://smba.trafficmanager.net/amer/" }, want: 403},
		"service URL without its slash":      {header: with("serviceurl", strings.TrimSuffix(testService, "/")), want: 200},
		"service URL in capitals":            {header: with("serviceurl", strings.ToUpper(testService)), want: 200},
		"activity without service URL":       {header: (*signedWorld).good, activity: func(a *schema.Activity) { a.ServiceURL = "" }, want: 403},
		"neither has a service URL":          {header: with("serviceurl", ""), activity: func(a *schema.Activity) { a.ServiceURL = "" }, want: 403},
		"service URL that is not allowed":    {header: with("serviceurl", "https://evil.trafficmanager.net/emea/"), activity: func(a *schema.Activity) { a.ServiceURL = "https://evil.trafficmanager.net/emea/" }, want: 403},
		"alg none":                           {header: forged(teams.Forgery{Method: jwt.SigningMethodNone, Key: jwt.UnsafeAllowNoneSignatureType}), want: 401},
		"HS256 with the public key": {header: func(w *signedWorld) string {
			return w.forge(teams.Forgery{Method: jwt.SigningMethodHS256, Key: w.login.PublicPEM()})
		}, want: 401},
		"PS256":                         {header: forged(teams.Forgery{Method: jwt.SigningMethodPS256}), want: 401},
		"an alg that does not exist":    {header: headed("alg", "RS1"), want: 401},
		"an alg that is a number":       {header: headed("alg", 256), want: 401},
		"without alg":                   {header: headed("alg", nil), want: 401},
		"foreign key under a known kid": {header: forged(teams.Forgery{Key: foreign}), want: 401},
		"foreign key under its own kid": {header: forged(teams.Forgery{Key: foreign, Header: func(h map[string]any) { h["kid"] = teams.KeyID(&foreign.PublicKey) }}), want: 401},
		"foreign key in the header": {header: forged(teams.Forgery{Key: foreign, Header: func(h map[string]any) {
			h["jwk"] = teams.JWK(&foreign.PublicKey, "msteams")
			h["jku"] = "https://evil.example/keys"
		}}), want: 401},
		"unknown kid":              {header: headed("kid", "made-up"), want: 401},
		"without kid":              {header: headed("kid", nil), want: 401},
		"empty kid":                {header: headed("kid", ""), want: 401},
		"kid that is a number":     {header: headed("kid", 1), want: 401},
		"kid that is a list":       {header: headed("kid", []string{"a"}), want: 401},
		"crit":                     {header: headed("crit", []string{"exp"}), want: 401},
		"key without endorsements": {header: (*signedWorld).good, world: func(w *signedWorld) { w.login.SetEndorsements() }, want: 403},
		"key endorsed for others":  {header: (*signedWorld).good, world: func(w *signedWorld) { w.login.SetEndorsements("webchat") }, want: 403},
		"another channel that the key is endorsed for": {header: (*signedWorld).good, activity: func(a *schema.Activity) { a.ChannelID = "webchat" }, want: 403},
		"activity without channel":                     {header: (*signedWorld).good, activity: func(a *schema.Activity) { a.ChannelID = "" }, want: 403},
		"no header":                                    {header: just(""), want: 401},
		"Basic":                                        {header: just("Basic dXNlcjpwYXNz"), want: 401},
		"Bearer alone":                                 {header: just("Bearer"), want: 401},
		"Bearer and a space":                           {header: just("Bearer "), want: 401},
		"one dot":                                      {header: just("Bearer a.b"), want: 401},
		"two dots":                                     {header: just("Bearer .."), want: 401},
		"three dots":                                   {header: func(w *signedWorld) string { return w.good() + ".x" }, want: 401},
		"no JSON":                                      {header: just("Bearer YQ.YQ.YQ"), want: 401},
		"JSON null":                                    {header: just("Bearer bnVsbA.bnVsbA.bnVsbA"), want: 401},
		"without its signature":                        {header: func(w *signedWorld) string { h := w.good(); return h[:strings.LastIndex(h, ".")+1] }, want: 401},
		"a token without Bearer":                       {header: func(w *signedWorld) string { return strings.TrimPrefix(w.good(), "Bearer ") }, want: 401},
		"two tokens":                                   {header: func(w *signedWorld) string { return w.good() + " " + w.good() }, want: 401},
		"1 MB":                                         {header: func(*signedWorld) string { return "Bearer " + strings.Repeat("a", 1<<20) }, want: 401},
		"1 MB of claims":                               {header: with("pad", strings.Repeat("a", 700<<10)), want: 401},
		"metadata down":                                {header: (*signedWorld).good, world: func(w *signedWorld) { w.login.SetDown(true, false, false) }, want: 401},
		"keys down":                                    {header: (*signedWorld).good, world: func(w *signedWorld) { w.login.SetDown(false, true, false) }, want: 401},
		"token endpoint down":                          {header: (*signedWorld).good, world: func(w *signedWorld) { w.login.SetDown(false, false, true) }, want: 200},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSignedWorld(t)
			if row.world != nil {
				row.world(w)
			}
			a := activity()
			if row.activity != nil {
				row.activity(&a)
			}
			header := row.header(w)
			w.expect("the first time", header, a, row.want)
			w.expect("the second time", header, a, row.want)
			w.login.SetDown(false, false, false)
			w.login.SetEndorsements("msteams")
			w.renewed()
			w.expect("a good one after it", w.good(), activity(), http.StatusOK)
		})
	}
}

// TestARotationIsTakenUpAtOnce while others go on, with one fetch.
func TestARotationIsTakenUpAtOnce(t *testing.T) {
	w := newSignedWorld(t)
	before := w.good()
	w.expect("before", before, activity(), http.StatusOK)
	w.pass(time.Minute)
	must(t, w.login.Rotate(true))
	after := w.good()
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() { w.expect("in mid-flight", []string{before, after}[i%2], activity(), http.StatusOK) })
	}
	all.Wait()
	if asked := w.login.Asked(); asked.Metadata != 2 || asked.Keys != 2 {
		t.Errorf("the login was asked %+v, want twice for each", asked)
	}
}

// TestAKeptTokenEndsWithItsKey: a kept token is taken no longer than the key that signed it is served.
func TestAKeptTokenEndsWithItsKey(t *testing.T) {
	w := newSignedWorld(t)
	old := w.good()
	w.expect("before", old, activity(), http.StatusOK)
	w.pass(time.Minute)
	must(t, w.login.Rotate(false))
	w.expect("with the new key", w.good(), activity(), http.StatusOK)
	w.expect("with the key that is gone", old, activity(), http.StatusUnauthorized)
}

// TestAKeptTokenEndsInTime: keeping does not lengthen its life, and what it vouches for is asked each time.
func TestAKeptTokenEndsInTime(t *testing.T) {
	w := newSignedWorld(t)
	token := w.claim("exp", w.clock().Add(-2*time.Minute).Unix()) // three more are left of the skew
	w.expect("in time", token, activity(), http.StatusOK)
	if _, err := w.validator.verified(t.Context(), strings.TrimPrefix(token, "Bearer ")); err != nil || w.validator.kept.Len() != 1 {
		t.Fatalf("%d tokens are kept, error %v", w.validator.kept.Len(), err)
	}
	elsewhere := activity()
	elsewhere.ServiceURL = "https://smba.trafficmanager.net/amer/"
	w.expect("kept, for another service URL", token, elsewhere, http.StatusForbidden)
	other := activity()
	other.ChannelID = "directline"
	w.expect("kept, for another channel", token, other, http.StatusForbidden)
	w.pass(3*time.Minute - time.Second)
	w.expect("at the end of the skew", token, activity(), http.StatusOK)
	w.pass(time.Second)
	w.expect("after it", token, activity(), http.StatusUnauthorized)
}

// TestABodyThatIsNoActivityIsABadRequest.
func TestABodyThatIsNoActivityIsABadRequest(t *testing.T) {
	w := newSignedWorld(t)
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader([]byte("[")))
	r.Header.Set("Authorization", w.good())
	_, err := newTeamsAdapter(testApp, w.validator).ParseRequest(t.Context(), r)
	if teamsStatus(err) != http.StatusBadRequest {
		t.Errorf("%v is answered %d", err, teamsStatus(err))
	}
}

// TestAnIdentityAnswersEveryClaim.
func TestAnIdentityAnswersEveryClaim(t *testing.T) {
	w := newSignedWorld(t)
	identity, err := w.validator.AuthenticateRequest(t.Context(), activity(), w.good(), nil, "")
	must(t, err)
	for claim, want := range map[string]string{"serviceurl": testService, "exp": "", "no such": ""} {
		if got := identity.GetClaimValue(claim); got != want {
			t.Errorf("claim %s is %q, want %q", claim, got, want)
		}
	}
}

// TestABotWithoutAnIDTakesNothing, not even a token without audience.
func TestABotWithoutAnIDTakesNothing(t *testing.T) {
	w := newSignedWorld(t, func(cfg *tokenConfig) { cfg.AppID = "" })
	w.expect("a token for nobody", w.claim("aud", ""), activity(), http.StatusUnauthorized)
	w.expect("a token without audience", w.claim("aud", nil), activity(), http.StatusUnauthorized)
	w.expect("a token for nobody and another", w.claim("aud", []string{"", "another"}), activity(), http.StatusUnauthorized)
}
