package playground

import (
	"context"
	"encoding/json"
)

// Say writes a message as a user.
func (s *Slack) Say(ctx context.Context, user, channel, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	rm := s.channels.find(channel)
	switch {
	case rm == nil || !rm.seenBy(user):
		return refusal("channel_not_found")
	case rm.Archived:
		return refusal("is_archived")
	}
	s.append(rm, Message{User: user, Text: text})
	return nil
}

func (s *Slack) Command(ctx context.Context, user, channel, line string) error        { return nil }
func (s *Slack) Press(ctx context.Context, user, channel, ts string, p Pressed) error { return nil }
func (s *Slack) PressView(ctx context.Context, user, viewID string, p Pressed, state json.RawMessage) error {
	return nil
}
func (s *Slack) Submit(ctx context.Context, user, viewID string, state json.RawMessage) error {
	return nil
}
func (s *Slack) CloseView(ctx context.Context, user, viewID string) error { return nil }
func (s *Slack) OpenHome(ctx context.Context, user string) error          { return nil }
