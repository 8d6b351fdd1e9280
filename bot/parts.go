package bot

import "github.com/clarion-bot/clarion/chat"

// mapTexts returns parts with each text in them changed by f.
func mapTexts(parts []chat.Part, f func(chat.Text) chat.Text) []chat.Part {
	out := make([]chat.Part, len(parts))
	for i, p := range parts {
		switch p := p.(type) {
		case chat.Paragraph:
			p.Text = f(p.Text)
			out[i] = p
		case chat.Note:
			out[i] = chat.Note(f(chat.Text(p)))
		case chat.Facts:
			facts := make(chat.Facts, len(p))
			for j, fact := range p {
				facts[j] = chat.Fact{Label: fact.Label, Value: f(fact.Value)}
			}
			out[i] = facts
		case chat.Table:
			rows := make([][]chat.Text, len(p.Rows))
			for j, row := range p.Rows {
				rows[j] = make([]chat.Text, len(row))
				for k, cell := range row {
					rows[j][k] = f(cell)
				}
			}
			p.Rows = rows
			out[i] = p
		default:
			out[i] = p
		}
	}
	return out
}
