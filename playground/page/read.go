package page

import (
	"sync"

	"github.com/clarion-bot/clarion/playground"
)

// readMarks remember up to which message each person has read each channel, as long as the process lives.
// The zero value is ready for use.
type readMarks struct {
	mu   sync.Mutex
	last map[readKey]string // newest timestamp seen
}

type readKey struct{ user, channel string }

// read moves a person's mark in a channel to its newest message.
func (m *readMarks) read(user, channel string, messages []playground.Message) {
	newest := ""
	for _, msg := range messages {
		newest = max(newest, msg.TS)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last == nil {
		m.last = make(map[readKey]string)
	}
	key := readKey{user, channel}
	m.last[key] = max(m.last[key], newest)
}

// unread counts the messages after a person's mark that others wrote.
func (m *readMarks) unread(user, channel string, messages []playground.Message) int {
	m.mu.Lock()
	mark := m.last[readKey{user, channel}]
	m.mu.Unlock()
	n := 0
	for _, msg := range messages {
		if msg.TS > mark && msg.User != user {
			n++
		}
	}
	return n
}
