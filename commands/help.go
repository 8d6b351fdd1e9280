package commands

import (
	"context"

	"github.com/clarion-bot/clarion/chat"
)

// help lists what the asker may do, from the table itself.
type help struct {
	Config
	table *Table
}

// command answers /clarion help.
func (h *help) command(ctx context.Context, r Request) (Reply, error) { return h.of(ctx, "", r) }

// of lists the commands of one slash command, or all for "".
func (h *help) of(ctx context.Context, slash string, r Request) (Reply, error) {
	parts := []chat.Part{}
	if slash == "" {
		parts = append(parts, chat.Heading("What you can do here"),
			chat.Paragraphs(chat.Say("Press ").Bold("Share it").Say(" on a post to get links that are yours alone. Shares, and visits by people who follow them, are points for you and your store.")))
	}
	text := chat.Text{}
	for _, c := range h.table.commands {
		if slash != "" && c.Slash != slash {
			continue
		}
		ok, err := has(ctx, c.Needs, r)
		if err != nil {
			return Reply{}, err
		}
		if !ok {
			continue
		}
		line := c.Line()
		if c.Usage != "" {
			line += " " + c.Usage
		}
		text = text.Command(line).Say("  ").Add(h.table.spoken(c.Summary)).Line()
	}
	if len(text) == 0 {
		text = chat.Say("That one is for the social team only.")
	}
	return private(&chat.Message{Summary: "What you can do here", Parts: append(parts, chat.Paragraphs(text))})
}
