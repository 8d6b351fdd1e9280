// Package rehearsal runs Clarion as it is: the real binary in processes that can be killed, over real Redis servers,
// in the playground's Slack, which is in a process of its own. Programs that show what Clarion promises are made
// with it.
package rehearsal

import (
	"context"
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/storage"
)

// Workspace is the company's.
const Workspace clarion.WorkspaceID = "rehearsal"

const (
	botUser    = "U0CLARION"
	socialUser = "U0SOFIA"
)

// Stores returns the company's stores, numbered from 1, each with a channel.
func Stores(n int) []clarion.Store {
	stores := make([]clarion.Store, n)
	for i := range stores {
		stores[i] = clarion.Store{
			ID: clarion.StoreID(fmt.Sprintf("store-%04d", i+1)), Name: fmt.Sprintf("Store %d", i+1), Headcount: 500,
			Channels: []clarion.Channel{{Platform: clarion.Slack, ID: fmt.Sprintf("C0STORE%04d", i+1)}},
		}
	}
	return stores
}

// OnBoth lets every second store talk in Teams instead of Slack.
func OnBoth(stores []clarion.Store) []clarion.Store {
	for i := 1; i < len(stores); i += 2 {
		stores[i].Channels = []clarion.Channel{{Platform: clarion.Teams, ID: fmt.Sprintf("19:%s@thread.tacv2", stores[i].ID)}}
	}
	return stores
}

// channels returns the channels of the stores as Slack has them. The bot is in each.
func channels(n int) []playground.Channel {
	channels := make([]playground.Channel, 0, n)
	for _, s := range Stores(n) {
		channels = append(channels, playground.Channel{ID: s.Channels[0].ID, Name: string(s.ID), Members: []string{socialUser, botUser}})
	}
	return channels
}

func users() []playground.User {
	return []playground.User{
		{ID: botUser, Name: "clarion", Real: "Clarion", Bot: true},
		{ID: socialUser, Name: "sofia.marsh", Real: "Sofia Marsh", Email: "sofia@shops.example"},
	}
}

// PutStores stores the stores, and so many partners in each, whom it returns.
func PutStores(ctx context.Context, w *storage.Workspace, stores []clarion.Store, each int) ([]clarion.PartnerID, error) {
	if err := w.PutStores(ctx, stores); err != nil {
		return nil, err
	}
	var partners []clarion.PartnerID
	var members []clarion.Member
	for _, s := range stores {
		for range each {
			i := len(partners) + 1
			id := clarion.PartnerID(fmt.Sprintf("01990000-0000-7000-9000-%012d", i))
			partners = append(partners, id)
			members = append(members, clarion.Member{
				Partner:    clarion.Partner{ID: id, Name: fmt.Sprintf("Partner %d", i), Store: s.ID},
				Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, fmt.Sprintf("U0PARTNER%05d", i))},
			})
		}
	}
	if len(members) == 0 {
		return nil, nil
	}
	_, _, err := w.Import(ctx, members, func(int) {})
	return partners, err
}

// Plan stores the campaign of a number, from 1, whose post is due in every store's channel at a time, and which ends at
// another.
func Plan(ctx context.Context, w *storage.Workspace, number int, stores []clarion.Store, due, ends time.Time) (clarion.Campaign, []clarion.Delivery, error) {
	id := fmt.Sprintf("01990000-0000-7000-8000-%012d", number)
	c := clarion.Campaign{
		ID: clarion.CampaignID(id), Title: Title(number), Text: "Share it with your friends.", Target: "https://www.shops.example/campaign",
		Hashtag: "#Rehearsal", Captions: []clarion.Caption{{Text: "Look at this."}}, Networks: clarion.Networks(),
		Audience: clarion.Audience{All: true}, Ends: ends, CreatedBy: clarion.UserIdentity(clarion.Slack, socialUser),
		CreatedAt: due.AddDate(0, 0, -1),
	}
	drop := clarion.Drop{ID: id, Campaign: c.ID, At: due}
	for _, s := range stores {
		drop.Stores = append(drop.Stores, s.ID)
	}
	deliveries := drop.Deliveries(stores)
	_, err := w.Plan(ctx, c, drop, deliveries)
	return c, deliveries, err
}

// Title returns the title of the campaign of a number. None is the beginning of another.
func Title(number int) string { return fmt.Sprintf("Campaign %d of the rehearsal", number) }
