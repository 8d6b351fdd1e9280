package commands

import (
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// times says in plain words what a campaign does when, from a time on: a line for each.
func (cfg Config) times(c clarion.Campaign, posted chat.Text, at time.Time) chat.Text {
	lines := []chat.Text{posted}
	add := func(t chat.Text) { lines = append(lines, t) }
	from := chat.Text{}
	if c.Opens.After(at) {
		add(chat.Say("Opens to partners at ").At(c.Opens, cfg.Location).Say(": every post changes by itself then."))
		from = chat.Say("From then on partners")
	} else {
		from = chat.Say("Partners")
	}
	if c.Public.After(at) {
		text := from.Say(" have it to themselves until ").At(c.Public, cfg.Location).Say(", when it is public.")
		if c.WindowFactor > 1 {
			text = text.Sayf(" A share counts %s until then.", timesOver(c.WindowFactor))
		}
		add(text)
	}
	text := chat.Say("Can be shared until ").At(c.Ends, cfg.Location)
	if !c.Ends.After(at) {
		text = chat.Say("Could be shared until ").At(c.Ends, cfg.Location)
	}
	if c.After == "" {
		text = text.Say(". Links lead on afterwards, and no longer score.")
	} else {
		text = text.Say(". Afterwards links lead to ").Link(c.After, shortened(c.After, 80)).Say(", and no longer score.")
	}
	if c.Ends.IsZero() {
		text = chat.Say("It gets its times when its turn comes in its topic.")
	}
	add(text)
	if c.Remind {
		add(chat.Say("Stores that have not all shared are reminded."))
	}
	var all chat.Text
	for _, line := range lines {
		if len(line) == 0 {
			continue
		}
		if len(all) > 0 {
			all = all.Line()
		}
		all = all.Add(line)
	}
	return all
}

// willPost says when a draft that nothing is posted of is posted, and as what.
func (d *drops) willPost(made draft, at time.Time) chat.Text {
	text := chat.Say("Posted as soon as you confirm")
	if !made.Now {
		text = chat.Say("Posted at ").At(made.Drop.At, d.Location)
	}
	if made.teases(at) {
		text = text.Say(" as a teaser, with a countdown and a shut button")
	}
	return text.Say(".")
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
