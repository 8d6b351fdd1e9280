package commands

import (
	"cmp"
	"context"
	"errors"
	"maps"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// approverInput asks who has to say yes to a campaign.
func approverInput(initial chat.Person) chat.Input {
	return chat.Input{Name: "approver", Label: "Needs a yes from", Optional: true,
		Hint:  "A colleague who looks at it before anything of it is posted: anybody but you, of the social team or not. What you change later needs a yes again, until it is posted.",
		Field: chat.PersonField{Initial: initial, Placeholder: "Nobody"},
	}
}

// readApprover makes an approval of who was chosen; nil when that is nobody.
func readApprover(p chat.Person) *clarion.Approval {
	if p.IsZero() {
		return nil
	}
	return &clarion.Approval{By: p.Identity(), Name: p.Name, State: clarion.Asked}
}

// meetApprover asks the platform who the person is whose yes a campaign needs, and notes the name. It returns why
// that person cannot be asked, or nothing. Where the platform does not tell, whoever was chosen is asked.
func meetApprover(ctx context.Context, r Request, c clarion.Campaign) string {
	if by := c.Approval.By; by == r.Person.Identity() || by == c.CreatedBy {
		return ownYes
	}
	person := approver(c.Approval)
	if same, err := samePartner(ctx, r.Workspace, c.Approval.By, c.CreatedBy, r.Person.Identity()); err != nil {
		return ""
	} else if same {
		return ownYes
	}
	if person.Platform != r.Person.Platform {
		if name, err := nameOf(ctx, r.Workspace, c.Approval.By); err == nil {
			c.Approval.Name = cmp.Or(name, c.Approval.Name)
		}
		return ""
	}
	profile, err := r.Host.Profile(ctx, person)
	if err != nil {
		return ""
	}
	switch {
	case profile.Bot:
		return "This is an app: choose a colleague."
	case profile.Gone:
		return "This account is deactivated: choose somebody else."
	}
	c.Approval.Name = profile.Name
	return ""
}

const ownYes = "Nobody can say yes to what they wrote themselves: choose somebody else."

// samePartner says whether somebody is a partner who is also known by one of the other identities, as on another platform.
func samePartner(ctx context.Context, w *storage.Workspace, one clarion.Identity, others ...clarion.Identity) (bool, error) {
	id, err := w.PartnerIDOf(ctx, one)
	for _, other := range others {
		var same clarion.PartnerID
		if err == nil {
			same, err = w.PartnerIDOf(ctx, other)
		}
		switch {
		case errors.Is(err, clarion.ErrNotFound) && id == "":
			return false, nil
		case errors.Is(err, clarion.ErrNotFound):
			err = nil
		case err != nil:
			return false, err
		case same == id:
			return true, nil
		}
	}
	return false, nil
}

// keepApprover puts somebody who has to say yes into a form that was filled in on a platform which cannot show them: there
// the form says that they are asked unless somebody else is chosen.
func keepApprover(r Request, a *clarion.Approval) chat.Values {
	kept := approver(a)
	if kept.IsZero() || kept.Platform == r.Person.Platform || !r.Form.Person("approver").IsZero() {
		return r.Form
	}
	values := maps.Clone(r.Form)
	if values == nil {
		values = chat.Values{}
	}
	values["approver"] = chat.Value{Person: kept}
	return values
}

// awaits names the person whose yes the draft waits for; "" when it needs nobody's.
func (made draft) awaits() string {
	a := made.Campaign.Approval
	if a == nil || a.State != clarion.Asked {
		return ""
	}
	return cmp.Or(a.Name, "your colleague")
}

// agreed says behind when a draft is posted that somebody has to say yes first: ", once Amira has said yes".
func (made draft) agreed() string {
	switch yes := made.awaits(); {
	case yes == "":
		return ""
	case made.Now:
		return " as soon as " + yes + " has said yes"
	default:
		return ", once " + yes + " has said yes"
	}
}
