package bot

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/clarion-bot/clarion/chat"
)

// Limits of Teams' cards, from https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference.
const (
	teamsActions = 6  // in a row
	teamsRows    = 40 // of a table
	teamsColumns = 4  // of a table that is drawn as one
	teamsBars    = 20 // of a chart
	teamsText    = 5000
	teamsSummary = 250 // of a notification
	teamsButton  = 60
	teamsTitle   = 64 // of a dialog
)

// An on says where a card is drawn, which decides what its buttons do.
type on int

const (
	onMessage on = iota // buttons open a dialog, or change the message
	onDialog            // buttons change the dialog
)

// teamsRenderer turns parts into the elements of an Adaptive Card.
type teamsRenderer struct {
	where    on
	press    pressData // what all buttons bring back besides their own
	zone     *zone
	address  func(chat.Person) string // their e-mail address, or ""; may be nil
	body     []element
	rows     int // of a table at most
	mentions []cardMention
	inputs   int
	ruled    bool // a line stands above the next element
}

// teamsSize is how many bytes a card can have in a message, less a margin for what is around it: Teams takes 28 kB
// (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages).
const teamsSize = 26 << 10

// renderTeams draws a message as a card. One that would be larger than Teams takes has fewer rows in its tables, and then
// less at its end.
func renderTeams(m *chat.Message) attachment { return renderPost(m, "") }

// renderPost draws a message as the card of a post, whose buttons say which delivery put it there.
func renderPost(m *chat.Message, delivery string) attachment {
	for rows := teamsRows; ; rows /= 2 {
		r := teamsRenderer{where: onMessage, zone: utc, rows: rows, press: pressData{Delivery: delivery}}
		c := r.card(m.Summary, m.Parts)
		over := size(c) - teamsSize
		if over <= 0 {
			return attached(c)
		}
		if rows <= 5 {
			return attached(c.cut(over))
		}
	}
}

// cut takes elements off a card's end, of so many bytes together at least.
func (c card) cut(bytes int) card {
	more := element{Type: "RichTextBlock", Spacing: "Medium", Inlines: []textRun{{Type: "TextRun", Text: "There is more than fits here.", IsSubtle: true}}}
	bytes += size(more)
	for bytes > 0 && len(c.Body) > 1 {
		last := len(c.Body) - 1
		bytes -= size(c.Body[last])
		c.Body = c.Body[:last]
	}
	c.Body = append(c.Body[:len(c.Body):len(c.Body)], more)
	if c.Teams != nil {
		teams := *c.Teams
		teams.Entities = slices.DeleteFunc(slices.Clone(teams.Entities), func(m cardMention) bool { return !c.says(m.Text) })
		c.Teams = &teams
	}
	return c
}

// says says whether a text block of the card has the words.
func (c card) says(words string) bool {
	found := false
	walk(c.Body, func(e *element) { found = found || strings.Contains(e.Text, words) })
	return found
}

// size is how many bytes a card or an element is written in.
func size(v any) int {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("bot: writing a card: " + err.Error()) // strings, numbers and lists can always be written
	}
	return len(raw) + len(",")
}

func (r *teamsRenderer) card(fallback string, parts []chat.Part) card {
	for _, p := range parts {
		r.part(p)
	}
	if len(r.body) == 0 {
		r.text(chat.Say("–"), textRun{}, "")
	}
	c := newCard(cmp.Or(clipped(strings.TrimSpace(fallback), teamsSummary), teamsName), r.body)
	c.Teams = &cardTeams{Width: "Full", Entities: r.mentions}
	return c
}

func (r *teamsRenderer) add(elements ...element) {
	for _, e := range elements {
		if r.ruled && len(r.body) > 0 {
			e.Separator, e.Spacing = true, "Medium"
		}
		r.ruled = false
		r.body = append(r.body, e)
	}
}

func (r *teamsRenderer) part(p chat.Part) {
	switch p := p.(type) {
	case chat.Heading:
		r.add(element{Type: "TextBlock", Text: withoutMarkdown(withoutFunctions(clipped(cmp.Or(string(p), "–"), teamsText)), true), Size: "Large", Weight: "Bolder", Wrap: true, Style: "heading"})
	case chat.Paragraph:
		r.paragraph(p)
	case chat.Facts:
		r.facts(p)
	case chat.Note:
		r.text(chat.Text(p), textRun{Size: "Small", IsSubtle: true}, "Small")
	case chat.Line:
		r.ruled = true
	case chat.Picture:
		r.add(element{Type: "Image", URL: p.Address, Alt: cmp.Or(p.Alt, "Picture"), Size: "Stretch"})
	case chat.Copyable:
		r.copyable(string(p))
	case chat.Table:
		r.table(p)
	case chat.Chart:
		if len(p.Bars) > 1 {
			r.add(teamsChart(p))
		}
	case chat.Controls:
		r.controls(p)
	case chat.Input:
		r.input(p)
	default:
		panic(fmt.Sprintf("bot: no way to draw a %T", p))
	}
}

func (r *teamsRenderer) paragraph(p chat.Paragraph) {
	if p.Thumbnail == nil {
		r.text(p.Text, textRun{}, "")
		return
	}
	beside := r.within(func(r *teamsRenderer) { r.text(p.Text, textRun{}, "") })
	picture := element{Type: "Image", URL: p.Thumbnail.Address, Alt: cmp.Or(p.Thumbnail.Alt, "Picture"), Size: "Medium"}
	r.add(element{Type: "ColumnSet", Columns: []element{
		{Type: "Column", Width: "stretch", Items: beside},
		{Type: "Column", Width: "auto", Items: []element{picture}},
	}})
}

// within draws elements for inside of another one.
func (r *teamsRenderer) within(draw func(*teamsRenderer)) []element {
	outer := r.body
	r.body = []element{}
	draw(r)
	inner := r.body
	r.body = outer
	return inner
}

// text draws each line of a text as a block. An empty line is a wider gap.
func (r *teamsRenderer) text(t chat.Text, look textRun, spacing string) {
	first := true
	for _, line := range textLines(t) {
		if len(line) == 0 {
			if !first {
				spacing = "Medium"
			}
			continue
		}
		e := r.line(line, look)
		e.Spacing = spacing
		r.add(e)
		first, spacing = false, "None"
	}
}

func (r *teamsRenderer) line(line chat.Text, look textRun) element {
	if needsMarkdown(line) {
		text, mentions := teamsMarkdown(line)
		r.mentions = append(r.mentions, mentions...)
		return element{Type: "TextBlock", Text: text, Wrap: true, Size: look.Size, IsSubtle: look.IsSubtle, Weight: look.Weight}
	}
	return element{Type: "RichTextBlock", Inlines: textRuns(line, look)}
}

// facts are drawn two side by side, each with its label above it.
func (r *teamsRenderer) facts(facts chat.Facts) {
	for pair := range slices.Chunk(facts, 2) {
		set := element{Type: "ColumnSet", Spacing: "Small"}
		for _, f := range pair {
			items := r.within(func(r *teamsRenderer) {
				r.text(chat.Strong(f.Label), textRun{Size: "Small"}, "")
				r.text(f.Value, textRun{}, "None")
			})
			set.Columns = append(set.Columns, element{Type: "Column", Width: "stretch", Items: items})
		}
		r.add(set)
	}
}

// copyable is a field in which the text stands, because that is what can be marked and copied on all clients. Nobody
// reads what comes back of it.
func (r *teamsRenderer) copyable(s string) {
	if s == "" {
		return
	}
	r.inputs++
	r.add(element{Type: "Input.Text", ID: fmt.Sprintf("copy%d", r.inputs), Label: "To copy", Value: clipped(s, teamsText), IsMultiline: strings.Contains(s, "\n") || utf8.RuneCountInString(s) > 60})
}

func (r *teamsRenderer) controls(controls chat.Controls) {
	var row []cardAction
	flush := func() {
		for set := range slices.Chunk(row, teamsActions) {
			r.add(element{Type: "ActionSet", Actions: set})
		}
		row = nil
	}
	for _, c := range controls {
		switch c := c.(type) {
		case chat.Button:
			row = append(row, r.button(c))
		case chat.Choice:
			flush()
			r.choice(c)
		default:
			panic(fmt.Sprintf("bot: no way to draw a %T", c))
		}
	}
	flush()
}

func (r *teamsRenderer) button(b chat.Button) cardAction {
	title := clipped(cmp.Or(strings.TrimSpace(b.Label), "–"), teamsButton)
	if b.Address != "" {
		return cardAction{Type: "Action.OpenUrl", Title: title, URL: b.Address, Style: teamsLook(b.Look)}
	}
	press := r.press
	press.Action, press.Value = b.Action, b.Value
	a := r.action(title, press, b.InPlace)
	a.Style = teamsLook(b.Look)
	if b.Confirm == nil {
		return a
	}
	// The question unfolds below the button: pressing that again is the way to say no.
	a.Title = clipped(b.Confirm.Yes, teamsButton)
	question := r.within(func(r *teamsRenderer) {
		r.text(chat.Strong(b.Confirm.Title).Line().Say(b.Confirm.Text), textRun{}, "")
	})
	ask := card{Type: "AdaptiveCard", Body: question, Actions: []cardAction{a}}
	return cardAction{Type: "Action.ShowCard", Title: title, Style: teamsLook(b.Look), Card: &ask}
}

// action is a button that brings data back: from a dialog as part of it, and from a message so that a dialog opens, or so
// that the answer takes the message's place.
func (r *teamsRenderer) action(title string, press pressData, inPlace bool) cardAction {
	submit := cardAction{Type: "Action.Submit", Title: title, Data: &actionData{Clarion: press}}
	if r.where == onDialog {
		return submit
	}
	if inPlace {
		return cardAction{Type: "Action.Execute", Title: title, Verb: press.Action, Data: &actionData{Clarion: press}}
	}
	submit.Data.Teams = fetch()
	return submit
}

func teamsLook(l chat.Look) string {
	switch l {
	case chat.Primary:
		return "positive"
	case chat.Danger:
		return "destructive"
	}
	return ""
}

// choice is a list and a button beside it: nothing happens in Teams when something is only chosen.
func (r *teamsRenderer) choice(c chat.Choice) {
	r.inputs++
	id := fmt.Sprintf("choice%d", r.inputs)
	list := element{Type: "Input.ChoiceSet", ID: id, Label: c.Label, Placeholder: c.Label, Value: c.Chosen, Choices: cardChoices(c.Options), Style: listStyle(c.Options)}
	press := r.press
	press.Action, press.Choice = c.Action, id
	r.add(list, element{Type: "ActionSet", Spacing: "Small", Actions: []cardAction{r.action("Show", press, c.InPlace)}})
}

func cardChoices(options []chat.Option) []cardChoice {
	choices := make([]cardChoice, 0, len(options))
	for _, o := range options {
		title := o.Label
		if o.Group != "" {
			title = o.Group + ": " + o.Label
		}
		choices = append(choices, cardChoice{Title: withoutMarkdown(withoutFunctions(title), true), Value: o.Value})
	}
	return choices
}

// listStyle lets people type to find one of many.
func listStyle(options []chat.Option) string {
	if len(options) > 12 {
		return "filtered"
	}
	return "compact"
}
