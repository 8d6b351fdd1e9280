package clarion

import "time"

// TopicID names a topic: a UUID of version 7.
type TopicID string

// A Topic is a queue of campaigns that goes out by a schedule, one at each time: products, services, events.
type Topic struct {
	ID       TopicID  `json:"id"`
	Name     string   `json:"name"`
	Schedule string   `json:"schedule"` // as package schedule writes it: "every weekday at 09:00"
	Audience Audience `json:"audience"`
	Days     int      `json:"days"` // for how many days each campaign can be shared
	// What campaigns that are made from the feed have.
	Hashtag    string    `json:"hashtag"`
	Disclosure string    `json:"disclosure,omitempty"`
	Networks   []Network `json:"networks"`

	Feed      string    `json:"feed,omitempty"` // the address of an RSS or Atom feed; empty: the queue is filled by people alone
	Auto      bool      `json:"auto,omitempty"` // what comes by the feed is queued without being asked about
	Paused    bool      `json:"paused,omitempty"`
	CreatedBy Identity  `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
}

// MaxDays is the longest time for which a campaign of a topic can be shared, in days.
const MaxDays = 90
