package commands

import (
	"context"

	"github.com/clarion-bot/clarion/chat"
)

const (
	// ActionAdded is called when the bot was added to channels that stand together, such as those of a team.
	ActionAdded = "added"
	// ActionWelcome is called when a person has added the bot for themselves. It answers as ActionHome does.
	ActionWelcome = "welcome"
)

// hello is what a notification says of a greeting.
const hello = "Hello! I am Clarion, and I bring what there is to share."

// greeting says what the bot is.
func greeting() []chat.Part {
	return []chat.Part{
		chat.Heading("Hello! I am Clarion"),
		chat.Paragraphs(chat.Say("What the social team writes I bring to each store's channel. Press ").Bold("Share it").
			Say(" on a post to get links that are yours alone. Shares, and visits by people who follow them, are points for you and your store, and every Monday I say which store has won the week.")),
	}
}

// added says to a channel what the bot is, and what has to be done first. Where no channels stand together, as in a chat of
// several people, it is about this one alone.
func added(ctx context.Context, r Request) (Reply, error) {
	if places, err := r.Host.Channels(ctx, r.Channel); err == nil && len(places) == 0 {
		parts := append(greeting(), chat.Paragraphs(chat.Say("If a store talks here, somebody of the social team says which, with ").
			Command("/store link").Say(". ").Command("/clarion help").Say(" lists what you may do.")))
		return Reply{Message: &chat.Message{Summary: hello, Parts: parts}, Public: true}, nil
	}
	parts := append(greeting(),
		chat.Paragraphs(chat.Say("First, somebody of the social team says which channel is which store's: here for all channels at once, or with ").
			Command("/store link").Say(" in each of them. ").Command("/clarion help").Say(" lists what you may do.")),
		chat.Controls{chat.Button{Label: "Say which channel is which store", Action: actionStoreTeam, Look: chat.Primary}})
	return Reply{Message: &chat.Message{Summary: hello, Parts: parts}, Public: true}, nil
}

// welcome is the Home tab of somebody who is new to the bot, below a greeting.
func (h *home) welcome(ctx context.Context, r Request) (Reply, error) {
	reply, err := h.show(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	parts := append(greeting(), chat.Note(chat.Text{}.Command("/clarion help").Say(" lists what you may do.")), chat.Line{})
	reply.Home.Parts = append(parts, reply.Home.Parts...)
	reply.Home.Summary = hello
	return reply, nil
}
