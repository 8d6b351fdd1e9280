package teams_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground/teams"
)

func actions(n int) []any {
	var all []any
	for range n {
		all = append(all, object{"type": "Action.Submit", "title": "x"})
	}
	return all
}

func TestWhatTeamsRefusesIsRefusedInItsWords(t *testing.T) {
	w := newWorld(t, nil)
	id := w.call(t, "POST", in(launch)+"/activities", says("here")).text("id")
	if _, err := w.Mention(t.Context(), ada, launch, "hello"); err != nil {
		t.Fatal(err)
	}
	theirs := w.Posts(launch)[1].ID
	send := in(launch) + "/activities"
	for name, c := range map[string]struct {
		method, path string
		body         any
		status       int
		code         string
	}{
		"no conversation":          {"POST", in("19:none@thread.tacv2") + "/activities", says("x"), 404, "ConversationNotFound"},
		"no such post":             {"POST", in(launch+";messageid=1") + "/activities", says("x"), 404, "ConversationNotFound"},
		"where the bot is not":     {"POST", in(elsewhere) + "/activities", says("x"), 403, "BotNotInConversationRoster"},
		"alone, not installed":     {"POST", in(w.ChatID(eve)) + "/activities", says("x"), 403, "ForbiddenOperationException"},
		"an answer to nothing":     {"POST", send + "/1", says("x"), 404, "ActivityNotFoundInConversation"},
		"a change of nothing":      {"PUT", send + "/1", says("x"), 404, "ActivityNotFoundInConversation"},
		"the end of nothing":       {"DELETE", send + "/1", nil, 404, "ActivityNotFoundInConversation"},
		"a change of another's":    {"PUT", send + "/" + theirs, says("x"), 403, "NotEnoughPermissions"},
		"in another conversation":  {"PUT", in(general) + "/activities/" + id, says("x"), 404, "ActivityNotFoundInConversation"},
		"no JSON":                  {"POST", send, "x", 400, "BadSyntax"},
		"no object":                {"POST", send, "null", 400, "BadSyntax"},
		"empty":                    {"POST", send, object{"type": "message"}, 400, "BadSyntax"},
		"no type":                  {"POST", send, object{"text": "x"}, 400, "BadArgument"},
		"an event":                 {"POST", send, object{"type": "event", "text": "x"}, 400, "BadArgument"},
		"an unknown attachment":    {"POST", send, object{"type": "message", "attachments": []any{object{"contentType": "text/plain"}}}, 400, "BadArgument"},
		"a card that is text":      {"POST", send, shows("{}"), 400, "BadSyntax"},
		"a card of another type":   {"POST", send, shows(card(object{"type": "Card"})), 400, "BadSyntax"},
		"a card of tomorrow":       {"POST", send, shows(card(object{"version": "1.6"})), 400, "BadArgument"},
		"a card with no version":   {"POST", send, shows(card(object{"version": nil})), 400, "BadArgument"},
		"seven actions":            {"POST", send, shows(card(object{"actions": actions(7)})), 400, "BadArgument"},
		"seven in the body":        {"POST", send, shows(card(object{"body": []any{object{"items": []any{object{"actions": actions(7)}}}}})), 400, "BadArgument"},
		"a change to two cards":    {"PUT", send + "/" + id, object{"type": "message", "attachments": []any{object{"contentType": "image/png"}, object{"contentType": "image/png"}}}, 400, "BadSyntax"},
		"a mention of nobody":      {"POST", send, object{"type": "message", "text": "x", "entities": []any{object{"type": "mention", "text": "<at>x</at>"}}}, 400, "BadArgument"},
		"a mention not in text":    {"POST", send, object{"type": "message", "text": "x", "entities": []any{object{"type": "mention", "text": "<at>x</at>", "mentioned": object{"id": "29:1"}}}}, 400, "BadArgument"},
		"too long":                 {"POST", send, says(strings.Repeat("x", 28<<10)), 413, "MessageSizeTooBig"},
		"too long a new post":      {"POST", "/v3/conversations", post(launch, says(strings.Repeat("x", 28<<10))), 413, "MessageSizeTooBig"},
		"a new post of nothing":    {"POST", "/v3/conversations", post(launch, nil), 400, "BadSyntax"},
		"a new post nowhere":       {"POST", "/v3/conversations", post("19:none@thread.tacv2", says("x")), 404, "ConversationNotFound"},
		"a new post without a bot": {"POST", "/v3/conversations", post(elsewhere, says("x")), 403, "BotNotInConversationRoster"},
		"a new group":              {"POST", "/v3/conversations", post(managers, says("x")), 400, "BadArgument"},
		"a chat with no tenant":    {"POST", "/v3/conversations", object{"members": []any{object{"id": w.UserID(ben)}}}, 400, "BadArgument"},
		"a chat with two":          {"POST", "/v3/conversations", object{"tenantId": tenant, "members": []any{object{"id": w.UserID(ben)}, object{"id": w.UserID(ada)}}}, 400, "BadArgument"},
		"a chat with nobody":       {"POST", "/v3/conversations", object{"tenantId": tenant, "members": []any{object{"id": "29:1x"}}}, 400, "BadSyntax"},
		"a chat without a bot":     {"POST", "/v3/conversations", object{"tenantId": tenant, "members": []any{object{"id": w.UserID(eve)}}}, 403, "ForbiddenOperationException"},
		"somebody else":            {"GET", in(launch) + "/members/" + eve, nil, 404, "MemberNotFoundInConversation"},
		"a page of nothing":        {"GET", in(launch) + "/pagedmembers?continuationToken=x", nil, 403, "BadArgument"},
		"a page of a word":         {"GET", in(launch) + "/pagedmembers?pageSize=x", nil, 400, "BadArgument"},
		"no team":                  {"GET", "/v3/teams/19:none@thread.tacv2", nil, 404, "BadArgument"},
		"a team without a bot":     {"GET", "/v3/teams/" + elsewhere + "/conversations", nil, 403, "BotNotInConversationRoster"},
	} {
		if a := w.call(t, c.method, c.path, c.body); a.status != c.status || a.text("error", "code") != c.code || a.text("error", "message") == "" {
			t.Errorf("%s: %+v, want %d %s", name, a, c.status, c.code)
		}
	}
	if posts := w.Posts(launch); len(posts) != 2 || posts[0].Text != "here" || len(posts[0].History) != 1 || len(w.Done()) != 1 {
		t.Errorf("what was refused has done something: %+v %+v", posts, w.Done())
	}
}

func TestWhatTeamsTakesIsTaken(t *testing.T) {
	w := newWorld(t, nil)
	for name, c := range map[string]struct {
		path   string
		body   any
		status int
	}{
		"typing":         {in(launch) + "/activities", object{"type": "typing"}, 202},
		"six actions":    {in(launch) + "/activities", shows(card(object{"actions": actions(6)})), 201},
		"an older card":  {in(launch) + "/activities", shows(card(object{"version": "1.0"})), 201},
		"a mention":      {in(launch) + "/activities", object{"type": "message", "text": "<at>Ada</at>", "entities": []any{object{"type": "mention", "text": "<at>Ada</at>", "mentioned": object{"id": w.UserID(ada)}}}}, 201},
		"almost 28 kB":   {in(launch) + "/activities", says(strings.Repeat("x", 28<<10-50)), 201},
		"to several":     {in(managers) + "/activities", says("x"), 201},
		"alone":          {in(w.ChatID(ben)) + "/activities", says("x"), 201},
		"alone, of team": {in(w.ChatID(ada)) + "/activities", says("x"), 201},
		"by object id":   {"/v3/conversations", object{"tenantId": tenant, "members": []any{object{"id": ben}}}, 201},
		"tenant in data": {"/v3/conversations", object{"channelData": object{"tenant": object{"id": tenant}}, "members": []any{object{"id": w.UserID(ben)}}}, 201},
	} {
		if a := w.call(t, "POST", c.path, c.body); a.status != c.status {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestTheRosterNamesPeopleAndChannels(t *testing.T) {
	w := newWorld(t, func(c *teams.Config) {
		for range 130 {
			id := "m" + strings.Repeat("x", len(c.People))
			c.People = append(c.People, teams.Person{ID: id})
			c.Teams[0].Members = append(c.Teams[0].Members, id)
		}
	})
	a := w.call(t, "GET", in(launch)+"/members/"+url.PathEscape(w.UserID(ada)), nil)
	for field, want := range map[string]any{
		"id": w.UserID(ada), "aadObjectId": ada, "name": "Ada Lane", "givenName": "Ada", "surname": "Lane", "email": "ada@example.com",
		"userPrincipalName": "ada@example.com", "tenantId": tenant, "userRole": "user",
	} {
		if a.body[field] != want {
			t.Errorf("%s is %v", field, a.body[field])
		}
	}
	seen, token := map[string]bool{}, ""
	for page := 0; page == 0 || token != ""; page++ {
		a := w.call(t, "GET", in(launch)+"/pagedmembers?pageSize=60&continuationToken="+token, nil)
		list, _ := a.body["members"].([]any)
		for _, m := range list {
			seen[at(m, "id").(string)] = true
		}
		if token = a.text("continuationToken"); page > 2 {
			t.Fatal("the pages do not end")
		}
	}
	if len(seen) != 132 {
		t.Errorf("%d members on all pages", len(seen))
	}
	if a := w.call(t, "GET", "/v3/teams/"+general, nil); a.text("name") != "Store 12" || a.text("aadGroupId") != "g-12" || a.body["channelCount"] != 2.0 {
		t.Errorf("%+v", a)
	}
	a = w.call(t, "GET", "/v3/teams/"+general+"/conversations", nil)
	first, _ := at(any(a.body), "conversations", 0).(map[string]any)
	if name, has := first["name"]; !has || name != nil || first["id"] != general || a.text("conversations", 1, "name") != "Launch" {
		t.Errorf("%+v", a)
	}
}

func TestOnlyTheBotsOwnTokenIsTakenAndActivitiesAreSigned(t *testing.T) {
	login, err := teams.NewLogin(teams.LoginConfig{AppID: app, Password: "secret", Tenant: tenant, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(login.Handler())
	defer front.Close()
	login.SetBaseURL(front.URL)
	w := newWorld(t, func(c *teams.Config) { c.Login = login })
	if a := w.call(t, "POST", in(launch)+"/activities", says("x")); a.status != http.StatusUnauthorized || len(w.Posts(launch)) != 0 {
		t.Errorf("without a token: %+v", a)
	}
	resp, err := http.PostForm(login.TokenURL(), url.Values{
		"grant_type": {"client_credentials"}, "client_id": {app}, "client_secret": {"secret"}, "scope": {teams.Scope},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.token = tokenOf(t, resp)
	if a := w.call(t, "POST", in(launch)+"/activities", says("x")); a.status != 201 {
		t.Errorf("with a token: %+v", a)
	}
	if done := w.Done(); done[0].Bearer != "Bearer "+w.token {
		t.Errorf("done by %q", done[0].Bearer)
	}
	if _, err := w.Say(t.Context(), ben, "hello"); err != nil || !strings.HasPrefix(w.bearer, "Bearer ey") {
		t.Errorf("%v %q", err, w.bearer)
	}
}

func TestAnImpossibleTeamsIsRefused(t *testing.T) {
	good := func() teams.Config {
		return teams.Config{BaseURL: "http://teams.example", BotURL: "http://bot.example", AppID: app, BotName: "Clarion", Tenant: tenant}
	}
	if _, err := teams.New(good()); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*teams.Config){
		"no address":       func(c *teams.Config) { c.BaseURL = "" },
		"no bot":           func(c *teams.Config) { c.BotURL = "x" },
		"no tenant":        func(c *teams.Config) { c.Tenant = "" },
		"a nobody":         func(c *teams.Config) { c.People = []teams.Person{{}} },
		"one person twice": func(c *teams.Config) { c.People = []teams.Person{{ID: ada}, {ID: ada}} },
		"one team twice":   func(c *teams.Config) { c.Teams = []teams.Team{{ID: general}, {ID: general}} },
		"a stranger":       func(c *teams.Config) { c.Teams = []teams.Team{{ID: general, Members: []string{ada}}} },
		"a group of none":  func(c *teams.Config) { c.Groups = []teams.Group{{}} },
		"a chat of others": func(c *teams.Config) { c.Groups = []teams.Group{{ID: managers, Members: []string{ada}}} },
		"all calls fail":   func(c *teams.Config) { c.Weather.Failures = map[teams.Failure]float64{teams.Cut: 2} },
	} {
		cfg := good()
		change(&cfg)
		if _, err := teams.New(cfg); err == nil {
			t.Errorf("%s: it is made", name)
		}
	}
}
