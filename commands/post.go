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
	if err == nil {
		err = naming{w, d.Channel.Platform}.message(ctx, m)
	}
	if err != nil {
		return nil, fmt.Errorf("writing delivery %s: %w", d.ID, err)
	}
	return m, nil
}

// post writes a drop's post. It is the same in every channel.
func (d *drops) post(ctx context.Context, w *storage.Workspace, delivery clarion.Delivery, at time.Time) (*chat.Message, error) {
	c, err := w.Campaign(ctx, delivery.Campaign)
	if err != nil {
		return nil, err
	}
	switch c.Stage(at) {
	case clarion.Unapproved, clarion.Queued, clarion.Recalled, clarion.Cancelled:
		return takenBack(c), nil
	case clarion.Embargoed:
		return d.teaser(c, at), nil
	}
	p, err := progressOf(ctx, w, c.ID)
	if err != nil {
		return nil, err
	}
	if c.Stage(at) == clarion.Ended {
		return ended(c, p), nil
	}
	return d.open(c, at, p), nil
}

// Post returns the post of a campaign that has no launch window and that nobody has shared yet.
func Post(c clarion.Campaign) *chat.Message { return new(drops).open(c, c.Public, progress{}) }

// open is the post of a campaign that can be shared.
func (d *drops) open(c clarion.Campaign, at time.Time, p progress) *chat.Message {
	parts := postBody(c)
	if c.Stage(at) == clarion.Window {
		parts = append(parts, chat.Paragraphs(d.window(c)))
	}
	if said := p.running(); said != nil {
		parts = append(parts, chat.Note(said))
	}
	return &chat.Message{Summary: "New to share: " + c.Title, Parts: append(parts, chat.Controls{
		chat.Button{Label: "Share it", Action: ActionShare, Value: string(c.ID), Look: chat.Primary},
		boardOf(c),
	})}
}

// window says what the launch window is worth.
func (d *drops) window(c clarion.Campaign) chat.Text {
	text := chat.Strong("Yours alone until ").At(c.Public, d.Location).Say(".")
	if c.WindowFactor > 1 {
		text = text.Sayf(" Until then a share counts %s.", timesOver(c.WindowFactor))
	}
	return text
}

// timesOver writes a factor: "twice", "3 times".
func timesOver(n int) string {
	if n == 2 {
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// teaser is the post of a campaign that is not open yet. It has nothing in it that could be shared.
func (d *drops) teaser(c clarion.Campaign, at time.Time) *chat.Message {
	parts := []chat.Part{
		chat.Heading(c.Title), chat.Paragraphs(chat.Say(c.Text)),
		chat.Paragraphs(chat.Strong("Opens ").At(c.Opens, d.Location).Say(", " + until(c.Opens.Sub(at)) + ".")),
	}
	if c.Public.After(c.Opens) {
		parts = append(parts, chat.Note(chat.Say("Then it is yours alone until ").At(c.Public, d.Location).Say(".")))
	}
	return &chat.Message{Summary: "Coming soon: " + c.Title, Parts: append(parts, chat.Controls{
		// A press before the opening is answered by when it opens.
		chat.Button{Label: "🔒 Share it from " + c.Opens.In(d.Location).Format("Mon 15:04"), Action: ActionShare, Value: string(c.ID)},
	})}
}

// until says how long it is to an opening, in steps that grow with the time, so that a post is not changed each
// minute of a night.
func until(left time.Duration) string {
	switch {
	case left > 48*time.Hour:
		return "in " + chat.Count(int((left+12*time.Hour)/(24*time.Hour)), "day")
	case left > time.Hour:
		return "in " + chat.Count(int((left+30*time.Minute)/time.Hour), "hour")
	case left > 15*time.Minute:
		return "in less than " + chat.Count(15*int((left+15*time.Minute-1)/(15*time.Minute)), "minute")
	case left > 5*time.Minute:
		return "in less than 15 minutes"
	}
	return "in a few minutes"
}

// ended is the post of a campaign that is over, with its final figures.
func ended(c clarion.Campaign, p progress) *chat.Message {
	parts := postBody(c)
	text := chat.Strong("This campaign is over. Thank you!")
	if said := p.final(); said != nil {
		text = text.Say(" ").Add(said)
	}
	return &chat.Message{Summary: "Over: " + c.Title, Parts: append(parts, chat.Paragraphs(text), chat.Controls{boardOf(c)})}
}

// takenBack is what is left of a post whose campaign was taken back: nothing to share and nothing to press.
func takenBack(c clarion.Campaign) *chat.Message {
	return &chat.Message{Summary: "Taken back: " + c.Title, Parts: []chat.Part{
		chat.Paragraphs(chat.Strong(c.Title).Say(" was taken back. Please do not share it any more; what you posted of it can be deleted. Your points stay.")),
	}}
}

func boardOf(c clarion.Campaign) chat.Button {
	return chat.Button{Label: "Leaderboard", Action: ActionLeaderboard, Value: view{Period: clarion.InCampaign(c.ID)}.String()}
}

// postBody returns what stands above the buttons of a post.
func postBody(c clarion.Campaign) []chat.Part {
	parts := []chat.Part{chat.Heading(c.Title), chat.Paragraphs(chat.Say(c.Text))}
	if c.Image != "" {
		parts = append(parts, chat.Picture{Address: c.Image, Alt: c.ImageAlt})
	}
	return append(parts, chat.Paragraphs(chat.Strong(c.Hashtag).Say("  ·  ").Link(c.Target, "See what it leads to")))
}
