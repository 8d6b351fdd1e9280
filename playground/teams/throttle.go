package teams

import "time"

// scenario is what a limit counts together.
type scenario string

const (
	sending  scenario = "send to conversation" // changes and deletions too
	creating scenario = "create conversation"
	roster   scenario = "get conversation members"
	listing  scenario = "get conversations"
)

// window is how many calls fit into a time.
type window struct {
	length time.Duration
	calls  int
}

// threadLimits hold for one bot in one conversation, and tenantLimit for all of its calls in a tenant
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit#per-bot-per-thread-limit).
var (
	few          = []window{{time.Second, 7}, {2 * time.Second, 8}, {30 * time.Second, 60}, {time.Hour, 1800}}
	many         = []window{{time.Second, 14}, {2 * time.Second, 16}, {30 * time.Second, 120}, {time.Hour, 3600}}
	threadLimits = map[scenario][]window{sending: few, creating: few, roster: many, listing: many}
	tenantLimit  = []window{{time.Second, 50}}
)

// limiter remembers when calls were let through, the oldest first. Guarded by Service.mu.
type limiter map[limited][]time.Time

// limited is what is counted: a scenario in one conversation, or with neither, all calls.
type limited struct {
	scenario
	conversation string
}

// wait says how long a call would have to wait; zero lets it through and counts it. A refused call costs nothing.
func (l limiter) wait(now time.Time, what limited, windows []window) time.Duration {
	past := l[what]
	longest := windows[len(windows)-1].length
	for len(past) > 0 && now.Sub(past[0]) >= longest {
		past = past[1:]
	}
	var wait time.Duration
	for _, w := range windows {
		if len(past) >= w.calls {
			oldest := past[len(past)-w.calls]
			wait = max(wait, oldest.Add(w.length).Sub(now))
		}
	}
	if wait <= 0 {
		past, wait = append(past, now), 0
	}
	l[what] = past
	return wait
}

// allow lets a call pass, or says when to come back. The caller holds mu.
func (s *Service) allow(what limited) error {
	if !s.cfg.Throttle {
		return nil
	}
	windows := tenantLimit
	if what.scenario != "" {
		windows = threadLimits[what.scenario]
	}
	if wait := s.limits.wait(s.cfg.Now(), what, windows); wait > 0 {
		d := *tooMany
		d.after = wait
		return &d
	}
	return nil
}
