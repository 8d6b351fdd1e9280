package bot

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/storage"
)

// A shelf has feeds at addresses.
type shelf map[string]clarion.Feed

func (s shelf) Read(_ context.Context, address string, _ clarion.FeedVersion) (clarion.Feed, error) {
	feed, ok := s[address]
	if !ok {
		return clarion.Feed{}, clarion.Invalid("feed", "There is no feed at this address.")
	}
	return feed, nil
}

// playTopics goes through topics, their queues and what their feeds suggest, in a world of its own.
func playTopics(t *testing.T, c cast, form chat.Values) map[string]drawn {
	p := player{newWorld(t, setup{}), map[string]drawn{}}
	ctx := t.Context()
	must(t, p.workspace.PutStores(ctx, c.stores))
	const address = "https://www.example.com/feed"
	item := func(n int) clarion.Item {
		return clarion.Item{
			GUID: fmt.Sprint(n), Title: fmt.Sprintf("%d %s", n, c.campaign.Title), Text: c.campaign.Text, Link: c.campaign.Target, Picture: c.campaign.Image, At: monday,
		}
	}
	p.feeds[address] = clarion.Feed{Address: address, Title: c.stores[0].Name, Items: []clarion.Item{item(1), item(0)}}
	valued := func(value string) func(*commands.Request) {
		return func(r *commands.Request) { r.Value = value }
	}
	filled := func(state string, changes chat.Values) func(*commands.Request) {
		return func(r *commands.Request) {
			r.State, r.Form = state, chat.Values{
				"name": {Text: "Products"}, "schedule": {Text: "weekdays 9am"}, "audience": {Chosen: []string{"all"}}, "days": {Text: "7"}, "hashtag": form["hashtag"],
				"disclosure": form["disclosure"], "networks": form["networks"], "feed": {Text: address}, "auto": {Chosen: []string{"suggest"}},
			}
			for name, v := range changes {
				r.Form[name] = v
			}
		}
	}
	stated := func(state string) func(*commands.Request) {
		return func(r *commands.Request) { r.State = state }
	}
	topic := func(name string) clarion.Topic {
		t.Helper()
		list, err := p.workspace.Topics(ctx)
		must(t, err)
		for _, topic := range list {
			if topic.Name == name {
				return topic
			}
		}
		t.Fatalf("there is no topic %s", name)
		return clarion.Topic{}
	}

	p.typed("topics-none", helen, office, "/drop", "topics")
	p.done("topic-form", helen, office, "topic.new", nil)
	preview := p.done("topic-preview", helen, office, "topic.write", filled("", nil))
	p.done("topic-saved", helen, office, "topic.confirm", stated(preview.Form.State))
	plain := p.done("topic-preview-plain", helen, office, "topic.write", filled("", chat.Values{
		"name": {Text: c.stores[0].Name[:min(8, len(c.stores[0].Name))] + "s"}, "feed": {}, "schedule": {Text: "first of the month 10:30"}}))
	p.done("topic-saved-plain", helen, office, "topic.confirm", stated(plain.Form.State))
	products := topic("Products")
	id := string(products.ID)
	notice := func(name string) {
		t.Helper()
		m, err := p.table.Delivery(ctx, p.workspace, clarion.Delivery{Kind: clarion.TopicDelivery, Subject: id}, p.clock())
		p.add(name, commands.Reply{Message: m}, err)
	}
	notice("topic-dry")
	p.done("topic-queue-empty", helen, office, "topic.queue", valued(id+"/0/"))

	state := storage.FeedState{Address: address, At: monday, Read: monday, Title: c.stores[0].Name}
	must(t, p.workspace.RecordFeed(ctx, products.ID, state, nil, false))
	press := func(n int) string {
		s := clarion.Suggestion{Topic: products.ID, Item: item(n), At: monday.Add(time.Duration(n) * time.Second)}
		_, err := p.workspace.Suggest(ctx, s, clarion.Delivery{})
		must(t, err)
		return string(s.ID())
	}
	for n := range 4 {
		m, err := p.table.Delivery(ctx, p.workspace, clarion.Delivery{Kind: clarion.SuggestionDelivery, Subject: press(n)}, p.clock())
		if n == 0 {
			p.add("suggestion", commands.Reply{Message: m}, err)
		}
	}
	p.done("suggestion-added", helen, office, "suggestion.add", valued(press(0)))
	p.done("suggestion-decided", helen, office, "suggestion.add", valued(press(0)))
	p.done("suggestion-dismissed", helen, office, "suggestion.dismiss", valued(press(1)))
	p.done("suggestion-form", helen, office, "suggestion.edit", valued(press(2)))
	p.done("suggestions", helen, office, "suggestions", valued(id))
	p.done("suggestions-added", helen, office, "suggestion.add", valued(press(2)+" list"))
	p.typed("topics", helen, office, "/drop", "topics")
	p.done("suggestions-dismissed", helen, office, "suggestion.dismiss", valued(press(3)+" list"))

	p.done("topic-add-form", helen, office, "topic.add", valued(id))
	p.typed("drop-form-topics", helen, office, "/drop", "campaign")
	queued := func(r *commands.Request) {
		r.Form = chat.Values{"topic": {Chosen: []string{id}}}
		for name, v := range form {
			if name != "at" {
				r.Form[name] = v
			}
		}
	}
	preview = p.done("topic-campaign-preview", helen, office, "drop.write", queued)
	if preview.Form == nil {
		t.Fatalf("the campaign is not accepted: %v", preview.Wrong)
	}
	p.done("topic-campaign-confirmed", helen, office, "drop.confirm", stated(preview.Form.State))
	p.done("topic-campaign-confirmed-again", helen, office, "drop.confirm", stated(preview.Form.State))
	waiting, err := p.workspace.Queue(ctx, products.ID)
	must(t, err)
	asked := waiting[0]
	asked.Revision, asked.Approval = asked.Revision+1, &clarion.Approval{State: clarion.Asked}
	must(t, p.workspace.Revise(ctx, storage.Revision{Campaign: asked}))
	notice("topic-stuck")
	p.done("topic-queue", helen, office, "topic.queue", valued(id+"/0/"))
	p.done("topic-queue-removed", helen, office, "topic.remove", valued(id+"/0/"+string(waiting[1].ID)))
	p.done("topic-edit-queued", helen, office, "drop.edit", valued(string(waiting[2].ID)))
	for i := range 30 {
		other := clarion.Campaign{ID: clarion.CampaignID(fmt.Sprint("q", i)), Title: fmt.Sprintf("%d %s", i, c.campaign.Title), Topic: products.ID, CreatedAt: monday}
		_, err := p.workspace.Plan(ctx, other, clarion.Drop{}, nil)
		must(t, err)
	}
	p.done("topic-queue-more", helen, office, "topic.queue", valued(id+"/20/"))

	state.Failure, state.Since, state.At = "www.example.com answers with the status 503. Try again later.", monday, monday.Add(30*time.Minute)
	must(t, p.workspace.RecordFeed(ctx, products.ID, state, nil, false))
	p.typed("topics-feed-fails", helen, office, "/drop", "topics")
	edit := p.done("topic-edit-form", helen, office, "topic.edit", valued(id))
	p.done("topic-paused", helen, office, "topic.pause", valued(id))
	p.done("topic-changed-meanwhile", helen, office, "topic.write", filled(edit.Form.State, nil))
	p.done("topic-resumed", helen, office, "topic.resume", valued(id))
	p.done("topic-deleted", helen, office, "topic.delete", valued(id))
	p.done("topic-gone", helen, office, "topic.queue", valued(id+"/0/"))
	for i := range clarion.MaxTopics {
		more := products
		more.ID, more.Name = clarion.TopicID(fmt.Sprint("t", i)), fmt.Sprintf("%d %s", i, c.stores[0].Name)
		if _, err := p.workspace.AddTopic(ctx, more); err != nil && !errors.Is(err, storage.ErrTooManyTopics) {
			t.Fatal(err)
		}
	}
	p.typed("topics-many", helen, office, "/drop", "topics")
	p.done("topics-too-many", helen, office, "topic.new", nil)
	return p.scenes
}
