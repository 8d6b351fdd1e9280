package commands

import (
	"context"
	"errors"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	actionSuggestionAdd     = "suggestion.add"     // a press that queues a suggestion; its value as suggestionValue has it
	actionSuggestionEdit    = "suggestion.edit"    // a press that opens it in the form of a campaign; likewise
	actionSuggestionDismiss = "suggestion.dismiss" // a press that lets it go; likewise
	actionSuggestions       = "suggestions"        // a press that lists the suggestions of a topic, its value
)

// inList marks the value of a press in a list of suggestions, which is drawn anew.
const inList = " list"

func suggestionValue(id clarion.SuggestionID, inAList bool) string {
	if inAList {
		return string(id) + inList
	}
	return string(id)
}

func readSuggestionValue(value string) (id clarion.SuggestionID, inAList bool) {
	s, inAList := strings.CutSuffix(value, inList)
	return clarion.SuggestionID(s), inAList
}

// maxSuggestedText is how much of an item's text is shown with a suggestion, in code points.
const maxSuggestedText = 400

// question asks whether an item of a topic's feed becomes a campaign.
func (t *topics) question(ctx context.Context, w *storage.Workspace, d clarion.Delivery, _ time.Time) (*chat.Message, error) {
	s, err := w.Suggestion(ctx, clarion.SuggestionID(d.Subject))
	if err != nil {
		return nil, err
	}
	topic, err := w.Topic(ctx, s.Topic)
	if err != nil {
		return nil, err
	}
	state, err := w.FeedState(ctx, topic)
	if err != nil {
		return nil, err
	}
	from := shortened(state.Title, 60)
	if from == "" {
		from = "its feed"
	} else {
		from = "“" + from + "”"
	}
	c := topic.Campaign(s.Item, "", s.At)
	parts := []chat.Part{chat.Note(chat.Sayf("New in %s, for %s:", from, topic.Name)), chat.Paragraphs(suggested(c))}
	if c.Image != "" {
		parts = append(parts, chat.Picture{Address: c.Image, Alt: c.ImageAlt})
	}
	return &chat.Message{Summary: "A suggestion for " + topic.Name + ": " + shortened(s.Item.Title, 120), Parts: append(parts, suggestionControls(s, false))}, nil
}

// suggested describes the campaign that an item would be.
func suggested(c clarion.Campaign) chat.Text {
	text := chat.Text{}.Link(c.Target, c.Title)
	if c.Text != c.Title {
		text = text.Line().Say(shortened(c.Text, maxSuggestedText))
	}
	return text
}

func suggestionControls(s clarion.Suggestion, inAList bool) chat.Controls {
	value := suggestionValue(s.ID(), inAList)
	look := chat.Primary
	if inAList {
		look = chat.Ordinary
	}
	return chat.Controls{
		chat.Button{Label: "Add to the queue", Action: actionSuggestionAdd, Value: value, Look: look, InPlace: !inAList},
		chat.Button{Label: "Edit first", Action: actionSuggestionEdit, Value: value},
		chat.Button{Label: "Dismiss", Action: actionSuggestionDismiss, Value: value, InPlace: !inAList},
	}
}

// shownSuggestions is how many suggestions are listed at once: each takes two of a form's blocks.
const shownSuggestions = clarion.MaxSuggestions

// suggestions lists what waits to be decided on in a topic.
func (t *topics) suggestions(ctx context.Context, r Request) (Reply, error) {
	return t.showSuggestions(ctx, r, clarion.TopicID(r.Value), nil)
}

func (t *topics) showSuggestions(ctx context.Context, r Request, id clarion.TopicID, say chat.Text) (Reply, error) {
	form := &chat.Form{Title: "Suggestions", Close: "Close"}
	topic, err := r.Workspace.Topic(ctx, id)
	if errors.Is(err, clarion.ErrNotFound) {
		form.Parts = []chat.Part{chat.Paragraphs(topicGone)}
		return Reply{Form: form}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	list, err := r.Workspace.Suggestions(ctx, id)
	if err != nil {
		return Reply{}, err
	}
	if say != nil {
		form.Parts = append(form.Parts, chat.Paragraphs(say), chat.Line{})
	}
	form.Parts = append(form.Parts, chat.Heading(topic.Name))
	if len(list) == 0 {
		form.Parts = append(form.Parts, chat.Paragraphs(chat.Say("Nothing waits to be decided on.")))
	}
	for _, s := range list[:min(len(list), shownSuggestions)] {
		// Without its picture: Slack opens no list in which there is one that it cannot download.
		form.Parts = append(form.Parts, chat.Paragraphs(suggested(topic.Campaign(s.Item, "", s.At))), suggestionControls(s, true))
	}
	return Reply{Form: form}, nil
}

// accept answers a press on Add to the queue.
func (t *topics) accept(ctx context.Context, r Request) (Reply, error) {
	id, inAList := readSuggestionValue(r.Value)
	s, topic, err := suggestionOf(ctx, r, id)
	if err != nil {
		return t.suggestionError(ctx, r, err)
	}
	c := topic.Campaign(s.Item, clarion.CampaignID(t.NewID()), r.At)
	c.CreatedBy = r.Person.Identity()
	why, err := unlessTaken(ctx, r, c, clarion.Campaign{}, func(seen storage.Titles) error {
		_, err := r.Workspace.PlanSuggestion(ctx, seen, id, c)
		return err
	})
	switch {
	case err != nil:
		return t.suggestionError(ctx, r, err)
	case why != "":
		return t.decided(ctx, r, chat.Say(why+" Press Edit first to give it another title."), false)
	}
	text := chat.Text{}.Mention(r.Person).Say(" added ").Bold(c.Title).Say(" to the queue of ").Bold(topic.Name)
	if inAList {
		text = chat.Strong(c.Title).Say(" is in the queue now")
	}
	queue, err := r.Workspace.Queue(ctx, topic.ID)
	if err != nil {
		return Reply{}, err
	}
	if n := len(queue); n > 1 {
		text = text.Sayf(", as the %s", chat.Ordinal(n))
	}
	return t.decided(ctx, r, text.Say("."), true)
}

// dismiss answers a press on Dismiss.
func (t *topics) dismiss(ctx context.Context, r Request) (Reply, error) {
	id, inAList := readSuggestionValue(r.Value)
	s, topic, err := suggestionOf(ctx, r, id)
	if err == nil {
		err = r.Workspace.Dismiss(ctx, id)
	}
	if err != nil {
		return t.suggestionError(ctx, r, err)
	}
	title := topic.Campaign(s.Item, "", s.At).Title
	text := chat.Text{}.Mention(r.Person).Say(" dismissed ").Bold(title).Say(".")
	if inAList {
		text = chat.Strong(title).Say(" is dismissed.")
	}
	return t.decided(ctx, r, text, true)
}

// editFirst opens a suggestion in the form of a campaign. It waits until that is confirmed.
func (t *topics) editFirst(ctx context.Context, r Request) (Reply, error) {
	id, inAList := readSuggestionValue(r.Value)
	s, topic, err := suggestionOf(ctx, r, id)
	if err != nil {
		return t.suggestionError(ctx, r, err)
	}
	reply, err := t.drops.writingFor(ctx, r, topic, valuesFor(topic, topic.Campaign(s.Item, "suggested", r.At)), r.Value)
	reply.Over = inAList
	return reply, err
}

func suggestionOf(ctx context.Context, r Request, id clarion.SuggestionID) (clarion.Suggestion, clarion.Topic, error) {
	s, err := r.Workspace.Suggestion(ctx, id)
	if err != nil {
		return s, clarion.Topic{}, err
	}
	topic, err := r.Workspace.Topic(ctx, s.Topic)
	return s, topic, err
}

// decided says what came of a press on a suggestion: in the list of them, when the press was there, and else in the
// place of the question, for all, when the question is answered by it.
func (t *topics) decided(ctx context.Context, r Request, text chat.Text, answered bool) (Reply, error) {
	id, inAList := readSuggestionValue(r.Value)
	topic, _ := id.Parts()
	switch {
	case inAList:
		return t.showSuggestions(ctx, r, topic, text)
	case answered:
		return done(text)
	}
	return sentence(text)
}

// suggestionError says why a suggestion could not be decided on.
func (t *topics) suggestionError(ctx context.Context, r Request, err error) (Reply, error) {
	switch {
	case errors.Is(err, storage.ErrDecided):
		return t.decided(ctx, r, chat.Say("This was decided already."), false)
	case errors.Is(err, storage.ErrQueueFull):
		return t.decided(ctx, r, chat.Say(queueFull), false)
	case errors.Is(err, clarion.ErrNotFound):
		return t.decided(ctx, r, topicGone, false)
	}
	return Reply{}, err
}
