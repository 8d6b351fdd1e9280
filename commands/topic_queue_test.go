package commands

import (
	"fmt"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

func TestAQueueIsShownMovedAndTakenFrom(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(nil)
	for i := range 45 {
		w.waits(topic.ID, fmt.Sprintf("Item %02d", i+1))
	}
	place := queuePlace{topic: topic.ID}
	reply, err := w.pressed("helen", "coffice", actionTopicQueue, place.String())
	says(t, reply, err, "One goes out every weekday at 09:00", "1. Item 01", "20. Item 20", "25 more")
	place.from = 20
	reply, err = w.pressed("helen", "coffice", actionTopicQueue, place.String())
	says(t, reply, err, "21. Item 21", "Back", "5 more")
	place.campaign = "Item 21"
	reply, err = w.pressed("helen", "coffice", actionTopicUp, place.String())
	says(t, reply, err, "21. Item 20")
	reply, err = w.pressed("helen", "coffice", actionTopicRemove, place.String())
	says(t, reply, err, "Item 21 is removed and cancelled", "21. Item 22")
	for _, action := range []string{actionTopicUp, actionTopicRemove} {
		reply, err = w.pressed("helen", "coffice", action, place.String())
		says(t, reply, err, "not in the queue any more")
	}
	if c, err := w.workspace.FreshCampaign(t.Context(), "Item 21"); err != nil || c.Stage(now) != clarion.Cancelled {
		t.Errorf("it is %s, %v", c.Stage(now), err)
	}
	reply, err = w.pressed("helen", "coffice", actionTopicQueue, "nonsense")
	says(t, reply, err, "not there any more")
}

func TestACampaignGoesIntoAQueueByItsForm(t *testing.T) {
	w := newWorld(t)
	reply, err := w.typed("helen", "coffice", "/drop campaign")
	must(t, err)
	if strings.Contains(words(reply), "Into the queue of") {
		t.Error("a queue is asked for where there is no topic")
	}
	topic := w.topic(nil)
	reply, err = w.typed("helen", "coffice", "/drop campaign")
	says(t, reply, err, "Into the queue of", "None: it goes out by itself", "Products")
	values := filled(chat.Values{"title": {Text: "Lamp"}, "topic": {Chosen: []string{string(topic.ID)}}})
	values["at"] = chat.Value{Moment: now.Add(time.Hour)}
	reply, err = w.sent(actionDropWrite, "", values)
	if err != nil || !strings.Contains(reply.Wrong["at"], "at its turn") {
		t.Errorf("with a time of its own: %v, %v", reply.Wrong, err)
	}
	delete(values, "at")
	values["topic"] = chat.Value{Chosen: []string{"gone"}}
	reply, err = w.sent(actionDropWrite, "", values)
	if err != nil || !strings.Contains(reply.Wrong["topic"], "not there any more") {
		t.Errorf("with a topic that is gone: %v, %v", reply.Wrong, err)
	}
	values["topic"] = chat.Value{Chosen: []string{string(topic.ID)}}
	preview, err := w.sent(actionDropWrite, "", values)
	says(t, preview, err, "when its turn comes")
	reply, err = w.sent(actionDropConfirm, preview.Form.State, nil)
	says(t, reply, err, "Lamp goes out next in Products.")
	reply, err = w.sent(actionDropConfirm, preview.Form.State, nil)
	says(t, reply, err, "added already")
	c, err := w.workspace.Queue(t.Context(), topic.ID)
	must(t, err)
	if len(c) != 1 || c[0].Stage(now) != clarion.Queued || !c[0].Ends.IsZero() {
		t.Errorf("queued are %+v", c)
	}
	if due, err := w.workspace.Due(t.Context(), now.AddDate(1, 0, 0), 9); err != nil || len(due) > 0 {
		t.Errorf("it is due already: %v, %v", due, err)
	}
	values["topic"], values["title"] = chat.Value{Chosen: []string{noTopic}}, chat.Value{Text: "By itself"}
	preview, err = w.sent(actionDropWrite, "", values)
	must(t, err)
	if preview.Form == nil || preview.Form.Submit != "Post now" {
		t.Errorf("a campaign without a topic: %+v, %v", preview.Form, preview.Wrong)
	}
	for i := len(c); i < clarion.MaxQueue; i++ {
		w.waits(topic.ID, fmt.Sprint("more", i))
	}
	values["topic"], values["title"] = chat.Value{Chosen: []string{string(topic.ID)}}, chat.Value{Text: "One too many"}
	preview, err = w.sent(actionDropWrite, "", values)
	must(t, err)
	_, err = w.sent(actionDropConfirm, preview.Form.State, nil)
	if text, unexpected := w.table.Explain(err, "r"); unexpected || !strings.Contains(text.String(), "As many campaigns as can wait") {
		t.Errorf("%v", err)
	}
}
