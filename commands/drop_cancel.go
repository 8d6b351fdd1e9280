package commands

import (
	"context"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	actionDropCancelAsk = "drop.cancel.ask" // a choice that asks about cancelling a campaign, its value
	actionDropCancel    = "drop.cancel"     // a press that cancels one; its value as entryValue has it
)

// cancelAsk asks whether a campaign shall be cancelled.
func (d *drops) cancelAsk(ctx context.Context, r Request) (Reply, error) {
	p, err := readPlan(ctx, r.Workspace, clarion.CampaignID(r.Value))
	if err != nil {
		return Reply{}, err
	}
	return d.askCancel(r, p, "")
}

// askCancel asks whether a campaign shall be cancelled, or says why it cannot be. What is said first comes of what
// was asked for.
func (d *drops) askCancel(r Request, p plan, first string) (Reply, error) {
	if why := d.notCancellable(r, p); why != nil {
		return d.insteadOfCancel(p, why)
	}
	text := chat.Strong(p.campaign.Title).Say(" · ").Add(d.stateOf(p.campaign, p.drops(), r)).Line()
	if first == "" {
		first = "Nothing of it is posted yet."
	}
	m := chat.Simple(text.Say(first + " If you cancel it, nothing will be. You can copy it afterwards."))
	m.Parts = append(m.Parts, chat.Controls{cancelButton(p.campaign, "")})
	return private(m)
}

// cancelButton cancels a campaign, after a question. Page is the page of the list that it is in, or "".
func cancelButton(c clarion.Campaign, page string) chat.Button {
	return chat.Button{Label: "Cancel", Action: actionDropCancel, Value: entryValue(c.ID, page), Look: chat.Danger, InPlace: page != "", Confirm: &chat.Confirm{
		Title: "Cancel this campaign?", Text: "Nothing of it is posted yet, and nothing will be. You can copy it afterwards.",
		Yes: "Cancel campaign", No: "Keep it",
	}}
}

// notCancellable says why a campaign cannot be cancelled, or nothing.
func (d *drops) notCancellable(r Request, p plan) chat.Text {
	c := p.campaign
	switch {
	case !c.Cancelled.IsZero():
		return d.wasCancelled(r, c)
	case c.Recall != nil:
		return d.wasRecalled(r, c)
	case p.begun():
		return chat.Strong(c.Title).Say(" is posted, so it cannot be cancelled any more: it can be taken back.")
	}
	return nil
}

func (d *drops) wasCancelled(r Request, c clarion.Campaign) chat.Text {
	return chat.Strong(c.Title).Say(" was cancelled already").Add(d.by(r, c.RevisedBy, c.Cancelled)).Say(".")
}

// insteadOfCancel says why a campaign cannot be cancelled, and offers to take it back.
func (d *drops) insteadOfCancel(p plan, why chat.Text) (Reply, error) {
	m := chat.Simple(why)
	if p.begun() && p.campaign.Recall == nil && p.campaign.Cancelled.IsZero() {
		m.Parts = append(m.Parts, chat.Controls{stopButton(p.campaign)})
	}
	return private(m)
}

func stopButton(c clarion.Campaign) chat.Button {
	return chat.Button{Label: "Stop", Action: actionDropStop, Value: string(c.ID), Look: chat.Danger}
}

// cancelled gives a campaign up of which nothing is posted.
func (d *drops) cancelled(ctx context.Context, r Request) (Reply, error) {
	id, page := readEntry(r.Value)
	p, why, err := change(ctx, r, id, func(p plan) (storage.Revision, chat.Text) {
		if why := d.notCancellable(r, p); why != nil {
			return storage.Revision{}, why
		}
		c := p.campaign.Revised(r.Person.Identity(), r.At)
		c.Cancelled = r.At
		return storage.Revision{Campaign: c, Withdraw: true}, nil
	})
	switch {
	case err != nil:
		return Reply{}, err
	case why != nil && page == "":
		return d.insteadOfCancel(p, why)
	case why == nil:
		why = chat.Strong(p.campaign.Title).Say(" is cancelled. Nothing of it will be posted.")
	}
	return d.answer(ctx, r, page, why)
}
