package clarion

import (
	"strconv"
	"time"
)

// ApprovalState is what a second person has said of a campaign.
type ApprovalState string

const (
	// Asked: nothing yet.
	Asked ApprovalState = "asked"
	// Approved: it may go out.
	Approved ApprovalState = "approved"
	// SentBack: it has to be changed first.
	SentBack ApprovalState = "sent back"
)

// An Approval is what a campaign needs from a second person.
type Approval struct {
	By     Identity      `json:"by"`             // the person who is asked
	Name   string        `json:"name,omitempty"` // as the platform told it when the person was chosen
	State  ApprovalState `json:"state"`
	Reason string        `json:"reason,omitempty"` // why it was sent back
	At     time.Time     `json:"at,omitzero"`      // when it was decided
	// Revision is that of the campaign on which it was decided.
	Revision int `json:"revision,omitempty"`
}

// MaxReason is the greatest length, in code points, of the reason for which a campaign is sent back.
const MaxReason = 1000

// NeedsYes says whether somebody is asked about the campaign now, and a yes would come in time.
func (c Campaign) NeedsYes(at time.Time) bool {
	return c.Stage(at) == Unapproved && c.Approval.State == Asked && !c.IsOver(at)
}

// IsOver says whether the campaign's end has come, whatever its stage.
func (c Campaign) IsOver(at time.Time) bool { return !c.Ends.IsZero() && !at.Before(c.Ends) }

// Lapsed says whether the campaign's end came before a second person's yes: nothing of it was posted, and nothing will
// be unless its end is moved.
func (c Campaign) Lapsed(at time.Time) bool { return c.Stage(at) == Unapproved && c.IsOver(at) }

// ApprovalDeliveryID names the question whether a revision of a campaign may go out.
func ApprovalDeliveryID(c CampaignID, revision int) string {
	return "approval:" + string(c) + ":" + strconv.Itoa(revision)
}

// DecisionDeliveryID names the message to a campaign's maker that a revision is what a second person made of it.
func DecisionDeliveryID(c CampaignID, revision int) string {
	return "decision:" + string(c) + ":" + strconv.Itoa(revision)
}
