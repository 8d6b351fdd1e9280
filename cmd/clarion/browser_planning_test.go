//go:build browser

package main

import "time"

// choirTitle is the campaign with an embargo and a launch window.
const choirTitle = "The choir sings at six"

// embargo posts a teaser, presses it too early, and waits for the opening.
func (s *story) embargo() {
	w := s.sofia
	opens := w.now().Truncate(time.Hour).Add(2 * time.Hour)
	w.visit("head-office")
	w.send("/drop campaign")
	w.campaign(choirTitle, "Twenty voices under the clock.", "#UnderTheClock", "Come and listen.")
	w.press("All 7 stores", "field: Stores")
	w.press("Cardiff", "field: Stores")
	w.fillMoment("Opens to partners at", opens)
	w.fillMoment("Public from", opens.Add(-time.Hour))
	w.choose("2×", "field: A share counts until then")
	w.press("Preview", "form")
	w.wrong("Public from", "The launch window would be over before it begins: choose a time after the campaign opens.")
	w.fillMoment("Public from", opens.Add(2*time.Hour))
	w.press("Preview", "form")
	w.see("form", "This is what stores will see when it opens.", choirTitle, "A share counts twice until then.")
	w.shoot("drop-window")
	w.press("Post now", "form")
	w.gone("form")

	post := "message: " + choirTitle
	w.visit("cardiff")
	w.see(post, "Twenty voices under the clock.", "Opens", "Share it from "+opens.Format("Mon 15:04"))
	w.seeNot(post, "#UnderTheClock", "See what it leads to", "Leaderboard")
	w.shoot("teaser")
	w.press("🔒 Share it from "+opens.Format("Mon 15:04"), post)
	w.see("newest", "opens", "Only visible to you")
	w.gone("form")

	for w.now().Before(opens) {
		w.seeNot(post, "Yours alone")
		w.moveClock("To the next hour")
	}
	w.see(post, "Yours alone until", "Until then a share counts twice.", "#UnderTheClock")
	w.press("Share it", post)
	w.see("form", "Choose your words")
	w.press("Done", "form")
	w.gone("form")
	if n := w.count(choirTitle); n != 1 {
		s.Errorf("#cardiff has the post %d times", n)
	}
}

// recall takes the campaign back and brings it back again.
func (s *story) recall() {
	w := s.sofia
	post := "message: " + choirTitle
	w.visit("head-office")
	w.ask("/drop list", "Running", choirTitle, "In its launch window")
	w.shoot("drop-list")
	w.send("/drop stop choir")
	w.see("form", "Take back", "1 post will say that it was taken back")
	w.press("Take it back", "form")
	w.gone("form")
	w.see("newest", choirTitle+" is taken back.")
	w.visit("cardiff")
	w.see(".log", choirTitle+" was taken back. Please do not share it any more")
	w.seeNot(".log", "Twenty voices under the clock.")
	w.visit("head-office")
	w.press("Undo", "newest")
	w.press("Bring it back", "#confirm-dialog")
	w.see("newest", choirTitle)
	w.visit("cardiff")
	w.see(post, "Twenty voices under the clock.", "Share it")
}
