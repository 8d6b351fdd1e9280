package scheduler

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2/server"

	clarion "github.com/clarion-bot/clarion"
)

// A feed that calls its items by one name, week after week, made campaigns that /drop stop could not tell apart.
func TestWhatComesByItselfHasATitleOfItsOwn(t *testing.T) {
	w := newWorld(t, 1)
	w.plan("offers", monday) // "Campaign offers" runs for a week
	f := &site{}
	f.publish("first")
	w.fed("products", func(t *clarion.Topic) { t.Auto = true })
	s := w.reader(f)
	w.tick(s)
	f.publish("a", "b")
	f.items[0].Title, f.items[1].Title = "Campaign offers", "campaign  Offers"
	w.pass(feedEvery)
	w.tick(s)
	w.moveTo(monday.AddDate(0, 0, 7)) // it is over
	f.publish("c", "d")
	f.items[0].Title, f.items[1].Title = "Campaign offers", "Campaign offers (2)"
	w.tick(s)
	queue, err := w.workspace.Queue(t.Context(), "products")
	must(t, err)
	var titles []string
	for _, c := range queue {
		titles = append(titles, c.Title)
		if !strings.HasPrefix(c.Title, c.Captions[0].Text) {
			t.Errorf("partners post %q of %q", c.Captions[0].Text, c.Title)
		}
	}
	if want := []string{"Item first", "campaign Offers (2)", "Campaign offers (3)", "Campaign offers (2) (2)", "Campaign offers"}; !slices.Equal(titles, want) {
		t.Errorf("queued are %q, want %q", titles, want)
	}
}

// Somebody stores a campaign of the item's title after the titles were compared, just before the item is stored.
func TestAnItemThatSomebodyIsQuickerThanGetsAnotherTitle(t *testing.T) {
	w := newWorld(t, 1)
	f := &site{}
	f.publish("first")
	w.fed("products", func(t *clarion.Topic) { t.Auto = true })
	first := true
	w.redis.Server().SetPreHook(func(_ *server.Peer, cmd string, args ...string) bool {
		stores := slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "titles:{") })
		if strings.HasPrefix(cmd, "EVAL") && stores && first {
			first = false
			rival := clarion.Campaign{ID: "rival", Title: "Item first", CreatedAt: monday, Ends: monday.AddDate(0, 0, 7)}
			if err := w.workspace.PutCampaign(context.Background(), rival); err != nil {
				t.Error(err)
			}
		}
		return false
	})
	w.tick(w.reader(f))
	queue, err := w.workspace.Queue(t.Context(), "products")
	if err != nil || len(queue) != 1 || queue[0].Title != "Item first (2)" {
		t.Errorf("queued is %+v, %v", queue, err)
	}
}
