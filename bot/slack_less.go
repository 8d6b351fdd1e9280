package bot

import (
	"errors"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/chat"
)

// sendLess sends a message, and sends less of it when Slack refuses a part: without pictures where Slack could not
// download one, and without figures in a workspace that has none yet. Slack downloads a message's pictures before it
// takes the message, and refuses all of it when that fails, now and then also for one that is there
// (https://github.com/slackapi/python-slack-sdk/issues/1782).
func sendLess(m *chat.Message, send func(*chat.Message, surface) error) error {
	err := send(m, inMessage)
	if refusesPicture(err) {
		m = withoutPictures(m)
		err = send(m, inMessage)
	}
	if slackError(err) == "invalid_blocks" && hasFigures(m) {
		err = send(m, inPlainMessage)
	}
	return err
}

// refusesPicture says whether Slack refused a message because it could not download a picture.
func refusesPicture(err error) bool {
	var refused slack.SlackErrorResponse
	return errors.As(err, &refused) && refused.Err == "invalid_blocks" &&
		slices.ContainsFunc(refused.ResponseMetadata.Messages, func(s string) bool { return strings.Contains(s, "downloading image failed") })
}

// withoutPictures returns the message without its pictures. Nothing in it depends on them: each has its words.
func withoutPictures(m *chat.Message) *chat.Message {
	less := &chat.Message{Summary: m.Summary}
	for _, p := range m.Parts {
		switch p := p.(type) {
		case chat.Picture:
		case chat.Paragraph:
			less.Parts = append(less.Parts, chat.Paragraphs(p.Text))
		default:
			less.Parts = append(less.Parts, p)
		}
	}
	return less
}
