package commands

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// preview shows the post as stores will see it, and says in plain words what happens when. Before is the campaign
// that the draft changes; zero for a new one.
func (d *drops) preview(made draft, before plan, stores []clarion.Store, at time.Time) *chat.Form {
	c := made.Campaign
	parts := append([]chat.Part{chat.Note(chat.Say("This is what stores will see:"))}, postBody(c)...)
	if made.teases(at) {
		parts[0] = chat.Note(chat.Say("This is what stores will see when it opens. Before that the picture and the link are left out."))
	}
	parts = append(parts, chat.Line{})
	reached, without := reach(made.Drop, stores)
	var posted chat.Text
	switch {
	case before.queued():
		if yes := made.awaits(); yes != "" {
			posted = chat.Say("It is passed over in its topic until " + yes + " has said yes.")
		}
	case made.Phase == unposted:
		posted = d.willPost(made, at)
	default:
		posted = d.hasPosted(before, at)
		parts = append(parts, chat.Paragraphs(chat.Strong("Every post of it changes when you save.")))
		if added := made.added(before, stores); len(added) > 0 {
			parts = append(parts, chat.Paragraphs(chat.Strong("Posted besides to "+chat.Count(len(added), "store")+": ").Say(names(added, 20))))
		}
	}
	submit := "Save"
	switch {
	case made.awaits() != "":
		submit = "Ask for a yes"
	case before.campaign.ID == "" && before.queued():
		submit = "Add to the queue"
	case made.Now:
		submit = "Post now"
	case before.campaign.ID == "":
		submit = "Schedule"
	}
	labels := make([]string, 0, len(c.Networks))
	for _, n := range c.Networks {
		labels = append(labels, n.Label())
	}
	parts = append(parts, chat.Paragraphs(d.times(c, posted, made.begins(at))), chat.Facts{
		{Label: "To " + chat.Count(len(reached), "store"), Value: chat.Say(names(reached, 20))},
		{Label: "Networks", Value: chat.Say(strings.Join(labels, ", "))},
		{Label: "Disclosure", Value: chat.Say(cmp.Or(c.Disclosure, "none but the hashtag"))},
		{Label: "Name in web statistics", Value: chat.Say(cmp.Or(c.UTM, clarion.Slug(c.Title), "none"))},
	})
	if len(without) > 0 {
		parts = append(parts, chat.Paragraphs(chat.Strong("Not reached: ").Say(names(without, 20)+" — no channel is linked. Type ").
			Command("/store link").Say(" in the store's channel first to reach them too.")))
	}
	parts = append(parts, chat.Line{}, chat.Paragraphs(chat.Strong("Captions, as partners get them")),
		chat.Note(chat.Say("Bold is what stands in every caption, whatever a partner changes.")))
	for _, caption := range c.Captions {
		label, n := "For every network", clarion.Copy
		if caption.Network != "" {
			label, n = "For "+caption.Network.Label(), caption.Network
		}
		parts = append(parts, chat.Note(chat.Say(label)), chat.Paragraphs(apart(c, n, caption.Text).Line().Italic("(the partner's own link)")))
	}
	return &chat.Form{Title: "Preview", Submit: submit, Close: "Back", Parts: parts}
}

// begins returns when the draft is first seen by stores, from a time on.
func (made draft) begins(at time.Time) time.Time {
	if made.Phase == unposted && made.Drop.At.After(at) {
		return made.Drop.At
	}
	return at
}

// teases says whether stores see a teaser of the draft first.
func (made draft) teases(at time.Time) bool { return made.Campaign.Opens.After(made.begins(at)) }

// added returns the stores that a change of a posted campaign brings it to: those that were not among its own, and
// those that could not be reached when it went out.
func (made draft) added(before plan, stores []clarion.Store) []clarion.Store {
	reached, _ := reach(made.Drop, stores)
	return slices.DeleteFunc(reached, func(s clarion.Store) bool {
		return slices.Contains(before.drop.Stores, s.ID) &&
			slices.ContainsFunc(before.posts, func(d clarion.Delivery) bool { return d.Store == s.ID })
	})
}

// apart writes a caption as it is posted, with the fixed words at its end in bold.
func apart(c clarion.Campaign, n clarion.Network, caption string) chat.Text {
	words := c.Words(n, caption)
	for _, fixed := range []string{c.Fixed(), c.Hashtag, c.Disclosure} {
		if body, ok := strings.CutSuffix(words, fixed); ok && fixed != "" {
			return chat.Say(body).Bold(fixed)
		}
	}
	return chat.Say(words)
}

// reach tells apart the stores of a drop that have a channel and those that have none.
func reach(d clarion.Drop, stores []clarion.Store) (with, without []clarion.Store) {
	for _, s := range (clarion.Audience{Stores: d.Stores}).Choose(stores) {
		if len(s.Channels) > 0 {
			with = append(with, s)
		} else {
			without = append(without, s)
		}
	}
	return with, without
}

// names lists stores, and only counts those after the first most.
func names(stores []clarion.Store, most int) string {
	var list []string
	for i, s := range stores {
		if i == most {
			list = append(list, fmt.Sprintf("and %d more", len(stores)-most))
			break
		}
		list = append(list, s.Name)
	}
	return strings.Join(list, ", ")
}
