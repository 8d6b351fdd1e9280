package playground

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// What a person reads when the bot did not answer as it must
// (https://docs.slack.dev/interactivity/implementing-slash-commands).
const (
	errTimeout  = refusal("operation_timeout") // no acknowledgement in time
	errDispatch = refusal("dispatch_failed")   // no connection, or another status than 200
)

// maxReply bounds what is read of an acknowledgement.
const maxReply = 1 << 20

// call is one thing that the bot is told. Over HTTP it is a signed request, over Socket Mode an envelope.
type call struct {
	kind    string // "slash_commands", "interactive" or "events_api": the type of the envelope
	payload any    // the envelope's payload, and what the HTTP body is made of
	retry   int    // of an event: which repetition this is
	reason  string // and why
}

// request is the HTTP form of a call: the bot's entrance, the body and its type.
func (c call) request() (path, contentType string, body []byte, err error) {
	const form = "application/x-www-form-urlencoded"
	switch c.kind {
	case "slash_commands":
		fields := url.Values{}
		for k, v := range c.payload.(answer) {
			fields.Set(k, fmt.Sprint(v))
		}
		return "/slack/commands", form, []byte(fields.Encode()), nil
	case "interactive":
		raw, err := encode(c.payload)
		return "/slack/actions", form, []byte(url.Values{"payload": {string(raw)}}.Encode()), err
	default:
		raw, err := encode(c.payload)
		return "/slack/events", "application/json", raw, err
	}
}

// Delivery is one signed request that went to the bot.
type Delivery struct {
	URL    string
	Header http.Header
	Body   []byte
	Status int    // the bot's answer; 0 when there was none
	Answer []byte // its body
}

// outbox is the last deliveries. Guarded by Slack.mu.
type outbox struct{ last []Delivery }

// kept is how many deliveries the outbox remembers.
const kept = 64

// Deliveries are the last signed requests to the bot, oldest first; those over Socket Mode are not among them.
func (s *Slack) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Delivery(nil), s.sent.last...)
}

// newCaller is the HTTP client that calls the bot. It follows no redirects, as Slack does not.
func newCaller() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	t.MaxIdleConnsPerHost = 256
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// dispatch tells the bot something and waits for its acknowledgement, over a socket when one is connected. It gives
// the acknowledgement's body.
func (s *Slack) dispatch(ctx context.Context, c call) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AckTimeout)
	defer cancel()
	if conn := s.pickSocket(); conn != nil {
		return conn.call(ctx, c)
	}
	path, contentType, body, err := c.request()
	if err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {contentType}}
	if c.retry > 0 {
		header.Set("X-Slack-Retry-Num", strconv.Itoa(c.retry))
		header.Set("X-Slack-Retry-Reason", c.reason)
	}
	s.sign(header, body)
	d := s.send(ctx, Delivery{URL: s.cfg.BotURL + path, Header: header, Body: body})
	switch {
	case d.Status == 0 && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, errTimeout
	case d.Status != http.StatusOK:
		return nil, errDispatch
	}
	return d.Answer, nil
}

// sign sets the two headers by which the bot knows Slack
// (https://docs.slack.dev/authentication/verifying-requests-from-slack).
func (s *Slack) sign(h http.Header, body []byte) {
	at := strconv.FormatInt(s.cfg.Real().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.cfg.SigningSecret))
	mac.Write([]byte("v0:" + at + ":")) // a hash takes everything
	mac.Write(body)
	h.Set("X-Slack-Request-Timestamp", at)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// send makes a delivery and remembers it with the answer.
func (s *Slack) send(ctx context.Context, d Delivery) Delivery {
	d.Status, d.Answer = 0, nil
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.sent.last) == kept {
			s.sent.last = append(s.sent.last[:0], s.sent.last[1:]...)
		}
		s.sent.last = append(s.sent.last, d)
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(d.Body))
	if err != nil {
		s.log.Error("a call to the bot could not be made", "url", d.URL, "error", err)
		return d
	}
	req.Header = d.Header.Clone()
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	resp, err := s.http.Do(req)
	if err != nil {
		s.log.Warn("the bot did not answer", "url", d.URL, "error", err)
		return d
	}
	defer func() { _ = resp.Body.Close() }() // nothing is lost: it was only read
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		s.log.Warn("the bot's answer broke off", "url", d.URL, "error", err)
		return d
	}
	d.Status, d.Answer = resp.StatusCode, answer
	return d
}

// Replay sends a delivery again, byte for byte, with its old timestamp and signature.
func (s *Slack) Replay(ctx context.Context, d Delivery) (Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AckTimeout)
	defer cancel()
	d = s.send(ctx, d)
	if d.Status == 0 {
		return d, errDispatch
	}
	return d, nil
}

// VerifyURL does what Slack does when an app's events address is entered: it sends a challenge, which the bot must
// give back.
func (s *Slack) VerifyURL(ctx context.Context) error {
	s.mu.Lock()
	challenge := s.secret("challenge")
	s.mu.Unlock()
	body, err := s.post(ctx, "/slack/events", "application/json",
		fmt.Appendf(nil, `{"token":%q,"challenge":%q,"type":"url_verification"}`, verificationToken, challenge))
	if err != nil {
		return err
	}
	var back struct {
		Challenge string `json:"challenge"`
	}
	if strings.TrimSpace(string(body)) != challenge && (json.Unmarshal(body, &back) != nil || back.Challenge != challenge) {
		return refusal("your URL didn't respond with the value of the challenge parameter")
	}
	return nil
}

// CheckSSL sends the command's address the empty call by which Slack looks at its certificate.
func (s *Slack) CheckSSL(ctx context.Context) error {
	_, err := s.post(ctx, "/slack/commands", "application/x-www-form-urlencoded",
		[]byte(url.Values{"ssl_check": {"1"}, "token": {verificationToken}}.Encode()))
	return err
}

// post sends the bot a signed body that is no call of a person's.
func (s *Slack) post(ctx context.Context, path, contentType string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AckTimeout)
	defer cancel()
	header := http.Header{"Content-Type": {contentType}}
	s.sign(header, body)
	d := s.send(ctx, Delivery{URL: s.cfg.BotURL + path, Header: header, Body: body})
	if d.Status != http.StatusOK {
		return nil, errDispatch
	}
	return d.Answer, nil
}

// verificationToken is the old shared word that Slack still puts into every payload. Bots should not trust it.
const verificationToken = "playground-verification"
