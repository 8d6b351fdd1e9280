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
)

// A Delivery is one thing to be posted into one channel, once.
type Delivery struct {
	ID       string        `json:"id"` // says what makes it unique: see DropDeliveryID, WinnersDeliveryID, BurstDeliveryID
	Kind     DeliveryKind  `json:"kind"`
	Campaign CampaignID    `json:"campaign,omitempty"` // for a drop
	Drop     string        `json:"drop,omitempty"`     // for a drop
	Week     string        `json:"week,omitempty"`     // for winners
	Burst    string        `json:"burst,omitempty"`    // for a burst: the id that storage knows it by
	Store    StoreID       `json:"store"`
	Channel  Channel       `json:"channel"`
	Due      time.Time     `json:"due"`
	State    DeliveryState `json:"-"`
	Attempt  int           `json:"-"` // how often it has been claimed
	PostID   string        `json:"-"` // the platform's id of the post, once it stands
	Reason   string        `json:"-"` // why it failed, or why the last attempt did
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

// Deliveries returns one delivery for each channel of the drop's stores. Stores without a channel have none.
func (d Drop) Deliveries(stores []Store) []Delivery {
	var out []Delivery
	chosen := Audience{Stores: d.Stores}
	for _, s := range chosen.Choose(stores) {
		for _, c := range s.Channels {
			out = append(out, Delivery{
				ID: DropDeliveryID(d.ID, s.ID, c.Platform), Kind: DropDelivery,
				Campaign: d.Campaign, Drop: d.ID, Store: s.ID, Channel: c, Due: d.At,
			})
		}
	}
	return out
}

// WinnersDeliveries returns the announcement of a week's winners for each channel of the stores.
func WinnersDeliveries(w Week, stores []Store, due time.Time) []Delivery {
	var out []Delivery
	for _, s := range stores {
		for _, c := range s.Channels {
			out = append(out, Delivery{
				ID: WinnersDeliveryID(w, s.ID, c.Platform), Kind: WinnersDelivery,
				Week: w.String(), Store: s.ID, Channel: c, Due: due,
			})
		}
	}
	return out
}
