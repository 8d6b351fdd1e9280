package playground

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
)

// Say writes a message as a person: what they typed, in which @name and #name become mentions.
func (s *Slack) Say(ctx context.Context, user, channel, text string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, err := s.standing(user, channel)
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return refusal("no_text")
	}
	text = s.typed(text)
	m := s.append(rm, Message{User: user, Text: text})
	event := object{"user": user, "text": text, "ts": m.TS, "channel": rm.ID, "team": s.team.ID}
	switch {
	case rm.Direct != "":
		event["type"], event["channel_type"] = "message", "im"
		s.announceAs("message.im", event)
	case rm.members[s.bot.ID] && strings.Contains(text, "<@"+s.bot.ID+">"):
		event["type"] = "app_mention"
		s.announce(event)
	}
	return nil
}

// standing finds the channel in which a person does something. The caller holds mu.
func (s *Slack) standing(user, channel string) (*room, error) {
	u, ok := s.users.user(user)
	if !ok || u.Bot {
		return nil, refusal("user_not_found")
	}
	rm := s.channels.find(channel)
	switch {
	case rm == nil || !rm.seenBy(user):
		return nil, refusal("channel_not_found")
	case rm.Archived:
		return nil, refusal("is_archived")
	}
	return rm, nil
}

// Command is a person sending a line that begins with a slash command, e.g. "/drop campaign". The bot's answer
// arrives as messages; when there is none, the person reads why in a notice that only they see.
func (s *Slack) Command(ctx context.Context, user, channel, line string) error {
	name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	at := slices.IndexFunc(s.cfg.Commands, func(c Command) bool { return c.Name == name })
	s.mu.Lock()
	rm, err := s.standing(user, channel)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	if at < 0 {
		err := refusal(name + " is not a valid command")
		s.notice(rm, user, string(err)+".")
		s.mu.Unlock()
		return err
	}
	rest = strings.TrimSpace(rest)
	if s.cfg.Commands[at].Escape {
		rest = s.escape(rest, true)
	}
	u, _ := s.users.user(user)
	h := hook{channel: rm.ID, user: user}
	shown := rm.Name
	switch {
	case rm.Direct != "":
		shown = "directmessage"
	case rm.Private:
		shown = "privategroup"
	}
	payload := answer{
		"token": verificationToken, "team_id": s.team.ID, "team_domain": s.team.Domain, "channel_id": rm.ID,
		"channel_name": shown, "user_id": user, "user_name": u.Name, "command": name, "text": rest,
		"api_app_id": AppID, "is_enterprise_install": "false", "response_url": s.issueHook("commands", h),
		"trigger_id": s.issueTrigger(user, ""),
	}
	s.mu.Unlock()

	body, err := s.dispatch(ctx, call{kind: "slash_commands", payload: payload})
	if err == nil {
		err = s.answerCommand(h, line, body)
	}
	if err != nil {
		s.tellPerson(rm, user, name, err)
	}
	return err
}

// answerCommand shows what the bot said in its acknowledgement. With in_channel everyone also sees the command.
func (s *Slack) answerCommand(h hook, line string, body []byte) error {
	m, ok, err := readReply(body)
	if err != nil || !ok {
		return err
	}
	if m.ResponseType == "in_channel" {
		s.mu.Lock()
		s.append(s.channels.byID[h.channel], Message{User: h.user, Text: s.typed(line)})
		s.mu.Unlock()
	}
	m.ReplaceOriginal, m.DeleteOriginal = false, false
	return s.respond(h, m)
}

// tellPerson shows a person what went wrong with what they did, as Slackbot would.
func (s *Slack) tellPerson(rm *room, user, what string, err error) {
	var code refusal
	if !errors.As(err, &code) {
		code = errDispatch
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notice(rm, user, what+` failed with the error "`+string(code)+`"`)
}

// Handles and channel names as people type them.
var (
	handle      = regexp.MustCompile(`(^|\s)@([\w.-]+)`)
	channelName = regexp.MustCompile(`(^|\s)#([\w-]+)`)
)

// escape turns @name and #name into Slack's <@U…|name> and <#C…|name>, as for commands that ask for it; without
// label the users are <@U…>, as in messages. The caller holds mu.
func (s *Slack) escape(text string, label bool) string {
	text = handle.ReplaceAllStringFunc(text, func(m string) string {
		before, name, _ := strings.Cut(m, "@")
		if i, ok := s.users.byName[name]; ok {
			if !label {
				name = ""
			}
			return before + strings.Replace("<@"+s.users.list[i].ID+"|"+name+">", "|>", ">", 1)
		}
		return m
	})
	return channelName.ReplaceAllStringFunc(text, func(m string) string {
		before, name, _ := strings.Cut(m, "#")
		if rm := s.channels.byName[name]; rm != nil {
			return before + "<#" + rm.ID + "|" + name + ">"
		}
		return m
	})
}

// typed is a line as a message keeps it: mentions marked up, and nothing else that looks like markup
// (https://docs.slack.dev/messaging/formatting-message-text#escaping). The caller holds mu.
func (s *Slack) typed(line string) string {
	return s.escape(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(line), false)
}
