package teams

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The kinds of conversation, as activities name them.
const (
	personal = "personal"
	channel  = "channel"
	group    = "groupChat"
)

// place is a conversation: a channel with all its posts, a chat of several, or what one person and the bot say alone.
// Guarded by Service.mu.
type place struct {
	id, kind, name string
	team           *Team   // of a channel
	person         *Person // of a personal chat
	group          *Group  // of a chat of several
	messages       []*message
}

// furnish makes the conversations that there are.
func (s *Service) furnish() error {
	add := func(p *place) error {
		if p.id == "" || s.places[p.id] != nil {
			return fmt.Errorf("two conversations have the id %q, or one has none", p.id)
		}
		s.places[p.id] = p
		return nil
	}
	var everybody []string
	for _, person := range s.cfg.People {
		if person.ID == "" || s.people[person.ID] != nil {
			return fmt.Errorf("two people have the id %q, or one has none", person.ID)
		}
		s.people[person.ID] = &person
		everybody = append(everybody, person.ID)
		if err := add(&place{id: s.ChatID(person.ID), kind: personal, person: &person}); err != nil {
			return err
		}
	}
	members := func(listed []string) ([]string, error) {
		if listed == nil {
			return slices.Clone(everybody), nil
		}
		for _, id := range listed {
			if s.people[id] == nil {
				return nil, fmt.Errorf("a member %q is nobody", id)
			}
		}
		return slices.Clone(listed), nil
	}
	for _, team := range s.cfg.Teams {
		var err error
		if team.Members, err = members(team.Members); err != nil {
			return fmt.Errorf("team %s: %w", team.Name, err)
		}
		s.teams[team.ID] = &team
		for _, c := range append([]Channel{{ID: team.ID}}, team.Channels...) {
			if err := add(&place{id: c.ID, kind: channel, name: c.Name, team: &team}); err != nil {
				return fmt.Errorf("team %s: %w", team.Name, err)
			}
		}
	}
	for _, g := range s.cfg.Groups {
		var err error
		if g.Members, err = members(g.Members); err != nil {
			return fmt.Errorf("group %s: %w", g.Topic, err)
		}
		if err := add(&place{id: g.ID, kind: group, name: g.Topic, group: &g}); err != nil {
			return fmt.Errorf("group %s: %w", g.Topic, err)
		}
	}
	return nil
}

// UserID is the id by which this bot, and no other, knows a person.
func (s *Service) UserID(person string) string { return "29:1" + s.digest("user", person) }

// ChatID is the conversation in which a person and the bot are alone.
func (s *Service) ChatID(person string) string { return "a:1" + s.digest("chat", person) }

func (s *Service) digest(kind, person string) string {
	sum := sha256.Sum256([]byte(kind + "\n" + s.cfg.AppID + "\n" + person))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// known finds a person by either id; nil is nobody.
func (s *Service) known(id string) *Person {
	if p := s.people[id]; p != nil {
		return p
	}
	for _, p := range s.people {
		if s.UserID(p.ID) == id {
			return p
		}
	}
	return nil
}

// members are the people of a conversation, by id.
func (p *place) members() []string {
	switch p.kind {
	case channel:
		return p.team.Members
	case group:
		return p.group.Members
	}
	return []string{p.person.ID}
}

// installed tells whether the bot is in a conversation. It may talk alone to the people of its teams, too.
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages)
func (s *Service) installed(p *place) bool {
	switch p.kind {
	case channel:
		return p.team.Installed
	case group:
		return p.group.Installed
	}
	if p.person.Installed {
		return true
	}
	for _, t := range s.teams {
		if t.Installed && slices.Contains(t.Members, p.person.ID) {
			return true
		}
	}
	return false
}

// find returns a conversation, and the post whose answers it is when the id names one. The caller holds mu.
func (s *Service) find(id string) (*place, *message, error) {
	id, root, threaded := strings.Cut(id, ";messageid=")
	p := s.places[id]
	if p == nil {
		return nil, nil, conversationNotFound
	}
	if !s.installed(p) {
		if p.kind == personal {
			return nil, nil, notInstalled
		}
		return nil, nil, notInRoster
	}
	if !threaded {
		return p, nil, nil
	}
	m := p.message(root)
	if m == nil || m.root != nil || p.kind != channel {
		return nil, nil, conversationNotFound
	}
	return p, m, nil
}

// message finds a message by its id, wherever in the conversation it stands; nil is none.
func (p *place) message(id string) *message {
	for _, m := range p.messages {
		if m.id == id {
			return m
		}
		for _, r := range m.replies {
			if r.id == id {
				return r
			}
		}
	}
	return nil
}

// thread is the id of a conversation, or of the answers to one post in it.
func (p *place) thread(root *message) string {
	if root == nil {
		return p.id
	}
	return p.id + ";messageid=" + root.id
}

// newStamp is the id of the next message: its time in milliseconds, and another one for each. The caller holds mu.
func (s *Service) newStamp() string {
	s.stamp = max(s.stamp+1, s.cfg.Now().UnixMilli())
	return strconv.FormatInt(s.stamp, 10)
}

// newID is the id of the next activity that is no message. The caller holds mu.
func (s *Service) newID() string {
	s.serial++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", s.cfg.AppID, s.serial))
	return fmt.Sprintf("f:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
