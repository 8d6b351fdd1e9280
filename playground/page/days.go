package page

import (
	"html/template"
	"time"

	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/playground/blockkit"
)

// groupGap is how far apart two messages of one author may be and still stand under one name.
const groupGap = 5 * time.Minute

// A day is the messages between two day dividers.
type day struct {
	ID       string // "2026-11-23"
	Label    string // "Today", "Monday, 23 November"
	Messages []message
}

// A message is one message as the template draws it.
type message struct {
	TS        string
	Author    person
	Head      bool // it begins a group: avatar and name are drawn
	Reply     bool // it answers another message, under which it stands
	Ephemeral bool
	Edited    bool
	Clock     string // "09:05"
	Full      string // "Monday, 23 November 2026 at 09:05:12"
	Machine   string // RFC 3339
	Body      template.HTML
}

// days orders messages by day, with each reply under the message that it answers.
func (p *page) days(messages []playground.Message) []day {
	replies := map[string][]playground.Message{}
	present := map[string]bool{}
	for _, m := range messages {
		present[m.TS] = true
	}
	isReply := func(m playground.Message) bool { return m.ThreadTS != "" && m.ThreadTS != m.TS && present[m.ThreadTS] }
	for _, m := range messages {
		if isReply(m) {
			replies[m.ThreadTS] = append(replies[m.ThreadTS], m)
		}
	}
	o := p.drawOptions()
	var days []day
	var previous playground.Message
	add := func(m playground.Message, reply bool) {
		when := m.Time.In(p.Location)
		id := when.Format(time.DateOnly)
		fresh := len(days) == 0 || days[len(days)-1].ID != id && !reply
		if fresh {
			days = append(days, day{ID: id, Label: p.dayLabel(when)})
		}
		d := &days[len(days)-1]
		d.Messages = append(d.Messages, message{
			TS: m.TS, Author: p.author(m), Reply: reply, Ephemeral: m.Ephemeral != "", Edited: m.Edited,
			Head:    fresh || !follows(previous, m),
			Clock:   when.Format("15:04"),
			Full:    when.Format("Monday, 2 January 2006 at 15:04:05"),
			Machine: when.Format(time.RFC3339),
			Body:    body(m, o),
		})
		previous = m
	}
	for _, m := range messages {
		if isReply(m) {
			continue
		}
		add(m, false)
		for _, r := range replies[m.TS] {
			add(r, true)
		}
	}
	return days
}

// follows tells whether m can stand under the same name as the message before it. Blocks always stand under a
// name: they are too large to be taken for one more line.
func follows(before, m playground.Message) bool {
	return before.User == m.User && before.BotID == m.BotID &&
		before.Ephemeral == "" && m.Ephemeral == "" &&
		before.ThreadTS == m.ThreadTS && !hasBlocks(before) && !hasBlocks(m) &&
		m.Time.Sub(before.Time) < groupGap
}

func hasBlocks(m playground.Message) bool {
	return len(m.Blocks) > 0 && string(m.Blocks) != "null" && string(m.Blocks) != "[]"
}

func body(m playground.Message, o blockkit.DrawOptions) template.HTML {
	if hasBlocks(m) {
		return blockkit.DrawMessage(m.Blocks, o)
	}
	return blockkit.DrawText(m.Text, o)
}

func (p *page) author(m playground.Message) person {
	if u, ok := p.Slack.User(m.User); ok {
		return p.face(u)
	}
	if m.BotID != "" {
		return p.bot()
	}
	return p.face(playground.User{ID: m.User})
}

// dayLabel names a day as seen from the clock's present.
func (p *page) dayLabel(day time.Time) string {
	now := p.Clock.Now().In(p.Location)
	switch day.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "Today"
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "Yesterday"
	}
	if day.Year() == now.Year() {
		return day.Format("Monday, 2 January")
	}
	return day.Format("Monday, 2 January 2006")
}

// clockText is what the live stream says of the clock.
func (p *page) clockText() string { return p.clockFace().Text }

// clockFace is the header's clock: "Mon 23 Nov, 09:00".
func (p *page) clockFace() clockFace {
	now := p.Clock.Now().In(p.Location)
	return clockFace{
		Text: now.Format("Mon 2 Jan, 15:04"), Day: now.Format("Mon"), Date: now.Format("2 Jan"), Time: now.Format("15:04"),
		Moves: p.Clock.Moves(),
	}
}
