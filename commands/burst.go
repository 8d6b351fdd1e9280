package commands

import (
	"context"
	"errors"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	actionBurstRelease = "burst.release"
	actionBurstRefuse  = "burst.refuse"
)

// freeFor is how long nothing more of a link is held after its visits were released.
const freeFor = 24 * time.Hour

// bursts lets the social team decide about visits that came too many at once.
type bursts struct{ Config }

// question asks whether the visits of an open burst were people.
func (b *bursts) question(ctx context.Context, w *storage.Workspace, d clarion.Delivery, _ time.Time) (*chat.Message, error) {
	burst, err := w.Burst(ctx, d.Subject)
	if err != nil {
		return nil, err
	}
	text, err := b.about(ctx, w, burst)
	if err != nil {
		return nil, err
	}
	return &chat.Message{
		Summary: "Were these visitors people? " + text.String(),
		Parts:   []chat.Part{chat.Heading("Were these visitors people?"), chat.Paragraphs(text), burstNote, decisions(d.Subject)},
	}, nil
}

// shownBursts is how many open bursts are listed at once.
const shownBursts = 10

// list answers /report bursts.
func (b *bursts) list(ctx context.Context, r Request) (Reply, error) {
	open, err := r.Workspace.Bursts(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(open) == 0 {
		return sentence(chat.Say("No visits are held. When many new visitors come by one link within a minute, you are asked."))
	}
	summary := chat.Count(len(open), "burst") + " to decide on"
	parts := []chat.Part{chat.Heading(summary)}
	for _, burst := range open[:min(len(open), shownBursts)] {
		text, err := b.about(ctx, r.Workspace, burst)
		if err != nil {
			return Reply{}, err
		}
		parts = append(parts, chat.Paragraphs(text), decisions(burst.ID()))
	}
	if more := len(open) - shownBursts; more > 0 {
		parts = append(parts, chat.Note(chat.Sayf("These are the oldest. There are %s more.", chat.Number(more))))
	}
	return private(&chat.Message{Summary: summary, Parts: append(parts, burstNote)})
}

// about says what is held, whose it is, and since when.
func (b *bursts) about(ctx context.Context, w *storage.Workspace, burst storage.Burst) (chat.Text, error) {
	c, err := w.Campaign(ctx, burst.Link.Campaign)
	if err != nil {
		return nil, err
	}
	whose, err := b.whose(ctx, w, burst.Link)
	if err != nil {
		return nil, err
	}
	return chat.Say("Many new visitors came within a minute by the "+burst.Link.Network.Label()+" link of ").
		Bold(whose).Say(" for ").Bold(c.Title).Say(", first at ").At(burst.Since, b.Location).
		Say(". Those beyond the limit, ").Bold(chat.Number(burst.Held) + " so far").
		Say(", are held and give no points until you decide. The link leads on all the time."), nil
}

var burstNote = chat.Note(chat.Say("A post that many people follow looks like this, and so does a program that somebody let loose. If you release them, they count as if nothing had happened, and nothing more of this link is held for a day. If you refuse them, they never count, and the points that the link gave in the same minutes are taken back by rows of their own in the ledger."))

// decisions are the buttons that decide on a burst.
func decisions(id string) chat.Controls {
	return chat.Controls{
		chat.Button{Label: "Release: they were people", Action: actionBurstRelease, Value: id, Look: chat.Primary, InPlace: true},
		chat.Button{Label: "Refuse", Action: actionBurstRefuse, Value: id, Look: chat.Danger, InPlace: true, Confirm: &chat.Confirm{
			Title: "Refuse these visits?", Text: "They will never count, and the points of the same minutes are taken back.", Yes: "Refuse", No: "Cancel",
		}},
	}
}

// whose says in words to whom a link belongs.
func (b *bursts) whose(ctx context.Context, w *storage.Workspace, link clarion.ShareLink) (string, error) {
	if link.IsOfficial() {
		return "the official channels", nil
	}
	partner, err := w.Partner(ctx, link.Partner)
	if errors.Is(err, clarion.ErrNotFound) {
		return "a partner who is not known any more", nil
	}
	if err != nil {
		return "", err
	}
	store, err := w.Store(ctx, partner.Store)
	switch {
	case errors.Is(err, clarion.ErrNotFound):
		return partner.Name, nil
	case err != nil:
		return "", err
	}
	return partner.Name + ", " + store.Name, nil
}

// release answers a press on Release.
func (b *bursts) release(ctx context.Context, r Request) (Reply, error) {
	d, err := r.Workspace.ReleaseBurst(ctx, r.Value, r.At.Add(freeFor))
	if err != nil {
		return decided(err)
	}
	return done(chat.Text{}.Mention(r.Person).Sayf(" released %s: %s. Nothing more of this link is held for a day.",
		chat.Count(d.Credited, "held visit"), chat.Count(d.Points, "point")))
}

// refuse answers a press on Refuse.
func (b *bursts) refuse(ctx context.Context, r Request) (Reply, error) {
	d, err := r.Workspace.RefuseBurst(ctx, r.Value, r.At)
	if err != nil {
		return decided(err)
	}
	return done(chat.Text{}.Mention(r.Person).Sayf(" refused %s: %s taken back.",
		chat.Count(d.Refused, "visit"), chat.Count(d.Points, "point")))
}

// decided answers a press that comes after another's decision.
func decided(err error) (Reply, error) {
	if !errors.Is(err, clarion.ErrNotFound) {
		return Reply{}, err
	}
	return sentence(chat.Say("This was decided already. The visits are counted once, or not at all."))
}

// done puts what was decided in the place of the question.
func done(text chat.Text) (Reply, error) {
	return Reply{Message: chat.Simple(text), Replace: true, Public: true}, nil
}
