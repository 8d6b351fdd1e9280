package commands

import (
	"context"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// notice tells the social team that a topic has nothing that could go out at its next turn.
func (t *topics) notice(ctx context.Context, w *storage.Workspace, d clarion.Delivery, at time.Time) (*chat.Message, error) {
	topic, err := w.Topic(ctx, clarion.TopicID(d.Subject))
	if err != nil {
		return nil, err
	}
	queue, err := w.Queue(ctx, topic.ID)
	if err != nil {
		return nil, err
	}
	text := chat.Say("The queue of ").Bold(topic.Name).Say(" is empty. Its next time is ").At(t.next(topic, at), t.Location).
		Say(": add something before then, or nothing goes out.")
	if len(queue) > 0 {
		unapproved := 0
		for _, c := range queue {
			if c.Stage(at) == clarion.Unapproved {
				unapproved++
			}
		}
		text = chat.Strong(topic.Name).Say(" had its turn, and nothing of its queue could go out.")
		if unapproved > 0 {
			text = text.Sayf(" Not approved yet: %s.", chat.Count(unapproved, "campaign"))
		}
		if n := len(queue) - unapproved; n > 0 {
			text = text.Sayf(" For stores without a channel: %s.", chat.Count(n, "campaign"))
		}
	}
	return &chat.Message{Summary: text.String(), Parts: []chat.Part{chat.Paragraphs(text), chat.Controls{
		chat.Button{Label: "Add campaign", Action: actionTopicAdd, Value: string(topic.ID), Look: chat.Primary},
		chat.Button{Label: "Queue", Action: actionTopicQueue, Value: queuePlace{topic: topic.ID}.String()},
	}}}, nil
}
