package commands

import (
	"context"
	"maps"
	"slices"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

const (
	offeredCampaigns = 25   // to choose another report of
	leadingStores    = 5    // lines of the stores that lead in a campaign
	allStores        = 1000 // more than any company has here, and what a leaderboard gives at most
)

// campaign answers /report campaign, with words of the title after it.
func (rs *reports) campaign(ctx context.Context, r Request) (Reply, error) {
	c, err := rs.find(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	m, err := rs.ofCampaign(ctx, r, c)
	return Reply{Message: m}, err
}

// openCampaign answers a press that asks for a campaign's report.
func (rs *reports) openCampaign(ctx context.Context, r Request) (Reply, error) {
	c, err := r.Workspace.Campaign(ctx, clarion.CampaignID(r.Value))
	if err != nil {
		return Reply{}, err
	}
	m, err := rs.ofCampaign(ctx, r, c)
	return Reply{Message: m}, err
}

// showCampaign answers a choice below a report.
func (rs *reports) showCampaign(ctx context.Context, r Request) (Reply, error) {
	reply, err := rs.openCampaign(ctx, r)
	reply.Replace = true
	return reply, err
}

// A campaignReport is everything that the report of a campaign is made of.
type campaignReport struct {
	campaign    clarion.Campaign
	drops       []clarion.Drop
	totals      storage.Totals
	conversions map[string]storage.CampaignSums
	board       clarion.Leaderboard // of all stores
	audience    []clarion.Store
	official    clarion.ShareLink
}

func readCampaignReport(ctx context.Context, w *storage.Workspace, c clarion.Campaign) (campaignReport, error) {
	of := campaignReport{campaign: c}
	stores, err := w.Stores(ctx)
	if err != nil {
		return of, err
	}
	of.audience = c.Audience.Choose(stores)
	if of.drops, err = w.Drops(ctx, c.ID); err != nil {
		return of, err
	}
	if of.totals, err = w.Totals(ctx, c.ID); err != nil {
		return of, err
	}
	if of.conversions, err = w.CampaignConversions(ctx, c.ID); err != nil {
		return of, err
	}
	if of.official, err = w.OfficialLink(ctx, c.ID); err != nil {
		return of, err
	}
	of.board, err = w.Leaderboard(ctx, storage.Query{Period: clarion.InCampaign(c.ID), Scope: clarion.Stores(), Limit: allStores})
	return of, err
}

func (rs *reports) ofCampaign(ctx context.Context, r Request, c clarion.Campaign) (*chat.Message, error) {
	of, err := readCampaignReport(ctx, r.Workspace, c)
	if err != nil {
		return nil, err
	}
	title := "Report · " + c.Title
	reach := reachOf(of.totals)
	parts := []chat.Part{
		chat.Heading(title), chat.Note(rs.stateOf(c, of.drops, r)),
		of.facts(), chat.Paragraphs(multiple(reach)),
	}
	if _, ok := reach.Multiple(); !ok {
		parts = append(parts, chat.Copyable(rs.Addresses.Link(of.official.Code)))
	}
	parts = append(parts, of.visits()...)
	parts = append(parts, of.networks()...)
	parts = append(parts, of.kinds()...)
	parts = append(parts, of.leaders()...)
	controls, err := rs.campaignControls(ctx, r, c)
	if err != nil {
		return nil, err
	}
	return &chat.Message{Summary: title, Parts: append(parts, controls)}, nil
}

func (of campaignReport) facts() chat.Facts {
	partners, official := of.totals.Partners(), of.totals.Official()
	shares := 0
	for _, n := range of.totals.Shares {
		shares += n
	}
	came := chat.Say(chat.Number(partners.People()))
	if over := partners[clarion.OverCap]; over > 0 {
		came = came.Sayf(" · %s gave points, %s came beyond the cap", chat.Number(partners[clarion.Credited]), chat.Number(over))
	}
	return chat.Facts{
		{Label: "Visits of all kinds", Value: chat.Say(chat.Number(partners.Raw() + official.Raw()))},
		{Label: "People by partners' links", Value: came},
		{Label: "People by the official link", Value: chat.Say(chat.Number(official.People()))},
		{Label: "Shares", Value: chat.Say(chat.Number(shares))},
		{Label: "Took part", Value: of.participation()},
		{Label: "Conversions", Value: of.converted()},
	}
}

// participation says how many partners of the audience's stores earned points with the campaign. Stores whose
// headcount is not known are counted apart.
func (of campaignReport) participation() chat.Text {
	active := map[clarion.StoreID]int{}
	for _, s := range of.board.Standings {
		active[clarion.StoreID(s.ID)] = s.Active
	}
	took, size, more := 0, 0, 0
	for _, s := range of.audience {
		if s.Headcount > 0 {
			took, size = took+active[s.ID], size+s.Headcount
		} else {
			more += active[s.ID]
		}
	}
	switch {
	case size == 0:
		return chat.Say(chat.Count(more, "partner"))
	case more > 0:
		return chat.Sayf("%s of %s partners, %s · and %s of stores whose headcount is not known",
			chat.Number(took), chat.Number(size), percent(took, size), chat.Number(more))
	}
	return chat.Sayf("%s of %s partners, %s", chat.Number(took), chat.Number(size), percent(took, size))
}

func (of campaignReport) converted() chat.Text {
	partners, official := 0, 0
	for _, sums := range of.conversions {
		partners, official = partners+sums.Partners.Count, official+sums.Official.Count
	}
	if official == 0 {
		return chat.Say(chat.Number(partners))
	}
	return chat.Sayf("%s by partners' links, %s by the official link", chat.Number(partners), chat.Number(official))
}

// visits says for every visit as what it was counted, so that anybody can see why a number is what it is.
func (of campaignReport) visits() []chat.Part {
	partners, official := of.totals.Partners(), of.totals.Official()
	if partners.Raw()+official.Raw() == 0 {
		return []chat.Part{chat.Paragraphs(chat.Say("Nobody has followed a link of this campaign yet."))}
	}
	table := chat.Table{Columns: []chat.Column{{Title: "Visits"}, {Title: "By partners", Numbers: true}, {Title: "Official", Numbers: true}}}
	for _, kind := range clarion.VisitKinds() {
		if partners[kind]+official[kind] > 0 {
			table.Rows = append(table.Rows, []chat.Text{chat.Say(kind.Label()), chat.Say(chat.Number(partners[kind])), chat.Say(chat.Number(official[kind]))})
		}
	}
	table.Marked = len(table.Rows)
	table.Rows = append(table.Rows, []chat.Text{chat.Say("all"), chat.Say(chat.Number(partners.Raw())), chat.Say(chat.Number(official.Raw()))})
	return []chat.Part{
		chat.Paragraphs(chat.Strong("Every visit, and as what it was counted")), table,
		chat.Note(chat.Say("People are those of the first lines, by somebody new: each once for a link. The official link gives no points, so no cap ends its count.")),
	}
}

// networks says what came of the networks that partners shared on.
func (of campaignReport) networks() []chat.Part {
	table := chat.Table{Marked: -1, Columns: []chat.Column{
		{Title: "Network"}, {Title: "Shares", One: "share", Numbers: true}, {Title: "Visits", One: "visit", Numbers: true}, {Title: "People", One: "person", Numbers: true},
	}}
	chart := chat.Chart{Title: "People by partners' links", Unit: "People"}
	for _, n := range clarion.Networks() {
		shares, visits := of.totals.Shares[n], of.totals.Visits[n]
		if shares+visits.Raw() == 0 {
			continue
		}
		table.Rows = append(table.Rows, []chat.Text{
			chat.Say(n.Label()), chat.Say(chat.Number(shares)), chat.Say(chat.Number(visits.Raw())), chat.Say(chat.Number(visits.People())),
		})
		chart.Bars = append(chart.Bars, chat.Bar{Label: n.Label(), Value: visits.People()})
	}
	if len(table.Rows) == 0 {
		return nil
	}
	return []chat.Part{chat.Paragraphs(chat.Strong("Where partners shared")), table, chart}
}

// kinds says what customers did after a visit.
func (of campaignReport) kinds() []chat.Part {
	if len(of.conversions) == 0 {
		return nil
	}
	table := chat.Table{Marked: -1, Columns: []chat.Column{{Title: "Conversion"}, {Title: "By partners", Numbers: true}, {Title: "Official", Numbers: true}}}
	for _, kind := range slices.Sorted(maps.Keys(of.conversions)) {
		sums := of.conversions[kind]
		table.Rows = append(table.Rows, []chat.Text{chat.Say(kindLabel(kind)), chat.Say(counted(sums.Partners)), chat.Say(counted(sums.Official))})
	}
	return []chat.Part{chat.Paragraphs(chat.Strong("What customers did then")), table}
}

// kindLabel writes a kind of conversion for people: "Appointment".
func kindLabel(kind string) string {
	words := strings.Join(strings.FieldsFunc(kind, func(r rune) bool { return r == '-' || r == '_' }), " ")
	if words == "" {
		return kind
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// counted writes how many conversions there were and, when that is known, what they were worth in the company's
// currency: "2 (worth 1,250.00)".
func counted(sum storage.ConversionSum) string {
	n := chat.Number(sum.Count)
	if sum.Hundredths == 0 {
		return n
	}
	whole, cents, _ := strings.Cut(clarion.FormatValue(sum.Hundredths), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return n + " (worth " + whole + "." + cents + ")"
}

func (of campaignReport) leaders() []chat.Part {
	if of.board.Total == 0 {
		return nil
	}
	leaders := of.board
	leaders.Standings = leaders.Standings[:min(leadingStores, len(leaders.Standings))]
	table, _ := standings(leaders, view{}, clarion.Store{})[0].(chat.Table)
	return []chat.Part{chat.Paragraphs(chat.Strong("Leading stores")), table}
}

// campaignControls offers the reports of other campaigns, and that of the stores.
func (rs *reports) campaignControls(ctx context.Context, r Request, c clarion.Campaign) (chat.Controls, error) {
	campaigns, err := r.Workspace.Campaigns(ctx, offeredCampaigns)
	if err != nil {
		return nil, err
	}
	choice := chat.Choice{Label: "Another campaign", Action: actionReportCampaign, InPlace: true}
	for _, other := range campaigns {
		if other.ID == c.ID {
			choice.Chosen = string(c.ID)
		}
		choice.Options = append(choice.Options, chat.Option{Value: string(other.ID), Label: shortened(other.Title, 70)})
	}
	stores := chat.Button{Label: "Stores last week", Action: actionReportStores, Value: clarion.WeekOf(r.At, rs.Location).Previous().String(), InPlace: true}
	return chat.Controls{choice, stores}, nil
}
