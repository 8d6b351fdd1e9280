package bot

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// reply sends what a handler answered to where the request came from.
func (s *Slack) reply(ctx context.Context, o slackOrigin, r commands.Reply) {
	if r.Home != nil {
		_, err := s.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: o.person.ID, View: slack.HomeTabViewRequest{
			Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: renderSlack(r.Home.Parts, inView)},
		}})
		s.sent(err, "publishing a Home tab")
	}
	if r.Form != nil {
		s.openForm(ctx, o, r)
	}
	switch {
	case r.Message == nil:
	case o.view != "":
		// Who presses in a modal or the Home tab looks there, not at a channel, unless Slack does not open it.
		if !s.sent(s.open(ctx, o, noticeForm(r.Message), true), "opening a notice") {
			s.say(ctx, o, r)
		}
	default:
		s.say(ctx, o, r)
	}
}

// openForm shows a form as a modal. Slack opens about a hundred of them a minute in a workspace
// (https://docs.slack.dev/reference/methods/views.open), which is less than a launch needs: beyond that, a form that
// asks for nothing is said in the channel, to the person alone, at the response URL, which has no such limit.
func (s *Slack) openForm(ctx context.Context, o slackOrigin, r commands.Reply) {
	err := s.open(ctx, o, r.Form, r.Over)
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) && o.from.ResponseURL != "" && !asks(r.Form) {
		s.say(ctx, o, commands.Reply{Message: &chat.Message{Summary: r.Form.Title, Parts: r.Form.Parts}, Replace: !r.Over})
		return
	}
	if s.sent(err, "opening a form") {
		return
	}
	why := "Slack did not open it just now. Please press again."
	switch {
	case slackError(err) == "expired_trigger_id":
		why = "That took too long to open. Please press again."
	case errors.As(err, &limited):
		why = "Many people are pressing just now, and Slack asks me to slow down. Please press again in a minute."
	}
	s.say(ctx, o, commands.Reply{Message: chat.Simple(chat.Say(why))})
}

// asks says whether a form has something to fill in.
func asks(f *chat.Form) bool {
	return slices.ContainsFunc(f.Parts, func(p chat.Part) bool { _, ok := p.(chat.Input); return ok })
}

// open shows a form as a modal: in place of the one that was pressed in, over it, or as a new one.
func (s *Slack) open(ctx context.Context, o slackOrigin, f *chat.Form, over bool) error {
	return showLess(f, func(f *chat.Form) (err error) {
		view := slackModal(f, o.from)
		switch {
		case o.view != "" && !o.home && over:
			_, err = s.api.PushViewContext(ctx, o.trigger, view)
		case o.view != "" && !o.home:
			_, err = s.api.UpdateViewContext(ctx, view, "", "", o.view)
		default:
			_, err = s.api.OpenViewContext(ctx, o.trigger, view)
		}
		return err
	})
}

// say sends a message to a person: at the response URL while it is good, else as a direct message.
func (s *Slack) say(ctx context.Context, o slackOrigin, r commands.Reply) {
	if o.from.ResponseURL != "" && time.Now().Unix() < o.from.Until {
		r.Replace = r.Replace && (o.ephemeral || r.Public)  // what others see is changed for all or not at all
		r.Public = r.Public && (!r.Replace || !o.ephemeral) // and what one alone sees for that one
		if s.sent(s.respond(ctx, o.from.ResponseURL, r), "answering at a response URL") {
			return
		}
	}
	s.sent(s.Tell(ctx, o.person, r.Message), "writing to a person")
}

// respond posts at a response URL. Where a workspace has no tables and charts yet, it says the same without.
func (s *Slack) respond(ctx context.Context, address string, r commands.Reply) error {
	err := slack.PostWebhookCustomHTTPContext(ctx, address, s.client, webhookMessage(r, inMessage))
	var status slack.StatusCodeError
	if errors.As(err, &status) && status.Code >= 400 && status.Code < 500 && hasFigures(r.Message) {
		err = slack.PostWebhookCustomHTTPContext(ctx, address, s.client, webhookMessage(r, inPlainMessage))
	}
	return err
}

func webhookMessage(r commands.Reply, on surface) *slack.WebhookMessage {
	m := &slack.WebhookMessage{
		Text: mrkdwnEscape.Replace(r.Message.Summary), Blocks: &slack.Blocks{BlockSet: renderSlack(r.Message.Parts, on)},
		ReplaceOriginal: r.Replace, ResponseType: slack.ResponseTypeEphemeral,
	}
	if r.Public {
		m.ResponseType = slack.ResponseTypeInChannel
	}
	return m
}

// hasFigures says whether a message has parts that not every workspace draws.
func hasFigures(m *chat.Message) bool {
	for _, p := range m.Parts {
		switch p.(type) {
		case chat.Table, chat.Chart:
			return true
		}
	}
	return false
}

// sent counts and logs what became of a call, and says whether it went well.
func (s *Slack) sent(err error, doing string) bool {
	if err == nil {
		s.metrics.calls.WithLabelValues("ok").Inc()
		return true
	}
	s.metrics.calls.WithLabelValues("failed").Inc()
	s.cfg.Logger.Warn(doing+" failed", "error", withoutAddress(err))
	return false
}

// withoutAddress takes the address out of a network error: a response URL is a secret.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return fmt.Errorf("calling Slack: %w", u.Err)
	}
	return err
}

// slackError returns the word by which Slack refused a call, or "".
func slackError(err error) string {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		return refused.Err
	}
	return ""
}

func (s *Slack) responseURLEnd() int64 { return time.Now().Add(responseURLLife).Unix() }
