package commands

import (
	"cmp"
	"context"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
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
	return &clarion.Approval{By: p.Identity(), State: clarion.Asked}
}

// meetApprover asks the platform who the person is whose yes a campaign needs, and notes the name. It returns why
// that person cannot be asked, or nothing. Where the platform does not tell, whoever was chosen is asked.
func meetApprover(ctx context.Context, r Request, c clarion.Campaign) string {
	if by := c.Approval.By; by == r.Person.Identity() || by == c.CreatedBy {
		return "Nobody can say yes to what they wrote themselves: choose somebody else."
	}
	profile, err := r.Host.Profile(ctx, approver(c.Approval))
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
