package commands

import (
	"context"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// progress is how a campaign is going, as its posts show it.
type progress struct {
	partners int      // who have points by it
	people   int      // who came by their links, each counted once for a link
	leaders  []string // the leading stores' names; none: nobody leads, or too many do
	points   int      // of each leading store
}

// shownLeaders is how many stores that share the lead are named.
const shownLeaders = 3

func progressOf(ctx context.Context, w *storage.Workspace, id clarion.CampaignID) (progress, error) {
	period := clarion.InCampaign(id)
	partners, err := w.Leaderboard(ctx, storage.Query{Period: period, Scope: clarion.AllPartners()})
	if err != nil {
		return progress{}, err
	}
	stores, err := w.Leaderboard(ctx, storage.Query{Period: period, Scope: clarion.Stores(), Limit: shownLeaders + 1})
	if err != nil {
		return progress{}, err
	}
	totals, err := w.Totals(ctx, id)
	if err != nil {
		return progress{}, err
	}
	p := progress{partners: partners.Total, people: reachOf(totals).Partners}
	if winners := stores.Winners(); len(winners) <= shownLeaders {
		for _, s := range winners {
			p.leaders, p.points = append(p.leaders, s.Name), s.Points
		}
	}
	return p, nil
}

// running says it of a campaign that can be shared; nil while there is nothing to say.
func (p progress) running() chat.Text {
	if p.partners == 0 {
		return nil
	}
	text := chat.Sayf("%s so far  ·  %s came by their links", chat.Count(p.partners, "partner"), people(p.people))
	return text.Add(p.lead("leads", "lead"))
}

// final says it of a campaign that is over.
func (p progress) final() chat.Text {
	if p.partners == 0 {
		return nil
	}
	text := chat.Sayf("%s took part, %s came by their links", chat.Count(p.partners, "partner"), people(p.people))
	return text.Add(p.lead("won", "won")).Say(".")
}

func (p progress) lead(one, several string) chat.Text {
	verb := one
	switch len(p.leaders) {
	case 0:
		return nil
	case 1:
	default:
		verb = several
	}
	return chat.Say("  ·  ").Bold(listed(p.leaders)).Sayf(" %s with %s", verb, chat.Count(p.points, "point"))
}
