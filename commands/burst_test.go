package commands

import (
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// burst lets five new visitors come by amira's link within a minute, of whom two score.
func (w *world) burst() string {
	w.t.Helper()
	c := w.campaign("spring")
	w.member("amira", "", "kingston")
	link := clarion.ShareLink{Code: "code", Campaign: c.ID, Partner: "amira", Network: clarion.WhatsApp}
	for i := range 5 {
		id := clarion.VisitorID{byte(i)}
		_, err := w.workspace.CountVisit(w.t.Context(), storage.Visit{
			Link: link, Award: clarion.DefaultRules().Click(link, id, now, time.UTC), Visitor: id, Day: "today", Burst: 2,
		})
		must(w.t, err)
	}
	return "spring:amira:whatsapp"
}

func TestTheSocialTeamIsAskedWhetherABurstWerePeople(t *testing.T) {
	w := newWorld(t)
	id := w.burst()
	m, err := w.table.Delivery(t.Context(), w.workspace, clarion.Delivery{Kind: clarion.BurstDelivery, Subject: id}, now)
	says(t, Reply{Message: m}, err, "Were these visitors people?", "amira, Kingston", "WhatsApp", "3 so far", "Spring spring", "Release", "Refuse")
	if _, err := w.table.Delivery(t.Context(), w.workspace, clarion.Delivery{Kind: clarion.BurstDelivery, Subject: "none"}, now); err == nil {
		t.Error("a burst that does not exist is asked about")
	}
}

func TestOpenBurstsAreListedUntilTheyAreDecided(t *testing.T) {
	w := newWorld(t)
	r, err := w.typed("helen", "coffice", "/report bursts")
	says(t, r, err, "No visits are held")
	id := w.burst()
	r, err = w.typed("helen", "coffice", "/report bursts")
	says(t, r, err, "1 burst to decide on", "amira, Kingston", "3 so far", "Release", "Refuse")
	if _, err := w.typed("amira", "ckingston", "/report bursts"); err == nil {
		t.Error("a partner sees whose visits are held")
	}
	_, err = w.pressed("helen", "coffice", actionBurstRelease, id)
	must(t, err)
	r, err = w.typed("helen", "coffice", "/report bursts")
	says(t, r, err, "No visits are held")
}

func TestAReleasedBurstCountsAndTheQuestionIsAnswered(t *testing.T) {
	w := newWorld(t)
	id := w.burst()
	if _, err := w.pressed("amira", "ckingston", actionBurstRelease, id); err == nil {
		t.Error("a partner decides about the own visits")
	}
	r, err := w.pressed("helen", "coffice", actionBurstRelease, id)
	says(t, r, err, "released 3 held visits: 3 points")
	if !r.Replace || !r.Public {
		t.Error("the question still stands there")
	}
	r, err = w.pressed("helen", "coffice", actionBurstRefuse, id)
	says(t, r, err, "decided already")
	r, err = w.typed("amira", "coffice", "/points")
	says(t, r, err, "5 points")
}

func TestARefusedBurstTakesThePointsBackAndSaysSo(t *testing.T) {
	w := newWorld(t)
	id := w.burst()
	r, err := w.pressed("helen", "coffice", actionBurstRefuse, id)
	says(t, r, err, "refused 5 visits: 2 points taken back")
	r, err = w.typed("amira", "coffice", "/points why")
	says(t, r, err, "Taken back: the visits were no people|Spring spring|-1|", "Somebody new came by your link|Spring spring|+1|")
}
