package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/rehearsal"
	"github.com/clarion-bot/clarion/playground/teams"
)

// A troupe is a run in Teams that went well: one campaign and one week for two stores, of which one talks there.
type troupe struct {
	agenda  *agenda
	posts   []rehearsal.TeamsPost
	records map[string]clarion.Delivery
	killed  []kill
	outages []span
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func toldInTeams() *troupe {
	a, _ := told()
	a.stores = rehearsal.OnBoth(a.stores)
	drop := clarion.Drop{ID: "c", Campaign: "c", Stores: []clarion.StoreID{a.stores[0].ID, a.stores[1].ID}}
	a.posts = drop.Deliveries(a.stores)
	t := &troupe{agenda: a, records: map[string]clarion.Delivery{}}
	for i, d := range on(clarion.Teams, a.all()) {
		p := rehearsal.TeamsPost{Channel: d.Channel.ID, ID: string(rune('1' + i)), At: noon, Words: rehearsal.Title(1), Life: "clarion-01.1", Heard: true}
		if d.Campaign == "" {
			p.Words = "🏆 Store 1 won the week"
		}
		d.PostID = p.ID + " " + d.Channel.ID + ";messageid=" + p.ID
		t.posts, t.records[d.ID] = append(t.posts, p), d
	}
	return t
}

func (t *troupe) judge() *verdict {
	v := &verdict{differences: "0"}
	v.judgeTeams(t.agenda, t.posts, t.records, t.killed, t.outages)
	return v
}

// copy lets a copy of the first post stand, which no delivery is recorded with.
func (t *troupe) copy(change func(*rehearsal.TeamsPost)) {
	p := t.posts[0]
	p.ID = "copy"
	change(&p)
	t.posts = append(t.posts, p)
}

func TestInTeamsACopyIsAllowedOnlyForWhatHappenedToItself(t *testing.T) {
	same := func(*rehearsal.TeamsPost) {}
	for name, c := range map[string]struct {
		change func(*troupe)
		line   string
		fine   bool
	}{
		"all stands once": {func(*troupe) {}, "posts=1 teams_missing=0 teams_doubled=0 teams_unheard=0", true},
		"a copy that nobody heard of": {func(r *troupe) { r.copy(func(p *rehearsal.TeamsPost) { p.Heard = false }) },
			"posts=1 teams_missing=0 teams_doubled=1 teams_unheard=1", true},
		"a copy whose process was killed": {func(r *troupe) { r.copy(same); r.killed = []kill{{"clarion-01.1", noon.Add(time.Second)}} },
			"posts=1 teams_missing=0 teams_doubled=1 teams_unheard=1", true},
		"a copy while Redis was down": {func(r *troupe) { r.copy(same); r.outages = []span{{noon.Add(time.Second), noon.Add(time.Minute)}} },
			"posts=1 teams_missing=0 teams_doubled=1 teams_unheard=1", true},
		"what nobody heard of at first was recorded all the same": {func(r *troupe) { r.posts[0].Heard = false },
			"posts=1 teams_missing=0 teams_doubled=0 teams_unheard=1", true},
		"a copy for nothing": {func(r *troupe) { r.copy(same) }, "posts=1 teams_missing=0 teams_doubled=1 teams_unheard=0", false},
		"a copy while another was not heard of": {func(r *troupe) { r.copy(same); r.posts[0].Heard = false },
			"posts=1 teams_missing=0 teams_doubled=1 teams_unheard=1", false},
		"a copy whose process was killed before": {func(r *troupe) { r.copy(same); r.killed = []kill{{"clarion-01.1", noon.Add(-1)}} },
			"posts=1 teams_missing=0 teams_doubled=1 teams_unheard=0", false},
		"a copy whose process was killed much later": {func(r *troupe) { r.copy(same); r.killed = []kill{{"clarion-01.1", noon.Add(time.Minute)}} },
			"posts=1 teams_missing=0 teams_doubled=1 teams_unheard=0", false},
		"a copy while another process was killed": {func(r *troupe) { r.copy(same); r.killed = []kill{{"clarion-02.1", noon.Add(time.Second)}} },
			"posts=1 teams_missing=0 teams_doubled=1 teams_unheard=0", false},
		"a copy after Redis was down": {func(r *troupe) { r.copy(same); r.outages = []span{{noon.Add(-time.Minute), noon.Add(-time.Second)}} },
			"posts=1 teams_missing=0 teams_doubled=1 teams_unheard=0", false},
		"a copy that was changed": {func(r *troupe) { r.copy(func(p *rehearsal.TeamsPost) { p.Heard, p.Changes = false, 1 }) },
			"posts=1 teams_missing=0 teams_doubled=1 teams_unheard=1", false},
		"a post is missing":             {func(r *troupe) { r.posts = r.posts[1:] }, "posts=0 teams_missing=1 teams_doubled=0 teams_unheard=0", false},
		"an announcement is missing":    {func(r *troupe) { r.posts = r.posts[:1] }, "posts=1 teams_missing=1 teams_doubled=0 teams_unheard=0", false},
		"a post says something else":    {func(r *troupe) { r.posts[0].Words = "" }, "posts=0 teams_missing=1 teams_doubled=0 teams_unheard=0", false},
		"a post is in another channel":  {func(r *troupe) { r.posts[0].Channel = "" }, "posts=0 teams_missing=1 teams_doubled=0 teams_unheard=0", false},
		"two are recorded as one post":  {func(r *troupe) { one(r) }, "posts=1 teams_missing=1 teams_doubled=1 teams_unheard=0", false},
		"a post is recorded as nothing": {func(r *troupe) { clear(r.records) }, "posts=0 teams_missing=2 teams_doubled=2 teams_unheard=0", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := toldInTeams()
			c.change(r)
			v := r.judge()
			if !strings.Contains(v.String(), "teams_"+c.line+" ") || (len(v.findings) == 0) != c.fine {
				t.Errorf("%v\n%s", v, strings.Join(v.findings, "\n"))
			}
		})
	}
}

// one records the announcement as the post.
func one(r *troupe) {
	ids := slices.Sorted(maps.Keys(r.records))
	for _, id := range ids {
		d := r.records[id]
		d.PostID = r.posts[0].ID + " x"
		r.records[id] = d
	}
}

func TestARunInWhichTeamsIsWellShowsNothing(t *testing.T) {
	failed := map[teams.Failure]int{}
	for how := range badTeamsWeather(0).Failures {
		failed[how] = 1
	}
	v := &verdict{}
	if checkTeamsTroubles(v, failed); len(v.findings) > 0 {
		t.Errorf("a hard run: %q", v.findings)
	}
	delete(failed, teams.CutAfter)
	if checkTeamsTroubles(v, failed); len(v.findings) != 1 || !strings.Contains(v.findings[0], "cut after the work") {
		t.Errorf("%q", v.findings)
	}
}
