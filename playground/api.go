package playground

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds what the Web API reads. Slack's largest argument, a view, is 250 kB.
const maxBody = 2 << 20

// refusal is one of Slack's error words.
type refusal string

func (r refusal) Error() string { return string(r) }

// refused is a refusal with what Slack adds to it.
type refused struct {
	code     refusal
	messages []string      // response_metadata.messages
	after    time.Duration // with "ratelimited": when to come back
}

func (r *refused) Error() string { return string(r.code) + " " + strings.Join(r.messages, "; ") }
func (r *refused) Unwrap() error { return r.code }

// answer is the body of a good reply of the Web API, without "ok".
type answer map[string]any

// args are a call's arguments: strings as they are, anything else as the JSON text that form calls carry too.
type args map[string]string

func (a args) flag(name string) bool { return a[name] == "1" || a[name] == "true" }

// need gives the first missing argument as Slack's refusal.
func (a args) need(names ...string) error {
	for _, n := range names {
		if a[n] == "" {
			return &refused{code: "invalid_arguments", messages: []string{"[ERROR] missing required field: " + n}}
		}
	}
	return nil
}

// limit is the page size, between 1 and most; standard when it was not given.
func (a args) limit(standard, most int) (int, error) {
	if a["limit"] == "" || a["limit"] == "0" {
		return standard, nil
	}
	n, err := strconv.Atoi(a["limit"])
	if err != nil || n < 1 || n > most {
		return 0, refusal("invalid_limit")
	}
	return n, nil
}

// cursor reads a page's cursor of one kind; empty for the first page.
func (a args) cursor(kind string) (string, error) {
	if a["cursor"] == "" {
		return "", nil
	}
	raw, err := base64.StdEncoding.DecodeString(a["cursor"])
	rest, ok := strings.CutPrefix(string(raw), kind+":")
	if err != nil || !ok || rest == "" {
		return "", refusal("invalid_cursor")
	}
	return rest, nil
}

func nextCursor(kind, rest string) answer {
	if rest != "" {
		rest = base64.StdEncoding.EncodeToString([]byte(kind + ":" + rest))
	}
	return answer{"next_cursor": rest}
}

// method is one row of the Web API.
type method struct {
	serve func(args) (answer, error)
	rate  Rate // how often, unless Config.Limits says otherwise
	app   bool // wants the app-level token
	open  bool // wants no token
}

// methods is the whole Web API. The tiers are those of https://docs.slack.dev/reference/methods.
func (s *Slack) methods() map[string]method {
	return map[string]method{
		"api.test":              {serve: s.apiTest, rate: tier4, open: true},
		"auth.test":             {serve: s.authTest, rate: special},
		"apps.connections.open": {serve: s.openConnection, rate: tier1, app: true},
		"bots.info":             {serve: s.botsInfo, rate: tier3},
		"chat.delete":           {serve: s.deleteMessage, rate: tier3},
		"chat.getPermalink":     {serve: s.getPermalink, rate: special},
		"chat.postEphemeral":    {serve: s.postEphemeral, rate: tier4},
		"chat.postMessage":      {serve: s.postMessage, rate: workspaceRate},
		"chat.update":           {serve: s.updateMessage, rate: tier3},
		"conversations.history": {serve: s.history, rate: tier3},
		"conversations.info":    {serve: s.conversationInfo, rate: tier3},
		"conversations.join":    {serve: s.joinConversation, rate: tier3},
		"conversations.list":    {serve: s.listConversations, rate: tier2},
		"conversations.members": {serve: s.conversationMembers, rate: tier4},
		"conversations.open":    {serve: s.openConversation, rate: tier3},
		"conversations.replies": {serve: s.repliesTo, rate: tier3},
		"team.info":             {serve: s.teamInfo, rate: tier3},
		"usergroups.list":       {serve: s.listGroups, rate: tier2},
		"usergroups.users.list": {serve: s.listGroupUsers, rate: tier2},
		"users.conversations":   {serve: s.userConversations, rate: tier3},
		"users.info":            {serve: s.userInfo, rate: tier4},
		"users.list":            {serve: s.listUsers, rate: tier2},
		"users.lookupByEmail":   {serve: s.lookupByEmail, rate: tier3},
		"views.open":            {serve: s.openView, rate: tier4},
		"views.publish":         {serve: s.publishView, rate: tier4},
		"views.push":            {serve: s.pushView, rate: tier4},
		"views.update":          {serve: s.updateView, rate: tier4},
	}
}

// serveAPI answers one call of the Web API.
func (s *Slack) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	m, known := s.api[name]
	if !known {
		writeJSON(w, http.StatusOK, answer{"ok": false, "error": "unknown_method", "req_method": name})
		return
	}
	a, err := readArgs(w, r)
	if err != nil {
		s.refuse(w, name, err)
		return
	}
	fault := s.faults.Take(name)
	if s.before(fault, w, r) {
		return
	}
	out, err := s.serveMethod(name, m, a, bearer(r, a))
	if err != nil {
		s.refuse(w, name, err)
		return
	}
	if s.answered(fault, w, r) {
		return
	}
	out["ok"] = true
	writeJSON(w, http.StatusOK, out)
}

func (s *Slack) serveMethod(name string, m method, a args, token string) (answer, error) {
	if !m.open {
		right, other := s.cfg.BotToken, s.cfg.AppToken
		if m.app {
			right, other = other, right
		}
		switch {
		case token == "":
			return nil, refusal("not_authed")
		case other != "" && token == other:
			return nil, refusal("not_allowed_token_type")
		case right == "" || token != right:
			return nil, refusal("invalid_auth")
		}
	}
	if err := s.allow(name, m.rate, a); err != nil {
		return nil, err
	}
	return m.serve(a)
}

// refuse answers with Slack's error word, or 429 when the bot is too fast.
func (s *Slack) refuse(w http.ResponseWriter, name string, err error) {
	var code refusal
	if !errors.As(err, &code) {
		s.log.Error("a call of the Web API failed", "method", name, "error", err)
		code = "internal_error"
	}
	out, status := answer{"ok": false, "error": string(code)}, http.StatusOK
	var more *refused
	if errors.As(err, &more) {
		if len(more.messages) > 0 {
			out["response_metadata"] = answer{"messages": more.messages}
		}
		if more.after > 0 {
			status = http.StatusTooManyRequests
			w.Header().Set("Retry-After", strconv.Itoa(seconds(more.after)))
		}
	}
	s.log.Debug("a call of the Web API was refused", "method", name, "error", err)
	writeJSON(w, status, out)
}

// seconds rounds up, so that who waits as long is let in.
func seconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }

// bearer is the token of the header, or else of the body, as form clients send it.
func bearer(r *http.Request, a args) string {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return token
	}
	return a["token"]
}

// readArgs reads a form body, a JSON body or a query.
func readArgs(w http.ResponseWriter, r *http.Request) (args, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, refusal("request_timeout") // Slack's word for a missing or truncated body
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return formArgs(r.URL.RawQuery)
	case r.Header.Get("Content-Type") == "":
		return nil, refusal("missing_post_type")
	case err != nil:
		return nil, refusal("invalid_post_type")
	case kind == "application/x-www-form-urlencoded":
		return formArgs(string(raw))
	case kind == "application/json":
		return jsonArgs(raw)
	}
	return nil, refusal("invalid_post_type")
}

func formArgs(raw string) (args, error) {
	form, err := url.ParseQuery(raw)
	if err != nil {
		return nil, refusal("invalid_form_data")
	}
	a := make(args, len(form))
	for name := range form {
		a[name] = form.Get(name)
	}
	return a, nil
}

func jsonArgs(raw []byte) (args, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, refusal("invalid_json")
	}
	a := make(args, len(fields))
	for name, v := range fields {
		var text string
		switch {
		case string(v) == "null":
		case json.Unmarshal(v, &text) == nil:
			a[name] = text
		default:
			a[name] = string(v)
		}
	}
	return a, nil
}

// writeJSON sends v as Slack does, with "<" and "&" as they are.
func writeJSON(w http.ResponseWriter, status int, v any) {
	raw, err := encode(v)
	if err != nil {
		http.Error(w, "internal_error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(raw) // the client left; it sees no answer
}

// encode is JSON without HTML escapes.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
