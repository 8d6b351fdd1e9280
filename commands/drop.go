package commands

import (
	"context"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

const (
	actionDropNew     = "drop.new"     // a press that opens the form of a new campaign
	actionDropWrite   = "drop.write"   // that form, filled in
	actionDropConfirm = "drop.confirm" // its preview
)

// draftLife is how long a form can stay open between writing and confirming.
const draftLife = 24 * time.Hour

// drops lets the social team write campaigns, look at them, post them, change them and take them back.
type drops struct{ Config }

// A draft is a campaign as it was written and not yet confirmed. That of a new one is kept under the campaign's
// id, so that confirming it twice plans it once.
type draft struct {
	Campaign clarion.Campaign // a changed one has the revision that it is to have
	Drop     clarion.Drop
	Now      bool  // posted as soon as it is confirmed, whatever Drop.At says
	Phase    phase // of the campaign when it was written
	// Suggestion is what a new one comes of, as the value of a press at it; empty: of nothing.
	Suggestion string
}

// write opens the empty form.
func (d *drops) write(ctx context.Context, r Request) (Reply, error) {
	return d.writing(ctx, r, freshValues(r.At))
}

// writing opens the form of a new campaign with something in it.
func (d *drops) writing(ctx context.Context, r Request, values chat.Values) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(stores) == 0 {
		return sentence(chat.Say("There are no stores yet. Import them with ").Code("clarion import stores stores.csv").
			Say(", then type ").Command("/store link").Say(" in each store's channel."))
	}
	list, err := r.Workspace.Topics(ctx)
	if err != nil {
		return Reply{}, err
	}
	f := dropForm{action: actionDropWrite, title: "New campaign", values: values, topics: list}
	return Reply{Form: f.draw(stores)}, nil
}

// writingFor opens the form of a new campaign that waits in a topic, which gives it its times. Suggestion is what it
// comes of, as the value of a press at it, or "".
func (d *drops) writingFor(ctx context.Context, r Request, topic clarion.Topic, values chat.Values, suggestion string) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	list, err := r.Workspace.Topics(ctx)
	if err != nil {
		return Reply{}, err
	}
	f := dropForm{
		action: actionDropWrite, state: suggestion, title: "New campaign", values: values, topics: list, queued: true,
		above: []chat.Part{chat.Note(chat.Say("It waits for its turn in ").Bold(topic.Name).Sayf(", where one goes out %s. That gives it its times.", topic.Schedule))},
	}
	return Reply{Form: f.draw(stores)}, nil
}

// written checks what was filled in and shows it as stores will see it.
func (d *drops) written(ctx context.Context, r Request) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	id := clarion.CampaignID(d.NewID())
	topic := readTopic(r.Form)
	made := d.read(r, plan{campaign: clarion.Campaign{ID: id, Topic: topic, CreatedBy: r.Person.Identity(), CreatedAt: r.At}}, stores)
	made.Suggestion = r.State
	before := made.before()
	wrong, err := d.check(ctx, r, made, before, stores)
	if err != nil {
		return Reply{}, err
	}
	if err := d.checkTopic(ctx, r, topic, wrong); err != nil {
		return Reply{}, err
	}
	if len(wrong) > 0 {
		return Reply{Wrong: wrong}, nil
	}
	if err := r.Workspace.PutDraft(ctx, string(id), made, draftLife); err != nil {
		return Reply{}, err
	}
	f := d.preview(made, before, stores, r.At)
	f.Action, f.State = actionDropConfirm, string(id)
	return Reply{Form: f, Over: true}, nil
}
