package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// serve takes an activity: its token is checked before anything is done with what is in it. An invoke is answered in the
// response; to anything else the bot talks back by calls of its own.
func (t *Teams) serve(w http.ResponseWriter, r *http.Request) {
	start, kind := time.Now(), "unreadable"
	counted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	defer func() {
		t.metrics.requests.WithLabelValues(kind, strconv.Itoa(counted.status)).Observe(time.Since(start).Seconds())
	}()
	defer answerPanic(counted, "teams", t.cfg.Logger, t.cfg.NewReference)
	body, ok := readBody(counted, r)
	if !ok {
		return
	}
	a, err := readActivity(body)
	if err != nil {
		http.Error(counted, "The body is no activity.", http.StatusBadRequest)
		return
	}
	if status, err := t.verify(r, a); err != nil {
		t.cfg.Logger.Warn("an activity was refused", "status", status, "error", err.Error()) // msbotbuilder-go's have a stack, which is no use here
		http.Error(counted, "The activity is not signed by Microsoft for this bot. Check TEAMS_APP_ID, TEAMS_TENANT_ID and the clock.", status)
		return
	}
	kind = known(a.Type)
	answer := t.activity(r.Context(), a)
	if broken, ok := answer.(brokenAnswer); ok {
		answerBroken(counted, string(broken))
		return
	}
	t.answer(counted, answer)
}

// A brokenAnswer is the reference of a handler that panicked. Teams is told so by the status; the person reads of it in
// the chat.
type brokenAnswer string

// known keeps the figures to the kinds of activities that there are.
func known(kind string) string {
	switch kind {
	case "message", "invoke", "conversationUpdate", "installationUpdate", "messageReaction":
		return kind
	}
	return "other"
}

// errOtherTenant says that an activity is of another company.
var errOtherTenant = fmt.Errorf("%w: it happened in another tenant", errNotAllowed)

// verify checks that an activity is Microsoft's, and of the company whose bot this is. It returns the status to answer.
//
// msbotbuilder-go reads the request too, for its validator: it gets the fields that the validator looks at, as it
// refuses activities that it cannot decode.
func (t *Teams) verify(r *http.Request, a *teamsActivity) (status int, err error) {
	if t.cfg.InsecureLoopback && !fromLoopback(r) {
		return http.StatusForbidden, fmt.Errorf("%w: with TEAMS_INSECURE_LOOPBACK only this machine may call", errNotAllowed)
	}
	fields, err := json.Marshal(map[string]string{"type": a.Type, "serviceUrl": a.ServiceURL, "channelId": a.ChannelID})
	if err != nil {
		return http.StatusBadRequest, err
	}
	checked := *r
	checked.Body = io.NopCloser(bytes.NewReader(fields))
	if _, err := t.adapter.ParseRequest(r.Context(), &checked); err != nil {
		return teamsStatus(err), err
	}
	if tenant := a.tenant(); !t.cfg.InsecureLoopback && tenant != "" && !strings.EqualFold(tenant, t.cfg.Tenant) {
		return http.StatusForbidden, errOtherTenant
	}
	return http.StatusOK, nil
}

// fromLoopback says whether a request came from this machine, and not through a proxy on it or from a page in a browser,
// which can be anybody's.
func fromLoopback(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !loopback(host) {
		return false
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "Origin"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	return true
}

// answer writes what Teams reads in the response: JSON, or nothing.
func (t *Teams) answer(w http.ResponseWriter, body any) {
	if body == nil {
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		t.cfg.Logger.Warn("an answer to Teams was cut", "error", err)
	}
}

// activity does what an activity asks for. The result is the response's body; nil is none.
func (t *Teams) activity(ctx context.Context, a *teamsActivity) any {
	switch a.Type {
	case "message", "installationUpdate", "conversationUpdate":
		if a.ID != "" && !t.first(ctx, a.Type+" "+a.Conversation.ID+" "+a.ID) {
			return nil
		}
	case "invoke":
		return t.once(ctx, a)
	default: // a reaction, typing, and what there will be
		return nil
	}
	t.remember(ctx, a)
	switch a.Type {
	case "message":
		return t.message(ctx, a)
	case "installationUpdate":
		return t.installed(ctx, a)
	}
	t.changed(ctx, a)
	return nil
}

// seenLife is how long it is known that an activity came.
const seenLife = 10 * time.Minute

// first says whether an activity comes for the first time, to whichever process. While storage is away this process alone
// is asked: what is answered twice is better than what is not answered.
func (t *Teams) first(ctx context.Context, activity string) bool {
	if !t.seen.first(activity) {
		return false
	}
	sum := sha256.Sum256([]byte(activity))
	first, err := t.cfg.Workspace.First(ctx, "activity:"+hex.EncodeToString(sum[:12]), seenLife)
	return first || err != nil
}

// An answering is the answer to an invoke, which may not be there yet.
type answering struct {
	ready  chan struct{}
	answer any
}

// once answers an invoke. Teams sends one again when the answer is late or was lost: the second gets what the first got,
// and nothing is done twice.
func (t *Teams) once(ctx context.Context, a *teamsActivity) any {
	if a.ID == "" {
		t.remember(ctx, a)
		return t.invoke(ctx, a)
	}
	key := a.Name + " " + a.Conversation.ID + " " + a.ID
	mine := &answering{ready: make(chan struct{})}
	if before, found := t.addAnswering(key, mine); found {
		select {
		case <-before.ready:
			return before.answer
		case <-ctx.Done():
			return nil
		}
	}
	done := false
	defer func() {
		if !done { // a panic: whoever tries again tries anew
			t.answers.Remove(key)
		}
		close(mine.ready)
	}()
	t.remember(ctx, a)
	mine.answer = t.invoke(ctx, a)
	done = true
	return mine.answer
}
