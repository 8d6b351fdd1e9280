package playground

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
)

// message is a Message with what only the server knows of it.
type message struct {
	Message
	at      int64             // TS in microseconds
	chosen  map[string]values // by user: what they chose in its elements
	replies int
}

// formatTS writes microseconds as Slack does: "1769000000.000100".
func formatTS(us int64) string { return fmt.Sprintf("%d.%06d", us/1e6, us%1e6) }

// parseTS reads a ts; "1769000000" and "1769000000.5" are fine as bounds of a history.
func parseTS(ts string) (int64, bool) {
	sec, frac, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(sec, 10, 64)
	if err != nil || s < 0 || s > 1e11 || len(frac) > 6 {
		return 0, false
	}
	f, err := strconv.ParseInt((frac + "000000")[:6], 10, 64)
	return s*1e6 + f, err == nil && f >= 0
}

// append puts a message at the end of a channel and gives it its ts: the playground's time, or just after the last
// message when the clock stands still. The caller holds mu.
func (s *Slack) append(rm *room, m Message) *message {
	at := s.cfg.Now().UnixMicro()
	if at <= rm.last {
		at = rm.last + 1
	}
	rm.last = at
	m.TS, m.Channel, m.Time = formatTS(at), rm.ID, time.UnixMicro(at).UTC()
	msg := &message{Message: m, at: at}
	rm.msgs = append(rm.msgs, msg)
	if m.ThreadTS != "" {
		if i := rm.index(m.ThreadTS); i >= 0 {
			rm.msgs[i].replies++
		}
	}
	s.watchers.Tell()
	return msg
}

// index is the place of a message in msgs, or -1.
func (rm *room) index(ts string) int {
	at, ok := parseTS(ts)
	if !ok {
		return -1
	}
	i := sort.Search(len(rm.msgs), func(i int) bool { return rm.msgs[i].at >= at })
	if i == len(rm.msgs) || rm.msgs[i].at != at {
		return -1
	}
	return i
}

// message is the message with a ts as a user sees it, or nil: an ephemeral one exists for its user only.
func (rm *room) message(ts, user string) *message {
	i := rm.index(ts)
	if i < 0 || (rm.msgs[i].Ephemeral != "" && rm.msgs[i].Ephemeral != user) {
		return nil
	}
	return rm.msgs[i]
}

// drop takes a message away.
func (rm *room) drop(m *message) {
	if i := rm.index(m.TS); i >= 0 {
		rm.msgs = append(rm.msgs[:i:i], rm.msgs[i+1:]...)
	}
	if m.ThreadTS != "" {
		if i := rm.index(m.ThreadTS); i >= 0 && rm.msgs[i].replies > 0 {
			rm.msgs[i].replies--
		}
	}
}

// Messages are a channel's messages as a user sees them, oldest first; ephemeral ones only if they are theirs.
func (s *Slack) Messages(channel, user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	rm := s.channels.find(channel)
	if rm == nil || !rm.seenBy(user) {
		return nil
	}
	list := make([]Message, 0, len(rm.msgs))
	for _, m := range rm.msgs {
		if m.Ephemeral == "" || m.Ephemeral == user {
			list = append(list, m.Message)
		}
	}
	return list
}

// notice writes a line of the workspace itself that only one user sees. The caller holds mu.
func (s *Slack) notice(rm *room, user, text string) {
	s.append(rm, Message{User: systemUser, Text: text, Ephemeral: user})
}
