package bot

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/playground/blockkit"
)

func TestAPersonFieldIsAPickerOfPeople(t *testing.T) {
	who := chat.Person{Platform: clarion.Slack, ID: "UAMIRA", Name: "Amira"}
	f := &chat.Form{Action: "a", Title: "T", Submit: "S", Parts: []chat.Part{
		chat.Input{Name: "who", Label: "Who", Optional: true, Field: chat.PersonField{Initial: who, Placeholder: "A colleague"}},
		chat.Input{Name: "other", Label: "Who else", Field: chat.PersonField{}},
	}}
	view := marshal(t, slackModal(f, slackFormState{}))
	if problems := blockkit.CheckView(view); len(problems) > 0 {
		t.Errorf("Slack refuses it: %v\n%s", problems, view)
	}
	for _, words := range []string{`"type": "users_select"`, `"initial_user": "UAMIRA"`, "A colleague"} {
		if !strings.Contains(string(view), words) {
			t.Errorf("%s is not in the form:\n%s", words, view)
		}
	}

	var state map[string]map[string]slack.BlockAction
	must(t, json.Unmarshal([]byte(`{"who":{"who":{"type":"users_select","selected_user":"UBEN"}},"other":{"other":{"type":"users_select","selected_user":null}}}`), &state))
	values := slackValues(state)
	if got := values.Person("who"); got != (chat.Person{Platform: clarion.Slack, ID: "UBEN"}) {
		t.Errorf("chosen: %+v", got)
	}
	if _, filled := values["other"]; filled {
		t.Error("a field that was left empty has a value")
	}
}

func TestSlackShowsThoseOfAnotherPlatformByTheirNames(t *testing.T) {
	text := chat.Say("By ").Mention(chat.Person{Platform: clarion.Teams, ID: "8d9c", Name: "Helen *Okafor*"}).Say(" in ").
		Add(chat.Text{{Text: "Kingston", Channel: clarion.Channel{Platform: clarion.Teams, ID: "19:k@thread.tacv2"}}}).
		Say(" and ").Mention(slackPerson(helen, "")).Say(" in ").In(slackChannel(kingston))
	if got, want := mrkdwn(text, 3000), "By Helen ∗Okafor∗ in Kingston and <@UHELEN> in <#CKINGSTON>"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	blocks, err := json.Marshal(renderSlack([]chat.Part{chat.Paragraphs(text), chat.Note(text)}, inMessage))
	if err != nil || bytes.Contains(blocks, []byte("8d9c")) || bytes.Contains(blocks, []byte("thread.tacv2")) || bytes.Count(blocks, []byte("Kingston")) != 2 {
		t.Errorf("%s %v", blocks, err)
	}
}
