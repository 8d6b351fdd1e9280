//go:build browser

package main

import (
	"testing"
	"time"
)

// storyTitle is the campaign that the story posts to Kingston and Leeds.
const storyTitle = "The winter window is open"

// demoTitle is the campaign that stands in every channel from the start.
const demoTitle = "Our Christmas advert, before anyone else sees it"

// A story is the demo as a new user lives it, told in order: what one step does is there in the next.
type story struct {
	*stage
	sofia *window // of the social team
	amira *window // a partner in Kingston

	amiraLinks []string // on the form of the campaign: in the caption, then LinkedIn's
	words      string   // the caption that Amira chose
	link       string   // the one that Amira copies
}

// TestBrowserStory presses, in a real browser, everything that the demo promises.
func TestBrowserStory(t *testing.T) {
	s := begin(t)
	s.amira = s.desktop(demoPartner, "kingston")

	s.step("the demo opens on last week's winners, something to share, and what to try", s.opening)
	s.step("what was typed and not sent waits where it was typed", s.unsent)
	s.step("the social team reads what is wrong with a campaign at its field", s.wrongCampaign)
	s.step("a preview shows the post before it is confirmed", s.preview)
	s.step("the post appears in each chosen store's channel and in no other", s.posted)
	s.step("a scheduled drop stays away until its time", s.scheduled)
	s.step("a teaser opens by itself, and nothing can be shared before", s.embargo)
	s.step("a campaign is taken back everywhere, and brought back", s.recall)
	s.step("a message of a colleague appears without a reload", s.live)

	s.step("two partners get different links and the same partner the same ones, in whatever moment they press", s.personalLinks)
	s.step("another caption changes the words that are shared", s.captions)
	s.step("a network's button leads to its composer and records the share once", s.network)
	s.step("copying the link records the share and puts it on the clipboard", s.copyLink)
	s.step("a customer arrives at once and counts, the partner's own visits do not", s.customer)
	s.step("points explain themselves", s.points)

	s.step("somebody new who shares in a store's channel belongs to that store", s.newInChannel)
	s.step("somebody new who shares at home is asked which store is theirs", s.newAtHome)
	s.step("the leaderboard has the own store in view and every period to choose", s.leaderboard)
	s.step("a leaderboard can be shown to everyone", s.published)
	s.step("the social team reads what came of a campaign and of the stores", s.report)
	s.step("Home has the points, what to share and who leads", s.home)
	s.step("help lists what the asker may do and a partner may not drop", s.help)
	s.step("it all works on a phone", s.onPhone)

	s.step("the week closes once with a place for each store and all who tie named", s.winners)
}

// begin starts a story in which the demo has begun, and Sofia is at it.
func begin(t *testing.T) *story {
	t.Helper()
	base := bootDemo(t)
	s := &story{stage: &stage{T: t, root: t, base: base, browser: startBrowser(t)}}
	s.sofia = s.desktop(demoSocial, "head-office")
	s.step("the demo's own campaign arrives in every channel", s.begun)
	return s
}

// begun waits until every channel has what the demo posts by itself in its first seconds. From then on the newest
// message is the one that was asked for.
func (s *story) begun() {
	for _, store := range demoStores {
		s.sofia.visit(string(store.ID))
		s.sofia.see("page", "won the week")
		s.sofia.see("message: "+demoTitle, "Share it")
	}
	s.sofia.visit("head-office")
}

// unsent types in one place, goes elsewhere, and finds what was typed when it is back.
func (s *story) unsent() {
	w := s.sofia
	const line = "Has anybody seen"
	w.pressAt("the composer", "whereElement", "#line")
	w.typeOver(line)
	w.visit("general")
	w.saysUnsent("")
	w.visit("head-office")
	w.saysUnsent(line)
	// Here the press on the channel and the typing come in one turn, before the page can have arrived.
	if _, err := evaluate[bool](w, `document.querySelector(".places [aria-current]").click(), document.getElementById("line").value += " my keys?", true`); err != nil {
		s.Fatal(err)
	}
	w.visit("general")
	w.visit("head-office")
	w.saysUnsent(line + " my keys?")
	w.pressAt("the composer", "whereElement", "#line")
	w.typeOver("")
}

func (s *story) opening() {
	s.amira.see("page", "What to try", "Glasgow and Leeds won the week", demoTitle, "#TheLanternAndTheFox")
	s.amira.see(".me-button", "Amira Khan")
	var alt []string
	await(s.T, "the picture", func() error { return s.amira.look(&alt, "pictures", "message: "+demoTitle) })
	s.amira.shoot("channel")
}

// wrongCampaign fills the form in badly, first as the page itself notices and then as the bot does.
func (s *story) wrongCampaign() {
	w := s.sofia
	w.send("/drop campaign")
	w.see("form", "New campaign", "What partners should know", "Stores")
	w.press("Preview", "form")
	w.wrong("Title", "Please complete this required field.")

	w.fill("Title", storyTitle)
	w.fill("What partners should know", "Every pane was painted by hand, by our own people. Come and see, and bring your friends.")
	w.fill("Link", "ftp://harbour.example/window")
	w.fill("Picture", s.base+"/demo/advert.jpg")
	w.fill("Hashtag", "#Winter window!")
	w.fill("Captions", "LinkedIn: We painted this window ourselves.")
	w.fillMoment("Can be shared until", time.Date(2020, 1, 6, 9, 0, 0, 0, time.UTC))
	w.press("Preview", "form")
	w.wrong("Link", "This is not a web address: paste one that begins with https://.")
	w.wrong("Hashtag", "A hashtag has letters, digits and _ only: write it without spaces or other signs.")
	w.wrong("Captions", "There is no caption for Facebook: write one for it or one for all.")
	w.wrong("Can be shared until", "This is in the past: choose a later date.")
	for _, right := range []string{"Title", "What partners should know", "Picture", "Networks", "Stores", "Post at"} {
		w.wrong(right, "")
	}
	w.shoot("drop-errors")
}

func (s *story) preview() {
	w := s.sofia
	w.fill("Link", s.base+"/demo/advert")
	w.fill("Hashtag", "WinterWindow")
	w.fill("Captions", "Painted by hand, and it shows.\n\nI know who painted the owl. Ask me!\n\nLinkedIn: We painted this window ourselves.")
	w.fillMoment("Can be shared until", time.Now().AddDate(0, 0, 30))
	w.press("All 7 stores", "field: Stores")
	w.press("Kingston", "field: Stores")
	w.press("Leeds", "field: Stores")
	w.press("Preview", "form")
	w.see("form", "This is what stores will see:", storyTitle, "painted by hand", "#WinterWindow", "Posted as soon as you confirm", "To 2 stores Kingston, Leeds")
	w.see("form", "For every network", "I know who painted the owl. Ask me!", "For LinkedIn", "(the partner's own link)")
	var alt []string
	await(s.T, "the picture in the preview", func() error { return w.look(&alt, "pictures", "form") })
	w.shoot("drop-preview")
	w.press("Post now", "form")
	w.gone("form")
	w.see("newest", storyTitle+" is on its way to 2 stores.", "Only visible to you")
}

func (s *story) posted() {
	w := s.sofia
	for _, store := range []string{"kingston", "leeds"} {
		w.visit(store)
		post := "message: " + storyTitle
		w.see(post, "Every pane was painted by hand", "#WinterWindow", "Share it", "Leaderboard")
		var alt []string
		await(s.T, "the picture in "+store, func() error { return w.look(&alt, "pictures", post) })
		if n := w.count(storyTitle); n != 1 {
			s.Errorf("#%s has the post %d times", store, n)
		}
	}
	for _, other := range []string{"oxford-street", "glasgow", "cardiff", "exeter"} {
		w.visit(other)
		w.see("page", demoTitle)
		w.seeNot(".log", storyTitle)
	}
	w.visit("general")
	w.seeNot(".log", storyTitle)
}

// scheduled posts to the stores of a region between one and two hours from now.
func (s *story) scheduled() {
	const title = "Sunday in the North"
	w := s.sofia
	at := w.now().Truncate(time.Hour).Add(2 * time.Hour)
	s.schedule(title, "North", at)
	w.see("newest", title+" will be posted to 2 stores at")
	w.visit("glasgow")
	w.seeNot(".log", title)

	w.moveClock("To the next hour")
	for w.now().Before(at) {
		w.seeNot(".log", title)
		w.moveClock("To the next hour")
	}
	w.see(".log", title)
	w.visit("leeds")
	w.see(".log", title)
	w.visit("cardiff")
	w.seeNot(".log", title)
}

// schedule plans a campaign for the channels of a region or a store.
func (s *story) schedule(title, where string, at time.Time) {
	s.Helper()
	w := s.sofia
	w.visit("head-office")
	w.send("/drop campaign")
	w.campaign(title, "Open until six.", "#NorthernSunday", "See you on Sunday.")
	w.press("All 7 stores", "field: Stores")
	w.press(where, "field: Stores")
	w.fillMoment("Post at", at)
	w.press("Preview", "form")
	w.see("form", "This is what stores will see:", at.Format("15:04"))
	w.press("Schedule", "form")
	w.gone("form")
}

// live watches a window in which nobody does anything.
func (s *story) live() {
	tom := s.desktop("U0TOM", "general")
	tom.see("page", "This is the very beginning of #general")
	if _, err := evaluate[bool](tom, `window.notReloaded = true`); err != nil {
		s.Fatal(err)
	}
	s.sofia.visit("general")
	s.sofia.send("Good morning!")
	s.sofia.send("The window is open.") // while the first one is on its way
	tom.see(".log", "Sofia Marsh", "Good morning!")
	tom.see("newest", "The window is open.")
	if same, err := evaluate[bool](tom, `window.notReloaded === true`); err != nil || !same {
		s.Errorf("the page was loaded again: %v", err)
	}
}

func (s *story) help() {
	s.sofia.visit("general")
	s.sofia.ask("/clarion help", "What you can do here", "/drop campaign", "/report stores", "/store link", "/points why")
	s.amira.visit("general")
	s.amira.ask("/clarion help", "What you can do here", "/leaderboard", "/points why")
	s.amira.seeNot("newest", "/drop", "/report", "/store link")
	s.amira.ask("/drop campaign", "Only the social team may do that.", "Only visible to you")
	s.amira.gone("form")
	s.amira.ask("/clarion nonsense", "I don't know “/clarion nonsense”.")
}

// onPhone reads the post, shares and copies, on a screen of 375 by 812.
func (s *story) onPhone() {
	w := s.phone("U0TOM", "kingston")
	w.see("message: "+storyTitle, "Every pane was painted by hand", "so far", "came by their links", "Kingston leads with")
	w.shoot("phone-post")
	var wide []string
	if err := w.look(&wide, "sideways"); err != nil || len(wide) > 0 {
		s.Errorf("these reach beyond the right edge: %v %v", wide, err)
	}
	w.press("Share it", "message: "+storyTitle)
	w.see("form", "Choose your words", "Facebook", "WhatsApp")
	if blocks := w.copyable("form"); len(blocks) < 2 {
		s.Errorf("captions to copy: %q", blocks)
	}
	w.shoot("phone-share")
	page := s.open(w.pressOpening("Open this on your phone", "/s/").String(), true, customerAgent)
	page.see("page", storyTitle, "Facebook")
	page.shoot("phone-page")
	w.press("Done", "form")
	w.gone("form")
	w.visit("leeds")
	w.become("Ben Ward")
	w.see("message: "+storyTitle, "Share it")
}
