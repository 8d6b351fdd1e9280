package main

import (
	"context"
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

const (
	workspaceID clarion.WorkspaceID = "bench"
	campaignID  clarion.CampaignID  = "01990000-0000-7000-8000-000000000000"
	// target is where every link leads.
	target = "https://www.example.com/christmas/advert"
	stores = 51
)

func storeID(i int) clarion.StoreID { return clarion.StoreID(fmt.Sprintf("store-%02d", i)) }

func partnerID(i int) clarion.PartnerID {
	return clarion.PartnerID(fmt.Sprintf("01990000-0000-7000-9000-%012d", i))
}

func campaign(id clarion.CampaignID, now time.Time) clarion.Campaign {
	return clarion.Campaign{
		ID: id, Title: "Our Christmas advert, before anyone else sees it", Text: "Share it with your friends.",
		Target: target, Hashtag: "#TheLanternAndTheFox",
		Captions: []clarion.Caption{{Text: "Two minutes of Christmas, before the rest of the country sees it."}},
		Networks: clarion.Networks(), Audience: clarion.Audience{All: true}, Ends: now.AddDate(0, 0, 21),
		CreatedBy: clarion.UserIdentity(clarion.Slack, "U0B00000000"), CreatedAt: now,
	}
}

// fill stores stores, partners, a campaign, and a link of each partner, which it returns.
func fill(ctx context.Context, w *storage.Workspace, partners int) ([]clarion.ShareLink, error) {
	list := make([]clarion.Store, stores)
	for i := range list {
		list[i] = clarion.Store{ID: storeID(i), Name: fmt.Sprintf("Store %02d", i), Region: "North", Headcount: partners / stores}
	}
	if err := w.PutStores(ctx, list); err != nil {
		return nil, err
	}
	members := make([]clarion.Member, partners)
	for i := range members {
		members[i] = clarion.Member{
			Partner:    clarion.Partner{ID: partnerID(i), Name: fmt.Sprintf("Partner %05d", i), Store: storeID(i % stores)},
			Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, fmt.Sprintf("U0B%08d", i))},
		}
	}
	if _, _, err := w.Import(ctx, members, nil); err != nil {
		return nil, err
	}
	if err := w.PutCampaign(ctx, campaign(campaignID, time.Now())); err != nil {
		return nil, err
	}
	return share(ctx, w, campaignID, partners)
}

// share makes a link of each partner.
func share(ctx context.Context, w *storage.Workspace, c clarion.CampaignID, partners int) ([]clarion.ShareLink, error) {
	links := make([]clarion.ShareLink, partners)
	networks := clarion.Networks()
	for i := range links {
		_, made, err := w.Share(ctx, c, partnerID(i), networks[i%len(networks):][:1])
		if err != nil {
			return nil, err
		}
		links[i] = made[0]
	}
	return links, nil
}
