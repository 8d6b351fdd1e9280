package teams

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
)

// FromBot is who a message of the bot is from.
const FromBot = "bot"

// Message is a message as it stands.
type Message struct {
	ID           string // of the activity
	Conversation string // of the answers to a post, "19:…;messageid=…", or the chat
	From         string // FromBot, or a person's id
	Version             // the newest
	History      []Version
	Replies      []Message // to a post in a channel
}

// Version is a message as it was at one time.
type Version struct {
	At       time.Time
	Text     string
	Card     json.RawMessage // the first Adaptive Card, if there is one
	Activity json.RawMessage // as it was sent
}

// message is a message while it goes on. Guarded by Service.mu.
type message struct {
	id       string
	from     string
	place    *place
	root     *message // which it answers in a channel
	versions []Version
	replies  []*message
	views    map[string]json.RawMessage // by person, the card that an action gave them instead
}

// version reads an activity.
func version(at time.Time, activity map[string]any) Version {
	raw, _ := json.Marshal(activity) // it came as JSON
	v := Version{At: at, Activity: raw}
	v.Text, _ = activity["text"].(string)
	list, _ := activity["attachments"].([]any)
	for _, a := range list {
		if a, _ := a.(map[string]any); a["contentType"] == AdaptiveCard {
			v.Card, _ = json.Marshal(a["content"])
			break
		}
	}
	return v
}

// add lets a message stand in a conversation. The caller holds mu.
func (s *Service) add(p *place, root *message, from string, activity map[string]any) *message {
	m := &message{id: s.newStamp(), from: from, place: p, root: root, versions: []Version{version(s.cfg.Now(), activity)}}
	if root != nil {
		root.replies = append(root.replies, m)
	} else {
		p.messages = append(p.messages, m)
	}
	s.watchers.Tell()
	return m
}

// change replaces a message, for those too who saw something else. The caller holds mu.
func (s *Service) change(m *message, activity map[string]any) {
	m.versions = append(m.versions, version(s.cfg.Now(), activity))
	m.views = nil
	s.watchers.Tell()
}

// remove takes a message away; the answers to a post stand no more either. The caller holds mu.
func (s *Service) remove(m *message) {
	is := func(other *message) bool { return other == m }
	if m.root != nil {
		m.root.replies = slices.DeleteFunc(m.root.replies, is)
	} else {
		m.place.messages = slices.DeleteFunc(m.place.messages, is)
	}
	s.watchers.Tell()
}

// conversation is the id that a message's activities give.
func (m *message) conversation() string {
	switch {
	case m.place.kind != channel:
		return m.place.id
	case m.root != nil:
		return m.place.thread(m.root)
	}
	return m.place.thread(m)
}

func (m *message) snapshot() Message {
	out := Message{
		ID: m.id, Conversation: m.conversation(), From: m.from,
		Version: m.versions[len(m.versions)-1], History: slices.Clone(m.versions),
	}
	for _, r := range m.replies {
		out.Replies = append(out.Replies, r.snapshot())
	}
	return out
}

// Posts are the posts of a channel or a chat, the oldest first, each with its answers.
func (s *Service) Posts(conversation string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	if p := s.places[conversation]; p != nil {
		for _, m := range p.messages {
			all = append(all, m.snapshot())
		}
	}
	return all
}

// Chat is what a person and the bot have said alone, the oldest first.
func (s *Service) Chat(person string) []Message { return s.Posts(s.ChatID(person)) }

// Seen is the card of a message as one person sees it: what an action gave them, or what all see.
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/sequential-workflows)
func (s *Service) Seen(person string, m Message) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, _, err := s.find(m.Conversation); err == nil {
		if now := p.message(m.ID); now != nil {
			if card := now.views[person]; card != nil {
				return bytes.Clone(card)
			}
			return bytes.Clone(now.versions[len(now.versions)-1].Card)
		}
	}
	return nil
}
