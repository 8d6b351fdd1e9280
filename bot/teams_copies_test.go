package bot

import (
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/playground/teams"
	"github.com/clarion-bot/clarion/storage"
)

func TestInTeamsACopyOfAPostGoesWhenSomebodyPressesInItAndThePostStays(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	c := w.campaign()
	ctx, channel := t.Context(), teamsPlace(kingstonInTeams)
	d := clarion.Delivery{ID: "drop:d:kingston:teams", Kind: clarion.DropDelivery, Campaign: c.ID, Drop: "d", Store: "kingston", Channel: channel, Due: monday}
	_, err := w.workspace.Enqueue(ctx, d)
	must(t, err)
	claimed, ok, err := w.workspace.Claim(ctx, d.ID, monday, monday.Add(time.Minute))
	must(t, err)
	if !ok {
		t.Fatal("the delivery is not due")
	}
	post := func() (string, teams.Message) {
		id, err := w.bot.Post(ctx, channel, d.ID, commands.Post(c))
		must(t, err)
		return id, w.newest(kingstonInTeams)
	}
	standing := func() (ids []string) {
		w.settle()
		for _, m := range w.teams.Posts(kingstonInTeams) {
			ids = append(ids, m.ID)
		}
		return ids
	}
	_, lost := post() // its answer was lost
	id, kept := post()

	// As long as nothing is recorded, nobody knows which one is the post.
	w.presses(amiraInTeams, lost, "Share it", nil)
	if got := standing(); len(got) != 2 {
		t.Fatalf("%v stand before one is recorded", got)
	}
	must(t, w.workspace.Record(ctx, claimed.ID, storage.Posted{PostID: id, At: monday}))
	w.presses(amiraInTeams, lost, "Share it", nil)
	if got := standing(); len(got) != 2 {
		t.Fatalf("%v stand a moment after one was recorded", got)
	}
	w.pass(2 * copyAge)
	if a := w.presses(amiraInTeams, kept, "Share it", nil); a.Dialog == nil || len(standing()) != 2 {
		t.Fatalf("a press in the post itself: %s, and %v stand", a.Body, standing())
	}
	if a := w.presses(amiraInTeams, lost, "Share it", nil); a.Dialog == nil || a.Dialog.Closed {
		t.Errorf("who presses in the copy is answered %s", a.Body)
	}
	if got := standing(); len(got) != 1 || got[0] != kept.ID {
		t.Errorf("%v stand, want %s alone", got, kept.ID)
	}
	if a := w.presses(amiraInTeams, kept, "Leaderboard", nil); a.Dialog == nil || len(standing()) != 1 {
		t.Errorf("the post itself is answered %s, and %v stand", a.Body, standing())
	}

	// A press that is made up deletes no other post.
	other := d
	other.ID, other.Drop = "drop:e:kingston:teams", "e"
	_, err = w.workspace.Enqueue(ctx, other)
	must(t, err)
	claimed, _, err = w.workspace.Claim(ctx, other.ID, w.clock(), w.clock().Add(time.Minute))
	must(t, err)
	otherID, err := w.bot.Post(ctx, channel, other.ID, commands.Post(c))
	must(t, err)
	must(t, w.workspace.Record(ctx, claimed.ID, storage.Posted{PostID: otherID, At: w.clock()}))
	w.pass(2 * copyAge)
	activity, err := w.teams.Activity("invoke", amiraInTeams, kingstonInTeams)
	must(t, err)
	activity["name"], activity["replyToId"] = "task/fetch", kept.ID
	activity["value"] = map[string]any{"data": map[string]any{"clarion": map[string]any{"action": "share", "value": "spring", "delivery": other.ID}}}
	_, err = w.teams.Raw(ctx, activity)
	must(t, err)
	if got := standing(); len(got) != 2 {
		t.Errorf("%v stand after a press that says it is in another post", got)
	}
}
