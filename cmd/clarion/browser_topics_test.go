//go:build browser

package main

import "testing"

// queueTitle is the campaign that waits in a topic, askedTitle the one that needs a yes.
const (
	queueTitle = "The cardigan is back"
	askedTitle = "A price nobody has seen yet"
)

// TestBrowserTopics plans content that goes out by a schedule, and asks a second person for a yes.
func TestBrowserTopics(t *testing.T) {
	s := begin(t)
	s.step("a topic is written, and what is wrong with it stands at its field", s.topic)
	s.step("a campaign waits in the topic's queue and goes out at its time", s.queued)
	daniel := s.desktop(demoManager, "kingston")
	s.step("a second person reads the preview and sends it back with a reason", func() { s.sentBack(daniel) })
	s.step("what was mended is asked about again, and goes out with a yes", func() { s.approved(daniel) })
}

func (s *story) topic() {
	w := s.sofia
	w.ask("/drop topics", "There are no topics yet.")
	w.press("New topic", "newest")
	w.fill("Name", "Products")
	w.fill("When", "every blue moon")
	w.press("All 7 stores", "field: Stores")
	w.press("Kingston", "field: Stores")
	w.fill("For how many days each can be shared", "900")
	w.fill("Hashtag", "#Products")
	w.press("Preview", "form")
	w.wrong("When", "“blue” is not understood here. Write for example “every weekday 09:00”, “Mondays and Thursdays 14:30”, “first Monday of the month” or “1st and 15th of the month 10:00”.")
	w.wrong("For how many days each can be shared", "Write a whole number of days from 1 to 90.")
	w.fill("When", "every day 09:00")
	w.fill("For how many days each can be shared", "9")
	w.fill("Feed", s.base+"/demo/advert")
	w.press("Preview", "form")
	w.wrong("Feed", "This is a web page, and it names no feed. Look on it for “RSS” or “Feed”, and paste the address that is behind it.")
	w.fill("Feed", "")
	w.press("Preview", "form")
	w.see("form", "every day at 09:00", "The next times:")
	w.shoot("planning-topic")
	w.press("Save", "form")
	w.gone("form")
	w.see("newest", "Products goes out every day at 09:00", "Nothing waits in it yet.")
}

func (s *story) queued() {
	w := s.sofia
	w.press("Add campaign", "newest")
	w.see("form", "New campaign")
	w.campaign(queueTitle, "In four colours, and warm.", "", "I wear mine all day.")
	w.press("Preview", "form")
	w.see("form", "It gets its times when its turn comes in its topic.", "To 1 store", "#Products")
	w.press("Add to the queue", "form")
	w.gone("form")
	w.see("newest", queueTitle+" goes out next in Products.")
	w.ask("/drop topics", "Products · every day at 09:00", "1 campaign waits.")
	w.moveClock("To tomorrow, 09:00")
	w.visit("kingston")
	w.see("message: "+queueTitle, "In four colours, and warm.", "Share it")
	w.visit("head-office")
	w.ask("/drop topics", "Nothing waits for its next time")
}

func (s *story) sentBack(daniel *window) {
	w := s.sofia
	w.send("/drop campaign")
	w.campaign(askedTitle, "Nine pounds fifty, until Sunday.", "#Prices", "Look at this price.")
	w.choose("Daniel", "field: Needs a yes from")
	w.press("Preview", "form")
	w.see("form", "Posted as soon as Daniel Okafor has said yes.")
	w.press("Ask for a yes", "form")
	w.gone("form")
	w.see("newest", askedTitle+" will be posted to 7 stores as soon as Daniel Okafor has said yes.")

	daniel.visit("Clarion")
	daniel.see("newest", "Can this go out?", askedTitle, "Nine pounds fifty, until Sunday.")
	daniel.shoot("planning-question")
	daniel.press("Send back", "newest")
	daniel.fill("What should be different?", "It is eight pounds fifty.")
	daniel.press("Send back", "form")
	daniel.gone("form")
	daniel.seeNot("newest", "Approve")
}

func (s *story) approved(daniel *window) {
	w := s.sofia
	w.visit("Clarion")
	w.see("newest", askedTitle, "It is eight pounds fifty.")
	w.press("Edit", "newest")
	w.see("form", "Edit campaign")
	w.fill("What partners should know", "Eight pounds fifty, until Sunday.")
	w.press("Preview", "form")
	w.press("Ask for a yes", "form")
	w.gone("form")
	daniel.see("newest", "Can this go out?", "Eight pounds fifty, until Sunday.")
	daniel.press("Approve", "newest")
	daniel.see("newest", "said yes")
	daniel.visit("leeds")
	daniel.see("message: "+askedTitle, "Eight pounds fifty, until Sunday.", "Share it")
	w.visit("Clarion")
	w.see("newest", askedTitle)
}
