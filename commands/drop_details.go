package commands

import (
	"cmp"
	"context"
	"slices"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

const (
	actionDropDetails      = "drop.details"       // a press that shows how far a campaign has come, its value; draws what shows it anew
	actionDropDetailsRetry = "drop.details.retry" // a press in there, that tries again what failed; its value likewise
)

// details answers a press on Details.
func (d *drops) details(ctx context.Context, r Request) (Reply, error) {
	return d.detailsOf(ctx, r, clarion.CampaignID(r.Value), nil)
}

// detailsRetry tries again what failed, and draws the details anew.
func (d *drops) detailsRetry(ctx context.Context, r Request) (Reply, error) {
	opened, err := retryGroup(ctx, r, clarion.GroupOf(clarion.CampaignID(r.Value)))
	if err != nil {
		return Reply{}, err
	}
	return d.detailsOf(ctx, r, clarion.CampaignID(r.Value), retried(opened))
}

// detailsOf shows when a campaign does what, and what became of it in each store, below something to say.
func (d *drops) detailsOf(ctx context.Context, r Request, id clarion.CampaignID, say chat.Text) (Reply, error) {
	p, err := readPlan(ctx, r.Workspace, id)
	if err != nil {
		return Reply{}, err
	}
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	c := p.campaign
	var parts []chat.Part
	if say != nil {
		parts = append(parts, chat.Paragraphs(say), chat.Line{})
	}
	parts = append(parts, chat.Heading(c.Title), chat.Paragraphs(d.stateOf(c, p.drops(), r)))
	if stage := c.Stage(r.At); stage != clarion.Cancelled && stage != clarion.Recalled {
		parts = append(parts, chat.Paragraphs(d.times(c, nil, r.At)))
	} else if c.Recall != nil && c.Recall.Page != "" {
		parts = append(parts, chat.Paragraphs(chat.Say("Links lead to ").Link(c.Recall.Page, shortened(c.Recall.Page, 80)).Say(".")))
	}
	if a := c.Approval; a != nil && a.State == clarion.Approved {
		parts = append(parts, chat.Note(chat.Say("Approved by ").Add(colleague(a.By, a.Name)).Say(" at ").At(a.At, d.Location).Say(".")))
	}
	if !c.RevisedAt.IsZero() {
		parts = append(parts, chat.Note(chat.Say("Changed last").Add(d.by(r, c.RevisedBy, c.RevisedAt)).Say(".")))
	}
	parts = append(parts, chat.Line{})
	if len(p.posts) == 0 {
		parts = append(parts, chat.Note(chat.Say("Nothing of it goes to stores yet.")))
	} else {
		controls := chat.Controls{chat.Button{Label: "Refresh", Action: actionDropDetails, Value: string(c.ID)}}
		if p.count(clarion.Failed) > 0 && goesOut(c.Stage(r.At)) {
			controls = append(chat.Controls{chat.Button{Label: "Try again", Action: actionDropDetailsRetry, Value: string(c.ID), Look: chat.Primary}}, controls...)
		}
		parts = append(parts, chat.Paragraphs(chat.Strong("Stores: ").Add(p.tally())), controls, d.storeStates(p, stores, r.At))
	}
	if _, without := reach(p.drop, stores); len(without) > 0 {
		parts = append(parts, chat.Paragraphs(chat.Strong("No channel: ").Say(names(without, 20)+". Type ").Command("/store link").
			Say(" in the store's channel, then edit the campaign and save it: what is missing is posted.")))
	}
	return Reply{Form: &chat.Form{Title: "Campaign", Close: "Close", Parts: parts}}, nil
}

// storeStates says what became of each post, those first that need somebody.
func (d *drops) storeStates(p plan, stores []clarion.Store, at time.Time) chat.Table {
	name := map[clarion.StoreID]string{}
	for _, s := range stores {
		name[s.ID] = s.Name
	}
	order := []clarion.DeliveryState{clarion.Failed, clarion.Claimed, clarion.Waiting, clarion.Withdrawn, clarion.Posted}
	posts := slices.Clone(p.posts)
	slices.SortStableFunc(posts, func(a, b clarion.Delivery) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.State), slices.Index(order, b.State)), cmp.Compare(name[a.Store], name[b.Store]))
	})
	table := chat.Table{Marked: -1, Columns: []chat.Column{{Title: "Store"}, {Title: "State"}}}
	channels := map[clarion.StoreID]int{}
	for _, post := range posts {
		channels[post.Store]++
	}
	for _, post := range posts {
		store := chat.Strong(cmp.Or(name[post.Store], string(post.Store)))
		if channels[post.Store] > 1 {
			store = store.Say(" (" + platformName(post.Channel.Platform) + ")")
		}
		table.Rows = append(table.Rows, []chat.Text{store, d.stateOfPost(post, at)})
	}
	return table
}

// shownReason is how much of a reason is shown: enough for every remedy.
const shownReason = 200

// stateOfPost says what became of a post: when it was posted, until when it waits and why, or why it failed.
func (d *drops) stateOfPost(post clarion.Delivery, at time.Time) chat.Text {
	switch post.State {
	case clarion.Posted:
		return chat.Say("Posted at ").At(post.PostedAt, d.Location)
	case clarion.Failed:
		return chat.Say("Failed: " + shortened(post.Reason, shownReason))
	case clarion.Claimed:
		return chat.Say("Is being posted now")
	case clarion.Withdrawn:
		return chat.Say("Held back")
	}
	text := chat.Say("Is next")
	if post.Next.After(at) {
		text = chat.Say("Waits until ").At(post.Next, d.Location)
	}
	if post.Reason != "" {
		text = text.Say(". Last time: " + shortened(post.Reason, shownReason))
	}
	return text
}
