package playground

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// A response URL takes five messages within thirty minutes
// (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses).
const (
	hookUses = 5
	hookLife = 30 * time.Minute
)

// hook is a response URL: the right to answer one action of one user in one channel.
type hook struct {
	channel, user string
	original      string // ts of the message that was acted on; empty for a command
	issued        time.Time
	uses          int
}

// hookBook is every response URL of the last hour. Guarded by Slack.mu.
type hookBook struct {
	byID map[string]*hook
	aged queue
}

func newHookBook() hookBook { return hookBook{byID: make(map[string]*hook)} }

// issueHook makes a response URL. The caller holds mu.
func (s *Slack) issueHook(kind string, h hook) string {
	now := s.cfg.Real()
	s.hooks.aged.forget(now.Add(-2*hookLife), func(id string) { delete(s.hooks.byID, id) })
	h.issued = now
	id := s.secret("hook")
	s.hooks.byID[id] = &h
	s.hooks.aged = append(s.hooks.aged, struct {
		id string
		at time.Time
	}{id, now})
	return s.cfg.BaseURL + "/hooks/" + kind + "/" + s.team.ID + "/" + id
}

// reply is what a bot sends to a response URL or as the answer to a command.
type reply struct {
	ResponseType    string          `json:"response_type"`
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	Attachments     json.RawMessage `json:"attachments"`
	Metadata        json.RawMessage `json:"metadata"`
	ThreadTS        string          `json:"thread_ts"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
}

// optional is JSON text, or empty for null.
func optional(raw json.RawMessage) string {
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

// serveHook takes a message at a response URL.
func (s *Slack) serveHook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "request_timeout", http.StatusBadRequest)
		return
	}
	fault := s.faults.Take(ResponseURL)
	if s.before(fault, w, r) {
		return
	}
	if err := s.useHook(r.PathValue("id"), body); err != nil {
		var code refusal
		if !errors.As(err, &code) {
			code = "internal_error"
		}
		status := http.StatusBadRequest
		switch code {
		case "used_url", "expired_url", "no_service", "message_not_found":
			status = http.StatusNotFound
		}
		s.log.Debug("a message to a response URL was refused", "error", err)
		writeJSON(w, status, answer{"ok": false, "error": code})
		return
	}
	if s.answered(fault, w, r) {
		return
	}
	writeJSON(w, http.StatusOK, answer{"ok": true})
}

// useHook counts one use of a response URL and does what the message says. A refused message is a use too.
func (s *Slack) useHook(id string, body []byte) error {
	s.mu.Lock()
	h := s.hooks.byID[id]
	if h == nil {
		s.mu.Unlock()
		return refusal("no_service")
	}
	h.uses++
	uses, age := h.uses, s.cfg.Real().Sub(h.issued)
	s.mu.Unlock()
	switch {
	case age > hookLife:
		return refusal("expired_url")
	case uses > hookUses:
		return refusal("used_url")
	}
	var m reply
	if err := json.Unmarshal(body, &m); err != nil {
		return refusal("invalid_payload")
	}
	return s.respond(*h, m)
}

// respond puts a bot's answer where it belongs: over the original, or beside it, to everyone or only to the user.
func (s *Slack) respond(h hook, m reply) error {
	c, err := s.readContent(m.Text, optional(m.Blocks), optional(m.Attachments), optional(m.Metadata), maxText)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rm := s.channels.byID[h.channel]
	if rm == nil {
		return refusal("channel_not_found")
	}
	if h.original != "" && (m.ReplaceOriginal || m.DeleteOriginal) {
		old := rm.message(h.original, h.user)
		switch {
		case old == nil:
			return refusal("message_not_found")
		case m.DeleteOriginal:
			rm.drop(old)
		case c.empty():
			return refusal("no_text")
		default:
			if c.blocks == nil {
				c.blocks = json.RawMessage("[]")
			}
			old.take(c)
			old.chosen = nil
		}
		s.watchers.Tell()
		return nil
	}
	switch {
	case m.DeleteOriginal:
		return refusal("message_not_found")
	case c.empty():
		return refusal("no_text")
	case rm.Archived:
		return refusal("is_archived")
	}
	only := h.user
	if m.ResponseType == "in_channel" {
		only = ""
	}
	thread, err := rm.parent(m.ThreadTS, h.user)
	if err != nil {
		return err
	}
	s.append(rm, s.fromBot(c, thread, only))
	return nil
}

// readReply reads the answer to a command: JSON, or plain words. ok is false when it says nothing.
func readReply(body []byte) (m reply, ok bool, err error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return m, false, nil
	}
	if body[0] != '{' {
		return reply{Text: string(body)}, true, nil
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, false, refusal("invalid_payload")
	}
	return m, m.Text != "" || len(optional(m.Blocks)) > 0, nil
}
