package clarion

import (
	"slices"
	"strings"
	"time"
)

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

	Feed   string `json:"feed,omitempty"` // the address of an RSS or Atom feed; empty: the queue is filled by people alone
	Auto   bool   `json:"auto,omitempty"` // what comes by the feed is queued without being asked about
	Paused bool   `json:"paused,omitempty"`
	// Since is when the topic was made, got its schedule, or was last resumed. What was due before is not made up for.
	Since     time.Time `json:"since"`
	Revision  int       `json:"revision,omitempty"` // how often it was changed since it was made
	CreatedBy Identity  `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
}

const (
	// MaxDays is the longest time for which a campaign of a topic can be shared, in days.
	MaxDays = 90
	// MaxTopics is how many topics a workspace can have: all of them are in view at once, in lists and in forms.
	MaxTopics = 20
	// MaxTopicName is the longest name of a topic, in code points.
	MaxTopicName = 40
	// MaxQueue is how many campaigns can wait in a topic.
	MaxQueue = 100
	// MaxSuggestions is how many suggestions of a topic can wait to be decided on. What else its feed brings is
	// suggested when there is room again.
	MaxSuggestions = 20
)

// Key returns the topic's name as names are compared: no two topics have one key.
func (t Topic) Key() string { return strings.ToLower(strings.Join(strings.Fields(t.Name), " ")) }

// Check returns what is wrong with the topic, one entry for each field, in words for the person who filled in the
// form. The field names are those of the topic form. The schedule's words are not read: package schedule does that.
func (t Topic) Check() []*InvalidError {
	var wrong []*InvalidError
	add := func(e *InvalidError) {
		if e != nil {
			wrong = append(wrong, e)
		}
	}
	add(checkLength("name", "name", t.Name, 1, MaxTopicName))
	if t.Schedule == "" {
		add(Invalid("schedule", "Say when, for example: every weekday 09:00."))
	}
	if t.Audience.All == (len(t.Audience.Regions)+len(t.Audience.Stores) > 0) {
		add(Invalid("audience", "Choose all stores, or some regions or stores."))
	}
	if t.Days < 1 || t.Days > MaxDays {
		add(Invalid("days", "Write a whole number of days from 1 to %d.", MaxDays))
	}
	add(checkHashtag(t.Hashtag))
	add(checkDisclosure(t.Disclosure))
	if len(t.Networks) == 0 {
		add(Invalid("networks", "Choose at least one network."))
	}
	if t.Feed != "" {
		add(checkAddress("feed", t.Feed, "http", "https"))
	}
	return wrong
}

// Patience is how late a campaign of the topic can still go out when it was missed at its turn: a day, and no
// longer than half of the time for which it could be shared.
func (t Topic) Patience() time.Duration { return min(24*time.Hour, time.Duration(t.Days)*12*time.Hour) }

// TakesTurn returns a campaign that waits in the topic as it goes out at its turn: it opens then, and ends after the
// topic's days, at the same time of day in the zone.
func (t Topic) TakesTurn(c Campaign, turn time.Time, loc *time.Location) Campaign {
	c.Opens, c.Ends = turn, turn.In(loc).AddDate(0, 0, t.Days)
	c.Revision++
	return c
}

// Campaign returns what an item of the topic's feed is as a campaign that waits in the topic. The item must be
// usable.
func (t Topic) Campaign(i Item, id CampaignID, at time.Time) Campaign {
	title := clip(oneLine(i.Title), MaxTitle)
	text := clip(strings.TrimSpace(i.Text), MaxText)
	switch {
	case title == "":
		title = clip(oneLine(i.Text), MaxTitle)
	case text == "":
		text = title
	}
	c := Campaign{
		ID: id, Title: title, Text: text, Target: i.Link, Hashtag: t.Hashtag, Disclosure: t.Disclosure,
		Captions: []Caption{{Text: title}}, Networks: slices.Clone(t.Networks), Audience: t.Audience,
		Topic: t.ID, CreatedBy: t.CreatedBy, CreatedAt: at,
	}
	if checkAddress("image", i.Picture, "http", "https") == nil {
		c.Image, c.ImageAlt = i.Picture, PictureAlt(title)
	}
	return c
}
