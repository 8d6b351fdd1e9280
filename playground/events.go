package playground

import (
	"context"
	"errors"
	"fmt"

	"github.com/clarion-bot/clarion/playground/faults"
)

// envelope wraps an event as the Events API does. The caller holds mu.
func (s *Slack) envelope(event object) answer {
	at := s.cfg.Real()
	event["event_ts"] = formatTS(at.UnixMicro())
	return answer{
		"token": verificationToken, "team_id": s.team.ID, "api_app_id": AppID, "event": event,
		"type": "event_callback", "event_id": fmt.Sprintf("Ev%010d", s.next()), "event_time": at.Unix(),
		"authorizations": []answer{{
			"enterprise_id": nil, "team_id": s.team.ID, "user_id": s.bot.ID, "is_bot": true, "is_enterprise_install": false,
		}},
		"is_ext_shared_channel": false,
	}
}

// announce sends an event in the background, if the app has subscribed to it. The caller holds mu.
func (s *Slack) announce(event object) { s.announceAs(text(event, "type"), event) }

// announceAs sends an event whose subscription has another name than its type. The caller holds mu.
func (s *Slack) announceAs(subscription string, event object) {
	if !s.events[subscription] || s.closed() {
		return
	}
	payload := s.envelope(event)
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		if err := s.tell(payload); err != nil {
			s.repeat(payload, err)
		}
	}()
}

// event sends an event and waits for the first attempt; repetitions follow in the background.
func (s *Slack) event(event object) error {
	s.mu.Lock()
	if !s.events[text(event, "type")] || s.closed() {
		s.mu.Unlock()
		return nil
	}
	payload := s.envelope(event)
	s.running.Add(1)
	s.mu.Unlock()
	err := s.tell(payload)
	if err == nil {
		s.running.Done()
		return nil
	}
	go func() {
		defer s.running.Done()
		s.repeat(payload, err)
	}()
	return err
}

// tell makes the first attempt. It belongs to Slack, not to whoever caused the event, and so has a context of its own.
func (s *Slack) tell(payload answer) error {
	_, err := s.dispatch(context.Background(), call{kind: "events_api", payload: payload})
	return err
}

// repeat sends an event again until the bot acknowledges it or Slack would give up
// (https://docs.slack.dev/apis/events-api#retries).
func (s *Slack) repeat(payload answer, last error) {
	for i, wait := range s.cfg.EventRetries {
		if !faults.Pause(wait, s.stop) {
			return
		}
		reason := "http_error"
		if errors.Is(last, errTimeout) {
			reason = "http_timeout"
		}
		c := call{kind: "events_api", payload: payload, retry: i + 1, reason: reason}
		if _, last = s.dispatch(context.Background(), c); last == nil {
			return
		}
	}
	s.log.Warn("the bot never acknowledged an event", "event_id", payload["event_id"])
}

// closed says whether Close was called. The caller holds mu.
func (s *Slack) closed() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}

// OpenHome is a person opening the bot's Home tab: the bot hears app_home_opened and may publish one.
func (s *Slack) OpenHome(ctx context.Context, user string) error {
	s.mu.Lock()
	u, ok := s.users.user(user)
	if !ok || u.Bot {
		s.mu.Unlock()
		return refusal("user_not_found")
	}
	event := object{"type": "app_home_opened", "user": user, "channel": s.direct(user).ID, "tab": "home"}
	if v := s.views.homes[user]; v != nil {
		event["view"] = s.wireView(v, nil)
	}
	s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.event(event)
}

// Invite is a person adding a member, or the bot, to a channel that they are in.
func (s *Slack) Invite(inviter, channel, user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	rm := s.channels.find(channel)
	if rm == nil || !rm.seenBy(inviter) || rm.Direct != "" {
		return refusal("channel_not_found")
	}
	if _, ok := s.users.user(user); !ok {
		return refusal("user_not_found")
	}
	if !s.joined(rm, user, inviter) {
		return refusal("already_in_channel")
	}
	s.watchers.Tell()
	return nil
}
