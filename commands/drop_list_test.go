package commands

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// buttonsOf returns the labels of the buttons in a reply whose values begin with a campaign's id.
func buttonsOf(r Reply, id clarion.CampaignID) []string {
	var labels []string
	for _, p := range r.Message.Parts {
		controls, _ := p.(chat.Controls)
		for _, c := range controls {
			if b, ok := c.(chat.Button); ok && strings.HasPrefix(b.Value, string(id)) {
				labels = append(labels, b.Label)
			}
		}
	}
	return labels
}

func TestTheListSaysOfEachCampaignHowFarItIsAndWhatCanBeDone(t *testing.T) {
	w := newWorld(t)
	planned := w.written(chat.Values{"title": {Text: "Planned"}, "at": hours(2), "opens": hours(20)})
	running := w.written(chat.Values{"title": {Text: "Running"}, "public": hours(1), "factor": {Chosen: []string{"3"}}})
	w.delivered(w.to(running.ID, "kingston"))
	w.broken(w.to(running.ID, "leeds"), "The channel is archived.")
	stopped := w.written(chat.Values{"title": {Text: "Stopped"}})
	w.delivered(w.to(stopped.ID, "kingston"))
	_, err := w.submitted(actionDropStopped, string(stopped.ID), nil, now)
	must(t, err)
	cancelled := w.written(chat.Values{"title": {Text: "Cancelled"}, "at": hours(2)})
	_, err = w.press("helen", actionDropCancel, string(cancelled.ID), now)
	must(t, err)
	ended := w.campaign("ended")
	ended.Ends = now.Add(-time.Hour)
	must(t, w.workspace.PutCampaign(t.Context(), ended))

	r, err := w.typed("helen", "office", "/drop list")
	says(t, r, err,
		"Coming up", "Planned · Planned for Wed 25 Nov 2026, 12:00 UTC as a teaser, opens Thu 26 Nov 2026, 06:00 UTC\nStores: 0 posted, 2 waiting, 0 failed\nIts link for your own channels can be had from Thu 26 Nov 2026, 06:00 UTC on.",
		"Running · In its launch window until Wed 25 Nov 2026, 11:00 UTC, a share counts 3 times\nStores: 1 posted, 0 waiting, 1 failed",
		"Stopped · Taken back by you at", "Stores: 1 posted, 0 waiting, 0 failed, 1 held back", "Cancelled · Cancelled by you at", "Spring ended · Ended")
	said := words(r)
	for i, order := 0, []string{"Coming up", "Planned ·", "Running\n", "Stopped ·", "Running ·", "Done", "Cancelled ·", "Spring ended ·"}; i < len(order); i++ {
		at := strings.Index(said, order[i])
		if at < 0 {
			t.Fatalf("%q does not follow in\n%s", order[i], words(r))
		}
		said = said[at:]
	}
	for id, want := range map[clarion.CampaignID][]string{
		planned.ID: {"Details", "Edit", "Copy", "Cancel"}, running.ID: {"Details", "Edit", "Copy", "Stop", "Report"}, stopped.ID: {"Details", "Edit", "Copy", "Undo", "Report"},
		cancelled.ID: {"Details", "Copy"}, ended.ID: {"Details", "Edit", "Copy", "Report"},
	} {
		if got := buttonsOf(r, id); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
	if n := strings.Count(words(r), "https://go.example/l/"); n != 1 {
		t.Errorf("%d links are given, want that of the one that can be shared:\n%s", n, words(r))
	}
}

func TestAPressInTheListAnswersInTheList(t *testing.T) {
	w := newWorld(t)
	var last clarion.Campaign
	for i := range 2*listedCampaigns + 1 {
		last = w.written(chat.Values{"title": {Text: fmt.Sprintf("Number %d", i)}, "at": hours(i + 1)})
	}
	r, err := w.typed("helen", "office", "/drop")
	says(t, r, err, "Number 0 ·", "Page 1 of 3: 17 campaigns.")
	if words := words(r); strings.Contains(words, "Number 8 ·") || strings.Contains(words, "◀") {
		t.Errorf("%s", words)
	}
	r, err = w.press("helen", actionDropPage, "1", now)
	says(t, r, err, "Number 8 ·", "◀ Back", "More ▶")
	if !r.Replace {
		t.Error("the page does not take the place of the other")
	}
	r, err = w.press("helen", actionDropCancel, entryValue(last.ID, "2"), now)
	says(t, r, err, "Number 16 is cancelled", "Number 16 · Cancelled", "Page 3 of 3")
	if !r.Replace {
		t.Error("the answer does not stand in the list")
	}
	for _, page := range []string{"99", "-3", "x"} {
		if r, err := w.press("helen", actionDropPage, page, now); err != nil || r.Message == nil {
			t.Errorf("page %s: %v", page, err)
		}
	}
}

func TestDetailsSayOfEachStoreWhatBecameOfItsPostAndTryAgain(t *testing.T) {
	w := newWorld(t)
	c := w.written(chat.Values{"remind": {Chosen: []string{remindValue}}})
	w.broken(w.to(c.ID, "kingston"), "I am not in the channel: type /invite there.")
	must(t, w.workspace.Postpone(t.Context(), w.claimed(w.to(c.ID, "leeds")), now.Add(time.Minute), "asked to wait"))
	show := func(action string, at time.Time) Reply {
		r, err := w.press("helen", action, string(c.ID), at)
		must(t, err)
		return r
	}
	says(t, show(actionDropDetails, now), nil, "Running until", "Stores that have not all shared are reminded.", "0 posted, 1 waiting, 1 failed", "Try again",
		"Kingston|Failed: I am not in the channel: type /invite there.|\nLeeds|Waits until Wed 25 Nov 2026, 10:01 UTC. Last time: asked to wait|", "No channel: Derby")
	r := show(actionDropDetailsRetry, now)
	says(t, r, nil, "1 post will be tried again now", "0 posted, 2 waiting, 0 failed", "Kingston|Is next.")
	if r.Over || strings.Contains(words(r), "Try again") {
		t.Errorf("%s", words(r))
	}
	w.delivered(w.to(c.ID, "kingston"))
	says(t, show(actionDropDetails, now), nil, "Kingston|Posted at Wed 25 Nov 2026, 10:00 UTC|")
	// What failed of a campaign that is over is not tried again.
	w.broken(w.to(c.ID, "leeds"), "too late")
	if said := words(show(actionDropDetails, now.AddDate(0, 0, 8))); strings.Contains(said, "Try again") {
		t.Errorf("%s", said)
	}
}

func TestACampaignIsNamedByAPartOfItsTitleAndNeverGuessed(t *testing.T) {
	w := newWorld(t)
	spring := w.written(chat.Values{"title": {Text: "Spring"}, "at": hours(1)})
	sale := w.written(chat.Values{"title": {Text: "Spring sale"}, "at": hours(1)})
	w.written(chat.Values{"title": {Text: "Summer sale"}, "at": hours(1)})
	for line, id := range map[string]clarion.CampaignID{"/drop edit spring": spring.ID, "/drop edit SALE sprin": sale.ID} {
		r, err := w.typed("helen", "office", line)
		if err != nil || r.Form == nil || !strings.HasPrefix(r.Form.State, string(id)+"/") {
			t.Errorf("%s: %+v %v", line, r, err)
		}
	}
	for line, says := range map[string]string{
		"/drop edit sale": "“sale” is in the titles of 2 campaigns. Which campaign do you want to edit?", "/drop copy nowhere": "No campaign has “nowhere” in its title.",
		"/drop cancel": "Which campaign do you want to cancel?", "/drop stop": "Which campaign do you want to stop?",
	} {
		r, err := w.typed("helen", "office", line)
		must(t, err)
		if r.Form != nil || !strings.Contains(words(r), says) {
			t.Errorf("%s: %s", line, words(r))
		}
		choice, ok := r.Message.Parts[1].(chat.Controls)[0].(chat.Choice)
		if !ok || len(choice.Options) < 2 {
			t.Errorf("%s offers %+v", line, r.Message.Parts)
			continue
		}
		chosen, err := w.press("helen", choice.Action, choice.Options[0].Value, now)
		if err != nil || chosen.Form == nil && chosen.Message == nil {
			t.Errorf("%s: the choice is answered by %+v %v", line, chosen, err)
		}
	}
	_, err := w.press("helen", actionDropCancel, string(sale.ID), now)
	must(t, err)
	r, err := w.typed("helen", "office", "/drop cancel")
	must(t, err)
	if strings.Contains(words(r), "Spring sale") {
		t.Error("what is cancelled can be chosen to be cancelled")
	}
	r, err = newWorld(t).typed("helen", "office", "/drop stop")
	says(t, r, err, "There is no campaign to stop.")
}

func TestATitleNamesTheCampaignThatIsNotOver(t *testing.T) {
	w := newWorld(t)
	last := w.campaign("last-year")
	last.Title, last.Ends = "Spring", now.Add(-time.Hour)
	must(t, w.workspace.PutCampaign(t.Context(), last))
	w.written(chat.Values{"title": {Text: "Spring sale"}})
	c := w.written(nil)
	r, err := w.typed("helen", "office", "/drop edit spring")
	must(t, err)
	if r.Form == nil || !strings.HasPrefix(r.Form.State, string(c.ID)+"/") {
		t.Errorf("%s", words(r))
	}
}
