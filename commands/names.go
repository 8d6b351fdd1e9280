package commands

import (
	"cmp"
	"context"
	"errors"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// naming gives names to the people and channels in texts whom the platform that shows them does not name by itself: a
// colleague who is in Slack, in a message on Teams. Slack names its own; Teams does not, in a card.
type naming struct {
	workspace *storage.Workspace
	on        clarion.Platform // that shows the texts
}

// message names everybody in a message.
func (n naming) message(ctx context.Context, m *chat.Message) error {
	if m == nil {
		return nil
	}
	first, simple := chat.Paragraph{}, false
	if len(m.Parts) > 0 {
		first, simple = m.Parts[0].(chat.Paragraph)
		simple = simple && m.Summary == first.Text.String()
	}
	if err := n.parts(ctx, m.Parts); err != nil {
		return err
	}
	if simple {
		m.Summary = first.Text.String() // which shares its runs with what was named
	}
	return nil
}

func (n naming) parts(ctx context.Context, parts []chat.Part) error {
	for i, p := range parts {
		var texts []chat.Text
		switch p := p.(type) {
		case chat.Input:
			if err := n.input(ctx, &p); err != nil {
				return err
			}
			parts[i] = p
		case chat.Paragraph:
			texts = []chat.Text{p.Text}
		case chat.Note:
			texts = []chat.Text{chat.Text(p)}
		case chat.Facts:
			for _, f := range p {
				texts = append(texts, f.Value)
			}
		case chat.Table:
			for _, row := range p.Rows {
				texts = append(texts, row...)
			}
		}
		for _, t := range texts {
			if err := n.text(ctx, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// input says who is chosen in an input, when that is somebody of another platform, whom this one cannot show there.
func (n naming) input(ctx context.Context, in *chat.Input) error {
	f, ok := in.Field.(chat.PersonField)
	if !ok || f.Initial.IsZero() || f.Initial.Platform == n.on {
		return nil
	}
	name := f.Initial.Name
	if name == "" {
		var err error
		if name, err = nameOf(ctx, n.workspace, f.Initial.Identity()); err != nil {
			return err
		}
	}
	where := cmp.Or(name, "A colleague") + ", in " + platformName(f.Initial.Platform)
	f.Initial, f.Placeholder = chat.Person{}, where
	in.Field, in.Hint = f, where+", is asked unless you choose somebody else here. What you change later needs a yes again, until it is posted."
	return nil
}

func (n naming) text(ctx context.Context, t chat.Text) (err error) {
	for i, run := range t {
		switch {
		case !run.Person.IsZero() && !n.bySlack(run.Person.Platform):
			if run.Person.Name == "" {
				if run.Person.Name, err = nameOf(ctx, n.workspace, run.Person.Identity()); err != nil {
					return err
				}
			}
			run.Text = cmp.Or(run.Person.Name, run.Text, "a colleague")
		case !run.Channel.IsZero() && !n.bySlack(run.Channel.Platform):
			contact, err := n.workspace.Contact(ctx, run.Channel)
			if err != nil && !errors.Is(err, clarion.ErrNotFound) {
				return err
			}
			run.Text = cmp.Or(contact.Name, "a channel in "+platformName(run.Channel.Platform))
		}
		t[i] = run
	}
	return nil
}

// bySlack says whether Slack shows what is of a platform, and names it.
func (n naming) bySlack(of clarion.Platform) bool {
	return n.on == clarion.Slack && of == clarion.Slack
}

// nameOf returns the name by which somebody is known: as a partner, or to the bot; "" when nobody knows it.
func nameOf(ctx context.Context, w *storage.Workspace, i clarion.Identity) (string, error) {
	partner, err := w.PartnerOf(ctx, i)
	if err == nil && partner.Name != "" {
		return partner.Name, nil
	}
	if err != nil && !errors.Is(err, clarion.ErrNotFound) {
		return "", err
	}
	contact, err := w.Person(ctx, i)
	if err != nil && !errors.Is(err, clarion.ErrNotFound) {
		return "", err
	}
	if contact.Name != "" {
		return contact.Name, nil
	}
	return w.Name(ctx, i)
}

// remember keeps the name of somebody who does what others will read of, for those on another platform. It is asked for
// once; where the platform does not tell, they read “a colleague”.
func remember(ctx context.Context, r Request) {
	name, err := nameOf(ctx, r.Workspace, r.Person.Identity())
	if err != nil || name != "" {
		return
	}
	if profile, err := profileOf(ctx, r); err == nil && profile.Name != "" {
		_ = r.Workspace.PutName(ctx, r.Person.Identity(), profile.Name) // the next deed tries again
	}
}

func platformName(p clarion.Platform) string {
	switch p {
	case clarion.Slack:
		return "Slack"
	case clarion.Teams:
		return "Teams"
	}
	return string(p)
}
