package bot

import (
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/storage"
)

// posts draws a campaign's post in each of its stages, and the message about stores that it could not reach.
func (w *world) posts(c cast, campaign clarion.Campaign, add func(string, commands.Reply, error) commands.Reply) {
	ctx, opens := w.t.Context(), monday.Add(20*time.Hour)
	campaign.Opens, campaign.Public, campaign.WindowFactor = opens, opens.Add(2*time.Hour), 2
	post := func(name string, kind clarion.DeliveryKind, at time.Time) {
		w.t.Helper()
		must(w.t, w.workspace.PutCampaign(ctx, campaign))
		d := clarion.Delivery{ID: name, Kind: kind, Campaign: campaign.ID, Subject: string(campaign.ID)}
		m, err := w.table.Delivery(ctx, w.workspace, d, at)
		add(name, commands.Reply{Message: m}, err)
	}
	post("post-teaser", clarion.DropDelivery, monday)
	post("post-teaser-soon", clarion.DropDelivery, opens.Add(-10*time.Minute))
	post("post-window", clarion.DropDelivery, opens)
	post("post-going", clarion.DropDelivery, campaign.Public)
	post("post-ended", clarion.DropDelivery, campaign.Ends)
	campaign.Recall = &clarion.Recall{At: opens}
	post("post-recalled", clarion.DropDelivery, opens)
	campaign.Recall = nil

	for i, s := range c.stores {
		d := clarion.Drop{ID: "again", Campaign: campaign.ID, At: monday, Stores: []clarion.StoreID{s.ID}}.Deliveries(c.stores)
		_, err := w.workspace.Enqueue(ctx, d...)
		must(w.t, err)
		for _, one := range d {
			claimed, ok, err := w.workspace.Claim(ctx, one.ID, monday, monday.Add(time.Minute))
			must(w.t, err)
			if !ok {
				w.t.Fatalf("%s is not due", one.ID)
			}
			reason := []string{"The channel is archived. Unarchive it, or type /store link in the channel where the store talks now.", "I am not in the channel. Type /invite @Clarion there."}[i%2]
			must(w.t, w.workspace.Fail(ctx, claimed, monday, reason, clarion.Delivery{}))
		}
	}
	post("trouble", clarion.TroubleDelivery, monday)
	failed, err := w.workspace.FailedDeliveries(ctx, 1000)
	must(w.t, err)
	for _, d := range failed {
		_, err := w.workspace.Retry(ctx, monday, d.ID)
		must(w.t, err)
	}
	post("trouble-waiting", clarion.TroubleDelivery, monday)
	for _, d := range failed {
		must(w.t, w.workspace.Record(ctx, d.ID, storage.Posted{PostID: "1.1", At: monday}))
	}
	post("trouble-over", clarion.TroubleDelivery, monday)
}
