package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// ActionLeaderboard is a press that shows a leaderboard; its value is the view to show.
const ActionLeaderboard = "leaderboard"

const (
	actionLeaderboardPartners = "leaderboard.scope"
	actionLeaderboardPeriod   = "leaderboard.period"
	actionLeaderboardPublish  = "leaderboard.publish"
)

// shownStandings is how many lines a leaderboard has before the asker's own.
const shownStandings = 10

// offeredBoards is how many campaigns' leaderboards are offered to choose from.
const offeredBoards = 20

// leaderboards shows who leads.
type leaderboards struct{ Config }

// A view says which leaderboard is looked at: it is what the buttons below one carry.
type view struct {
	Period   clarion.Period
	Partners bool // the partners of the asker's store, instead of stores
}

func (v view) String() string {
	if v.Partners {
		return "partners|" + v.Period.String()
	}
	return "stores|" + v.Period.String()
}

func parseView(s string) (view, error) {
	scope, period, _ := strings.Cut(s, "|")
	p, err := clarion.ParsePeriod(period)
	if err != nil || (scope != "stores" && scope != "partners") {
		return view{}, fmt.Errorf("leaderboard view %q: %w", s, clarion.ErrNotFound)
	}
	return view{Period: p, Partners: scope == "partners"}, nil
}

// command answers /leaderboard, with "partners", "last" and "all" in any order.
func (l *leaderboards) command(ctx context.Context, r Request) (Reply, error) {
	week := clarion.WeekOf(r.At, l.Location)
	v := view{Period: clarion.InWeek(week)}
	for _, word := range r.Words {
		switch strings.ToLower(word) {
		case "stores", "this", "week":
		case "partners":
			v.Partners = true
		case "last":
			v.Period = clarion.InWeek(week.Previous())
		case "all", "time":
			v.Period = clarion.AllTime()
		default:
			return aloud(chat.Sayf("I don't know “%s”. Type ", word).Command("/leaderboard").Say(", or ").Command("/leaderboard").
				Say(" with partners, last or all after it."))
		}
	}
	m, err := l.message(ctx, r, v, true)
	return Reply{Message: m, Open: !v.Partners}, err
}

// show answers a press below a leaderboard, or on a post.
func (l *leaderboards) show(ctx context.Context, r Request) (Reply, error) {
	v, err := parseView(r.Value)
	if err != nil {
		return Reply{}, err
	}
	m, err := l.message(ctx, r, v, true)
	return Reply{Message: m, Replace: true, Open: !v.Partners}, err
}

// publish shows a leaderboard to the whole channel.
func (l *leaderboards) publish(ctx context.Context, r Request) (Reply, error) {
	v, err := parseView(r.Value)
	if err != nil {
		return Reply{}, err
	}
	m, err := l.message(ctx, r, v, false)
	if err != nil {
		return Reply{}, err
	}
	m.Parts = append(m.Parts, chat.Note(chat.Say("Shown by ").Mention(r.Person)))
	return Reply{Message: m, Public: true}, nil
}

func (l *leaderboards) message(ctx context.Context, r Request, v view, controls bool) (*chat.Message, error) {
	asker, store, err := askerOf(ctx, r)
	if err != nil {
		return nil, err
	}
	query := storage.Query{Period: v.Period, Scope: clarion.Stores(), Limit: shownStandings, Own: string(store.ID)}
	if v.Partners {
		query.Scope, query.Own = clarion.PartnersOf(store.ID), string(asker.ID)
	}
	title, err := l.title(ctx, r, v)
	if err != nil {
		return nil, err
	}
	m := &chat.Message{Summary: title, Parts: []chat.Part{chat.Heading(title)}}
	if v.Partners && store.ID == "" {
		m.Parts = append(m.Parts, chat.Paragraphs(chat.Say("I don't know yet which store is yours. Press Share it on a post in your store's channel, and I will.")))
	} else {
		board, err := r.Workspace.Leaderboard(ctx, query)
		if err != nil {
			return nil, err
		}
		m.Parts = append(m.Parts, standings(board, v, store)...)
	}
	if controls {
		choices, err := l.controls(ctx, r, v, store)
		if err != nil {
			return nil, err
		}
		m.Parts = append(m.Parts, choices)
	}
	return m, nil
}

// askerOf returns who asks and their store; either is zero when it is not known. A person who is no partner
// is taken to be of the store whose channel they ask in.
func askerOf(ctx context.Context, r Request) (clarion.Partner, clarion.Store, error) {
	p, err := meet(ctx, r)
	if err != nil && !errors.Is(err, clarion.ErrNotFound) && !errors.Is(err, errNoProfile) {
		return p, clarion.Store{}, err
	}
	id := p.Store
	if id == "" {
		if id, err = storeHere(ctx, r); err != nil {
			return p, clarion.Store{}, err
		}
	}
	if id == "" {
		return p, clarion.Store{}, nil
	}
	s, err := r.Workspace.Store(ctx, id)
	if errors.Is(err, clarion.ErrNotFound) {
		return p, clarion.Store{}, nil
	}
	return p, s, err
}

func (l *leaderboards) title(ctx context.Context, r Request, v view) (string, error) {
	name := "Stores"
	if v.Partners {
		name = "Partners of your store"
	}
	period, err := l.periodName(ctx, r, v.Period)
	return name + " · " + period, err
}

func (l *leaderboards) periodName(ctx context.Context, r Request, p clarion.Period) (string, error) {
	week := clarion.WeekOf(r.At, l.Location)
	switch {
	case p.Campaign != "":
		c, err := r.Workspace.Campaign(ctx, p.Campaign)
		if err != nil {
			return "", err
		}
		if !c.HasOpened(r.At) {
			return "", cmp.Or(c.Shareable(r.At), clarion.ErrNotOpen)
		}
		return c.Title, nil
	case p.Week.IsZero():
		return "all time", nil
	case p.Week == week:
		return "this week", nil
	case p.Week == week.Previous():
		return "last week", nil
	}
	return "week of " + dayOf(p.Week.Start(l.Location)), nil
}

func dayOf(t time.Time) string { return t.Format("2 January 2006") }

// standings draws the lines of a leaderboard, with the asker's own always among them.
func standings(board clarion.Leaderboard, v view, store clarion.Store) []chat.Part {
	if board.Total == 0 {
		return []chat.Part{chat.Paragraphs(chat.Say("Nobody has points yet. The first share takes the lead."))}
	}
	table := chat.Table{Columns: []chat.Column{{Title: "Rank"}, {Title: "Store"}, {Title: "Points", Numbers: true}, {Title: "Taking part", Numbers: true}}, Marked: -1}
	if v.Partners {
		table.Columns = []chat.Column{{Title: "Rank"}, {Title: "Partner"}, {Title: "Points", Numbers: true}}
	}
	lines := board.Standings
	if board.Own != nil && !slices.ContainsFunc(lines, func(s clarion.Standing) bool { return s.ID == board.Own.ID }) {
		lines = append(slices.Clone(lines), *board.Own)
	}
	for i, s := range lines {
		row := []chat.Text{chat.Say(rank(s)), chat.Say(s.Name), chat.Say(chat.Number(s.Points))}
		if !v.Partners {
			row = append(row, chat.Say(takingPart(s)))
		}
		if board.Own != nil && s.ID == board.Own.ID {
			table.Marked = i
		}
		table.Rows = append(table.Rows, row)
	}
	return []chat.Part{table, chat.Note(ownPlace(board, v, store))}
}

func rank(s clarion.Standing) string {
	medals := map[int]string{1: "🥇", 2: "🥈", 3: "🥉"}
	if medal, ok := medals[s.Rank]; ok {
		return medal + " " + fmt.Sprint(s.Rank)
	}
	return fmt.Sprint(s.Rank)
}

func takingPart(s clarion.Standing) string {
	if s.Size == 0 {
		return chat.Number(s.Active)
	}
	return chat.Number(s.Active) + " of " + chat.Number(s.Size)
}

func ownPlace(board clarion.Leaderboard, v view, store clarion.Store) chat.Text {
	whose := "You are"
	noun := "partner"
	if !v.Partners {
		whose, noun = store.Name+" is", "store"
	}
	switch {
	case board.Own != nil:
		return chat.Strong(fmt.Sprintf("%s %s of %s", whose, chat.Ordinal(board.Own.Rank), chat.Count(board.Total, noun))).
			Sayf(" on the board, with %s.", chat.Count(board.Own.Points, "point"))
	case v.Partners:
		return chat.Say("You have no points here yet. Share something to be on it.")
	case store.ID == "":
		return chat.Sayf("%s have points. I don't know yet which one is yours.", chat.Count(board.Total, "store"))
	}
	return chat.Sayf("%s has no points here yet. The first share puts it on.", store.Name)
}

// controls offers the other leaderboards.
func (l *leaderboards) controls(ctx context.Context, r Request, v view, store clarion.Store) (chat.Controls, error) {
	other := chat.Button{Label: "Partners of my store", Action: actionLeaderboardPartners, Value: view{v.Period, true}.String(), InPlace: true}
	if v.Partners {
		other = chat.Button{Label: "Stores", Action: actionLeaderboardPartners, Value: view{v.Period, false}.String(), InPlace: true}
	}
	week := clarion.WeekOf(r.At, l.Location)
	period := chat.Choice{Label: "Choose a period", Action: actionLeaderboardPeriod, Chosen: v.String(), InPlace: true}
	offer := func(p clarion.Period, label, group string) {
		period.Options = append(period.Options, chat.Option{Value: view{p, v.Partners}.String(), Label: label, Group: group})
	}
	offer(clarion.InWeek(week), "This week", "Time")
	offer(clarion.InWeek(week.Previous()), "Last week", "Time")
	offer(clarion.AllTime(), "All time", "Time")
	campaigns, err := r.Workspace.CampaignsThat(ctx, offeredBoards, func(c clarion.Campaign) bool { return c.HasOpened(r.At) && c.Recall == nil })
	if err != nil {
		return nil, err
	}
	for _, c := range campaigns {
		offer(clarion.InCampaign(c.ID), shortened(c.Title, 70), "Campaigns")
	}
	if !slices.ContainsFunc(period.Options, func(o chat.Option) bool { return o.Value == period.Chosen }) {
		period.Chosen = ""
	}
	controls := chat.Controls{other, period}
	if store.ID != "" || !v.Partners {
		controls = append(controls, chat.Button{Label: "Show to everyone", Action: actionLeaderboardPublish, Value: v.String()})
	}
	return controls, nil
}
