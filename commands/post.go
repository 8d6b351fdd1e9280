package commands

import (
	"context"
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// Delivery writes the message that a delivery carries, as it stands at a time.
func (t *Table) Delivery(ctx context.Context, w *storage.Workspace, d clarion.Delivery, at time.Time) (*chat.Message, error) {
	write, ok := t.writers[d.Kind]
	if !ok {
		return nil, fmt.Errorf("delivery %s carries %q, which is no kind of delivery", d.ID, d.Kind)
	}
	m, err := write(ctx, w, d, at)
	if err != nil {
		return nil, fmt.Errorf("writing delivery %s: %w", d.ID, err)
	}
	return m, nil
}

// post writes a drop's post.
func (d *drops) post(ctx context.Context, w *storage.Workspace, delivery clarion.Delivery, _ time.Time) (*chat.Message, error) {
	c, err := w.Campaign(ctx, delivery.Campaign)
	if err != nil {
		return nil, err
	}
	return Post(c), nil
}

// Post returns a campaign's post as a store's channel sees it.
func Post(c clarion.Campaign) *chat.Message {
	return &chat.Message{
		Summary: "New to share: " + c.Title,
		Parts: append(postBody(c),
			chat.Controls{
				chat.Button{Label: "Share it", Action: ActionShare, Value: string(c.ID), Look: chat.Primary},
				chat.Button{Label: "Leaderboard", Action: ActionLeaderboard, Value: view{Period: clarion.InCampaign(c.ID)}.String()},
			}),
	}
}

// postBody returns what stands above the buttons of a post.
func postBody(c clarion.Campaign) []chat.Part {
	parts := []chat.Part{chat.Heading(c.Title), chat.Paragraphs(chat.Say(c.Text))}
	if c.Image != "" {
		parts = append(parts, chat.Picture{Address: c.Image, Alt: c.ImageAlt})
	}
	return append(parts, chat.Paragraphs(chat.Strong(c.Hashtag).Say("  ·  ").Link(c.Target, "See what it leads to")))
}
