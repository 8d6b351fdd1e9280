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
		return s.submitLater(ctx, action, o, done)
	}
	reply := out.reply
	switch {
	case out.failed:
		// Over the form, so that what was filled in is still there when the notice is closed.
		return push(slackNotice(reply.Message, o.from))
	case len(reply.Wrong) > 0:
		at := atBlocks(in.View.State.Values, reply.Wrong)
		if len(at) < len(reply.Wrong) { // Slack refuses an error that is at no input
			return push(slackNotice(toMend(reply.Wrong), o.from))
		}
		return slack.NewErrorsViewSubmissionResponse(at)
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

// toMend says what is wrong where it cannot be said at the fields.
func toMend(wrong map[string]string) *chat.Message {
	text := chat.Strong("Something has to be mended first. Close this to go back.")
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		text = text.Line().Say("• " + wrong[name])
	}
	return chat.Simple(text)
}

func push(view slack.ModalViewRequest) any { return slack.NewPushViewSubmissionResponse(&view) }

// submitLater puts a waiting view over the form, which turns into the outcome when that is there. Closing it
// leads back to the form with what was filled in.
func (s *Slack) submitLater(ctx context.Context, action string, o slackOrigin, done <-chan outcome) any {
	waiting := s.waiting(o.from)
	s.run.background(ctx, action, func(ctx context.Context) {
		reply := (<-done).reply
		view := slackNotice(chat.Simple(chat.Say("Done.")), o.from)
		switch {
		case len(reply.Wrong) > 0:
			view = slackNotice(toMend(reply.Wrong), o.from)
		case reply.Form != nil:
			view = slackModal(reply.Form, o.from)
		case reply.Message != nil:
			view = slackNotice(reply.Message, o.from)
		}
		s.sent(s.fill(ctx, waiting.ExternalID, view), "updating a waiting view")
	})
	return push(waiting)
}

// waiting returns a view that says to wait, under an external id by which fill finds it.
func (s *Slack) waiting(from slackFormState) slack.ModalViewRequest {
	v := slackNotice(chat.Simple(chat.Say("One moment, this takes longer than usual …")), from)
	v.ExternalID = "later-" + s.cfg.NewReference()
	return v
}

// fillPauses are the waits between attempts to find a waiting view: Slack shows it only once it has read the
// answer that carries it.
var fillPauses = [...]time.Duration{50 * time.Millisecond, 150 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second}

// fill puts a view in place of the waiting one with the external id.
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
