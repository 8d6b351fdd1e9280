package commands

import (
	"cmp"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// preview says how a topic was understood.
func (t *topics) preview(made topicDraft, found feedFound, stores []clarion.Store, at time.Time) *chat.Form {
	topic := made.Topic
	reached, without := reach(dropFor(topic, stores), stores)
	labels := make([]string, 0, len(topic.Networks))
	for _, n := range topic.Networks {
		labels = append(labels, n.Label())
	}
	parts := []chat.Part{chat.Heading(topic.Name), chat.Paragraphs(t.comes(topic, at))}
	if topic.Paused {
		parts = append(parts, chat.Paragraphs(chat.Say("It is paused now, and stays so until you resume it.")))
	}
	parts = append(parts, chat.Facts{
		{Label: "Each can be shared for", Value: chat.Say(chat.Count(topic.Days, "day"))},
		{Label: "To " + chat.Count(len(reached), "store"), Value: chat.Say(names(reached, 20))},
		{Label: "Hashtag", Value: chat.Say(topic.Hashtag)},
		{Label: "Disclosure", Value: chat.Say(cmp.Or(topic.Disclosure, "none but the hashtag"))},
		{Label: "Networks", Value: chat.Say(strings.Join(labels, ", "))},
	})
	if len(without) > 0 {
		parts = append(parts, chat.Paragraphs(chat.Strong("Not reached: ").Say(names(without, 20)+" — no channel is linked. Type ").
			Command("/store link").Say(" in the store's channel to reach them too.")))
	}
	if topic.Feed != "" {
		parts = append(parts, chat.Line{}, chat.Paragraphs(foundText(topic, found)))
	}
	return &chat.Form{Title: "Preview", Submit: "Save", Close: "Back", Parts: parts}
}

// dropFor is a drop of the topic, without a campaign.
func dropFor(topic clarion.Topic, stores []clarion.Store) clarion.Drop {
	var d clarion.Drop
	for _, s := range topic.Audience.Choose(stores) {
		d.Stores = append(d.Stores, s.ID)
	}
	return d
}

// previewedTurns is how many of a topic's next times a preview has.
const previewedTurns = 3

// comes says when a topic goes out: in words, and the next times.
func (t *topics) comes(topic clarion.Topic, at time.Time) chat.Text {
	text := chat.Say("One campaign of its queue goes out ").Bold(topic.Schedule).Say(". The next times:")
	for range previewedTurns {
		at = t.next(topic, at)
		text = text.Line().Say("• ").At(at, t.Location)
	}
	return text
}

// foundText says what was found at the address of a feed, and what becomes of it.
func foundText(topic clarion.Topic, found feedFound) chat.Text {
	if found.slow {
		return chat.Strong("Its feed ").Say("takes longer to answer than this form can wait. It is read when you have saved the topic, and ").
			Command("/drop topics").Say(" says what came of it.")
	}
	if found.wrong != "" {
		return chat.Strong("⚠ Its feed ").Say("could not be read now. It is tried again twice an hour, and ").
			Command("/drop topics").Say(" says what came of it.")
	}
	text := chat.Say("Its feed is ").Link(topic.Feed, shortened(cmp.Or(found.feed.Title, topic.Feed), 60)).
		Sayf(", with %s.", chat.Count(len(found.feed.Items), "item"))
	becomes := "suggested to the social team"
	if topic.Auto {
		becomes = "put into the queue by itself"
	}
	if len(found.feed.Items) > 0 && !found.known {
		text = text.Say(" The newest of them, ").Bold(shortened(found.feed.Items[0].Title, 120)).Say(", is " + becomes + ", and so is what comes from now on.")
	} else {
		text = text.Say(" What comes from now on is " + becomes + ".")
	}
	return text
}
