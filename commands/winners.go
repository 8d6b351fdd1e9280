package commands

import (
	"context"
	"errors"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// winnersLimit bounds how many standings an announcement looks at, and so how many can tie for the first
// place and all be named.
const winnersLimit = 200

// shownPlaces is how many lines the announcement's table has at most, unless more tie for the first place.
const shownPlaces = 5

// announcement says who won a week, and where the store stands that reads it.
func announcement(ctx context.Context, w *storage.Workspace, d clarion.Delivery, _ time.Time) (*chat.Message, error) {
	week, err := clarion.ParseWeek(d.Week)
	if err != nil {
		return nil, err
	}
	store, err := w.Store(ctx, d.Store)
	if err != nil && !errors.Is(err, clarion.ErrNotFound) {
		return nil, err
	}
	v := view{Period: clarion.InWeek(week)}
	board, err := w.Leaderboard(ctx, storage.Query{Period: v.Period, Scope: clarion.Stores(), Limit: winnersLimit, Own: string(d.Store)})
	if err != nil {
		return nil, err
	}
	partners, err := w.Leaderboard(ctx, storage.Query{Period: v.Period, Scope: clarion.PartnersOf(d.Store), Limit: winnersLimit})
	if err != nil {
		return nil, err
	}
	return winnersMessage(board, partners, v, store), nil
}

func winnersMessage(board, partners clarion.Leaderboard, v view, store clarion.Store) *chat.Message {
	winners := board.Winners()
	if len(winners) == 0 {
		text := chat.Say("Nobody had points last week, so nobody won it. This week is open.")
		return &chat.Message{Summary: text.String(), Parts: []chat.Part{chat.Heading("Last week"), chat.Paragraphs(text)}}
	}
	places := board
	if most := max(shownPlaces, len(winners)); len(places.Standings) > most {
		places.Standings = places.Standings[:most]
	}
	headline := standingNames(winners) + " won the week"
	parts := []chat.Part{chat.Heading("🏆 " + shortened(headline, 130)), chat.Paragraphs(congratulations(winners, store))}
	parts = append(parts, chart(places))
	parts = append(parts, standings(places, v, store)...)
	if best := partners.Winners(); len(best) > 0 {
		parts = append(parts, chat.Paragraphs(chat.Say("Most points in "+store.Name+": ").
			Bold(standingNames(best)).Sayf(", with %s. Thank you!", chat.Count(best[0].Points, "point"))))
	}
	parts = append(parts, chat.Controls{chat.Button{Label: "Leaderboard", Action: ActionLeaderboard, Value: v.String()}})
	return &chat.Message{Summary: headline + ", with " + chat.Count(winners[0].Points, "point"), Parts: parts}
}

func congratulations(winners []clarion.Standing, store clarion.Store) chat.Text {
	for _, s := range winners {
		if s.ID == string(store.ID) {
			if len(winners) > 1 {
				return chat.Sayf("Congratulations, that is you, together: %s each.", chat.Count(s.Points, "point"))
			}
			return chat.Sayf("Congratulations, that is you: %s.", chat.Count(s.Points, "point"))
		}
	}
	if len(winners) > 1 {
		return chat.Say("A shared first place: ").Bold(standingNames(winners)).Sayf(", with %s each.", chat.Count(winners[0].Points, "point"))
	}
	return chat.Say("Congratulations to ").Bold(winners[0].Name).Sayf(", with %s.", chat.Count(winners[0].Points, "point"))
}

func chart(board clarion.Leaderboard) chat.Chart {
	c := chat.Chart{Title: "Points of the week", Unit: "Points"}
	for _, s := range board.Standings {
		c.Bars = append(c.Bars, chat.Bar{Label: s.Name, Value: s.Points})
	}
	return c
}

func standingNames(standings []clarion.Standing) string {
	list := make([]string, 0, len(standings))
	for _, s := range standings {
		list = append(list, s.Name)
	}
	return listed(list)
}
