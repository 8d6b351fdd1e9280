package commands

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	actionTopicAdd    = "topic.add"    // a press that opens the form of a campaign for a topic, its value
	actionTopicQueue  = "topic.queue"  // a press that shows a topic's queue; its value is a queuePlace
	actionTopicUp     = "topic.up"     // a press there that lets a campaign go out earlier; its value likewise
	actionTopicRemove = "topic.remove" // a press there that cancels a campaign; its value likewise
)

// A queuePlace is a campaign in a topic's queue, on the page that begins at a place, from 0.
type queuePlace struct {
	topic    clarion.TopicID
	from     int
	campaign clarion.CampaignID
}

func (p queuePlace) String() string { return fmt.Sprintf("%s/%d/%s", p.topic, p.from, p.campaign) }

func readQueuePlace(value string) queuePlace {
	topic, rest, _ := strings.Cut(value, "/")
	from, campaign, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(from)
	if err != nil || n < 0 {
		n = 0
	}
	return queuePlace{clarion.TopicID(topic), n, clarion.CampaignID(campaign)}
}

// shownQueue is how many campaigns a page of a queue has.
const shownQueue = 20

// queue shows what waits in a topic.
func (t *topics) queue(ctx context.Context, r Request) (Reply, error) {
	return t.showQueue(ctx, r, readQueuePlace(r.Value), nil)
}

func (t *topics) showQueue(ctx context.Context, r Request, at queuePlace, say chat.Text) (Reply, error) {
	form := &chat.Form{Title: "Queue", Close: "Close"}
	topic, err := r.Workspace.Topic(ctx, at.topic)
	if errors.Is(err, clarion.ErrNotFound) {
		form.Parts = []chat.Part{chat.Paragraphs(topicGone)}
		return Reply{Form: form}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	queue, err := r.Workspace.Queue(ctx, at.topic)
	if err != nil {
		return Reply{}, err
	}
	if say != nil {
		form.Parts = append(form.Parts, chat.Paragraphs(say), chat.Line{})
	}
	form.Parts = append(form.Parts, chat.Heading(topic.Name))
	if len(queue) == 0 {
		form.Parts = append(form.Parts, chat.Paragraphs(chat.Say("Nothing waits in this topic.")))
		return Reply{Form: form}, nil
	}
	form.Parts = append(form.Parts, chat.Note(chat.Sayf("One goes out %s, the first one next.", topic.Schedule)))
	if at.from >= len(queue) {
		at.from = 0
	}
	for i, c := range queue[at.from:min(at.from+shownQueue, len(queue))] {
		text := chat.Sayf("%d. ", at.from+i+1).Bold(c.Title)
		if c.Stage(r.At) == clarion.Unapproved {
			text = text.Say(" · not approved yet: it is passed over until it is")
		}
		form.Parts = append(form.Parts, chat.Paragraphs(text), queueControls(queuePlace{at.topic, at.from, c.ID}, at.from+i == 0))
	}
	var turns chat.Controls
	if at.from > 0 {
		turns = append(turns, chat.Button{Label: "◀ Back", Action: actionTopicQueue, Value: queuePlace{topic: at.topic, from: max(0, at.from-shownQueue)}.String()})
	}
	if left := len(queue) - at.from - shownQueue; left > 0 {
		turns = append(turns, chat.Button{Label: fmt.Sprintf("%d more ▶", left), Action: actionTopicQueue, Value: queuePlace{topic: at.topic, from: at.from + shownQueue}.String()})
	}
	if len(turns) > 0 {
		form.Parts = append(form.Parts, chat.Line{}, turns)
	}
	return Reply{Form: form}, nil
}

func queueControls(at queuePlace, foremost bool) chat.Controls {
	controls := chat.Controls{chat.Button{Label: "Edit", Action: actionDropEdit, Value: string(at.campaign)}}
	if !foremost {
		controls = append(controls, chat.Button{Label: "Move up", Action: actionTopicUp, Value: at.String()})
	}
	return append(controls, chat.Button{
		Label: "Remove", Action: actionTopicRemove, Value: at.String(), Look: chat.Danger, Confirm: &chat.Confirm{
			Title: "Remove this campaign?", Text: "It is cancelled, and does not go out. You can copy it afterwards.", Yes: "Remove", No: "Keep it",
		},
	})
}

// up lets a campaign go out earlier.
func (t *topics) up(ctx context.Context, r Request) (Reply, error) {
	at := readQueuePlace(r.Value)
	err := r.Workspace.MoveUp(ctx, at.topic, at.campaign)
	switch {
	case errors.Is(err, clarion.ErrNotFound):
		return t.showQueue(ctx, r, at, chat.Say("It is not in the queue any more."))
	case err != nil:
		return Reply{}, err
	}
	return t.showQueue(ctx, r, at, nil)
}

// remove cancels a campaign that waits.
func (t *topics) remove(ctx context.Context, r Request) (Reply, error) {
	at := readQueuePlace(r.Value)
	was, why, err := change(ctx, r, at.campaign, func(p plan) (storage.Revision, chat.Text) {
		if !p.queued() || !p.campaign.Cancelled.IsZero() {
			return storage.Revision{}, chat.Strong(p.campaign.Title).Say(" is not in the queue any more.")
		}
		c := p.campaign.Revised(r.Person.Identity(), r.At)
		c.Cancelled = r.At
		return storage.Revision{Campaign: c, Withdraw: true}, nil
	})
	switch {
	case errors.Is(err, storage.ErrRevised):
		why = topicBusy
	case err != nil:
		return Reply{}, err
	case why == nil:
		why = chat.Strong(was.campaign.Title).Say(" is removed and cancelled.")
	}
	return t.showQueue(ctx, r, at, why)
}

// add opens the form of a campaign for a topic.
func (t *topics) add(ctx context.Context, r Request) (Reply, error) {
	topic, err := r.Workspace.Topic(ctx, clarion.TopicID(r.Value))
	if errors.Is(err, clarion.ErrNotFound) {
		return sentence(topicGone)
	}
	if err != nil {
		return Reply{}, err
	}
	return t.drops.writingFor(ctx, r, topic, valuesFor(topic, clarion.Campaign{}), "")
}

// valuesFor is what stands in the form of a campaign that waits in a topic: what the campaign has, or else the topic.
func valuesFor(topic clarion.Topic, c clarion.Campaign) chat.Values {
	if c.ID == "" {
		c = clarion.Campaign{Hashtag: topic.Hashtag, Disclosure: topic.Disclosure, Networks: topic.Networks, Audience: topic.Audience}
	}
	c.Topic = topic.ID
	values := valuesOf(c, clarion.Drop{}, topic.CreatedAt)
	for _, name := range []string{"at", "opens", "public", "ends"} {
		delete(values, name)
	}
	return values
}
