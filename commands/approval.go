package commands

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	actionApprovalYes    = "approval.yes"    // a press on Approve; its value is an asking
	actionApprovalBack   = "approval.back"   // a press on Send back; its value likewise
	actionApprovalReason = "approval.reason" // its form, filled in; its state likewise
)

// approvals lets a second person look at a campaign before anything of it is posted, and decide. That person need
// not be of the social team.
type approvals struct{ *drops }

// An asking is the question about a revision of a campaign.
type asking struct {
	id       clarion.CampaignID
	revision int
}

func (a asking) String() string { return string(a.id) + "/" + strconv.Itoa(a.revision) }

func readAsking(s string) (asking, error) {
	id, number, ok := strings.Cut(s, "/")
	revision, err := strconv.Atoi(number)
	if !ok || err != nil {
		return asking{}, fmt.Errorf("question %q: %w", s, clarion.ErrNotFound)
	}
	return asking{clarion.CampaignID(id), revision}, nil
}

// yes approves the campaign: what it has to deliver is due at its time, or now when that has passed.
func (a *approvals) yes(ctx context.Context, r Request) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	return a.decide(ctx, r, r.Value, clarion.Approval{State: clarion.Approved}, func(p plan) (storage.Revision, chat.Text) {
		if p.queued() || p.drop.ID == "" {
			return storage.Revision{}, nil // its topic gives it its turn
		}
		drop := p.drop
		if drop.At.Before(r.At) {
			drop.At = r.At
		}
		deliveries := drop.Deliveries(stores)
		if len(deliveries) == 0 {
			return storage.Revision{}, chat.Say("None of its stores has a channel any more, so nothing could be posted. Send it back, or ask the social team to link the channels.")
		}
		return storage.Revision{Drop: drop, Deliveries: deliveries}, nil
	})
}

// back opens the form that asks why.
func (a *approvals) back(ctx context.Context, r Request) (Reply, error) {
	q, err := readAsking(r.Value)
	if err != nil {
		return Reply{}, err
	}
	p, err := readPlan(ctx, r.Workspace, q.id)
	if err != nil {
		return Reply{}, err
	}
	if why := notYours(r, p.campaign); why != nil {
		return sentence(why)
	}
	if !q.isOpen(p.campaign, r) {
		return a.asItStands(ctx, r, q)
	}
	return Reply{Form: &chat.Form{
		Action: actionApprovalReason, State: q.String(), Title: "Send back", Submit: "Send back", Close: "Cancel",
		Parts: []chat.Part{
			chat.Paragraphs(chat.Text{}.Add(colleague(p.campaign.CreatedBy, "")).
				Say(" reads your reason, can change the campaign, and you are asked again.")),
			chat.Input{Name: "reason", Label: "What should be different?", Field: chat.TextField{
				Lines: true, Most: clarion.MaxReason, Placeholder: "The price in the second caption is last year's."}},
		},
	}}, nil
}

// sentBack sends the campaign back with a reason.
func (a *approvals) sentBack(ctx context.Context, r Request) (Reply, error) {
	reason := strings.TrimSpace(r.Form.Text("reason"))
	if reason == "" {
		return Reply{Wrong: map[string]string{"reason": "Say what should be different, so that it can be changed."}}, nil
	}
	return a.decide(ctx, r, r.State, clarion.Approval{State: clarion.SentBack, Reason: reason}, func(plan) (storage.Revision, chat.Text) {
		return storage.Revision{}, nil
	})
}

// decide records what the asker has said of a campaign, once, whatever else is pressed at the same moment. More
// says what follows besides; when it makes a text instead, nothing is decided, and the text is why.
func (a *approvals) decide(ctx context.Context, r Request, value string, as clarion.Approval, more func(plan) (storage.Revision, chat.Text)) (Reply, error) {
	q, err := readAsking(value)
	if err != nil {
		return Reply{}, err
	}
	closed := false
	_, why, err := change(ctx, r, q.id, func(p plan) (storage.Revision, chat.Text) {
		c := p.campaign
		if why := notYours(r, c); why != nil {
			return storage.Revision{}, why
		}
		if closed = !q.isOpen(c, r); closed {
			return storage.Revision{}, chat.Say("It is decided already.")
		}
		revision, why := more(p)
		if why != nil {
			return storage.Revision{}, why
		}
		approval := *c.Approval
		approval.State, approval.Reason, approval.At, approval.Revision = as.State, as.Reason, r.At, q.revision
		if revision.Drop.ID != "" && c.Opens.Equal(p.drop.At) {
			c.Opens = revision.Drop.At // it opens when it is posted
		}
		revision.Campaign = c.Revised(r.Person.Identity(), r.At)
		revision.Campaign.Approval = &approval
		return revision, nil
	})
	switch {
	case err != nil:
		return Reply{}, err
	case why != nil && !closed:
		return sentence(why)
	}
	return a.asItStands(ctx, r, q)
}

// notYours says who is to decide on a campaign, when that is not the asker.
func notYours(r Request, c clarion.Campaign) chat.Text {
	switch {
	case c.Approval == nil:
		return chat.Strong(c.Title).Say(" needs nobody's yes any more.")
	case c.Approval.By != r.Person.Identity():
		return chat.Say("Only ").Add(colleague(c.Approval.By, c.Approval.Name)).Say(" can decide on this campaign.")
	}
	return nil
}

// isOpen says whether the question is still to be decided.
func (q asking) isOpen(c clarion.Campaign, r Request) bool {
	return c.NeedsYes(r.At) && c.Revision == q.revision
}

// asItStands puts the question as it stands now in the place of the one that was pressed.
func (a *approvals) asItStands(ctx context.Context, r Request, q asking) (Reply, error) {
	m, err := a.ask(ctx, r.Workspace, q, r.At)
	return Reply{Message: m, Replace: true, Public: true}, err
}

// colleague names somebody: in the way that the platform tells them of it, when the text is shown where they are.
func colleague(i clarion.Identity, name string) chat.Text {
	if platform, id, ok := i.User(); ok {
		return chat.Text{}.Mention(chat.Person{Platform: platform, ID: id, Name: name})
	}
	return chat.Say(cmp.Or(name, "a colleague"))
}

// approver returns the person who is asked.
func approver(a *clarion.Approval) chat.Person {
	if a == nil {
		return chat.Person{}
	}
	platform, id, _ := a.By.User()
	return chat.Person{Platform: platform, ID: id, Name: a.Name}
}
