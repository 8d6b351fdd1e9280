package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/rehearsal"
	"github.com/clarion-bot/clarion/playground"
)

// told returns an agenda of one campaign and one week for two stores, and channels in which all of it stands.
func told() (*agenda, []rehearsal.Post) {
	a := &agenda{
		stores: rehearsal.Stores(2), campaigns: []clarion.Campaign{{ID: "c", Title: rehearsal.Title(1)}}, weeks: []clarion.Week{{Year: 2026, Number: 47}},
	}
	drop := clarion.Drop{ID: "c", Campaign: "c", Stores: []clarion.StoreID{a.stores[0].ID, a.stores[1].ID}}
	a.posts = drop.Deliveries(a.stores)
	var posts []rehearsal.Post
	for _, d := range a.posts {
		posts = append(posts, rehearsal.Post{Channel: d.Channel.ID, Text: "New to share: " + rehearsal.Title(1), Delivery: d.ID})
	}
	for _, d := range a.announcements(a.weeks[0]) {
		posts = append(posts, rehearsal.Post{Channel: d.Channel.ID, Text: "Store 1 won the week, with 5 points", Delivery: d.ID})
	}
	return a, posts
}

func judge(a *agenda, posts []rehearsal.Post) *verdict {
	v, c := &verdict{differences: "0"}, newChannels(posts)
	c.checkPosts(v, a)
	c.checkAnnouncements(v, a)
	c.checkOthers(v, a)
	return v
}

func TestWhatStandsOnceIsWell(t *testing.T) {
	a, posts := told()
	v := judge(a, append(posts, rehearsal.Post{Channel: a.stores[0].Channels[0].ID, Text: "Share it this week", Delivery: "reminder:1"}))
	const want = "chaos: posts=2 missing=0 doubled=0 announcements_doubled=0 teams_posts=0 teams_missing=0 teams_doubled=0 teams_unheard=0 teams_left=0 " +
		"ledger_differences=0 kills=0 redis_restarts=0"
	if v.String() != want || len(v.findings) > 0 {
		t.Errorf("%v\n%s", v, strings.Join(v.findings, "\n"))
	}
}

func TestWhatIsWrongIsCounted(t *testing.T) {
	for name, c := range map[string]struct {
		change func(a *agenda, posts []rehearsal.Post) []rehearsal.Post
		line   string // of the verdict, to the ledger
	}{
		"a post is missing": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post { return posts[1:] }, "posts=1 missing=1 doubled=0 announcements_doubled=0"},
		"a post stands twice": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post {
			return append(posts, posts[0])
		}, "posts=2 missing=0 doubled=1 announcements_doubled=0"},
		"a post stands thrice, twice without its id": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post {
			again := posts[0]
			again.Delivery = ""
			return append(posts, again, again)
		}, "posts=2 missing=0 doubled=2 announcements_doubled=0"},
		"a post says something else": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post {
			posts[0].Text = rehearsal.Title(2)
			return posts
		}, "posts=1 missing=1 doubled=0 announcements_doubled=0"},
		"a post is in another channel": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post {
			posts[0].Channel = posts[1].Channel
			return posts
		}, "posts=1 missing=1 doubled=1 announcements_doubled=0"},
		"an announcement is missing": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post { return posts[:3] }, "posts=2 missing=1 doubled=0 announcements_doubled=0"},
		"an announcement stands twice": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post {
			return append(posts, posts[3])
		}, "posts=2 missing=0 doubled=0 announcements_doubled=1"},
		"an announcement stands twice, once without its id": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post {
			again := posts[3]
			again.Delivery = ""
			return append(posts, again)
		}, "posts=2 missing=0 doubled=0 announcements_doubled=1"},
		"an announcement says something else": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post {
			posts[3].Text = "Nobody won it"
			return posts
		}, "posts=2 missing=0 doubled=0 announcements_doubled=0"},
		"something else stands twice": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post {
			reminder := rehearsal.Post{Channel: posts[0].Channel, Text: "Share it this week", Delivery: "reminder:1"}
			return append(posts, reminder, reminder)
		}, "posts=2 missing=0 doubled=1 announcements_doubled=0"},
		"something cannot be found again": {func(_ *agenda, posts []rehearsal.Post) []rehearsal.Post {
			return append(posts, rehearsal.Post{Channel: posts[0].Channel, Text: "Hello"})
		}, "posts=2 missing=0 doubled=0 announcements_doubled=0"},
	} {
		t.Run(name, func(t *testing.T) {
			a, posts := told()
			v := judge(a, c.change(a, slices.Clone(posts)))
			if !strings.HasPrefix(v.String(), "chaos: "+c.line+" ") || len(v.findings) == 0 {
				t.Errorf("%v\n%s", v, strings.Join(v.findings, "\n"))
			}
		})
	}
}

func TestARunInWhichNothingBreaksShowsNothing(t *testing.T) {
	acts := calendar(time.Now(), time.UTC)
	hard := func() (*verdict, rehearsal.SlackState) {
		state := rehearsal.SlackState{Failed: map[string]int{}, Left: 1}
		for how := range badWeather(0).Failures {
			state.Failed[how.String()] = 1
		}
		return &verdict{restarts: 3}, state
	}
	v, state := hard()
	if checkTroubles(v, acts, state); len(v.findings) > 0 {
		t.Errorf("a hard run: %q", v.findings)
	}
	for want, change := range map[string]func(v *verdict, s *rehearsal.SlackState){
		"Redis was restarted 2 times":             func(v *verdict, _ *rehearsal.SlackState) { v.restarts-- },
		"failed in this way: cut after the work":  func(_ *verdict, s *rehearsal.SlackState) { delete(s.Failed, playground.CutAfter.String()) },
		"no process was killed in the midst of a": func(_ *verdict, s *rehearsal.SlackState) { s.Left = 0 },
		"failed in this way: rate limited":        func(_ *verdict, s *rehearsal.SlackState) { delete(s.Failed, playground.RateLimited.String()) },
	} {
		v, state := hard()
		change(v, &state)
		if checkTroubles(v, acts, state); len(v.findings) != 1 || !strings.Contains(v.findings[0], want) {
			t.Errorf("%q: %q", want, v.findings)
		}
	}
}

func TestTheCalendarGoesOnFromAnyDay(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 1, 1, 8, 59, 59, 0, london)
	for range 400 {
		day = day.AddDate(0, 0, 1)
		before, announced := day, 0
		for _, a := range calendar(day, london) {
			if !a.begins.After(before) {
				t.Fatalf("on %s %s begins at %s, and before it was %s", day, a.name, a.begins, before)
			}
			before = a.begins
			if a.announces.IsZero() {
				continue
			}
			announced++
			// Winners are due on the Monday after their week at nine, which comes within the act.
			due := a.announces.End(london).Add(9 * time.Hour)
			if wait := due.Sub(a.begins); wait <= 0 || wait > 10*time.Second || clarion.WeekOf(a.begins, london).Previous() != a.announces {
				t.Errorf("on %s, in %s, the winners of %s are due in %s", day, a.name, a.announces, wait)
			}
		}
		if announced != 3 {
			t.Errorf("on %s %d weeks are announced", day, announced)
		}
	}
}
