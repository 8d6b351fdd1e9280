//go:build browser

package main

import (
	"testing"
	"time"
)

// launchTitle is the campaign that is planned, changed and copied.
const launchTitle = "Harbour after dark"

// TestBrowserChanges plans a launch in a real browser, and changes it before and after it is posted.
func TestBrowserChanges(t *testing.T) {
	s := begin(t)
	s.step("a launch is planned: a teaser first, then a window in which shares count twice", s.launch)
	s.step("the list says how far it is, store by store", s.listed)
	s.step("before it is posted its time moves, and its posts with it", s.moved)
	s.step("a teaser stands until it opens, and every post changes when it does", s.teaser)
	s.step("a mistake is mended in every post", s.mended)
	s.step("a copy has everything but the times, and is cancelled before it is posted", s.copied)
}

func (s *story) launch() {
	w := s.sofia
	hour := w.now().Truncate(time.Hour)
	w.send("/drop campaign")
	w.see("form", "New campaign", "What partners share", "Where and when", "Launch window", "Afterwards, and besides")
	w.campaign(launchTitle, "On Friday all shops are open until ten.", "#AfterDark", "We are open until ten on Friday. Come by!")
	w.fill("Picture", s.base+"/demo/advert.jpg")
	w.press("All 7 stores", "field: Stores")
	w.press("Kingston", "field: Stores")
	w.press("Leeds", "field: Stores")
	w.fillMoment("Post at", hour.Add(3*time.Hour))
	w.fillMoment("Opens to partners at", hour.Add(2*time.Hour))
	w.fillMoment("Public from", hour.Add(time.Hour))
	w.choose("2×", "field: A share counts until then")
	w.fill("Afterwards links lead to", "nowhere")
	w.press("Preview", "form")
	w.fill("Afterwards links lead to", s.base+"/demo/advert?after")
	w.press("Preview", "form")
	w.wrong("Opens to partners at", "It would open before it is posted: choose a later time, or leave it empty to open it when it is posted.")
	w.wrong("Public from", "The launch window would be over before it begins: choose a time after the campaign opens.")
	w.fillMoment("Opens to partners at", hour.Add(5*time.Hour))
	w.fillMoment("Public from", hour.Add(7*time.Hour))
	w.press("Remind stores that have not all shared", "field: Reminders")
	w.press("Preview", "form")
	w.see("form", "as a teaser with a countdown and a shut button", "A share counts twice until then", "Stores that have not all shared are reminded.")
	w.press("Schedule", "form")
	w.gone("form")
	w.see("newest", launchTitle+" will be posted to 2 stores at", "as a teaser, and opens to partners at", "Its link for your own channels can be had from")
}

func (s *story) listed() {
	w := s.sofia
	w.ask("/drop list", "Coming up", launchTitle, "as a teaser, opens", "0 posted, 2 waiting, 0 failed", "Running", demoTitle, "7 posted, 0 waiting, 0 failed")
	w.shootFrom("newest", "planning-list")
	w.press("Details", "below: "+launchTitle)
	w.see("form", launchTitle, "Kingston", "Waits until")
	w.shoot("planning-details")
	w.press("Close", "form")
	w.gone("form")
}

func (s *story) moved() {
	w := s.sofia
	at := w.now().Truncate(time.Hour).Add(time.Hour)
	w.ask("/drop edit nothing like it", "No campaign has “nothing like it” in its title.")
	w.send("/drop edit after dark")
	w.see("form", "Edit campaign")
	w.fillMoment("Post at", at)
	w.press("Preview", "form")
	w.see("form", "Posted at", at.Format("15:04")+", as a teaser")
	w.press("Save", "form")
	w.gone("form")
	w.see("newest", launchTitle+" is changed. It will be posted to 2 stores at")
}

func (s *story) teaser() {
	w := s.sofia
	w.moveClock("To the next hour")
	w.visit("kingston")
	post := "message: " + launchTitle
	w.see(post, "Opens", "Share it from")
	for range 5 {
		w.moveClock("To the next hour")
	}
	w.see(post, "Yours alone until", "a share counts twice")
}

func (s *story) mended() {
	w := s.sofia
	w.visit("head-office")
	w.send("/drop edit after dark")
	w.see("form", "stay as partners were promised")
	w.fill("What partners should know", "On Friday all shops are open until eleven.")
	w.shoot("planning-edit-posted")
	w.press("Preview", "form")
	w.see("form", "Every post of it changes when you save.", "until eleven")
	w.press("Save", "form")
	w.gone("form")
	w.see("newest", launchTitle+" is changed. 2 posts are brought up to date.")
	w.visit("leeds")
	w.see("message: "+launchTitle, "until eleven")
}

func (s *story) copied() {
	w := s.sofia
	w.visit("head-office")
	w.send("/drop copy after dark")
	w.see("form", "New campaign")
	w.fillMoment("Post at", w.now().Truncate(time.Hour).Add(48*time.Hour))
	w.press("Preview", "form")
	w.see("form", launchTitle+" (copy)", "On Friday all shops are open until eleven.")
	w.press("Schedule", "form")
	w.gone("form")
	w.ask("/drop list", launchTitle+" (copy) · Planned for")
	w.press("Cancel", "below: "+launchTitle+" (copy)")
	w.press("Cancel campaign", "#confirm-dialog")
	w.see("newest", launchTitle+" (copy) is cancelled. Nothing of it will be posted.", launchTitle+" (copy) · Cancelled by you")
	w.shootFrom("newest", "planning-list-cancelled")
}
