package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground"
)

// message waits for the newest message in the shop's channel that has words in it, and returns it.
func (s *shop) message(words string) (found playground.Message) {
	s.Helper()
	s.until("a message says “"+words+"”", func() bool {
		for _, m := range s.slack.Messages(shopChannel, shopPartner) {
			if strings.Contains(m.Text+string(m.Blocks), words) {
				found = m
			}
		}
		return found.TS != ""
	})
	return found
}

// post returns how a campaign's post looks now, by its time stamp.
func (s *shop) post(ts string) string {
	for _, m := range s.slack.Messages(shopChannel, shopPartner) {
		if m.TS == ts {
			return m.Text + string(m.Blocks)
		}
	}
	return ""
}

func (s *shop) press(m playground.Message, action string) {
	s.Helper()
	s.must(s.slack.Press(s.Context(), shopPartner, shopChannel, m.TS, playground.Pressed{ActionID: action}))
}

// submit sends a form of its reader's with some of its inputs filled in; the others stay as they are.
func (s *shop) submit(v playground.View, inputs map[string]any) {
	s.Helper()
	var view struct {
		Blocks []struct {
			ID string `json:"block_id"`
		}
	}
	s.must(json.Unmarshal(v.JSON, &view))
	state := map[string]any{}
	for _, b := range view.Blocks {
		name, _, _ := strings.Cut(b.ID, "#")
		if value, ok := inputs[name]; ok {
			state[b.ID] = map[string]any{name: value}
		}
	}
	if len(state) != len(inputs) {
		s.Fatalf("the form has only %d of the %d inputs: %s", len(state), len(inputs), v.JSON)
	}
	raw, err := json.Marshal(map[string]any{"values": state})
	s.must(err)
	s.must(s.slack.Submit(s.Context(), v.User, v.ID, raw))
}

func text(value string) any { return map[string]any{"value": value} }

func TestACampaignIsWrittenListedEditedTakenBackAndBroughtBack(t *testing.T) {
	s := newShop(t, "CLARION_SOCIAL_TEAM="+shopPartner)
	command := func(line string) { t.Helper(); s.must(s.slack.Command(t.Context(), shopPartner, shopChannel, line)) }
	command("/drop campaign")
	s.submit(s.top("New campaign"), map[string]any{
		"title": text("Summer"), "text": text("Summer is her."), "target": text("https://shop.example/summer"), "hashtag": text("#Summer"), "captions": text("Look at this."),
		"audience": map[string]any{"selected_options": []any{map[string]any{"value": "store:kingston", "text": map[string]any{"type": "plain_text", "text": "Kingston"}}}},
	})
	s.submit(s.top("Posted as soon as you confirm"), nil)
	s.message("is on its way to 1 store")
	ts := s.message("New to share: Summer").TS

	command("/drop list")
	list := s.message("Spring") // with both campaigns; Summer's buttons come first
	if !strings.Contains(string(list.Blocks), "1 posted, 0 waiting, 0 failed") || !strings.Contains(string(list.Blocks), "/l/") {
		t.Errorf("the list is %s", list.Blocks)
	}
	s.press(list, "drop.edit")
	s.submit(s.top("Edit campaign"), map[string]any{"text": text("Summer is here.")})
	s.submit(s.top("Every post of it changes when you save"), nil)
	s.until("the post is mended", func() bool { return strings.Contains(s.post(ts), "Summer is here.") })

	// The link of the company's own channels leads to the page while the campaign is taken back.
	link := regexp.MustCompile(`/l/[0-9a-z]{16}`).FindString(string(list.Blocks))
	leads := func(to string) func() bool {
		return func() bool { _, location := s.visit(link); return strings.HasPrefix(location, to) }
	}
	s.until("the link leads to the content", leads("https://shop.example/summer?"))
	s.press(list, "drop.stop")
	s.submit(s.top("Take back"), map[string]any{"page": text("https://shop.example/sorry")})
	answer := s.message("is taken back. 1 post is being changed")
	s.until("the post has no buttons any more", func() bool {
		return strings.Contains(s.post(ts), "was taken back") && !strings.Contains(s.post(ts), "button")
	})
	s.until("the link leads to the page", leads("https://shop.example/sorry"))

	s.press(answer, "drop.undo")
	s.message("is back. Its posts have their buttons again.")
	s.until("the post has its buttons again", func() bool {
		return strings.Contains(s.post(ts), "Summer is here.") && strings.Contains(s.post(ts), "Share it")
	})
	s.until("the link leads to the content again", leads("https://shop.example/summer?"))
	if n := len(s.slack.Messages(shopChannel, "nobody")); n != 2 {
		t.Errorf("%d posts stand in the channel, want Spring's and Summer's", n)
	}
	s.stop()
	select {
	case err := <-s.ended:
		s.must(err)
	case <-time.After(30 * time.Second):
		t.Error("serve does not end")
	}
}
