//go:build browser

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

func (s *story) personalLinks() {
	post := "message: " + storyTitle
	s.amira.press("Share it", post)
	s.amira.see("form", "Share it", "Choose your words, then where to share.", "#WinterWindow", "5 points for the first share to each network")
	s.amira.see("form", "Facebook", "X", "LinkedIn", "WhatsApp", "Instagram", "E-mail", "Copy the link")
	s.amiraLinks = s.amira.links("form")
	s.amira.shoot("share-form")
	s.amira.press("Done", "form")
	s.amira.gone("form")
	// A block has another name once its message is drawn anew, and this press knows the one before.
	if _, err := evaluate[bool](s.amira, `(() => {
	  const button = [...document.querySelectorAll(".message button[data-block-id]")].findLast((b) => b.textContent.trim() === "Share it");
	  button.dataset.blockId += "-before";
	  button.click();
	  return true;
	})()`); err != nil {
		s.Fatal(err)
	}
	if again := s.amira.links("form"); !slices.Equal(again, s.amiraLinks) {
		s.Errorf("Amira's links were %v and are %v", s.amiraLinks, again)
	}

	tom := s.desktop("U0TOM", "kingston")
	tom.press("Share it", post)
	for _, link := range tom.links("form") {
		if slices.Contains(s.amiraLinks, link) {
			s.Errorf("Tom has Amira's link %s", link)
		}
	}
	tom.press("Done", "form")
	tom.gone("form")
}

// captions goes on in Amira's form.
func (s *story) captions() {
	captions := []string{"Painted by hand, and it shows.", "I know who painted the owl. Ask me!"}
	if strings.Contains(s.amira.copyable("form")[0], captions[1]) {
		slices.Reverse(captions) // which one comes first differs from partner to partner
	}
	for _, words := range []string{captions[1], captions[0]} {
		s.words = words
		s.amira.choose(words, "form")
		await(s.T, "the words to copy change", func() error {
			block := s.amira.copyable("form")[0]
			if !strings.Contains(block, words) || !strings.Contains(block, "#WinterWindow") || !strings.Contains(block, s.amiraLinks[0]) {
				return fmt.Errorf("they are %q", block)
			}
			return nil
		})
	}
	if !slices.ContainsFunc(s.amira.copyable("form"), func(block string) bool {
		return strings.Contains(block, "We painted this window ourselves.")
	}) {
		s.Error("LinkedIn's own caption cannot be copied")
	}
}

// network presses X and Facebook in Amira's form. Nobody answers at their composers here, but the browser says
// where the bot sent it.
func (s *story) network() {
	composer := s.amira.pressOpening("X", "https://x.com/")
	if all := composer.Query().Get("text") + " " + composer.Query().Get("url"); !strings.Contains(all, s.words) ||
		!strings.Contains(all, "#WinterWindow") || !strings.Contains(all, s.base+"/l/") {
		s.Errorf("X's composer is filled in with %q", all)
	}
	if again := s.amira.pressOpening("X", "https://x.com/"); *again != *composer {
		s.Errorf("X's button led to %s, and then to %s", composer, again)
	}
	s.amira.press("Done", "form")
	s.amira.gone("form")
	s.total(s.amira, 5)

	s.amira.press("Share it", "message: "+storyTitle)
	if link := s.amira.pressOpening("Facebook", "facebook.com/").Query().Get("u"); !linkShape.MatchString(link) || slices.Contains(s.amiraLinks, link) {
		s.Errorf("Facebook's composer is filled in with %q: want a link of its own", link)
	}
}

func (s *story) copyLink() {
	s.amira.press("Copy the link", "form")
	s.amira.see("form", "To paste anywhere.", "5 points for you.")
	s.link = s.amira.copyable("form")[0]
	s.amira.press("Copy", "form .copyable")
	s.amira.see("form .copyable", "Copied")
	s.amira.press("Back", "form")
	s.amira.see("form", "Choose your words")
	s.amira.press("Copy the link", "form")
	s.amira.see("form", "You have had the points for this one already.")
	s.amira.press("Back", "form")
	s.amira.see("form", "Choose your words")
	s.amira.press("Done", "form")
	s.amira.gone("form")
	if pasted := s.amira.paste(); pasted != s.link {
		s.Errorf("the clipboard has %q, want %s", pasted, s.link)
	}
	s.total(s.amira, 15)
}

// customer opens Amira's link elsewhere, and once more in her own browser.
func (s *story) customer() {
	other := s.open(s.link, true, customerAgent)
	s.arrived(other)
	s.total(s.amira, 16)
	again := s.open(s.link, true, customerAgent)
	s.arrived(again)

	own := &window{stage: s.stage, ctx: s.amira.ctx}
	own.do("open the own link", chromedp.Navigate(s.link))
	s.arrived(own)
	own.do("back to the chat", chromedp.Navigate(s.base+"/?as="+demoPartner+"&in=kingston"))
	await(s.T, "three visits of which one counted", func() error {
		text, err := s.amira.read(s.amira.ask("/points", "Your points"))
		if err == nil && !strings.Contains(text, "Copy the link 3 1") {
			err = errors.New(text)
		}
		return err
	})
	s.total(s.amira, 16)
}

func (s *story) arrived(w *window) {
	s.Helper()
	await(s.T, "the content", func() error {
		at, err := evaluate[string](w, `location.href`)
		if err == nil && !strings.HasPrefix(at, s.base+"/demo/advert?utm_source=") {
			err = fmt.Errorf("at %s", at)
		}
		return err
	})
}

// total waits until a partner's points of this week are so many. A click is counted in the moment after it.
func (s *story) total(w *window, points int) {
	s.Helper()
	await(s.T, fmt.Sprintf("%d points this week", points), func() error {
		text, err := w.read(w.ask("/points", "Your points"))
		if err == nil && !strings.Contains(text, fmt.Sprintf("This week %d points", points)) {
			err = errors.New(text)
		}
		return err
	})
}

func (s *story) points() {
	s.amira.ask("/points why", "What each point was for", "You shared it", "Somebody new came by your link", "+5", "+1", storyTitle,
		"a share is 5 points, once for each campaign and network", "rules version")
	s.amira.ask("/points", "This week in Kingston", "All time", "Your links")
	s.amira.press("What each point was for", "newest")
	s.amira.see("newest", "Somebody new came by your link")
}

// newInChannel: Nia is on no roster.
func (s *story) newInChannel() {
	nia := s.desktop("U0NIA", "cardiff")
	nia.ask("/points", "You have no points yet.")
	nia.press("Share it", "message: "+demoTitle)
	nia.see("form", "Choose your words")
	nia.press("Copy the link", "form")
	nia.see("form", "5 points for you.")
	nia.press("Back", "form")
	nia.see("form", "Choose your words")
	nia.press("Done", "form")
	nia.gone("form")
	nia.ask("/points", "This week in Cardiff 5 points")
}

// newAtHome: Omar is on no roster either, and Home is no store's channel.
func (s *story) newAtHome() {
	omar := s.desktop("U0OMAR", "general")
	omar.visit("Home of Clarion")
	omar.see(".home", "You have no points yet.", demoTitle)
	omar.press("Share it", ".home")
	omar.see("form", "Which store is yours?")
	omar.choose("Exeter", "form")
	omar.press("Continue", "form")
	omar.see("form", "Choose your words")
	omar.press("Copy the link", "form")
	omar.see("form", "5 points for you.")
	omar.press("Back", "form")
	omar.see("form", "Choose your words")
	omar.press("Done", "form")
	omar.gone("form")
	omar.visit("general")
	omar.ask("/points", "This week in Exeter 5 points")
}
