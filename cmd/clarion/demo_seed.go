package main

import (
	"context"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/playground/page"
	"github.com/clarion-bot/clarion/storage"
)

// The people of the demo whom its guide names.
const (
	demoSocial  = "U0SOFIA"
	demoManager = "U0DANIEL"
	demoPartner = "U0AMIRA"
)

// demoStores are the demo's stores: their channels have their ids' names.
var demoStores = []clarion.Store{
	{ID: "oxford-street", Name: "Oxford Street", Region: "London", Headcount: 640},
	{ID: "kingston", Name: "Kingston", Region: "London", Headcount: 410},
	{ID: "leeds", Name: "Leeds", Region: "North", Headcount: 280},
	{ID: "glasgow", Name: "Glasgow", Region: "North", Headcount: 300},
	{ID: "cardiff", Name: "Cardiff", Region: "West", Headcount: 260},
	{ID: "exeter", Name: "Exeter", Region: "West", Headcount: 190},
	{ID: "head-office", Name: "Head Office", Headcount: 900},
}

// demoPerson is somebody in the demo's Slack; with a store, the roster has them as a partner.
type demoPerson struct {
	id, handle, name, role string
	store                  clarion.StoreID
}

var demoPeople = []demoPerson{
	{demoSocial, "sofia.marsh", "Sofia Marsh", "Social team", "head-office"},
	{demoManager, "daniel.okafor", "Daniel Okafor", "Manager, Kingston", "kingston"},
	{demoPartner, "amira.khan", "Amira Khan", "Partner, Kingston", "kingston"},
	{"U0TOM", "tom.bell", "Tom Bell", "Partner, Kingston", "kingston"},
	{"U0LUCY", "lucy.fox", "Lucy Fox", "Partner, Oxford Street", "oxford-street"},
	{"U0BEN", "ben.ward", "Ben Ward", "Partner, Leeds", "leeds"},
	{"U0ISLA", "isla.reid", "Isla Reid", "Partner, Glasgow", "glasgow"},
	{"U0GWEN", "gwen.price", "Gwen Price", "Partner, Cardiff", "cardiff"},
	{"U0SAM", "sam.holt", "Sam Holt", "Partner, Exeter", "exeter"},
	{"U0NIA", "nia.hughes", "Nia Hughes", "New, not on the roster yet", ""},
	{"U0OMAR", "omar.haddad", "Omar Haddad", "New, not on the roster yet", ""},
}

func demoUsers() []playground.User {
	users := []playground.User{{ID: "U0CLARION", Name: "clarion", Real: "Clarion", Bot: true}}
	for _, p := range demoPeople {
		users = append(users, playground.User{ID: p.id, Name: p.handle, Real: p.name, Email: demoEmail(p), Role: p.role})
	}
	return users
}

func demoEmail(p demoPerson) string { return p.handle + "@harbour.example" }

func demoGroups() []playground.UserGroup {
	return []playground.UserGroup{{ID: "S0SOCIAL", Handle: demoSocialTeam[1:], Users: []string{demoSocial}}}
}

func demoChannelID(store clarion.StoreID) string {
	return "C0" + map[clarion.StoreID]string{
		"oxford-street": "OXFORD", "kingston": "KINGSTON", "leeds": "LEEDS", "glasgow": "GLASGOW", "cardiff": "CARDIFF",
		"exeter": "EXETER", "head-office": "OFFICE",
	}[store]
}

func demoChannels() []playground.Channel {
	var everyone []string
	for _, p := range demoPeople {
		everyone = append(everyone, p.id)
	}
	channels := []playground.Channel{{ID: "C0GENERAL", Name: "general", Topic: "Everyone, everywhere", Members: everyone}}
	for _, s := range demoStores {
		channels = append(channels, playground.Channel{
			ID: demoChannelID(s.ID), Name: string(s.ID), Topic: "Partners of " + s.Name, Members: everyone,
		})
	}
	return channels
}

// seedDemo stores the stores, the roster, a week that is over, and a campaign that is due now. Doing it
// again changes nothing.
func seedDemo(ctx context.Context, w *storage.Workspace, now time.Time, cfg Config, base string) error {
	stores := make([]clarion.Store, 0, len(demoStores))
	for _, s := range demoStores {
		stores = append(stores, s.Linked(clarion.Channel{Platform: clarion.Slack, ID: demoChannelID(s.ID)}))
	}
	if err := w.PutStores(ctx, stores); err != nil {
		return err
	}
	var members []clarion.Member
	for _, p := range demoPeople {
		if p.store == "" {
			continue
		}
		members = append(members, clarion.Member{
			Partner:    clarion.Partner{ID: clarion.PartnerID("demo-" + p.handle), Name: p.name, Email: demoEmail(p), Store: p.store},
			Identities: []clarion.Identity{clarion.UserIdentity(clarion.Slack, p.id), clarion.EmailIdentity(demoEmail(p))},
		})
	}
	if _, _, err := w.Import(ctx, members, func(int) {}); err != nil {
		return err
	}
	if err := seedLastWeek(ctx, w, now, cfg, base); err != nil {
		return err
	}
	campaign := clarion.Campaign{
		ID: demoNewest, Title: "Our Christmas advert, before anyone else sees it",
		Text:   "Two hours before it is on television, it is yours. Share it with your friends: let's get it trending before breakfast.",
		Target: base + "/demo/advert", Image: base + "/demo/advert.jpg", ImageAlt: "A lantern in a snowy window, with a little fox looking in",
		Hashtag: "#TheLanternAndTheFox", Disclosure: "I work at Harbour & Sons.",
		Captions: []clarion.Caption{
			{Text: "I work with the people who made this, and I still got something in my eye."},
			{Text: "Two minutes of Christmas, before the rest of the country sees it."},
			{Text: "Proud of my colleagues for this one. Sound on!"},
			{Network: clarion.LinkedIn, Text: "Our Christmas advert is out, and we partners may show it first. I am proud to be one of them."},
		},
		Networks: clarion.Networks(), Audience: clarion.Audience{All: true}, Ends: now.AddDate(0, 0, 21),
		CreatedBy: clarion.UserIdentity(clarion.Slack, demoSocial), CreatedAt: now,
	}
	// A moment later, so that it stands below the announcement of last week's winners.
	drop := clarion.Drop{ID: string(demoNewest), Campaign: demoNewest, At: now.Add(2 * time.Second)}
	for _, s := range stores {
		drop.Stores = append(drop.Stores, s.ID)
	}
	_, err := w.Plan(ctx, campaign, drop, drop.Deliveries(stores))
	return err
}

// seedLastWeek awards what partners earned in the week before: shares of an earlier campaign and visits by
// their links. Glasgow and Leeds tie for the first place.
func seedLastWeek(ctx context.Context, w *storage.Workspace, now time.Time, cfg Config, base string) error {
	week := clarion.WeekOf(now, cfg.Location).Previous()
	start := week.Start(cfg.Location)
	c := clarion.Campaign{
		ID: "demo-coats", Title: "Autumn coats", Text: "The new coats are in.", Target: base + "/demo/advert", Hashtag: "#CoatWeather",
		Captions: []clarion.Caption{{Text: "The coat I have been waiting for."}}, Networks: []clarion.Network{clarion.Facebook, clarion.X, clarion.WhatsApp},
		Audience: clarion.Audience{All: true}, Ends: week.End(cfg.Location), CreatedBy: clarion.UserIdentity(clarion.Slack, demoSocial), CreatedAt: start,
	}
	if err := w.PutCampaign(ctx, c); err != nil {
		return err
	}
	rules, err := w.PutRules(ctx, cfg.Points)
	if err != nil {
		return err
	}
	for handle, visitors := range map[string]int{
		"isla.reid": 14, "ben.ward": 14, "lucy.fox": 11, "amira.khan": 4, "tom.bell": 3, "gwen.price": 7, "sam.holt": 2, "sofia.marsh": 1,
	} {
		_, shared, err := w.Share(ctx, c.ID, clarion.PartnerID("demo-"+handle), c.Networks[:1])
		if err != nil {
			return err
		}
		outcomes, err := w.Award(ctx, rules.Share(shared[0], start.Add(30*time.Hour), cfg.Location))
		if err != nil {
			return err
		}
		if outcomes[0] == clarion.Known {
			continue // the demo has run before
		}
		for i := range visitors {
			at := start.Add(31*time.Hour + time.Duration(i)*time.Minute)
			visitor := clarion.VisitorID{byte(i)} //nolint:gosec // few
			visit := storage.Visit{
				Link: shared[0], Award: rules.Click(shared[0], visitor, at, cfg.Location), Visitor: visitor, Day: at.Format("2006-01-02"),
			}
			if _, err := w.CountVisit(ctx, visit); err != nil {
				return err
			}
		}
		if err := seedUncounted(ctx, w, shared[0]); err != nil {
			return err
		}
	}
	return seedOutcome(ctx, w, c, rules, week, cfg.Location)
}

// demoGuide is what to try, in order.
func demoGuide(base string) []page.Step {
	return []page.Step{
		{Title: "Share it", As: demoPartner, In: "kingston",
			Text: "As *Amira*, a partner in Kingston, press *Share it* below the post. You get links that are hers alone: choose words, then a network. Its composer opens, filled in as far as the network allows, and Amira has five points."},
		{Title: "Be a customer", As: demoPartner, In: "kingston",
			Text: "Press *Copy the link* in the form, and open that link in *a different browser*: it leads to the content at once, and Amira earns a point. Her own browser leads there too and never scores; its private window may be taken for hers."},
		{Title: "See who leads", As: demoManager, In: "kingston", Draft: "/leaderboard",
			Text: "As *Daniel*, the manager, send `/leaderboard`. His own store is always in view. Partners type `/points`."},
		{Title: "Post a campaign", As: demoSocial, In: "head-office", Draft: "/drop campaign",
			Text: "As *Sofia* of the social team, send `/drop campaign` and fill in the form. For the link any address will do, such as `https://example.com`. To have a picture, press `" + base + "/demo/advert.jpg` now: that copies its address."},
		{Title: "Plan ahead", As: demoSocial, In: "head-office", Draft: "/drop list",
			Text: "As *Sofia*, write another one that *opens to partners* in two hours: stores get a teaser with a shut button. Move the clock, and every post opens by itself. `/drop list` has what is planned, running and done, `/drop stop` takes a campaign back everywhere, and `/drop topics` makes queues that go out by a schedule."},
		{Title: "See what came of it", As: demoSocial, In: "head-office", Draft: "/report campaign autumn coats",
			Text: "As *Sofia*, send `/report campaign autumn coats`: as what every visit was counted, and how far partners reach in comparison with the official channel, for which `/drop` has a link too. `/report stores` compares sharing with appointments."},
		{Title: "Close the week", As: demoSocial, In: "kingston",
			Text: "Open the clock at the top and move it to Monday, 09:00. The winners are announced in every store's channel, each with its own place."},
		{Title: "Join as somebody new", As: "U0NIA", In: "cardiff",
			Text: "*Nia* is on no roster. When she presses *Share it* in Cardiff's channel, she belongs to Cardiff. *Omar* is not on it either: when he shares from Clarion's Home, he is asked which store is his."},
	}
}
