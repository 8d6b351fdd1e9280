package bot

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/storage"
)

// playPlanning goes through how campaigns are listed, changed, given up and taken back, in a world of its own. The
// form is that of a campaign that is posted an hour from monday on.
func playPlanning(t *testing.T, c cast, form chat.Values) map[string]drawn {
	p := player{newWorld(t, setup{}), map[string]drawn{}}
	ctx := t.Context()
	must(t, p.workspace.PutStores(ctx, c.stores))
	with := func(changes chat.Values) func(*commands.Request) {
		return func(r *commands.Request) {
			r.Form = maps.Clone(form)
			maps.Copy(r.Form, changes)
		}
	}
	valued := func(value string) func(*commands.Request) {
		return func(r *commands.Request) { r.Value = value }
	}
	stated := func(state string, changes chat.Values) func(*commands.Request) {
		return func(r *commands.Request) {
			with(changes)(r)
			r.State = state
		}
	}
	p.typed("drop-choose-none", helen, office, "/drop", "edit")

	window := chat.Values{
		"at": {Moment: monday.Add(time.Hour)}, "opens": {Moment: monday.Add(20 * time.Hour)}, "public": {Moment: monday.Add(22 * time.Hour)},
		"factor": {Chosen: []string{"2"}}, "after": {Text: "https://www.example.com/offers"}, "remind": {Chosen: []string{"remind"}},
	}
	windowed := func(changes chat.Values) chat.Values {
		all := maps.Clone(window)
		maps.Copy(all, changes)
		return all
	}
	preview := p.done("drop-preview-window", helen, office, "drop.write", with(window))
	if preview.Form == nil {
		t.Fatalf("the campaign is not accepted: %v", preview.Wrong)
	}
	p.done("drop-confirmed-window", helen, office, "drop.confirm", stated(preview.Form.State, nil))
	id := preview.Form.State
	p.done("drop-preview-teaser-now", helen, office, "drop.write", with(chat.Values{"title": {Text: "Other"}, "at": {}, "opens": {Moment: monday.Add(time.Hour)}}))

	copied := p.done("drop-copy-form", helen, office, "drop.copy", valued(id))
	if copied.Form == nil {
		t.Fatal("no form of a copy")
	}
	second := p.done("drop-copy-preview", helen, office, "drop.write", with(chat.Values{"title": {Text: c.campaign.Title[:10] + " (copy)"}}))
	p.done("drop-copy-confirmed", helen, office, "drop.confirm", stated(second.Form.State, nil))
	p.typed("drop-choose", helen, office, "/drop", "edit")
	p.typed("drop-choose-unknown", helen, office, "/drop", "stop *nowhere* <@U1>")
	p.typed("drop-list-window", helen, office, "/drop", "list")
	p.done("drop-cancel-ask", helen, office, "drop.cancel.ask", valued(second.Form.State))
	p.done("drop-details-planned", helen, office, "drop.details", valued(id))

	edit := p.done("drop-edit-form", helen, office, "drop.edit", valued(id))
	again := p.done("drop-edit-form", helen, office, "drop.edit", valued(id))
	save := p.done("drop-edit-preview", helen, office, "drop.rewrite", stated(edit.Form.State, windowed(chat.Values{"at": {Moment: monday.Add(2 * time.Hour)}, "hashtag": {Text: "#Changed"}})))
	late := p.done("drop-edit-preview-now", helen, office, "drop.rewrite", stated(edit.Form.State, windowed(chat.Values{"at": {}})))
	p.done("drop-edited", helen, office, "drop.save", stated(save.Form.State, nil))
	p.done("drop-edited-again", helen, office, "drop.save", stated(save.Form.State, nil))
	p.done("drop-edit-overtaken", helen, office, "drop.save", stated(late.Form.State, nil))
	p.done("drop-edit-merged", helen, office, "drop.rewrite", stated(again.Form.State, windowed(chat.Values{"hashtag": {Text: "#Mine"}, "remind": {}})))
	p.done("drop-cancelled-in-list", helen, office, "drop.cancel", valued(second.Form.State+"/0"))
	p.done("drop-cancelled-again", helen, office, "drop.cancel", valued(second.Form.State))
	p.done("drop-edit-cancelled", helen, office, "drop.edit", valued(second.Form.State))

	p.pass(3 * time.Hour)
	p.outcomeOfDrop(clarion.CampaignID(id))
	p.done("drop-cancel-posted", helen, office, "drop.cancel", valued(id))
	p.done("drop-edit-form-teased", helen, office, "drop.edit", valued(id))
	p.done("drop-details", helen, office, "drop.details", valued(id))
	p.pass(18 * time.Hour)
	p.typed("drop-list-open", helen, office, "/drop", "")
	opened := p.done("drop-edit-form-opened", helen, office, "drop.edit", valued(id))
	saved := p.done("drop-edit-preview-opened", helen, office, "drop.rewrite", stated(opened.Form.State, nil))
	p.done("drop-edited-opened", helen, office, "drop.save", stated(saved.Form.State, nil))
	p.done("drop-details-retried", helen, office, "drop.details.retry", valued(id))
	p.done("drop-retried", helen, office, "drop.retry", valued(id))

	p.done("drop-stop-form", helen, office, "drop.stop", valued(id))
	p.done("drop-stopped", helen, office, "drop.stopped", stated(id, chat.Values{"page": {Text: "https://www.example.com/?" + form["title"].Text[:3]}}))
	p.done("drop-stopped-again", helen, office, "drop.stopped", stated(id, nil))
	p.done("drop-stop-again", helen, office, "drop.stop", valued(id))
	p.done("drop-details-stopped", helen, office, "drop.details", valued(id))
	p.typed("drop-list-stopped", helen, office, "/drop", "")
	p.done("drop-undone-in-list", helen, office, "drop.undo", valued(id+"/0"))
	p.done("drop-undone-again", helen, office, "drop.undo", valued(id))

	for i := range 20 {
		other := clarion.Campaign{ID: clarion.CampaignID(fmt.Sprintf("c%d", i)), Title: fmt.Sprintf("%d %s", i, c.campaign.Title), Ends: monday.AddDate(0, 0, i-10), CreatedAt: monday}
		must(t, p.workspace.PutCampaign(ctx, other))
	}
	p.done("drop-list-page", helen, office, "drop.page", valued("1"))
	return p.scenes
}

// outcomeOfDrop lets the posts of a campaign become one of each kind: one fails, one waits, one is under way, and the
// others are posted.
func (w *world) outcomeOfDrop(id clarion.CampaignID) {
	w.t.Helper()
	deliveries, err := w.workspace.Deliveries(w.t.Context(), clarion.GroupOf(id))
	must(w.t, err)
	for i, d := range deliveries {
		d, ok, err := w.workspace.Claim(w.t.Context(), d.ID, w.clock(), w.clock().Add(time.Minute))
		must(w.t, errors.Join(err, map[bool]error{false: errors.New("it cannot be claimed")}[ok]))
		switch i {
		case 0:
			must(w.t, w.workspace.Fail(w.t.Context(), d, w.clock(), "I am not in the channel: type /invite @Clarion there.", clarion.Delivery{}))
		case 1:
			must(w.t, w.workspace.Postpone(w.t.Context(), d, w.clock().Add(time.Minute), "asked to wait 1m0s: slack rate limit exceeded"))
		default:
			must(w.t, w.workspace.Record(w.t.Context(), d.ID, storage.Posted{PostID: fmt.Sprintf("1.%d", i), At: w.clock()}))
		}
	}
}
