package playground

import (
	"slices"
	"strings"
)

// profile is a user as Slack sends one.
func (s *Slack) profile(u User) answer {
	p := answer{
		"real_name": u.Real, "real_name_normalized": u.Real, "display_name": "", "display_name_normalized": "",
		"title": "", "team": s.team.ID,
	}
	if u.Email != "" {
		p["email"] = u.Email
	}
	if u.Bot {
		p["api_app_id"], p["bot_id"] = AppID, botID
	}
	return answer{
		"id": u.ID, "team_id": s.team.ID, "name": u.Name, "real_name": u.Real, "deleted": u.Gone, "profile": p,
		"tz": "Europe/London", "tz_label": "Greenwich Mean Time", "tz_offset": 0, "is_admin": false, "is_owner": false,
		"is_primary_owner": false, "is_restricted": false, "is_ultra_restricted": false, "is_bot": u.Bot,
		"is_app_user": false, "updated": born,
	}
}

func (s *Slack) userInfo(a args) (answer, error) {
	u, ok := s.users.user(a["user"])
	if !ok {
		return nil, refusal("user_not_found")
	}
	return answer{"user": s.profile(u)}, nil
}

// listUsers pages through everyone. Without a limit it gives all of them, as Slack tries to.
func (s *Slack) listUsers(a args) (answer, error) {
	list := s.users.list
	limit, err := a.limit(len(list), 1000)
	if err != nil {
		return nil, err
	}
	from, err := a.cursor("user")
	if err != nil {
		return nil, err
	}
	first := 0
	if from != "" {
		at, ok := s.users.byID[from]
		if !ok {
			return nil, refusal("invalid_cursor")
		}
		first = at
	}
	last, next := min(first+limit, len(list)), ""
	if last < len(list) {
		next = list[last].ID
	}
	page := make([]answer, 0, last-first)
	for _, u := range list[first:last] {
		page = append(page, s.profile(u))
	}
	return answer{"members": page, "cache_ts": s.cfg.Real().Unix(), "response_metadata": nextCursor("user", next)}, nil
}

func (s *Slack) lookupByEmail(a args) (answer, error) {
	if err := a.need("email"); err != nil {
		return nil, err
	}
	i, ok := s.users.byEmail[strings.ToLower(a["email"])]
	if !ok {
		return nil, refusal("users_not_found")
	}
	return answer{"user": s.profile(s.users.list[i])}, nil
}

func (s *Slack) listGroups(a args) (answer, error) {
	page := []answer{}
	for _, g := range s.users.groups {
		out := answer{
			"id": g.ID, "team_id": s.team.ID, "is_usergroup": true, "name": g.Handle, "handle": g.Handle,
			"description": "", "is_external": false, "date_create": born, "date_update": born, "date_delete": 0,
		}
		if a.flag("include_users") {
			out["users"] = append([]string{}, g.Users...)
		}
		if a.flag("include_count") {
			out["user_count"] = len(g.Users)
		}
		page = append(page, out)
	}
	return answer{"usergroups": page}, nil
}

func (s *Slack) listGroupUsers(a args) (answer, error) {
	i := slices.IndexFunc(s.users.groups, func(g UserGroup) bool { return g.ID == a["usergroup"] })
	if i < 0 {
		return nil, refusal("no_such_subteam")
	}
	return answer{"users": append([]string{}, s.users.groups[i].Users...)}, nil
}

func (s *Slack) apiTest(a args) (answer, error) {
	if a["error"] != "" {
		return nil, refusal(a["error"])
	}
	delete(a, "token")
	return answer{"args": a}, nil
}

func (s *Slack) authTest(args) (answer, error) {
	return answer{
		"url": s.cfg.BaseURL + "/", "team": s.team.Name, "team_id": s.team.ID, "user": s.bot.Name, "user_id": s.bot.ID,
		"bot_id": botID, "is_enterprise_install": false,
	}, nil
}

func (s *Slack) teamInfo(args) (answer, error) {
	return answer{"team": answer{
		"id": s.team.ID, "name": s.team.Name, "domain": s.team.Domain, "email_domain": "", "icon": answer{"image_default": true},
	}}, nil
}

func (s *Slack) botsInfo(a args) (answer, error) {
	if b := a["bot"]; b != "" && b != botID {
		return nil, refusal("bot_not_found")
	}
	return answer{"bot": answer{
		"id": botID, "deleted": false, "name": s.bot.Real, "updated": born, "app_id": AppID, "user_id": s.bot.ID,
		"icons": answer{},
	}}, nil
}
