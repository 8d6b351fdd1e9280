package commands

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
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
	if err := settle(&made, made.before(), stores, r.At); err != nil {
		return Reply{}, err
	}
	remember(ctx, r)
	if made.before().queued() {
		return d.queue(ctx, r, made)
	}
	c := made.Campaign
	deliveries := made.Drop.Deliveries(stores)
	own, err := d.forOwnChannels(ctx, r, c) // before it is planned: an error afterwards would say that nothing was
	if err != nil {
		return Reply{}, err
	}
	planned := deliveries
	if !goesOut(c.Stage(r.At)) {
		planned = nil // a second person has to say yes first
	}
	created := false
	why, err := unlessTaken(ctx, r, c, clarion.Campaign{}, func(seen storage.Titles) (err error) {
		created, err = r.Workspace.PlanOn(ctx, seen, c, made.Drop, planned)
		return err
	})
	if err == nil && why != "" {
		err = meanwhile("title", why)
	}
	if err != nil {
		return Reply{}, err
	}
	text := chat.Strong(c.Title)
	if created {
		text = text.Say(" ").Add(d.goes(made, stores))
	} else {
		text = text.Say(" was confirmed already; it is posted once.")
	}
	for _, p := range d.join(ctx, r, deliveries) {
		text = text.Line().Say("⚠ ").Add(p)
	}
	m := chat.Simple(text)
	m.Parts = append(m.Parts, own...)
	return private(m)
}

// settle brings a draft up to the moment at which it is confirmed. The error is a sentence when something that was
// right when it was written no longer is.
func settle(made *draft, before plan, stores []clarion.Store, at time.Time) error {
	if made.Now {
		made.Drop.At = at
	}
	made.Drop.Stores = made.storesOf(stores)
	wrong := made.problems(before, stores, at)
	if len(wrong) == 0 {
		return nil
	}
	field := slices.Sorted(maps.Keys(wrong))[0]
	return meanwhile(field, wrong[field])
}

// meanwhile says over a preview what has become wrong in the form below it.
func meanwhile(field, why string) error {
	return clarion.Invalid(field, "%s This has come about since you opened the form. Close this and go back to it.", why)
}

// goes says where a draft that was confirmed goes, and when: "is on its way to 2 stores."
func (d *drops) goes(made draft, stores []clarion.Store) chat.Text {
	reached, _ := reach(made.Drop, stores)
	to := chat.Count(len(reached), "store")
	text := chat.Sayf("is on its way to %s", to)
	switch {
	case !made.Now:
		text = chat.Sayf("will be posted to %s at ", to).At(made.Drop.At, d.Location)
	case made.awaits() != "":
		text = chat.Sayf("will be posted to %s", to)
	}
	if opens := made.Campaign.Opens; opens.After(made.Drop.At) {
		text = text.Say(" as a teaser, and opens to partners at ").At(opens, d.Location)
	}
	return text.Say(made.agreed() + ".")
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

// forOwnChannels gives a campaign's official link, ready to be copied, or says from when it can be had: like every
// link of the campaign, not before it opens.
func (d *drops) forOwnChannels(ctx context.Context, r Request, c clarion.Campaign) ([]chat.Part, error) {
	err := c.Shareable(r.At)
	if opens, ok := clarion.OpensAt(err); ok {
		return []chat.Part{chat.Note(chat.Say("Its link for your own channels can be had from ").At(opens, d.Location).Say(" on, with ").Command("/drop list").Say("."))}, nil
	}
	if err != nil {
		return nil, nil // it has none to give
	}
	link, err := r.Workspace.OfficialLink(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	return []chat.Part{
		chat.Paragraphs(chat.Say("For your own channels, so that ").Command("/report campaign").Say(" can compare:")),
		chat.Copyable(d.Addresses.Link(link.Code)),
	}, nil
}
