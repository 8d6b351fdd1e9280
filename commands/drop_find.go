package commands

import (
	"context"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// A verb is something that /drop does to a campaign which is named by a part of its title.
type verb struct {
	word   string // "edit"
	action string // what is done to the campaign, its value
	can    func(c clarion.Campaign, at time.Time) bool
	run    Handler
}

func (d *drops) verbs() map[string]verb {
	list := map[string]verb{}
	for _, v := range []verb{
		{"edit", actionDropEdit, func(c clarion.Campaign, _ time.Time) bool { return c.Cancelled.IsZero() }, d.edit},
		{"copy", actionDropCopy, func(clarion.Campaign, time.Time) bool { return true }, d.copied},
		{"cancel", actionDropCancelAsk, func(c clarion.Campaign, at time.Time) bool { return !c.Finished(at) && c.Recall == nil }, d.cancelAsk},
		{"stop", actionDropStop, func(c clarion.Campaign, at time.Time) bool {
			stage := c.Stage(at)
			return goesOut(stage) || stage == clarion.Ended
		}, d.stop},
	} {
		list[v.word] = v
	}
	return list
}

// typed answers a verb with a part of a title after it. When that is in no title, or in several, it asks.
func (d *drops) typed(word string) Handler {
	v := d.verbs()[word]
	return func(ctx context.Context, r Request) (Reply, error) {
		campaigns, err := r.Workspace.Campaigns(ctx, knownCampaigns)
		if err != nil {
			return Reply{}, err
		}
		meant := strings.Join(r.Words, " ")
		found := titled(campaigns, r.Words, r.At)
		if len(found) == 1 && meant != "" {
			r.Value = string(found[0].ID)
			return v.run(ctx, r)
		}
		say := chat.Sayf("Which campaign do you want to %s?", v.word)
		switch {
		case meant == "":
			found = campaigns
		case len(found) == 0:
			say = chat.Sayf("No campaign has “%s” in its title. ", shortened(meant, 60)).Add(say)
			found = campaigns
		default:
			say = chat.Sayf("“%s” is in the titles of %s. ", shortened(meant, 60), chat.Count(len(found), "campaign")).Add(say)
		}
		return v.ask(r, say, found)
	}
}

// titled returns the campaigns that words name at a time: the one that has them as its title, of several the one that is
// not over, or all that have each of them in it.
func titled(campaigns []clarion.Campaign, words []string, at time.Time) []clarion.Campaign {
	var whole, open, part []clarion.Campaign
	for _, c := range campaigns {
		if clarion.SameTitle(c.Title, strings.Join(words, " ")) {
			whole = append(whole, c)
			if !c.Finished(at) {
				open = append(open, c)
			}
		}
		if hasAll(c.Title, words) {
			part = append(part, c)
		}
	}
	switch {
	case len(whole) == 1:
		return whole
	case len(open) == 1:
		return open
	}
	return part
}

// choices is how many campaigns are offered to choose from: as many as a list on Slack has.
const choices = 100

// ask offers those of the campaigns to choose from to which the verb can be done.
func (v verb) ask(r Request, say chat.Text, campaigns []clarion.Campaign) (Reply, error) {
	choice := chat.Choice{Label: "Choose a campaign", Action: v.action}
	for _, c := range campaigns {
		if v.can(c, r.At) && len(choice.Options) < choices {
			choice.Options = append(choice.Options, chat.Option{Value: string(c.ID), Label: shortened(c.Title, 50) + " · " + inWords(c, r.At)})
		}
	}
	if len(choice.Options) == 0 {
		return sentence(chat.Sayf("There is no campaign to %s. Type ", v.word).Command("/drop list").Say(" to see all."))
	}
	return private(&chat.Message{Summary: say.String(), Parts: []chat.Part{chat.Paragraphs(say), chat.Controls{choice}}})
}
