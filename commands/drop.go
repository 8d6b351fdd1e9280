package commands

import (
	"context"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

const (
	actionDropWrite   = "drop.write"
	actionDropConfirm = "drop.confirm"
)

// draftLife is how long a form can stay open between writing and confirming.
const draftLife = 24 * time.Hour

// drops lets the social team write a campaign, look at it, and post it.
type drops struct{ Config }

// A draft is a campaign that was written and not yet confirmed. Its campaign's id is its own.
type draft struct {
	Campaign clarion.Campaign
	Drop     clarion.Drop
	Now      bool // posted as soon as it is confirmed, whatever Drop.At says
}

// write opens the empty form.
func (d *drops) write(ctx context.Context, r Request) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(stores) == 0 {
		return sentence(chat.Say("There are no stores yet. Import them with ").Code("clarion import stores stores.csv").
			Say(", then type ").Code("/store link").Say(" in each store's channel."))
	}
	return Reply{Form: d.form(stores, r.At)}, nil
}

// written checks what was filled in and shows it as stores will see it.
func (d *drops) written(ctx context.Context, r Request) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	made, wrong := d.read(r, stores)
	if len(wrong) > 0 {
		return Reply{Wrong: wrong}, nil
	}
	if err := r.Workspace.PutDraft(ctx, string(made.Campaign.ID), made, draftLife); err != nil {
		return Reply{}, err
	}
	return Reply{Form: d.preview(made, stores), Over: true}, nil
}
