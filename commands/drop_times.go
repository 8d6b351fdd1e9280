package commands

import (
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// times says in plain words what a campaign does when, from a time on: a line for each, below a first one that may
// be empty.
func (cfg Config) times(c clarion.Campaign, first chat.Text, at time.Time) chat.Text {
	lines := []chat.Text{first}
	who := "Partners have"
	if c.Opens.After(at) {
		who = "From then on partners have"
		lines = append(lines, chat.Say("Opens to partners at ").At(c.Opens, cfg.Location).Say(": every post changes by itself then."))
	}
	if c.Public.After(at) {
		text := chat.Say(who+" it to themselves until ").At(c.Public, cfg.Location).Say(", when it is public.")
		if c.WindowFactor > 1 {
			text = text.Sayf(" A share counts %s until then.", timesOver(c.WindowFactor))
		}
		lines = append(lines, text)
	}
	lines = append(lines, cfg.ending(c, at))
	if c.Remind {
		lines = append(lines, chat.Say("Stores that have not all shared are reminded."))
	}
	var all chat.Text
	for _, line := range lines {
		if len(all) > 0 {
			all = all.Line()
		}
		all = all.Add(line)
	}
	return all
}

// ending says until when a campaign can be shared, and what becomes of its links then.
func (cfg Config) ending(c clarion.Campaign, at time.Time) chat.Text {
	if c.Ends.IsZero() {
		return chat.Say("It gets its times when its turn comes in its topic.")
	}
	can := "Can"
	if !c.Ends.After(at) {
		can = "Could"
	}
	text := chat.Say(can+" be shared until ").At(c.Ends, cfg.Location)
	if c.After == "" {
		return text.Say(". Links lead on afterwards, and no longer score.")
	}
	return text.Say(". Afterwards links lead to ").Link(c.After, shortened(c.After, 80)).Say(", and no longer score.")
}

// willPost says when a draft that nothing is posted of is posted, and as what.
func (d *drops) willPost(made draft, at time.Time) chat.Text {
	text := chat.Say("Posted as soon as you confirm")
	switch {
	case !made.Now:
		text = chat.Say("Posted at ").At(made.Drop.At, d.Location)
	case made.awaits() != "":
		text = chat.Say("Posted")
	}
	if made.teases(at) {
		text = text.Say(", as a teaser with a countdown and a shut button")
	}
	return text.Say(made.agreed() + ".")
}

// hasPosted says how far the posts of a plan have come.
func (d *drops) hasPosted(p plan, at time.Time) chat.Text {
	what := "It is posted"
	if p.phase(at) == teased {
		what = "Its teaser is posted"
	}
	return chat.Say(what + ": ").Add(p.tally()).Say(".")
}

// tally counts a plan's posts by their states: "51 posted, 1 waiting, 0 failed".
func (p plan) tally() chat.Text {
	waiting := p.count(clarion.Waiting) + p.count(clarion.Claimed)
	text := chat.Sayf("%s posted, %s waiting, %s failed", chat.Number(p.count(clarion.Posted)), chat.Number(waiting), chat.Number(p.count(clarion.Failed)))
	if n := p.count(clarion.Withdrawn); n > 0 {
		text = text.Sayf(", %s held back", chat.Number(n))
	}
	return text
}
