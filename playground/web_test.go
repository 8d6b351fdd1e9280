package playground_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/playground"
)

func TestClientLearnsWhoItIsAndWhoIsThere(t *testing.T) {
	w := newWorld(t, nil)
	me, err := w.api.AuthTest()
	if err != nil || me.UserID != bot || me.BotID == "" || me.TeamID == "" || me.User != "clarion" {
		t.Errorf("%+v %v", me, err)
	}
	team, err := w.api.GetTeamInfo()
	if err != nil || team.ID != me.TeamID {
		t.Errorf("%+v %v", team, err)
	}
	b, err := w.api.GetBotInfo(slack.GetBotInfoParameters{Bot: me.BotID})
	if err != nil || b.UserID != bot || b.AppID != playground.AppID {
		t.Errorf("%+v %v", b, err)
	}
	u, err := w.api.GetUserInfo(amira)
	if err != nil || u.RealName != "Amira Khan" || u.Profile.Email != "amira@example.com" || u.IsBot {
		t.Errorf("%+v %v", u, err)
	}
	if u, err = w.api.GetUserByEmail("BEN@example.com"); err != nil || u.ID != ben {
		t.Errorf("%+v %v", u, err)
	}
	all, err := w.api.GetUsers(slack.GetUsersOptionLimit(1))
	if err != nil || len(all) != 3 || all[0].ID != amira || !all[2].IsBot {
		t.Errorf("%+v %v", all, err)
	}
	groups, err := w.api.GetUserGroups(slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil || len(groups) != 1 || groups[0].Handle != "social" || !slices.Equal(groups[0].Users, []string{amira}) {
		t.Errorf("%+v %v", groups, err)
	}
	in, err := w.api.GetUserGroupMembers("SSOCIAL")
	if err != nil || !slices.Equal(in, []string{amira}) {
		t.Errorf("%v %v", in, err)
	}
}

func TestListsOfChannelsPageAndFilter(t *testing.T) {
	w := newWorld(t, nil)
	list := func(p slack.GetConversationsParameters) (ids []string) {
		p.Limit = 1
		for {
			page, next, err := w.api.GetConversations(&p)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) > 1 {
				t.Fatalf("a page of %d", len(page))
			}
			for _, c := range page {
				ids = append(ids, c.ID)
			}
			if p.Cursor = next; next == "" {
				return ids
			}
		}
	}
	for _, c := range []struct {
		name string
		in   slack.GetConversationsParameters
		want []string
	}{
		{"public by default", slack.GetConversationsParameters{}, []string{general, quiet, closed}},
		{"without archived", slack.GetConversationsParameters{ExcludeArchived: true}, []string{general, quiet}},
		{"private only its own", slack.GetConversationsParameters{Types: []string{"private_channel"}}, []string{inner}},
		{"both", slack.GetConversationsParameters{Types: []string{"public_channel", "private_channel"}}, []string{general, quiet, inner, closed}},
	} {
		if got := list(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	mine, _, err := w.api.GetConversationsForUser(&slack.GetConversationsForUserParameters{ExcludeArchived: true})
	if err != nil || len(mine) != 1 || mine[0].ID != general || !mine[0].IsMember {
		t.Errorf("%+v %v", mine, err)
	}
	members, next, err := w.api.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: general, Limit: 2})
	if err != nil || !slices.Equal(members, []string{amira, ben}) || next == "" {
		t.Errorf("%v %q %v", members, next, err)
	}
	members, next, err = w.api.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: general, Limit: 2, Cursor: next})
	if err != nil || !slices.Equal(members, []string{bot}) || next != "" {
		t.Errorf("%v %q %v", members, next, err)
	}
	info, err := w.api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: closed, IncludeNumMembers: true})
	if err != nil || !info.IsArchived || info.Name != "closed" || info.NumMembers != 2 {
		t.Errorf("%+v %v", info, err)
	}
}

func TestDirectMessagesOpenByUser(t *testing.T) {
	w := newWorld(t, nil)
	c, known, _, err := w.api.OpenConversation(&slack.OpenConversationParameters{Users: []string{ben}, ReturnIM: true})
	if err != nil || known || !c.IsIM || c.User != ben {
		t.Fatalf("%+v %v %v", c, known, err)
	}
	channel, ts, err := w.api.PostMessage(ben, slack.MsgOptionText("psst", false))
	if err != nil || channel != c.ID || ts == "" {
		t.Fatal(channel, err)
	}
	seen := w.Channels(ben)
	if last := seen[len(seen)-1]; last.ID != c.ID || last.Direct != ben {
		t.Errorf("%+v", last)
	}
	if m := w.last(t, c.ID, ben); m.Text != "psst" {
		t.Errorf("%+v", m)
	}
	if w.Messages(c.ID, amira) != nil {
		t.Error("Amira reads Ben's conversation")
	}
	if _, known, _, err = w.api.OpenConversation(&slack.OpenConversationParameters{Users: []string{ben}}); err != nil || !known {
		t.Error(known, err)
	}
}

func TestPeopleSeeTheChannelsThatAreTheirs(t *testing.T) {
	w := newWorld(t, nil)
	names := func(user string) (names []string) {
		for _, c := range w.Channels(user) {
			names = append(names, c.Name)
		}
		return names
	}
	if got := names(ben); !slices.Equal(got, []string{"general", "quiet", "closed", ""}) {
		t.Errorf("Ben sees %q", got)
	}
	if got := names(amira); !slices.Equal(got, []string{"general", "quiet", "hidden", "inner", "closed", ""}) {
		t.Errorf("Amira sees %q", got)
	}
}

func TestHistoryFindsADeliveryByItsMetadata(t *testing.T) {
	w := newWorld(t, func(c *playground.Config) { c.Limits.Off = true })
	var stamps []string
	for i := range 5 {
		_, ts, err := w.api.PostMessage(general, slack.MsgOptionText(fmt.Sprint(i), false),
			slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "post", EventPayload: map[string]any{"delivery": fmt.Sprint("d", i)}}))
		if err != nil {
			t.Fatal(err)
		}
		stamps = append(stamps, ts)
		w.clock.pass(time.Second)
	}
	if _, _, err := w.api.PostMessage(general, slack.MsgOptionText("reply", false), slack.MsgOptionTS(stamps[0])); err != nil {
		t.Fatal(err)
	}
	if _, err := w.api.PostEphemeral(general, ben, slack.MsgOptionText("hush", false)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		in   slack.GetConversationHistoryParameters
		want string
		more bool
	}{
		{"all, newest first", slack.GetConversationHistoryParameters{}, "4 3 2 1 0", false},
		{"oldest is left out", slack.GetConversationHistoryParameters{Oldest: stamps[2]}, "4 3", false},
		{"latest is left out", slack.GetConversationHistoryParameters{Latest: stamps[2]}, "1 0", false},
		{"both included", slack.GetConversationHistoryParameters{Oldest: stamps[1], Latest: stamps[3], Inclusive: true}, "3 2 1", false},
		{"one exact", slack.GetConversationHistoryParameters{Latest: stamps[1], Inclusive: true, Limit: 1}, "1", true},
		{"a page", slack.GetConversationHistoryParameters{Limit: 2}, "4 3", true},
	} {
		c.in.ChannelID = general
		h, err := w.api.GetConversationHistory(&c.in)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range h.Messages {
			got = append(got, m.Text)
			if m.Metadata.EventType != "" {
				t.Errorf("%s: metadata that no one asked for", c.name)
			}
		}
		if strings.Join(got, " ") != c.want || h.HasMore != c.more {
			t.Errorf("%s: %v %v, want %s %v", c.name, got, h.HasMore, c.want, c.more)
		}
	}
	in := slack.GetConversationHistoryParameters{ChannelID: general, Limit: 2, IncludeAllMetadata: true}
	var found []string
	for {
		h, err := w.api.GetConversationHistory(&in)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range h.Messages {
			found = append(found, fmt.Sprint(m.Metadata.EventPayload["delivery"]))
			if m.BotID == "" || m.User != bot {
				t.Errorf("%+v", m)
			}
		}
		if in.Cursor = h.ResponseMetaData.NextCursor; in.Cursor == "" {
			break
		}
	}
	if strings.Join(found, " ") != "d4 d3 d2 d1 d0" {
		t.Errorf("found %v", found)
	}
	thread, _, _, err := w.api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: general, Timestamp: stamps[0]})
	if err != nil || len(thread) != 2 || thread[0].Text != "0" || thread[0].ReplyCount != 1 || thread[1].Text != "reply" {
		t.Errorf("%+v %v", thread, err)
	}
	link, err := w.api.GetPermalink(&slack.PermalinkParameters{Channel: general, Ts: stamps[0]})
	if err != nil || !strings.HasSuffix(link, "/archives/CGENERAL/p"+strings.ReplaceAll(stamps[0], ".", "")) {
		t.Error(link, err)
	}
}

func TestUpdateKeepsWhatWasNotGiven(t *testing.T) {
	w := newWorld(t, nil)
	meta := slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "post", EventPayload: map[string]any{"delivery": "d1"}})
	_, ts, err := w.api.PostMessage(general, slack.MsgOptionText("first", false), slack.MsgOptionBlocks(button("row", "share", "1")), meta)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := w.api.UpdateMessage(general, ts, slack.MsgOptionText("second", false), slack.MsgOptionBlocks(button("row", "other", "1"))); err != nil {
		t.Fatal(err)
	}
	m := w.last(t, general, ben)
	if m.Text != "second" || !strings.Contains(string(m.Blocks), "other") || m.Edited || !strings.Contains(string(m.Metadata), "d1") {
		t.Errorf("with blocks: %+v", m)
	}
	if _, _, _, err := w.api.UpdateMessage(general, ts, slack.MsgOptionText("third", false)); err != nil {
		t.Fatal(err)
	}
	if m = w.last(t, general, ben); m.Text != "third" || m.Blocks != nil || !m.Edited || m.TS != ts {
		t.Errorf("with a text only: %+v", m)
	}
	if _, _, err := w.api.DeleteMessage(general, ts); err != nil || len(w.Messages(general, ben)) != 0 {
		t.Error("not deleted", err)
	}
}

func TestBlocksAndElementsWithoutIdsGetThem(t *testing.T) {
	w := newWorld(t, nil)
	_, ts, err := w.api.PostMessage(general, slack.MsgOptionBlocks(button("", "", "v1")))
	if err != nil {
		t.Fatal(err)
	}
	blocks := string(w.last(t, general, ben).Blocks)
	if !strings.Contains(blocks, `"block_id":"`) || !strings.Contains(blocks, `"action_id":"`) {
		t.Errorf("blocks = %s", blocks)
	}
	if err := w.Press(t.Context(), ben, general, ts, playground.Pressed{ActionID: "nope"}); err == nil {
		t.Error("an element that is not there was pressed")
	}
}

func TestSelectionsInAMessageAreRememberedPerPerson(t *testing.T) {
	w := newWorld(t, nil)
	text := slack.NewTextBlockObject("plain_text", "A", false, false)
	pick := slack.NewOptionsSelectBlockElement("static_select", text, "pick", slack.NewOptionBlockObject("a", text, nil), slack.NewOptionBlockObject("b", text, nil))
	_, ts, err := w.api.PostMessage(general, slack.MsgOptionBlocks(slack.NewActionBlock("row", pick, slack.NewButtonBlockElement("go", "1", text))))
	if err != nil {
		t.Fatal(err)
	}
	var state string
	w.bot.action = func(c slack.InteractionCallback) any {
		state = c.BlockActionState.Values["row"]["pick"].SelectedOption.Value
		return nil
	}
	press := func(user, action, value string) string {
		state = "-"
		if err := w.Press(t.Context(), user, general, ts, playground.Pressed{ActionID: action, Value: []byte(value)}); err != nil {
			t.Fatal(err)
		}
		return state
	}
	if got := press(ben, "pick", `{"selected_option":{"value":"b","text":{"type":"plain_text","text":"A"}}}`); got != "b" {
		t.Errorf("at once: %q", got)
	}
	if got := press(ben, "go", ""); got != "b" {
		t.Errorf("later: %q", got)
	}
	if got := press(amira, "go", ""); got != "" {
		t.Errorf("Amira has Ben's choice %q", got)
	}
}

func TestTimestampsRiseWhileTheClockStandsStill(t *testing.T) {
	w := newWorld(t, nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if err := w.Say(t.Context(), ben, general, "x"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	list := w.Messages(general, ben)
	if len(list) != 400 || list[0].TS != "1795424400.000000" {
		t.Fatalf("%d messages from %s", len(list), list[0].TS)
	}
	for i := 1; i < len(list); i++ {
		if list[i-1].TS >= list[i].TS {
			t.Fatalf("%s then %s", list[i-1].TS, list[i].TS)
		}
	}
	w.clock.pass(-time.Hour)
	if err := w.Say(t.Context(), ben, general, "x"); err != nil {
		t.Fatal(err)
	}
	if m := w.last(t, general, ben); m.TS <= list[399].TS {
		t.Error("a clock set back broke the order")
	}
}

func TestWatchersAreToldOfChangesOnce(t *testing.T) {
	w := newWorld(t, nil)
	ch, stop := w.Changed()
	for range 3 {
		if err := w.Say(t.Context(), ben, general, "x"); err != nil {
			t.Fatal(err)
		}
	}
	<-ch
	select {
	case <-ch:
		t.Error("three changes gave two ticks to a slow watcher")
	default:
	}
	stop()
	if err := w.Say(t.Context(), ben, general, "x"); err != nil {
		t.Fatal(err)
	}
	if len(ch) != 0 {
		t.Error("told after stop")
	}
}

func TestConfigurationMistakesStopTheStart(t *testing.T) {
	good := playground.Config{BaseURL: "http://a/p", BotURL: "http://b", BotToken: "x", SigningSecret: "s"}
	if _, err := playground.New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*playground.Config){
		"no BaseURL":   func(c *playground.Config) { c.BaseURL = "" },
		"no BotURL":    func(c *playground.Config) { c.BotURL = "bot" },
		"no token":     func(c *playground.Config) { c.BotToken = "" },
		"no secret":    func(c *playground.Config) { c.SigningSecret = "" },
		"a user twice": func(c *playground.Config) { c.Users = []playground.User{{ID: "U1"}, {ID: "U1"}} },
		"a user no id": func(c *playground.Config) { c.Users = []playground.User{{Name: "x"}} },
		"a channel twice": func(c *playground.Config) {
			c.Channels = []playground.Channel{{ID: "C1", Name: "a"}, {ID: "C2", Name: "a"}}
		},
		"a channel no id": func(c *playground.Config) { c.Channels = []playground.Channel{{Name: "a"}} },
		"a stranger in it": func(c *playground.Config) {
			c.Channels = []playground.Channel{{ID: "C1", Name: "a", Members: []string{"U9"}}}
		},
	} {
		c := good
		change(&c)
		if _, err := playground.New(c); err == nil {
			t.Errorf("%s passed", name)
		}
	}
}
