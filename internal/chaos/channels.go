package main

import (
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/rehearsal"
)

// channels are the stores' channels in Slack, as they stand in the end.
type channels struct {
	all        []rehearsal.Post
	byDelivery map[string][]rehearsal.Post
	byChannel  map[string][]rehearsal.Post
}

func newChannels(posts []rehearsal.Post) *channels {
	c := &channels{all: posts, byDelivery: map[string][]rehearsal.Post{}, byChannel: map[string][]rehearsal.Post{}}
	for _, p := range posts {
		if p.Delivery != "" {
			c.byDelivery[p.Delivery] = append(c.byDelivery[p.Delivery], p)
		}
		c.byChannel[p.Channel] = append(c.byChannel[p.Channel], p)
	}
	return c
}

// saying counts the posts in a channel that have words in their text.
func (c *channels) saying(channel, words string) (n int) {
	for _, p := range c.byChannel[channel] {
		if strings.Contains(p.Text, words) {
			n++
		}
	}
	return n
}

// when lists posts by what the logs call them, and by when Slack took them.
func when(posts []rehearsal.Post) string {
	var all []string
	for _, p := range posts {
		all = append(all, "post "+p.TS+" at "+p.At.Format("15:04:05.000"))
	}
	return strings.Join(all, ", ")
}

// checkPosts holds that every channel in Slack has each campaign's post once: by the delivery's id, in that channel, and by its text.
func (c *channels) checkPosts(v *verdict, a *agenda) {
	titles := map[clarion.CampaignID]string{}
	for _, campaign := range a.campaigns {
		titles[campaign.ID] = campaign.Title
	}
	for _, d := range on(clarion.Slack, a.posts) {
		byID, byText := len(c.byDelivery[d.ID]), c.saying(d.Channel.ID, titles[d.Campaign])
		for _, p := range c.byDelivery[d.ID] {
			if p.Channel != d.Channel.ID {
				v.find("delivery %s stands in channel %s, and belongs into %s", d.ID, p.Channel, d.Channel.ID)
			}
		}
		switch {
		case byID == 0 || byText == 0:
			v.missing++
			v.find("missing: %s: %d posts by the id, %d by the text", d.ID, byID, byText)
			continue
		case byID > 1 || byText > 1:
			v.doubled += max(byID, byText) - 1
			v.find("doubled: %s: %d posts by the id, %d by the text; %s", d.ID, byID, byText, when(c.byDelivery[d.ID]))
		}
		v.posts++
	}
}

// won is what every announcement of winners says.
const won = " won the week"

// checkAnnouncements holds that every channel in Slack has each week's announcement once, that each says who won, and that nothing else
// does.
func (c *channels) checkAnnouncements(v *verdict, a *agenda) {
	doubled, stand := map[string]int{}, map[string]int{} // by channel
	for _, w := range a.weeks {
		for _, d := range on(clarion.Slack, a.announcements(w)) {
			n := len(c.byDelivery[d.ID])
			stand[d.Channel.ID] += n
			switch {
			case n == 0:
				v.missing++
				v.find("missing: %s", d.ID)
			case n > 1:
				doubled[d.Channel.ID] += n - 1
				v.find("doubled: %s: %d announcements; %s", d.ID, n, when(c.byDelivery[d.ID]))
			}
		}
	}
	for _, s := range a.stores {
		if s.Channels[0].Platform != clarion.Slack {
			continue
		}
		channel := s.Channels[0].ID
		say := c.saying(channel, won)
		if n := say - max(stand[channel], len(a.weeks)); n > 0 {
			v.find("doubled: channel %s has %d announcements too many by their texts", channel, n)
			doubled[channel] += n
		}
		if n := stand[channel] - say; n > 0 {
			v.find("channel %s has %d announcements that do not say who won", channel, n)
		}
		v.announcementsDoubled += doubled[channel]
	}
}

// checkOthers holds that whatever else Clarion has delivered stands there once, and that nothing stands there that could not be
// found again by its id.
func (c *channels) checkOthers(v *verdict, a *agenda) {
	known := map[string]bool{}
	for _, d := range a.all() {
		known[d.ID] = true
	}
	for id, posts := range c.byDelivery {
		if n := len(posts); n > 1 && !known[id] {
			v.doubled += n - 1
			v.find("doubled: %s: %d posts; %s", id, n, when(posts))
		}
	}
	for _, p := range c.all {
		if p.Delivery == "" {
			v.find("a message without a delivery's id stands in %s: %s", p.Channel, p.Text)
		}
	}
}
