package commands

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// confirmed plans the drop. Confirming twice plans it once.
func (d *drops) confirmed(ctx context.Context, r Request) (Reply, error) {
	var made draft
	if err := r.Workspace.Draft(ctx, r.State, &made); err != nil {
		return Reply{}, err
	}
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	if made.Now {
		made.Drop.At = r.At
	}
	posted := made.Drop.At
	if posted.Before(r.At) {
		posted = r.At // its time has passed while the form was open
	}
	if err := made.Campaign.Shareable(posted); err != nil {
		return Reply{}, clarion.Invalid("ends", "The campaign's end has passed while the form was open. Type /drop campaign and choose a later one.")
	}
	deliveries := made.Drop.Deliveries(stores)
	if len(deliveries) == 0 {
		return Reply{}, clarion.Invalid("audience", "None of these stores has a channel any more. Type /store link in a store's channel first.")
	}
	// Before it is planned: an error afterwards would say that nothing was.
	link, err := r.Workspace.OfficialLink(ctx, made.Campaign.ID)
	if err != nil {
		return Reply{}, err
	}
	created, err := r.Workspace.Plan(ctx, made.Campaign, made.Drop, deliveries)
	if err != nil {
		return Reply{}, err
	}
	reached, _ := reach(made.Drop, stores)
	text := chat.Strong(made.Campaign.Title)
	switch {
	case !created:
		text = text.Say(" was confirmed already; it is posted once.")
	case made.Now:
		text = text.Sayf(" is on its way to %s.", chat.Count(len(reached), "store"))
	default:
		text = text.Sayf(" will be posted to %s at ", chat.Count(len(reached), "store")).At(made.Drop.At, d.Location).Say(".")
	}
	if problems := d.join(ctx, r, deliveries); len(problems) > 0 {
		for _, p := range problems {
			text = text.Line().Say("⚠ ").Add(p)
		}
	}
	m := chat.Simple(text)
	m.Parts = append(m.Parts, d.forOwnChannels(link)...)
	return private(m)
}

// joinsAtOnce bounds how many channels the bot joins side by side.
const joinsAtOnce = 8

// join brings the bot into every channel of the deliveries, and returns a sentence for each where a person
// has to help. What goes wrong otherwise is left to the delivery itself, which tries again.
func (d *drops) join(ctx context.Context, r Request, deliveries []clarion.Delivery) []chat.Text {
	remedies := make([]chat.Text, len(deliveries))
	var g errgroup.Group
	g.SetLimit(joinsAtOnce)
	for i, delivery := range deliveries {
		if delivery.Channel.Platform != r.Person.Platform {
			continue
		}
		g.Go(func() error {
			var refused *chat.RefusedError
			if err := r.Host.Join(ctx, delivery.Channel); errors.As(err, &refused) {
				remedies[i] = refused.Remedy
			}
			return nil
		})
	}
	_ = g.Wait() // its functions return nil
	return slices.DeleteFunc(remedies, func(t chat.Text) bool { return t == nil })
}
