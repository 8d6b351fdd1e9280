package commands

import (
	"context"
	"errors"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// noTopic is the value of a campaign's topic that has none.
const noTopic = "-"

// topicOptions offers the topics, and none where the form has the campaign's own times.
func (f dropForm) topicOptions() []chat.Option {
	var options []chat.Option
	if !f.queued {
		options = append(options, chat.Option{Value: noTopic, Label: "None: it goes out by itself"})
	}
	for _, t := range f.topics {
		options = append(options, chat.Option{Value: string(t.ID), Label: t.Name})
	}
	return options
}

func readTopic(f chat.Values) clarion.TopicID {
	if id := f.Text("topic"); id != noTopic {
		return clarion.TopicID(id)
	}
	return ""
}

// before is what a new campaign is taken to have been: nothing, or one that waits in its topic.
func (made draft) before() plan { return plan{campaign: clarion.Campaign{Topic: made.Campaign.Topic}} }

// checkTopic says what is wrong with the topic that was chosen, and with times beside it.
func (d *drops) checkTopic(ctx context.Context, r Request, id clarion.TopicID, wrong map[string]string) error {
	if id == "" {
		return nil
	}
	for _, name := range []string{"at", "opens", "public"} {
		if !r.Form.Moment(name).IsZero() {
			wrong[name] = "It goes out at its turn in the topic: leave this empty, or choose no topic."
		}
	}
	_, err := r.Workspace.Topic(ctx, id)
	if errors.Is(err, clarion.ErrNotFound) {
		wrong["topic"] = "This topic is not there any more: choose another one."
		err = nil
	}
	return err
}

const queueFull = "As many campaigns as can wait in this topic do already. Remove one from its queue, or wait until some have gone out."

// queue plans a campaign that waits in a topic, or says that it does already.
func (d *drops) queue(ctx context.Context, r Request, made draft) (Reply, error) {
	c := made.Campaign
	created := false
	suggestion, inAList := readSuggestionValue(made.Suggestion)
	why, err := unlessTaken(ctx, r, c, clarion.Campaign{}, func(seen storage.Titles) (err error) {
		if suggestion != "" {
			created, err = r.Workspace.PlanSuggestion(ctx, seen, suggestion, c)
		} else {
			created, err = r.Workspace.PlanOn(ctx, seen, c, clarion.Drop{}, nil)
		}
		return err
	})
	switch {
	case why != "":
		return Reply{}, meanwhile("title", why)
	case errors.Is(err, storage.ErrQueueFull):
		return Reply{}, clarion.Invalid("topic", queueFull)
	case errors.Is(err, storage.ErrDecided):
		return Reply{}, clarion.Invalid("title", "Somebody has decided on this suggestion since you opened the form, so nothing was added.")
	case errors.Is(err, clarion.ErrNotFound):
		return Reply{}, clarion.Invalid("topic", "%s", topicGone.String())
	case err != nil:
		return Reply{}, err
	}
	topic, err := r.Workspace.Topic(ctx, c.Topic)
	if err != nil {
		return Reply{}, err
	}
	queue, err := r.Workspace.Queue(ctx, c.Topic)
	if err != nil {
		return Reply{}, err
	}
	text := chat.Strong(c.Title)
	switch n := len(queue); {
	case !created:
		text = text.Say(" was added already; it goes out once.")
	case suggestion != "" && !inAList:
		return done(chat.Text{}.Mention(r.Person).Say(" added ").Bold(c.Title).Say(" to the queue of ").Bold(topic.Name).Say("."))
	case n > 1:
		text = text.Say(" waits in ").Bold(topic.Name).Sayf(", as the %s. One goes out %s.", chat.Ordinal(n), topic.Schedule)
	default:
		text = text.Say(" goes out next in ").Bold(topic.Name).Say(".")
	}
	if yes := made.awaits(); created && yes != "" {
		text = text.Say(" It is passed over until " + yes + " has said yes.")
	}
	return sentence(text)
}
