package commands

import (
	"cmp"
	"fmt"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// preview shows the post as stores will see it, with what is not on it below.
func (d *drops) preview(made draft, stores []clarion.Store) *chat.Form {
	c := made.Campaign
	reached, without := reach(made.Drop, stores)
	submit, when := "Post now", chat.Say("As soon as you confirm")
	if !made.Now {
		submit, when = "Schedule", chat.Text{}.At(made.Drop.At, d.Location)
	}
	labels := make([]string, 0, len(c.Networks))
	for _, n := range c.Networks {
		labels = append(labels, n.Label())
	}
	parts := append([]chat.Part{chat.Note(chat.Say("This is what stores will see:"))}, postBody(c)...)
	parts = append(parts, chat.Line{}, chat.Facts{
		{Label: "Posted", Value: when},
		{Label: "Can be shared until", Value: chat.Text{}.At(c.Ends, d.Location)},
		{Label: "To " + chat.Count(len(reached), "store"), Value: chat.Say(names(reached, 20))},
		{Label: "Networks", Value: chat.Say(strings.Join(labels, ", "))},
		{Label: "Disclosure", Value: chat.Say(cmp.Or(c.Disclosure, "none but the hashtag"))},
		{Label: "Name in web statistics", Value: chat.Say(cmp.Or(c.UTM, clarion.Slug(c.Title), "none"))},
	})
	if len(without) > 0 {
		parts = append(parts, chat.Paragraphs(chat.Strong("Not reached: ").Say(names(without, 20)+" — no channel is linked. Type ").
			Code("/store link").Say(" in the store's channel first to reach them too.")))
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
	return &chat.Form{
		Action: actionDropConfirm, State: string(c.ID), Title: "Preview", Submit: submit, Close: "Back", Parts: parts,
	}
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
