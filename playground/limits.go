package playground

import (
	"time"

	"golang.org/x/time/rate"
)

// Rate is how often something may be done: PerMinute in the long run, Burst at once.
type Rate struct {
	PerMinute float64
	Burst     int
}

// Limits are the playground's rate limits. The zero value has Slack's.
type Limits struct {
	Off bool // nothing is limited

	// Channel bounds chat.postMessage in one channel: one a second, short bursts allowed
	// (https://docs.slack.dev/apis/web-api/rate-limits). Slack does not publish the burst; zero means 5.
	Channel Rate
	// Methods overrides the rate of single methods, by name. That of chat.postMessage bounds the whole workspace,
	// which Slack gives as "several hundred a minute"; without an entry it is 300 a minute, 20 at once.
	Methods map[string]Rate
}

// Slack's tiers, each the least that it promises (https://docs.slack.dev/apis/web-api/rate-limits).
var (
	tier1         = Rate{PerMinute: 1, Burst: 5}
	tier2         = Rate{PerMinute: 20, Burst: 20}
	tier3         = Rate{PerMinute: 50, Burst: 50}
	tier4         = Rate{PerMinute: 100, Burst: 100}
	special       = Rate{PerMinute: 600, Burst: 600}
	workspaceRate = Rate{PerMinute: 300, Burst: 20}
	channelRate   = Rate{PerMinute: 60, Burst: 5}
)

// limiter has a token bucket per method, and for chat.postMessage one per channel. Guarded by Slack.mu.
type limiter struct {
	limits   Limits
	methods  map[string]*rate.Limiter
	channels map[string]*rate.Limiter
	limited  map[string]int // calls refused, by method
}

func newLimiter(l Limits) limiter {
	if l.Channel == (Rate{}) {
		l.Channel = channelRate
	}
	return limiter{limits: l, methods: make(map[string]*rate.Limiter), channels: make(map[string]*rate.Limiter), limited: make(map[string]int)}
}

func bucket(all map[string]*rate.Limiter, key string, r Rate) *rate.Limiter {
	b := all[key]
	if b == nil {
		b = rate.NewLimiter(rate.Limit(r.PerMinute/60), r.Burst)
		all[key] = b
	}
	return b
}

// Limited is how many calls of a method the rate limits have refused.
func (s *Slack) Limited(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits.limited[method]
}

// allow lets a call pass or says when to come back. A refused call costs nothing.
func (s *Slack) allow(name string, usual Rate, a args) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.limits
	if l.limits.Off {
		return nil
	}
	if r, ok := l.limits.Methods[name]; ok {
		usual = r
	}
	now := s.cfg.Real()
	buckets := []*rate.Limiter{bucket(l.methods, name, usual)}
	if name == "chat.postMessage" {
		rm := s.channels.find(a["channel"])
		if rm == nil {
			rm = s.channels.direct[a["channel"]]
		}
		if rm != nil {
			buckets = append(buckets, bucket(l.channels, rm.ID, l.limits.Channel))
		}
	}
	var wait time.Duration
	var held []*rate.Reservation
	for _, b := range buckets {
		r := b.ReserveN(now, 1)
		held = append(held, r)
		wait = max(wait, r.DelayFrom(now))
	}
	if wait == 0 {
		return nil
	}
	for _, r := range held {
		r.CancelAt(now)
	}
	l.limited[name]++
	return &refused{code: "ratelimited", after: wait}
}
