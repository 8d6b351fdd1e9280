package clarion

import "time"

// Which of a campaign's reminders one is.
const (
	// FirstReminder comes the day after a campaign could first be shared.
	FirstReminder = "first"
	// LastReminder comes the day before it ends.
	LastReminder = "last"
)

// ReminderGap is how far reminders of a campaign are apart at least, from each other and from the post.
const ReminderGap = 12 * time.Hour

// A Reminder is when stores are reminded that a campaign can be shared.
type Reminder struct {
	Which string
	At    time.Time
}

// Reminders returns when stores are reminded of a campaign that was posted at a time, in order: 24 hours after
// it could first be shared, and 24 hours before it ends, each moved to the next of the hours. One that would
// come after the end is left out, and so is the last one when it would come within half a day after the first.
func (c Campaign) Reminders(posted time.Time, h Hours, loc *time.Location) []Reminder {
	if !c.Remind || c.Ends.IsZero() {
		return nil
	}
	begins := posted
	if c.Opens.After(begins) {
		begins = c.Opens
	}
	var reminders []Reminder
	before := begins
	add := func(which string, at time.Time) {
		at = h.Next(at, loc)
		if at.IsZero() || !at.Before(c.Ends) || at.Before(before.Add(ReminderGap)) {
			return
		}
		reminders = append(reminders, Reminder{which, at})
		before = at
	}
	add(FirstReminder, begins.Add(day))
	add(LastReminder, c.Ends.Add(-day))
	return reminders
}

// ReminderDeliveryID names the delivery of one of a campaign's reminders to a store on a platform.
func ReminderDeliveryID(c CampaignID, which string, s StoreID, p Platform) string {
	return "reminder:" + string(c) + ":" + which + ":" + string(s) + ":" + string(p)
}

// Sharing is how far a store has come with a campaign.
type Sharing struct {
	Partners int // who are known to work there now
	Shared   int // of them, who have shared it
}

// All says whether every partner has shared it. Where nobody is known to work, not all have.
func (s Sharing) All() bool { return s.Partners > 0 && s.Shared >= s.Partners }
