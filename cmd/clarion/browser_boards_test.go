//go:build browser

package main

import (
	"fmt"
	"strings"
	"time"
)

func (s *story) leaderboard() {
	daniel := s.desktop(demoManager, "kingston")
	daniel.ask("/leaderboard", "Stores · this week", "🥇 1 Kingston 16", "Kingston is 1st")
	daniel.shoot("leaderboard")
	daniel.press("Partners of my store", "newest")
	daniel.see("newest", "Partners of your store · this week", "Amira Khan 16", "You have no points here yet.")
	daniel.seeNot("newest", "Nia Hughes")
	daniel.press("Stores", "newest")
	daniel.see("newest", "Stores · this week")
	for _, period := range []struct{ option, title, line string }{
		{"Last week", "Stores · last week", "Glasgow 44"},
		{"All time", "Stores · all time", "Kingston 33"},
		{storyTitle, "Stores · " + storyTitle, "Kingston 16"},
	} {
		daniel.choose(period.option, "newest")
		daniel.see("newest", period.title, period.line)
	}
	daniel.seeNot("newest", "Cardiff")
	daniel.ask("/leaderboard partners last", "Partners of your store · last week", "Amira Khan 9")
	daniel.ask("/leaderboard nonsense", "I don't know “nonsense”. Type /leaderboard, or /leaderboard with partners, last or all after it.")

	// A store whose channel one asks in is one's own only for who has none.
	s.sofia.visit("kingston")
	s.sofia.press("Leaderboard", "message: "+storyTitle)
	s.sofia.see("newest", "Stores · "+storyTitle, "Head Office has no points here yet.")
}

// report reads what came of the campaign of the week before, and of the stores in it.
func (s *story) report() {
	s.amira.visit("general")
	s.amira.ask("/report campaign", "Only the social team may do that.")
	sofia := s.desktop(demoSocial, "head-office")
	sofia.ask("/drop", "Done", "Autumn coats", "Reach multiple 2.5×: 56 people by partners' links, 22 people by the official one", "New campaign")
	sofia.ask("/report campaign autumn coats", "Report · Autumn coats", "Reach multiple: 2.5×", "by somebody new 56 22", "by a crawler 32 0", "Leading stores")
	sofia.shootFrom("message: Report · Autumn coats", "report")
	sofia.choose(storyTitle, "newest")
	sofia.see("newest", "Report · "+storyTitle, "Reach multiple: not known yet.", "/l/")
	sofia.ask("/report stores", "Report of stores · last week", "Oxford Street 16 1 11 0 57", "Head Office 6 1 1 0 not known", "n = 6 stores")
}

func (s *story) published() {
	daniel := s.windows[len(s.windows)-1]
	daniel.ask("/leaderboard", "Stores · this week")
	s.amira.visit("kingston")
	daniel.press("Show to everyone", "newest")
	s.amira.see("newest", "Stores · this week", "Kingston 16", "Shown by @Daniel Okafor")
	s.amira.seeNot("newest", "Only visible to you", "Show to everyone")
}

func (s *story) home() {
	s.amira.visit("Home of Clarion")
	s.amira.see(".home", "Your points", "This week 16 points", "To share now", storyTitle, "Stores this week", "Kingston is 1st")
	s.amira.shoot("home")
	s.amira.press("Share it", ".home")
	s.amira.see("form", "Choose your words")
	s.amira.press("Done", "form")
	s.amira.gone("form")
	s.amira.visit("kingston")
}

// winners lets Leeds draw level with Kingston, and closes the week.
func (s *story) winners() {
	ben := s.desktop("U0BEN", "leeds")
	ben.press("Share it", "message: "+storyTitle)
	ben.pressOpening("X", "https://x.com/")
	ben.pressOpening("Facebook", "facebook.com/")
	ben.press("Copy the link", "form")
	ben.see("form", "5 points for you.")
	link := ben.copyable("form")[0]
	ben.press("Back", "form")
	ben.see("form", "Choose your words")
	ben.press("Done", "form")
	ben.gone("form")
	s.arrived(s.open(link, true, customerAgent))
	s.total(ben, 16)

	const headline = "🏆 Kingston and Leeds won the week"
	s.sofia.visit("kingston")
	// Early on a Monday the first move closes the week before, of which the demo has told already.
	for range 2 {
		s.sofia.moveClock("To Monday, 09:00: the week closes")
		if s.closed(headline) {
			break
		}
	}
	for channel, own := range map[string][]string{
		"kingston":      {"Congratulations, that is you, together: 16 points each.", "Kingston is 1st", "Most points in Kingston: Amira Khan, with 16 points."},
		"leeds":         {"Congratulations, that is you, together: 16 points each.", "Leeds is 1st", "Most points in Leeds: Ben Ward"},
		"cardiff":       {"A shared first place: Kingston and Leeds, with 16 points each.", "Cardiff is 3rd", "Most points in Cardiff: Nia Hughes"},
		"exeter":        {"A shared first place: Kingston and Leeds", "Exeter is 3rd", "Most points in Exeter: Omar Haddad"},
		"glasgow":       {"A shared first place: Kingston and Leeds", "Glasgow has no points here yet."},
		"oxford-street": {"A shared first place: Kingston and Leeds", "Oxford Street has no points here yet."},
		"head-office":   {"A shared first place: Kingston and Leeds", "Head Office has no points here yet."},
	} {
		s.sofia.visit(channel)
		s.sofia.see("message: "+headline, own...)
	}
	s.desktop("U0TOM", "kingston").shootFrom("message: "+headline, "winners")

	// A drop that falls due an hour later shows that the bot has looked at its clock again.
	const later = "Monday morning"
	s.schedule(later, "Kingston", s.sofia.now().Truncate(time.Hour).Add(time.Hour))
	s.sofia.moveClock("To the next hour")
	s.sofia.visit("kingston")
	s.sofia.see("message: "+later, "Share it")
	for _, channel := range []string{"kingston", "leeds", "cardiff", "exeter", "glasgow", "oxford-street", "head-office"} {
		s.sofia.visit(channel)
		s.sofia.see("message: "+headline, "won the week")
		if n := s.sofia.count(headline); n != 1 {
			s.Errorf("#%s reads of the winners %d times", channel, n)
		}
	}
	s.sofia.visit("general")
	s.sofia.seeNot(".log", "won the week")
}

// closed says whether the week that has just closed is this story's.
func (s *story) closed(headline string) bool {
	s.Helper()
	var is bool
	await(s.T, "the winners", func() error {
		text, err := s.sofia.read(s.sofia.ask("/leaderboard last", "Stores · last week"))
		if err != nil {
			return err
		}
		is = strings.Contains(text, "Kingston 16")
		if is && s.sofia.count(headline) == 0 {
			return fmt.Errorf("not announced yet")
		}
		return nil
	})
	return is
}
