package main

import (
	"context"
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

// filled is the campaign by which partners have their points before anything is measured.
const filled clarion.CampaignID = "01990000-0000-7000-8000-000000000000"

func storeID(i int) clarion.StoreID { return clarion.StoreID(fmt.Sprintf("store-%02d", i)) }

func partnerID(i int) clarion.PartnerID {
	return clarion.PartnerID(fmt.Sprintf("01990000-0000-7000-9000-%012d", i))
}

// userID has the length of Slack's own.
func userID(i int) string { return fmt.Sprintf("U0B%08d", i) }

// campaign returns a campaign such as a social team writes.
func campaign(id clarion.CampaignID, now time.Time) clarion.Campaign {
	return clarion.Campaign{
		ID: id, Title: "Our Christmas advert, before anyone else sees it",
		Text:   "Two hours before it is on television, it is yours. Share it with your friends: let's get it trending before breakfast.",
		Target: "https://www.example.com/christmas/advert", Image: "https://www.example.com/christmas/advert.jpg", ImageAlt: "A lantern in a snowy window",
		Hashtag: "#TheLanternAndTheFox",
		Captions: []clarion.Caption{
			{Text: "I work with the people who made this, and I still got something in my eye."},
			{Text: "Two minutes of Christmas, before the rest of the country sees it."},
			{Text: "Proud of my colleagues for this one. Sound on!"},
			{Network: clarion.LinkedIn, Text: "Our Christmas advert is out, and we partners may show it first. I am proud to be one of them."},
		},
		Networks: clarion.Networks(), Audience: clarion.Audience{All: true}, Ends: now.AddDate(0, 0, 21),
		CreatedBy: clarion.UserIdentity(clarion.Slack, userID(0)), CreatedAt: now,
	}
}

// fill stores stores, partners, and for each partner this week's shares on one to seven networks.
func (b *bench) fill(ctx context.Context) error {
	now := time.Now()
	list := make([]clarion.Store, stores)
	for i := range list {
		list[i] = clarion.Store{ID: storeID(i), Name: fmt.Sprintf("Store %02d", i), Region: "North", Headcount: partners / stores}
	}
	if err := b.workspace.PutStores(ctx, list); err != nil {
		return err
	}
	members := make([]clarion.Member, partners)
	for i := range members {
		members[i] = clarion.Member{
			Partner:    clarion.Partner{ID: partnerID(i), Name: fmt.Sprintf("Partner %05d", i), Store: storeID(i % stores)},
			Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, userID(i))},
		}
	}
	if _, _, err := b.workspace.Import(ctx, members, nil); err != nil {
		return err
	}
	if err := b.workspace.PutCampaign(ctx, campaign(filled, now)); err != nil {
		return err
	}
	rules, networks := clarion.DefaultRules(), clarion.Networks()
	var awards []clarion.Award
	for i := range partners {
		for _, n := range networks[:1+i%len(networks)] {
			link := clarion.ShareLink{Code: clarion.Code(fmt.Sprintf("%016d", i)), Workspace: b.workspace.ID(), Campaign: filled, Partner: partnerID(i), Network: n}
			awards = append(awards, rules.Share(link, now, time.UTC))
		}
	}
	_, err := b.workspace.Award(ctx, awards...)
	return err
}
