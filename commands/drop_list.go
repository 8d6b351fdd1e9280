package commands

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// actionDropPage is a press that shows another page of the list, its value.
const actionDropPage = "drop.page"

// listedCampaigns is how many campaigns a page of the list has: each takes three of a message's fifty blocks.
const listedCampaigns = 8

// entryValue is the value of a press at a campaign: its id, and the page of the list on which it stands, or "".
func entryValue(id clarion.CampaignID, page string) string {
	if page == "" {
		return string(id)
	}
	return string(id) + "/" + page
}

func readEntry(value string) (id clarion.CampaignID, page string) {
	s, page, _ := strings.Cut(value, "/")
	return clarion.CampaignID(s), page
}

// list answers /drop: what is planned, runs and is done.
func (d *drops) list(ctx context.Context, r Request) (Reply, error) {
	m, err := d.page(ctx, r, 0, nil)
	return Reply{Message: m}, err
}

// turn answers a press that asks for another page.
func (d *drops) turn(ctx context.Context, r Request) (Reply, error) {
	return d.answer(ctx, r, r.Value, nil)
}

// answer says what came of a press: in the list, when the press was on a page of it, and else by itself.
func (d *drops) answer(ctx context.Context, r Request, page string, say chat.Text) (Reply, error) {
	if page == "" {
		return sentence(say)
	}
	n, err := strconv.Atoi(page)
	if err != nil || n < 0 {
		n = 0
	}
	m, err := d.page(ctx, r, n, say)
	return Reply{Message: m, Replace: true}, err
}

// The groups of the list, in its order.
var groups = [...]string{"Coming up", "Running", "Done"}

// groupOf returns the group of a campaign at a time.
func groupOf(c clarion.Campaign, at time.Time) int {
	if c.Finished(at) {
		return 2
	}
	switch c.Stage(at) {
	case clarion.Window, clarion.Running, clarion.Recalled:
		return 1
	}
	return 0
}

// ordered puts campaigns into the order of the list: what opens first, then what runs, then what was done last.
func ordered(campaigns []clarion.Campaign, at time.Time) {
	slices.SortStableFunc(campaigns, func(a, b clarion.Campaign) int {
		group := groupOf(a, at)
		if c := cmp.Compare(group, groupOf(b, at)); c != 0 {
			return c
		}
		if group == 0 {
			return a.Opens.Compare(b.Opens)
		}
		return over(b).Compare(over(a))
	})
}

// over is when a campaign ends, or was cancelled.
func over(c clarion.Campaign) time.Time {
	if !c.Cancelled.IsZero() {
		return c.Cancelled
	}
	return c.Ends
}

// page is a page of the list, from 0, below something to say.
func (d *drops) page(ctx context.Context, r Request, page int, say chat.Text) (*chat.Message, error) {
	campaigns, err := r.Workspace.Campaigns(ctx, knownCampaigns)
	if err != nil {
		return nil, err
	}
	var parts []chat.Part
	if say != nil {
		parts = append(parts, chat.Paragraphs(say), chat.Line{})
	}
	create := chat.Button{Label: "New campaign", Action: actionDropNew, Look: chat.Primary}
	if len(campaigns) == 0 {
		text := chat.Say("There are no campaigns yet.")
		return &chat.Message{Summary: text.String(), Parts: append(parts, chat.Paragraphs(text), chat.Controls{create})}, nil
	}
	ordered(campaigns, r.At)
	pages := (len(campaigns) + listedCampaigns - 1) / listedCampaigns
	page = min(page, pages-1)
	shown := campaigns[page*listedCampaigns : min((page+1)*listedCampaigns, len(campaigns))]
	parts = append(parts, chat.Controls{create, chat.Button{Label: "Refresh", Action: actionDropPage, Value: strconv.Itoa(page), InPlace: true}})
	parts = append(parts, chat.Note(chat.Say("Post each campaign's own link in your official channels. The people who come by it are what the reach of partners is compared with.")))
	group := -1
	for _, c := range shown {
		if g := groupOf(c, r.At); g != group {
			group = g
			parts = append(parts, chat.Heading(groups[g]))
		}
		entry, err := d.entry(ctx, r, c, strconv.Itoa(page))
		if err != nil {
			return nil, err
		}
		parts = append(parts, entry...)
	}
	if pages > 1 {
		var turns chat.Controls
		if page > 0 {
			turns = append(turns, chat.Button{Label: "◀ Back", Action: actionDropPage, Value: strconv.Itoa(page - 1), InPlace: true})
		}
		if page < pages-1 {
			turns = append(turns, chat.Button{Label: "More ▶", Action: actionDropPage, Value: strconv.Itoa(page + 1), InPlace: true})
		}
		parts = append(parts, chat.Line{}, chat.Note(chat.Sayf("Page %d of %d: %s.", page+1, pages, chat.Count(len(campaigns), "campaign"))), turns)
	}
	return &chat.Message{Summary: "Campaigns", Parts: parts}, nil
}

// entry is one campaign in the list.
func (d *drops) entry(ctx context.Context, r Request, c clarion.Campaign, page string) ([]chat.Part, error) {
	p, err := planOf(ctx, r.Workspace, c)
	if err != nil {
		return nil, err
	}
	stage := c.Stage(r.At)
	text := chat.Strong(c.Title).Say(" · ").Add(d.stateOf(c, p.drops(), r))
	if len(p.posts) > 0 && (stage != clarion.Cancelled || p.begun()) {
		text = text.Line().Say("Stores: ").Add(p.tally())
	}
	var link []chat.Part
	switch stage {
	case clarion.Window, clarion.Running, clarion.Ended:
		totals, err := r.Workspace.Totals(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		text = text.Line().Add(brief(reachOf(totals)))
		if stage == clarion.Ended {
			break
		}
		own, err := r.Workspace.OfficialLink(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		text = text.Say(" Its link for your own channels:")
		link = append(link, chat.Copyable(d.Addresses.Link(own.Code)))
	case clarion.Embargoed:
		text = text.Line().Say("Its link for your own channels can be had from ").At(c.Opens, d.Location).Say(" on.")
	}
	return append(append([]chat.Part{chat.Paragraphs(text)}, link...), p.controls(page, r.At)), nil
}

// controls are what can be done to a campaign on a page of the list.
func (p plan) controls(page string, at time.Time) chat.Controls {
	id, stage := string(p.campaign.ID), p.campaign.Stage(at)
	controls := chat.Controls{chat.Button{Label: "Details", Action: actionDropDetails, Value: id}}
	if stage != clarion.Cancelled {
		controls = append(controls, chat.Button{Label: "Edit", Action: actionDropEdit, Value: id})
	}
	controls = append(controls, chat.Button{Label: "Copy", Action: actionDropCopy, Value: id})
	switch {
	case stage == clarion.Recalled:
		controls = append(controls, undoButton(p.campaign, page))
	case p.begun():
		controls = append(controls, stopButton(p.campaign))
	case !p.campaign.Finished(at):
		controls = append(controls, cancelButton(p.campaign, page))
	}
	if groupOf(p.campaign, at) > 0 && stage != clarion.Cancelled && !p.campaign.Lapsed(at) {
		controls = append(controls, chat.Button{Label: "Report", Action: actionReportOpen, Value: id})
	}
	return controls
}

// drops returns the plan's drop as storage lists them.
func (p plan) drops() []clarion.Drop {
	if p.drop.ID == "" {
		return nil
	}
	return []clarion.Drop{p.drop}
}
