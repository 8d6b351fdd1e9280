package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// confirmed stores the topic. Confirming twice stores it once.
func (t *topics) confirmed(ctx context.Context, r Request) (Reply, error) {
	var made topicDraft
	if err := r.Workspace.Draft(ctx, r.State, &made); err != nil {
		return Reply{}, err
	}
	topic, err := made.Topic, error(nil)
	if made.Times {
		topic.Since = r.At
	}
	if made.New {
		_, err = r.Workspace.AddTopic(ctx, topic)
	} else {
		err = r.Workspace.ReviseTopic(ctx, topic)
	}
	switch {
	case errors.Is(err, storage.ErrNameTaken):
		return Reply{}, clarion.Invalid("name", topicNameTaken)
	case errors.Is(err, storage.ErrTooManyTopics):
		return Reply{}, clarion.Invalid("name", tooManyTopics)
	case errors.Is(err, storage.ErrRevised):
		return t.savedAlready(ctx, r, topic)
	case errors.Is(err, clarion.ErrNotFound):
		return Reply{}, clarion.Invalid("name", "%s", topicGone.String())
	case err != nil:
		return Reply{}, err
	}
	return t.saved(topic, made.New, r.At)
}

// savedAlready tells a second confirmation of one change from a change by somebody else.
func (t *topics) savedAlready(ctx context.Context, r Request, topic clarion.Topic) (Reply, error) {
	is, err := r.Workspace.Topic(ctx, topic.ID)
	if err != nil {
		return Reply{}, err
	}
	topic.Since = is.Since // that of the first confirmation
	stored, errStored := json.Marshal(is)
	wanted, errWanted := json.Marshal(topic)
	if err := errors.Join(errStored, errWanted); err != nil {
		return Reply{}, err
	}
	if !bytes.Equal(stored, wanted) {
		return Reply{}, topicChanged
	}
	return t.saved(topic, false, r.At)
}

func (t *topics) saved(topic clarion.Topic, isNew bool, at time.Time) (Reply, error) {
	text := chat.Strong(topic.Name).Say(" goes out "+topic.Schedule+", next at ").At(t.next(topic, at), t.Location).Say(".")
	if topic.Paused {
		text = chat.Strong(topic.Name).Say(" is saved. It is paused: nothing of it goes out until you resume it.")
	}
	if isNew {
		text = text.Say(" Nothing waits in it yet.")
	}
	m := chat.Simple(text)
	m.Parts = append(m.Parts, chat.Controls{
		chat.Button{Label: "Add campaign", Action: actionTopicAdd, Value: string(topic.ID), Look: chat.Primary},
		chat.Button{Label: "Queue", Action: actionTopicQueue, Value: queuePlace{topic: topic.ID}.String()},
	})
	return private(m)
}
