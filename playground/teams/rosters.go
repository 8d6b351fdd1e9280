package teams

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// account is a person as the service shows them. The list of all members names the Entra id otherwise than the rest.
func (s *Service) account(p *Person, objectID string) map[string]any {
	return map[string]any{
		"id": s.UserID(p.ID), objectID: p.ID, "name": p.Name, "givenName": p.GivenName, "surname": p.Surname, "email": p.Email,
		"userPrincipalName": p.Email, "tenantId": s.cfg.Tenant, "userRole": "user",
	}
}

func (s *Service) listMembers(c *call) (reply, error) {
	p, _, err := s.place(c, roster)
	if err != nil {
		return reply{}, err
	}
	all := []any{}
	for _, id := range p.members() {
		all = append(all, s.account(s.people[id], "objectId"))
	}
	return reply{status: http.StatusOK, body: all}, nil
}

func (s *Service) oneMember(c *call) (reply, error) {
	p, _, err := s.place(c, roster)
	if err != nil {
		return reply{}, err
	}
	person := s.known(c.PathValue("member"))
	if person == nil || !slices.Contains(p.members(), person.ID) {
		return reply{}, memberNotFound
	}
	return reply{status: http.StatusOK, body: s.account(person, "aadObjectId")}, nil
}

const pageToken = "continuation-token-"

// pageMembers gives 50 to 500 members a page, 200 when it is not asked for a number
// (https://learn.microsoft.com/microsoftteams/platform/resources/team-chat-member-api-changes).
func (s *Service) pageMembers(c *call) (reply, error) {
	p, _, err := s.place(c, roster)
	if err != nil {
		return reply{}, err
	}
	size, query := 200, c.URL.Query()
	if asked := query.Get("pageSize"); asked != "" {
		if size, err = strconv.Atoi(asked); err != nil || size < 0 {
			return reply{}, badArgument("Invalid pagesize provided")
		}
		size = min(max(size, 50), 500)
	}
	start := 0
	if token := query.Get("continuationToken"); token != "" {
		number, ok := strings.CutPrefix(token, pageToken)
		if start, err = strconv.Atoi(number); !ok || err != nil || start <= 0 {
			return reply{}, &denied{status: http.StatusForbidden, code: "BadArgument", message: "Failed to decrypt members continuationToken"}
		}
	}
	ids := p.members()
	end := min(start+size, len(ids))
	page := []any{}
	for _, id := range ids[min(start, end):end] {
		page = append(page, s.account(s.people[id], "aadObjectId"))
	}
	out := map[string]any{"members": page}
	if end < len(ids) {
		out["continuationToken"] = pageToken + strconv.Itoa(end)
	}
	return reply{status: http.StatusOK, body: out}, nil
}

func (s *Service) team(c *call) (*Team, error) {
	id, _, _ := strings.Cut(c.PathValue("team"), ";messageid=")
	t := s.teams[id]
	switch {
	case t == nil:
		return nil, teamNotFound
	case !t.Installed:
		return nil, notInRoster
	}
	return t, s.allow(limited{listing, t.ID})
}

func (s *Service) oneTeam(c *call) (reply, error) {
	t, err := s.team(c)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, body: map[string]any{
		"id": t.ID, "name": t.Name, "aadGroupId": t.Group, "tenantId": s.cfg.Tenant, "type": "standard",
		"channelCount": 1 + len(t.Channels), "memberCount": len(t.Members),
	}}, nil
}

// teamConversations lists the channels. The General channel has no name, for each language has its own
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context).
func (s *Service) teamConversations(c *call) (reply, error) {
	t, err := s.team(c)
	if err != nil {
		return reply{}, err
	}
	all := []any{map[string]any{"id": t.ID, "name": nil, "type": "standard"}}
	for _, ch := range t.Channels {
		all = append(all, map[string]any{"id": ch.ID, "name": ch.Name, "type": "standard"})
	}
	return reply{status: http.StatusOK, body: map[string]any{"conversations": all}}, nil
}
