package bot

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// submission answers a submitted form. The result is the response's body; nil closes the modal.
func (s *Slack) submission(ctx context.Context, in slackInteraction, o slackOrigin) any {
	action := in.View.CallbackID
	r := s.request(o)
	r.Form, r.InForm = slackValues(in.View.State.Values), true
	done := s.run.start(ctx, action, o.person, func(ctx context.Context) (commands.Reply, error) {
		return s.cfg.Table.Do(ctx, action, r)
	})
	out, ok := s.run.wait(done)
	if !ok {
		return s.submitLater(ctx, action, o, done)
	}
	reply := out.reply
	switch {
	case out.failed:
		// Over the form, so that what was filled in is still there when the notice is closed.
		return push(slackNotice(reply.Message, o.from))
	case len(reply.Wrong) > 0:
		return slack.NewErrorsViewSubmissionResponse(reply.Wrong)
	case reply.Form != nil && reply.Over:
		return push(slackModal(reply.Form, o.from))
	case reply.Form != nil:
		view := slackModal(reply.Form, o.from)
		return slack.NewUpdateViewSubmissionResponse(&view)
	case reply.Message != nil:
		s.run.background(ctx, action, func(ctx context.Context) { s.say(ctx, o, reply) })
	}
	return slack.NewClearViewSubmissionResponse()
}

func push(view slack.ModalViewRequest) any { return slack.NewPushViewSubmissionResponse(&view) }

// submitLater puts a waiting view over the form, which turns into the outcome when that is there. Closing it
// leads back to the form with what was filled in.
func (s *Slack) submitLater(ctx context.Context, action string, o slackOrigin, done <-chan outcome) any {
	id := "later-" + s.cfg.NewReference()
	waiting := slackNotice(chat.Simple(chat.Say("One moment, this takes longer than usual …")), o.from)
	waiting.ExternalID = id
	s.run.background(ctx, action, func(ctx context.Context) {
		reply := (<-done).reply
		view := slackNotice(chat.Simple(chat.Say("Done.")), o.from)
		switch {
		case len(reply.Wrong) > 0:
			text := chat.Strong("Something has to be mended first. Close this to go back.")
			for _, reason := range reply.Wrong {
				text = text.Line().Say("• " + reason)
			}
			view = slackNotice(chat.Simple(text), o.from)
		case reply.Form != nil:
			view = slackModal(reply.Form, o.from)
		case reply.Message != nil:
			view = slackNotice(reply.Message, o.from)
		}
		view.ExternalID = id
		_, err := s.api.UpdateViewContext(ctx, view, id, "", "")
		s.sent(err, "updating a waiting view")
	})
	return push(waiting)
}
