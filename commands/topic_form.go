package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/schedule"
)

const (
	actionTopicNew     = "topic.new"     // a press that opens the form of a new topic
	actionTopicEdit    = "topic.edit"    // a press that opens the form of a topic, its value
	actionTopicWrite   = "topic.write"   // the form, filled in
	actionTopicConfirm = "topic.confirm" // its preview
)

// The values of what comes by a feed.
const (
	feedSuggests = "suggest"
	feedQueues   = "queue"
)

// usualDays is for how many days a campaign of a new topic can be shared.
const usualDays = 7

// formFeedLimit is how long a form waits for a feed: well below what a platform waits for the form, so that what is
// wrong with the feed can be said at its field.
const formFeedLimit = time.Second

// A topicDraft is a topic that was written and not yet confirmed.
type topicDraft struct {
	Topic clarion.Topic // a changed one has the revision that it is to have
	New   bool
	Times bool // its schedule is another one than before: what was due by that before it is saved was not missed
}

// write opens the form of a new topic.
func (t *topics) write(ctx context.Context, r Request) (Reply, error) {
	list, err := r.Workspace.Topics(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(list) >= clarion.MaxTopics {
		return t.answer(ctx, r, chat.Say(tooManyTopics))
	}
	fresh := clarion.Topic{Audience: clarion.Audience{All: true}, Days: usualDays, Networks: clarion.Networks()}
	return t.formOf(ctx, r, fresh, "New topic")
}

// edit opens the form of a topic.
func (t *topics) edit(ctx context.Context, r Request) (Reply, error) {
	topic, err := r.Workspace.Topic(ctx, clarion.TopicID(r.Value))
	if errors.Is(err, clarion.ErrNotFound) {
		return t.answer(ctx, r, topicGone)
	}
	if err != nil {
		return Reply{}, err
	}
	return t.formOf(ctx, r, topic, "Edit topic")
}

func (t *topics) formOf(ctx context.Context, r Request, topic clarion.Topic, title string) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(stores) == 0 {
		return sentence(chat.Say("There are no stores yet. Import them with ").Code("clarion import stores stores.csv").Say("."))
	}
	auto := feedSuggests
	if topic.Auto {
		auto = feedQueues
	}
	state := ""
	if topic.ID != "" {
		state = fmt.Sprintf("%s/%d", topic.ID, topic.Revision)
	}
	line := func(initial, placeholder string, most int) chat.TextField {
		return chat.TextField{Initial: initial, Placeholder: placeholder, Most: most}
	}
	return Reply{Form: &chat.Form{
		Action: actionTopicWrite, State: state, Title: title, Submit: "Preview", Close: "Cancel",
		Parts: []chat.Part{
			chat.Input{Name: "name", Label: "Name", Field: line(topic.Name, "Products", clarion.MaxTopicName)},
			chat.Input{Name: "schedule", Label: "When", Hint: "In plain words, such as: every weekday 09:00; Mondays; first of the month. One campaign of the queue goes out each time.",
				Field: line(topic.Schedule, "every weekday 09:00", schedule.MaxWords)},
			chat.Input{Name: "audience", Label: "Stores", Hint: "Where it goes. A campaign that is written by hand can have other ones.",
				Field: chat.MultiSelectField{Options: audienceOptions(stores), Initial: audienceValues(topic.Audience), Placeholder: "Choose stores"}},
			chat.Input{Name: "days", Label: "For how many days each can be shared", Field: line(strconv.Itoa(topic.Days), "7", 3)},
			chat.Input{Name: "hashtag", Label: "Hashtag", Hint: "It is in every caption, so that everyone can see who is speaking.",
				Field: line(topic.Hashtag, "#OurProducts", clarion.MaxHashtag+1)},
			chat.Input{Name: "disclosure", Label: "Disclosure", Optional: true, Hint: "What makes clear that a partner works for you. It is in every caption too, beside the hashtag.",
				Field: line(topic.Disclosure, "#ad, or: I work at Harbour", clarion.MaxDisclosure)},
			chat.Input{Name: "networks", Label: "Networks", Field: chat.CheckField{Options: networkOptions(), Initial: networkValues(topic.Networks)}},
			chat.Input{Name: "feed", Label: "Feed", Optional: true, Hint: "The address of an RSS or Atom feed, of a page that names one, or of a YouTube channel. It is read twice an hour.",
				Field: chat.AddressField{Initial: topic.Feed, Placeholder: "https://www.example.com/feed"}},
			chat.Input{Name: "auto", Label: "What comes by the feed", Field: chat.RadioField{Initial: auto, Options: []chat.Option{
				{Value: feedSuggests, Label: "Is suggested to the social team"},
				{Value: feedQueues, Label: "Goes into the queue by itself"},
			}}},
		},
	}}, nil
}

// tooManyTopics is said when there are [clarion.MaxTopics].
const tooManyTopics = "There are as many topics as there can be. Delete one that is no longer needed first."

// written checks what was filled in, reads the feed, and shows how all of it was understood.
func (t *topics) written(ctx context.Context, r Request) (Reply, error) {
	before := clarion.Topic{ID: clarion.TopicID(t.NewID()), CreatedBy: r.Person.Identity(), CreatedAt: r.At}
	if r.State != "" {
		var err error
		if before, err = t.before(ctx, r); err != nil {
			return Reply{}, err
		}
	}
	made := topicDraft{New: r.State == ""}
	wrong := map[string]string{}
	made.Topic = t.read(r, before, wrong)
	made.Times = made.Topic.Schedule != before.Schedule
	if why, err := t.nameTaken(ctx, r, made.Topic); err != nil {
		return Reply{}, err
	} else if why != "" && wrong["name"] == "" {
		wrong["name"] = why
	}
	var found feedFound
	if topic := &made.Topic; topic.Feed != "" && wrong["feed"] == "" {
		found = t.find(ctx, topic.Feed)
		found.known = topic.Feed == before.Feed
		if found.wrong != "" && !found.known { // a feed that is away keeps nobody from changing the rest
			wrong["feed"] = found.wrong
		}
		topic.Feed = cmp.Or(found.feed.Address, topic.Feed)
	}
	if len(wrong) > 0 {
		return Reply{Wrong: wrong}, nil
	}
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	id := t.NewID()
	if err := r.Workspace.PutDraft(ctx, id, made, draftLife); err != nil {
		return Reply{}, err
	}
	form := t.preview(made, found, stores, r.At)
	form.Action, form.State = actionTopicConfirm, id
	return Reply{Form: form, Over: true}, nil
}

// before returns the topic that a form is about, if nobody has changed it since the form was opened.
func (t *topics) before(ctx context.Context, r Request) (clarion.Topic, error) {
	id, revision, _ := strings.Cut(r.State, "/")
	topic, err := r.Workspace.Topic(ctx, clarion.TopicID(id))
	if errors.Is(err, clarion.ErrNotFound) {
		return topic, clarion.Invalid("name", "%s", topicGone.String())
	}
	if err == nil && strconv.Itoa(topic.Revision) != revision {
		return topic, topicChanged
	}
	topic.Revision++
	return topic, err
}

var topicChanged = clarion.Invalid("name", "Somebody has changed this topic since you opened the form. Type /drop topics and edit it again.")

// read returns the topic of before with everything that was filled in, and says what is wrong with it.
func (t *topics) read(r Request, before clarion.Topic, wrong map[string]string) clarion.Topic {
	f, topic := r.Form, before
	topic.Name = strings.Join(strings.Fields(f.Text("name")), " ")
	topic.Audience, topic.Networks = readAudience(f.Chosen("audience")), readNetworks(f.Chosen("networks"))
	topic.Days, _ = strconv.Atoi(strings.TrimSpace(f.Text("days"))) // what is no number is 0, which is no number of days
	topic.Hashtag, topic.Disclosure = readHashtag(f.Text("hashtag")), strings.TrimSpace(f.Text("disclosure"))
	topic.Feed, topic.Auto = strings.TrimSpace(f.Text("feed")), f.Text("auto") == feedQueues
	times, err := schedule.Parse(f.Text("schedule"))
	topic.Schedule = times.String()
	for _, e := range topic.Check() {
		wrong[e.Field] = e.Reason
	}
	if err != nil {
		wrong["schedule"] = err.Error()
	}
	return topic
}

// nameTaken says that another topic has the name, or nothing.
func (t *topics) nameTaken(ctx context.Context, r Request, topic clarion.Topic) (string, error) {
	list, err := r.Workspace.Topics(ctx)
	if err != nil {
		return "", err
	}
	for _, other := range list {
		if other.ID != topic.ID && other.Key() == topic.Key() {
			return topicNameTaken, nil
		}
	}
	return "", nil
}

const topicNameTaken = "There is a topic of this name: choose another one, or edit that topic."

// A feedFound is what a form found at the address of a feed.
type feedFound struct {
	feed  clarion.Feed
	slow  bool   // it did not answer in time; nobody knows what is there
	wrong string // why there is no feed
	known bool   // it is the topic's feed already
}

func (t *topics) find(ctx context.Context, address string) feedFound {
	brief, cancel := context.WithTimeout(ctx, formFeedLimit)
	defer cancel()
	feed, err := t.Feeds.Read(brief, address, clarion.FeedVersion{})
	var invalid *clarion.InvalidError
	switch {
	case err == nil:
		return feedFound{feed: feed}
	case brief.Err() != nil, errors.Is(err, context.DeadlineExceeded):
		return feedFound{slow: true}
	case errors.As(err, &invalid):
		return feedFound{wrong: invalid.Reason}
	}
	return feedFound{wrong: "The feed cannot be read now. Try again later."}
}
