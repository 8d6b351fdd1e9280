package commands

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2/server"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// overtaken stores a campaign of a title just before the next one is stored by somebody who has found the title free.
func (w *world) overtaken(title string) {
	w.t.Helper()
	first := true
	w.redis.Server().SetPreHook(func(_ *server.Peer, cmd string, args ...string) bool {
		stores := slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "titles:{") })
		if strings.HasPrefix(cmd, "EVAL") && stores && first {
			first = false
			rival := clarion.Campaign{ID: clarion.CampaignID("rival of " + title), Title: title, CreatedAt: now, Ends: now.AddDate(0, 0, 1)}
			if err := w.workspace.PutCampaign(context.Background(), rival); err != nil {
				w.t.Error(err)
			}
		}
		return false
	})
}

func TestOfTwoWhoTakeATitleInOneInstantTheSecondReadsASentence(t *testing.T) {
	w := newWorld(t)
	topic := w.topic(map[string]string{"feed": newsFeed})
	preview := func(action, state string, form chat.Values) *chat.Form {
		r, err := w.submitted(action, state, form, now)
		must(t, err)
		if r.Form == nil {
			t.Fatalf("not taken: %v", r.Wrong)
		}
		return r.Form
	}
	changed := w.written(chat.Values{"title": {Text: "Before"}})
	edit := w.opened(actionDropEdit, changed.ID, now)
	edited := preview(edit.Action, edit.State, merged(values(edit), chat.Values{"title": {Text: "changed"}}))
	suggested := w.suggest(topic.ID, 0)
	for title, confirm := range map[string]func(*chat.Form) (Reply, error){
		"Planned": func(f *chat.Form) (Reply, error) { return w.submitted(f.Action, f.State, nil, now) },
		"Queued":  func(f *chat.Form) (Reply, error) { return w.submitted(f.Action, f.State, nil, now) },
		"Changed": func(*chat.Form) (Reply, error) { return w.submitted(edited.Action, edited.State, nil, now) },
		"A new lamp": func(*chat.Form) (Reply, error) {
			return w.pressed("helen", "csocial", actionSuggestionAdd, suggested)
		},
	} {
		form := chat.Values{"title": {Text: title}}
		if title == "Queued" {
			form["topic"] = chat.Value{Chosen: []string{string(topic.ID)}}
		}
		f := preview(actionDropWrite, "", filled(form))
		w.overtaken(title)
		r, err := confirm(f)
		said := ""
		switch {
		case err != nil:
			said = err.Error()
		case r.Message != nil:
			said = words(r)
		}
		if want := "“" + title + "” is the title of another campaign, which is running: choose another title"; !strings.Contains(said, want) {
			t.Errorf("%s: it says %q, want %q", title, said, want)
		}
		all, err := w.workspace.CampaignsThat(t.Context(), 10, func(c clarion.Campaign) bool { return clarion.SameTitle(c.Title, title) })
		if err != nil || len(all) != 1 {
			t.Errorf("%d campaigns have the title %s: %v", len(all), title, err)
		}
	}
	if c := w.stored(changed.ID); c.Title != "Before" || c.Revision != 0 {
		t.Errorf("it was changed all the same: %+v", c)
	}
}

func TestATitleIsComparedOnlyWhereItIsTaken(t *testing.T) {
	w := newWorld(t)
	ended := w.written(chat.Values{"ends": hours(1)})
	w.delivered(w.to(ended.ID, "kingston"))
	running := w.written(chat.Values{"title": {Text: "Running"}})
	w.delivered(w.to(running.ID, "kingston"))
	at := hours(2).Moment
	// Two of one title, which nothing stores any more by itself.
	for _, title := range []string{"Spring", "Running"} {
		c := w.campaign(clarion.CampaignID("feed-" + title))
		c.Title = title
		must(t, w.workspace.PutCampaign(t.Context(), c))
	}
	if r := w.edited(ended.ID, chat.Values{"after": {Text: "https://shop.example/thanks"}}, at); w.stored(ended.ID).After == "" {
		t.Errorf("a campaign that is over needs no title of its own: %s", words(r))
	}
	if r := w.edited(running.ID, chat.Values{"text": {Text: "The price is 5."}}, at); w.stored(running.ID).Text != "The price is 5." {
		t.Errorf("a campaign keeps the title that it has: %s", words(r))
	}
	form := w.opened(actionDropEdit, ended.ID, at)
	r, err := w.submitted(form.Action, form.State, merged(values(form), chat.Values{"ends": hours(20)}), at)
	if err != nil || !strings.Contains(r.Wrong["title"], "another campaign") {
		t.Errorf("one that goes on takes its title again: %v %v", r.Wrong, err)
	}
}
