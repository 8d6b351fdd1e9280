package links

import (
	"context"
	"fmt"

	"github.com/clarion-bot/clarion"
)

// figures are the partner's own for this campaign.
type figures struct {
	People, Visits int
	Networks       []networkFigures // where anybody came from, when that is more than one network
	Uncredited     int
	TurnedAway     bool     // some did not get to the content
	Reasons        []string // why, for each of the uncredited: "2 visits by a crawler"
}

type networkFigures struct {
	Label          string
	People, Visits int
}

// figures reads what came of the partner's links. It is nil when that is not known now.
func (w *Web) figures(ctx context.Context, p part) *figures {
	tally, err := w.Storage.Workspace(p.page.Workspace).Tally(ctx, p.page.Campaign, p.page.Partner)
	if err != nil {
		w.trouble(ctx, "a partner's figures could not be read", err)
		return nil
	}
	sum := tally.Sum()
	f := &figures{People: sum.People(), Visits: sum.Raw(), Uncredited: sum.Raw() - sum[clarion.Credited]}
	for _, n := range clarion.Networks() {
		if visits := tally.Visits[n]; visits.Raw() > 0 {
			f.Networks = append(f.Networks, networkFigures{n.Label(), visits.People(), visits.Raw()})
		}
	}
	if len(f.Networks) == 1 {
		f.Networks = nil
	}
	for _, kind := range clarion.VisitKinds() {
		if n := sum[kind]; n > 0 && kind != clarion.Credited {
			f.Reasons = append(f.Reasons, count(n, "visit")+" "+kind.Label())
			f.TurnedAway = f.TurnedAway || !kind.LedOn()
		}
	}
	return f
}

// count says how many there are of something.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
