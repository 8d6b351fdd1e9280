package bot

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/playground"
)

func in(channel string) clarion.Channel {
	return clarion.Channel{Platform: clarion.Slack, ID: channel}
}

// refuseFigures answers like a workspace that has no tables and charts yet.
func refuseFigures(w http.ResponseWriter, r *http.Request) bool {
	raw, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(raw))
	text, err := url.QueryUnescape(string(raw))
	if err != nil || strings.HasPrefix(string(raw), "{") {
		text = string(raw)
	}
	if !strings.Contains(text, `"type":"table"`) && !strings.Contains(text, `"data_visualization"`) {
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(r.URL.Path, "/hooks/") {
		w.WriteHeader(http.StatusBadRequest)
	}
	_, _ = io.WriteString(w, `{"ok":false,"error":"invalid_blocks"}`)
	return true
}

func figures() *chat.Message {
	return &chat.Message{Summary: "Winners", Parts: []chat.Part{
		chat.Heading("Winners"), chat.Chart{Title: "Points", Unit: "Points", Bars: []chat.Bar{{Label: "A", Value: 2}, {Label: "B", Value: 1}}},
		chat.Table{Columns: []chat.Column{{Title: "Store"}, {Title: "Points", Numbers: true}}, Rows: [][]chat.Text{{chat.Say("A"), chat.Say("2")}}, Marked: -1},
	}}
}

func TestAPostJoinsAPublicChannelByItself(t *testing.T) {
	w := newWorld(t, setup{})
	w.post(leeds, w.campaign())
	if n := w.Calls("conversations.join"); n != 1 {
		t.Errorf("joined %d times", n)
	}
}

func TestAPostThatSlackRefusesNamesTheRemedy(t *testing.T) {
	w := newWorld(t, setup{})
	for channel, words := range map[string]string{vault: "type /invite @Clarion there", closed: "is archived", "CNOWHERE": "was deleted, or it is private"} {
		_, err := w.bot.Post(t.Context(), in(channel), "d", chat.Simple(chat.Say("x")))
		var refused *chat.RefusedError
		if !errors.As(err, &refused) || !strings.Contains(refused.Remedy.String(), words) {
			t.Errorf("%s: %v", channel, err)
			continue
		}
		if !strings.Contains(mrkdwn(refused.Remedy, 3000), "<#"+channel+">") {
			t.Errorf("%s: the remedy does not name the channel: %s", channel, mrkdwn(refused.Remedy, 3000))
		}
	}
	for word := range remedies {
		w.Refuse("chat.postMessage", 1, word)
		if word == "not_in_channel" {
			w.Refuse("conversations.join", 1, "missing_scope")
		}
		_, err := w.bot.Post(t.Context(), in(kingston), "d", chat.Simple(chat.Say("x")))
		var refused *chat.RefusedError
		if !errors.As(err, &refused) {
			t.Errorf("%s is no refusal: %v", word, err)
		}
	}
	if n := len(w.Messages(kingston, helen)); n > 0 {
		t.Errorf("%d messages were posted all the same", n)
	}
}

func TestJoinKnowsAPrivateChannelThatItIsIn(t *testing.T) {
	w := newWorld(t, setup{})
	var refused *chat.RefusedError
	if err := w.bot.host.Join(t.Context(), in(vault)); !errors.As(err, &refused) {
		t.Errorf("a private channel without the bot: %v", err)
	}
	must(t, w.Invite(helen, vault, "UBOT"))
	must(t, w.bot.host.Join(t.Context(), in(vault)))
	must(t, w.bot.host.Join(t.Context(), in(leeds)))
	must(t, w.bot.host.Join(t.Context(), in(leeds)))
}

func TestBeingAskedToWaitSaysForHowLong(t *testing.T) {
	w := newWorld(t, setup{play: func(cfg *playground.Config) {
		cfg.Limits.Channel = playground.Rate{PerMinute: 2, Burst: 1}
	}})
	_, err := w.bot.Post(t.Context(), in(kingston), "1", chat.Simple(chat.Say("x")))
	must(t, err)
	_, err = w.bot.Post(t.Context(), in(kingston), "2", chat.Simple(chat.Say("x")))
	var busy *chat.BusyError
	if !errors.As(err, &busy) || busy.After < 25*time.Second || busy.After > 30*time.Second {
		t.Errorf("too fast a post: %v", err)
	}
	w.Fail("conversations.history", 1, playground.RateLimited)
	if _, err = w.bot.Find(t.Context(), in(kingston), "1", monday); !errors.As(err, &busy) {
		t.Errorf("too fast a search: %v", err)
	}
}

func TestAPostStandsWithoutFiguresWhereSlackHasNone(t *testing.T) {
	w := newWorld(t, setup{})
	w.front = refuseFigures
	_, err := w.bot.Post(t.Context(), in(kingston), "d", figures())
	must(t, err)
	said := w.said(helen, kingston, "Winners")
	if blocks := string(said.Blocks); !strings.Contains(blocks, `" points"`) || strings.Contains(blocks, "table") {
		t.Errorf("the post is %s", blocks)
	}
	must(t, w.bot.Tell(t.Context(), slackPerson(helen, ""), figures()))
	w.told(helen, `" points"`)

	w.front = nil
	_, err = w.bot.Post(t.Context(), in(kingston), "d2", figures())
	must(t, err)
	w.said(helen, kingston, "data_visualization")
}

// refusePictures answers like Slack when it cannot download a picture.
func refusePictures(w http.ResponseWriter, r *http.Request) bool {
	raw, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(raw))
	if text, err := url.QueryUnescape(string(raw)); err != nil || !strings.Contains(text, `"image_url"`) {
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	const why = "downloading image failed [json-pointer:/blocks/1/image_url]"
	_, _ = io.WriteString(w, `{"ok":false,"error":"invalid_blocks","errors":["`+why+`"],"response_metadata":{"messages":["[ERROR] `+why+`"]}}`)
	return true
}

func TestAPostStandsWithoutAPictureThatSlackCannotDownload(t *testing.T) {
	w := newWorld(t, setup{})
	w.front = refusePictures
	m := &chat.Message{Summary: "New", Parts: []chat.Part{
		chat.Picture{Address: "https://shop.example/gone.webp", Alt: "a lamp"},
		chat.Paragraph{Text: chat.Say("A lamp"), Thumbnail: &chat.Picture{Address: "https://shop.example/gone.png", Alt: "a lamp"}},
	}}
	id, err := w.bot.Post(t.Context(), in(kingston), "d", m)
	must(t, err)
	if said := w.said(helen, kingston, "A lamp"); said.TS != id {
		t.Errorf("the post's id is %s, want %s", id, said.TS)
	}
	m.Parts = append(m.Parts, chat.Paragraphs(chat.Say("It is sold.")))
	must(t, w.bot.Update(t.Context(), in(kingston), id, "d", m))
	w.said(helen, kingston, "It is sold.")
	must(t, w.bot.Tell(t.Context(), slackPerson(helen, ""), m))
	w.told(helen, "It is sold.")
}

func TestFindAdoptsThePostOfAnAttemptWithoutAnAnswer(t *testing.T) {
	w := newWorld(t, setup{})
	for _, how := range []playground.Failure{playground.CutAfter, playground.Cut, playground.ServerError} {
		w.Fail("chat.postMessage", 1, how)
		before := len(w.Messages(kingston, helen))
		delivery := "drop:" + string(rune('a'+how))
		_, err := w.bot.Post(t.Context(), in(kingston), delivery, chat.Simple(chat.Say("x")))
		var refused *chat.RefusedError
		var busy *chat.BusyError
		if err == nil || errors.As(err, &refused) || errors.As(err, &busy) {
			t.Fatalf("an answer that is lost gives %v", err)
		}
		if strings.Contains(err.Error(), w.base) {
			t.Errorf("the error has Slack's address: %v", err)
		}
		id, err := w.bot.Find(t.Context(), in(kingston), delivery, monday.Add(-time.Minute))
		must(t, err)
		if posted := len(w.Messages(kingston, helen)) > before; posted != (id != "") || posted != (how == playground.CutAfter) {
			t.Errorf("%v: posted %v, found %q", how, posted, id)
		}
	}
}

// A bot that was removed after its post was made, and before it could be recorded, once posted it again.
func TestFindJoinsAChannelFromWhichTheBotWasRemovedAfterItPosted(t *testing.T) {
	w := newWorld(t, setup{})
	w.Fail("chat.postMessage", 1, playground.CutAfter)
	if _, err := w.bot.Post(t.Context(), in(kingston), "drop:a", chat.Simple(chat.Say("x"))); err == nil {
		t.Fatal("the answer was not lost")
	}
	must(t, w.Remove(kingston, "UBOT"))
	if id, err := w.bot.Find(t.Context(), in(kingston), "drop:a", monday.Add(-time.Minute)); err != nil || id != w.said(helen, kingston, "x").TS {
		t.Errorf("found %q, %v", id, err)
	}
	must(t, w.Remove(kingston, "UBOT"))
	w.Refuse("conversations.join", 1, "missing_scope")
	var refused *chat.RefusedError
	if id, err := w.bot.Find(t.Context(), in(kingston), "drop:a", monday); !errors.As(err, &refused) {
		t.Errorf("found %q, %v in a channel that it may not look into", id, err)
	}
}

func TestARehearsalFindsItsPostsByTheClockOfSlack(t *testing.T) {
	const week = 168 * time.Hour
	w := newWorld(t, setup{bot: func(cfg *SlackConfig) { cfg.Ahead = week }})
	want, err := w.bot.Post(t.Context(), in(kingston), "wanted", chat.Simple(chat.Say("x")))
	must(t, err)
	if id, err := w.bot.Find(t.Context(), in(kingston), "wanted", monday.Add(week-time.Minute)); err != nil || id != want {
		t.Errorf("found %q %v, want %q", id, err, want)
	}
	if id, err := w.bot.Find(t.Context(), in(kingston), "wanted", monday.Add(week+time.Minute)); err != nil || id != "" {
		t.Errorf("found %q %v, which is older than what was asked for", id, err)
	}
}

func TestFindLooksBehindManyOtherPosts(t *testing.T) {
	w := newWorld(t, setup{play: func(cfg *playground.Config) { cfg.Limits.Off = true }})
	want, err := w.bot.Post(t.Context(), in(kingston), "wanted", chat.Simple(chat.Say("x")))
	must(t, err)
	for range 450 {
		must(t, w.Say(t.Context(), amira, kingston, "hello"))
	}
	if id, err := w.bot.Find(t.Context(), in(kingston), "wanted", monday.Add(-time.Minute)); err != nil || id != want {
		t.Errorf("found %q %v, want %q", id, err, want)
	}
	if id, err := w.bot.Find(t.Context(), in(kingston), "another", monday.Add(-time.Minute)); err != nil || id != "" {
		t.Errorf("found %q %v for what was never posted", id, err)
	}
	if id, err := w.bot.Find(t.Context(), in(leeds), "wanted", monday); err != nil || id != "" {
		t.Errorf("a channel without the bot: %q %v", id, err)
	}
}
