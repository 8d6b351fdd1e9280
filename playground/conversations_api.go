package playground

import (
	"slices"
	"strings"
)

// conversation is a channel as Slack sends it. The caller holds mu.
func (s *Slack) conversation(rm *room) answer {
	if rm.Direct != "" {
		return answer{
			"id": rm.ID, "created": born, "is_im": true, "is_archived": rm.Archived, "is_org_shared": false,
			"user": rm.Direct, "is_user_deleted": false, "priority": 0, "context_team_id": s.team.ID,
		}
	}
	topic := answer{"value": rm.Topic, "creator": "", "last_set": 0}
	return answer{
		"id": rm.ID, "name": rm.Name, "name_normalized": rm.Name, "created": born, "creator": systemUser,
		"is_channel": !rm.Private, "is_group": rm.Private, "is_im": false, "is_mpim": false, "is_private": rm.Private,
		"is_archived": rm.Archived, "is_general": false, "is_shared": false, "is_ext_shared": false,
		"is_org_shared": false, "is_member": rm.members[s.bot.ID], "num_members": len(rm.order), "topic": topic,
		"purpose": answer{"value": "", "creator": "", "last_set": 0}, "previous_names": []string{},
		"context_team_id": s.team.ID, "unlinked": 0,
	}
}

// born is when everything in a playground was made, in Unix seconds.
const born = 1_760_000_000

// kind is the channel's type in Slack's lists.
func (rm *room) kind() string {
	switch {
	case rm.Direct != "":
		return "im"
	case rm.Private:
		return "private_channel"
	}
	return "public_channel"
}

func (s *Slack) listConversations(a args) (answer, error) {
	return s.pageOfConversations(a, func(rm *room) bool { return rm.seenBy(s.bot.ID) })
}

// userConversations lists where a user is, the bot itself when none is named, as far as the bot can see it.
func (s *Slack) userConversations(a args) (answer, error) {
	user := s.bot.ID
	if a["user"] != "" {
		u, ok := s.users.user(a["user"])
		if !ok {
			return nil, refusal("user_not_found")
		}
		user = u.ID
	}
	return s.pageOfConversations(a, func(rm *room) bool { return rm.members[user] && rm.seenBy(s.bot.ID) })
}

func (s *Slack) pageOfConversations(a args, wanted func(*room) bool) (answer, error) {
	limit, err := a.limit(100, 1000)
	if err != nil {
		return nil, err
	}
	from, err := a.cursor("team")
	if err != nil {
		return nil, err
	}
	types := []string{"public_channel"}
	if a["types"] != "" {
		types = strings.Split(strings.ReplaceAll(a["types"], " ", ""), ",")
	}
	for _, t := range types {
		if !slices.Contains([]string{"public_channel", "private_channel", "im", "mpim"}, t) {
			return nil, refusal("invalid_types")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if from != "" && s.channels.byID[from] == nil {
		return nil, refusal("invalid_cursor")
	}
	page, next := []answer{}, ""
	for _, rm := range slices.Concat(s.channels.list, s.channels.talks) {
		if from != "" && rm.ID != from {
			continue
		}
		from = ""
		if !wanted(rm) || !slices.Contains(types, rm.kind()) || (rm.Archived && a.flag("exclude_archived")) {
			continue
		}
		if len(page) == limit {
			next = rm.ID
			break
		}
		page = append(page, s.conversation(rm))
	}
	return answer{"channels": page, "response_metadata": nextCursor("team", next)}, nil
}

// visible finds a channel that the bot knows of. The caller holds mu.
func (s *Slack) visible(a args) (*room, error) {
	rm := s.channels.byID[a["channel"]]
	if rm == nil || !rm.seenBy(s.bot.ID) {
		return nil, refusal("channel_not_found")
	}
	return rm, nil
}

func (s *Slack) conversationInfo(a args) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, err := s.visible(a)
	if err != nil {
		return nil, err
	}
	return answer{"channel": s.conversation(rm)}, nil
}

func (s *Slack) conversationMembers(a args) (answer, error) {
	limit, err := a.limit(100, 1000)
	if err != nil {
		return nil, err
	}
	from, err := a.cursor("user")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, err := s.visible(a)
	if err != nil {
		return nil, err
	}
	first := 0
	if from != "" {
		if first = slices.Index(rm.order, from); first < 0 {
			return nil, refusal("invalid_cursor")
		}
	}
	last, next := min(first+limit, len(rm.order)), ""
	if last < len(rm.order) {
		next = rm.order[last]
	}
	page := append([]string{}, rm.order[first:last]...)
	return answer{"members": page, "response_metadata": nextCursor("user", next)}, nil
}

// joinConversation takes the bot into a public channel and tells it with an event.
func (s *Slack) joinConversation(a args) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rm, err := s.visible(a)
	switch {
	case err != nil:
		return nil, err
	case rm.kind() != "public_channel":
		return nil, refusal("method_not_supported_for_channel_type")
	case rm.Archived:
		return nil, refusal("is_archived")
	}
	out := answer{}
	if s.joined(rm, s.bot.ID, "") {
		s.watchers.Tell()
	} else {
		out["warning"] = "already_in_channel"
		out["response_metadata"] = answer{"warnings": []string{"already_in_channel"}}
	}
	out["channel"] = s.conversation(rm)
	return out, nil
}

// joined adds a member and has the bot told when it is the bot itself. The caller holds mu.
func (s *Slack) joined(rm *room, user, inviter string) bool {
	if !rm.join(user) {
		return false
	}
	if rm.members[s.bot.ID] {
		event := object{
			"type": "member_joined_channel", "user": user, "channel": rm.ID,
			"channel_type": map[bool]string{false: "C", true: "G"}[rm.Private], "team": s.team.ID,
		}
		if inviter != "" {
			event["inviter"] = inviter
		}
		s.announce(event)
	}
	return true
}

// openConversation opens the direct message with one user. Group messages do not exist here.
func (s *Slack) openConversation(a args) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var rm *room
	known := true
	switch {
	case a["channel"] != "":
		var err error
		if rm, err = s.visible(a); err != nil {
			return nil, err
		}
		if rm.Direct == "" {
			return nil, refusal("method_not_supported_for_channel_type")
		}
	case a["users"] == "":
		return nil, refusal("users_list_not_supplied")
	case strings.Contains(a["users"], ","):
		return nil, refusal("invalid_user_combination")
	default:
		u, ok := s.users.user(a["users"])
		switch {
		case !ok:
			return nil, refusal("user_not_found")
		case u.Bot:
			return nil, refusal("cannot_dm_bot")
		case u.Gone:
			return nil, refusal("user_disabled")
		}
		known = s.channels.direct[u.ID] != nil
		rm = s.direct(u.ID)
	}
	out := answer{"no_op": known, "already_open": known, "channel": answer{"id": rm.ID}}
	if a.flag("return_im") {
		out["channel"] = s.conversation(rm)
	}
	return out, nil
}
