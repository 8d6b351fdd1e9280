package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// deliveryEvent is the type of the metadata that marks a post with its delivery
// (https://docs.slack.dev/messaging/message-metadata/).
const deliveryEvent = "clarion_delivery"

// Post posts a message into a channel, marked with the delivery's id, and returns Slack's id of it. It joins
// a public channel when it has to. The errors are a *chat.BusyError, after which nothing was posted; a
// *chat.RefusedError, after which nothing was posted and a person has to help; or another one, after which
// it may stand there: Find tells.
func (s *Slack) Post(ctx context.Context, c clarion.Channel, delivery string, m *chat.Message) (string, error) {
	id, err := s.postAs(ctx, c, delivery, m)
	if slackError(err) == "not_in_channel" {
		if err := s.host.Join(ctx, c); err != nil {
			return "", err
		}
		id, err = s.postAs(ctx, c, delivery, m)
	}
	if err != nil {
		return "", classify(c, err)
	}
	return id, nil
}

func (s *Slack) postAs(ctx context.Context, c clarion.Channel, delivery string, m *chat.Message) (id string, err error) {
	err = sendLess(m, func(m *chat.Message, on surface) error {
		_, id, err = s.api.PostMessageContext(ctx, c.ID, asDelivery(delivery, m, on)...)
		return err
	})
	return id, err
}

// asDelivery is a message with the mark of its delivery.
func asDelivery(delivery string, m *chat.Message, on surface) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(m.Summary, true),
		slack.MsgOptionBlocks(renderSlack(m.Parts, on)...),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: deliveryEvent, EventPayload: map[string]any{"id": delivery}}),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
}

// gone are Slack's words for a post that can no longer be changed, whoever tries
// (https://docs.slack.dev/reference/methods/chat.update).
var gone = []string{"message_not_found", "cant_update_message", "edit_window_closed"}

// Update puts a message in the place of a post, and leaves its mark. The errors are a *chat.BusyError or a
// *chat.RefusedError, after which nothing was changed, or another one, after which it may have been.
func (s *Slack) Update(ctx context.Context, c clarion.Channel, post, delivery string, m *chat.Message) error {
	err := sendLess(m, func(m *chat.Message, on surface) error {
		_, _, _, err := s.api.UpdateMessageContext(ctx, c.ID, post, asDelivery(delivery, m, on)...)
		return err
	})
	if err == nil {
		return nil
	}
	if slices.Contains(gone, slackError(err)) {
		return &chat.RefusedError{Channel: c, Remedy: chat.Say("The post was deleted, or can no longer be changed."), Err: err}
	}
	return classify(c, err)
}

// Find looks for the post of a delivery in the channel since a time, and returns Slack's id of it, or "". The time is
// that of Now; Slack is asked by its own clock. A bot that is not in the channel joins it to look, as it may have been
// removed after it posted.
func (s *Slack) Find(ctx context.Context, c clarion.Channel, delivery string, since time.Time) (string, error) {
	since = since.Add(-s.cfg.Ahead)
	params := &slack.GetConversationHistoryParameters{
		ChannelID: c.ID, Oldest: strconv.FormatInt(since.Unix(), 10) + ".000000", Limit: 200, IncludeAllMetadata: true,
	}
	for {
		page, err := s.api.GetConversationHistoryContext(ctx, params)
		if slackError(err) == "not_in_channel" {
			if err := s.host.Join(ctx, c); err != nil {
				return "", fmt.Errorf("looking for delivery %s: %w", delivery, err)
			}
			page, err = s.api.GetConversationHistoryContext(ctx, params)
		}
		if err != nil {
			return "", fmt.Errorf("looking for delivery %s: %w", delivery, classify(c, err))
		}
		for _, m := range page.Messages {
			if m.Metadata.EventType == deliveryEvent && m.Metadata.EventPayload["id"] == delivery {
				return m.Timestamp, nil
			}
		}
		if !page.HasMore || page.ResponseMetaData.NextCursor == "" {
			return "", nil
		}
		params.Cursor = page.ResponseMetaData.NextCursor
	}
}

// Tell writes to a person directly.
func (s *Slack) Tell(ctx context.Context, p chat.Person, m *chat.Message) error {
	channel, err := s.Direct(ctx, p)
	if err != nil {
		return err
	}
	err = sendLess(m, func(m *chat.Message, on surface) error { return s.tellAs(ctx, channel.ID, m, on) })
	if err != nil {
		return fmt.Errorf("writing a direct message: %w", withoutAddress(err))
	}
	return nil
}

// Direct returns the channel in which the bot and a person talk alone.
func (s *Slack) Direct(ctx context.Context, p chat.Person) (clarion.Channel, error) {
	channel, _, _, err := s.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{p.ID}})
	if err != nil {
		return clarion.Channel{}, fmt.Errorf("opening a direct message: %w", classify(clarion.Channel{Platform: clarion.Slack, ID: p.ID}, err))
	}
	return clarion.Channel{Platform: clarion.Slack, ID: channel.ID}, nil
}

func (s *Slack) tellAs(ctx context.Context, channel string, m *chat.Message, on surface) error {
	_, _, err := s.api.PostMessageContext(ctx, channel, slack.MsgOptionText(m.Summary, true),
		slack.MsgOptionBlocks(renderSlack(m.Parts, on)...), slack.MsgOptionDisableLinkUnfurl())
	return err
}

// Ping asks Slack whose token this is, and describes the answer for people.
func Ping(ctx context.Context, token, apiURL string) (string, error) {
	auth, err := client(token, apiURL).AuthTestContext(ctx)
	if err != nil {
		return "", fmt.Errorf("asking Slack whose token this is: %w", withoutAddress(err))
	}
	return fmt.Sprintf("bot %s in workspace %s (%s)", auth.User, auth.Team, auth.URL), nil
}

// ChannelIDs returns the ids of channels by their names, without "#". Names that no channel has are left out.
func ChannelIDs(ctx context.Context, token, apiURL string, names []string) (map[string]string, error) {
	wanted := map[string]bool{}
	for _, n := range names {
		wanted[n] = true
	}
	api, found := client(token, apiURL), map[string]string{}
	params := &slack.GetConversationsParameters{ExcludeArchived: true, Limit: 1000, Types: []string{"public_channel", "private_channel"}}
	for len(found) < len(wanted) {
		channels, next, err := api.GetConversationsContext(ctx, params)
		var limited *slack.RateLimitedError
		if errors.As(err, &limited) {
			select {
			case <-time.After(limited.RetryAfter):
				continue
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		if err != nil {
			return nil, fmt.Errorf("asking Slack for its channels: %w", withoutAddress(err))
		}
		for _, c := range channels {
			if wanted[c.Name] {
				found[c.Name] = c.ID
			}
		}
		if params.Cursor = next; next == "" {
			break
		}
	}
	return found, nil
}

func client(token, apiURL string) *slack.Client {
	if apiURL == "" {
		return slack.New(token)
	}
	return slack.New(token, slack.OptionAPIURL(apiURL))
}
