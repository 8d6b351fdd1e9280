//go:build agents

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"
)

// A said is a message of the bot's, as it stands now.
type said struct {
	conversation string // with the thread, in a channel
	id           string
	card         shown
	changed      int // how often the bot changed it
}

// An agentsPlayground is Microsoft's Agents Playground with people at it. It is driven by what its own page uses, and says by
// its web sockets what came of it.
type agentsPlayground struct {
	*testing.T
	base string

	mu      sync.Mutex
	said    []*said
	answers map[string]answered // of the bot, by the activity's id
	chats   map[string]string   // with people whose page it is not, by the id by which the service knows them
	refused []string            // what the bot or the Playground answered with an error
}

type answered struct {
	status int
	body   json.RawMessage
}

// openPlayground listens at the Playground's web sockets.
func openPlayground(t *testing.T, base string) *agentsPlayground {
	t.Helper()
	p := &agentsPlayground{T: t, base: base, answers: map[string]answered{}, chats: map[string]string{}}
	for path, take := range map[string]func(json.RawMessage) error{"/_ws_conversation/v1/conversations/stream": p.message, "/_ws/log/stream": p.logged} {
		socket, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(base, "http")+path, nil)
		if err != nil {
			t.Fatalf("listening at %s: %v", path, err)
		}
		t.Cleanup(func() { socket.Close() })
		go func() {
			for {
				var frame json.RawMessage
				if err := socket.ReadJSON(&frame); err != nil {
					return // it was closed
				}
				if err := take(frame); err != nil {
					t.Errorf("at %s: %v in %s", path, err, frame)
				}
			}
		}()
	}
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if t.Failed() {
			for _, m := range p.said {
				t.Logf("in %q, changed %d times: %s", m.conversation, m.changed, m.card.words())
			}
		}
	})
	return p
}

// message takes what the Playground's page shows.
func (p *agentsPlayground) message(frame json.RawMessage) error {
	var f struct {
		Action       string `json:"action"`
		Conversation string `json:"actionConversationId"`
		Message      struct {
			ID          string `json:"messageId"`
			Post        string `json:"postConversationId"`
			Attachments []struct {
				Content shown `json:"content"`
			} `json:"attachments"`
		} `json:"message"`
	}
	if err := json.Unmarshal(frame, &f); err != nil || f.Action == "typing" {
		return err
	}
	if len(f.Message.Attachments) != 1 {
		return errors.New("not one card")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	before := slices.IndexFunc(p.said, func(s *said) bool { return s.id == f.Message.ID })
	switch {
	case f.Action == "updateMessage" && before >= 0:
		p.said[before].card, p.said[before].changed = f.Message.Attachments[0].Content, p.said[before].changed+1
	case f.Action == "createMessage":
		where := f.Conversation
		if f.Message.Post != "" {
			where = f.Message.Post
		}
		if before >= 0 { // the other web socket was faster
			p.said[before].conversation = where
			break
		}
		p.said = append(p.said, &said{conversation: where, id: f.Message.ID, card: f.Message.Attachments[0].Content})
	default:
		return errors.New("an unexpected frame")
	}
	return nil
}

// logged takes what went between the Playground and the bot: the bot's answers, and what it wrote to people other than the
// one whose page it is.
func (p *agentsPlayground) logged(frame json.RawMessage) error {
	var f struct {
		Log struct {
			Type    string `json:"type"`
			From    string `json:"from"`
			Name    string `json:"activityName"`
			Text    string `json:"displayText"`
			Level   string `json:"level"`
			Request struct {
				Body json.RawMessage `json:"body"`
			} `json:"request"`
			Response struct {
				Status int             `json:"statusCode"`
				Body   json.RawMessage `json:"body"`
			} `json:"response"`
		} `json:"log"`
	}
	if err := json.Unmarshal(frame, &f); err != nil {
		return err
	}
	if f.Log.Type != "bot" {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if f.Log.Response.Status >= 300 {
		p.refused = append(p.refused, fmt.Sprintf("%s %s: %d %s to %s", f.Log.From, f.Log.Name, f.Log.Response.Status, f.Log.Response.Body, f.Log.Request.Body))
	}
	var sent struct {
		ID      string `json:"id"`
		Members []struct {
			ID string `json:"id"`
		} `json:"members"`
		Attachments []struct {
			Content shown `json:"content"`
		} `json:"attachments"`
	}
	if len(f.Log.Request.Body) == 0 || json.Unmarshal(f.Log.Request.Body, &sent) != nil {
		return nil
	}
	if f.Log.From != "User Application" {
		p.answers[sent.ID] = answered{f.Log.Response.Status, f.Log.Response.Body}
		return nil
	}
	var made struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(f.Log.Response.Body, &made)
	if len(sent.Members) == 1 && sent.Members[0].ID != sofia.User {
		p.chats[sent.Members[0].ID] = made.ID
	}
	if f.Log.Name == "message" && len(sent.Attachments) == 1 && !slices.ContainsFunc(p.said, func(s *said) bool { return s.id == made.ID }) {
		p.said = append(p.said, &said{id: made.ID, card: sent.Attachments[0].Content})
	}
	return nil
}

// call uses the Playground's own API.
func (p *agentsPlayground) call(path string, body, result any) {
	p.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		p.Fatal(err)
	}
	answer, err := http.Post(p.base+path, "application/json", bytes.NewReader(raw))
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", answer.Status, got)
	}
	if err == nil && result != nil {
		err = json.Unmarshal(got, result)
	}
	if err != nil {
		p.Fatalf("the Playground, asked for %s: %v", path, err)
	}
}

// uninstall takes the bot out of the team.
func (p *agentsPlayground) uninstall() {
	p.Helper()
	answer, err := http.Get(p.base + "/_internal/v1/customActivities/template?type=uninstall&conversationId=" + url.QueryEscape(kingstonChannel))
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	var a map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&a); err != nil {
		p.Fatal(err)
	}
	p.call("/_internal/v1/customActivities", a, nil)
	p.answered(a["id"].(string))
}

// types lets Sofia type: in a channel with a mention of the bot, which begins a post.
func (p *agentsPlayground) types(conversation, text string) {
	p.Helper()
	body := map[string]any{"from": map[string]any{"id": sofia.User}, "text": text, "textFormat": "plain"}
	if conversation != sofiasChat {
		const mention = "<at>Clarion</at>"
		body["text"], body["textFormat"] = mention+" "+text, "xml"
		body["mentions"] = []any{map[string]any{"mentioned": map[string]any{"id": "28:" + headquartersBot}, "text": mention}}
	}
	p.call("/_conversation/v1/conversations/"+url.PathEscape(conversation)+"/messages", body, nil)
}

// activity is one that the Playground cannot make by itself: of somebody else, or of a dialog. The shape is that of those
// that it makes.
func (p *agentsPlayground) activity(who colleague, m *said, kind string) map[string]any {
	a := map[string]any{
		"type": kind, "id": uuid.NewString(), "channelId": "msteams", "serviceUrl": strings.Replace(p.base, "127.0.0.1", "localhost", 1) + "/_connector",
		"from":      map[string]any{"id": who.User, "name": who.Name, "aadObjectId": who.Object},
		"recipient": map[string]any{"id": "28:" + headquartersBot, "name": "Clarion"}, "locale": "en-US", "localTimezone": "UTC",
		"conversation": map[string]any{"id": m.conversation, "conversationType": "personal", "tenantId": headquartersTenant},
		"channelData":  map[string]any{"tenant": map[string]any{"id": headquartersTenant}},
		"entities":     []any{map[string]any{"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web", "timezone": "UTC"}},
	}
	if m.id != "" {
		a["replyToId"] = m.id
	}
	if channel, _, _ := strings.Cut(m.conversation, ";"); strings.HasPrefix(channel, "19:") {
		a["conversation"] = map[string]any{"id": m.conversation, "isGroup": true, "conversationType": "channel", "tenantId": headquartersTenant}
		a["channelData"] = map[string]any{"tenant": map[string]any{"id": headquartersTenant}, "team": map[string]any{"id": kingstonChannel}, "channel": map[string]any{"id": channel}}
	}
	return a
}

// says lets somebody else type in a conversation, and returns the activity.
func (p *agentsPlayground) says(who colleague, conversation, text string) map[string]any {
	p.Helper()
	a := p.activity(who, &said{conversation: conversation}, "message")
	a["text"], a["textFormat"] = "<at>Clarion</at> "+text, "xml"
	a["entities"] = []any{map[string]any{"type": "mention", "mentioned": map[string]any{"id": "28:" + headquartersBot, "name": "Clarion"}, "text": "<at>Clarion</at>"}}
	p.call("/_internal/v1/customActivities", a, nil)
	return a
}

// reach waits until what the Playground sends arrives. It keeps its connections, and loses what it sends over one that a
// bot that ended has closed.
func (p *agentsPlayground) reach() {
	p.Helper()
	var sent []string
	await(p.T, "a connection to the bot", func() error {
		p.mu.Lock()
		arrived := slices.ContainsFunc(sent, func(id string) bool { _, ok := p.answers[id]; return ok })
		p.mu.Unlock()
		if arrived {
			return nil
		}
		a := p.activity(sofia, &said{conversation: sofiasChat}, "typing")
		p.call("/_internal/v1/customActivities", a, nil)
		sent = append(sent, a["id"].(string))
		return errors.New("nothing arrived yet")
	})
}

// answered waits for the bot's answer to an activity.
func (p *agentsPlayground) answered(id string) (body json.RawMessage) {
	p.Helper()
	await(p.T, "the bot's answer", func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		a, ok := p.answers[id]
		if !ok {
			return errors.New("there is none yet")
		}
		body = a.body
		return nil
	})
	return body
}

// pressesWithoutDialogs presses a button as clients do that open no dialogs: as a message.
func (p *agentsPlayground) pressesWithoutDialogs(who colleague, m *said, title string) {
	p.Helper()
	b, err := p.cardOf(m).button(title)
	if err != nil {
		p.Fatal(err)
	}
	p.call("/_conversation/v1/submit", map[string]any{
		"from": map[string]any{"id": who.User}, "conversation": map[string]any{"id": m.conversation}, "replyToId": m.id, "value": b["data"],
	}, nil)
}

// presses presses a button that changes the message in which it is.
func (p *agentsPlayground) presses(who colleague, m *said, title string, fill map[string]any) {
	p.Helper()
	card := p.cardOf(m)
	b, err := card.button(title)
	if err != nil {
		p.Fatal(err)
	}
	data, err := card.filled(fill)
	if err != nil {
		p.Fatal(err)
	}
	own, _ := b["data"].(map[string]any)
	for key, value := range own {
		data[key] = value
	}
	var answer struct {
		Type  string          `json:"type"`
		Value json.RawMessage `json:"value"`
	}
	p.call("/_conversation/v1/invoke", map[string]any{
		"name": "adaptiveCard/action", "from": map[string]any{"id": who.User}, "conversation": map[string]any{"id": m.conversation}, "replyToId": m.id,
		"value": map[string]any{"action": map[string]any{"type": b["type"], "title": title, "verb": b["verb"], "data": data}},
	}, &answer)
	if answer.Type != "application/vnd.microsoft.card.adaptive" {
		p.Fatalf("pressing “%s” was answered by %s %s", title, answer.Type, answer.Value)
	}
	var changed shown
	if err := json.Unmarshal(answer.Value, &changed); err != nil {
		p.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	m.card = changed
}

func (p *agentsPlayground) cardOf(m *said) shown {
	p.mu.Lock()
	defer p.mu.Unlock()
	return m.card
}

// alone waits for a message with all these words in the personal chat of somebody who is not Sofia.
func (p *agentsPlayground) alone(who colleague, words ...string) *said {
	p.Helper()
	m := p.sees("", words...)
	p.mu.Lock()
	defer p.mu.Unlock()
	return &said{conversation: p.chats[who.User], id: m.id, card: m.card}
}

// sees waits for a message with all these words in a conversation, or in a channel's threads, and returns the newest. The
// conversation "" is anybody's personal chat but Sofia's: the Playground does not say whose.
func (p *agentsPlayground) sees(conversation string, words ...string) (found *said) {
	p.Helper()
	await(p.T, fmt.Sprintf("%q in %q", words, conversation), func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		var all []string
		for _, m := range p.said {
			if m.conversation != conversation && !strings.HasPrefix(m.conversation, conversation+";") {
				continue
			}
			text := m.card.words()
			all = append(all, text)
			if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
				found = m
			}
		}
		if found == nil {
			return fmt.Errorf("there is:\n%s", strings.Join(all, "\n"))
		}
		return nil
	})
	return found
}

// count says how many messages of a conversation, or of a channel's threads, have these words.
func (p *agentsPlayground) count(conversation, words string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.said {
		if (m.conversation == conversation || strings.HasPrefix(m.conversation, conversation+";")) && strings.Contains(m.card.words(), words) {
			n++
		}
	}
	return n
}
