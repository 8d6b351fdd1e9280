package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A connector calls the service by which bots talk in Teams
// (https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference). It takes the place of
// msbotbuilder-go's own client, which has no timeouts and contexts, obeys no limits, and loses the id of what was sent.
type connector struct {
	client *http.Client
	tokens tokenSource // nil: calls carry no token
	// allows says whether an address may be called: a token of the bot's goes nowhere else, whatever was stored.
	allows func(address string) bool
	pause  func(ctx context.Context, d time.Duration) error
}

// A tokenSource has the token that proves who the bot is.
type tokenSource interface {
	Token(ctx context.Context) (string, error)
	Drop(token string) // forgets a token that was refused
}

// A serviceError is an answer by which the service refused a call.
type serviceError struct {
	Status  int
	Code    string // the service's word for why; may be empty
	Message string
	After   time.Duration // how long it asks to wait; 0: it does not say
}

func (e *serviceError) Error() string {
	said := strings.TrimSpace(e.Code + " " + e.Message)
	if said == "" {
		said = http.StatusText(e.Status)
	}
	return fmt.Sprintf("Teams answers %d: %s", e.Status, said)
}

// isLimit says whether the call was too many, and did nothing
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit).
func (e *serviceError) isLimit() bool {
	return e.Status == http.StatusTooManyRequests || e.Status == http.StatusPreconditionFailed
}

// isPassing says whether the same call can go well a moment later. Whether it did something is not known.
func (e *serviceError) isPassing() bool {
	return e.Status == http.StatusBadGateway || e.Status == http.StatusGatewayTimeout || e.Status == http.StatusServiceUnavailable
}

// A call is one request to the service.
type call struct {
	method string
	url    string
	body   any // nil: none
	// patience is how long the call may wait, in all, for limits and failures to pass. 0: it is the caller who waits.
	patience time.Duration
}

// firstPause doubles with each attempt.
const firstPause = 500 * time.Millisecond

// do makes a call and decodes its answer into result, unless that is nil. A call that does nothing twice, because it reads
// or puts, is made again after a failure that may pass; one that sends is made again only when it surely did nothing.
func (c *connector) do(ctx context.Context, k call, result any) error {
	waited := time.Duration(0)
	for attempt := 0; ; attempt++ {
		err := c.authenticated(ctx, k, result)
		var refused *serviceError
		if err == nil || !errors.As(err, &refused) {
			return err
		}
		if !refused.isLimit() && (!refused.isPassing() || k.method == http.MethodPost) {
			return err
		}
		wait := max(jittered(firstPause<<min(attempt, 6)), refused.After)
		if waited += wait; waited > k.patience {
			return err
		}
		if c.pause(ctx, wait) != nil {
			return err
		}
	}
}

// jittered spreads attempts that would come at once.
func jittered(d time.Duration) time.Duration {
	return d/2 + rand.N(d) //nolint:gosec // it spreads load and guards nothing
}

// pauseFor waits, or returns early with the context's error.
func pauseFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// authenticated makes a call with the bot's token, and once more with a new one when that is refused.
func (c *connector) authenticated(ctx context.Context, k call, result any) error {
	for fresh := false; ; fresh = true {
		token := ""
		if c.tokens != nil {
			var err error
			if token, err = c.tokens.Token(ctx); err != nil {
				return &notSentError{err}
			}
		}
		err := c.once(ctx, k, token, result)
		var refused *serviceError
		if c.tokens == nil || fresh || !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
			return err
		}
		c.tokens.Drop(token)
	}
}

// errNoService says that a call would take the bot's token to somebody else.
var errNoService = errors.New("the service's address is not among those allowed: see TEAMS_SERVICE_URLS")

// A notSentError says that a call was not made.
type notSentError struct{ err error }

func (e *notSentError) Error() string { return e.err.Error() }
func (e *notSentError) Unwrap() error { return e.err }

func (c *connector) once(ctx context.Context, k call, token string, result any) error {
	if address, _, _ := strings.Cut(k.url, "?"); !c.allows(address) {
		return &notSentError{errNoService}
	}
	var body io.Reader
	if k.body != nil {
		raw, err := json.Marshal(k.body)
		if err != nil {
			return fmt.Errorf("writing a call to Teams: %w", err)
		}
		body = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, k.method, k.url, body)
	if err != nil {
		return &notSentError{fmt.Errorf("writing a call to Teams: %w", err)}
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := c.client.Do(r)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return fmt.Errorf("calling Teams: %w", err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxBody))
	if answer.StatusCode >= 300 {
		return refusal(answer, raw)
	}
	if err != nil {
		return fmt.Errorf("reading Teams' answer: %w", err)
	}
	if result == nil || len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, result); err != nil {
		return fmt.Errorf("reading Teams' answer: %w", err)
	}
	return nil
}

// refusal reads an answer that says no.
func refusal(answer *http.Response, raw []byte) error {
	var said struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(raw, &said) // an answer of a proxy has no JSON
	e := &serviceError{Status: answer.StatusCode, Code: said.Error.Code, Message: said.Error.Message}
	if e.Message == "" {
		e.Message = said.Message
	}
	after := answer.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(after); err == nil && seconds > 0 {
		e.After = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(after); err == nil {
		e.After = max(0, time.Until(at))
	}
	return e
}

// serviceAddress makes the address of a call below a service URL, of path elements that may have any signs in them.
func serviceAddress(service string, elements ...string) string {
	var b strings.Builder
	b.WriteString(strings.TrimRight(service, "/"))
	for _, e := range elements {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(e))
	}
	return b.String()
}
