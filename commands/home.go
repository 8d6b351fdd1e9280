package commands

import (
	"context"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// ActionHome is called when a person opens the bot's Home tab.
const ActionHome = "home"

// home is a partner's page inside the chat: points, what can be shared now, and who leads.
type home struct {
	Config
	leaderboards *leaderboards
	points       *points
}

func (h *home) show(ctx context.Context, r Request) (Reply, error) {
	own, err := h.points.parts(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	open, err := h.open(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	_, store, err := askerOf(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	v := view{Period: clarion.InWeek(clarion.WeekOf(r.At, h.Location))}
	board, err := r.Workspace.Leaderboard(ctx, storage.Query{Period: v.Period, Scope: clarion.Stores(), Limit: shownStandings, Own: string(store.ID)})
	if err != nil {
		return Reply{}, err
	}
	parts := append([]chat.Part{chat.Heading("Your points")}, own...)
	parts = append(parts, chat.Line{}, chat.Heading("To share now"))
	parts = append(parts, open...)
	parts = append(parts, chat.Line{}, chat.Heading("Stores this week"))
	parts = append(parts, standings(board, v, store)...)
	return Reply{Home: &chat.Message{Summary: "Home", Parts: parts}}, nil
}

// open lists the campaigns that have been posted and can still be shared.
func (h *home) open(ctx context.Context, r Request) ([]chat.Part, error) {
	campaigns, err := r.Workspace.CampaignsThat(ctx, shownCampaigns, func(c clarion.Campaign) bool { return c.Shareable(r.At) == nil })
	if err != nil {
		return nil, err
	}
	var parts []chat.Part
	for _, c := range campaigns {
		drops, err := r.Workspace.Drops(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if len(drops) == 0 || drops[0].At.After(r.At) {
			continue
		}
		text := chat.Strong(c.Title).Line().Say(shortened(c.Text, 200))
		parts = append(parts, chat.Paragraphs(text),
			chat.Controls{chat.Button{Label: "Share it", Action: ActionShare, Value: string(c.ID), Look: chat.Primary}})
	}
	if len(parts) == 0 {
		parts = []chat.Part{chat.Note(chat.Say("Nothing at the moment. New content appears in your store's channel."))}
	}
	return parts, nil
}
