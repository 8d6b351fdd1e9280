package bot

import (
	"sync"
	"time"
)

// seen remembers the deliveries of the last minutes, so that one which a platform sends again does nothing
// twice. It knows those of its own process; a delivery that another process had is harmless, because every
// handler can be repeated: what counts is keyed in storage.
type seen struct {
	life time.Duration
	now  func() time.Time

	mu    sync.Mutex
	until map[string]time.Time
	sweep time.Time
}

func newSeen(life time.Duration, now func() time.Time) *seen {
	return &seen{life: life, now: now, until: map[string]time.Time{}}
}

// first says whether the key is new. An empty key always is.
func (s *seen) first(key string) bool {
	if key == "" {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if now.After(s.sweep) {
		for k, until := range s.until {
			if now.After(until) {
				delete(s.until, k)
			}
		}
		s.sweep = now.Add(s.life / 4)
	}
	if until, ok := s.until[key]; ok && now.Before(until) {
		return false
	}
	s.until[key] = now.Add(s.life)
	return true
}
