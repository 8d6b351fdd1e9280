package bot

import (
	"fmt"
	"maps"
	"strconv"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// playPeople goes through how a second person says yes to a campaign or sends it back, and how stores are reminded
// of it, in a world of its own. The form is that of a campaign that is posted an hour from monday on.
func playPeople(t *testing.T, c cast, form chat.Values) map[string]drawn {
	p := player{newWorld(t, setup{}), map[string]drawn{}}
	ctx := t.Context()
	must(t, p.workspace.PutStores(ctx, c.stores))
	from := func(who string) chat.Values {
		values := maps.Clone(form)
		values["approver"], values["remind"] = chat.Value{Person: slackPerson(who, "")}, chat.Value{Chosen: []string{"remind"}}
		return values
	}
	filled := func(state string, values chat.Values) func(*commands.Request) {
		return func(r *commands.Request) { r.State, r.Form = state, values }
	}
	pressed := func(value string) func(*commands.Request) {
		return func(r *commands.Request) { r.Value = value }
	}
	says := func(name string, d clarion.Delivery) {
		t.Helper()
		d.Channel = clarion.Channel{Platform: clarion.Slack, ID: "D1"}
		m, err := p.table.Delivery(ctx, p.workspace, d, p.clock())
		p.add(name, commands.Reply{Message: m}, err)
	}
	id := ""
	about := func(name string, kind clarion.DeliveryKind, revision int) string {
		t.Helper()
		says(name, clarion.Delivery{Kind: kind, Campaign: clarion.CampaignID(id), Subject: strconv.Itoa(revision)})
		return id + "/" + strconv.Itoa(revision)
	}

	preview := p.done("approval-preview", helen, office, "drop.write", filled("", from(amira)))
	if preview.Form == nil {
		t.Fatalf("the campaign is not accepted: %v", preview.Wrong)
	}
	id = preview.Form.State
	p.done("approval-confirmed", helen, office, "drop.confirm", filled(id, nil))
	p.typed("approval-list-asked", helen, office, "/drop", "")
	about("approval-nobody-asked", clarion.DecisionDelivery, 0)
	first := about("approval-question", clarion.ApprovalDelivery, 0)
	p.done("approval-others", cleo, office, "approval.yes", pressed(first))
	back := p.done("approval-back-form", amira, office, "approval.back", pressed(first))
	p.done("approval-sent-back", amira, office, "approval.reason", filled(back.Form.State, chat.Values{"reason": {Text: "No:\n" + c.campaign.Text}}))
	about("approval-decision-back", clarion.DecisionDelivery, 1)
	p.typed("approval-list-back", helen, office, "/drop", "")

	edit := p.done("approval-edit-form", helen, office, "drop.edit", pressed(id))
	changed := p.done("approval-edit-preview", helen, office, "drop.rewrite", filled(edit.Form.State, from(amira)))
	p.done("approval-edited", helen, office, "drop.save", filled(changed.Form.State, nil))
	about("approval-question-outdated", clarion.ApprovalDelivery, 0)
	p.pass(2 * time.Hour) // the time of its post is over
	second := about("approval-question-late", clarion.ApprovalDelivery, 2)
	p.done("approval-yes", amira, office, "approval.yes", pressed(second))
	about("approval-decision-yes", clarion.DecisionDelivery, 3)
	p.done("approval-details", helen, office, "drop.details", pressed(id))

	says("reminder-first", clarion.Delivery{Kind: clarion.ReminderDelivery, Campaign: clarion.CampaignID(id), Store: c.stores[0].ID, Subject: clarion.FirstReminder})
	for i := range 12 {
		partner := clarion.PartnerID(fmt.Sprintf("p%d", i))
		_, err := p.workspace.Enrol(ctx, clarion.Member{Partner: clarion.Partner{ID: partner, Name: string(partner), Store: c.stores[0].ID},
			Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, string(partner))}})
		must(t, err)
		if i < 5 {
			link := clarion.NewShareLink([]byte("x"), "acme", clarion.CampaignID(id), partner, clarion.X)
			_, err = p.workspace.Award(ctx, clarion.DefaultRules().Share(link, p.clock(), time.UTC))
			must(t, err)
		}
	}
	p.pass(time.Hour) // the figures may be a minute old
	says("reminder-some", clarion.Delivery{Kind: clarion.ReminderDelivery, Campaign: clarion.CampaignID(id), Store: c.stores[0].ID, Subject: clarion.FirstReminder})
	running, err := p.workspace.Campaign(ctx, clarion.CampaignID(id))
	must(t, err)
	p.pass(running.Ends.Add(-24 * time.Hour).Sub(p.clock()))
	says("reminder-last", clarion.Delivery{Kind: clarion.ReminderDelivery, Campaign: clarion.CampaignID(id), Store: c.stores[1].ID, Subject: clarion.LastReminder})
	p.pass(14 * 24 * time.Hour)
	says("reminder-over", clarion.Delivery{Kind: clarion.ReminderDelivery, Campaign: clarion.CampaignID(id), Store: c.stores[0].ID, Subject: clarion.FirstReminder})
	return p.scenes
}
