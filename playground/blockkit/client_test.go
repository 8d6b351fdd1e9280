package blockkit

import (
	"encoding/json"
	"testing"

	"github.com/slack-go/slack"
)

// TestWhatTheBotsOwnClientBuildsIsAccepted guards against refusing how slack-go writes what it means: flags that
// are false, members that are null.
func TestWhatTheBotsOwnClientBuildsIsAccepted(t *testing.T) {
	plain := func(s string) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.PlainTextType, s, true, false)
	}
	mrkdwn := func(s string) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.MarkdownType, s, false, false)
	}
	option := slack.NewOptionBlockObject("k", plain("Kingston"), nil)
	button := slack.NewButtonBlockElement("share", "c1", plain("Share it")).WithStyle(slack.StylePrimary).
		WithConfirm(slack.NewConfirmationBlockObject(plain("Sure?"), mrkdwn("*Yes?*"), plain("Yes"), plain("No")))
	stores := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Store"), "store", option)
	stores.InitialOption = option
	text := slack.NewPlainTextInputBlockElement(plain("Title"), "title")
	text.Multiline = true
	list := slack.NewRichTextList(slack.RTEListBullet, 0, slack.NewRichTextSection(slack.NewRichTextSectionTextElement("one", &slack.RichTextSectionTextStyle{Bold: true})))

	blocks := []slack.Block{
		slack.NewHeaderBlock(plain("Spring")),
		slack.NewSectionBlock(mrkdwn("*Hello*"), []*slack.TextBlockObject{mrkdwn("a"), plain("b")}, slack.NewAccessory(button)),
		slack.NewDividerBlock(),
		slack.NewContextBlock("", slack.NewImageBlockElement("https://example.com/i.png", "Icon"), mrkdwn("x")),
		slack.NewImageBlock("https://example.com/i.png", "A coat", "", plain("Coat")),
		slack.NewActionBlock("", slack.NewButtonBlockElement("b", "", plain("B")), stores, slack.NewOverflowBlockElement("more", option),
			slack.NewDatePickerBlockElement("d"), slack.NewTimePickerBlockElement("t"), slack.NewRadioButtonsBlockElement("r", option)),
		slack.NewRichTextBlock("", list),
	}
	chart := slack.NewDataVisualizationBlock("Points", slack.NewDataVisualizationBarChart(
		slack.NewDataVisualizationAxisConfig("Mon").WithXLabel("Day"),
		slack.NewDataVisualizationDataSeries("Shares", slack.NewDataVisualizationDataPoint("Mon", 3))))
	inputs := []slack.Block{
		slack.NewInputBlock("title", plain("Title"), plain("Short"), text),
		slack.NewInputBlock("store", plain("Store"), nil, stores),
		slack.NewInputBlock("stores", plain("Stores"), nil, slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, plain("Stores"), "v", option)),
		slack.NewInputBlock("boxes", plain("Networks"), nil, slack.NewCheckboxGroupsBlockElement("v", option)),
		slack.NewInputBlock("when", plain("When"), nil, slack.NewDateTimePickerBlockElement("v")),
		slack.NewInputBlock("url", plain("Link"), nil, slack.NewURLTextInputBlockElement(nil, "v")),
		slack.NewInputBlock("num", plain("Number"), nil, slack.NewNumberInputBlockElement(nil, "v", false)),
	}
	raw := func(v any) json.RawMessage {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if p := CheckMessage("text", raw(append(blocks, chart))); p != nil {
		t.Error(p)
	}
	modal := slack.ModalViewRequest{Type: slack.VTModal, Title: plain("New"), Submit: plain("Save"), Blocks: slack.Blocks{BlockSet: append(blocks, inputs...)}}
	if p := CheckView(raw(modal)); p != nil {
		t.Error(p)
	}
	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: append(blocks, chart)}}
	if p := CheckView(raw(home)); p != nil {
		t.Error(p)
	}
}
