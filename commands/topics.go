package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/schedule"
	"github.com/clarion-bot/clarion/storage"
)

const (
	actionTopicPause  = "topic.pause"  // a press that lets nothing of a topic, its value, go out
	actionTopicResume = "topic.resume" // a press that ends that
	actionTopicDelete = "topic.delete" // a press that deletes a topic, its value
)

// Feeds reads feeds from the internet, within bounds of time and size.
type Feeds interface {
	// Read returns the feed at an address. Known is the version of an earlier read, or its zero value. The error is
	// a *clarion.InvalidError, with a sentence for whoever gave the address.
	Read(ctx context.Context, address string, known clarion.FeedVersion) (clarion.Feed, error)
}

// topics lets the social team look after topics, their queues, and what their feeds suggest.
type topics struct {
	Config
	drops *drops
}

// list answers /drop topics.
func (t *topics) list(ctx context.Context, r Request) (Reply, error) {
	m, err := t.page(ctx, r, nil)
	return Reply{Message: m}, err
}

// answer draws the list anew, below something to say.
func (t *topics) answer(ctx context.Context, r Request, say chat.Text) (Reply, error) {
	m, err := t.page(ctx, r, say)
	return Reply{Message: m, Replace: true}, err
}

func (t *topics) page(ctx context.Context, r Request, say chat.Text) (*chat.Message, error) {
	list, err := r.Workspace.Topics(ctx)
	if err != nil {
		return nil, err
	}
	states, err := r.Workspace.TopicStates(ctx, list)
	if err != nil {
		return nil, err
	}
	var parts []chat.Part
	if say != nil {
		parts = append(parts, chat.Paragraphs(say), chat.Line{})
	}
	create := chat.Controls{chat.Button{Label: "New topic", Action: actionTopicNew, Look: chat.Primary}}
	if len(list) == 0 {
		text := chat.Say("There are no topics yet. A topic is a queue of campaigns that goes out by a schedule, one at each time: products on weekdays, events on Mondays.")
		return &chat.Message{Summary: text.String(), Parts: append(parts, chat.Paragraphs(text), create)}, nil
	}
	parts = append(parts, chat.Heading("Topics"), create)
	for i, topic := range list {
		parts = append(parts, chat.Paragraphs(t.entry(topic, states[i], r.At)), topicControls(topic, states[i]))
	}
	return &chat.Message{Summary: "Topics", Parts: parts}, nil
}

// entry says how a topic stands.
func (t *topics) entry(topic clarion.Topic, s storage.TopicState, at time.Time) chat.Text {
	text := chat.Strong(topic.Name).Say(" · " + topic.Schedule).Line()
	switch next := t.next(topic, at); {
	case topic.Paused:
		text = text.Say("Paused: nothing of it goes out, and its feed is not read.")
	case s.Waiting == 0:
		text = text.Say("Nothing waits for its next time, ").At(next, t.Location).Say(".")
	default:
		text = text.Say("Next at ").At(next, t.Location).Sayf(". %s.", waitCount(s.Waiting, "campaign"))
	}
	if topic.Paused && s.Waiting > 0 {
		text = text.Sayf(" %s.", waitCount(s.Waiting, "campaign"))
	}
	if topic.Feed != "" {
		text = text.Line().Add(t.feedLine(topic, s))
	}
	return text
}

// waitCount writes "1 campaign waits", "3 campaigns wait".
func waitCount(n int, noun string) string {
	if n == 1 {
		return chat.Count(n, noun) + " waits"
	}
	return chat.Count(n, noun) + " wait"
}

// feedLine says what came of a topic's feed.
func (t *topics) feedLine(topic clarion.Topic, s storage.TopicState) chat.Text {
	f := s.Feed
	name := shortened(f.Title, 60)
	if name == "" {
		name = shortened(topic.Feed, 60)
	}
	text := chat.Say("Feed: ").Link(topic.Feed, name)
	switch {
	case f.Failure != "":
		text = text.Say(". ⚠ It cannot be read since ").At(f.Since, t.Location).Say(": " + f.Failure)
	case topic.Paused:
		text = text.Say(".")
	case f.At.IsZero():
		text = text.Say(", not read yet.")
	default:
		text = text.Say(", read at ").At(f.At, t.Location).Say(".")
	}
	if s.Suggestions > 0 {
		text = text.Sayf(" %s for you to decide.", waitCount(s.Suggestions, "suggestion"))
	}
	switch {
	case f.Left == 0:
	case topic.Auto && s.Waiting >= clarion.MaxQueue:
		text = text.Sayf(" %s in the feed until the queue has room.", waitCount(f.Left, "new item"))
	case !topic.Auto && s.Suggestions >= clarion.MaxSuggestions:
		text = text.Sayf(" %s in the feed until you have decided on some of these.", waitCount(f.Left, "new item"))
	default:
		text = text.Sayf(" %s in the feed for the next readings.", waitCount(f.Left, "new item"))
	}
	return text
}

// next returns when a topic has its next turn.
func (t *topics) next(topic clarion.Topic, at time.Time) time.Time {
	times, err := schedule.Parse(topic.Schedule)
	if err != nil {
		return time.Time{} // it was read when the topic was stored
	}
	return times.Next(at, t.Location)
}

func topicControls(topic clarion.Topic, s storage.TopicState) chat.Controls {
	id := string(topic.ID)
	pause := chat.Button{Label: "Pause", Action: actionTopicPause, Value: id, InPlace: true}
	if topic.Paused {
		pause = chat.Button{Label: "Resume", Action: actionTopicResume, Value: id, InPlace: true}
	}
	controls := chat.Controls{
		chat.Button{Label: "Add campaign", Action: actionTopicAdd, Value: id},
		chat.Button{Label: "Queue", Action: actionTopicQueue, Value: queuePlace{topic: topic.ID}.String()},
	}
	if s.Suggestions > 0 {
		controls = append(controls, chat.Button{Label: "Suggestions", Action: actionSuggestions, Value: id})
	}
	waiting := "Nothing waits in it."
	if s.Waiting > 0 {
		waiting = "What waits in it is cancelled: " + chat.Count(s.Waiting, "campaign") + "."
	}
	return append(controls, chat.Button{Label: "Edit", Action: actionTopicEdit, Value: id}, pause, chat.Button{
		Label: "Delete", Action: actionTopicDelete, Value: id, Look: chat.Danger, InPlace: true, Confirm: &chat.Confirm{
			Title: "Delete this topic?", Text: waiting + " What has gone out stays as it is.", Yes: "Delete topic", No: "Keep it",
		},
	})
}

// pause answers a press on Pause.
func (t *topics) pause(ctx context.Context, r Request) (Reply, error) {
	return t.set(ctx, r, func(topic *clarion.Topic) chat.Text {
		if topic.Paused {
			return nil
		}
		topic.Paused = true
		return chat.Strong(topic.Name).Say(" is paused: nothing of it goes out until you resume it.")
	})
}

// resume answers a press on Resume. What was due during the pause is not made up for.
func (t *topics) resume(ctx context.Context, r Request) (Reply, error) {
	return t.set(ctx, r, func(topic *clarion.Topic) chat.Text {
		if !topic.Paused {
			return nil
		}
		topic.Paused, topic.Since = false, r.At
		return chat.Strong(topic.Name).Say(" goes on, next at ").At(t.next(*topic, r.At), t.Location).Say(".")
	})
}

// set changes a topic, whatever others make of it at the same moment. To returns nil when it is so already.
func (t *topics) set(ctx context.Context, r Request, to func(*clarion.Topic) chat.Text) (Reply, error) {
	for range changeTries {
		topic, err := r.Workspace.Topic(ctx, clarion.TopicID(r.Value))
		if errors.Is(err, clarion.ErrNotFound) {
			return t.answer(ctx, r, topicGone)
		}
		if err != nil {
			return Reply{}, err
		}
		say := to(&topic)
		if say == nil {
			return t.answer(ctx, r, nil)
		}
		topic.Revision++
		err = r.Workspace.ReviseTopic(ctx, topic)
		if errors.Is(err, storage.ErrRevised) {
			continue
		}
		if err != nil {
			return Reply{}, err
		}
		return t.answer(ctx, r, say)
	}
	return t.answer(ctx, r, topicBusy)
}

var (
	topicGone = chat.Say("This topic is not there any more: somebody has deleted it.")
	topicBusy = chat.Say("Others are changing this topic at the same moment, so nothing was changed. Please try again.")
)

// deleted answers a press on Delete, which was asked about. What waits in the topic is cancelled in the same step.
func (t *topics) deleted(ctx context.Context, r Request) (Reply, error) {
	id := clarion.TopicID(r.Value)
	topic, err := r.Workspace.Topic(ctx, id)
	for range changeTries {
		if err != nil {
			break
		}
		var waiting []clarion.Campaign
		if waiting, err = r.Workspace.Queue(ctx, id); err != nil {
			break
		}
		for i, c := range waiting {
			waiting[i] = c.Revised(r.Person.Identity(), r.At)
			waiting[i].Cancelled = r.At
		}
		err = r.Workspace.DeleteTopic(ctx, id, waiting)
		if err == nil {
			text := chat.Strong(topic.Name).Say(" is deleted.")
			if len(waiting) > 0 {
				text = text.Sayf(" Cancelled: %s.", titles(waiting, 5))
			}
			return t.answer(ctx, r, text)
		}
		if errors.Is(err, storage.ErrRevised) {
			err = nil // something was added, or went out
		}
	}
	switch {
	case errors.Is(err, clarion.ErrNotFound):
		return t.answer(ctx, r, topicGone)
	case err != nil:
		return Reply{}, err
	}
	return t.answer(ctx, r, topicBusy)
}

// titles lists campaigns, and only counts those after the first most.
func titles(campaigns []clarion.Campaign, most int) string {
	list := make([]string, 0, most+1)
	for i, c := range campaigns {
		if i == most {
			list = append(list, fmt.Sprintf("and %d more", len(campaigns)-most))
			break
		}
		list = append(list, "“"+shortened(c.Title, 60)+"”")
	}
	return strings.Join(list, ", ")
}
