package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/rehearsal"
	"github.com/clarion-bot/clarion/playground/teams"
)

// A verdict is what came of a run.
type verdict struct {
	posts, missing, doubled, announcementsDoubled int
	teams                                         teamsVerdict
	differences                                   string // of the ledger and the leaderboards: a number, or "unknown"
	kills, restarts                               int
	findings                                      []string // what is wrong, each in a line
}

func (v *verdict) String() string {
	return fmt.Sprintf("chaos: posts=%d missing=%d doubled=%d announcements_doubled=%d teams_posts=%d teams_missing=%d teams_doubled=%d teams_unheard=%d teams_left=%d "+
		"ledger_differences=%s kills=%d redis_restarts=%d", v.posts, v.missing, v.doubled, v.announcementsDoubled,
		v.teams.posts, v.teams.missing, v.teams.doubled, v.teams.unheard, v.teams.left, v.differences, v.kills, v.restarts)
}

func (v *verdict) find(format string, args ...any) {
	v.findings = append(v.findings, fmt.Sprintf(format, args...))
}

// auditLimit bounds the audit.
const auditLimit = time.Minute

// audit compares what stands in Slack with the agenda, and what is stored with what the crowd has seen.
func (d *drama) audit(ctx context.Context) *verdict {
	ctx, cancel := context.WithTimeout(ctx, auditLimit)
	defer cancel()
	v := &verdict{kills: d.killed(), restarts: d.gaps.mark().restarts, differences: "unknown"}
	posts, err := d.slack.Posts(ctx)
	if err != nil {
		v.find("what stands in Slack cannot be read: %v", err)
	}
	d.keep("posts.json", posts)
	c := newChannels(posts)
	c.checkPosts(v, d.agenda)
	c.checkAnnouncements(v, d.agenda)
	c.checkOthers(v, d.agenda)
	d.checkRecords(ctx, v, c)
	d.checkTeams(ctx, v)
	if err := d.closed(ctx); err != nil {
		v.find("%v", err)
	}
	d.checkVisits(ctx, v)
	d.checkLogs(v)
	d.checkLedger(ctx, v)
	if err := d.killedEnough(ctx); err != nil {
		v.find("%v", err)
	}
	state, err := d.slack.State(ctx)
	if err != nil {
		v.find("what Slack has seen cannot be read: %v", err)
	}
	checkTroubles(v, d.acts, state)
	checkTeamsTroubles(v, d.teams.Failed())
	d.say("Teams was asked to post %d times and to change a post %d times, the weather: %v", d.teams.Calls(teams.Create), d.teams.Calls(teams.Update), d.teams.Failed())
	d.say("Slack was asked %v times, its limits refused %v, the weather: %v; killed in the midst of a call: %d", state.Calls, state.Limited, state.Failed, state.Left)
	return v
}

// checkTroubles holds that a run was as hard as it is meant to be: one in which nothing breaks shows nothing.
func checkTroubles(v *verdict, acts []act, slack rehearsal.SlackState) {
	outages := 0
	for _, a := range acts {
		if a.outage {
			outages++
		}
	}
	if v.restarts < outages {
		v.find("Redis was restarted %d times, and %d were meant", v.restarts, outages)
	}
	// What is rarer than these can stay away by chance.
	for how, share := range badWeather(0).Failures {
		if share >= .03 && slack.Failed[how.String()] == 0 {
			v.find("no call of Slack failed in this way: %v", how)
		}
	}
	if slack.Left == 0 {
		v.find("no process was killed in the midst of a call of Slack")
	}
}

// keep writes what stands there beside the logs.
func (d *drama) keep(name string, posts any) {
	text, err := json.MarshalIndent(posts, "", "\t")
	if err == nil {
		err = os.WriteFile(filepath.Join(d.dir, name), text, 0o600)
	}
	if err != nil {
		d.say("the posts could not be kept: %v", err)
	}
}

// checkRecords holds that storage knows each post in Slack by the id that it has there.
func (d *drama) checkRecords(ctx context.Context, v *verdict, c *channels) {
	for _, delivery := range on(clarion.Slack, d.agenda.all()) {
		stored, err := d.agenda.workspace.Delivery(ctx, delivery.ID)
		if err != nil {
			v.find("delivery %s cannot be read: %v", delivery.ID, err)
			continue
		}
		if stored.State != clarion.Posted {
			v.find("delivery %s is %s after %d attempts: %s", delivery.ID, stored.State, stored.Attempt, stored.Reason)
			continue
		}
		if !slices.ContainsFunc(c.byDelivery[delivery.ID], func(p rehearsal.Post) bool { return p.TS == stored.PostID }) {
			v.find("delivery %s is recorded as post %s, which does not stand there", delivery.ID, stored.PostID)
		}
	}
}

// checkVisits holds that what was surely stored is counted, and nothing that was not sent.
func (d *drama) checkVisits(ctx context.Context, v *verdict) {
	var sent, answered, sure, counted, pressed, shares int64
	for i, all := range d.crowd.campaigns {
		for _, s := range all {
			tally, err := d.agenda.workspace.Tally(ctx, s.link.Campaign, s.link.Partner)
			if err != nil {
				v.find("the figures of %s for campaign %d cannot be read: %v", s.link.Partner, i+1, err)
				continue
			}
			n := int64(tally.Visits[network].Raw())
			sent, answered, sure, counted = sent+s.sent.Load(), answered+s.answered.Load(), sure+s.sure.Load(), counted+n
			if n < s.sure.Load() || n > s.sent.Load() {
				v.find("the link of %s for campaign %d has %d visits: %d were sent, and %d surely stored", s.link.Partner, i+1, n, s.sent.Load(), s.sure.Load())
			}
			shares += int64(tally.Awards[clarion.ShareReason])
			if s.pressed.Load() {
				pressed++
				if tally.Awards[clarion.ShareReason] != 1 {
					v.find("%s has shared campaign %d, which is counted %d times", s.link.Partner, i+1, tally.Awards[clarion.ShareReason])
				}
			}
		}
	}
	if sure == 0 || pressed == 0 {
		v.find("of all visits %d were surely stored, and of all shares %d were answered", sure, pressed)
	}
	d.say("visits: sent=%d answered=%d surely_stored=%d counted=%d; shares: answered=%d counted=%d", sent, answered, sure, counted, pressed, shares)
}

// checkLogs holds that nothing panicked.
func (d *drama) checkLogs(v *verdict) {
	logs, _ := filepath.Glob(filepath.Join(d.dir, "*.log")) // the patterns are good ones
	nodes, _ := filepath.Glob(filepath.Join(d.dir, "*", "*.log"))
	for _, name := range append(logs, nodes...) {
		text, err := os.ReadFile(name) // #nosec G304 -- our own
		if err != nil {
			v.find("a log cannot be read: %v", err)
		}
		for _, word := range []string{"panic", "fatal error:", "DATA RACE"} { // net/http logs the panic of a handler and goes on
			if bytes.Contains(text, []byte(word)) {
				v.find("%s says %q", name, word)
			}
		}
	}
}

var differences = regexp.MustCompile(`differences=(\d+)\n$`)

// checkLedger asks clarion verify.
func (d *drama) checkLedger(ctx context.Context, v *verdict) {
	out, err := d.bot.Run(ctx, "verify")
	if found := differences.FindStringSubmatch(out); found != nil {
		v.differences = found[1]
	}
	if err != nil || v.differences != "0" {
		v.find("%v:\n%s", err, out)
		return
	}
	d.say("%s", strings.TrimSpace(out))
}
