package main

import (
	"context"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// demoUncounted are the visits of each partner's link that give no points, as a fresh link has them.
var demoUncounted = map[clarion.VisitKind]int{
	clarion.Repeated: 3, clarion.Own: 1, clarion.HeadOnly: 2, clarion.Previewed: 2, clarion.Crawled: 4, clarion.Prefetched: 1,
}

// demoOfficial are the people who came by the official link.
const demoOfficial = 22

// demoAppointments are the appointments of a store on each day of the week that is over. The head office has none
// to tell of.
var demoAppointments = map[clarion.StoreID][7]int{
	"oxford-street": {6, 7, 5, 8, 9, 14, 8}, "kingston": {4, 5, 5, 4, 6, 9, 5}, "leeds": {5, 4, 6, 7, 8, 11, 6},
	"glasgow": {5, 6, 5, 6, 7, 10, 5}, "cardiff": {2, 3, 3, 2, 4, 6, 2}, "exeter": {1, 2, 1, 2, 2, 4, 0},
}

// seedUncounted counts the visits of a partner's link that give no points.
func seedUncounted(ctx context.Context, w *storage.Workspace, link clarion.ShareLink) error {
	for kind, n := range demoUncounted {
		for range n {
			if _, err := w.CountVisit(ctx, storage.Visit{Link: link, Kind: kind}); err != nil {
				return err
			}
		}
	}
	return nil
}

// seedOutcome lets people come by a campaign's official link, and customers make appointments: two of them by
// partners' links, whose points leave the week's winners what they are. Doing it again changes nothing.
func seedOutcome(ctx context.Context, w *storage.Workspace, c clarion.Campaign, rules clarion.Rules, week clarion.Week, loc *time.Location) error {
	start := week.Start(loc)
	for store, days := range demoAppointments {
		for i, n := range days {
			day := clarion.DayOf(start.AddDate(0, 0, i), loc)
			if err := w.PutDayTotal(ctx, clarion.DayTotal{Store: store, Day: day, Kind: clarion.Appointment, Count: n}); err != nil {
				return err
			}
		}
	}
	official, err := w.OfficialLink(ctx, c.ID)
	if err != nil {
		return err
	}
	totals, err := w.Totals(ctx, c.ID)
	if err != nil {
		return err
	}
	for i := totals.Official().Raw(); i < demoOfficial; i++ { // none when the demo has run before
		at, visitor := start.Add(32*time.Hour+time.Duration(i)*time.Minute), clarion.VisitorID{byte(i)} //nolint:gosec // few
		visit := storage.Visit{Link: official, Award: rules.Click(official, visitor, at, loc), Visitor: visitor, Day: clarion.DayOf(at, loc)}
		if _, err := w.CountVisit(ctx, visit); err != nil {
			return err
		}
	}
	for _, booked := range []struct {
		partner clarion.PartnerID
		store   clarion.StoreID
	}{{"demo-isla.reid", "glasgow"}, {"demo-ben.ward", "leeds"}, {clarion.Official, "oxford-street"}} {
		link := official
		if booked.partner != clarion.Official {
			_, links, err := w.Share(ctx, c.ID, booked.partner, c.Networks[:1])
			if err != nil {
				return err
			}
			link = links[0]
		}
		_, err := w.Convert(ctx, clarion.Conversion{
			Kind: clarion.Appointment, ID: "demo-" + string(booked.store), Code: link.Code, Store: booked.store, At: start.Add(60 * time.Hour),
		}, rules, loc)
		if err != nil {
			return err
		}
	}
	return nil
}
