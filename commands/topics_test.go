package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// sites are what stands at the addresses of feeds: a clarion.Feed, an error, or nothing, which does not answer in time.
type sites struct {
	at     map[string]any
	waited time.Time // until when the last reader waited for one that does not answer
}

func (s *sites) Read(ctx context.Context, address string, _ clarion.FeedVersion) (clarion.Feed, error) {
	switch found := s.at[address].(type) {
	case clarion.Feed:
		return found, nil
	case error:
		return clarion.Feed{}, found
	}
	s.waited, _ = ctx.Deadline()
	return clarion.Feed{}, fmt.Errorf("waiting for %s: %w", address, context.DeadlineExceeded)
}

const newsFeed = "https://news.example/feed"

func news() clarion.Feed {
	return clarion.Feed{Address: newsFeed, Title: "Harbour news", Items: []clarion.Item{
		{GUID: "2", Title: "A new lamp", Text: "It is bright.", Link: "https://news.example/lamp"}, {GUID: "1", Title: "Old", Link: "https://news.example/old"},
	}}
}

// filledTopic is a topic form as somebody fills it in.
func filledTopic(changes map[string]string) chat.Values {
	values := chat.Values{
		"name": {Text: "Products"}, "schedule": {Text: "every weekday 09:00"}, "audience": {Chosen: []string{"all"}}, "days": {Text: "7"},
		"hashtag": {Text: "OurProducts"}, "networks": {Chosen: []string{"facebook", "x"}}, "auto": {Chosen: []string{feedSuggests}},
	}
	for name, text := range changes {
		values[name] = chat.Value{Text: text}
		if text == "" {
			delete(values, name)
		}
	}
	return values
}

// sent is a form that helen sends now.
func (w *world) sent(action, state string, form chat.Values) (Reply, error) {
	w.t.Helper()
	return w.submitted(action, state, form, now)
}

// topic makes a topic by its form.
func (w *world) topic(changes map[string]string) clarion.Topic {
	w.t.Helper()
	reply, err := w.sent(actionTopicWrite, "", filledTopic(changes))
	must(w.t, err)
	if reply.Form == nil {
		w.t.Fatalf("the topic is not accepted: %v", reply.Wrong)
	}
	_, err = w.sent(actionTopicConfirm, reply.Form.State, nil)
	must(w.t, err)
	name := "Products"
	if changes["name"] != "" {
		name = changes["name"]
	}
	return w.topicNamed(name)
}

func (w *world) topicNamed(name string) clarion.Topic {
	w.t.Helper()
	list, err := w.workspace.Topics(w.t.Context())
	must(w.t, err)
	for _, topic := range list {
		if topic.Name == name {
			return topic
		}
	}
	w.t.Fatalf("there is no topic %s among %+v", name, list)
	return clarion.Topic{}
}

func (w *world) queued(topic clarion.TopicID) string {
	w.t.Helper()
	list, err := w.workspace.Queue(w.t.Context(), topic)
	must(w.t, err)
	return titles(list, 100)
}

func (w *world) waits(topic clarion.TopicID, titles ...string) {
	w.t.Helper()
	for _, title := range titles {
		c := clarion.Campaign{ID: clarion.CampaignID(title), Title: title, Topic: topic, Audience: clarion.Audience{All: true}, CreatedAt: now}
		_, err := w.workspace.Plan(w.t.Context(), c, clarion.Drop{}, nil)
		must(w.t, err)
	}
}

func TestATopicIsWrittenPreviewedAndStoredOnce(t *testing.T) {
	w := newWorld(t)
	reply, err := w.typed("helen", "coffice", "/drop topics")
	says(t, reply, err, "no topics yet", "New topic")
	reply, err = w.pressed("helen", "coffice", actionTopicNew, "")
	says(t, reply, err, "every weekday 09:00; Mondays; first of the month")
	preview, err := w.sent(actionTopicWrite, "", filledTopic(map[string]string{"schedule": "weekdays, 9am", "feed": newsFeed}))
	says(t, preview, err, "every weekday at 09:00", "Thu 26 Nov 2026, 09:00", "Fri 27 Nov 2026, 09:00", "Mon 30 Nov 2026, 09:00",
		"7 days", "Kingston, Leeds", "Not reached: Derby", "#OurProducts", "none but the hashtag", "Facebook, X", "Harbour news", "A new lamp", "suggested to the social team")
	for range 2 {
		reply, err = w.sent(actionTopicConfirm, preview.Form.State, nil)
		says(t, reply, err, "Products goes out every weekday at 09:00, next at Thu 26 Nov 2026, 09:00")
	}
	topic := w.topicNamed("Products")
	if topic.Schedule != "every weekday at 09:00" || !topic.Since.Equal(now) || topic.Feed != newsFeed || topic.Auto || topic.Revision != 0 {
		t.Errorf("stored is %+v", topic)
	}
	reply, err = w.typed("helen", "coffice", "/drop topics")
	says(t, reply, err, "Products · every weekday at 09:00", "Nothing waits for its next time, Thu 26 Nov 2026, 09:00", "not read yet")
}

func TestWhatIsWrongWithATopicIsSaidAtItsField(t *testing.T) {
	w := newWorld(t)
	w.sites.at["https://page.example/"] = clarion.Invalid("feed", "page.example shows a web page, and names no feed.")
	w.sites.at["https://odd.example/"] = errors.New("odd")
	w.topic(map[string]string{"name": "Services"})
	for name, c := range map[string]struct {
		changes map[string]string
		field   string
		says    string
	}{
		"a schedule that is none":      {map[string]string{"schedule": "now and then"}, "schedule", "every weekday 09:00"},
		"a schedule that never comes":  {map[string]string{"schedule": "30 February"}, "schedule", "never comes"},
		"no schedule":                  {map[string]string{"schedule": ""}, "schedule", "every weekday 09:00"},
		"no number of days":            {map[string]string{"days": "a week"}, "days", "1 to 90"},
		"too many days":                {map[string]string{"days": "91"}, "days", "1 to 90"},
		"a name that is taken":         {map[string]string{"name": " services "}, "name", "There is a topic of this name"},
		"no name":                      {map[string]string{"name": " "}, "name", "Write a name"},
		"two hashtags":                 {map[string]string{"hashtag": "a b"}, "hashtag", "without spaces"},
		"a page that is no feed":       {map[string]string{"feed": "https://page.example/"}, "feed", "names no feed"},
		"a feed that fails for itself": {map[string]string{"feed": "https://odd.example/"}, "feed", "cannot be read now"},
		"no address":                   {map[string]string{"feed": "ftp://page.example/"}, "feed", "https://"},
	} {
		reply, err := w.sent(actionTopicWrite, "", filledTopic(c.changes))
		if err != nil || len(reply.Wrong) != 1 || !strings.Contains(reply.Wrong[c.field], c.says) {
			t.Errorf("%s: %v, %v; want %q to say %q", name, reply.Wrong, err, c.field, c.says)
		}
	}
	if list, err := w.workspace.Topics(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("something was stored: %+v, %v", list, err)
	}
}

// A topic could not be changed while its feed was away, and the preview said that the newest item would come again.
func TestATopicIsChangedWhateverItsFeedSaysThen(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(map[string]string{"feed": newsFeed})
	state := string(topic.ID) + "/0"
	reply, err := w.sent(actionTopicWrite, state, filledTopic(map[string]string{"feed": newsFeed, "days": "3"}))
	says(t, reply, err, "Harbour news", "with 2 items. What comes from now on is suggested to the social team.")
	if strings.Contains(words(reply), "A new lamp") {
		t.Errorf("an item that was taken long ago is announced: %s", words(reply))
	}
	w.sites.at[newsFeed] = clarion.Invalid("feed", "news.example answers with 503.")
	reply, err = w.sent(actionTopicWrite, state, filledTopic(map[string]string{"feed": newsFeed, "days": "3"}))
	says(t, reply, err, "Its feed could not be read now", "/drop topics")
	_, err = w.sent(actionTopicConfirm, reply.Form.State, nil)
	must(t, err)
	if got := w.topicNamed("Products"); got.Days != 3 || got.Feed != newsFeed {
		t.Errorf("stored is %+v", got)
	}
	reply, err = w.sent(actionTopicWrite, "", filledTopic(map[string]string{"name": "Other", "feed": newsFeed}))
	if err != nil || !strings.Contains(reply.Wrong["feed"], "503") {
		t.Errorf("a new topic with it: %v, %v", reply.Wrong, err)
	}
}

// What is due between the preview and its confirmation went out at once, although the answer named the time after.
func TestNewTimesCountFromTheMomentAtWhichTheyAreSaved(t *testing.T) {
	w := newWorld(t)
	preview, err := w.sent(actionTopicWrite, "", filledTopic(map[string]string{"schedule": "every day 10:30"}))
	must(t, err)
	later := now.Add(40 * time.Minute)
	_, err = w.submitted(actionTopicConfirm, preview.Form.State, nil, later)
	must(t, err)
	topic := w.topicNamed("Products")
	if !topic.Since.Equal(later) {
		t.Errorf("a new topic counts from %s, want %s", topic.Since, later)
	}
	preview, err = w.submitted(actionTopicWrite, string(topic.ID)+"/0", filledTopic(map[string]string{"schedule": "every day 11:00"}), later)
	must(t, err)
	last := now.Add(2 * time.Hour)
	for i := range 2 { // confirmed twice
		reply, err := w.submitted(actionTopicConfirm, preview.Form.State, nil, last.Add(time.Duration(i)*time.Second))
		says(t, reply, err, "goes out every day at 11:00")
	}
	if topic = w.topicNamed("Products"); !topic.Since.Equal(last) {
		t.Errorf("its new times count from %s, want %s", topic.Since, last)
	}
}

// What a schedule says of itself can be longer than what was written, and was longer than the form let it be.
func TestAScheduleOfManyWordsCanBeEdited(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(map[string]string{"schedule": "0 */2 1-31/2 1-11/2 0,2,4"})
	form, err := w.pressed("helen", "coffice", actionTopicEdit, string(topic.ID))
	must(t, err)
	for _, part := range form.Form.Parts {
		if input, ok := part.(chat.Input); ok {
			if field, ok := input.Field.(chat.TextField); ok && len(field.Initial) > field.Most {
				t.Errorf("%s has %d characters, and takes %d", input.Name, len(field.Initial), field.Most)
			}
		}
	}
}

func TestAFeedThatIsSlowHoldsUpNoForm(t *testing.T) {
	w := newWorld(t)
	began := time.Now()
	reply, err := w.sent(actionTopicWrite, "", filledTopic(map[string]string{"feed": "https://slow.example/"}))
	says(t, reply, err, "takes longer to answer than this form can wait", "/drop topics")
	const patience = 1500 * time.Millisecond // of package bot, for all of the request
	if until := w.sites.waited; until.IsZero() || until.Sub(began) > patience*3/4 {
		t.Errorf("the feed has %s to answer", until.Sub(began))
	}
}

func TestTheAddressOfTheFeedItselfIsKept(t *testing.T) {
	w := newWorld(t)
	w.sites.at["https://news.example/"] = news()
	if topic := w.topic(map[string]string{"feed": "https://news.example/"}); topic.Feed != newsFeed {
		t.Errorf("kept is %s", topic.Feed)
	}
}

func TestATopicIsChangedByOnePersonAtATime(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(map[string]string{"feed": newsFeed})
	must(t, w.workspace.ReviseTopic(t.Context(), moved(topic, func(t *clarion.Topic) { t.Since = now.AddDate(0, 0, -9) })))
	form, err := w.pressed("helen", "coffice", actionTopicEdit, string(topic.ID))
	must(t, err)
	preview, err := w.sent(actionTopicWrite, form.Form.State, filledTopic(map[string]string{"name": "All products", "feed": newsFeed}))
	must(t, err)
	for range 2 { // a press that is repeated says the same
		reply, err := w.sent(actionTopicConfirm, preview.Form.State, nil)
		says(t, reply, err, "All products goes out every weekday at 09:00")
	}
	if topic = w.topicNamed("All products"); !topic.Since.Equal(now.AddDate(0, 0, -9)) {
		t.Error("a topic whose times stay begins anew")
	}
	_, err = w.sent(actionTopicWrite, form.Form.State, filledTopic(nil))
	if text, unexpected := w.table.Explain(err, "r"); unexpected || !strings.Contains(text.String(), "Somebody has changed this topic") {
		t.Errorf("a form of before: %s", text)
	}
	// Paused after the preview.
	form, err = w.pressed("helen", "coffice", actionTopicEdit, string(topic.ID))
	must(t, err)
	preview, err = w.sent(actionTopicWrite, form.Form.State, filledTopic(map[string]string{"name": "All products", "schedule": "Mondays", "feed": newsFeed}))
	must(t, err)
	_, err = w.pressed("helen", "coffice", actionTopicPause, string(topic.ID))
	must(t, err)
	if _, err = w.sent(actionTopicConfirm, preview.Form.State, nil); !errors.Is(err, topicChanged) {
		t.Errorf("a preview of before: %v", err)
	}
	// Other times count from now on.
	form, err = w.pressed("helen", "coffice", actionTopicEdit, string(topic.ID))
	must(t, err)
	preview, err = w.sent(actionTopicWrite, form.Form.State, filledTopic(map[string]string{"name": "All products", "schedule": "Mondays", "feed": newsFeed}))
	says(t, preview, err, "It is paused now")
	reply, err := w.sent(actionTopicConfirm, preview.Form.State, nil)
	says(t, reply, err, "It is paused")
	if topic = w.topicNamed("All products"); !topic.Since.Equal(now) || !topic.Paused || topic.Schedule != "every Monday at 09:00" {
		t.Errorf("stored is %+v", topic)
	}
}

func moved(topic clarion.Topic, f func(*clarion.Topic)) clarion.Topic {
	topic.Revision++
	f(&topic)
	return topic
}

func TestATopicIsPausedResumedAndDeletedWithWhatWaits(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(nil)
	id := string(topic.ID)
	w.waits(topic.ID, "Lamp", "Chair")
	reply, err := w.pressed("helen", "coffice", actionTopicPause, id)
	says(t, reply, err, "Products is paused", "Paused: nothing of it goes out", "2 campaigns wait", "Resume")
	if !reply.Replace {
		t.Error("the list is not drawn in its place")
	}
	reply, err = w.pressed("helen", "coffice", actionTopicPause, id)
	says(t, reply, err, "Resume")
	reply, err = w.pressed("helen", "coffice", actionTopicResume, id)
	says(t, reply, err, "Products goes on, next at Thu 26 Nov 2026, 09:00", "Pause")
	for _, part := range reply.Message.Parts {
		controls, _ := part.(chat.Controls)
		for _, control := range controls {
			if b, ok := control.(chat.Button); ok && b.Action == actionTopicDelete && (b.Confirm == nil || !strings.Contains(b.Confirm.Text, "2 campaigns")) {
				t.Errorf("deleting is not asked about as it is: %+v", b.Confirm)
			}
		}
	}
	if got := w.topicNamed("Products"); got.Paused || got.Revision != 2 {
		t.Errorf("stored is %+v", got)
	}
	reply, err = w.pressed("helen", "coffice", actionTopicDelete, id)
	says(t, reply, err, "Products is deleted. Cancelled: “Lamp”, “Chair”.", "no topics yet")
	for _, c := range []clarion.CampaignID{"Lamp", "Chair"} {
		if got, err := w.workspace.Campaign(t.Context(), c); err != nil || got.Stage(now) != clarion.Cancelled || got.RevisedBy == "" {
			t.Errorf("%s is %s, %v", c, got.Stage(now), err)
		}
	}
	for _, action := range []string{actionTopicDelete, actionTopicPause, actionTopicResume, actionTopicEdit, actionTopicAdd, actionTopicQueue, actionSuggestions} {
		reply, err = w.pressed("helen", "coffice", action, id)
		says(t, reply, err, "not there any more")
	}
}

func TestThatATopicHasRunDryIsSaidWithWhatToDo(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(nil)
	d := clarion.Delivery{Kind: clarion.TopicDelivery, Subject: string(topic.ID)}
	m, err := w.table.Delivery(t.Context(), w.workspace, d, now)
	says(t, Reply{Message: m}, err, "The queue of Products is empty", "Thu 26 Nov 2026, 09:00", "Add campaign")
	waiting := clarion.Campaign{ID: "c", Title: "C", Topic: topic.ID, Approval: &clarion.Approval{State: clarion.Asked}, CreatedAt: now}
	_, err = w.workspace.Plan(t.Context(), waiting, clarion.Drop{}, nil)
	must(t, err)
	m, err = w.table.Delivery(t.Context(), w.workspace, d, now)
	says(t, Reply{Message: m}, err, "nothing of its queue could go out", "Not approved yet: 1 campaign")
}

func TestTheListSaysWhatCameOfAFeed(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(map[string]string{"feed": newsFeed})
	for name, c := range map[string]struct {
		state storage.FeedState
		says  string
	}{
		"read":    {storage.FeedState{At: now, Title: "Harbour news"}, "Feed: Harbour news, read at Wed 25 Nov 2026, 10:00"},
		"failing": {storage.FeedState{At: now, Failure: "It answers with 404.", Since: now.Add(-time.Hour)}, "⚠ It cannot be read since Wed 25 Nov 2026, 09:00 UTC: It answers with 404."},
		"left":    {storage.FeedState{At: now, Left: 3}, "3 new items wait in the feed"},
	} {
		c.state.Address = newsFeed
		must(t, w.workspace.RecordFeed(t.Context(), topic.ID, c.state, nil, false))
		reply, err := w.typed("helen", "coffice", "/drop topics")
		if says(t, reply, err, c.says); t.Failed() {
			t.Fatal(name)
		}
	}
}
