package teams

import (
	"context"
	"errors"
	"fmt"
	"html"
	"strings"
	"time"
)

// activity begins one that a person causes in a conversation. The caller holds mu.
func (s *Service) activity(kind, id string, person *Person, p *place, root *message) map[string]any {
	now := s.cfg.Now()
	conversation := map[string]any{"id": p.thread(root), "conversationType": p.kind, "tenantId": s.cfg.Tenant}
	data := map[string]any{"tenant": map[string]any{"id": s.cfg.Tenant}}
	if p.kind != personal {
		conversation["isGroup"] = true
	}
	if p.name != "" {
		conversation["name"] = p.name
	}
	if p.kind == channel {
		data["team"] = map[string]any{"id": p.team.ID}
		data["channel"] = map[string]any{"id": p.id}
		data["teamsTeamId"], data["teamsChannelId"] = p.team.ID, p.id
	}
	return map[string]any{
		"type": kind, "id": id, "timestamp": now.UTC().Format(time.RFC3339Nano), "localTimestamp": now.UTC().Format(time.RFC3339Nano),
		"localTimezone": "Etc/UTC", "locale": "en-US", "channelId": "msteams", "serviceUrl": s.ServiceURL(),
		"from":         map[string]any{"id": s.UserID(person.ID), "name": person.Name, "aadObjectId": person.ID},
		"recipient":    map[string]any{"id": s.BotID(), "name": s.cfg.BotName},
		"conversation": conversation, "channelData": data,
		"entities": []any{map[string]any{"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web", "timezone": "Etc/UTC"}},
	}
}

// at finds who does something and where. The caller holds mu.
func (s *Service) at(person, conversation string) (*Person, *place, *message, error) {
	who := s.people[person]
	if who == nil {
		return nil, nil, nil, fmt.Errorf("there is no person %q", person)
	}
	p, root, err := s.find(conversation)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("in %s: %w", conversation, err)
	}
	return who, p, root, nil
}

// Mention writes a post in a channel, or an answer to a post when the channel is given with ";messageid=…", or a message
// in a chat of several, which begins by mentioning the bot.
func (s *Service) Mention(ctx context.Context, person, conversation, said string) (Answer, error) {
	s.mu.Lock()
	who, p, root, err := s.at(person, conversation)
	if err != nil {
		s.mu.Unlock()
		return Answer{}, err
	}
	at := "<at>" + html.EscapeString(s.cfg.BotName) + "</at>"
	activity := s.typed(who, p, root, at+"&nbsp;"+html.EscapeString(said)+"\n",
		`<div><div><span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">`+html.EscapeString(s.cfg.BotName)+
			"</span>&nbsp;"+html.EscapeString(said)+"</div>\n</div>")
	activity["entities"] = append([]any{map[string]any{
		"type": "mention", "text": at, "mentioned": map[string]any{"id": s.BotID(), "name": s.cfg.BotName},
	}}, activity["entities"].([]any)...)
	s.mu.Unlock()
	return s.Raw(ctx, activity)
}

// Say writes a message in the personal chat.
func (s *Service) Say(ctx context.Context, person, said string) (Answer, error) {
	s.mu.Lock()
	who, p, _, err := s.at(person, s.ChatID(person))
	if err != nil {
		s.mu.Unlock()
		return Answer{}, err
	}
	activity := s.typed(who, p, nil, html.EscapeString(said), "<p>"+html.EscapeString(said)+"</p>")
	s.mu.Unlock()
	return s.Raw(ctx, activity)
}

// typed lets a message of a person stand, and makes its activity. The caller holds mu.
func (s *Service) typed(who *Person, p *place, root *message, said, marked string) map[string]any {
	m := s.add(p, root, who.ID, map[string]any{"type": "message", "text": said})
	thread := root
	if thread == nil && p.kind == channel {
		thread = m
	}
	activity := s.activity("message", m.id, who, p, thread)
	activity["text"], activity["textFormat"] = said, "plain"
	activity["attachments"] = []any{map[string]any{"contentType": "text/html", "content": marked}}
	return activity
}

// React adds a reaction to a message, e.g. "like".
func (s *Service) React(ctx context.Context, person string, m Message, reaction string) (Answer, error) {
	s.mu.Lock()
	who, p, root, err := s.at(person, m.Conversation)
	if err != nil {
		s.mu.Unlock()
		return Answer{}, err
	}
	activity := s.activity("messageReaction", s.newID(), who, p, root)
	activity["reactionsAdded"] = []any{map[string]any{"type": reaction}}
	activity["replyToId"] = m.ID
	s.mu.Unlock()
	return s.Raw(ctx, activity)
}

// InstallTeam adds the bot to a team, on behalf of a person. The bot hears of it twice
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events);
// both answers are returned.
func (s *Service) InstallTeam(ctx context.Context, person, team string) ([]Answer, error) {
	return s.install(ctx, person, team, true)
}

// UninstallTeam takes the bot out of a team.
func (s *Service) UninstallTeam(ctx context.Context, person, team string) ([]Answer, error) {
	return s.install(ctx, person, team, false)
}

// InstallGroup adds the bot to a chat of several.
func (s *Service) InstallGroup(ctx context.Context, person, id string) ([]Answer, error) {
	return s.install(ctx, person, id, true)
}

// InstallPerson adds the bot to a person's personal chat.
func (s *Service) InstallPerson(ctx context.Context, person string) ([]Answer, error) {
	return s.install(ctx, person, s.ChatID(person), true)
}

// UninstallPerson takes the bot out of a person's personal chat.
func (s *Service) UninstallPerson(ctx context.Context, person string) ([]Answer, error) {
	return s.install(ctx, person, s.ChatID(person), false)
}

func (s *Service) install(ctx context.Context, person, conversation string, in bool) ([]Answer, error) {
	s.mu.Lock()
	who, p := s.people[person], s.places[conversation]
	if who == nil || p == nil || p.kind == channel && p.id != p.team.ID {
		s.mu.Unlock()
		return nil, fmt.Errorf("there is no person %q, or no %q where the bot could be", person, conversation)
	}
	list, action, event := "membersAdded", "add", "teamMemberAdded"
	if !in {
		list, action, event = "membersRemoved", "remove", "teamMemberRemoved"
	}
	update := s.activity("conversationUpdate", s.newID(), who, p, nil)
	update[list] = []any{map[string]any{"id": s.BotID()}}
	installation := s.activity("installationUpdate", s.newID(), who, p, nil)
	installation["action"] = action
	data := map[string]any{"tenant": map[string]any{"id": s.cfg.Tenant}}
	moreData := map[string]any{"tenant": map[string]any{"id": s.cfg.Tenant}, "source": map[string]any{"name": "message"}}
	switch p.kind {
	case channel:
		p.team.Installed = in
		team := map[string]any{"id": p.team.ID, "name": p.team.Name, "aadGroupId": p.team.Group}
		selected := map[string]any{"selectedChannel": map[string]any{"id": p.id}}
		data["team"], data["eventType"] = team, event
		moreData["team"] = team
		if in {
			data["settings"], moreData["settings"] = selected, selected
		}
	case group:
		p.group.Installed = in
	default:
		p.person.Installed = in
	}
	update["channelData"], installation["channelData"] = data, moreData
	s.mu.Unlock()
	var answers []Answer
	var errs []error
	for _, activity := range []map[string]any{update, installation} {
		a, err := s.Raw(ctx, activity)
		answers, errs = append(answers, a), append(errs, err)
	}
	return answers, errors.Join(errs...)
}

// Activity is what activities that a person causes in a conversation have in common, for Raw.
func (s *Service) Activity(kind, person, conversation string) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, p, root, err := s.at(person, strings.TrimSpace(conversation))
	if err != nil {
		return nil, err
	}
	return s.activity(kind, s.newID(), who, p, root), nil
}
