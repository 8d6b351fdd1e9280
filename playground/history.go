package playground

import (
	"math"
	"slices"
	"strconv"
)

// readable finds the channel whose messages the bot may read. The caller holds mu.
func (s *Slack) readable(id string) (*room, error) {
	rm := s.channels.byID[id]
	switch {
	case rm == nil || !rm.seenBy(s.bot.ID):
		return nil, refusal("channel_not_found")
	case !rm.members[s.bot.ID]:
		return nil, refusal("not_in_channel")
	}
	return rm, nil
}

// span is a range of time in microseconds, both ends included.
type span struct{ from, to int64 }

func (s span) has(at int64) bool { return s.from <= at && at <= s.to }

// readSpan reads oldest, latest and inclusive.
func readSpan(a args) (span, error) {
	sp := span{0, math.MaxInt64}
	step := int64(1)
	if a.flag("inclusive") {
		step = 0
	}
	if v := a["oldest"]; v != "" && v != "0" {
		at, ok := parseTS(v)
		if !ok {
			return sp, refusal("invalid_ts_oldest")
		}
		sp.from = at + step
	}
	if v := a["latest"]; v != "" && v != "now" {
		at, ok := parseTS(v)
		if !ok {
			return sp, refusal("invalid_ts_latest")
		}
		sp.to = at - step
	}
	return sp, nil
}

// history is a channel's messages, newest first: no replies, nothing ephemeral
// (https://docs.slack.dev/reference/methods/conversations.history).
func (s *Slack) history(a args) (answer, error) {
	sp, err := readSpan(a)
	if err != nil {
		return nil, err
	}
	limit, err := a.limit(100, 999)
	if err != nil {
		return nil, err
	}
	if next, err := a.cursor("next_ts"); err != nil {
		return nil, err
	} else if next != "" {
		at, err := strconv.ParseInt(next, 10, 64)
		if err != nil {
			return nil, refusal("invalid_cursor")
		}
		sp.to = min(sp.to, at)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, err := s.readable(a["channel"])
	if err != nil {
		return nil, err
	}
	page, next := []answer{}, ""
	for _, m := range slices.Backward(rm.msgs) {
		if m.at < sp.from {
			break
		}
		if !sp.has(m.at) || m.Ephemeral != "" || m.ThreadTS != "" {
			continue
		}
		if len(page) == limit {
			next = strconv.FormatInt(m.at, 10)
			break
		}
		page = append(page, s.wire(m, a.flag("include_all_metadata")))
	}
	return answer{
		"messages": page, "has_more": next != "", "pin_count": 0, "response_metadata": nextCursor("next_ts", next),
	}, nil
}

// repliesTo is a thread, its parent first and then the replies as they came.
func (s *Slack) repliesTo(a args) (answer, error) {
	if err := a.need("channel", "ts"); err != nil {
		return nil, err
	}
	sp, err := readSpan(a)
	if err != nil {
		return nil, err
	}
	limit, err := a.limit(1000, 1000)
	if err != nil {
		return nil, err
	}
	if next, err := a.cursor("next_ts"); err != nil {
		return nil, err
	} else if next != "" {
		at, err := strconv.ParseInt(next, 10, 64)
		if err != nil {
			return nil, refusal("invalid_cursor")
		}
		sp.from = max(sp.from, at)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, err := s.readable(a["channel"])
	if err != nil {
		return nil, err
	}
	top, err := rm.parent(a["ts"], "")
	if err != nil {
		return nil, err
	}
	page, next := []answer{}, ""
	for _, m := range rm.msgs[max(0, rm.index(top)):] {
		if m.Ephemeral != "" || !sp.has(m.at) || (m.TS != top && m.ThreadTS != top) {
			continue
		}
		if len(page) == limit {
			next = strconv.FormatInt(m.at, 10)
			break
		}
		page = append(page, s.wire(m, a.flag("include_all_metadata")))
	}
	return answer{"messages": page, "has_more": next != "", "response_metadata": nextCursor("next_ts", next)}, nil
}
