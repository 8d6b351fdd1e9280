package commands

import (
	"cmp"
	"context"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// question asks the second person about a campaign. It is a living post: when there is nothing to decide any more,
// it says so.
func (a *approvals) question(ctx context.Context, w *storage.Workspace, d clarion.Delivery, at time.Time) (*chat.Message, error) {
	q, err := readAsking(string(d.Campaign) + "/" + d.Subject)
	if err != nil {
		return nil, err
	}
	return a.ask(ctx, w, q, at)
}

// ask writes a question as it stands at a time.
func (a *approvals) ask(ctx context.Context, w *storage.Workspace, q asking, at time.Time) (*chat.Message, error) {
	c, err := w.Campaign(ctx, q.id)
	if err != nil {
		return nil, err
	}
	p, err := planOf(ctx, w, c)
	if err != nil {
		return nil, err
	}
	stores, err := w.Stores(ctx)
	if err != nil {
		return nil, err
	}
	if c.NeedsYes(at) && c.Revision == q.revision {
		return a.open(p, stores, at), nil
	}
	return chat.Simple(a.closed(p, stores, q, at)), nil
}

// open is a question that is still to be decided: everything that stores will see, and when.
func (a *approvals) open(p plan, stores []clarion.Store, at time.Time) *chat.Message {
	c := p.campaign
	made := draft{Campaign: c, Drop: p.drop, Now: !p.drop.At.After(at)}
	text := colleague(c.CreatedBy, "").Say(" asks for your yes. Nothing of it is posted before that.")
	if c.RevisedBy != "" && c.RevisedBy != c.CreatedBy {
		text = text.Say(" It was changed last by ").Add(colleague(c.RevisedBy, "")).Say(".")
	}
	parts := []chat.Part{chat.Heading("Can this go out?"), chat.Paragraphs(text), chat.Line{}}
	parts = append(parts, a.preview(made, p, stores, at).Parts...)
	value := asking{c.ID, c.Revision}.String()
	return &chat.Message{Summary: "A campaign needs your yes: " + c.Title, Parts: append(parts, chat.Line{}, chat.Controls{
		chat.Button{Label: "Approve", Action: actionApprovalYes, Value: value, Look: chat.Primary, InPlace: true},
		chat.Button{Label: "Send back", Action: actionApprovalBack, Value: value},
	})}
}

// closed says what became of a question.
func (a *approvals) closed(p plan, stores []clarion.Store, q asking, at time.Time) chat.Text {
	c := p.campaign
	title, decision := chat.Strong(c.Title), c.Approval
	switch {
	case decision != nil && decision.State != clarion.Asked && decision.Revision == q.revision:
		if decision.State == clarion.SentBack {
			return chat.Say("You sent ").Add(title).Say(" back at ").At(decision.At, a.Location).Say(":").Line().Italic(decision.Reason)
		}
		text := chat.Say("You said yes to ").Add(title).Say(" at ").At(decision.At, a.Location).Say(".")
		if went := a.goesOn(p, stores, decision.At); went != nil && c.Cancelled.IsZero() && c.Recall == nil {
			text = text.Say(" It ").Add(went)
		}
		return text
	case !c.Cancelled.IsZero():
		return title.Say(" was cancelled, so there is nothing to decide any more.")
	case decision == nil:
		return title.Say(" needs nobody's yes any more.")
	case c.Revision != q.revision:
		return title.Say(" was changed after you were asked. What you decide on now is asked anew.")
	case c.IsOver(at):
		return title.Say(" could be shared until ").At(c.Ends, a.Location).Say(", so a yes would come too late. Nothing of it was posted.")
	}
	return title.Say(" cannot be decided on now.")
}

// goesOn says what follows from a yes that was given at a time: "is on its way to 2 stores."
func (a *approvals) goesOn(p plan, stores []clarion.Store, at time.Time) chat.Text {
	if p.queued() {
		return chat.Say("goes out when its turn comes in its topic.")
	}
	return a.goes(draft{Campaign: p.campaign, Drop: p.drop, Now: !p.drop.At.After(at)}, stores)
}

// decision tells the maker what the second person has said, or that nobody could be asked.
func (a *approvals) decision(ctx context.Context, w *storage.Workspace, d clarion.Delivery, _ time.Time) (*chat.Message, error) {
	c, err := w.Campaign(ctx, d.Campaign)
	if err != nil {
		return nil, err
	}
	if c.Approval == nil {
		return chat.Simple(chat.Strong(c.Title).Say(" needs nobody's yes any more.")), nil
	}
	who, name := colleague(c.Approval.By, c.Approval.Name), cmp.Or(c.Approval.Name, "Your colleague")
	m := &chat.Message{}
	switch c.Approval.State {
	case clarion.Approved:
		p, err := planOf(ctx, w, c)
		if err != nil {
			return nil, err
		}
		stores, err := w.Stores(ctx)
		if err != nil {
			return nil, err
		}
		m.Summary = name + " said yes: " + c.Title
		m.Parts = []chat.Part{chat.Paragraphs(who.Say(" said yes to ").Bold(c.Title).Say(". It ").Add(a.goesOn(p, stores, c.Approval.At)))}
		return m, nil
	case clarion.SentBack:
		m.Summary = name + " sent it back: " + c.Title
		m.Parts = []chat.Part{chat.Paragraphs(who.Say(" sent ").Bold(c.Title).Say(" back:").Line().Italic(c.Approval.Reason))}
	default:
		m.Summary = "Nobody could be asked about a campaign: " + c.Title
		m.Parts = []chat.Part{chat.Paragraphs(chat.Say("I can't write to ").Add(who).Say(", so nobody was asked about ").Bold(c.Title).
			Say(", and nothing of it is posted. Choose somebody else."))}
	}
	m.Parts = append(m.Parts, chat.Controls{chat.Button{Label: "Edit", Action: actionDropEdit, Value: string(c.ID), Look: chat.Primary}})
	return m, nil
}

// waiting says of a campaign that it waits for a second person, or why that is over.
func waiting(c clarion.Campaign, r Request) chat.Text {
	who := colleague(c.Approval.By, c.Approval.Name)
	var text chat.Text
	if c.Lapsed(r.At) {
		text = chat.Say("Its end came before ").Add(who).Say("'s yes, so nothing of it was posted")
	}
	switch {
	case c.Approval.State == clarion.SentBack && text != nil:
		return text.Say(". It was sent back: “" + shortened(c.Approval.Reason, 150) + "”")
	case c.Approval.State == clarion.SentBack:
		return chat.Say("Sent back by ").Add(who).Say(": “" + shortened(c.Approval.Reason, 150) + "”")
	case text != nil:
		return text
	}
	return chat.Say("Waiting for ").Add(who).Say("'s yes")
}
