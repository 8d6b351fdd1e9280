package playground

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/clarion-bot/clarion/playground/blockkit"
)

// Slack's limits of a message, in characters, and of its metadata, in bytes. Slack truncates a posted text above the
// limit or refuses it; here it is always refused. It publishes no number for metadata: this one is on the safe side.
const (
	maxText     = 40_000 // https://docs.slack.dev/reference/methods/chat.postMessage
	maxEdit     = 4_000  // https://docs.slack.dev/reference/methods/chat.update
	maxMetadata = 16_384
)

// content is what a message says.
type content struct {
	text     string
	blocks   json.RawMessage // nil: none given; "[]" takes them away
	metadata json.RawMessage
}

// readContent checks a message as Slack does before it takes it.
func (s *Slack) readContent(text, blocks, attachments, metadata string, most int) (content, error) {
	c := content{text: text}
	switch {
	case utf8.RuneCountInString(text) > most:
		return c, refusal("msg_too_long")
	case attachments != "" && attachments != "[]":
		return c, &refused{code: "invalid_attachments", messages: []string{"[ERROR] the playground draws no attachments: send blocks"}}
	}
	if blocks != "" {
		var list []object
		if err := decode(json.RawMessage(blocks), &list); err != nil {
			return c, refusal("invalid_blocks_format")
		}
		if len(list) > 0 {
			if err := sayProblems("invalid_blocks", "", blockkit.CheckMessage(text, json.RawMessage(blocks))); err != nil {
				return c, err
			}
		}
		identify(list, s.blockID)
		raw, err := encode(list)
		if err != nil {
			return c, err
		}
		c.blocks = raw
	}
	if metadata == "" {
		return c, nil
	}
	var m struct {
		Type    string                     `json:"event_type"`
		Payload map[string]json.RawMessage `json:"event_payload"`
	}
	switch err := decode(json.RawMessage(metadata), &m); {
	case err != nil:
		return c, refusal("invalid_metadata_format")
	case strings.TrimSpace(metadata) == "{}":
	case m.Type == "" || m.Payload == nil:
		return c, refusal("invalid_metadata_schema")
	case len(metadata) > maxMetadata:
		return c, refusal("metadata_too_large")
	}
	c.metadata = json.RawMessage(metadata)
	return c, nil
}

func (c content) empty() bool { return c.text == "" && (c.blocks == nil || string(c.blocks) == "[]") }

// blockID is an id for a block or an element that came without one. It must not be called with mu held.
func (s *Slack) blockID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secret("block")[:5]
}

// writable finds the channel that the bot may write in, by id, by name, or by the user whose direct message it is.
// The caller holds mu.
func (s *Slack) writable(channel string) (*room, error) {
	rm := s.channels.find(channel)
	if rm == nil {
		if u, ok := s.users.user(channel); ok && !u.Bot {
			rm = s.direct(u.ID)
		}
	}
	return rm, s.mayWrite(rm)
}

func (s *Slack) mayWrite(rm *room) error {
	switch {
	case rm == nil || !rm.seenBy(s.bot.ID):
		return refusal("channel_not_found")
	case rm.Archived:
		return refusal("is_archived")
	case !rm.members[s.bot.ID]:
		return refusal("not_in_channel")
	}
	return nil
}

// parent is the message that a reply hangs under: a reply's ts stands for its own parent.
func (rm *room) parent(ts, user string) (string, error) {
	if ts == "" {
		return "", nil
	}
	m := rm.message(ts, user)
	switch {
	case m == nil:
		return "", refusal("thread_not_found")
	case m.ThreadTS != "":
		return m.ThreadTS, nil
	}
	return m.TS, nil
}

func (s *Slack) postMessage(a args) (answer, error) {
	if err := a.need("channel"); err != nil {
		return nil, err
	}
	c, err := s.readContent(a["text"], a["blocks"], a["attachments"], a["metadata"], maxText)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, err := s.writable(a["channel"])
	if err != nil {
		return nil, err
	}
	if c.empty() {
		return nil, refusal("no_text")
	}
	thread, err := rm.parent(a["thread_ts"], s.bot.ID)
	if err != nil {
		return nil, err
	}
	m := s.append(rm, s.fromBot(c, thread, ""))
	return answer{"channel": rm.ID, "ts": m.TS, "message": s.wire(m, true)}, nil
}

// fromBot is a message of the bot with a content; for one user only when that is not empty.
func (s *Slack) fromBot(c content, thread, user string) Message {
	m := Message{User: s.bot.ID, BotID: botID, Text: c.text, ThreadTS: thread, Ephemeral: user}
	m.take(c)
	return m
}

// take puts a new content in place. What was not given stays; empty blocks or metadata go.
func (m *Message) take(c content) {
	m.Text = c.text
	if c.blocks != nil {
		m.Blocks = c.blocks
	}
	if string(m.Blocks) == "[]" {
		m.Blocks = nil
	}
	if c.metadata != nil {
		m.Metadata = c.metadata
	}
	if strings.TrimSpace(string(m.Metadata)) == "{}" {
		m.Metadata = nil
	}
}

func (s *Slack) postEphemeral(a args) (answer, error) {
	if err := a.need("channel", "user"); err != nil {
		return nil, err
	}
	c, err := s.readContent(a["text"], a["blocks"], a["attachments"], "", maxText)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, err := s.writable(a["channel"])
	if err != nil {
		return nil, err
	}
	if c.empty() {
		return nil, refusal("no_text")
	}
	if !rm.members[a["user"]] {
		return nil, refusal("user_not_in_channel")
	}
	thread, err := rm.parent(a["thread_ts"], a["user"])
	if err != nil {
		return nil, err
	}
	m := s.append(rm, s.fromBot(c, thread, a["user"]))
	return answer{"message_ts": m.TS}, nil
}

// own finds a message of the bot's that everyone sees. The caller holds mu.
func (s *Slack) own(a args, foreign refusal) (*room, *message, error) {
	if err := a.need("channel", "ts"); err != nil {
		return nil, nil, err
	}
	rm := s.channels.byID[a["channel"]]
	if rm == nil || !rm.seenBy(s.bot.ID) {
		return nil, nil, refusal("channel_not_found")
	}
	m := rm.message(a["ts"], "")
	switch {
	case m == nil:
		return nil, nil, refusal("message_not_found")
	case m.BotID == "":
		return nil, nil, foreign
	}
	return rm, m, nil
}

// updateMessage replaces a message's text and blocks: blocks go when only a text is given, and stay when neither is
// (https://docs.slack.dev/reference/methods/chat.update).
func (s *Slack) updateMessage(a args) (answer, error) {
	c, err := s.readContent(a["text"], a["blocks"], a["attachments"], a["metadata"], maxEdit)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, m, err := s.own(a, "cant_update_message")
	switch {
	case err != nil:
		return nil, err
	case rm.Archived:
		return nil, refusal("is_inactive")
	case c.empty() && c.metadata == nil:
		return nil, refusal("no_text")
	}
	switch {
	case c.blocks == nil && c.text != "":
		c.blocks = json.RawMessage("[]")
		m.Edited = true
	case c.text == "" && c.blocks == nil:
		c.text = m.Text
	}
	m.take(c)
	m.chosen = nil
	s.watchers.Tell()
	return answer{"channel": rm.ID, "ts": m.TS, "text": m.Text, "message": s.wire(m, true)}, nil
}

func (s *Slack) deleteMessage(a args) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, m, err := s.own(a, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	rm.drop(m)
	s.watchers.Tell()
	return answer{"channel": rm.ID, "ts": m.TS}, nil
}

func (s *Slack) getPermalink(a args) (answer, error) {
	if err := a.need("channel", "message_ts"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rm := s.channels.byID[a["channel"]]
	if rm == nil || !rm.seenBy(s.bot.ID) {
		return nil, refusal("channel_not_found")
	}
	m := rm.message(a["message_ts"], "")
	if m == nil {
		return nil, refusal("message_not_found")
	}
	link, err := url.JoinPath(s.cfg.BaseURL, "archives", rm.ID, "p"+strings.ReplaceAll(m.TS, ".", ""))
	if err != nil {
		return nil, err
	}
	return answer{"channel": rm.ID, "permalink": link}, nil
}

// wire is a message as Slack sends it, with or without its metadata. The caller holds mu.
func (s *Slack) wire(m *message, metadata bool) answer {
	out := answer{"type": "message", "user": m.User, "text": m.Text, "ts": m.TS, "team": s.team.ID}
	if m.BotID != "" {
		out["bot_id"], out["app_id"] = m.BotID, AppID
		out["bot_profile"] = answer{"id": botID, "app_id": AppID, "name": s.bot.Real, "team_id": s.team.ID, "deleted": false}
	}
	if m.Blocks != nil {
		out["blocks"] = m.Blocks
	}
	if m.Metadata != nil && metadata {
		out["metadata"] = m.Metadata
	}
	if m.Edited {
		out["edited"] = answer{"user": m.User, "ts": m.TS}
	}
	if m.ThreadTS != "" {
		out["thread_ts"] = m.ThreadTS
	} else if m.replies > 0 {
		out["thread_ts"], out["reply_count"] = m.TS, m.replies
	}
	return out
}
