package commands

import (
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// suggest keeps a suggestion of the news and returns the value of a press at it.
func (w *world) suggest(topic clarion.TopicID, n int) string {
	w.t.Helper()
	s := clarion.Suggestion{Topic: topic, Item: news().Items[n], At: now}
	_, err := w.workspace.Suggest(w.t.Context(), s, clarion.Delivery{})
	must(w.t, err)
	return string(s.ID())
}

func TestASuggestionIsAskedAboutAndDecidedOnce(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(map[string]string{"feed": newsFeed, "disclosure": "#ad"})
	must(t, w.workspace.RecordFeed(t.Context(), topic.ID, storage.FeedState{Address: newsFeed, At: now, Title: "Harbour news"}, nil, false))
	w.waits(topic.ID, "Chair")
	lamp := w.suggest(topic.ID, 0)
	m, err := w.table.Delivery(t.Context(), w.workspace, clarion.Delivery{Kind: clarion.SuggestionDelivery, Subject: lamp}, now)
	says(t, Reply{Message: m}, err, "New in “Harbour news”, for Products", "A new lamp", "It is bright.", "Add to the queue", "Edit first", "Dismiss")

	reply, err := w.pressed("helen", "csocial", actionSuggestionAdd, lamp)
	says(t, reply, err, "helen added A new lamp to the queue of Products, as the 2nd.")
	if !reply.Replace || !reply.Public {
		t.Error("the answer does not take the question's place for all")
	}
	queue, err := w.workspace.Queue(t.Context(), topic.ID)
	must(t, err)
	c := queue[1]
	if wrong := c.Check(now); len(wrong) > 0 || c.Title != "A new lamp" || c.Target != "https://news.example/lamp" || c.Disclosure != "#ad" ||
		c.Hashtag != "#OurProducts" || len(c.Networks) != 2 || c.Captions[0].Text != "A new lamp" || c.CreatedBy != clarion.UserIdentity(clarion.Slack, "helen") {
		t.Errorf("the campaign is %+v, %v", c, wrong)
	}
	for _, action := range []string{actionSuggestionAdd, actionSuggestionEdit, actionSuggestionDismiss} {
		reply, err = w.pressed("helen", "csocial", action, lamp)
		says(t, reply, err, "decided already")
		if reply.Replace {
			t.Errorf("%s: an answer to one takes the place of what all see", action)
		}
	}
	old := w.suggest(topic.ID, 1)
	reply, err = w.pressed("helen", "csocial", actionSuggestionDismiss, old)
	says(t, reply, err, "helen dismissed Old.")
	if got := w.queued(topic.ID); got != "“Chair”, “A new lamp”" {
		t.Errorf("queued are %s", got)
	}
}

func TestSuggestionsAreDecidedOnInTheirList(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(map[string]string{"feed": newsFeed})
	lamp, old := w.suggest(topic.ID, 0), w.suggest(topic.ID, 1)
	reply, err := w.typed("helen", "coffice", "/drop topics")
	says(t, reply, err, "2 suggestions wait for you to decide", "Suggestions")
	reply, err = w.pressed("helen", "coffice", actionSuggestions, string(topic.ID))
	says(t, reply, err, "A new lamp", "Old")
	reply, err = w.pressed("helen", "coffice", actionSuggestionAdd, lamp+inList)
	says(t, reply, err, "A new lamp is in the queue now.", "Old")
	reply, err = w.pressed("helen", "coffice", actionSuggestionDismiss, old+inList)
	says(t, reply, err, "Old is dismissed.", "Nothing waits to be decided on")
	if reply.Form == nil || reply.Public {
		t.Errorf("%+v", reply)
	}
}

func TestASuggestionThatIsEditedFirstIsDecidedWhenTheFormIsConfirmed(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(map[string]string{"feed": newsFeed})
	lamp := w.suggest(topic.ID, 0)
	form, err := w.pressed("helen", "csocial", actionSuggestionEdit, lamp)
	says(t, form, err, "It waits for its turn in Products", "A new lamp", "It is bright.", "https://news.example/lamp")
	values := values(form.Form)
	for name, v := range values {
		if !v.Moment.IsZero() || name == "ends" || name == "at" {
			t.Errorf("the form asks for a time: %s", name)
		}
	}
	values["title"] = chat.Value{Text: "Our new lamp"}
	preview, err := w.sent(actionDropWrite, form.Form.State, values)
	must(t, err)
	if preview.Form == nil || preview.Form.Submit != "Add to the queue" {
		t.Fatalf("the preview is %+v, wrong %v", preview.Form, preview.Wrong)
	}
	if _, err := w.workspace.Suggestion(t.Context(), clarion.SuggestionID(lamp)); err != nil {
		t.Errorf("it is decided before it is confirmed: %v", err)
	}
	reply, err := w.sent(actionDropConfirm, preview.Form.State, nil)
	says(t, reply, err, "helen added Our new lamp to the queue of Products.")
	reply, err = w.sent(actionDropConfirm, preview.Form.State, nil)
	says(t, reply, err, "added already")
	if got := w.queued(topic.ID); got != "“Our new lamp”" {
		t.Errorf("queued are %s", got)
	}
	// Two people edit one suggestion.
	old := w.suggest(topic.ID, 1)
	values["title"] = chat.Value{Text: "Mine"}
	mine, err := w.sent(actionDropWrite, old, values)
	must(t, err)
	_, err = w.pressed("helen", "csocial", actionSuggestionDismiss, old)
	must(t, err)
	_, err = w.sent(actionDropConfirm, mine.Form.State, nil)
	if text, unexpected := w.table.Explain(err, "r"); unexpected || !strings.Contains(text.String(), "Somebody has decided on this suggestion") {
		t.Errorf("%v", err)
	}
}
