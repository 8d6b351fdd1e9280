package teams_test

import (
	"strings"
	"testing"

	"github.com/clarion-bot/clarion/playground/teams"
)

var share = card(object{
	"body": []any{
		object{"type": "TextBlock", "text": "Autumn"},
		object{"type": "Input.Text", "id": "i:why", "value": "because"},
		object{"type": "ActionSet", "actions": []any{object{"type": "Action.OpenUrl", "title": "Look", "url": "https://example.com"}}},
	},
	"actions": []any{
		object{"type": "Action.Submit", "title": "Share it", "data": object{"msteams": object{"type": "task/fetch"}, "clarion": object{"action": "share"}}},
		object{"type": "Action.Execute", "title": "Mine", "verb": "mine", "data": object{"n": 1}},
		object{"type": "Action.Submit", "title": "Plain", "data": object{"n": 2}},
	},
})

func TestAPostStandsIsChangedAnsweredAndDeleted(t *testing.T) {
	w := newWorld(t, nil)
	made := w.call(t, "POST", "/v3/conversations", post(launch, shows(share)))
	id := made.text("activityId")
	if made.status != 201 || id == "" || made.text("id") != launch+";messageid="+id {
		t.Fatalf("made: %+v", made)
	}
	if a := w.call(t, "POST", in(made.text("id"))+"/activities", says("an answer")); a.status != 201 || a.text("id") == "" {
		t.Fatalf("answer: %+v", a)
	}
	if a := w.call(t, "POST", in(launch)+"/activities/"+id, says("another")); a.status != 201 {
		t.Fatalf("reply: %+v", a)
	}
	if a := w.call(t, "PUT", in(launch)+"/activities/"+id, says("closed")); a.status != 200 || a.text("id") != id {
		t.Fatalf("change: %+v", a)
	}
	posts := w.Posts(launch)
	if len(posts) != 1 || posts[0].ID != id || posts[0].Text != "closed" || len(posts[0].History) != 2 || len(posts[0].Replies) != 2 ||
		!strings.Contains(string(posts[0].History[0].Card), "Autumn") || posts[0].Replies[0].Conversation != posts[0].Conversation {
		t.Fatalf("%+v", posts)
	}
	if a := w.call(t, "DELETE", in(made.text("id"))+"/activities/"+id, nil); a.status != 200 || len(w.Posts(launch)) != 0 {
		t.Fatalf("delete: %+v, %v", a, w.Posts(launch))
	}
	for route, n := range map[teams.Route]int{teams.Create: 1, teams.Send: 1, teams.Reply: 1, teams.Update: 1, teams.Delete: 1} {
		if w.Calls(route) != n {
			t.Errorf("%s is counted %d times", route, w.Calls(route))
		}
	}
	done := w.Done()
	if len(done) != 5 || done[0].Route != teams.Create || done[0].Activity != id || done[0].Conversation != made.text("id") || !done[0].Heard {
		t.Errorf("done: %+v", done)
	}
}

func TestAMentionIsHTMLWithAnEntityInTheThreadOfItsPost(t *testing.T) {
	w := newWorld(t, nil)
	a, err := w.Mention(t.Context(), ada, launch, "drop <campaign>")
	if err != nil || a.Status != 200 {
		t.Fatal(a, err)
	}
	got := w.last(t)
	if got["text"] != "<at>Clarion</at>&nbsp;drop &lt;campaign&gt;\n" || at(got, "entities", 0, "mentioned", "id") != "28:"+app ||
		at(got, "from", "aadObjectId") != ada || at(got, "channelData", "channel", "id") != launch || at(got, "channelData", "team", "id") != general ||
		at(got, "conversation", "id") != launch+";messageid="+got["id"].(string) || at(got, "serviceUrl") != w.base+"/" {
		t.Errorf("%v", got)
	}
	if _, err := w.Again(t.Context(), a); err != nil || w.last(t)["id"] != got["id"] || len(w.Posts(launch)) != 1 {
		t.Errorf("again: %v %v", err, w.last(t))
	}
	if _, err := w.Mention(t.Context(), ada, at(got, "conversation", "id").(string), "and more"); err != nil || len(w.Posts(launch)[0].Replies) != 1 ||
		at(w.last(t), "conversation", "id") != at(got, "conversation", "id") {
		t.Errorf("in the thread: %v %v", err, w.last(t))
	}
	if _, err := w.Say(t.Context(), ben, "home"); err != nil || at(w.last(t), "conversation", "conversationType") != "personal" ||
		at(w.last(t), "conversation", "id") != w.ChatID(ben) || at(w.last(t), "channelData", "channel") != nil {
		t.Errorf("alone: %v %v", err, w.last(t))
	}
	if _, err := w.Say(t.Context(), eve, "home"); err == nil {
		t.Error("who has no bot can talk to it")
	}
	if _, err := w.Mention(t.Context(), eve, elsewhere, "home"); err == nil {
		t.Error("a bot can be mentioned where it is not")
	}
}

func TestAPressOpensADialogThatIsSubmittedAndCloses(t *testing.T) {
	w := newWorld(t, nil)
	w.call(t, "POST", "/v3/conversations", post(launch, shows(share)))
	m := w.Posts(launch)[0]
	if got := teams.Actions(m.Card); strings.Join(got, ",") != "Look,Share it,Mine,Plain" {
		t.Errorf("actions: %v", got)
	}
	form := card(object{
		"body":    []any{object{"type": "Input.ChoiceSet", "id": "i:network", "choices": []any{object{"title": "X", "value": "x"}}, "isRequired": true}},
		"actions": []any{object{"type": "Action.Submit", "title": "Go", "data": object{"clarion": object{"state": "s"}}}},
	})
	w.replies(200, object{"task": object{"type": "continue", "value": object{"title": "Share", "card": object{"contentType": teams.AdaptiveCard, "content": form}}}})
	a, err := w.Press(t.Context(), ada, m, "Share it", nil)
	if err != nil || a.Dialog == nil || a.Dialog.Title != "Share" || a.Dialog.Closed {
		t.Fatalf("%+v %v", a, err)
	}
	got := w.last(t)
	if got["type"] != "invoke" || got["name"] != "task/fetch" || got["replyToId"] != m.ID || at(got, "value", "data", "clarion", "action") != "share" ||
		at(got, "value", "data", "i:why") != "because" || at(got, "conversation", "id") != m.Conversation {
		t.Errorf("fetch: %v", got)
	}
	for name, inputs := range map[string]map[string]string{"nothing": nil, "no choice": {"i:network": "y"}, "no input": {"i:network": "x", "i:what": "x"}} {
		if _, err := w.Submit(t.Context(), a.Dialog, "Go", inputs); err == nil {
			t.Errorf("%s can be submitted", name)
		}
	}
	w.replies(200, object{"task": object{"type": "message", "value": "Thanks"}})
	b, err := w.Submit(t.Context(), a.Dialog, "#0", map[string]string{"i:network": "x"})
	if err != nil || b.Dialog.Message != "Thanks" || !b.Dialog.Closed {
		t.Fatalf("%+v %v", b, err)
	}
	got = w.last(t)
	if got["name"] != "task/submit" || at(got, "value", "data", "i:network") != "x" || at(got, "value", "data", "clarion", "state") != "s" {
		t.Errorf("submit: %v", got)
	}
	w.replies(200, nil)
	if b, err = w.Submit(t.Context(), a.Dialog, "Go", map[string]string{"i:network": "x"}); err != nil || !b.Dialog.Closed {
		t.Errorf("%+v %v", b, err)
	}
	w.replies(200, object{"task": object{"type": "continue", "value": object{"card": object{"contentType": teams.AdaptiveCard, "content": "{}"}}}})
	if _, err := w.Press(t.Context(), ada, m, "Share it", nil); err == nil {
		t.Error("a card that is no object is shown")
	}
}

func TestWhoCannotOpenDialogsSendsAMessage(t *testing.T) {
	w := newWorld(t, func(c *teams.Config) { c.Teams[0].Members = nil })
	w.call(t, "POST", "/v3/conversations", post(launch, shows(share)))
	a, err := w.Press(t.Context(), eve, w.Posts(launch)[0], "Share it", nil)
	got := w.last(t)
	if err != nil || a.Dialog != nil || got["type"] != "message" || at(got, "value", "clarion", "action") != "share" || got["text"] != nil {
		t.Errorf("%+v %v %v", a, err, got)
	}
	if _, err = w.Press(t.Context(), ada, w.Posts(launch)[0], "Plain", nil); err != nil || w.last(t)["type"] != "message" || at(w.last(t), "value", "n") != 2.0 {
		t.Errorf("%v %v", err, w.last(t))
	}
	if a, err = w.Press(t.Context(), ada, w.Posts(launch)[0], "Look", nil); err != nil || a.URL != "https://example.com" || a.Activity != nil {
		t.Errorf("%+v %v", a, err)
	}
}

func TestACardFromAnActionIsSeenByWhoPressedUntilTheMessageChanges(t *testing.T) {
	w := newWorld(t, nil)
	w.call(t, "POST", "/v3/conversations", post(launch, shows(share)))
	m := w.Posts(launch)[0]
	w.replies(200, object{"statusCode": 200, "type": teams.AdaptiveCard, "value": card(object{"body": []any{object{"type": "TextBlock", "text": "Yours"}}})})
	a, err := w.Press(t.Context(), ada, m, "Mine", nil)
	if err != nil || !strings.Contains(string(a.Card), "Yours") || at(w.last(t), "value", "action", "verb") != "mine" ||
		at(w.last(t), "value", "action", "data", "n") != 1.0 {
		t.Fatalf("%+v %v %v", a, err, w.last(t))
	}
	if !strings.Contains(string(w.Seen(ada, m)), "Yours") || strings.Contains(string(w.Seen(ben, m)), "Yours") {
		t.Errorf("ada sees %s, ben %s", w.Seen(ada, m), w.Seen(ben, m))
	}
	w.call(t, "PUT", in(launch)+"/activities/"+m.ID, shows(share))
	if strings.Contains(string(w.Seen(ada, m)), "Yours") {
		t.Error("ada still sees what the action gave her")
	}
	w.replies(200, object{"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Done"})
	if a, err = w.Press(t.Context(), ada, m, "Mine", nil); err != nil || a.Message != "Done" {
		t.Errorf("%+v %v", a, err)
	}
	w.replies(200, object{"statusCode": 400, "type": "application/vnd.microsoft.error", "value": object{"code": "BadRequest", "message": "No"}})
	if a, err = w.Press(t.Context(), ada, m, "Mine", nil); err != nil || a.OK() || a.Message != "No" {
		t.Errorf("%+v %v", a, err)
	}
}

func TestAnInstallationIsToldTwice(t *testing.T) {
	w := newWorld(t, nil)
	if _, err := w.InstallTeam(t.Context(), eve, elsewhere); err != nil {
		t.Fatal(err)
	}
	if len(w.heard) != 2 || w.heard[0]["type"] != "conversationUpdate" || at(w.heard[0], "membersAdded", 0, "id") != "28:"+app ||
		at(w.heard[0], "channelData", "eventType") != "teamMemberAdded" || at(w.heard[0], "channelData", "team", "aadGroupId") != "g-13" ||
		w.heard[1]["type"] != "installationUpdate" || w.heard[1]["action"] != "add" || at(w.heard[1], "conversation", "id") != elsewhere {
		t.Errorf("%v", w.heard)
	}
	if a := w.call(t, "POST", in(elsewhere)+"/activities", says("hello")); a.status != 201 {
		t.Errorf("%+v", a)
	}
	if a := w.call(t, "POST", "/v3/conversations", object{"tenantId": tenant, "members": []any{object{"id": w.UserID(eve)}}}); a.text("id") != w.ChatID(eve) {
		t.Errorf("the bot cannot talk alone to somebody of its team: %+v", a)
	}
	if _, err := w.UninstallTeam(t.Context(), eve, elsewhere); err != nil || w.last(t)["action"] != "remove" {
		t.Fatal(err, w.last(t))
	}
	if a := w.call(t, "POST", in(elsewhere)+"/activities", says("hello")); a.text("error", "code") != "BotNotInConversationRoster" {
		t.Errorf("%+v", a)
	}
	if _, err := w.InstallPerson(t.Context(), eve); err != nil || w.last(t)["action"] != "add" || at(w.last(t), "conversation", "id") != w.ChatID(eve) {
		t.Error(err, w.last(t))
	}
	if a, err := w.React(t.Context(), ada, teams.Message{ID: "1", Conversation: launch}, "like"); err != nil || !a.OK() ||
		at(w.last(t), "reactionsAdded", 0, "type") != "like" {
		t.Error(a, err, w.last(t))
	}
}
