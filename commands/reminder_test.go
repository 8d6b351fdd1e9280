package commands

import (
	"strconv"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

func TestAReminderSaysUntilWhenAndHowManyOfTheStoreHaveShared(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	read := func(store clarion.StoreID, which string, at time.Time) (Reply, error) {
		m, err := w.table.Delivery(t.Context(), w.workspace, clarion.Delivery{Kind: clarion.ReminderDelivery, Campaign: c.ID, Subject: which, Store: store}, at)
		return Reply{Message: m}, err
	}
	for i := range 12 {
		w.member("k"+strconv.Itoa(i), "", "kingston")
	}
	w.member("l1", "", "leeds")
	w.member("l2", "", "leeds")
	for i := range 5 {
		w.earn(clarion.PartnerID("k"+strconv.Itoa(i)), "kingston", 2, now)
	}
	r, err := read("kingston", clarion.FirstReminder, now)
	says(t, r, err, "There is still time for Spring spring: it can be shared until Wed 2 Dec 2026, 10:00 UTC.\n5 of your 12 have shared it.", "Share it share spring")
	last := c.Ends.AddDate(0, 0, -1)
	r, err = read("leeds", clarion.LastReminder, last)
	says(t, r, err, "The last chance to share Spring spring", "None of your 2 has shared it yet")
	r, err = read("derby", clarion.LastReminder, last) // where nobody is known to work
	says(t, r, err, "The last chance")
	if strings.Contains(words(r), "shared it") {
		t.Errorf("it says how many of nobody have shared: %s", words(r))
	}
	for s, want := range map[clarion.Sharing]string{{Partners: 3, Shared: 1}: "1 of your 3 has shared it.", {Partners: 3, Shared: 3}: "All 3 of you have shared it. Thank you!"} {
		if got := shared(s); got != want {
			t.Errorf("%+v: %q", s, got)
		}
	}

	// It is kept up to date, also when the campaign was given more time after it.
	r, err = read("leeds", clarion.LastReminder, last.Add(-time.Second))
	says(t, r, err, "There is still time for Spring spring")

	r, err = read("kingston", clarion.FirstReminder, c.Ends)
	says(t, r, err, "is over")
	if strings.Contains(words(r), "Share it") {
		t.Error("what is over can be shared")
	}
	c.Recall = &clarion.Recall{At: now}
	must(t, w.workspace.PutCampaign(t.Context(), c))
	r, err = read("kingston", clarion.FirstReminder, now)
	says(t, r, err, "was taken back")
	if strings.Contains(words(r), "Share it") {
		t.Error("what was taken back can be shared")
	}
}
