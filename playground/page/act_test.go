package page_test

import (
	"bufio"
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestCommandOpensAFormWhoseErrorsStandAtTheirFieldUntilItIsRight(t *testing.T) {
	r := newRig(t)
	r.act("/say", "as", "U2", "in", "C1", "text", "/form campaign")
	if c := r.last("command"); c["command"] != "/form" || c["text"] != "campaign" || c["user"] != "U2" {
		t.Errorf("the bot heard %v", c)
	}
	body := r.see("/?as=U2&in=C1")
	contains(t, body, "Plan a campaign", ">Cancel<", "Plan it", `name="name~v"`)
	lacks(t, r.see("/?as=U1&in=C1"), "Plan a campaign")
	view := viewOf(t, body)

	r.act("/view/submit", "as", "U2", "view", view, "name~v", "bad")
	contains(t, r.see("/?as=U2&in=C1"), "Choose a better name.", `aria-invalid="true"`)
	if status, say := r.post("/view/submit", "as", "U2", "view", view, "name~v", "broken"); status != http.StatusBadGateway || !strings.Contains(say, "dispatch_failed") {
		t.Errorf("a bot that fails: %d %s", status, say)
	}
	contains(t, r.see("/?as=U2&in=C1"), "some trouble connecting")
	r.act("/view/submit", "as", "U2", "view", view, "name~v", "Winter window")
	lacks(t, r.see("/?as=U2&in=C1"), "Plan a campaign")
	state := r.last("view_submission")["view"].(object)["state"].(object)["values"].(object)["name"].(object)["v"].(object)
	if state["value"] != "Winter window" {
		t.Errorf("submitted state %v", state)
	}
}

// viewOf reads the id of the top view from the page.
func viewOf(t *testing.T, body string) string {
	t.Helper()
	m := regexp.MustCompile(`id="view-(V\w+)" class="view" data-view="V\w+" method="post" novalidate>`).FindStringSubmatch(body)
	if m == nil {
		t.Fatal("the page shows no view on top")
	}
	return m[1]
}

func TestAPressInAFormCarriesWhatIsTypedAndAPushedViewStandsOnTop(t *testing.T) {
	r := newRig(t)
	r.act("/say", "as", "U2", "in", "C1", "text", "/form")
	below := viewOf(t, r.see("/?as=U2&in=C1"))
	r.act("/view/press", "as", "U2", "view", below, "block_id", "more", "action_id", "pick", "more~pick", "2", "name~v", "half typed")
	payload := r.last("block_actions")
	if got := first(payload)["selected_option"].(object)["value"]; got != "2" {
		t.Errorf("selected %v", got)
	}
	values := payload["view"].(object)["state"].(object)["values"].(object)
	if got := values["name"].(object)["v"].(object)["value"]; got != "half typed" {
		t.Errorf("state %v", values)
	}

	r.act("/view/press", "as", "U2", "view", below, "block_id", "more", "action_id", "push", "name~v", "")
	body := r.see("/?as=U2&in=C1")
	top := viewOf(t, body)
	if top == below {
		t.Error("the pushed view is not on top")
	}
	contains(t, body, "Preview of it", "Plan a campaign", `data-view="`+below+`" method="post" novalidate hidden>`)
	r.act("/view/close", "as", "U2", "view", top)
	if got := viewOf(t, r.see("/?as=U2&in=C1")); got != below {
		t.Errorf("after closing, %s is on top, want %s", got, below)
	}
}

func TestAPressInAMessageReachesTheBotWithItsValue(t *testing.T) {
	r := newRig(t)
	answer := r.api("chat.postMessage", object{"channel": "C1", "text": "drop", "blocks": []object{
		{"type": "section", "block_id": "s", "text": object{"type": "mrkdwn", "text": "Which week?"}, "accessory": object{
			"type": "static_select", "action_id": "same", "options": []object{{"text": plain("Last"), "value": "last"}, {"text": plain("This"), "value": "this"}}}},
		{"type": "actions", "block_id": "a", "elements": []object{
			{"type": "button", "action_id": "same", "text": plain("Share it"), "value": "campaign-7"},
			{"type": "overflow", "action_id": "more", "options": []object{{"text": plain("Copy"), "value": "copy"}, {"text": plain("Report"), "value": "report"}}},
		}},
		{"type": "section", "block_id": "z", "text": object{"type": "mrkdwn", "text": "Where?"}, "accessory": object{
			"type": "static_select", "action_id": "same", "options": []object{{"text": plain("Here"), "value": "here"}}}},
	}})
	ts := answer["ts"].(string)
	contains(t, r.see("/?as=U2&in=C1"), "Share it", `data-ts="`+ts+`"`)

	r.act("/press", "as", "U2", "in", "C1", "ts", ts, "block_id", "a", "action_id", "same")
	if a := first(r.last("block_actions")); a["value"] != "campaign-7" || a["type"] != "button" {
		t.Errorf("button: %v", a)
	}
	r.act("/press", "as", "U2", "in", "C1", "ts", ts, "block_id", "s", "action_id", "same", "s~same", "this")
	if a := first(r.last("block_actions")); a["selected_option"].(object)["value"] != "this" {
		t.Errorf("select: %v", a)
	}
	// The same action id in another block is another element.
	r.act("/press", "as", "U2", "in", "C1", "ts", ts, "block_id", "z", "action_id", "same", "s~same", "this", "z~same", "here")
	if a := first(r.last("block_actions")); a["selected_option"] == nil || a["selected_option"].(object)["value"] != "here" {
		t.Errorf("select of another block: %v", a)
	}
	r.act("/press", "as", "U2", "in", "C1", "ts", ts, "block_id", "a", "action_id", "more", "a~more", "report")
	if a := first(r.last("block_actions")); a["selected_option"].(object)["value"] != "report" {
		t.Errorf("overflow: %v", a)
	}
}

func TestAPickerOfPeopleOffersThoseWhoCanBeWrittenTo(t *testing.T) {
	r := newRig(t)
	answer := r.api("chat.postMessage", object{"channel": "C1", "text": "who", "blocks": []object{
		{"type": "actions", "block_id": "a", "elements": []object{{"type": "users_select", "action_id": "who", "initial_user": "U2"}}},
	}})
	body := r.see("/?as=U2&in=C1")
	contains(t, body, `<option value="U1">Sofia Reyes</option>`, `<option value="U2" selected>Amira Khan</option>`)
	lacks(t, body, `<option value="UB"`, `<option value="U4"`)
	r.act("/press", "as", "U2", "in", "C1", "ts", answer["ts"].(string), "block_id", "a", "action_id", "who", "a~who", "U1")
	if a := first(r.last("block_actions")); a["selected_user"] != "U1" {
		t.Errorf("the bot heard %v", a)
	}
	if status, _ := r.post("/say", "as", "U4", "in", "C1", "text", "still here"); status != http.StatusNotFound {
		t.Errorf("somebody who is gone still acts: %d", status)
	}
}

func TestLookingAtHomeTellsTheBotNothingAndOpeningItDoes(t *testing.T) {
	r := newRig(t)
	contains(t, r.see("/?as=U2&in=home"), "has not put anything on this page yet")
	if n := r.heardCount(); n != 0 {
		t.Errorf("a look told the bot %d things", n)
	}
	changed, stop := r.slack.Changed()
	defer stop()
	r.act("/home", "as", "U2")
	r.api("views.publish", object{"user_id": "U2", "view": object{"type": "home", "blocks": []object{
		{"type": "header", "text": plain("Good morning")},
		{"type": "actions", "block_id": "h", "elements": []object{{"type": "button", "action_id": "again", "text": plain("Again"), "value": "9"}}},
	}}})
	<-changed
	body := r.see("/?as=U2&in=home")
	contains(t, body, "Good morning")
	lacks(t, body, "<textarea")
	home := regexp.MustCompile(`id="home" class="home-body" data-view="(V\w+)"`).FindStringSubmatch(body)
	if home == nil {
		t.Fatal("the Home tab has no view")
	}
	r.act("/view/press", "as", "U2", "view", home[1], "block_id", "h", "action_id", "again")
	if a := first(r.last("block_actions")); a["value"] != "9" {
		t.Errorf("pressed %v", a)
	}
}

func TestALateBotIsToldInPlainWords(t *testing.T) {
	r := newRig(t)
	r.hang = make(chan struct{})
	defer close(r.hang)
	status, say := r.post("/say", "as", "U2", "in", "C1", "text", "/slow")
	if status != http.StatusGatewayTimeout || !strings.Contains(say, "did not answer within three seconds") || !strings.Contains(say, "operation_timeout") {
		t.Errorf("%d %s", status, say)
	}
}

func TestBadInputGetsAClearSentence(t *testing.T) {
	r := newRig(t)
	answer := r.api("chat.postMessage", object{"channel": "C1", "text": "plain"})
	ts := answer["ts"].(string)
	for _, c := range []struct {
		name, path string
		fields     []string
		status     int
		say        string
	}{
		{"nobody", "/say", []string{"in", "C1", "text", "x"}, 400, `"as" is missing`},
		{"a stranger", "/say", []string{"as", "U9", "in", "C1", "text", "x"}, 404, "no person"},
		{"the bot", "/say", []string{"as", "UB", "in", "C1", "text", "x"}, 404, "no person"},
		{"no channel", "/say", []string{"as", "U2", "text", "x"}, 400, `"in" is missing`},
		{"another's channel", "/say", []string{"as", "U2", "in", "C3", "text", "x"}, 404, "cannot see"},
		{"an archived channel", "/say", []string{"as", "U2", "in", "C4", "text", "x"}, 403, "archived"},
		{"nothing said", "/say", []string{"as", "U2", "in", "C1", "text", "  "}, 400, "Type a message"},
		{"unknown command", "/say", []string{"as", "U2", "in", "C1", "text", "/nope"}, 404, "no such command"},
		{"no message", "/press", []string{"as", "U2", "in", "C1", "action_id", "x"}, 400, `"ts" is missing`},
		{"a message that is not there", "/press", []string{"as", "U2", "in", "C1", "ts", "1.2", "action_id", "x"}, 404, "not there any more"},
		{"a button that is not there", "/press", []string{"as", "U2", "in", "C1", "ts", ts, "action_id", "x"}, 409, "not there any more"},
		{"no view", "/view/submit", []string{"as", "U2"}, 400, `"view" is missing`},
		{"a closed view", "/view/submit", []string{"as", "U2", "view", "V9"}, 409, "not open any more"},
		{"press in a closed view", "/view/press", []string{"as", "U2", "view", "V9", "action_id", "x"}, 409, "not open any more"},
		{"close a closed view", "/view/close", []string{"as", "U2", "view", "V9"}, 409, "not open any more"},
		{"no move", "/clock", []string{"as", "U2"}, 400, `"move" is missing`},
		{"an unknown move", "/clock", []string{"as", "U2", "move", "<b>"}, 400, "cannot be moved"},
		{"a clock that fails", "/clock", []string{"as", "U2", "move", "broken"}, 502, "the spring is broken"},
		{"too much", "/say", []string{"as", "U2", "in", "C1", "text", strings.Repeat("x", 3<<20)}, 413, "more than the playground takes"},
	} {
		status, say := r.post(c.path, c.fields...)
		if status != c.status || !strings.Contains(say, c.say) {
			t.Errorf("%s: %d %q, want %d with %q", c.name, status, say, c.status, c.say)
		}
	}
	for path, want := range map[string]int{"/?as=U9": 404, "/?as=UB": 404, "/?as=U2&in=C99": 404, "/nothing": 404, "/say": 405} {
		if status, _ := r.get(path); status != want {
			t.Errorf("GET %s: %d, want %d", path, status, want)
		}
	}
}

func TestOnlyThePageItselfMayPost(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"another site, new browser", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"another port of this machine", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"another site, old browser", []string{"Origin", "https://evil.example"}, 403},
		{"a page without an origin", []string{"Origin", "null"}, 403},
		{"this page", []string{"Sec-Fetch-Site", "same-origin", "Origin", r.base}, 204},
		{"no browser", nil, 204},
	} {
		req, err := http.NewRequest(http.MethodPost, r.base+"/say", strings.NewReader("as=U2&in=C1&text=hello+from+"+c.name[:4]))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i < len(c.headers); i += 2 {
			req.Header.Set(c.headers[i], c.headers[i+1])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if status, say := read(t, res); status != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, status, say, c.status)
		}
	}
	if n := len(r.slack.Messages("C1", "U2")); n != 2 {
		t.Errorf("%d messages were posted, want 2", n)
	}
}

func TestTheLiveStreamTellsOfMessagesAndOfTheClockAndEndsWithTheServer(t *testing.T) {
	r := newRig(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // a stream that says nothing fails, and does not hang
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+"/changes", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("type %q", kind)
	}
	lines := bufio.NewScanner(res.Body)
	wait := func(want string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == want {
				return
			}
		}
		t.Fatalf("the stream ended before %q: %v", want, lines.Err())
	}
	wait("data: all")
	r.act("/say", "as", "U1", "in", "C1", "text", "hello")
	wait("data: slack")
	r.act("/clock", "as", "U1", "move", "hour")
	wait("data: clock")
	contains(t, r.see("/?as=U2&in=C1"), "09:30")
	close(r.done)
	for lines.Scan() {
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the stream did not end by itself: %v", err)
	}
}
