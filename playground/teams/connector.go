package teams

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// Route is one of the calls that a bot can make.
type Route string

// The routes of https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference that
// Teams has, and its own two.
const (
	Create            Route = "create conversation"
	Send              Route = "send to conversation"
	Reply             Route = "reply to activity"
	Update            Route = "update activity"
	Delete            Route = "delete activity"
	Members           Route = "get members"
	Member            Route = "get member"
	PagedMembers      Route = "get paged members"
	TeamDetails       Route = "get team"
	TeamConversations Route = "get conversations of team"
)

var routes = map[Route]string{
	Create:            "POST /v3/conversations",
	Send:              "POST /v3/conversations/{conversation}/activities",
	Reply:             "POST /v3/conversations/{conversation}/activities/{activity}",
	Update:            "PUT /v3/conversations/{conversation}/activities/{activity}",
	Delete:            "DELETE /v3/conversations/{conversation}/activities/{activity}",
	Members:           "GET /v3/conversations/{conversation}/members",
	Member:            "GET /v3/conversations/{conversation}/members/{member}",
	PagedMembers:      "GET /v3/conversations/{conversation}/pagedmembers",
	TeamDetails:       "GET /v3/teams/{team}",
	TeamConversations: "GET /v3/teams/{team}/conversations",
}

// work is what each route does. It is called with mu held.
func (s *Service) work(route Route) func(*call) (reply, error) {
	return map[Route]func(*call) (reply, error){
		Create: s.create, Send: s.send, Reply: s.replyTo, Update: s.update, Delete: s.delete, Members: s.listMembers,
		Member: s.oneMember, PagedMembers: s.pageMembers, TeamDetails: s.oneTeam, TeamConversations: s.teamConversations,
	}[route]
}

// call is one call of the bot.
type call struct {
	*http.Request
	body map[string]any // of those that have one
}

// reply is what a call that succeeds is answered with, and what it has done.
type reply struct {
	status                 int
	body                   any
	conversation, activity string // that stand there now, or stood
}

// Done is something that the bot has done: a message sent, changed or deleted.
type Done struct {
	Route        Route
	Conversation string // as Message has it
	Activity     string
	At           time.Time
	Bearer       string // the Authorization that it was done with
	Heard        bool   // the answer went out while somebody waited for it; whether it arrived nobody knows
}

// Done is all that the bot has done, in its order.
func (s *Service) Done() []Done {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Done(nil), s.done...)
}

// serve answers the calls of one route.
func (s *Service) serve(route Route) http.HandlerFunc {
	work := s.work(route)
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20)) // all of it, so that it is seen when the bot leaves
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		f := s.faults.Take(route)
		if s.before(f, w, r) {
			return
		}
		out, done, err := s.do(route, &call{Request: r}, body, work)
		if err != nil {
			refuse(w, err)
			return
		}
		if s.answered(f, w, r) {
			return
		}
		write(w, out.status, out.body)
		if done >= 0 && r.Context().Err() == nil {
			s.mu.Lock()
			s.done[done].Heard = true
			s.mu.Unlock()
		}
	}
}

// do is a call without its faults. It says which of s.done the call was; -1 is none.
func (s *Service) do(route Route, c *call, body []byte, work func(*call) (reply, error)) (reply, int, error) {
	bearer := c.Header.Get("Authorization")
	if s.cfg.Login != nil && !s.cfg.Login.Accepts(bearer) {
		return reply{}, -1, &denied{status: http.StatusUnauthorized, code: "Unauthorized", message: "Authorization has been denied for this request."}
	}
	if len(body) > s.cfg.MaxBytes {
		return reply{}, -1, tooBig
	}
	if c.Method == http.MethodPost || c.Method == http.MethodPut {
		if err := json.Unmarshal(body, &c.body); err != nil || c.body == nil {
			return reply{}, -1, badSyntax("The body is no JSON object.")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.allow(limited{}); err != nil {
		return reply{}, -1, err
	}
	out, err := work(c)
	if err != nil || out.activity == "" {
		return out, -1, err
	}
	s.done = append(s.done, Done{Route: route, Conversation: out.conversation, Activity: out.activity, At: s.cfg.Now(), Bearer: bearer})
	return out, len(s.done) - 1, nil
}

// place is the conversation of a call whose limits allow it.
func (s *Service) place(c *call, what scenario) (*place, *message, error) {
	p, root, err := s.find(c.PathValue("conversation"))
	if err != nil {
		return nil, nil, err
	}
	return p, root, s.allow(limited{what, p.id})
}

// send lets a message stand: in a channel a post, or an answer when the conversation is that of a post.
func (s *Service) send(c *call) (reply, error) {
	p, root, err := s.place(c, sending)
	if err != nil {
		return reply{}, err
	}
	return s.say(p, root, c.body)
}

// replyTo answers a message: in a channel in its thread, elsewhere it is a message like others.
func (s *Service) replyTo(c *call) (reply, error) {
	p, _, err := s.place(c, sending)
	if err != nil {
		return reply{}, err
	}
	m := p.message(c.PathValue("activity"))
	if m == nil {
		return reply{}, activityNotFound
	}
	if p.kind != channel {
		return s.say(p, nil, c.body)
	}
	return s.say(p, cmp.Or(m.root, m), c.body)
}

func (s *Service) say(p *place, root *message, activity map[string]any) (reply, error) {
	kind, err := checkActivity(activity)
	if err != nil {
		return reply{}, err
	}
	if kind == "typing" {
		return reply{status: http.StatusAccepted, body: map[string]any{}}, nil
	}
	m := s.add(p, root, FromBot, activity)
	return reply{http.StatusCreated, map[string]any{"id": m.id}, m.conversation(), m.id}, nil
}

// own finds the message of a call that is to be changed or deleted.
func (s *Service) own(c *call) (*message, error) {
	p, _, err := s.place(c, sending)
	if err != nil {
		return nil, err
	}
	m := p.message(c.PathValue("activity"))
	switch {
	case m == nil:
		return nil, activityNotFound
	case m.from != FromBot:
		return nil, notYours
	}
	return m, nil
}

func (s *Service) update(c *call) (reply, error) {
	m, err := s.own(c)
	if err != nil {
		return reply{}, err
	}
	if kind, err := checkActivity(c.body); err != nil {
		return reply{}, err
	} else if kind != "message" {
		return reply{}, badArgument("Bot Activities of type Typing cannot be edited")
	}
	if list, _ := c.body["attachments"].([]any); len(list) > 1 {
		return reply{}, badSyntax("Activity resulted into multiple skype activities")
	}
	s.change(m, c.body)
	return reply{http.StatusOK, map[string]any{"id": m.id}, m.conversation(), m.id}, nil
}

func (s *Service) delete(c *call) (reply, error) {
	m, err := s.own(c)
	if err != nil {
		return reply{}, err
	}
	out := reply{http.StatusOK, nil, m.conversation(), m.id}
	s.remove(m)
	return out, nil
}

// create opens the chat with one person, or a new post in a channel
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages).
func (s *Service) create(c *call) (reply, error) {
	data, _ := c.body["channelData"].(map[string]any)
	if isGroup, _ := c.body["isGroup"].(bool); isGroup {
		return s.createPost(c, data)
	}
	tenant := text(data, "tenant", "id")
	if tenant == "" {
		tenant = text(c.body, "tenantId")
	}
	list, _ := c.body["members"].([]any)
	if tenant != s.cfg.Tenant || len(list) != 1 {
		return reply{}, badArgument("A conversation needs the id of the tenant and one member.")
	}
	member, _ := list[0].(map[string]any)
	person := s.known(text(member, "id"))
	if person == nil {
		return reply{}, badSyntax("Bad format of conversation ID")
	}
	p, _, err := s.find(s.ChatID(person.ID))
	if err == nil {
		err = s.allow(limited{creating, s.ChatID(person.ID)})
	}
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusCreated, body: map[string]any{"id": p.id}}, nil
}

func (s *Service) createPost(c *call, data map[string]any) (reply, error) {
	p, root, err := s.find(text(data, "channel", "id"))
	switch {
	case err != nil:
		return reply{}, err
	case p.kind != channel || root != nil:
		return reply{}, badArgument("A bot cannot make a group.")
	}
	activity, _ := c.body["activity"].(map[string]any)
	if activity == nil {
		return reply{}, badSyntax("A new post needs an activity.")
	}
	if err := s.allow(limited{creating, p.id}); err != nil {
		return reply{}, err
	}
	out, err := s.say(p, nil, activity)
	if err != nil || out.activity == "" {
		return out, err
	}
	out.body = map[string]any{"id": out.conversation, "activityId": out.activity}
	return out, nil
}

// text follows a path through JSON objects; it is "" where there is no text at its end.
func text(object map[string]any, path ...string) string {
	for _, name := range path[:len(path)-1] {
		object, _ = object[name].(map[string]any)
	}
	out, _ := object[path[len(path)-1]].(string)
	return out
}
