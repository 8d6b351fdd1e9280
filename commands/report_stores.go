package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/report"
	"github.com/clarion-bot/clarion/storage"
)

const (
	offeredWeeks = 12 // to choose another report of
	chartedBars  = 20 // what a platform draws in one chart
	// bookingWeeks is for how many weeks a store that has told of appointments is taken to tell of all: for so
	// long, none in a week means that there were none.
	bookingWeeks = 5
	// confidence is the level of the interval.
	confidence = 0.95
)

// stores answers /report stores, with a week after it.
func (rs *reports) stores(ctx context.Context, r Request) (Reply, error) {
	week := clarion.WeekOf(r.At, rs.Location).Previous()
	switch word := strings.ToUpper(strings.Join(r.Words, " ")); word {
	case "", "LAST", "LAST WEEK":
	case "THIS", "THIS WEEK":
		week = week.Next()
	default:
		var err error
		if week, err = clarion.ParseWeek(word); err != nil {
			return Reply{}, clarion.Invalid("week", "I don't know the week “%s”. Type /report stores, or this, last or a week such as %s after it.",
				shortened(strings.Join(r.Words, " "), 40), clarion.WeekOf(r.At, rs.Location).Previous())
		}
	}
	m, err := rs.ofStores(ctx, r, week)
	return Reply{Message: m}, err
}

// showStores answers a press or a choice below a report.
func (rs *reports) showStores(ctx context.Context, r Request) (Reply, error) {
	week, err := clarion.ParseWeek(r.Value)
	if err != nil {
		return Reply{}, clarion.ErrNotFound
	}
	m, err := rs.ofStores(ctx, r, week)
	return Reply{Message: m, Replace: true}, err
}

func (rs *reports) ofStores(ctx context.Context, r Request, week clarion.Week) (*chat.Message, error) {
	if week.Start(rs.Location).After(r.At) {
		return nil, clarion.Invalid("week", "The week %s has not begun yet.", week)
	}
	rows, err := rs.week(ctx, r.Workspace, week)
	if err != nil {
		return nil, err
	}
	period, err := (&leaderboards{rs.Config}).periodName(ctx, r, clarion.InWeek(week))
	if err != nil {
		return nil, err
	}
	title := "Report of stores · " + period
	parts := []chat.Part{chat.Heading(title)}
	span := chat.Say(week.String() + ", from " + dayOf(week.Start(rs.Location)) + " to " + dayOf(week.End(rs.Location).AddDate(0, 0, -1)) + ".")
	if week.End(rs.Location).After(r.At) {
		span = span.Say(" This week is not over: its figures still grow.")
	}
	parts = append(parts, chat.Note(span))
	if len(rows) == 0 {
		parts = append(parts, chat.Paragraphs(chat.Say("There are no stores yet. Import them with ").Code("clarion import stores stores.csv").Say(".")))
	} else {
		parts = append(parts, storesTable(rows)...)
		parts = append(parts, relation(rows)...)
	}
	return &chat.Message{Summary: title, Parts: append(parts, rs.storesControls(r, week))}, nil
}

// week reads what the stores did in a week.
func (rs *reports) week(ctx context.Context, w *storage.Workspace, week clarion.Week) ([]report.StoreWeek, error) {
	stores, err := w.Stores(ctx)
	if err != nil {
		return nil, err
	}
	board, err := w.Leaderboard(ctx, storage.Query{Period: clarion.InWeek(week), Scope: clarion.Stores(), Limit: allStores})
	if err != nil {
		return nil, err
	}
	points := map[clarion.StoreID]int{}
	for _, s := range board.Standings {
		points[clarion.StoreID(s.ID)] = s.Points
	}
	results, err := w.Results(ctx, week)
	if err != nil {
		return nil, err
	}
	appointments, books := map[clarion.StoreID]int{}, map[clarion.StoreID]bool{}
	for i, told := 0, week; i < bookingWeeks; i, told = i+1, told.Previous() {
		sums, err := w.StoreConversions(ctx, told, rs.Location)
		if err != nil {
			return nil, err
		}
		for store, kinds := range sums {
			sum, ok := kinds[clarion.Appointment]
			books[store] = books[store] || ok
			if told == week {
				appointments[store] = sum.Count
			}
		}
	}
	rows := make([]report.StoreWeek, 0, len(stores))
	for _, s := range stores {
		of := results[s.ID]
		// What conversions gave is told by the rule of now: rules change seldom, and no board has it.
		given := of.Conversions * rs.Rules.For[clarion.ConversionReason].Points
		rows = append(rows, report.StoreWeek{
			Store: s, Points: points[s.ID], Advocacy: max(0, points[s.ID]-given), Shares: of.Shares, People: of.People,
			Conversions: of.Conversions, Appointments: appointments[s.ID], Books: books[s.ID],
		})
	}
	report.Sort(rows)
	return rows, nil
}

func storesTable(rows []report.StoreWeek) []chat.Part {
	table := chat.Table{Marked: -1, Columns: []chat.Column{
		{Title: "Store"}, {Title: "Points", One: "point", Numbers: true}, {Title: "Shares", One: "share", Numbers: true},
		{Title: "People", One: "person", Numbers: true}, {Title: "Conversions", One: "conversion", Numbers: true},
		{Title: "Appointments", One: "appointment", Numbers: true},
	}}
	chart := chat.Chart{Title: "Appointments, most points first", Unit: "Appointments"}
	for _, s := range rows {
		appointments := "not known"
		if s.Books {
			appointments = chat.Number(s.Appointments)
			if len(chart.Bars) < chartedBars {
				chart.Bars = append(chart.Bars, chat.Bar{Label: s.Store.Name, Value: s.Appointments})
			}
		}
		table.Rows = append(table.Rows, []chat.Text{
			chat.Say(s.Store.Name), chat.Say(chat.Number(s.Points)), chat.Say(chat.Number(s.Shares)), chat.Say(chat.Number(s.People)),
			chat.Say(chat.Number(s.Conversions)), chat.Say(appointments),
		})
	}
	return []chat.Part{table, chart,
		chat.Note(chat.Say("Conversions are those by the links of the store's partners. Appointments are those made in the store, whoever brought the customer.")),
	}
}

// relation says how the stores' advocacy and their appointments go together, and what that does not say.
func relation(rows []report.StoreWeek) []chat.Part {
	together, err := report.Advocacy(rows)
	if errors.Is(err, report.ErrFewPairs) {
		return []chat.Part{chat.Paragraphs(chat.Strong("Sharing and appointments: ").
			Sayf("to compare them it takes %d stores whose appointments are known, and there are %d. They come with ", report.LeastPairs, together.N).
			Code("clarion import conversions").Say("."))}
	}
	parts := []chat.Part{chat.Paragraphs(correlated("Sharing and appointments: ", together, err))}
	perHead, err := report.AdvocacyPerHead(rows)
	if perHead.N > 0 {
		parts = append(parts, chat.Paragraphs(correlated("The same per head: ", perHead, err)))
	}
	few := ""
	if together.N < report.LeastForInterval || perHead.N > 0 && perHead.N < report.LeastForInterval {
		few = fmt.Sprintf("No confidence interval is shown: with fewer than %d stores there is none that can be trusted, and chance alone easily makes such a figure. ", report.LeastForInterval)
	}
	caution := few + "Sharing is a store's points without those for conversions. Larger stores have more of both, which alone makes a correlation"
	if perHead.N > 0 {
		caution += "; per head, both are divided by the store's headcount, which takes that away, but a wrong headcount then moves both"
	}
	return append(parts, chat.Note(chat.Say(caution+". Neither figure shows that sharing is the cause: what else happened in a store that week moves both.")))
}

// correlated says what a correlation is, how sure it is, and in words what that means.
func correlated(label string, c report.Correlation, err error) chat.Text {
	text := chat.Strong(label)
	switch {
	case errors.Is(err, report.ErrConstant):
		return text.Sayf("no rank correlation, because all %d stores have the same number of points or of appointments.", c.N)
	case err != nil:
		return text.Sayf("no rank correlation: it takes %d stores whose headcount and appointments are known, and there are %d.", report.LeastPairs, c.N)
	}
	text = text.Bold("rank correlation "+decimals(c.R)).Sayf(" (Spearman, n = %d stores", c.N)
	low, high, ok := c.Interval(confidence)
	switch {
	case !ok && c.N < report.LeastForInterval:
		return text.Say(").") // relation says why
	case !ok:
		return text.Say("). The order is the same throughout, so no confidence interval can be computed.")
	}
	text = text.Sayf(", 95 %% confidence interval %s to %s). ", decimals(low), decimals(high))
	switch {
	case low > 0:
		return text.Say("Stores that shared more tend to have had more appointments that week.")
	case high < 0:
		return text.Say("Stores that shared more tend to have had fewer appointments that week.")
	}
	return text.Say("The interval has 0 in it: this week does not tell whether stores that shared more had more appointments.")
}

// storesControls offers other weeks.
func (rs *reports) storesControls(r Request, week clarion.Week) chat.Controls {
	choice := chat.Choice{Label: "Another week", Action: actionReportStores, InPlace: true}
	current := clarion.WeekOf(r.At, rs.Location)
	for i, w := 0, current; i < offeredWeeks; i, w = i+1, w.Previous() {
		label := w.String() + ", from " + dayOf(w.Start(rs.Location))
		switch w {
		case current:
			label = "This week"
		case current.Previous():
			label = "Last week"
		}
		if w == week {
			choice.Chosen = w.String()
		}
		choice.Options = append(choice.Options, chat.Option{Value: w.String(), Label: label})
	}
	return chat.Controls{choice}
}
