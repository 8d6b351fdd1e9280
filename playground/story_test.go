package playground_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/playground"
)

// A post, its button, the form behind it and the form's answer: the thread that everything else hangs on.
func TestPressOpensAFormWhoseSubmissionReachesTheBot(t *testing.T) {
	w := newWorld(t, nil)
	ctx := context.Background()
	channel, ts, err := w.api.PostMessage(general, slack.MsgOptionText("Autumn", false),
		slack.MsgOptionBlocks(button("row", "share", "c1")),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "post", EventPayload: map[string]any{"delivery": "d1"}}))
	if err != nil {
		t.Fatal(err)
	}
	var submitted slack.InteractionCallback
	w.bot.action = func(c slack.InteractionCallback) any {
		switch c.Type {
		case slack.InteractionTypeBlockActions:
			if len(c.ActionCallback.BlockActions) != 1 {
				t.Errorf("actions = %+v", c.ActionCallback)
				return nil
			}
			a := c.ActionCallback.BlockActions[0]
			if a.ActionID != "share" || a.BlockID != "row" || a.Value != "c1" || a.ActionTs == "" {
				t.Errorf("action = %+v", a)
			}
			if c.Channel.ID != channel || c.Message.Timestamp != ts || c.Container.MessageTs != ts || c.User.ID != ben || c.ResponseURL == "" {
				t.Errorf("payload = %+v", c)
			}
			if c.Message.Metadata.EventPayload["delivery"] != "d1" {
				t.Errorf("metadata = %+v", c.Message.Metadata)
			}
			if _, err := w.api.OpenView(c.TriggerID, form("Share")); err != nil {
				t.Error(err)
			}
		case slack.InteractionTypeViewSubmission:
			submitted = c
		}
		return nil
	}
	if err := w.Press(ctx, ben, general, ts, playground.Pressed{ActionID: "share", BlockID: "row"}); err != nil {
		t.Fatal(err)
	}
	views := w.Views(ben)
	if len(views) != 1 || len(w.Views(amira)) != 0 {
		t.Fatalf("views = %d of Ben, %d of Amira", len(views), len(w.Views(amira)))
	}
	state := json.RawMessage(`{"values":{"title":{"name":{"value":"Hello"}}}}`)
	if err := w.Submit(ctx, ben, views[0].ID, state); err != nil {
		t.Fatal(err)
	}
	if got := submitted.View.State.Values["title"]["name"].Value; got != "Hello" || submitted.View.CallbackID != "form" || submitted.View.Hash == "" {
		t.Errorf("submitted %q, view %+v", got, submitted.View)
	}
	if len(w.Views(ben)) != 0 {
		t.Error("the form is still open after an empty acknowledgement")
	}
	if w.bot.unsigned != 0 {
		t.Error("a request had a wrong signature")
	}
}

func TestCommandCarriesSlacksFieldsAndItsAnswersAppear(t *testing.T) {
	w := newWorld(t, nil)
	ctx := context.Background()
	var got slack.SlashCommand
	say := any("only you")
	w.bot.command = func(c slack.SlashCommand) any { got = c; return say }
	if err := w.Command(ctx, amira, general, "/drop  campaign now"); err != nil {
		t.Fatal(err)
	}
	if got.Command != "/drop" || got.Text != "campaign now" || got.UserID != amira || got.UserName != "amira.khan" ||
		got.ChannelID != general || got.ChannelName != "general" || got.TriggerID == "" || got.APIAppID != playground.AppID ||
		got.TeamID == "" || got.TeamDomain == "" || got.EnterpriseID != "" || got.IsEnterpriseInstall {
		t.Errorf("command = %+v", got)
	}
	if m := w.last(t, general, amira); m.Text != "only you" || m.Ephemeral != amira || m.User != bot {
		t.Errorf("answer = %+v", m)
	}
	if len(w.Messages(general, ben)) != 0 {
		t.Error("Ben sees what was said to Amira only")
	}
	say = map[string]any{"response_type": "in_channel", "text": "everyone"}
	if err := w.Command(ctx, amira, general, "/drop"); err != nil {
		t.Fatal(err)
	}
	list := w.Messages(general, ben)
	if len(list) != 2 || list[0].Text != "/drop" || list[1].Text != "everyone" {
		t.Errorf("Ben sees %+v", list)
	}
	say = nil
	if err := w.Command(ctx, amira, general, "/store link @ben #quiet @nobody"); err != nil {
		t.Fatal(err)
	}
	if want := "link <@UBEN|ben> <#CQUIET|quiet> @nobody"; got.Text != want {
		t.Errorf("escaped text = %q, want %q", got.Text, want)
	}
	if err := w.Command(ctx, amira, general, "/nope"); err == nil || err.Error() != "/nope is not a valid command" {
		t.Errorf("unknown command: %v", err)
	}
}

func TestPersonReadsWhyTheBotDidNotAnswer(t *testing.T) {
	hold := make(chan struct{})
	for _, c := range []struct {
		name, want string
		bot        func(slack.SlashCommand) any
	}{
		{"an error status", "dispatch_failed", func(slack.SlashCommand) any { return status(500) }},
		{"a redirect", "dispatch_failed", func(slack.SlashCommand) any { return status(302) }},
		{"too late", "operation_timeout", func(slack.SlashCommand) any { <-hold; return nil }},
		{"broken blocks", "invalid_blocks_format", func(slack.SlashCommand) any { return `{"blocks":7}` }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(c *playground.Config) { c.AckTimeout = 50 * time.Millisecond })
			if c.want == "operation_timeout" {
				t.Cleanup(func() { close(hold) })
			}
			w.bot.command = c.bot
			err := w.Command(context.Background(), amira, general, "/drop")
			if err == nil || err.Error() != c.want {
				t.Errorf("error = %v, want %s", err, c.want)
			}
			m := w.last(t, general, amira)
			if u, _ := w.User(m.User); u.Real != "Workspace" || m.Ephemeral != amira || !strings.Contains(m.Text, c.want) {
				t.Errorf("notice = %+v", m)
			}
			if n := len(w.Deliveries()); n != 1 {
				t.Errorf("%d deliveries: commands are not repeated", n)
			}
		})
	}
}

func TestSubmissionAnswersOpenPushReplaceAndMarkForms(t *testing.T) {
	ctx := context.Background()
	good := json.RawMessage(`{"values":{"title":{"name":{"value":"Hello"}}}}`)
	second, third := form("Second"), form("Third")
	broken := form(strings.Repeat("x", 25))
	for _, c := range []struct {
		name   string
		answer any
		titles []string
		errors map[string]string
		fails  bool
	}{
		{"nothing closes", nil, nil, nil, false},
		{"clear", slack.NewClearViewSubmissionResponse(), nil, nil, false},
		{"update", slack.NewUpdateViewSubmissionResponse(&second), []string{"Second"}, nil, false},
		{"push", slack.NewPushViewSubmissionResponse(&third), []string{"First", "Third"}, nil, false},
		{"errors", slack.NewErrorsViewSubmissionResponse(map[string]string{"title": "Choose another"}), []string{"First"},
			map[string]string{"title": "Choose another"}, false},
		{"errors at no field", slack.NewErrorsViewSubmissionResponse(map[string]string{"other": "?"}), []string{"First"},
			map[string]string{"": "We had some trouble connecting. Try again?"}, true},
		{"invalid view", slack.NewUpdateViewSubmissionResponse(&broken), []string{"First"},
			map[string]string{"": "We had some trouble connecting. Try again?"}, true},
		{"no JSON", "thanks", []string{"First"}, map[string]string{"": "We had some trouble connecting. Try again?"}, true},
		{"an error status", status(503), []string{"First"}, map[string]string{"": "We had some trouble connecting. Try again?"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			if _, err := w.api.OpenView(w.trigger(t, ben), form("First")); err != nil {
				t.Fatal(err)
			}
			w.bot.action = func(slack.InteractionCallback) any { return c.answer }
			first := w.Views(ben)[0]
			if err := w.Submit(ctx, ben, first.ID, good); (err != nil) != c.fails {
				t.Errorf("error = %v", err)
			}
			var titles []string
			views := w.Views(ben)
			for _, v := range views {
				var title struct{ Title struct{ Text string } }
				if err := json.Unmarshal(v.JSON, &title); err != nil {
					t.Fatal(err)
				}
				titles = append(titles, title.Title.Text)
				if v.Root != first.ID {
					t.Errorf("root = %s, want %s", v.Root, first.ID)
				}
			}
			if !slices.Equal(titles, c.titles) {
				t.Errorf("open = %v, want %v", titles, c.titles)
			}
			if len(views) > 0 {
				got := views[0].Errors
				if len(got) != len(c.errors) {
					t.Errorf("errors = %v, want %v", got, c.errors)
				}
				for k, v := range c.errors {
					if got[k] != v {
						t.Errorf("errors = %v, want %v", got, c.errors)
					}
				}
			}
		})
	}
}

func TestSlackItselfChecksAFormBeforeTheBotSeesIt(t *testing.T) {
	w := newWorld(t, nil)
	if _, err := w.api.OpenView(w.trigger(t, ben), form("First")); err != nil {
		t.Fatal(err)
	}
	before := len(w.Deliveries())
	v := w.Views(ben)[0]
	if err := w.Submit(context.Background(), ben, v.ID, nil); err != nil {
		t.Fatal(err)
	}
	if got := w.Views(ben)[0].Errors["title"]; got != "Please complete this required field." {
		t.Errorf("error = %q", got)
	}
	if len(w.Deliveries()) != before {
		t.Error("the bot was asked")
	}
}

func TestClosingAFormTellsTheBotOnlyWhenItAsks(t *testing.T) {
	for _, notify := range []bool{false, true} {
		w := newWorld(t, nil)
		f := form("First")
		f.NotifyOnClose = notify
		if _, err := w.api.OpenView(w.trigger(t, ben), f); err != nil {
			t.Fatal(err)
		}
		var told int
		w.bot.action = func(c slack.InteractionCallback) any {
			if c.Type == slack.InteractionTypeViewClosed && c.View.CallbackID == "form" {
				told++
			}
			return nil
		}
		if err := w.CloseView(context.Background(), ben, w.Views(ben)[0].ID); err != nil {
			t.Fatal(err)
		}
		if (told == 1) != notify || len(w.Views(ben)) != 0 {
			t.Errorf("notify %v: told %d times, %d views left", notify, told, len(w.Views(ben)))
		}
	}
}

func TestHomeIsPublishedWhenOpenedAndItsButtonsReachTheBot(t *testing.T) {
	w := newWorld(t, nil)
	w.bot.event = func(_ http.Header, raw json.RawMessage) any {
		var e struct {
			Type  string
			Event struct{ Type, User, Tab string }
		}
		if err := json.Unmarshal(raw, &e); err != nil || e.Type != "event_callback" || e.Event.Type != "app_home_opened" || e.Event.Tab != "home" {
			t.Errorf("event %s: %v", raw, err)
			return nil
		}
		if _, err := w.api.PublishView(e.Event.User, slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{
			BlockSet: []slack.Block{button("row", "points", "1")},
		}}, ""); err != nil {
			t.Error(err)
		}
		return nil
	}
	if err := w.OpenHome(context.Background(), ben); err != nil {
		t.Fatal(err)
	}
	home, ok := w.Home(ben)
	if !ok {
		t.Fatal("no Home tab")
	}
	w.bot.action = func(c slack.InteractionCallback) any {
		if c.Container.Type != "view" || c.View.ID != home.ID || c.View.Type != slack.VTHomeTab {
			t.Errorf("payload = %+v", c)
		}
		if _, err := w.api.OpenView(c.TriggerID, form("From home")); err != nil {
			t.Error(err)
		}
		return nil
	}
	if err := w.PressView(context.Background(), ben, home.ID, playground.Pressed{ActionID: "points"}, nil); err != nil {
		t.Fatal(err)
	}
	if len(w.Views(ben)) != 1 {
		t.Error("no form opened")
	}
}

func TestEventIsRepeatedUntilAcknowledgedWithItsReason(t *testing.T) {
	w := newWorld(t, func(c *playground.Config) { c.AckTimeout = 200 * time.Millisecond })
	type attempt struct{ num, reason, id string }
	tries := make(chan attempt, 8)
	hold := make(chan struct{})
	t.Cleanup(func() { close(hold) })
	var n atomic.Int32
	w.bot.event = func(h http.Header, raw json.RawMessage) any {
		var e struct {
			ID string `json:"event_id"`
		}
		_ = json.Unmarshal(raw, &e)
		tries <- attempt{h.Get("X-Slack-Retry-Num"), h.Get("X-Slack-Retry-Reason"), e.ID}
		switch n.Add(1) {
		case 1:
			return status(500)
		case 2:
			<-hold
		}
		return nil
	}
	if err := w.OpenHome(context.Background(), ben); err == nil {
		t.Error("the first attempt failed and no one heard of it")
	}
	var got []attempt
	for range 3 {
		got = append(got, <-tries)
	}
	w.Close()
	for i, want := range []attempt{{"", "", got[0].id}, {"1", "http_error", got[0].id}, {"2", "http_timeout", got[0].id}} {
		if got[i] != want {
			t.Errorf("attempt %d = %+v, want %+v", i, got[i], want)
		}
	}
	if len(tries) != 0 {
		t.Error("it was sent again after the acknowledgement")
	}
}

func TestBotHearsWhenItJoins(t *testing.T) {
	w := newWorld(t, nil)
	heard := make(chan json.RawMessage, 1)
	w.bot.event = func(_ http.Header, raw json.RawMessage) any { heard <- raw; return nil }
	if _, warning, _, err := w.api.JoinConversation(quiet); err != nil || warning != "" {
		t.Fatal(warning, err)
	}
	if raw := <-heard; !strings.Contains(string(raw), `"member_joined_channel"`) || !strings.Contains(string(raw), quiet) {
		t.Errorf("event = %s", raw)
	}
	if _, _, err := w.api.PostMessage(quiet, slack.MsgOptionText("hello", false)); err != nil {
		t.Error(err)
	}
	if _, warning, _, err := w.api.JoinConversation(quiet); err != nil || warning != "already_in_channel" {
		t.Error(warning, err)
	}
}

func TestReplayIsByteForByteAndAStaleOneIsRefusedByTheVerifier(t *testing.T) {
	w := newWorld(t, nil)
	if err := w.Command(context.Background(), amira, general, "/drop"); err != nil {
		t.Fatal(err)
	}
	list := w.Deliveries()
	d, err := w.Replay(context.Background(), list[len(list)-1])
	if err != nil || d.Status != http.StatusOK {
		t.Fatal(d.Status, err)
	}
	if len(w.bot.forms) != 2 || w.bot.forms[0] != w.bot.forms[1] ||
		w.bot.requests[0].Header.Get("X-Slack-Signature") != w.bot.requests[1].Header.Get("X-Slack-Signature") {
		t.Error("the repetition differs")
	}
	w.real.pass(-10 * time.Minute) // what is signed now is stale to the bot
	if err := w.Command(context.Background(), amira, general, "/drop"); err == nil {
		t.Error("a stale request was taken")
	}
}

func TestBotIsAskedForItsChallengeAndItsCertificate(t *testing.T) {
	w := newWorld(t, nil)
	w.bot.event = func(_ http.Header, raw json.RawMessage) any {
		var c struct{ Type, Challenge string }
		if err := json.Unmarshal(raw, &c); err != nil || c.Type != "url_verification" {
			t.Errorf("%s: %v", raw, err)
		}
		return c.Challenge
	}
	if err := w.VerifyURL(context.Background()); err != nil {
		t.Error(err)
	}
	w.bot.event = func(http.Header, json.RawMessage) any { return "no" }
	if err := w.VerifyURL(context.Background()); err == nil {
		t.Error("a wrong challenge passed")
	}
	if err := w.CheckSSL(context.Background()); err != nil || !strings.Contains(w.bot.forms[len(w.bot.forms)-1], "ssl_check=1") {
		t.Error(err)
	}
}

func TestFailuresHappenAsAskedAndAreCounted(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, c := range []struct {
		name string
		how  playground.Failure
		done int // messages in the channel afterwards
		is   func(error) bool
	}{
		{"server error", playground.ServerError, 0, func(err error) bool {
			var s slack.StatusCodeError
			return errors.As(err, &s) && s.Code == 500
		}},
		{"rate limited", playground.RateLimited, 0, func(err error) bool {
			var l *slack.RateLimitedError
			return errors.As(err, &l) && l.RetryAfter == time.Second
		}},
		{"cut before", playground.Cut, 0, func(err error) bool { return err != nil }},
		{"cut after the work", playground.CutAfter, 1, func(err error) bool { return err != nil }},
		{"hang", playground.Hang, 0, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
		{"hang after the work", playground.HangAfter, 1, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.Fail("chat.postMessage", 1, c.how)
			short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			defer cancel()
			if _, _, err := w.api.PostMessageContext(short, general, slack.MsgOptionText("x", false)); !c.is(err) {
				t.Errorf("error = %v", err)
			}
			if n := len(w.Messages(general, ben)); n != c.done {
				t.Errorf("%d messages, want %d", n, c.done)
			}
			if _, _, err := w.api.PostMessageContext(ctx, general, slack.MsgOptionText("y", false)); err != nil {
				t.Errorf("the call after the failure: %v", err)
			}
			if n := w.Calls("chat.postMessage"); n != 2 {
				t.Errorf("%d calls counted", n)
			}
		})
	}
}

func TestWhatPeopleTypeIsKeptAsTextWithMentions(t *testing.T) {
	w := newWorld(t, func(c *playground.Config) { c.Events = []string{"app_mention", "message.im"} })
	heard := make(chan string, 4)
	w.bot.event = func(_ http.Header, raw json.RawMessage) any {
		var e struct {
			Event struct{ Type, Text, Channel string }
		}
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Error(err)
		}
		heard <- e.Event.Type + " " + e.Event.Text
		return nil
	}
	direct := w.Channels(ben)[3].ID
	for _, c := range []struct{ channel, typed, kept, heard string }{
		{general, "a <b> & c", "a &lt;b&gt; &amp; c", ""},
		{general, "hi @clarion see #quiet", "hi <@UBOT> see <#CQUIET|quiet>", "app_mention hi <@UBOT> see <#CQUIET|quiet>"},
		{direct, "psst", "psst", "message psst"},
	} {
		if err := w.Say(t.Context(), ben, c.channel, c.typed); err != nil {
			t.Fatal(err)
		}
		if m := w.last(t, c.channel, ben); m.Text != c.kept || m.User != ben {
			t.Errorf("kept %+v, want %q", m, c.kept)
		}
		if c.heard != "" {
			if got := <-heard; got != c.heard {
				t.Errorf("heard %q, want %q", got, c.heard)
			}
		}
	}
	for _, c := range []struct{ user, channel, text, want string }{
		{ben, hidden, "x", "channel_not_found"},
		{ben, closed, "x", "is_archived"},
		{ben, general, "  ", "no_text"},
		{"U9", general, "x", "user_not_found"},
		{bot, general, "x", "user_not_found"},
	} {
		if err := w.Say(t.Context(), c.user, c.channel, c.text); err == nil || err.Error() != c.want {
			t.Errorf("%s in %s: %v, want %s", c.user, c.channel, err, c.want)
		}
	}
}

func TestInvitedBotMayWriteAndRemovedOneMayNot(t *testing.T) {
	w := newWorld(t, nil)
	heard := make(chan json.RawMessage, 1)
	w.bot.event = func(_ http.Header, raw json.RawMessage) any { heard <- raw; return nil }
	if err := w.Invite(ben, hidden, bot); err == nil || err.Error() != "channel_not_found" {
		t.Errorf("Ben invites where he is not: %v", err)
	}
	if err := w.Invite(amira, hidden, bot); err != nil {
		t.Fatal(err)
	}
	if raw := string(<-heard); !strings.Contains(raw, `"inviter":"UAMIRA"`) || !strings.Contains(raw, `"channel_type":"G"`) {
		t.Errorf("event = %s", raw)
	}
	if _, _, err := w.api.PostMessage(hidden, slack.MsgOptionText("x", false)); err != nil {
		t.Error(err)
	}
	if err := w.Remove(hidden, bot); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.api.PostMessage(hidden, slack.MsgOptionText("x", false)); err == nil || err.Error() != "channel_not_found" {
		t.Error(err)
	}
}

func TestClearOnCloseClosesTheWholeStack(t *testing.T) {
	w := newWorld(t, nil)
	f := form("First")
	f.ClearOnClose, f.NotifyOnClose = true, true
	f.Blocks.BlockSet = append(f.Blocks.BlockSet, button("row", "more", "1"))
	if _, err := w.api.OpenView(w.trigger(t, ben), f); err != nil {
		t.Fatal(err)
	}
	var cleared bool
	w.bot.action = func(c slack.InteractionCallback) any {
		if c.Type == slack.InteractionTypeViewClosed {
			cleared = c.IsCleared
			return nil
		}
		if got := c.View.State.Values["title"]["name"].Value; got != "half" {
			t.Errorf("state of the form at a press = %q", got)
		}
		if _, err := w.api.PushView(c.TriggerID, f); err != nil {
			t.Error(err)
		}
		return nil
	}
	state := json.RawMessage(`{"values":{"title":{"name":{"value":"half"}}}}`)
	if err := w.PressView(t.Context(), ben, w.Views(ben)[0].ID, playground.Pressed{ActionID: "more"}, state); err != nil {
		t.Fatal(err)
	}
	if err := w.CloseView(t.Context(), ben, w.Views(ben)[1].ID); err != nil || len(w.Views(ben)) != 0 || !cleared {
		t.Errorf("%d views left, cleared %v, %v", len(w.Views(ben)), cleared, err)
	}
}

func TestManyPeoplePressAtOnceAndEachGetsTheirOwnForm(t *testing.T) {
	const people = 64
	w := newWorld(t, func(c *playground.Config) {
		c.Limits.Off = true
		for i := range people {
			c.Users = append(c.Users, playground.User{ID: fmt.Sprint("U", i), Name: fmt.Sprint("u", i)})
		}
	})
	_, ts, err := w.api.PostMessage(general, slack.MsgOptionBlocks(button("row", "share", "1")))
	if err != nil {
		t.Fatal(err)
	}
	w.bot.action = func(c slack.InteractionCallback) any {
		if _, err := w.api.OpenView(c.TriggerID, form("of "+c.User.ID)); err != nil {
			t.Error(err)
		}
		if err := slack.PostWebhook(c.ResponseURL, &slack.WebhookMessage{Text: "for " + c.User.ID}); err != nil {
			t.Error(err)
		}
		return nil
	}
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			if err := w.Press(t.Context(), fmt.Sprint("U", i), general, ts, playground.Pressed{ActionID: "share"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i := range people {
		user := fmt.Sprint("U", i)
		if v := w.Views(user); len(v) != 1 || !strings.Contains(string(v[0].JSON), `"of `+user+`"`) {
			t.Errorf("%s has %d forms", user, len(v))
		}
		if m := w.Messages(general, user); len(m) != 2 || m[1].Text != "for "+user {
			t.Errorf("%s sees %+v", user, m)
		}
	}
}
