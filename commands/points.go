package commands

import (
	"context"
	"fmt"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// ActionPoints is a press that shows the partner's own points.
const ActionPoints = "points"

const actionPointsWhy = "points.why"

const (
	shownAwards    = 20 // rows of /points why
	shownCampaigns = 5  // campaigns whose links /points lists
)

// points shows partners what they have, and what each point was for.
type points struct{ Config }

// command answers /points.
func (p *points) command(ctx context.Context, r Request) (Reply, error) {
	parts, err := p.parts(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	parts = append(parts, chat.Controls{
		chat.Button{Label: "What each point was for", Action: actionPointsWhy},
		chat.Button{Label: "Leaderboard", Action: ActionLeaderboard, Value: view{Period: clarion.InWeek(clarion.WeekOf(r.At, p.Location))}.String(), InPlace: true},
	})
	return private(&chat.Message{Summary: "Your points", Parts: append([]chat.Part{chat.Heading("Your points")}, parts...)})
}

// parts is the body of /points, which the Home tab has too.
func (p *points) parts(ctx context.Context, r Request) ([]chat.Part, error) {
	asker, store, err := askerOf(ctx, r)
	if err != nil {
		return nil, err
	}
	if asker.ID == "" {
		return []chat.Part{chat.Paragraphs(chat.Say("You have no points yet. Press ").Bold("Share it").
			Say(" on a post in your store's channel to earn your first."))}, nil
	}
	week := clarion.InWeek(clarion.WeekOf(r.At, p.Location))
	facts := chat.Facts{}
	for _, f := range []struct {
		label string
		query storage.Query
	}{
		{"This week", storage.Query{Period: week, Scope: clarion.AllPartners()}},
		{"This week in " + store.Name, storage.Query{Period: week, Scope: clarion.PartnersOf(store.ID)}},
		{"All time", storage.Query{Period: clarion.AllTime(), Scope: clarion.AllPartners()}},
	} {
		if f.query.Scope.Partners && f.query.Scope != clarion.AllPartners() && store.ID == "" {
			continue
		}
		f.query.Own = string(asker.ID)
		board, err := r.Workspace.Leaderboard(ctx, f.query)
		if err != nil {
			return nil, err
		}
		facts = append(facts, chat.Fact{Label: f.label, Value: standing(board)})
	}
	parts := []chat.Part{facts}
	links, err := p.links(ctx, r, asker)
	if err != nil {
		return nil, err
	}
	return append(parts, links...), nil
}

func standing(board clarion.Leaderboard) chat.Text {
	if board.Own == nil {
		return chat.Say("no points yet")
	}
	return chat.Strong(chat.Count(board.Own.Points, "point")).
		Sayf(" · %s of %s", chat.Ordinal(board.Own.Rank), chat.Number(board.Total))
}

// links lists the partner's links of the newest campaigns that have opened, with their clicks.
func (p *points) links(ctx context.Context, r Request, asker clarion.Partner) ([]chat.Part, error) {
	campaigns, err := r.Workspace.CampaignsThat(ctx, shownCampaigns, func(c clarion.Campaign) bool { return c.HasOpened(r.At) })
	if err != nil {
		return nil, err
	}
	secret, err := r.Workspace.Secret(ctx)
	if err != nil {
		return nil, err
	}
	table := chat.Table{Columns: []chat.Column{{Title: "Campaign"}, {Title: "Network"}, {Title: "Visits", Numbers: true}, {Title: "Counted", Numbers: true}}, Marked: -1}
	for _, c := range campaigns {
		tally, err := r.Workspace.Tally(ctx, c.ID, asker.ID)
		if err != nil {
			return nil, err
		}
		for _, n := range c.Networks {
			visits := tally.Visits[n]
			if visits.Raw() == 0 {
				continue
			}
			link := clarion.NewShareLink(secret, r.Workspace.ID(), c.ID, asker.ID, n)
			table.Rows = append(table.Rows, []chat.Text{
				chat.Text{}.Link(p.Addresses.Link(link.Code), shortened(c.Title, 40)), chat.Say(n.Label()),
				chat.Say(chat.Number(visits.Raw())), chat.Say(chat.Number(visits.People())),
			})
		}
	}
	if len(table.Rows) == 0 {
		return []chat.Part{chat.Note(chat.Say("Nobody has followed one of your links yet."))}, nil
	}
	return []chat.Part{chat.Paragraphs(chat.Strong("Your links")), table,
		chat.Note(chat.Say("Counted are first visits by somebody else. Your own, repeated and automatic visits are not."))}, nil
}

// why answers /points why: each award with its rule.
func (p *points) why(ctx context.Context, r Request) (Reply, error) {
	asker, _, err := askerOf(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	if asker.ID == "" {
		return sentence(chat.Say("You have no points yet. Press ").Bold("Share it").Say(" on a post to earn your first."))
	}
	awards, err := r.Workspace.Ledger(ctx, asker.ID, shownAwards)
	if err != nil {
		return Reply{}, err
	}
	if len(awards) == 0 {
		return sentence(chat.Say("You have no points yet. Open a network from Share it to earn your first."))
	}
	table := chat.Table{Columns: []chat.Column{{Title: "When"}, {Title: "For"}, {Title: "Campaign"}, {Title: "Points", Numbers: true}}, Marked: -1}
	titles := map[clarion.CampaignID]string{}
	for _, a := range awards {
		title, ok := titles[a.Campaign]
		if !ok {
			c, err := r.Workspace.Campaign(ctx, a.Campaign)
			if err != nil {
				return Reply{}, err
			}
			if title = shortened(c.Title, 40); !c.HasOpened(r.At) {
				title = "Not open yet" // its opening was put off
			}
			titles[a.Campaign] = title
		}
		table.Rows = append(table.Rows, []chat.Text{
			chat.Say(a.At.In(p.Location).Format("2 Jan 15:04")), chat.Say(whatFor(a)), chat.Say(title), chat.Sayf("%+d", a.Points),
		})
	}
	note := fmt.Sprintf("The last %s, newest first. The rules: %s. (rules version %d)", chat.Count(len(awards), "award"), rulesInWords(p.Rules), p.Rules.Version)
	return private(&chat.Message{Summary: "What your points were for",
		Parts: []chat.Part{chat.Heading("What each point was for"), table, chat.Note(chat.Say(note))}})
}

// whatFor says what an award was for, and why it is more than the rule gives.
func whatFor(a clarion.Award) string {
	if a.Factor > 1 {
		return fmt.Sprintf("%s, ×%d in the launch window", reason(a), a.Factor)
	}
	return reason(a)
}

func reason(a clarion.Award) string {
	switch a.Reason {
	case clarion.ShareReason:
		return "You shared it"
	case clarion.ClickReason:
		return "Somebody new came by your link"
	case clarion.ConversionReason:
		return "Somebody who came by your link did more"
	case clarion.ReversalReason:
		return "Taken back: the visits were no people"
	}
	return string(a.Reason)
}

func rulesInWords(rules clarion.Rules) string {
	share, click := rules.For[clarion.ShareReason], rules.For[clarion.ClickReason]
	words := fmt.Sprintf("a share is %s, once for each campaign and network; a new visitor by a link is %s",
		chat.Count(share.Points, "point"), chat.Count(click.Points, "point"))
	if click.Cap > 0 {
		words += fmt.Sprintf(", for at most %s of a campaign", chat.Count(click.Cap, "visitor"))
	}
	return words
}
