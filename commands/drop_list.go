package commands

import (
	"context"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// actionDropNew is a press that opens the form of a new campaign.
const actionDropNew = "drop.new"

// listedCampaigns is how many campaigns /drop lists: each takes three blocks of a message.
const listedCampaigns = 10

// list answers /drop: the newest campaigns, each with its link for the company's own channels.
func (d *drops) list(ctx context.Context, r Request) (Reply, error) {
	campaigns, err := r.Workspace.Campaigns(ctx, listedCampaigns)
	if err != nil {
		return Reply{}, err
	}
	create := chat.Controls{chat.Button{Label: "New campaign", Action: actionDropNew, Look: chat.Primary}}
	if len(campaigns) == 0 {
		text := chat.Say("There are no campaigns yet.")
		return private(&chat.Message{Summary: text.String(), Parts: []chat.Part{chat.Paragraphs(text), create}})
	}
	parts := []chat.Part{
		chat.Heading("Campaigns"),
		chat.Note(chat.Say("Post each campaign's own link in your official channels. The people who come by it are what the reach of partners is compared with.")),
		create,
	}
	for _, c := range campaigns {
		entry, err := d.entry(ctx, r, c)
		if err != nil {
			return Reply{}, err
		}
		parts = append(parts, entry...)
	}
	return private(&chat.Message{Summary: "Campaigns", Parts: parts})
}

// entry is one campaign in the list.
func (d *drops) entry(ctx context.Context, r Request, c clarion.Campaign) ([]chat.Part, error) {
	planned, err := r.Workspace.Drops(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	totals, err := r.Workspace.Totals(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	link, err := r.Workspace.OfficialLink(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	text := chat.Strong(c.Title).Say(" · ").Add(d.stateOf(c, planned, r)).Line().Add(brief(reachOf(totals)))
	return []chat.Part{
		chat.Paragraphs(text), chat.Copyable(d.Addresses.Link(link.Code)),
		chat.Controls{chat.Button{Label: "Report", Action: actionReportOpen, Value: string(c.ID)}},
	}, nil
}

// forOwnChannels gives a campaign's official link, ready to be copied.
func (cfg Config) forOwnChannels(link clarion.ShareLink) []chat.Part {
	return []chat.Part{
		chat.Paragraphs(chat.Say("For your own channels, so that ").Code("/report campaign").Say(" can compare:")),
		chat.Copyable(cfg.Addresses.Link(link.Code)),
	}
}
