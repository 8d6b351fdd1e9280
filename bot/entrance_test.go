package bot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// signed makes a request as Slack signs it, with a secret and at a time.
func (w *world) signed(path, body, secret string, at time.Time) *http.Request {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.base+path, strings.NewReader(body))
	must(w.t, err)
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, "v0:"+stamp+":"+body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return r
}

func (w *world) send(r *http.Request) (status int, body string) {
	w.t.Helper()
	resp, err := http.DefaultClient.Do(r)
	must(w.t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	must(w.t, err)
	return resp.StatusCode, string(raw)
}

func TestAnEntranceTakesOnlyWhatSlackHasSigned(t *testing.T) {
	w := newWorld(t, setup{})
	form := url.Values{"command": {"/points"}, "user_id": {amira}, "trigger_id": {"1"}}.Encode()
	large := "payload=" + strings.Repeat("x", maxBody)
	for name, c := range map[string]struct {
		body   string
		change func(*http.Request)
		secret string
		at     time.Time
		status int
	}{
		"right":                        {body: form, status: 200},
		"another secret":               {body: form, secret: "0123456789abcdef0123456789abcdef", status: 401},
		"another body":                 {body: form, change: func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(form + "&x=1")); r.ContentLength = -1 }, status: 401},
		"four minutes old":             {body: form, at: time.Now().Add(-4 * time.Minute), status: 200},
		"six minutes old":              {body: form, at: time.Now().Add(-6 * time.Minute), status: 401},
		"six minutes ahead":            {body: form, at: time.Now().Add(6 * time.Minute), status: 401},
		"no signature":                 {body: form, change: func(r *http.Request) { r.Header.Del("X-Slack-Signature") }, status: 401},
		"no timestamp":                 {body: form, change: func(r *http.Request) { r.Header.Del("X-Slack-Request-Timestamp") }, status: 401},
		"a timestamp that is no time":  {body: form, change: func(r *http.Request) { r.Header.Set("X-Slack-Request-Timestamp", "soon") }, status: 401},
		"a signature that is no hex":   {body: form, change: func(r *http.Request) { r.Header.Set("X-Slack-Signature", "v0=zz") }, status: 401},
		"a body just within the bound": {body: large[:maxBody], status: 400},
		"a body that is too large":     {body: large, status: 413},
		"too large and unsigned":       {body: large, secret: "0123456789abcdef0123456789abcdef", status: 413},
		"unsigned and unreadable":      {body: "%zz", secret: "0123456789abcdef0123456789abcdef", status: 401},
	} {
		for _, path := range []string{"/slack/commands", "/slack/actions", "/slack/events"} {
			t.Run(name+path, func(t *testing.T) {
				want := c.status
				if path != "/slack/commands" && want == 200 {
					want = 400 // signed, and no interaction or event
				}
				if path == "/slack/commands" && c.status == 400 {
					want = 200 // a form like any other, with a command that nobody knows
				}
				if c.secret == "" {
					c.secret = testSigning
				}
				if c.at.IsZero() {
					c.at = time.Now()
				}
				r := w.signed(path, c.body, c.secret, c.at)
				if c.change != nil {
					c.change(r)
				}
				if status, body := w.send(r); status != want {
					t.Errorf("status %d, want %d: %s", status, want, body)
				}
			})
		}
	}
}

func TestGarbageThatIsSignedGets400AndNoPanic(t *testing.T) {
	w := newWorld(t, setup{})
	for _, path := range []string{"/slack/actions", "/slack/events"} {
		for _, payload := range []string{"", "{", "[]", `"x"`, "\x00", `{"type":7}`, `{"view":{"private_metadata":"{"}}`, `{"event_id":{}}`} {
			body := payload
			if path == "/slack/actions" {
				body = url.Values{"payload": {payload}}.Encode()
			}
			status, answer := w.send(w.signed(path, body, testSigning, time.Now()))
			if read := status == 200 && strings.HasPrefix(payload, `{"`); status != 400 && !read {
				t.Errorf("%s with %q: status %d %s", path, payload, status, answer)
			}
		}
	}
	if status, _ := w.send(w.signed("/slack/commands", "%zz", testSigning, time.Now())); status != 400 {
		t.Errorf("a command that is no form: status %d", status)
	}
	for _, payload := range []string{"null", "{}", `{"type":"block_actions"}`, `{"type":"block_actions","actions":[{}]}`, `{"type":"view_submission"}`,
		`{"type":"view_submission","view":{}}`, `{"type":"view_submission","view":{"state":{"values":{"a":{"b":null}}}}}`, `{"type":"view_closed"}`} {
		if status, answer := w.send(w.signed("/slack/actions", url.Values{"payload": {payload}}.Encode(), testSigning, time.Now())); status != 200 {
			t.Errorf("an interaction %s: status %d %s", payload, status, answer)
		}
	}
	if strings.Contains(w.log.String(), "panic") {
		t.Errorf("there was a panic:\n%s", w.log)
	}
}

func TestSlacksOwnQuestionsAreAnswered(t *testing.T) {
	w := newWorld(t, setup{})
	if err := w.VerifyURL(t.Context()); err != nil {
		t.Errorf("url_verification: %v", err)
	}
	if err := w.CheckSSL(t.Context()); err != nil {
		t.Errorf("ssl_check: %v", err)
	}
	for _, d := range w.Deliveries() {
		if strings.Contains(string(d.Body), "ssl_check") && len(d.Answer) > 0 {
			t.Errorf("ssl_check was answered by %s", d.Answer)
		}
	}
	if status, body := w.send(w.signed("/slack/events", `{"type":"url_verification","challenge":"x"}`, "0123456789abcdef0123456789abcdef", time.Now())); status != 401 || strings.Contains(body, `"x"`) {
		t.Errorf("an unsigned url_verification was answered: %d %s", status, body)
	}
}

func TestAnUnsignedRequestIsNeverRead(t *testing.T) {
	w := newWorld(t, setup{})
	w.campaign()
	body := url.Values{"payload": {`{"type":"block_actions","trigger_id":"1","user":{"id":"UAMIRA"},"channel":{"id":"CKINGSTON"},"actions":[{"action_id":"share","value":"spring"}]}`}}.Encode()
	before := w.redis.CommandCount()
	if status, _ := w.send(w.signed("/slack/actions", body, "0123456789abcdef0123456789abcdef", time.Now())); status != 401 {
		t.Fatalf("status %d", status)
	}
	if n := w.redis.CommandCount() - before; n != 0 {
		t.Errorf("an unsigned request caused %d commands of storage", n)
	}
	w.log.has(t, "not signed by Slack", `"entrance":"actions"`)
}

func TestOnlyPostsAreTaken(t *testing.T) {
	w := newWorld(t, setup{})
	resp, err := http.Get(w.base + "/slack/commands")
	must(t, err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d", resp.StatusCode)
	}
}

func TestWhatIsUnknownGetsASentenceAndALogLine(t *testing.T) {
	w := newWorld(t, setup{})
	must(t, w.Command(t.Context(), amira, kingston, "/strange thing"))
	w.said(amira, kingston, "I don't know that one")
	w.log.has(t, "turned down", "/strange", "slack:"+amira)

	must(t, w.Command(t.Context(), amira, kingston, "/points nonsense"))
	w.said(amira, kingston, "I don't know “/points nonsense”")

	// A button of an earlier version, whose action is gone.
	payload := `{"type":"block_actions","trigger_id":"1","user":{"id":"UAMIRA"},"channel":{"id":"CKINGSTON"},"actions":[{"action_id":"gone.action"}]}`
	if status, _ := w.send(w.signed("/slack/actions", url.Values{"payload": {payload}}.Encode(), testSigning, time.Now())); status != 200 {
		t.Errorf("status %d", status)
	}
	w.told(amira, "I don't know that one")
	w.log.has(t, "turned down", "gone.action")

	payload = `{"type":"view_submission","trigger_id":"2","user":{"id":"UAMIRA"},"view":{"callback_id":"gone.form"}}`
	_, answer := w.send(w.signed("/slack/actions", url.Values{"payload": {payload}}.Encode(), testSigning, time.Now()))
	if !strings.Contains(answer, `"response_action":"push"`) || !strings.Contains(answer, "I don't know that one") {
		t.Errorf("an unknown form is answered by %s", answer)
	}
}

func TestAPanicAtAnEntranceIs500WithTheLogsReference(t *testing.T) {
	w := newWorld(t, setup{})
	h := w.bot.entrance("test", func(http.ResponseWriter, *http.Request, []byte) { panic("nothing can draw this") })
	mux := http.NewServeMux()
	mux.HandleFunc("/", h)
	r := w.signed("/", "x", testSigning, time.Now())
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, r)
	if rec.Code != 500 || !strings.Contains(rec.Body.String(), "ref-") {
		t.Errorf("status %d: %s", rec.Code, rec.Body)
	}
	w.log.has(t, "panic at an entrance", "nothing can draw this", "ref-0001")
}

func escaped(s string) string { return url.QueryEscape(s) }

func TestAPanicAtTeamsEntranceIs500WithTheLogsReference(t *testing.T) {
	w := newTeamsWorld(t, nil)
	answer := httptest.NewRecorder()
	w.bot.serve(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/messages", panickingReader{}))
	if answer.Code != http.StatusInternalServerError || !strings.Contains(answer.Body.String(), "ref-0001") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	w.log.has(t, "panic at an entrance", "nothing can read this", "ref-0001")
}

type panickingReader struct{}

func (panickingReader) Read([]byte) (int, error) { panic("nothing can read this") }

func TestABodyThatIsNotWholeIsAnsweredAndNotGoneOnWith(t *testing.T) {
	for want, body := range map[int]io.Reader{
		http.StatusRequestEntityTooLarge: strings.NewReader(strings.Repeat("x", maxBody+1)),
		http.StatusBadRequest:            iotest.ErrReader(io.ErrUnexpectedEOF),
	} {
		answer := httptest.NewRecorder()
		if _, ok := readBody(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", body)); ok || answer.Code != want {
			t.Errorf("it is %t, and answered %d, want %d", ok, answer.Code, want)
		}
	}
}
