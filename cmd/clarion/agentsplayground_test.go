//go:build agents

package main

import (
	"errors"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// The campaign of the story, and where its links lead.
const (
	teamsTitle  = "The winter window is open"
	teamsTarget = "https://harbour.example/window"
)

// A teamsStory is the bot's main job in Microsoft Teams, told in order: what one step does is there in the next.
type teamsStory struct {
	*testing.T
	hq    *headquarters
	teams *agentsPlayground
	page  *playgroundPage

	posts    map[string]*said  // of the campaign, by channel
	networks map[string]string // where Amira's buttons lead, by their titles
	link     string            // one that Amira copied
}

// TestAgentsPlaygroundStory lives the bot's main job in Microsoft's own Agents Playground, a client of which nothing is ours.
// What the Playground cannot do by itself, which is dialogs and people other than the one whose page it is, goes through it
// as raw activities.
func TestAgentsPlaygroundStory(t *testing.T) {
	s := &teamsStory{T: t, hq: newHeadquarters(t, map[string]string{
		"TEAMS_APP_ID": headquartersBot, "TEAMS_TENANT_ID": headquartersTenant, "TEAMS_INSECURE_LOOPBACK": "1", "CLARION_SOCIAL_TEAM": sofia.Address,
	})}
	ahead := awayFromWeeksEnd(time.Now())
	s.hq.serve(ahead)
	base := startPlayground(t, s.hq.base)
	s.teams, s.page = openPlayground(t, base), openPlaygroundPage(t, base)

	s.step("the bot says what it has for the team that it is added to", s.installed)
	s.step("the social team links two stores", s.linked)
	s.step("the social team reads what is wrong with a campaign at its field, and posts it", s.dropped)
	s.step("the post comes to both stores", s.posted)
	s.step("a partner gets links of their own, in a dialog", s.links)
	s.step("a partner whose client opens no dialogs gets them in the personal chat", s.linksWithoutDialogs)
	s.step("a network's button opens its composer and counts as a share", s.shared)
	s.step("a customer arrives and counts", s.customer)
	s.serveAgain(ahead + 5*time.Minute)
	s.step("the post counts along where it stands", s.counters)
	s.step("the leaderboard has both stores", s.leaderboard)
	s.step("the board changes in place in the Playground's page", s.pageLeaderboard)
	s.serveAgain(ahead + untilMonday(time.Now().Add(ahead)))
	s.step("the week ends with its winners in both stores", s.winners)
	s.step("the winners are announced in the Playground's page", s.pageWinners)
	s.step("what the bot has no answer to is taken all the same", s.others)
	s.step("taken out of the team, the bot forgets how its channels are reached", s.uninstalled)
	s.step("nothing was refused", s.nothingRefused)
}

func (s *teamsStory) step(promise string, f func()) {
	s.Helper()
	if !s.T.Failed() {
		outer := s.T
		outer.Run(promise, func(t *testing.T) {
			s.T, s.teams.T, s.hq.T, s.page.T = t, t, t, t
			defer func() {
				if t.Failed() {
					s.page.shoot("failed")
				}
			}()
			defer func() { s.T, s.teams.T, s.hq.T, s.page.T = outer, outer, outer, outer }()
			f()
		})
	}
}

// serveAgain runs the bot in place of the one that ran, as if it were later, until the Playground has found it.
func (s *teamsStory) serveAgain(ahead time.Duration) {
	s.Helper()
	if !s.T.Failed() {
		s.hq.serve(ahead)
		s.teams.reach()
	}
}

// installed opens a personal chat and a channel in the Playground's page, which adds the bot to that chat and to the team.
func (s *teamsStory) installed() {
	s.teams.sees(sofiasChat, "I am Clarion", "Your points")
	s.page.press("General")
	s.teams.sees(kingstonChannel, "I am Clarion", "[Say which channel is which store]")
	s.page.sees("Say which channel is which store")
	s.page.shoot("welcome")
	s.page.press("Personal Chat")
	s.page.types("help")
	s.page.sees("What you can do here", "@Clarion drop campaign", "@Clarion store link")
	s.page.shoot("help")
}

// linked links one store by the card with which the bot greeted, and the other by what is typed in its channel.
func (s *teamsStory) linked() {
	p := s.teams
	d := p.opens(sofia, p.sees(kingstonChannel, "[Say which channel is which store]"), "Say which channel is which store")
	d.shows("General", "Leeds")
	d.press("Link", map[string]any{"General": "Kingston", "Leeds": "No store"})
	d.shows("General is now the channel of Kingston.")

	p.types(leedsChannel, "store link")
	d = p.opens(sofia, p.sees(leedsChannel, "Link this channel"), "Open the form")
	d.press("Link", nil)
	d.wrong("Which store talks here?", "Please fill this in.")
	d.press("Link", map[string]any{"Which store talks here?": "Leeds"})
	d.shows("Leeds is now the channel of Leeds.")
	p.types(leedsChannel, "store")
	p.sees(leedsChannel, "This channel is Leeds")
}

// dropped lets somebody try who may not, and Sofia.
func (s *teamsStory) dropped() {
	p := s.teams
	p.says(amira, kingstonChannel, "drop campaign")
	p.sees(kingstonChannel, "Only the social team may do that.")

	p.types(sofiasChat, "drop campaign")
	d := p.opens(sofia, p.sees(sofiasChat, "New campaign"), "Open the form")
	d.press("Preview", map[string]any{
		"Title": teamsTitle, "What partners should know": "Every pane was painted by hand.", "Link": "ftp://harbour.example/window",
		"Captions": "Painted by hand, and it shows.", "Hashtag": "#WinterWindow", "Can be shared until": time.Date(2020, 1, 6, 9, 0, 0, 0, time.UTC),
	})
	d.shows(teamsTitle)
	d.wrong("Link", "This is not a web address: paste one that begins with https://.")
	d.wrong("Can be shared until", "This is in the past: choose a later date.")
	d.press("Preview", map[string]any{"Link": teamsTarget, "Can be shared until": time.Now().AddDate(0, 0, 30)})
	d.shows("This is what stores will see", teamsTitle, "#WinterWindow", "To 2 stores Kingston, Leeds")
	d.press("Post now", nil)
	d.shows(teamsTitle + " is on its way to 2 stores.")
}

func (s *teamsStory) posted() {
	s.posts = map[string]*said{}
	for _, channel := range []string{kingstonChannel, leedsChannel} {
		s.posts[channel] = s.teams.sees(channel, teamsTitle, "Every pane was painted by hand.", "#WinterWindow", "[Share it]", "[Leaderboard]")
		if n := s.teams.count(channel, "[Share it]"); n != 1 {
			s.Errorf("%s has the post %d times", channel, n)
		}
	}
	if n := s.teams.count(sofiasChat, "[Share it]"); n != 0 {
		s.Errorf("the post is in the personal chat %d times", n)
	}
	s.page.press("Leeds")
	s.page.sees(teamsTitle, "Every pane was painted by hand.", "Share it")
	s.page.shoot("post")
}

var linkInWords = regexp.MustCompile(`http://\S+/l/\w+`)

// links lets Amira copy the link of hers, which nobody else gets to see.
func (s *teamsStory) links() {
	p := s.teams
	d := p.opens(amira, s.posts[kingstonChannel], "Share it")
	d.shows("Choose your words", "Painted by hand, and it shows.", "#WinterWindow")
	s.networks = d.card.addresses()
	d.press("Copy the link", nil)
	d.shows("To paste anywhere.", "5 points for you.")
	if s.link = linkInWords.FindString(d.card.words()); s.link == "" {
		s.Fatalf("there is no link in %s", d.card.words())
	}
	d.press("Back", nil)
	d.shows("Choose your words")

	again := p.opens(amira, s.posts[kingstonChannel], "Share it")
	if now := again.card.addresses(); !maps.Equal(now, s.networks) {
		s.Errorf("the same partner got %v, and then %v", s.networks, now)
	}
}

// linksWithoutDialogs lets Ben press Share it, and Copy the link in what comes of it.
func (s *teamsStory) linksWithoutDialogs() {
	p := s.teams
	p.pressesWithoutDialogs(ben, s.posts[leedsChannel], "Share it")
	m := p.alone(ben, "Choose your words", "Painted by hand, and it shows.")
	p.pressesWithoutDialogs(ben, m, "Copy the link")
	copied := p.alone(ben, "To paste anywhere.", "5 points for you.")
	link := linkInWords.FindString(copied.card.words())
	if link == "" || link == s.link {
		s.Errorf("Ben's link is %q, and Amira's %q", link, s.link)
	}
	for _, channel := range []string{kingstonChannel, leedsChannel, sofiasChat} {
		for _, own := range []string{s.link, link, "/s/"} {
			if n := p.count(channel, own); n != 0 {
				s.Errorf("%s has %s in %d messages", channel, own, n)
			}
		}
	}
}

// shared presses X, which leads to its composer with a link of its own.
func (s *teamsStory) shared() {
	composer := leadsTo(s.T, s.networks["X"], desktopAgent)
	if !strings.HasPrefix(composer, "https://x.com/") || !strings.Contains(composer, "WinterWindow") {
		s.Errorf("X's button leads to %s", composer)
	}
	s.total("10 points")
}

// customer comes by Amira's link twice, and counts once.
func (s *teamsStory) customer() {
	for range 2 {
		if to := leadsTo(s.T, s.link, customerAgent); !strings.HasPrefix(to, teamsTarget+"?") {
			s.Errorf("the link leads to %s", to)
		}
	}
	s.total("11 points")
}

// total asks until Amira has so many points in this week. A click is counted in the moment after it.
func (s *teamsStory) total(points string) {
	s.Helper()
	await(s.T, points, func() error {
		s.teams.says(amira, kingstonChannel, "points")
		text := s.teams.alone(amira, "Your points").card.words()
		if !strings.Contains(text, points) {
			return errors.New(text)
		}
		return nil
	})
}

// counters waits until the posts say what came of them so far, in the same place.
func (s *teamsStory) counters() {
	for channel, post := range s.posts {
		await(s.T, "counters in "+channel, func() error {
			if text := s.teams.cardOf(post).words(); !strings.Contains(text, "so far") {
				return errors.New(text)
			}
			return nil
		})
		if n := s.teams.count(channel, "[Share it]"); n != 1 {
			s.Errorf("%s has the post %d times", channel, n)
		}
	}
}

// pageLeaderboard is asked for, and changed in place, in the page itself.
func (s *teamsStory) pageLeaderboard() {
	p := s.page
	p.sees("so far")
	p.shoot("counters")
	p.press("Personal Chat")
	p.types("leaderboard")
	p.sees("Stores · this week", "Kingston")
	p.shoot("leaderboard")
	p.press("Partners of my store")
	p.sees("Partners of your store · this week")
	p.shoot("partners")
	p.types("report campaign")
	p.sees("Report ·")
	p.shoot("report")
}

// leaderboard is asked for in a channel, where all see it, and changes for who presses in it.
func (s *teamsStory) leaderboard() {
	p := s.teams
	asked := p.says(amira, kingstonChannel, "leaderboard")
	p.call("/_internal/v1/customActivities", asked, nil) // as Teams does that had no answer in time
	m := p.sees(kingstonChannel, "Stores · this week", "Kingston 11", "Leeds 5", "Kingston is 1st")
	p.presses(amira, m, "Partners of my store", nil)
	if text := m.card.words(); !strings.Contains(text, "Partners of your store · this week") || !strings.Contains(text, "Amira Khan 11") {
		s.Errorf("her store's partners are %s", text)
	}
	p.presses(amira, m, "Stores", nil)
	p.presses(amira, m, "Show", map[string]any{"Choose a period": teamsTitle})
	if text := m.card.words(); !strings.Contains(text, "Stores · "+teamsTitle) || !strings.Contains(text, "Kingston 11") {
		s.Errorf("the campaign's board is %s", text)
	}
	if n := p.count(kingstonChannel, "Stores ·"); n != 1 {
		s.Errorf("what was asked once, and came twice, was answered %d times", n)
	}
}

func (s *teamsStory) winners() {
	const headline = "🏆 Kingston won the week"
	s.teams.sees(kingstonChannel, headline, "Congratulations, that is you: 11 points.", "Most points in Kingston: Amira Khan, with 11 points.")
	s.teams.sees(leedsChannel, headline, "Congratulations to Kingston, with 11 points.", "Leeds is 2nd", "Most points in Leeds: Ben Ward")
	for channel := range s.posts {
		if n := s.teams.count(channel, headline); n != 1 {
			s.Errorf("%s reads of the winners %d times", channel, n)
		}
	}
}

// pageWinners looks at the announcement.
func (s *teamsStory) pageWinners() {
	s.page.press("General")
	s.page.sees("Kingston won the week", "Congratulations, that is you: 11 points.")
	s.page.shoot("winners")
}

// others sends what Teams sends besides: a reaction, what there may be one day, and a press of somebody else's card.
func (s *teamsStory) others() {
	for _, more := range []map[string]any{
		{"type": "messageReaction", "reactionsAdded": []any{map[string]any{"type": "like"}}},
		{"type": "somethingNew"},
		{"type": "invoke", "name": "signin/verifyState", "value": map[string]any{"state": "1"}},
		{"type": "message", "value": "not ours"},
	} {
		a := s.teams.activity(amira, s.posts[leedsChannel], "")
		maps.Copy(a, more)
		s.teams.call("/_internal/v1/customActivities", a, nil)
		s.teams.answered(a["id"].(string))
	}
}

func (s *teamsStory) uninstalled() {
	db, err := storage.Open(storage.Options{URL: s.hq.env["REDIS_URL"]})
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	known := func(channel string) error {
		_, err := db.Workspace("main").Contact(s.Context(), clarion.Channel{Platform: clarion.Teams, ID: channel})
		return err
	}
	for channel := range s.posts {
		if err := known(channel); err != nil {
			s.Errorf("%s is not known while the bot is there: %v", channel, err)
		}
	}
	s.teams.uninstall()
	for channel := range s.posts {
		if err := known(channel); !errors.Is(err, clarion.ErrNotFound) {
			s.Errorf("%s is still known: %v", channel, err)
		}
	}
}

// nothingRefused says what the bot, or the Playground, answered with an error.
func (s *teamsStory) nothingRefused() {
	s.teams.mu.Lock()
	defer s.teams.mu.Unlock()
	for _, refused := range s.teams.refused {
		s.Error(refused)
	}
}
