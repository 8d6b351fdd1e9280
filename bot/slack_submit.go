package bot

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// submission answers a submitted form. The result is the response's body; nil closes the modal.
func (s *Slack) submission(ctx context.Context, in slackInteraction, o slackOrigin) any {
	action := in.View.CallbackID
	r := s.request(o)
	r.Form = slackValues(in.View.State.Values)
	done := s.run.start(ctx, action, o.person, func(ctx context.Context) (commands.Reply, error) {
		return s.cfg.Table.Do(ctx, action, r)
	})
	out, ok := s.run.wait(done)
	if !ok {
		return s.submitLater(ctx, action, in, o, done)
	}
	reply := out.reply
	switch {
	case out.failed:
		// Over the form, so that what was filled in is still there when the notice is closed.
		return over(in, slackNotice(reply.Message, o.from))
	case len(reply.Wrong) > 0:
		at := atBlocks(in.View.State.Values, reply.Wrong)
		if len(at) < len(reply.Wrong) { // Slack refuses an error that is at no input
			return over(in, slackNotice(toMend(reply.Wrong), o.from))
		}
		return slack.NewErrorsViewSubmissionResponse(at)
	case reply.Form != nil && reply.Over:
		return over(in, s.answered(ctx, action, reply.Form, o.from))
	case reply.Form != nil:
		view := s.answered(ctx, action, reply.Form, o.from)
		return slack.NewUpdateViewSubmissionResponse(&view)
	case reply.Message != nil:
		s.run.background(ctx, action, func(ctx context.Context) { s.say(ctx, o, reply) })
	}
	return slack.NewClearViewSubmissionResponse()
}

// toMend says what is wrong where it cannot be said at the fields.
func toMend(wrong map[string]string) *chat.Message {
	text := chat.Strong("Something has to be mended first. Close this to go back.")
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		text = text.Line().Say("• " + wrong[name])
	}
	return chat.Simple(text)
}

// over puts a view over the submitted one, and in its place when there is no room for another: Slack stacks three
// (https://docs.slack.dev/surfaces/modals). What is below the submitted one is still there then.
func over(in slackInteraction, view slack.ModalViewRequest) any {
	if below := in.View.Below; below != "" && below != in.View.Root {
		return slack.NewUpdateViewSubmissionResponse(&view)
	}
	return slack.NewPushViewSubmissionResponse(&view)
}

// answered draws a form that answers a submitted one. Slack downloads the pictures of a view before it shows the view.
// When that fails in an answer nobody is told why: the person reads of trouble with the connection, and stays in the
// form. So the answer has no pictures, and they follow by a call, which says what became of it.
func (s *Slack) answered(ctx context.Context, action string, f *chat.Form, from slackFormState) slack.ModalViewRequest {
	if !hasPictures(f.Parts) {
		return slackModal(f, from)
	}
	view := slackModal(beforePictures(f), from)
	view.ExternalID = "pictures-" + s.cfg.NewReference()
	s.run.background(ctx, action, func(ctx context.Context) {
		if err := s.fillForm(ctx, view.ExternalID, f, from); slackError(err) != "not_found" { // that is: closed meanwhile
			s.sent(err, "showing a form's pictures")
		}
	})
	return view
}

// submitLater puts a waiting view over the form, which turns into the outcome when that is there. Closing it
// leads back to the form with what was filled in.
func (s *Slack) submitLater(ctx context.Context, action string, in slackInteraction, o slackOrigin, done <-chan outcome) any {
	waiting := s.waiting(o.from)
	s.run.background(ctx, action, func(ctx context.Context) {
		reply := (<-done).reply
		f := reply.Form
		switch {
		case len(reply.Wrong) > 0:
			f = noticeForm(toMend(reply.Wrong))
		case f != nil:
		case reply.Message != nil:
			f = noticeForm(reply.Message)
		default:
			f = noticeForm(chat.Simple(chat.Say("Done.")))
		}
		s.sent(s.fillForm(ctx, waiting.ExternalID, f, o.from), "updating a waiting view")
	})
	return over(in, waiting)
}

// waiting returns a view that says to wait, under an external id by which fill finds it.
func (s *Slack) waiting(from slackFormState) slack.ModalViewRequest {
	v := slackNotice(chat.Simple(chat.Say("One moment, this takes longer than usual …")), from)
	v.ExternalID = "later-" + s.cfg.NewReference()
	return v
}

// fillForm puts a form in place of the view with the external id, without its pictures when Slack does not take them.
func (s *Slack) fillForm(ctx context.Context, externalID string, f *chat.Form, from slackFormState) error {
	return showLess(f, func(f *chat.Form) error { return s.fill(ctx, externalID, slackModal(f, from)) })
}

// fillPauses are the waits between attempts to find a view that was answered: Slack shows it only once it has read the
// answer that carries it.
var fillPauses = [...]time.Duration{50 * time.Millisecond, 150 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second}

// fill puts a view in place of the one with the external id.
func (s *Slack) fill(ctx context.Context, externalID string, view slack.ModalViewRequest) error {
	view.ExternalID = externalID
	for attempt := 0; ; attempt++ {
		_, err := s.api.UpdateViewContext(ctx, view, externalID, "", "")
		if slackError(err) != "not_found" || attempt == len(fillPauses) {
			return err
		}
		pause := time.NewTimer(fillPauses[attempt])
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}
