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
	return &chat.Message{Summary: m.Summary, Parts: insteadOfPictures(m.Parts, func(chat.Picture) []chat.Part { return nil })}
}

// insteadOfPictures returns the parts with something else in the place of each picture. A small one beside a text is
// left out.
func insteadOfPictures(parts []chat.Part, instead func(chat.Picture) []chat.Part) []chat.Part {
	var less []chat.Part
	for _, p := range parts {
		switch p := p.(type) {
		case chat.Picture:
			less = append(less, instead(p)...)
		case chat.Paragraph:
			less = append(less, chat.Paragraphs(p.Text))
		default:
			less = append(less, p)
		}
	}
	return less
}

// hasPictures says whether there is a picture among the parts.
func hasPictures(parts []chat.Part) bool {
	return slices.ContainsFunc(parts, func(p chat.Part) bool {
		paragraph, _ := p.(chat.Paragraph)
		_, picture := p.(chat.Picture)
		return picture || paragraph.Thumbnail != nil
	})
}

// showLess shows a form, and shows it without its pictures when Slack refuses it with them: what Slack takes then, it
// refused for a picture that it could not download, and the form says so in its place. Which word Slack has for that is
// documented for messages alone.
func showLess(f *chat.Form, show func(*chat.Form) error) error {
	err := show(f)
	if word := slackError(err); hasPictures(f.Parts) && (word == "invalid_blocks" || word == "invalid_arguments") {
		err = show(pictureless(f, func(p chat.Picture) []chat.Part {
			return []chat.Part{chat.Note(chat.Say("⚠ Slack could not fetch ").Link(p.Address, "the picture").
				Say(", so it is left out, here and in posts. Its address has to lead to a PNG, JPEG or GIF itself, which everybody on the web can open."))}
		}))
	}
	return err
}

// beforePictures is the form as it stands until Slack has fetched its pictures.
func beforePictures(f *chat.Form) *chat.Form {
	return pictureless(f, func(chat.Picture) []chat.Part {
		return []chat.Part{chat.Note(chat.Say("Slack is fetching the picture …"))}
	})
}

func pictureless(f *chat.Form, instead func(chat.Picture) []chat.Part) *chat.Form {
	less := *f
	less.Parts = insteadOfPictures(f.Parts, instead)
	return &less
}
