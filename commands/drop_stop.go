package commands

import (
	"context"
	"slices"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	actionDropStop    = "drop.stop"    // a press or choice that asks about taking a campaign back, its value
	actionDropStopped = "drop.stopped" // its form, filled in
	actionDropUndo    = "drop.undo"    // a press that brings a campaign back; its value as entryValue has it
)

// stop asks where links shall lead, and says what will happen.
func (d *drops) stop(ctx context.Context, r Request) (Reply, error) {
	p, err := readPlan(ctx, r.Workspace, clarion.CampaignID(r.Value))
	if err != nil {
		return Reply{}, err
	}
	c := p.campaign
	switch {
	case c.Recall != nil:
		return d.isBack(r, c)
	case !c.Cancelled.IsZero():
		return sentence(d.wasCancelled(r, c))
	case !p.begun():
		return d.askCancel(r, p, "Nothing of it is posted yet, so there is nothing to take back.")
	}
	posted, open := p.count(clarion.Posted), len(p.posts)-p.count(clarion.Posted)-p.count(clarion.Withdrawn)
	text := chat.Strong("Take back ").Bold(c.Title).Bold("?").Line().
		Say("• " + chat.Count(posted, "post") + " will say that it was taken back, and have no buttons any more.").Line()
	if open > 0 {
		text = text.Say("• " + chat.Count(open, "post") + " that did not go out yet will be held back.").Line()
	}
	text = text.Say("• Links that partners posted lead to the page below, and no visit scores any more.").Line().
		Say("• Points that were given stay.").Line().
		Say("• You can bring it all back with ").Bold("Undo").Say(".")
	return Reply{Form: &chat.Form{
		Action: actionDropStopped, State: string(c.ID), Title: "Take back", Submit: "Take it back", Close: "Keep it",
		Parts: []chat.Part{
			chat.Paragraphs(text),
			chat.Input{Name: "page", Label: "Links lead to", Optional: true, Hint: "Leave it empty for a page that says that the campaign was taken back.",
				Field: chat.AddressField{Placeholder: "https://www.example.com/offers"}},
		},
	}}, nil
}

// isBack says who has taken a campaign back, and offers to bring it back.
func (d *drops) isBack(r Request, c clarion.Campaign) (Reply, error) {
	m := chat.Simple(d.wasRecalled(r, c))
	m.Parts = append(m.Parts, chat.Controls{undoButton(c, "")})
	return private(m)
}

func (d *drops) wasRecalled(r Request, c clarion.Campaign) chat.Text {
	return chat.Strong(c.Title).Say(" was taken back already").Add(d.by(r, c.Recall.By, c.Recall.At)).Say(".")
}

// undoButton brings a campaign back. Page is the page of the list that it is in, or "".
func undoButton(c clarion.Campaign, page string) chat.Button {
	return chat.Button{Label: "Undo", Action: actionDropUndo, Value: entryValue(c.ID, page), InPlace: page != "", Confirm: &chat.Confirm{
		Title: "Bring it back?", Text: "Its posts have their buttons again, links lead where they led, and what was held back is posted.",
		Yes: "Bring it back", No: "Cancel",
	}}
}

// stopped takes the campaign back.
func (d *drops) stopped(ctx context.Context, r Request) (Reply, error) {
	page := strings.TrimSpace(r.Form.Text("page"))
	if page != "" {
		if wrong := clarion.CheckPage("page", page); wrong != nil {
			return Reply{Wrong: map[string]string{wrong.Field: wrong.Reason}}, nil
		}
	}
	p, why, err := change(ctx, r, clarion.CampaignID(r.State), func(p plan) (storage.Revision, chat.Text) {
		switch c := p.campaign; {
		case c.Recall != nil:
			return storage.Revision{}, d.wasRecalled(r, c)
		case !c.Cancelled.IsZero():
			return storage.Revision{}, d.wasCancelled(r, c)
		}
		c := p.campaign.Revised(r.Person.Identity(), r.At)
		c.Recall = &clarion.Recall{At: r.At, By: r.Person.Identity(), Page: page}
		return storage.Revision{Campaign: c, Withdraw: true}, nil
	})
	if err != nil {
		return Reply{}, err
	}
	if why != nil {
		return sentence(why)
	}
	c, posted := p.campaign, p.count(clarion.Posted)
	text := chat.Strong(c.Title).Sayf(" is taken back. %s being changed to say so", pluralBe(posted, "post"))
	if held := p.count(clarion.Waiting) + p.count(clarion.Failed); held > 0 {
		text = text.Sayf(", and %s held back", pluralBe(held, "post"))
	}
	if page == "" {
		text = text.Say(". Links lead to a page that says that it was taken back.")
	} else {
		text = text.Say(". Links lead to ").Link(page, shortened(page, 80)).Say(".")
	}
	m := chat.Simple(text.Say(" Points stay, and nothing of it scores any more."))
	m.Parts = append(m.Parts, chat.Controls{undoButton(c, "")})
	return private(m)
}

// undone brings a campaign back, with its posts that were held back, unless it is over by now.
func (d *drops) undone(ctx context.Context, r Request) (Reply, error) {
	id, page := readEntry(r.Value)
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	held := 0
	p, why, err := change(ctx, r, id, func(p plan) (storage.Revision, chat.Text) {
		c := p.campaign
		if c.Recall == nil {
			text := chat.Strong(c.Title).Say(" is not taken back")
			if c.RevisedBy != "" {
				text = text.Say(": it was changed last").Add(d.by(r, c.RevisedBy, c.RevisedAt))
			}
			return storage.Revision{}, text.Say(".")
		}
		c = c.Revised(r.Person.Identity(), r.At)
		c.Recall = nil
		rev := storage.Revision{Campaign: c}
		if goesOut(c.Stage(r.At)) {
			rev.Deliveries = p.missing(stores)
		}
		held = max(0, len(rev.Deliveries)-p.count(clarion.Claimed)) // one that is claimed was on its way all the time
		return rev, nil
	})
	if err != nil {
		return Reply{}, err
	}
	if why == nil {
		c := p.campaign
		c.Recall = nil
		why = chat.Strong(c.Title).Say(" is back. ")
		switch {
		case c.Finished(r.At):
			why = why.Say("It is over by now, so its posts show the final figures, and nothing more is posted.")
		case held > 0:
			why = why.Sayf("Its posts have their buttons again, and %s held back will be posted after all.", was(held, "post"))
		default:
			why = why.Say("Its posts have their buttons again.")
		}
	}
	return d.answer(ctx, r, page, why)
}

// missing returns the drop's deliveries that are not known to stand in their channels. Those of stores that were taken off
// it are not of them.
func (p plan) missing(stores []clarion.Store) []clarion.Delivery {
	posted := map[string]bool{}
	for _, d := range p.posts {
		posted[d.ID] = d.State == clarion.Posted
	}
	return slices.DeleteFunc(p.drop.Deliveries(stores), func(d clarion.Delivery) bool { return posted[d.ID] })
}

// was writes "1 post that was", "12 posts that were".
func was(n int, noun string) string {
	if n == 1 {
		return chat.Count(n, noun) + " that was"
	}
	return chat.Count(n, noun) + " that were"
}
