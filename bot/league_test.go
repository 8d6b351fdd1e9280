package bot

import (
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/storage"
)

func TestWhoPressesInSlackAndInTeamsIsOnePartnerInOneLeague(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	c := w.campaign()
	post := w.posted(c)

	// Ben is on the roster by his e-mail address, which both platforms tell.
	inSlack := w.world.bot.request(slackOrigin{person: slackPerson(ben, "ben"), from: slackFormState{Channel: leeds}})
	inSlack.Value = string(c.ID)
	if r, err := w.table.Do(t.Context(), commands.ActionShare, inSlack); err != nil || r.Form == nil {
		t.Fatalf("Share it in Slack: %+v, %v", r, err)
	}
	inSlack.Value = string(c.ID) + "/0"
	if _, err := w.table.Do(t.Context(), "share.copy", inSlack); err != nil {
		t.Fatal(err)
	}
	links := w.presses(benInTeams, post, "Share it", nil)
	copied := w.hands(links.Dialog, "Copy the link", nil)
	shows(t, copied.Dialog.Card, "You have had the points for this one already.")

	one, err := w.workspace.PartnerIDOf(t.Context(), clarion.UserIdentity(clarion.Slack, ben))
	must(t, err)
	two, err := w.workspace.PartnerIDOf(t.Context(), clarion.UserIdentity(clarion.Teams, benInTeams))
	if err != nil || one != two || one != "ben" {
		t.Errorf("in Slack he is %q, in Teams %q: %v", one, two, err)
	}
	if awards, err := w.workspace.Ledger(t.Context(), "ben", 10); err != nil || len(awards) != 1 || awards[0].Store != "leeds" {
		t.Errorf("he has %+v: %v", awards, err)
	}
	board, err := w.workspace.Leaderboard(t.Context(), storage.Query{Period: clarion.InCampaign(c.ID), Scope: clarion.Stores(), Limit: 10})
	if err != nil || len(board.Standings) != 1 || board.Standings[0].Points != 5 {
		t.Errorf("the board is %+v: %v", board, err)
	}

	// His store talks in both, so a drop goes to both.
	store, err := w.workspace.Store(t.Context(), "leeds")
	must(t, err)
	deliveries := clarion.Drop{ID: "d", Campaign: c.ID, At: monday, Stores: []clarion.StoreID{"leeds"}}.Deliveries([]clarion.Store{store})
	posters := map[clarion.Platform]func(clarion.Delivery) error{
		clarion.Slack: func(d clarion.Delivery) error {
			_, err := w.world.bot.Post(t.Context(), d.Channel, d.ID, commands.Post(c))
			return err
		},
		clarion.Teams: func(d clarion.Delivery) error {
			_, err := w.bot.Post(t.Context(), d.Channel, d.ID, commands.Post(c))
			return err
		},
	}
	for _, d := range deliveries {
		must(t, posters[d.Channel.Platform](d))
	}
	if len(deliveries) != 2 || len(w.Messages(leeds, ben)) != 1 || len(w.teams.Posts(leedsInTeams)) != 1 {
		t.Errorf("%d deliveries, %d posts in Slack, %d in Teams", len(deliveries), len(w.Messages(leeds, ben)), len(w.teams.Posts(leedsInTeams)))
	}
}
