package links

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

const (
	secretNow    = "0123456789abcdef0123456789abcdef-now"
	secretBefore = "0123456789abcdef0123456789abcdef-before"
)

// open returns the town as it takes conversions.
func (t *town) open() *town {
	t.t.Helper()
	c := t.Config
	c.Conversions = Conversions{Workspace: t.workspace, Secrets: []string{secretNow, secretBefore}}
	return t.with(c)
}

func sign(secret string, at time.Time, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

// post sends a body under a signature; an empty one is none.
func (t *town) post(body, signature string, changes ...with) *http.Response {
	r := httptest.NewRequest(http.MethodPost, ConversionsPath, strings.NewReader(body))
	if signature != "" {
		r.Header.Set(SignatureHeader, signature)
	}
	for _, change := range changes {
		change(r)
	}
	rec := httptest.NewRecorder()
	t.Hosts(t.mux).ServeHTTP(rec, r)
	return rec.Result()
}

// tell sends a body that is signed as it must be.
func (t *town) tell(body string) *http.Response { return t.post(body, sign(secretNow, t.Now(), body)) }

// answers holds what a request was answered with.
func answers(t testing.TB, res *http.Response, status int, want string) {
	t.Helper()
	got := strings.TrimSpace(body(t, res))
	if res.StatusCode != status || got != want {
		t.Errorf("it is answered %d %s, want %d %s", res.StatusCode, got, status, want)
	}
	if kind := res.Header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("the answer is %q", kind)
	}
}

func (t *town) told(result string) int {
	return int(testutil.ToFloat64(t.metrics.conversions.WithLabelValues(result)))
}

// credits returns the campaign's conversions.
func (t *town) credits() map[string]storage.CampaignSums {
	t.t.Helper()
	sums, err := t.workspace.CampaignConversions(t.t.Context(), t.campaign.ID)
	if err != nil {
		t.t.Fatal(err)
	}
	return sums
}

func TestAConversionFromTheClickToThePointsCountsOnce(t *testing.T) {
	o := newTown(t).open()
	// The company's site finds the click's id behind clarion_click, and hands it back.
	_, click, _ := strings.Cut(o.visit().Header.Get("Location"), clarion.ClickParameter+"=")
	click, _, _ = strings.Cut(click, "#")
	b := fmt.Sprintf(`{"click":%q,"kind":"appointment","id":"A-1042","store":"kingston","value":129.95,"at":"2026-11-22T11:30:00+01:00"}`, click)
	answers(t, o.tell(b), http.StatusAccepted, `{"status":"accepted","points":25}`)
	for range 3 {
		answers(t, o.tell(b), http.StatusAccepted, `{"status":"known"}`)
	}
	if got := o.awards()[clarion.ConversionReason]; got != 1 {
		t.Errorf("%d awards, want one", got)
	}
	if got, want := o.credits()["appointment"], (storage.CampaignSums{Partners: storage.ConversionSum{Count: 1, Hundredths: 12995}}); got != want {
		t.Errorf("the campaign has %+v, want %+v", got, want)
	}
	week := clarion.WeekOf(o.now(), time.UTC)
	stores, err := o.workspace.StoreConversions(t.Context(), week, time.UTC)
	if want := (storage.ConversionSum{Count: 1, Hundredths: 12995}); err != nil || stores["kingston"]["appointment"] != want {
		t.Errorf("the stores have %+v, %v, want %+v", stores, err, want)
	}
	if o.told(acceptedConversion) != 1 || o.told(knownConversion) != 3 {
		t.Errorf("metrics say %d accepted, %d known", o.told(acceptedConversion), o.told(knownConversion))
	}
}

func TestEveryFormOfAConversionIsTaken(t *testing.T) {
	town := newTown(t)
	o := town.open()
	official, err := o.workspace.OfficialLink(t.Context(), o.campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	code := string(o.link[clarion.X].Code)
	for i, c := range []struct {
		body   string
		points int
	}{
		{`"click":"` + code + `"`, 25},
		{`"click":" ` + strings.ToUpper(code) + `. "`, 25},
		{`"click":"` + string(official.Code) + `"`, 0},
		{`"store":"Kingston"`, 0},
		{`"store":"kingston","click":null,"value":null,"at":null`, 0},
		{`"store":"kingston","value":"0.10"`, 0},
		{`"store":"kingston","value":0`, 0},
		{`"click":"` + code + `","at":"2026-12-01T00:04:00Z"`, 0},  // the campaign is over, and the clock is four minutes ahead
		{`"click":"` + code + `","at":"2026-11-30T23:59:59Z"`, 25}, // the campaign's last second, told later
	} {
		if strings.Contains(c.body, "2026-1") {
			town.clock.Store(o.campaign.Ends.UnixNano())
		}
		body := fmt.Sprintf(` {"id": "n%d", "kind":"sale", %s} `, i, c.body)
		answers(t, o.tell(body), http.StatusAccepted, fmt.Sprintf(`{"status":"accepted","points":%d}`, c.points))
	}
}

func TestEachRefusalIsASentenceThatNamesTheField(t *testing.T) {
	o := newTown(t).open()
	code := string(o.link[clarion.X].Code)
	good := `"kind":"sale","id":"1","store":"kingston"`
	for name, c := range map[string]struct {
		body     string
		status   int
		field    string
		sentence string // what it begins with
	}{
		"nothing":              {``, 400, "", "The body must be one JSON object"},
		"null":                 {`null`, 400, "", "The body must be one JSON object"},
		"a list":               {`[{` + good + `}]`, 400, "", "The body must be one JSON object"},
		"two objects":          {`{` + good + `}{}`, 400, "", "The body must be one JSON object"},
		"half an object":       {`{` + good, 400, "", "The body must be one JSON object"},
		"a form":               {`kind=sale&id=1`, 400, "", "The body must be one JSON object"},
		"an unknown field":     {`{` + good + `,"amount":5}`, 400, "amount", "There is no field “amount”: there can be click, kind, id"},
		"a field's other case": {`{` + good + `,"Value":5}`, 400, "Value", "There is no field “Value”"},
		"a field twice":        {`{` + good + `,"id":"2"}`, 400, "id", "The field id is there twice"},
		"no kind":              {`{"id":"1","store":"kingston"}`, 400, "kind", "Say what the customer did"},
		"a bad kind":           {`{"id":"1","store":"kingston","kind":"Big Sale"}`, 400, "kind", "A kind has up to 32"},
		"no id":                {`{"kind":"sale","store":"kingston"}`, 400, "id", "Give the id"},
		"an empty id":          {`{"kind":"sale","store":"kingston","id":""}`, 400, "id", "Give the id"},
		"a number for an id":   {`{"kind":"sale","store":"kingston","id":1}`, 400, "id", "The id must be a text in quotation marks."},
		"an id with a tab":     {`{"kind":"sale","store":"kingston","id":"a\tb"}`, 400, "id", "The id has characters in it"},
		"half a character":     {`{"kind":"sale","store":"kingston","id":"a\ud800"}`, 400, "id", "The id has characters in it"},
		"no UTF-8":             {"{\"kind\":\"sale\",\"store\":\"kingston\",\"id\":\"a\xff\"}", 400, "id", "The id has characters in it"},
		"a long id":            {`{"kind":"sale","store":"kingston","id":"` + strings.Repeat("a", 129) + `"}`, 400, "id", "The id has 129 characters"},
		"neither":              {`{"kind":"sale","id":"1"}`, 400, "click", "Give the click or code"},
		"three places":         {`{` + good + `,"value":1.005}`, 400, "value", "The value must be a number with at most two"},
		"an exponent":          {`{` + good + `,"value":1e3}`, 400, "value", "The value must be a number with at most two"},
		"a negative value":     {`{` + good + `,"value":-1}`, 400, "value", "The value must be a number with at most two"},
		"a value's currency":   {`{` + good + `,"value":"£5"}`, 400, "value", "The value must be a number with at most two"},
		"a great value":        {`{` + good + `,"value":10000000.01}`, 400, "value", "The value must be from 0 to 10000000."},
		"a list as value":      {`{` + good + `,"value":[1]}`, 400, "value", "The value must be a number, such as"},
		"a time without zone":  {`{` + good + `,"at":"2026-11-22T10:00:00"}`, 400, "at", "“2026-11-22T10:00:00” is not a time"},
		"the future":           {`{` + good + `,"at":"2026-11-22T12:05:01Z"}`, 400, "at", "This is in the future"},
		"the past":             {`{` + good + `,"at":"2026-08-24T11:59:59Z"}`, 400, "at", "This is more than 90 days ago"},
		"a click of nothing":   {`{"kind":"sale","id":"1","click":"0123456789abcdef"}`, 422, "click", "There is no share link of this click or code"},
		"no click id":          {`{"kind":"sale","id":"1","click":"A-1042"}`, 422, "click", "“A-1042” is neither the id of a click nor a link's code"},
		"half a click id":      {`{"kind":"sale","id":"1","click":"` + code + `abc"}`, 422, "click", "“" + code + "abc” is neither"},
		"an unknown store":     {`{"kind":"sale","id":"1","click":"` + code + `","store":"york"}`, 422, "store", `There is no store "york"`},
		"no id of a store":     {`{"kind":"sale","id":"1","store":"St Ives"}`, 422, "store", "There is no store “St Ives”"},
	} {
		t.Run(name, func(t *testing.T) {
			res := o.tell(c.body)
			var refused struct{ Error, Field string }
			if err := json.Unmarshal([]byte(body(t, res)), &refused); err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != c.status || refused.Field != c.field || !strings.HasPrefix(refused.Error, c.sentence) {
				t.Errorf("it is answered %d %+v, want %d, %q, %s …", res.StatusCode, refused, c.status, c.field, c.sentence)
			}
		})
	}
	if o.told(invalidConversion) == 0 || o.told(unknownConversion) != 5 || o.told(acceptedConversion) != 0 || len(o.credits()) != 0 {
		t.Errorf("metrics say %d invalid, %d unknown, %d accepted; recorded are %v", o.told(invalidConversion), o.told(unknownConversion), o.told(acceptedConversion), o.credits())
	}
}

func TestOnlyWhatIsSignedNowIsRead(t *testing.T) {
	o := newTown(t).open()
	now := o.now()
	const good = `{"kind":"sale","id":"1","store":"kingston"}`
	mac := strings.TrimPrefix(sign(secretNow, now, good), fmt.Sprintf("t=%d,", now.Unix()))
	other := "v1=" + strings.Repeat("00", 32)
	at := fmt.Sprintf("t=%d", now.Unix())
	for name, c := range map[string]struct {
		body, signature string
		refusal         string // "": it is taken
	}{
		"none":                           {good, "", noSignature},
		"another secret's":               {good, sign("another secret", now, good), otherSignature},
		"an empty secret's":              {good, sign("", now, good), otherSignature},
		"another body's":                 {good + " ", sign(secretNow, now, good), otherSignature},
		"of a body that cannot be read":  {`{`, sign("another secret", now, "{"), otherSignature},
		"another time's":                 {good, fmt.Sprintf("t=%d,%s", now.Unix()+1, mac), otherSignature},
		"five minutes old":               {good, sign(secretNow, now.Add(-5*time.Minute), good), ""},
		"older":                          {good, sign(secretNow, now.Add(-5*time.Minute-time.Second), good), oldSignature},
		"five minutes ahead":             {good, sign(secretNow, now.Add(5*time.Minute), good), ""},
		"further ahead":                  {good, sign(secretNow, now.Add(5*time.Minute+time.Second), good), oldSignature},
		"the earlier secret's":           {good, sign(secretBefore, now, good), ""},
		"several, one of which is right": {good, at + "," + other + "," + mac, ""},
		"several, none of which is":      {good, at + "," + other + "," + other, otherSignature},
		"of another version":             {good, at + "," + strings.Replace(mac, "v1", "v2", 1), badSignature},
		"and one of another version":     {good, at + ",v2=x, " + mac, ""},
		"in upper case":                  {good, at + ",v1=" + strings.ToUpper(mac[3:]), ""},
		"too short":                      {good, at + "," + mac[:65], badSignature},
		"no hexadecimal":                 {good, at + ",v1=" + strings.Repeat("zz", 32), badSignature},
		"without a time":                 {good, mac, badSignature},
		"with two times":                 {good, at + "," + at + "," + mac, badSignature},
		"with a time in words":           {good, "t=now," + mac, badSignature},
		"with the greatest time":         {good, "t=9223372036854775807," + mac, oldSignature},
		"with too many":                  {good, at + strings.Repeat(","+other, 8) + "," + mac, badSignature},
	} {
		t.Run(name, func(t *testing.T) {
			res := o.post(c.body, c.signature)
			if c.refusal == "" {
				if res.StatusCode != http.StatusAccepted {
					t.Errorf("it is answered %d %s", res.StatusCode, body(t, res))
				}
				return
			}
			text, _ := json.Marshal(c.refusal)
			answers(t, res, http.StatusUnauthorized, `{"error":`+strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(text))+`}`)
		})
	}
	if o.told(unsignedConversion) != 17 {
		t.Errorf("metrics say %d unsigned, want 17", o.told(unsignedConversion))
	}
	if log := o.log.String(); strings.Contains(log, secretNow) || strings.Contains(log, secretBefore) {
		t.Errorf("a secret is in the log: %s", log)
	}
}

func TestARehearsalTakesWhatIsSignedByTheRealClock(t *testing.T) {
	o := newTown(t).open()
	c := o.Config
	real := o.now().Add(-168 * time.Hour) // a week behind what the bot takes for now
	c.Conversions.Real = func() time.Time { return real }
	o = o.with(c)
	const good = `{"kind":"sale","id":"1","store":"kingston"}`
	answers(t, o.post(good, sign(secretNow, real, good)), http.StatusAccepted, `{"status":"accepted","points":0}`)
	if res := o.tell(good); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("what is signed a week later than it is, is answered %d", res.StatusCode)
	}
}

func TestConversionsThatNobodyMaySignAreNotThere(t *testing.T) {
	o := newTown(t)
	const good = `{"kind":"sale","id":"1","store":"kingston"}`
	answers(t, o.post(good, sign("", o.now(), good)), http.StatusNotFound,
		`{"error":"Conversions are not taken here: whoever runs this bot has to set CLARION_CONVERSIONS_SECRET."}`)
	res := o.open().get(ConversionsPath)
	answers(t, res, http.StatusMethodNotAllowed, `{"error":"Send a conversion with POST."}`)
	if got := res.Header.Get("Allow"); got != http.MethodPost {
		t.Errorf("it allows %q", got)
	}
	c := o.Config
	c.Registerer, c.Conversions = nil, Conversions{Secrets: []string{secretNow}}
	if _, err := New(c); err == nil {
		t.Error("secrets without a workspace are no error")
	}
}

func TestConversionsAreNotOnTheLinksOwnDomain(t *testing.T) {
	o := newTown(t).open().onDomain("https://jl.example")
	const good = `{"kind":"sale","id":"1","store":"kingston"}`
	on := func(host string) with { return func(r *http.Request) { r.Host = host } }
	if res := o.post(good, sign(secretNow, o.now(), good), on("jl.example")); res.StatusCode != http.StatusNotFound {
		t.Errorf("on the links' domain it is answered %d", res.StatusCode)
	}
	answers(t, o.post(good, sign(secretNow, o.now(), good), on("clarion.example")), http.StatusAccepted, `{"status":"accepted","points":0}`)
}

func TestABodyThatIsTooLongIsRefusedUnread(t *testing.T) {
	o := newTown(t).open()
	long := `{"kind":"sale","id":"1","store":"kingston"` + strings.Repeat(" ", maxConversionBody) + `}`
	answers(t, o.tell(long), http.StatusRequestEntityTooLarge, `{"error":"The body has more than 16 kB: send one conversion at a time."}`)
	fits := long[:42] + strings.Repeat(" ", maxConversionBody-43) + "}"
	answers(t, o.tell(fits), http.StatusAccepted, `{"status":"accepted","points":0}`)
	answers(t, o.post("", sign(secretNow, o.now(), ""), func(r *http.Request) { r.Body = brokenBody{} }), http.StatusBadRequest,
		`{"error":"The body ended before it was whole: send it again."}`)
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
func (brokenBody) Close() error             { return nil }

func TestWithoutRedisAConversionIsToBeSentAgain(t *testing.T) {
	o := newTown(t).open()
	b := fmt.Sprintf(`{"click":%q,"kind":"sale","id":"1"}`, o.link[clarion.X].Code)
	o.redis.SetError("LOADING Redis is loading the dataset in memory")
	for range 2 {
		res := o.tell(b)
		answers(t, res, http.StatusServiceUnavailable, `{"error":"This cannot be stored at the moment: send the same again later, as nothing is counted twice."}`)
		if res.Header.Get("Retry-After") == "" {
			t.Error("it does not say when to come again")
		}
	}
	o.redis.SetError("")
	answers(t, o.tell(b), http.StatusAccepted, `{"status":"accepted","points":25}`)
	if o.told(unavailableConversion) != 2 || strings.Count(o.log.String(), "a conversion could not be stored") != 1 {
		t.Errorf("metrics say %d unavailable, and the log\n%s", o.told(unavailableConversion), o.log)
	}
}

func FuzzConversionBody(f *testing.F) {
	o := newTown(f).open()
	code := string(o.link[clarion.X].Code)
	for _, seed := range []string{
		`{"click":"` + code + `","kind":"sale","id":"1","store":"kingston","value":1.50,"at":"2026-11-22T11:00:00Z"}`,
		`{"kind":"sale","id":"ü\u0000","store":"kingston","value":"-1e9"}`, `{"kind":null}`, `[]`, `{"id":{"id":"1"}}`, "{\"id\":\"\xff\"}", `{"at":"0000-01-01T00:00:00+24:00"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b := string(data)
		res := o.tell(b)
		answer := body(t, res)
		if !json.Valid([]byte(answer)) || res.StatusCode >= 500 || res.StatusCode < 200 {
			t.Fatalf("%q is answered %d %s", b, res.StatusCode, answer)
		}
		c, err := parseConversion(data, o.now())
		if err == nil && len(c.Check(o.now())) > 0 {
			t.Errorf("%q is taken as %+v", b, c)
		}
		if res.StatusCode != http.StatusAccepted {
			var refused struct{ Error string }
			if err := json.Unmarshal([]byte(answer), &refused); err != nil || refused.Error == "" {
				t.Errorf("%q is refused without a sentence: %s", b, answer)
			}
			return
		}
		if err != nil {
			t.Errorf("%q is accepted, and parsed with %v", b, err)
		}
		if again := o.tell(b); again.StatusCode != http.StatusAccepted || !strings.Contains(body(t, again), "known") {
			t.Errorf("%q is not known when it is repeated", b)
		}
	})
}
