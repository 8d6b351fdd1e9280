package commands

import (
	"slices"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

func TestBeforeItIsPostedACampaignMovesWithItsPostsAndItsOpening(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"at": hours(2)})
	r := w.edited(c.ID, chat.Values{"at": hours(4), "audience": {Chosen: []string{"store:leeds"}}}, now)
	says(t, r, nil, "is changed. It will be posted to 1 store at Wed 25 Nov 2026, 14:00 UTC")
	if got := w.stored(c.ID); !got.Opens.Equal(now.Add(4*time.Hour)) || got.Revision != 1 || got.RevisedBy != clarion.UserIdentity(clarion.Slack, "helen") || !got.RevisedAt.Equal(now) {
		t.Errorf("%+v", got)
	}
	if d := w.to(c.ID, "kingston"); d.State != clarion.Withdrawn {
		t.Errorf("the post of the store that was taken off is %s", d.State)
	}
	if d := w.to(c.ID, "leeds"); d.State != clarion.Waiting || !d.Due.Equal(now.Add(4*time.Hour)) || !d.Next.Equal(d.Due) {
		t.Errorf("%+v", d)
	}
	if due, err := w.workspace.Due(t.Context(), now.Add(3*time.Hour), 9); err != nil || len(due) != 0 {
		t.Errorf("due at its old time: %v %v", due, err)
	}
	// Back on it, and as soon as this is confirmed.
	r = w.edited(c.ID, chat.Values{"at": {}, "audience": {Chosen: []string{"all"}}}, now.Add(time.Hour))
	says(t, r, nil, "It is on its way to 2 stores")
	if due, err := w.workspace.Due(t.Context(), now.Add(time.Hour), 9); err != nil || len(due) != 2 {
		t.Errorf("due now: %v %v", due, err)
	}
	if got := w.stored(c.ID); !got.Opens.IsZero() {
		t.Errorf("it opens %s", got.Opens)
	}
}

func TestOnceItIsPostedWhatPartnersWerePromisedStays(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"audience": {Chosen: []string{"store:kingston"}}, "public": hours(5), "factor": {Chosen: []string{"2"}}, "ends": hours(9)})
	w.delivered(w.to(c.ID, "kingston"))
	later := now.Add(time.Hour)

	form := w.opened(actionDropEdit, c.ID, later)
	filled := values(form)
	for _, gone := range []string{"at", "opens", "public", "factor"} {
		if _, ok := filled[gone]; ok {
			t.Errorf("the form still has %s", gone)
		}
	}
	says(t, Reply{Form: form}, nil, "stay as partners were promised")
	for field, changes := range map[string]chat.Values{
		"networks": {"networks": {Chosen: []string{"copy", "facebook"}}}, "audience": {"audience": {Chosen: []string{"store:leeds"}}}, "ends": {"ends": hours(4)},
	} {
		r, err := w.submitted(form.Action, form.State, merged(filled, changes), later)
		must(t, err)
		if len(r.Wrong) != 1 || r.Wrong[field] == "" {
			t.Errorf("%s: %v", field, r.Wrong)
		}
	}

	// The text changes in every post, a store and a network are added, and what was posted is not posted again.
	r := w.edited(c.ID, chat.Values{
		"text": {Text: "Better."}, "networks": {Chosen: []string{"x", "copy", "facebook"}}, "audience": {Chosen: []string{"all"}}, "at": hours(20), "opens": hours(20),
	}, later)
	says(t, r, nil, "1 post is brought up to date. It is on its way to 1 store more.")
	got := w.stored(c.ID)
	if got.Text != "Better." || len(got.Networks) != 3 || !got.Opens.Equal(c.Opens) || !got.Public.Equal(c.Public) || got.WindowFactor != 2 {
		t.Errorf("%+v", got)
	}
	if looks, err := w.workspace.Looks(t.Context(), later, 9); err != nil || len(looks) != 1 {
		t.Errorf("to be redrawn: %v %v", looks, err)
	}
	if d := w.to(c.ID, "kingston"); d.State != clarion.Posted {
		t.Errorf("the post is %s", d.State)
	}
	if d := w.to(c.ID, "leeds"); d.State != clarion.Waiting || !d.Due.Equal(later) {
		t.Errorf("the post that was added is %+v", d)
	}
}

func TestAStoreWithoutAChannelGetsItsPostWhenItHasOneAndTheCampaignIsSaved(t *testing.T) {
	w := newWorld(t)
	c := w.written(nil)
	w.delivered(w.to(c.ID, "kingston"))
	_, err := w.workspace.LinkStore(t.Context(), "derby", in("cderby"))
	must(t, err)
	says(t, w.edited(c.ID, nil, now), nil, "on its way to 1 store more")
	if d := w.to(c.ID, "derby"); d.State != clarion.Waiting {
		t.Errorf("%+v", d)
	}
}

func TestAStoreThatMovedToAnotherRegionKeepsItsPost(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"audience": {Chosen: []string{"region:North", "region:London"}}})
	w.delivered(w.to(c.ID, "kingston"))
	w.move("derby", "North")
	w.move("leeds", "West")
	w.edited(c.ID, chat.Values{"text": {Text: "Better."}}, now)
	drops, err := w.workspace.Drops(t.Context(), c.ID)
	must(t, err)
	if d := w.to(c.ID, "leeds"); d.State != clarion.Waiting || !slices.Contains(drops[0].Stores, "leeds") || !slices.Contains(drops[0].Stores, "derby") {
		t.Errorf("%s, of %v", d.State, drops[0].Stores)
	}
}

func TestTheOpeningMovesOnlyWhileTheTeaserStands(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"opens": hours(10), "public": hours(12)})
	w.delivered(w.to(c.ID, "kingston"))
	later := now.Add(time.Hour)
	w.edited(c.ID, chat.Values{"opens": hours(11), "factor": {Chosen: []string{"3"}}}, later)
	if got := w.stored(c.ID); !got.Opens.Equal(now.Add(11*time.Hour)) || got.WindowFactor != 3 {
		t.Errorf("%+v", got)
	}
	form := w.opened(actionDropEdit, c.ID, later)
	if _, ok := values(form)["at"]; ok {
		t.Error("the time of a post that stands can be changed")
	}
	r, err := w.submitted(form.Action, form.State, merged(values(form), chat.Values{"opens": hours(0)}), later)
	if err != nil || r.Wrong["opens"] == "" {
		t.Errorf("opened in the past: %v %v", r.Wrong, err)
	}
	w.edited(c.ID, chat.Values{"opens": {}}, later)
	if err := w.stored(c.ID).Shareable(later); err != nil {
		t.Errorf("it is not open at once: %v", err)
	}
}

func TestATitleThatChangesAfterThePostKeepsItsNameInWebStatistics(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"title": {Text: "Our Spring"}})
	w.edited(c.ID, chat.Values{"title": {Text: "Our Summer"}}, now)
	if got := w.stored(c.ID); got.UTM != "" {
		t.Errorf("before it is posted the name is %q", got.UTM)
	}
	w.delivered(w.to(c.ID, "kingston"))
	w.edited(c.ID, chat.Values{"title": {Text: "Our Autumn"}}, now)
	if got := w.stored(c.ID); got.UTM != "our-summer" || got.Title != "Our Autumn" {
		t.Errorf("%q is counted as %q", got.Title, got.UTM)
	}
}

func TestACampaignThatHasEndedCanBeChangedAndGoOn(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"ends": hours(2)})
	w.delivered(w.to(c.ID, "kingston"))
	over := now.Add(3 * time.Hour)
	w.edited(c.ID, chat.Values{"after": {Text: "https://shop.example/thanks"}}, over)
	if got := w.stored(c.ID); got.After == "" || got.Stage(over) != clarion.Ended {
		t.Errorf("%+v", got)
	}
	w.edited(c.ID, chat.Values{"ends": hours(9)}, over)
	if got := w.stored(c.ID); got.Stage(over) != clarion.Running {
		t.Errorf("it is %s", got.Stage(over))
	}
	if d := w.to(c.ID, "leeds"); d.State != clarion.Waiting {
		t.Errorf("%+v", d)
	}
}

func TestOfTwoWhoChangeACampaignTheSecondReadsASentenceAndLosesNothing(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"at": hours(2)})
	first, second := w.opened(actionDropEdit, c.ID, now), w.opened(actionDropEdit, c.ID, now)
	mine := merged(values(second), chat.Values{"title": {Text: "Mine"}, "hashtag": {Text: "#Mine"}})
	waiting, err := w.submitted(second.Action, second.State, mine, now)
	must(t, err)

	preview, err := w.submitted(first.Action, first.State, merged(values(first), chat.Values{"title": {Text: "Theirs"}, "text": {Text: "Their text."}, "at": hours(3)}), now)
	must(t, err)
	_, err = w.submitted(preview.Form.Action, preview.Form.State, nil, now)
	must(t, err)

	// Whoever had the preview open goes back to the form; nothing was changed.
	r, err := w.submitted(waiting.Form.Action, waiting.Form.State, nil, now)
	says(t, r, err, "was changed by you", "Nothing of yours is lost. Go back and press Preview again")
	if r.Over || r.Form.Submit != "" || w.stored(c.ID).Title != "Theirs" {
		t.Errorf("%+v", r)
	}
	// There it is drawn anew, with both changes.
	r, err = w.submitted(second.Action, second.State, mine, now)
	says(t, r, err, "Changed: Post at, What partners should know and Title.", "Look at Title: yours is here")
	if r.Over || r.Form.Version == second.Version {
		t.Errorf("the form does not begin anew: %+v", r.Form)
	}
	both := values(r.Form)
	if both.Text("title") != "Mine" || both.Text("hashtag") != "#Mine" || both.Text("text") != "Their text." || !both.Moment("at").Equal(now.Add(3*time.Hour)) {
		t.Errorf("%+v", both)
	}
	preview, err = w.submitted(r.Form.Action, r.Form.State, both, now)
	must(t, err)
	_, err = w.submitted(preview.Form.Action, preview.Form.State, nil, now)
	must(t, err)
	if got := w.stored(c.ID); got.Title != "Mine" || got.Text != "Their text." || got.Revision != 2 {
		t.Errorf("%+v", got)
	}
	// Pressed twice, it is saved once.
	again, err := w.submitted(preview.Form.Action, preview.Form.State, nil, now)
	says(t, again, err, "was saved already")
}

func TestACampaignThatIsPostedWhileItIsChangedKeepsItsTimes(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"at": hours(2)})
	form := w.opened(actionDropEdit, c.ID, now)
	preview, err := w.submitted(form.Action, form.State, merged(values(form), chat.Values{"at": hours(5), "text": {Text: "Mine."}}), now)
	must(t, err)
	w.delivered(w.to(c.ID, "kingston"))
	later := now.Add(2 * time.Hour)
	r, err := w.submitted(preview.Form.Action, preview.Form.State, nil, later)
	says(t, r, err, "It was posted and opened while you were writing")
	r, err = w.submitted(form.Action, form.State, merged(values(form), chat.Values{"at": hours(5), "text": {Text: "Mine."}}), later)
	says(t, r, err, "It was posted and opened while you were writing", "What you wrote is all here")
	if got := values(r.Form); got.Text("text") != "Mine." || !got.Moment("at").IsZero() {
		t.Errorf("%+v", got)
	}
	if got := w.stored(c.ID); got.Revision != 0 {
		t.Errorf("it was changed: %+v", got)
	}
}

func TestACopyHasEverythingButTheTimesAndTheLaunchWindow(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{
		"at": hours(2), "opens": hours(3), "public": hours(5), "factor": {Chosen: []string{"2"}}, "disclosure": {Text: "#ad"}, "utm": {Text: "spring-1"},
		"after": {Text: "https://shop.example/offers"}, "audience": {Chosen: []string{"region:North"}}, "image": {Text: "https://shop.example/a.jpg"},
	})
	later := now.AddDate(0, 1, 0)
	form := w.opened(actionDropCopy, c.ID, later)
	if form.Action != actionDropWrite || form.State != "" {
		t.Errorf("the form is not that of a new campaign: %+v", form)
	}
	got := values(form)
	for name, want := range values(w.opened(actionDropEdit, c.ID, now)) {
		switch name {
		case "at", "opens", "public":
			want = chat.Value{}
		case "ends":
			want = lastDay(later)
		case "factor":
			want = chat.Value{Chosen: []string{"1"}}
		case "title":
			want = chat.Value{Text: "Spring (copy)"}
		}
		if normal(got[name]) != normal(want) {
			t.Errorf("%s is %+v, want %+v", name, got[name], want)
		}
	}
	titles := []clarion.Campaign{{Title: "Spring"}, {Title: "spring (copy)"}, {Title: strings.Repeat("é", clarion.MaxTitle)}}
	for title, want := range map[string]string{"Spring": "Spring (copy 2)", "Spring (copy)": "Spring (copy 2)", "Summer (copy 7)": "Summer (copy)", titles[2].Title: strings.Repeat("é", clarion.MaxTitle-7) + " (copy)"} {
		if got := copyTitle(title, titles); got != want {
			t.Errorf("%q is copied as %q, want %q", title, got, want)
		}
	}
}
