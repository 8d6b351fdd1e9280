package bot

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/chat"
)

// In a view whose blocks keep their ids Slack keeps what was filled in, whatever the new initial values are.
func TestAFormOfAnotherVersionBeginsAnewAndIsReadAndComplainedAboutByName(t *testing.T) {
	form := func(version string) string {
		return string(drawForm(t, &chat.Form{Action: "a", Title: "A form", Submit: "Go", Version: version,
			Parts: []chat.Part{chat.Input{Name: "title", Label: "Title", Field: chat.TextField{Initial: "from " + version}}}}).View)
	}
	for version, id := range map[string]string{"": `"block_id": "title"`, "1": `"block_id": "title#1"`, "2": `"block_id": "title#2"`} {
		if !strings.Contains(form(version), id) {
			t.Errorf("version %q has no %s: %s", version, id, form(version))
		}
	}
	state := map[string]map[string]slack.BlockAction{"title#2": {"title": {Value: "Spring"}}, "text#2": {"text": {}}}
	if v := slackValues(state); v.Text("title") != "Spring" || len(v) != 1 {
		t.Errorf("read as %v", v)
	}
	if at := atBlocks(state, map[string]string{"text": "Write a text.", "gone": "Choose."}); len(at) != 1 || at["text#2"] != "Write a text." {
		t.Errorf("complaints are at %v", at)
	}
}
