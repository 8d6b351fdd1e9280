package playground_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

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
