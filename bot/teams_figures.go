package bot

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/clarion-bot/clarion/chat"
)

// table draws a table as rows of columns, which all clients draw: of those on phones some show nothing of a card's own
// Table, and nothing in its place (https://github.com/microsoft/AdaptiveCards/issues/8853). One with more columns than a
// phone is wide enough for is drawn as lines. Of more rows than fit, the first are drawn and the marked one.
func (r *teamsRenderer) table(t chat.Table) {
	shown, left := fewerRows(t, r.rows)
	if len(shown.Rows) == 0 {
		return
	}
	if len(shown.Columns) <= teamsColumns {
		r.rowsOfColumns(shown)
	} else {
		for i, row := range shown.Rows {
			r.text(rowLine(shown, row), rowLook(i == shown.Marked), "Small")
		}
	}
	if left > 0 {
		r.text(chat.Sayf("And %s more.", chat.Number(left)), textRun{Size: "Small", IsSubtle: true}, "Small")
	}
}

func rowLook(marked bool) textRun {
	if marked {
		return textRun{Weight: "Bolder"}
	}
	return textRun{}
}

func (r *teamsRenderer) rowsOfColumns(t chat.Table) {
	shares := columnShares(t)
	titles := make([]chat.Text, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = chat.Say(c.Title)
	}
	r.add(r.row(t.Columns, shares, titles, textRun{Size: "Small", IsSubtle: true}))
	for i, row := range t.Rows {
		r.add(r.row(t.Columns, shares, row, rowLook(i == t.Marked)))
	}
}

func (r *teamsRenderer) row(columns []chat.Column, shares []int, cells []chat.Text, look textRun) element {
	set := element{Type: "ColumnSet", Spacing: "Small"}
	for i, text := range cells[:min(len(cells), len(columns))] {
		if text.String() == "" {
			text = chat.Say("–")
		}
		items := r.within(func(r *teamsRenderer) { r.text(text, look, "") })
		for j := range items {
			if columns[i].Numbers {
				items[j].Align = "Right"
			}
		}
		set.Columns = append(set.Columns, element{Type: "Column", Width: shares[i], Items: items})
	}
	return set
}

// teamsChart draws bars, and for clients without charts each as a line of blocks.
func teamsChart(c chat.Chart) element {
	bars := c.Bars[:min(len(c.Bars), teamsBars)]
	most := 1
	for _, b := range bars {
		most = max(most, b.Value)
	}
	lines := &element{Type: "Container", Items: []element{
		{Type: "RichTextBlock", Inlines: []textRun{{Type: "TextRun", Text: withoutFunctions(cmp.Or(c.Title, "–")), Weight: "Bolder"}}},
	}}
	chart := element{Type: "Chart.HorizontalBar", Title: c.Title, XTitle: c.Unit, DisplayMode: "AbsoluteWithAxis", Fallback: lines}
	for _, b := range bars {
		chart.Data = append(chart.Data, chartBar{X: cmp.Or(strings.TrimSpace(b.Label), "–"), Y: b.Value})
		blocks := strings.Repeat("█", (12*max(b.Value, 0)+most-1)/most)
		lines.Items = append(lines.Items, element{Type: "RichTextBlock", Spacing: "None", Inlines: []textRun{
			{Type: "TextRun", Text: blocks + " ", FontType: "Monospace"},
			{Type: "TextRun", Text: withoutFunctions(fmt.Sprintf("%s  ·  %s", cmp.Or(strings.TrimSpace(b.Label), "–"), chat.Number(b.Value)))},
		}})
	}
	return chart
}
