package playground

import (
	"fmt"
	"slices"
	"strings"
)

// room is a channel with its messages.
type room struct {
	Channel // Members is nil: members has them
	members map[string]bool
	order   []string // members as they came
	msgs    []*message
	last    int64 // the newest ts given out, in microseconds
}

// rooms is every channel. Guarded by Slack.mu.
type rooms struct {
	list   []*room // all but direct messages
	talks  []*room // direct messages
	byID   map[string]*room
	byName map[string]*room
	direct map[string]*room // by user
}

func newRooms(channels []Channel, d directory) (rooms, error) {
	r := rooms{byID: make(map[string]*room), byName: make(map[string]*room), direct: make(map[string]*room)}
	for i, c := range channels {
		if c.ID == "" || (c.Name == "" && c.Direct == "") {
			return rooms{}, fmt.Errorf("channel %d (%q) needs an id and a name", i+1, c.Name)
		}
		if r.byID[c.ID] != nil || (c.Name != "" && r.byName[c.Name] != nil) {
			return rooms{}, fmt.Errorf("channel %s %q is there twice", c.ID, c.Name)
		}
		for _, m := range c.Members {
			if _, ok := d.user(m); !ok {
				return rooms{}, fmt.Errorf("channel %q has an unknown member %s", c.Name, m)
			}
		}
		r.add(c)
	}
	return r, nil
}

func (r *rooms) add(c Channel) *room {
	rm := &room{Channel: c, members: make(map[string]bool, len(c.Members))}
	rm.Channel.Members = nil
	for _, m := range c.Members {
		rm.join(m)
	}
	r.byID[c.ID] = rm
	if c.Name != "" {
		r.byName[c.Name] = rm
	}
	if c.Direct != "" {
		r.direct[c.Direct] = rm
		r.talks = append(r.talks, rm)
	} else {
		r.list = append(r.list, rm)
	}
	return rm
}

// find looks a channel up by id or by name, with or without "#".
func (r *rooms) find(key string) *room {
	if rm := r.byID[key]; rm != nil {
		return rm
	}
	return r.byName[strings.TrimPrefix(key, "#")]
}

// join adds a member and says whether they were not one before.
func (rm *room) join(user string) bool {
	if rm.members[user] {
		return false
	}
	rm.members[user] = true
	rm.order = append(rm.order, user)
	return true
}

func (rm *room) leave(user string) {
	delete(rm.members, user)
	// A new list: copies of the channel share the old one.
	rm.order = slices.DeleteFunc(slices.Clone(rm.order), func(m string) bool { return m == user })
}

// seenBy says whether a person can open the channel: a public one always, another only as a member.
func (rm *room) seenBy(user string) bool {
	return rm.members[user] || (!rm.Private && rm.Direct == "")
}

// copy shares the list of members, which only ever grows at its end; nobody may change it.
func (rm *room) copy() Channel {
	c := rm.Channel
	c.Members = slices.Clip(rm.order)
	return c
}

// direct is the conversation of a user with the bot, made when it is not there. The caller holds mu.
func (s *Slack) direct(user string) *room {
	if rm := s.channels.direct[user]; rm != nil {
		return rm
	}
	return s.channels.add(Channel{
		ID: "D" + strings.TrimPrefix(user, "U"), Direct: user, Members: []string{user, s.bot.ID},
	})
}

// Channels are those that a user can open: all public ones, their own private ones and their conversation with the
// bot, which comes last.
func (s *Slack) Channels(user string) []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var seen []Channel
	for _, rm := range s.channels.list {
		if rm.seenBy(user) {
			seen = append(seen, rm.copy())
		}
	}
	if u, ok := s.users.user(user); ok && !u.Bot {
		seen = append(seen, s.direct(user).copy())
	}
	return seen
}

// Channel is the channel with an id, or with a name.
func (s *Slack) Channel(idOrName string) (Channel, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rm := s.channels.find(idOrName)
	if rm == nil {
		return Channel{}, false
	}
	return rm.copy(), true
}

// Archive closes a channel to writing, or opens it again.
func (s *Slack) Archive(channel string, archived bool) error {
	return s.inRoom(channel, func(rm *room) { rm.Archived = archived })
}

// Remove takes a member, or the bot, out of a channel.
func (s *Slack) Remove(channel, user string) error {
	return s.inRoom(channel, func(rm *room) { rm.leave(user) })
}

func (s *Slack) inRoom(channel string, do func(*room)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	rm := s.channels.find(channel)
	if rm == nil {
		return refusal("channel_not_found")
	}
	do(rm)
	s.watchers.Tell()
	return nil
}
