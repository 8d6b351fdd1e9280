package bot

import (
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// outcome lets customers come to a campaign in every way that there is, by partners' links and by the official
// one, and do something then. Every store but the last tells of its appointments.
func (w *world) outcome(c cast, campaign clarion.Campaign, official int) {
	w.t.Helper()
	ctx, rules := w.t.Context(), clarion.DefaultRules()
	_, links, err := w.workspace.Share(ctx, campaign.ID, "amira", []clarion.Network{clarion.WhatsApp, clarion.Email})
	must(w.t, err)
	own, err := w.workspace.OfficialLink(ctx, campaign.ID)
	must(w.t, err)
	came := func(link clarion.ShareLink, visitors int) {
		for i := range visitors {
			id := clarion.VisitorID{byte(i), 11} //nolint:gosec // few
			_, err := w.workspace.CountVisit(ctx, storage.Visit{Link: link, Award: rules.Click(link, id, monday, time.UTC), Visitor: id, Day: "today"})
			must(w.t, err)
		}
	}
	came(links[0], 19) // one more than the cap leaves
	came(own, official)
	for i, kind := range clarion.VisitKinds() {
		if kind == clarion.Credited || kind == clarion.OverCap {
			continue
		}
		for range i {
			_, err := w.workspace.CountVisit(ctx, storage.Visit{Link: links[1], Kind: kind})
			must(w.t, err)
		}
	}
	for i, code := range []clarion.Code{links[0].Code, links[0].Code, own.Code} {
		for kind, value := range map[string]int64{clarion.Appointment: 0, "gift-card_sale": 1250_05} {
			_, err := w.workspace.Convert(ctx, clarion.Conversion{Kind: kind, ID: fmt.Sprint(i), Code: code, Value: value, At: monday}, rules, time.UTC)
			must(w.t, err)
		}
	}
	for i, s := range c.stores[:len(c.stores)-1] {
		for _, day := range []string{"2026-11-19", "2026-11-24"} {
			must(w.t, w.workspace.PutDayTotal(ctx, clarion.DayTotal{Store: s.ID, Day: day, Kind: clarion.Appointment, Count: 40 - i%40}))
		}
	}
}
