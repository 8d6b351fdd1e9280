package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// A plan is a campaign with its drop and what came of that.
type plan struct {
	campaign clarion.Campaign
	drop     clarion.Drop       // zero when there is none yet
	posts    []clarion.Delivery // of the drop, in the order in which they were first due
}

// readPlan returns a campaign as it stands now, with all that belongs to it.
func readPlan(ctx context.Context, w *storage.Workspace, id clarion.CampaignID) (plan, error) {
	c, err := w.FreshCampaign(ctx, id)
	if err != nil {
		return plan{}, err
	}
	return planOf(ctx, w, c)
}

// planOf returns what belongs to a campaign.
func planOf(ctx context.Context, w *storage.Workspace, c clarion.Campaign) (plan, error) {
	p := plan{campaign: c}
	drops, err := w.Drops(ctx, c.ID)
	if err != nil {
		return plan{}, err
	}
	if len(drops) > 0 {
		p.drop = drops[0]
	}
	deliveries, err := w.Deliveries(ctx, clarion.GroupOf(c.ID))
	if err != nil {
		return plan{}, err
	}
	for _, d := range deliveries {
		if d.Kind == clarion.DropDelivery {
			p.posts = append(p.posts, d)
		}
	}
	return p, nil
}

// begun says whether a post of it stands somewhere, or may: while it is claimed, and until it is known what came of that.
func (p plan) begun() bool {
	for _, d := range p.posts {
		if d.State == clarion.Posted || d.State == clarion.Claimed || !d.Doubt.IsZero() {
			return true
		}
	}
	return false
}

// queued says whether it waits in a topic, whose schedule will give it its times.
func (p plan) queued() bool { return p.campaign.Topic != "" && p.campaign.Ends.IsZero() }

func (p plan) phase(at time.Time) phase {
	switch {
	case !p.begun():
		return unposted
	case at.Before(p.campaign.Opens):
		return teased
	}
	return opened
}

// count returns how many posts are in a state.
func (p plan) count(s clarion.DeliveryState) int {
	n := 0
	for _, d := range p.posts {
		if d.State == s {
			n++
		}
	}
	return n
}

// goesOut says whether what a campaign has to deliver at a stage is delivered.
func goesOut(s clarion.Stage) bool {
	switch s {
	case clarion.Embargoed, clarion.Window, clarion.Running:
		return true
	}
	return false
}

// knownCampaigns is how many campaigns are looked through, the newest first.
const knownCampaigns = 500

// changeTries is how often a change is tried that others come before.
const changeTries = 3

// change changes a campaign in the asker's name, whatever others make of it at the same moment. To makes the
// revision of the campaign as it stands; when it makes a text instead, nothing is changed, and the text is why.
func change(ctx context.Context, r Request, id clarion.CampaignID, to func(plan) (storage.Revision, chat.Text)) (was plan, why chat.Text, err error) {
	remember(ctx, r)
	for range changeTries {
		if was, err = readPlan(ctx, r.Workspace, id); err != nil {
			return was, nil, err
		}
		revision, why := to(was)
		if why != nil {
			return was, why, nil
		}
		err = r.Workspace.Revise(ctx, revision)
		if !errors.Is(err, storage.ErrRevised) {
			return was, nil, err
		}
	}
	return was, nil, fmt.Errorf("in %d tries: %w", changeTries, err)
}

// who names somebody to the asker.
func who(r Request, i clarion.Identity) chat.Text {
	if i == r.Person.Identity() {
		return chat.Say("you")
	}
	return colleague(i, "")
}

// by says who did something and when: " by you at …".
func (cfg Config) by(r Request, i clarion.Identity, at time.Time) chat.Text {
	text := chat.Text{}
	if i != "" {
		text = text.Say(" by ").Add(who(r, i))
	}
	return text.Say(" at ").At(at, cfg.Location)
}
