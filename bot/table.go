package bot

import (
	"slices"

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
