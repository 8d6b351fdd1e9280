package playground_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/playground"
)

// ask calls a method with a form and gives the answer.
func (w *world) ask(t *testing.T, method string, fields map[string]string) (int, http.Header, map[string]any) {
	t.Helper()
	form := url.Values{"token": {botToken}}
	for k, v := range fields {
		form.Set(k, v)
	}
	resp, err := w.client.PostForm(w.base+"/api/"+method, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return resp.StatusCode, resp.Header, out
}

const (
	goodBlocks = `[{"type":"section","text":{"type":"mrkdwn","text":"Hello"}}]`
	goodView   = `{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[]}`
	goodHome   = `{"type":"home","blocks":[]}`
)

// Each row is one thing that Slack refuses, in Slack's own word.
func TestWebAPIRefusesWhatSlackRefuses(t *testing.T) {
	type fields = map[string]string
	many := "[" + strings.TrimSuffix(strings.Repeat(`{"type":"divider"},`, 51), ",") + "]"
	for _, c := range []struct {
		name, method string
		fields       fields
		want         string
	}{
		{"no such method", "chat.shout", nil, "unknown_method"},
		{"no token", "auth.test", fields{"token": ""}, "not_authed"},
		{"wrong token", "auth.test", fields{"token": "xoxb-other"}, "invalid_auth"},
		{"app token for a bot's method", "auth.test", fields{"token": appToken}, "not_allowed_token_type"},
		{"bot token for the app's method", "apps.connections.open", nil, "not_allowed_token_type"},
		{"api.test echoes an error", "api.test", fields{"error": "my_error"}, "my_error"},

		{"post without a channel", "chat.postMessage", fields{"text": "x"}, "invalid_arguments"},
		{"post to an unknown channel", "chat.postMessage", fields{"channel": "C1", "text": "x"}, "channel_not_found"},
		{"post to a hidden channel", "chat.postMessage", fields{"channel": hidden, "text": "x"}, "channel_not_found"},
		{"post to an archived channel", "chat.postMessage", fields{"channel": closed, "text": "x"}, "is_archived"},
		{"post where the bot is not", "chat.postMessage", fields{"channel": quiet, "text": "x"}, "not_in_channel"},
		{"post to a bot", "chat.postMessage", fields{"channel": bot, "text": "x"}, "channel_not_found"},
		{"post nothing", "chat.postMessage", fields{"channel": general}, "no_text"},
		{"post nothing but no blocks", "chat.postMessage", fields{"channel": general, "blocks": "[]"}, "no_text"},
		{"post a long text", "chat.postMessage", fields{"channel": general, "text": strings.Repeat("ä", 40_001)}, "msg_too_long"},
		{"post 51 blocks", "chat.postMessage", fields{"channel": general, "blocks": many}, "invalid_blocks"},
		{"post half a block", "chat.postMessage", fields{"channel": general, "blocks": `[{"type":`}, "invalid_blocks_format"},
		{"post an object for blocks", "chat.postMessage", fields{"channel": general, "blocks": `{}`}, "invalid_blocks_format"},
		{"post attachments", "chat.postMessage", fields{"channel": general, "attachments": `[{"text":"x"}]`}, "invalid_attachments"},
		{"reply to nothing", "chat.postMessage", fields{"channel": general, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"},
		{"broken metadata", "chat.postMessage", fields{"channel": general, "text": "x", "metadata": "7"}, "invalid_metadata_format"},
		{"metadata without a type", "chat.postMessage", fields{"channel": general, "text": "x", "metadata": `{"event_payload":{}}`}, "invalid_metadata_schema"},
		{"large metadata", "chat.postMessage", fields{"channel": general, "text": "x",
			"metadata": `{"event_type":"a","event_payload":{"x":"` + strings.Repeat("x", 17_000) + `"}}`}, "metadata_too_large"},

		{"ephemeral to one who is not there", "chat.postEphemeral", fields{"channel": inner, "user": ben, "text": "x"}, "user_not_in_channel"},
		{"ephemeral where the bot is not", "chat.postEphemeral", fields{"channel": quiet, "user": amira, "text": "x"}, "not_in_channel"},
		{"update in an unknown channel", "chat.update", fields{"channel": "C1", "ts": "1.000001", "text": "x"}, "channel_not_found"},
		{"update by name", "chat.update", fields{"channel": "general", "ts": "1.000001", "text": "x"}, "channel_not_found"},
		{"update of nothing", "chat.update", fields{"channel": general, "ts": "1.000001", "text": "x"}, "message_not_found"},
		{"update of no ts", "chat.update", fields{"channel": general, "ts": "yesterday", "text": "x"}, "message_not_found"},
		{"update with a long text", "chat.update", fields{"channel": general, "ts": "1.000001", "text": strings.Repeat("x", 4001)}, "msg_too_long"},
		{"delete of nothing", "chat.delete", fields{"channel": general, "ts": "1.000001"}, "message_not_found"},
		{"link to nothing", "chat.getPermalink", fields{"channel": general, "message_ts": "1.000001"}, "message_not_found"},

		{"info on an unknown channel", "conversations.info", fields{"channel": "C1"}, "channel_not_found"},
		{"join an archived channel", "conversations.join", fields{"channel": closed}, "is_archived"},
		{"join a private channel", "conversations.join", fields{"channel": inner}, "method_not_supported_for_channel_type"},
		{"join a hidden channel", "conversations.join", fields{"channel": hidden}, "channel_not_found"},
		{"list unknown types", "conversations.list", fields{"types": "secret"}, "invalid_types"},
		{"list with a foreign cursor", "conversations.list", fields{"cursor": "Zm9v"}, "invalid_cursor"},
		{"list too many", "conversations.list", fields{"limit": "1001"}, "invalid_limit"},
		{"members of an unknown channel", "conversations.members", fields{"channel": "C1"}, "channel_not_found"},
		{"history of an unknown channel", "conversations.history", fields{"channel": "C1"}, "channel_not_found"},
		{"history where the bot is not", "conversations.history", fields{"channel": quiet}, "not_in_channel"},
		{"history from no time", "conversations.history", fields{"channel": general, "oldest": "x"}, "invalid_ts_oldest"},
		{"history to no time", "conversations.history", fields{"channel": general, "latest": "x"}, "invalid_ts_latest"},
		{"history of zero", "conversations.history", fields{"channel": general, "limit": "-1"}, "invalid_limit"},
		{"thread of nothing", "conversations.replies", fields{"channel": general, "ts": "1.000001"}, "thread_not_found"},
		{"open with nobody", "conversations.open", nil, "users_list_not_supplied"},
		{"open with an unknown user", "conversations.open", fields{"users": "U1"}, "user_not_found"},
		{"open with the bot", "conversations.open", fields{"users": bot}, "cannot_dm_bot"},
		{"open with a group", "conversations.open", fields{"users": amira + "," + ben}, "invalid_user_combination"},

		{"unknown user", "users.info", fields{"user": "U1"}, "user_not_found"},
		{"unknown address", "users.lookupByEmail", fields{"email": "no@example.com"}, "users_not_found"},
		{"users after a foreign cursor", "users.list", fields{"cursor": "Zm9v"}, "invalid_cursor"},
		{"channels of an unknown user", "users.conversations", fields{"user": "U1"}, "user_not_found"},
		{"unknown group", "usergroups.users.list", fields{"usergroup": "S1"}, "no_such_subteam"},
		{"unknown bot", "bots.info", fields{"bot": "B1"}, "bot_not_found"},

		{"open without a trigger", "views.open", fields{"view": goodView}, "invalid_arguments"},
		{"open with a made-up trigger", "views.open", fields{"view": goodView, "trigger_id": "1.2.a"}, "invalid_trigger_id"},
		{"open no view", "views.open", fields{"view": "7", "trigger_id": "1.2.a"}, "invalid_arguments"},
		{"open a Home tab", "views.open", fields{"view": goodHome, "trigger_id": "1.2.a"}, "invalid_arguments"},
		{"open a large view", "views.open", fields{"view": `{"type":"` + strings.Repeat("x", 250_000) + `"}`, "trigger_id": "1.2.a"}, "view_too_large"},
		{"push with a made-up trigger", "views.push", fields{"view": goodView, "trigger_id": "1.2.a"}, "invalid_trigger_id"},
		{"update no view", "views.update", fields{"view": goodView, "view_id": "V1"}, "not_found"},
		{"update an unknown external id", "views.update", fields{"view": goodView, "external_id": "mine"}, "not_found"},
		{"publish to an unknown user", "views.publish", fields{"view": goodHome, "user_id": "U1"}, "user_not_found"},
		{"publish a modal", "views.publish", fields{"view": goodView, "user_id": ben}, "invalid_arguments"},
		{"publish over a Home tab that is not there", "views.publish", fields{"view": goodHome, "user_id": ben, "hash": "1.2"}, "hash_conflict"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			status, _, out := w.ask(t, c.method, c.fields)
			if status != http.StatusOK || out["ok"] != false || out["error"] != c.want {
				t.Errorf("%d %v, want %s", status, out, c.want)
			}
		})
	}
}

func TestInvalidBlocksNameThePlaceAndTheRule(t *testing.T) {
	w := newWorld(t, nil)
	long := `[{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("x", 3001) + `"}}]`
	_, _, out := w.ask(t, "chat.postMessage", map[string]string{"channel": general, "blocks": long})
	meta, _ := out["response_metadata"].(map[string]any)
	messages, _ := meta["messages"].([]any)
	if len(messages) != 1 || messages[0] != "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]" {
		t.Errorf("messages = %v", messages)
	}
}

func TestJSONBodiesAndHeaderTokensAreTaken(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ kind, auth, body, want string }{
		{"application/json; charset=utf-8", "Bearer " + botToken, `{"channel":"CGENERAL","blocks":` + goodBlocks + `}`, ""},
		{"application/json", "", `{"channel":"CGENERAL","text":"x"}`, "not_authed"},
		{"application/json", "Bearer " + botToken, `{"channel":`, "invalid_json"},
		{"text/html", "Bearer " + botToken, `x`, "invalid_post_type"},
		{"application/x-www-form-urlencoded", "Bearer " + botToken, "channel=CGENERAL&text=%zz", "invalid_form_data"},
	} {
		req, err := http.NewRequest(http.MethodPost, w.base+"/api/chat.postMessage", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", c.kind)
		if c.auth != "" {
			req.Header.Set("Authorization", c.auth)
		}
		resp, err := w.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var out slack.SlackResponse
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if out.Error != c.want {
			t.Errorf("%s %s: %q, want %q", c.kind, c.body, out.Error, c.want)
		}
	}
}

func TestOnlyItsOwnMessagesCanTheBotChange(t *testing.T) {
	w := newWorld(t, nil)
	if err := w.Say(t.Context(), ben, general, "mine"); err != nil {
		t.Fatal(err)
	}
	ts := w.last(t, general, ben).TS
	if _, _, _, err := w.api.UpdateMessage(general, ts, slack.MsgOptionText("x", false)); err == nil || err.Error() != "cant_update_message" {
		t.Error(err)
	}
	if _, _, err := w.api.DeleteMessage(general, ts); err == nil || err.Error() != "cant_delete_message" {
		t.Error(err)
	}
	_, ts, err := w.api.PostMessage(inner, slack.MsgOptionText("x", false))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Archive(inner, true); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := w.api.UpdateMessage(inner, ts, slack.MsgOptionText("y", false)); err == nil || err.Error() != "is_inactive" {
		t.Error(err)
	}
}

func TestTriggerOpensOneFormWithinThreeSeconds(t *testing.T) {
	w := newWorld(t, nil)
	id := w.trigger(t, ben)
	broken := form(strings.Repeat("x", 25))
	if _, err := w.api.OpenView(id, broken); err == nil || err.Error() != "invalid_arguments" {
		t.Error(err)
	}
	w.real.pass(3 * time.Second)
	if _, err := w.api.OpenView(id, form("First")); err != nil {
		t.Errorf("a refused view has used the trigger up: %v", err)
	}
	if _, err := w.api.OpenView(id, form("Second")); err == nil || err.Error() != "exchanged_trigger_id" {
		t.Error(err)
	}
	late := w.trigger(t, ben)
	w.real.pass(3*time.Second + time.Millisecond)
	if _, err := w.api.OpenView(late, form("Third")); err == nil || err.Error() != "expired_trigger_id" {
		t.Error(err)
	}
	if _, err := w.api.PushView(w.trigger(t, ben), form("Fourth")); err == nil || err.Error() != "not_found" {
		t.Errorf("a command's trigger pushed: %v", err)
	}
}

func TestAtMostThreeFormsStackUp(t *testing.T) {
	w := newWorld(t, nil)
	f := form("First")
	f.Blocks.BlockSet = append(f.Blocks.BlockSet, button("row", "more", "1"))
	if _, err := w.api.OpenView(w.trigger(t, ben), f); err != nil {
		t.Fatal(err)
	}
	var got []string
	w.bot.action = func(c slack.InteractionCallback) any {
		_, err := w.api.PushView(c.TriggerID, f)
		if err != nil {
			got = append(got, err.Error())
		} else {
			got = append(got, "ok")
		}
		return nil
	}
	for range 3 {
		list := w.Views(ben)
		if err := w.PressView(t.Context(), ben, list[len(list)-1].ID, playground.Pressed{ActionID: "more"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Join(got, " ") != "ok ok push_limit_reached" {
		t.Errorf("pushes = %v", got)
	}
	if err := w.CloseView(t.Context(), ben, w.Views(ben)[1].ID); err != nil || len(w.Views(ben)) != 1 {
		t.Errorf("%d views left, %v", len(w.Views(ben)), err)
	}
}

func TestStaleHashIsAConflict(t *testing.T) {
	w := newWorld(t, nil)
	resp, err := w.api.OpenView(w.trigger(t, ben), form("First"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.api.UpdateView(form("Second"), "", resp.Hash, resp.View.ID); err != nil {
		t.Error(err)
	}
	if _, err := w.api.UpdateView(form("Third"), "", resp.Hash, resp.View.ID); err == nil || err.Error() != "hash_conflict" {
		t.Error(err)
	}
	named := form("Fourth")
	named.ExternalID = "mine"
	if _, err := w.api.OpenView(w.trigger(t, ben), named); err != nil {
		t.Fatal(err)
	}
	if _, err := w.api.OpenView(w.trigger(t, amira), named); err == nil || err.Error() != "duplicate_external_id" {
		t.Error(err)
	}
	if _, err := w.api.UpdateView(named, "mine", "", ""); err != nil {
		t.Error(err)
	}
}

func TestResponseURLTakesFiveMessagesInThirtyMinutes(t *testing.T) {
	w := newWorld(t, nil)
	var address string
	w.bot.command = func(c slack.SlashCommand) any { address = c.ResponseURL; return nil }
	if err := w.Command(t.Context(), ben, general, "/drop"); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := slack.PostWebhook(address, &slack.WebhookMessage{Text: "hello"}); err != nil {
			t.Fatal(err)
		}
	}
	if m := w.last(t, general, ben); m.Ephemeral != ben || len(w.Messages(general, amira)) != 0 {
		t.Errorf("not for Ben only: %+v", m)
	}
	if code, body := w.post(t, address, map[string]string{"text": "x"}); code != 404 || !strings.Contains(body, "used_url") {
		t.Errorf("sixth: %d %s", code, body)
	}
	if err := w.Command(t.Context(), ben, general, "/drop"); err != nil {
		t.Fatal(err)
	}
	if code, body := w.post(t, address, map[string]string{"text": ""}); code != 400 || !strings.Contains(body, "no_text") {
		t.Errorf("empty: %d %s", code, body)
	}
	w.real.pass(30*time.Minute + time.Second)
	if code, body := w.post(t, address, map[string]string{"text": "x"}); code != 404 || !strings.Contains(body, "expired_url") {
		t.Errorf("late: %d %s", code, body)
	}
	if code, _ := w.post(t, w.base+"/hooks/commands/T/abc", map[string]string{"text": "x"}); code != 404 {
		t.Errorf("made up: %d", code)
	}
}

func TestResponseURLReplacesAndDeletesTheMessageThatWasPressed(t *testing.T) {
	w := newWorld(t, nil)
	if _, err := w.api.PostEphemeral(general, ben, slack.MsgOptionText("pick", false), slack.MsgOptionBlocks(button("row", "share", "1"))); err != nil {
		t.Fatal(err)
	}
	var address string
	w.bot.action = func(c slack.InteractionCallback) any {
		address = c.ResponseURL
		if c.Message.Timestamp != "" || !c.Container.IsEphemeral {
			t.Errorf("an ephemeral message's content was sent: %+v", c.Message)
		}
		return nil
	}
	m := w.last(t, general, ben)
	if err := w.Press(t.Context(), ben, general, m.TS, playground.Pressed{ActionID: "share"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Press(t.Context(), amira, general, m.TS, playground.Pressed{ActionID: "share"}); err == nil {
		t.Error("Amira pressed what only Ben sees")
	}
	if err := slack.PostWebhook(address, &slack.WebhookMessage{Text: "done", ReplaceOriginal: true}); err != nil {
		t.Fatal(err)
	}
	got := w.Messages(general, ben)
	if len(got) != 1 || got[0].Text != "done" || got[0].Blocks != nil || got[0].Ephemeral != ben {
		t.Errorf("after replacing: %+v", got)
	}
	if err := slack.PostWebhook(address, &slack.WebhookMessage{Text: "all", ResponseType: "in_channel"}); err != nil {
		t.Fatal(err)
	}
	if m := w.last(t, general, amira); m.Text != "all" {
		t.Errorf("to everyone: %+v", m)
	}
	if err := slack.PostWebhook(address, &slack.WebhookMessage{DeleteOriginal: true}); err != nil {
		t.Fatal(err)
	}
	if n := len(w.Messages(general, ben)); n != 1 {
		t.Errorf("%d messages after deleting", n)
	}
}
