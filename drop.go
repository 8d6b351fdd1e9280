package clarion

import "time"

// A Drop is one planned delivery of a campaign: when, and to which stores.
type Drop struct {
	ID       string     `json:"id"`
	Campaign CampaignID `json:"campaign"`
	At       time.Time  `json:"at"`
	Stores   []StoreID  `json:"stores"`
}

// DeliveryKind says what a delivery carries.
type DeliveryKind string

const (
	// DropDelivery carries a campaign's post.
	DropDelivery DeliveryKind = "drop"
	// WinnersDelivery carries the announcement of a week's winners.
	WinnersDelivery DeliveryKind = "winners"
	// BurstDelivery carries the question whether a link's visits were people.
	BurstDelivery DeliveryKind = "burst"
	// ReminderDelivery carries a reminder that a campaign can be shared.
	ReminderDelivery DeliveryKind = "reminder"
	// TroubleDelivery tells the social team which deliveries of a group failed.
	TroubleDelivery DeliveryKind = "trouble"
	// SuggestionDelivery asks the social team whether what came by a feed becomes a campaign.
	SuggestionDelivery DeliveryKind = "suggestion"
	// ApprovalDelivery asks a second person whether a campaign may go out.
	ApprovalDelivery DeliveryKind = "approval"
	// DecisionDelivery tells a campaign's maker what the second person has said.
	DecisionDelivery DeliveryKind = "decision"
	// TopicDelivery tells the social team that a topic has nothing that could go out at its next turn.
	TopicDelivery DeliveryKind = "topic"
)

// DeliveryState is how far a delivery has come.
type DeliveryState string

const (
	// Waiting: due at some time, and nobody works on it.
	Waiting DeliveryState = "waiting"
	// Claimed: a process has said that it posts it now.
	Claimed DeliveryState = "claimed"
	// Posted: it stands in the channel.
	Posted DeliveryState = "posted"
	// Failed: it cannot be posted without a person doing something first.
	Failed DeliveryState = "failed"
	// Withdrawn: it was taken back before it was posted.
	Withdrawn DeliveryState = "withdrawn"
)

// A Delivery is one thing to be posted into one channel, once.
type Delivery struct {
	ID       string        `json:"id"` // says what makes it unique: see DropDeliveryID and its likes
	Kind     DeliveryKind  `json:"kind"`
	Campaign CampaignID    `json:"campaign,omitempty"` // for a drop, a reminder, an approval and a decision
	Drop     string        `json:"drop,omitempty"`     // for a drop
	Week     string        `json:"week,omitempty"`     // for winners
	Subject  string        `json:"subject,omitempty"`  // for others: the id of what it is about
	Store    StoreID       `json:"store"`
	Channel  Channel       `json:"channel"`
	Due      time.Time     `json:"due"`
	State    DeliveryState `json:"-"`
	Attempt  int           `json:"-"` // how often it has been claimed
	Setbacks int           `json:"-"` // how often something went wrong with it that was not a request to wait
	Doubt    time.Time     `json:"-"` // since when it may have been posted without anybody knowing; zero: it was not
	PostID   string        `json:"-"` // the platform's id of the post, once it stands
	PostedAt time.Time     `json:"-"`
	Next     time.Time     `json:"-"` // when one that waits is tried next, where that was asked for
	Reason   string        `json:"-"` // why it failed, or why the last attempt did
}

// A Group names deliveries that belong together: those of a campaign, or the announcements of a week.
type Group string

// GroupOf returns the group of a campaign's deliveries.
func GroupOf(c CampaignID) Group { return Group(c) }

// ApprovalGroup returns the group of the questions whether a campaign may go out.
func ApprovalGroup(c CampaignID) Group { return Group("approval:" + string(c)) }

// WinnersGroup returns the group of a week's announcements.
func WinnersGroup(week string) Group { return Group("winners:" + week) }

// Group returns the group that the delivery belongs to, or "" when it is alone. What is told or asked about
// a campaign is not of the campaign's group.
func (d Delivery) Group() Group {
	switch d.Kind {
	case DropDelivery, ReminderDelivery:
		return GroupOf(d.Campaign)
	case WinnersDelivery:
		return WinnersGroup(d.Week)
	case ApprovalDelivery:
		return ApprovalGroup(d.Campaign)
	}
	return ""
}

// IsLiving says whether the post is kept up to date after it was posted.
func (d Delivery) IsLiving() bool {
	switch d.Kind {
	case DropDelivery, ReminderDelivery, TroubleDelivery, ApprovalDelivery:
		return true
	}
	return false
}

// DropDeliveryID names the delivery of a drop to a store on a platform.
func DropDeliveryID(drop string, s StoreID, p Platform) string {
	return "drop:" + drop + ":" + string(s) + ":" + string(p)
}

// WinnersDeliveryID names the announcement of a week's winners to a store on a platform.
func WinnersDeliveryID(w Week, s StoreID, p Platform) string {
	return "winners:" + w.String() + ":" + string(s) + ":" + string(p)
}

// BurstDeliveryID names the question to a channel about a burst that began at a time.
func BurstDeliveryID(burst string, since time.Time, c Channel) string {
	return "burst:" + burst + ":" + since.UTC().Format("20060102T1504") + ":" + c.String()
}

// TroubleDeliveryID begins the ids of the messages about deliveries of a group that failed; their number from 1
// ends it.
func TroubleDeliveryID(g Group) string { return "trouble:" + string(g) + ":" }

// SuggestionDeliveryID names the question about a suggestion.
func SuggestionDeliveryID(s SuggestionID) string { return "suggestion:" + string(s) }

// TopicDeliveryID names the message that a topic has nothing to go out: since the turn at which the last campaign
// went, or because of the first one in the queue, which cannot go.
func TopicDeliveryID(t TopicID, since string) string { return "topic:" + string(t) + ":" + since }

// Deliveries returns one delivery for each channel of the drop's stores, in the order in which they are
// served. Stores without a channel have none.
func (d Drop) Deliveries(stores []Store) []Delivery {
	var out []Delivery
	chosen := Audience{Stores: d.Stores}
	for _, s := range InTurn(chosen.Choose(stores), d.ID) {
		for _, c := range s.Channels {
			out = append(out, Delivery{
				ID: DropDeliveryID(d.ID, s.ID, c.Platform), Kind: DropDelivery,
				Campaign: d.Campaign, Drop: d.ID, Store: s.ID, Channel: c, Due: d.At,
			})
		}
	}
	return out
}

// WinnersDeliveries returns the announcement of a week's winners for each channel of the stores, in the order
// in which they are served.
func WinnersDeliveries(w Week, stores []Store, due time.Time) []Delivery {
	var out []Delivery
	for _, s := range InTurn(stores, w.String()) {
		for _, c := range s.Channels {
			out = append(out, Delivery{
				ID: WinnersDeliveryID(w, s.ID, c.Platform), Kind: WinnersDelivery,
				Week: w.String(), Store: s.ID, Channel: c, Due: due,
			})
		}
	}
	return out
}
