package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/rehearsal"
	"github.com/clarion-bot/clarion/playground/teams"
	"github.com/clarion-bot/clarion/storage"
)

// A teamsVerdict is what came of a run in Teams, where a post whose answer was lost cannot be looked for.
type teamsVerdict struct {
	posts, missing int
	doubled        int // posts and announcements that no delivery is recorded with
	left           int // of those copies, which stand although somebody pressed in them
	unheard        int // posts and announcements that were made, and whose maker did not live to hear and record it
	why            map[string]int
}

// recordedWithin is how soon after it was made a post is recorded, on a busy machine.
const recordedWithin = 2 * time.Second

// unheard says what can have kept a post from being recorded by the process that made it; it is "" when there was nothing.
func unheard(p rehearsal.TeamsPost, killed []kill, outages []span) string {
	if !p.Heard {
		return "nobody heard the answer"
	}
	for _, k := range killed {
		if after := k.at.Sub(p.At); k.life == p.Life && after >= 0 && after <= recordedWithin {
			return "the process was killed a moment later"
		}
	}
	for _, o := range outages {
		if p.At.Add(recordedWithin).After(o.from) && p.At.Before(o.to) {
			return "Redis was down"
		}
	}
	return ""
}

// install adds the bot to the teams, and returns nil when it knows how all their channels are reached.
func (d *drama) install(ctx context.Context) error {
	defer func() { d.installed = time.Now() }()
	if err := d.teams.Install(ctx, d.front); err != nil {
		return err
	}
	for _, s := range d.agenda.stores {
		if c := s.Channels[0]; c.Platform == clarion.Teams {
			if _, err := d.agenda.workspace.Contact(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkTeams holds that each delivery to Teams stands there as the post that is recorded, and that whatever else stands there
// could not be recorded when it was made: each such post by something that happened to it itself.
func (d *drama) checkTeams(ctx context.Context, v *verdict) {
	posts := d.settled
	if posts == nil {
		posts = d.teams.Posts()
	}
	posts = d.delivered(posts)
	d.keep("teams.json", posts)
	var killed []kill
	for _, victim := range d.victims {
		killed = append(killed, victim.killsUntilNow()...)
	}
	records := map[string]clarion.Delivery{}
	for _, delivery := range on(clarion.Teams, d.agenda.all()) {
		stored, err := d.agenda.workspace.Delivery(ctx, delivery.ID)
		if err != nil || stored.State != clarion.Posted {
			v.find("delivery %s is %s after %d attempts: %s %v", delivery.ID, stored.State, stored.Attempt, stored.Reason, err)
		}
		records[delivery.ID] = stored
	}
	v.judgeTeams(d.agenda, posts, records, killed, d.gaps.ended())
	recorded := map[string]bool{}
	for _, stored := range records {
		recorded[activityOf(stored)] = true
	}
	for _, p := range d.delivered(d.teams.Posts()) {
		if !recorded[p.ID] {
			v.teams.left++ // if it should not stand, the play has not ended well
		}
	}
	d.say("copies in Teams that are recorded nowhere, by why: %v", v.teams.why)
}

// delivered are those of posts that are no greetings.
func (d *drama) delivered(posts []rehearsal.TeamsPost) []rehearsal.TeamsPost {
	return slices.DeleteFunc(slices.Clone(posts), func(p rehearsal.TeamsPost) bool { return !p.At.After(d.installed) })
}

// copiesGone lets somebody press in every post in Teams, once, and returns nil when what stands there then is what is recorded.
func (d *drama) copiesGone(ctx context.Context) error {
	if !d.pressed {
		if err := d.teams.Press(ctx, d.front, "Leaderboard"); err != nil {
			return err
		}
		d.pressed = true
	}
	recorded := map[string]bool{}
	for _, delivery := range on(clarion.Teams, d.agenda.all()) {
		stored, err := d.agenda.workspace.Delivery(ctx, delivery.ID)
		if err != nil {
			return err
		}
		recorded[activityOf(stored)] = true
	}
	var wrong []string
	for _, p := range d.delivered(d.teams.Posts()) {
		if !recorded[p.ID] {
			wrong = append(wrong, fmt.Sprintf("post %s in %s is a copy, and stands although somebody pressed in it", p.ID, p.Channel))
		}
		delete(recorded, p.ID)
	}
	for id := range recorded {
		wrong = append(wrong, fmt.Sprintf("post %s is recorded, and does not stand since somebody pressed in it", id))
	}
	return listed("posts in Teams are not those that are recorded", wrong)
}

// judgeTeams compares what stands in Teams with what is recorded.
func (v *verdict) judgeTeams(a *agenda, posts []rehearsal.TeamsPost, records map[string]clarion.Delivery, killed []kill, outages []span) {
	byID := map[string]rehearsal.TeamsPost{}
	for _, p := range posts {
		byID[p.ID] = p
	}
	says := map[clarion.CampaignID]string{}
	for _, c := range a.campaigns {
		says[c.ID] = c.Title
	}
	recorded := map[string]bool{}
	for _, d := range on(clarion.Teams, a.all()) {
		words := won
		if d.Campaign != "" {
			words = says[d.Campaign]
		}
		id := activityOf(records[d.ID])
		p, stands := byID[id]
		switch {
		case !stands || recorded[id]:
			v.teams.missing++
			v.find("missing: %s: it is recorded as post %q, which does not stand in Teams for it", d.ID, id)
		case p.Channel != d.Channel.ID || !strings.Contains(p.Words, words):
			v.teams.missing++
			v.find("missing: %s: post %s in %s says %q", d.ID, id, p.Channel, p.Words)
		case d.Campaign != "":
			v.teams.posts++
		}
		recorded[id] = true
	}
	for _, p := range posts {
		why := unheard(p, killed, outages)
		if !p.Heard || why != "" && !recorded[p.ID] {
			v.teams.unheard++
		}
		if recorded[p.ID] {
			continue
		}
		v.teams.doubled++
		v.teamsWhy(why)
		if why == "" {
			v.find("doubled: post %s of %s in %s, made at %s, is recorded nowhere, and nothing kept it from being: %q", p.ID, p.Life, p.Channel,
				p.At.Format("15:04:05.000"), p.Summary)
		}
		if p.Changes > 0 {
			v.find("post %s in %s is recorded nowhere, and was changed", p.ID, p.Channel)
		}
	}
}

func (v *verdict) teamsWhy(why string) {
	if v.teams.why == nil {
		v.teams.why = map[string]int{}
	}
	v.teams.why[why]++
}

// activityOf is the message's part of a post's id.
func activityOf(d clarion.Delivery) string {
	id, _, _ := strings.Cut(d.PostID, " ")
	return id
}

// checkTeamsTroubles holds that Teams was as hard as it is meant to be.
func checkTeamsTroubles(v *verdict, failed map[teams.Failure]int) {
	for how, share := range badTeamsWeather(0).Failures {
		if share >= .03 && failed[how] == 0 {
			v.find("no call of Teams failed in this way: %v", how)
		}
	}
}

// well asks for several things to be well.
func well(all ...func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		var errs []error
		for _, ask := range all {
			errs = append(errs, ask(ctx))
		}
		return errors.Join(errs...)
	}
}

// closed returns nil when every post of the first campaign that is recorded says that it is over, in Slack and in Teams, and in
// Teams with its last figures. A copy that is recorded nowhere stays as it was.
func (d *drama) closed(ctx context.Context) error {
	if d.campaigns < 2 {
		return nil // the only one goes on
	}
	first := d.agenda.campaigns[0]
	board, err := d.agenda.workspace.Leaderboard(ctx, storage.Query{Period: clarion.InCampaign(first.ID), Scope: clarion.AllPartners()})
	if err != nil {
		return err
	}
	figures := fmt.Sprintf("%d partners took part", board.Total)
	inSlack, err := d.slack.Posts(ctx)
	if err != nil {
		return err
	}
	shown := map[string]string{}
	for _, p := range inSlack {
		shown[p.TS] = p.Text
	}
	for _, p := range d.teams.Posts() {
		shown[p.ID] = p.Summary + " " + p.Words
	}
	var open []string
	for _, delivery := range d.agenda.ofFirst() {
		stored, err := d.agenda.workspace.Delivery(ctx, delivery.ID)
		if err != nil {
			return err
		}
		said := shown[activityOf(stored)]
		if !strings.HasPrefix(said, "Over: ") || delivery.Channel.Platform == clarion.Teams && !strings.Contains(said, figures) {
			open = append(open, fmt.Sprintf("%s, which ended with %q, shows %q", delivery.ID, figures, said))
		}
	}
	return listed("posts do not say how their campaign ended", open)
}
