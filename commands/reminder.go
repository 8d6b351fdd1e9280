package commands

import (
	"context"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// shownSharing is how old the figure in a reminder can be.
const shownSharing = time.Minute

// reminder reminds a store that a campaign can be shared, and says how far it has come with it. It is a living
// post: when the campaign is over or taken back, there is nothing to press any more.
func (d *drops) reminder(ctx context.Context, w *storage.Workspace, delivery clarion.Delivery, at time.Time) (*chat.Message, error) {
	c, err := w.Campaign(ctx, delivery.Campaign)
	if err != nil {
		return nil, err
	}
	switch c.Stage(at) {
	case clarion.Window, clarion.Running:
	case clarion.Ended:
		return chat.Simple(chat.Strong(c.Title).Say(" is over. Thank you!")), nil
	default:
		return takenBack(c), nil
	}
	sharing, err := w.Sharing(ctx, c.ID, shownSharing)
	if err != nil {
		return nil, err
	}
	summary, opening := "Still to share: ", chat.Say("There is still time for ")
	if delivery.Subject == clarion.LastReminder && c.Ends.Sub(at) <= 24*time.Hour { // more is left once the end was moved
		summary, opening = "Soon over: ", chat.Say("The last chance to share ")
	}
	text := opening.Bold(c.Title).Say(": it can be shared until ").At(c.Ends, d.Location).Say(".")
	if said := shared(sharing[delivery.Store]); said != "" {
		text = text.Line().Say(said)
	}
	return &chat.Message{Summary: summary + c.Title, Parts: []chat.Part{chat.Paragraphs(text), chat.Controls{
		chat.Button{Label: "Share it", Action: ActionShare, Value: string(c.ID), Look: chat.Primary},
	}}}, nil
}

// shared says how many of a store's partners have shared; nothing where nobody is known to work.
func shared(s clarion.Sharing) string {
	of := chat.Number(s.Partners)
	switch {
	case s.Partners == 0:
		return ""
	case s.All():
		return "All " + of + " of you have shared it. Thank you!"
	case s.Shared == 0:
		return "None of your " + of + " has shared it yet: be the first."
	case s.Shared == 1:
		return "1 of your " + of + " has shared it."
	}
	return chat.Number(s.Shared) + " of your " + of + " have shared it."
}
