package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/storage"
)

// direct waits for the newest message in a user's conversation with the bot that has words in it.
func (s *shop) direct(user, words string) (found playground.Message) {
	s.Helper()
	s.until(user+" reads “"+words+"”", func() bool {
		for _, m := range s.slack.Messages(directOf(user), user) {
			if strings.Contains(m.Text+string(m.Blocks), words) {
				found = m
			}
		}
		return found.TS != ""
	})
	return found
}

func directOf(user string) string { return "D" + strings.TrimPrefix(user, "U") }

// pressDirect is a press in a user's conversation with the bot.
func (s *shop) pressDirect(user string, m playground.Message, action string) error {
	return s.slack.Press(s.Context(), user, directOf(user), m.TS, playground.Pressed{ActionID: action})
}

func person(id string) any { return map[string]any{"selected_user": id} }

func TestACampaignIsSentBackChangedApprovedByTwoClicksAtOnceAndPostedOnce(t *testing.T) {
	s := newShop(t, "CLARION_SOCIAL_TEAM="+shopPartner)
	s.must(s.slack.Command(t.Context(), shopPartner, shopChannel, "/drop campaign"))
	form := s.top("New campaign")
	fields := map[string]any{
		"title": text("Summer"), "text": text("Summer is her."), "target": text("https://shop.example/summer"), "hashtag": text("#Summer"), "captions": text("Look at this."),
		"approver": person(shopPartner),
	}
	s.submit(form, fields)
	s.until("amira is told that she cannot approve her own campaign", func() bool {
		return strings.Contains(s.slack.Views(shopPartner)[0].Errors["approver"], "Nobody can say yes to what they wrote themselves")
	})
	fields["approver"] = person(shopManager)
	s.submit(form, fields)
	s.submit(s.top("as soon as Ben Osei has said yes"), nil)
	s.message("will be posted to 1 store as soon as Ben Osei has said yes")

	first := s.direct(shopManager, "Can this go out?")
	if !strings.Contains(string(first.Blocks), "Summer is her.") || !strings.Contains(string(first.Blocks), "Kingston") {
		t.Errorf("the question is %s", first.Blocks)
	}
	s.must(s.pressDirect(shopManager, first, "approval.back"))
	s.submit(s.topOf(shopManager, "What should be different?"), map[string]any{"reason": text("It is spelled here.")})
	if closed := s.direct(shopManager, "You sent "); closed.TS != first.TS || strings.Contains(string(closed.Blocks), "button") {
		t.Errorf("the question is not closed: %s", closed.Blocks)
	}

	told := s.direct(shopPartner, "It is spelled here.")
	s.must(s.pressDirect(shopPartner, told, "drop.edit"))
	s.submit(s.top("Edit campaign"), map[string]any{"text": text("Summer is here.")})
	s.submit(s.top("Ask for a yes"), nil)
	second := s.direct(shopManager, "Summer is here.")
	if second.TS == first.TS {
		t.Error("the question was not asked anew")
	}
	if posts := s.slack.Messages(shopChannel, "nobody"); len(posts) != 1 {
		t.Errorf("%d posts stand in the channel before the yes, want Spring's", len(posts))
	}

	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := s.pressDirect(shopManager, second, "approval.yes"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s.message("New to share: Summer")
	if closed := s.direct(shopManager, "You said yes to "); closed.TS != second.TS || strings.Contains(string(closed.Blocks), "button") {
		t.Errorf("the question is not closed: %s", closed.Blocks)
	}
	s.direct(shopPartner, "Ben Osei said yes: Summer")
	if posts := s.slack.Messages(shopChannel, "nobody"); len(posts) != 2 {
		t.Errorf("%d posts stand in the channel, want Spring's and Summer's", len(posts))
	}
	decisions := 0
	for _, m := range s.slack.Messages(directOf(shopPartner), shopPartner) {
		if strings.HasPrefix(m.Text, "Ben Osei") {
			decisions++
		}
	}
	if decisions != 2 {
		t.Errorf("amira is told %d times what ben has said, want 2", decisions)
	}
}

func TestAStoreIsRemindedOfWhatWasPostedYesterday(t *testing.T) {
	yesterday := time.Now().Add(-25 * time.Hour)
	prepare := func(redis *miniredis.Miniredis) {
		db, err := storage.Open(storage.Options{URL: "redis://" + redis.Addr()})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		w := db.Workspace("main")
		stores := []clarion.Store{{ID: "kingston", Name: "Kingston", Channels: []clarion.Channel{{Platform: clarion.Slack, ID: shopChannel}}}}
		c := clarion.Campaign{
			ID: "old", Title: "Yesterday's", Text: "x", Target: "https://shop.example/", Hashtag: "#Old", Captions: []clarion.Caption{{Text: "Look"}},
			Networks: clarion.Networks(), Audience: clarion.Audience{All: true}, Ends: yesterday.AddDate(0, 0, 7), Remind: true,
			CreatedBy: clarion.UserIdentity(clarion.Slack, shopPartner), CreatedAt: yesterday,
		}
		drop := clarion.Drop{ID: "old", Campaign: c.ID, At: yesterday, Stores: []clarion.StoreID{"kingston"}}
		deliveries := drop.Deliveries(stores)
		if _, err := w.Plan(t.Context(), c, drop, deliveries); err != nil {
			t.Fatal(err)
		}
		if err := w.Record(t.Context(), deliveries[0].ID, storage.Posted{PostID: "1.000001", At: yesterday}); err != nil {
			t.Fatal(err)
		}
	}
	s := newShop(t, "CLARION_STORE_HOURS=00:00-24:00")
	prepare(s.redis)
	reminder := s.message("Still to share: Yesterday's")
	s.must(s.slack.Press(t.Context(), shopPartner, shopChannel, reminder.TS, playground.Pressed{ActionID: "share"}))
	s.top("Choose your words")
	if n := len(s.slack.Messages(shopChannel, "nobody")); n != 2 {
		t.Errorf("%d messages stand in the channel, want the post of today and the reminder", n)
	}
}
