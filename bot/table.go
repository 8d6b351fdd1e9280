package bot

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clarion-bot/clarion/chat"
)

// fewerRows returns a table with at most so many rows, the first ones and the marked one, and says how many were left out.
func fewerRows(t chat.Table, most int) (shown chat.Table, left int) {
	if len(t.Rows) <= most {
		return t, 0
	}
	left = len(t.Rows) - most
	rows := slices.Clone(t.Rows[:most])
	if t.Marked >= len(rows) {
		rows[len(rows)-1], t.Marked = t.Rows[t.Marked], len(rows)-1
	}
	t.Rows = rows
	return t, left
}

// rowLine writes a row as a line, in which numbers have their column's title after them.
func rowLine(t chat.Table, row []chat.Text) chat.Text {
	var line chat.Text
	for j, text := range row {
		if j > 0 {
			line = line.Say("  ·  ")
		}
		line = line.Add(text)
		if j < len(t.Columns) && t.Columns[j].Numbers {
			title := t.Columns[j].Title
			if text.String() == "1" {
				title = cmp.Or(t.Columns[j].One, title)
			}
			line = line.Say(" " + strings.ToLower(title))
		}
	}
	return line
}

// How much of a table's width a column gets, at least and at most.
const (
	narrowest = 4
	widest    = 16
)

// columnShares says how wide each column is as against the others: as wide as the longest of what stands in it, in
// characters, within bounds. A title may break between its words.
func columnShares(t chat.Table) []int {
	shares := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		shares[i] = narrowest
		for word := range strings.FieldsSeq(c.Title) {
			shares[i] = max(shares[i], utf8.RuneCountInString(word))
		}
		for _, row := range t.Rows {
			if i < len(row) {
				shares[i] = max(shares[i], utf8.RuneCountInString(row[i].String()))
			}
		}
		shares[i] = min(shares[i], widest)
	}
	return shares
}
