package commands

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

func (w *world) partner(user string) clarion.Partner {
	w.t.Helper()
	p, err := w.workspace.PartnerOf(w.t.Context(), clarion.UserIdentity(clarion.Slack, user))
	must(w.t, err)
	return p
}

func TestAPartnerOfTheRosterIsMetByEMailAndKeptByUserID(t *testing.T) {
	w := newWorld(t)
	w.campaign("spring")
	w.member("ben", "BEN@acme.example", "leeds")
	r, err := w.pressed("ben", "ckingston", ActionShare, "spring")
	says(t, r, err, "Share it")
	if p := w.partner("ben"); p.ID != "ben" || p.Store != "leeds" {
		t.Errorf("%+v", p)
	}
	delete(w.profiles, "ben") // known by both from then on: the platform is not asked again
	r, err = w.pressed("ben", "ckingston", ActionShare, "spring")
	says(t, r, err, "Share it")
}

func TestSomebodyUnknownBelongsToTheStoreWhoseChannelTheyPressIn(t *testing.T) {
	w := newWorld(t)
	w.campaign("spring")
	r, err := w.pressed("cleo", "ckingston", ActionShare, "spring")
	says(t, r, err, "Share it")
	if p := w.partner("cleo"); p.Store != "kingston" || p.Name != "Cleo" || p.Email != "cleo@acme.example" {
		t.Errorf("%+v", p)
	}
	// From then on, in whichever channel.
	_, err = w.pressed("cleo", "cleeds", ActionShare, "spring")
	must(t, err)
	if p := w.partner("cleo"); p.Store != "kingston" {
		t.Errorf("pressing in another store's channel moved the partner to %s", p.Store)
	}
}

func TestSomebodyUnknownSeesTheBoardsAlthoughThePlatformIsAway(t *testing.T) {
	w := newWorld(t)
	r, err := w.typed("nobody-knows", "ckingston", "/leaderboard")
	says(t, r, err, "Stores · this week")
	r, err = w.typed("nobody-knows", "ckingston", "/points")
	says(t, r, err, "no points yet")
	if _, err = w.pressed("nobody-knows", "ckingston", ActionShare, "spring"); err == nil {
		t.Error("a partner was made whom nobody described")
	}
}

func TestSomebodyUnknownElsewhereIsAskedAndMayChooseOnce(t *testing.T) {
	w := newWorld(t)
	w.campaign("spring")
	ask, err := w.pressed("dan", "coffice", ActionShare, "spring")
	says(t, ask, err, "Your store")
	if _, err := w.workspace.PartnerOf(t.Context(), clarion.UserIdentity(clarion.Slack, "dan")); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("enrolled before the answer: %v", err)
	}
	choose := func(store string) (Reply, error) {
		r := w.from("dan", "")
		r.State, r.Form = ask.Form.State, chat.Values{"store": {Chosen: []string{store}}}
		return w.table.Do(t.Context(), ask.Form.Action, r)
	}
	if r, err := choose("gone"); err != nil || r.Wrong["store"] == "" {
		t.Errorf("a store that is gone: %+v %v", r, err)
	}
	r, err := choose("derby")
	says(t, r, err, "Share it")
	_, err = choose("leeds")
	must(t, err)
	if p := w.partner("dan"); p.Store != "derby" {
		t.Errorf("a second answer moved the partner to %s", p.Store)
	}
}

func TestAPartnerWhoseStoreTheRosterLeavesOpenGetsOne(t *testing.T) {
	w := newWorld(t)
	w.campaign("spring")
	w.member("amira", "", "")
	_, err := w.pressed("amira", "cleeds", ActionShare, "spring")
	must(t, err)
	if p := w.partner("amira"); p.ID != "amira" || p.Store != "leeds" {
		t.Errorf("%+v", p)
	}
}

func TestWhatHasEndedIsNotShared(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	w.member("amira", "", "kingston")
	r := w.from("amira", "ckingston")
	r.Value, r.At = "spring", c.Ends
	if _, err := w.table.Do(t.Context(), ActionShare, r); !errors.Is(err, clarion.ErrEnded) {
		t.Errorf("Share it: %v", err)
	}
	r.Value = "spring/0"
	if _, err := w.table.Do(t.Context(), actionShareCopy, r); !errors.Is(err, clarion.ErrEnded) {
		t.Errorf("copy: %v", err)
	}
	if board, err := w.workspace.Leaderboard(t.Context(), storage.Query{Scope: clarion.AllPartners()}); err != nil || board.Total != 0 {
		t.Errorf("it gave points: %+v %v", board, err)
	}
}

func TestTheOwnStoreIsInViewAlsoOutsideOfTheFirstTen(t *testing.T) {
	w := newWorld(t)
	w.member("amira", "", "derby")
	for i := range 12 {
		id := clarion.StoreID(fmt.Sprintf("s%02d", i))
		must(t, w.workspace.PutStores(t.Context(), []clarion.Store{{ID: id, Name: "Store " + string(id)}}))
		w.earn(clarion.PartnerID("p"+id), id, 2+i%3, now)
	}
	w.earn("p-derby", "derby", 1, now)
	r, err := w.typed("amira", "coffice", "/leaderboard")
	says(t, r, err, "▸13|Derby|5|1|", "Derby is 13th of 13 stores", "🥇 1|Store s02|20|")
	if n := strings.Count(words(r), "🥇 1|"); n != 4 {
		t.Errorf("%d stores share the first place, want 4:\n%s", n, words(r))
	}
	says(t, r, err, "5|Store s01|15|") // the rank after a tie counts those ahead
}

func TestLeaderboardsOfOtherPeriodsAndPartners(t *testing.T) {
	w := newWorld(t)
	w.earn("amira", "kingston", 1, now)
	w.earn("zoe", "kingston", 3, now)
	w.earn("ben", "leeds", 5, now.AddDate(0, 0, -7))
	for line, want := range map[string]string{
		"/leaderboard":               "▸🥇 1|Kingston|20|2|",
		"/leaderboard last":          "🥇 1|Leeds|25|1|",
		"/leaderboard ALL":           "🥇 1|Leeds|25|1|\n▸🥈 2|Kingston|20|2|",
		"/leaderboard partners":      "🥇 1|Partner zoe|15|\n▸🥈 2|Partner amira|5|",
		"/leaderboard last partners": "Nobody has points yet",
	} {
		r, err := w.typed("amira", "coffice", line)
		says(t, r, err, want)
	}
	r, err := w.typed("amira", "coffice", "/leaderboard nonsense")
	says(t, r, err, "I don't know “nonsense”. Type /leaderboard, or")
	r, err = w.typed("cleo", "cleeds", "/leaderboard last") // no partner, but in a store's channel
	says(t, r, err, "▸🥇 1|Leeds|25|1|")
}

func TestPointsAreOnesOwnAndEachIsExplained(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	w.member("amira", "", "kingston")
	r, err := w.typed("cleo", "coffice", "/points")
	says(t, r, err, "You have no points yet")
	r, err = w.typed("amira", "coffice", "/points why")
	says(t, r, err, "You have no points yet")

	w.earn("zoe", "kingston", 2, now)
	_, err = w.pressed("amira", "ckingston", actionShareCopy, "spring/0")
	must(t, err)
	secret, err := w.workspace.Secret(t.Context())
	must(t, err)
	link := clarion.NewShareLink(secret, "acme", c.ID, "amira", clarion.Copy)
	for range 3 {
		visitor := clarion.VisitorID{1}
		_, err = w.workspace.CountVisit(t.Context(), storage.Visit{
			Link: link, Award: clarion.DefaultRules().Click(link, visitor, now.Add(time.Minute), time.UTC), Visitor: visitor, Day: "today",
		})
		must(t, err)
	}
	r, err = w.typed("amira", "coffice", "/points")
	says(t, r, err, "6 points · 2nd of 2", "Spring spring|Copy the link|3|1|")
	r, err = w.typed("amira", "coffice", "/points why")
	says(t, r, err, "25 Nov 10:01|Somebody new came by your link|Spring spring|+1|\n25 Nov 10:00|You shared it|Spring spring|+5|", "a share is 5 points")
}

func TestTheWinnersAreNamedAndEachStoreReadsItsOwnPlace(t *testing.T) {
	w := newWorld(t)
	w.earn("amira", "kingston", 2, now)
	w.earn("ben", "leeds", 2, now)
	w.earn("dan", "derby", 1, now)
	d := clarion.Delivery{Kind: clarion.WinnersDelivery, Week: "2026-W48", Store: "leeds"}
	m, err := w.table.Delivery(t.Context(), w.workspace, d, now)
	says(t, Reply{Message: m}, err, "Kingston and Leeds won the week", "that is you, together: 10 points each", "🥇 1|Kingston|", "▸🥇 1|Leeds|", "Most points in Leeds: Partner ben")
	d.Store = "derby"
	m, err = w.table.Delivery(t.Context(), w.workspace, d, now)
	says(t, Reply{Message: m}, err, "A shared first place: Kingston and Leeds, with 10 points each", "▸🥉 3|Derby|5|")
	d.Week = "2026-W40"
	m, err = w.table.Delivery(t.Context(), w.workspace, d, now)
	says(t, Reply{Message: m}, err, "nobody won it")
	if _, err := w.table.Delivery(t.Context(), w.workspace, clarion.Delivery{Kind: "letter"}, now); err == nil {
		t.Error("a delivery of no kind is written")
	}
}

func TestACampaignsFormSaysWhatIsWrongAtEachField(t *testing.T) {
	w := newWorld(t)
	form := func(changes chat.Values) Request {
		r := w.from("helen", "coffice")
		r.Form = chat.Values{"title": {Text: "Spring"}, "text": {Text: "Show yours."}, "target": {Text: "https://shop.example"}, "hashtag": {Text: "Spring"},
			"captions": {Text: "Look"}, "networks": {Chosen: []string{"x", "copy"}}, "audience": {Chosen: []string{"all"}}, "ends": {Moment: now.AddDate(0, 0, 7)}}
		for name, v := range changes {
			r.Form[name] = v
		}
		return r
	}
	for field, changes := range map[string]chat.Values{
		"title": {"title": {Text: "  "}}, "text": {"text": {Text: strings.Repeat("x", 2001)}}, "target": {"target": {Text: "shop"}},
		"image": {"image": {Text: "ftp://shop"}}, "hashtag": {"hashtag": {Text: "a b"}}, "captions": {"captions": {Text: "Facebook: only"}},
		"networks": {"networks": {}}, "audience": {"audience": {Chosen: []string{"store:derby"}}}, "ends": {"ends": {Moment: now}},
		"at": {"at": {Moment: now.Add(-time.Hour)}},
	} {
		r, err := w.table.Do(t.Context(), actionDropWrite, form(changes))
		if err != nil || len(r.Wrong) != 1 || r.Wrong[field] == "" {
			t.Errorf("%s: %v %v", field, r.Wrong, err)
		}
	}
	late, err := w.table.Do(t.Context(), actionDropWrite, form(chat.Values{"at": {Moment: now.AddDate(0, 0, 8)}}))
	if err != nil || late.Wrong["at"] == "" {
		t.Errorf("posted after its end: %v %v", late.Wrong, err)
	}

	preview, err := w.table.Do(t.Context(), actionDropWrite, form(chat.Values{"at": {Moment: now.Add(time.Hour)}, "ends": {Moment: now.Add(2 * time.Hour)}}))
	must(t, err)
	confirm := w.from("helen", "")
	confirm.State, confirm.At = preview.Form.State, now.Add(3*time.Hour)
	if _, err := w.table.Do(t.Context(), actionDropConfirm, confirm); err == nil {
		t.Error("a campaign is planned that ended while the form was open")
	}
	confirm.At = now
	for _, want := range []string{"will be posted to 2 stores", "was confirmed already"} {
		r, err := w.table.Do(t.Context(), actionDropConfirm, confirm)
		says(t, r, err, want)
	}
	if list, err := w.workspace.Campaigns(t.Context(), 9); err != nil || len(list) != 1 {
		t.Errorf("%d campaigns %v", len(list), err)
	}
}

func TestAStoreIsLinkedAlthoughThePlatformIsBusy(t *testing.T) {
	w := newWorld(t)
	w.join["cderby"] = &chat.BusyError{After: time.Second, Err: errors.New("ratelimited")}
	r, err := w.typed("helen", "cderby", "/store link Derby")
	says(t, r, err, "is now the channel of Derby", "I could not join it just now")
	w.join["cderby"] = &chat.RefusedError{Remedy: chat.Say("Type /invite there."), Err: errors.New("private")}
	r, err = w.typed("helen", "cderby", "/store link derby")
	says(t, r, err, "Type /invite there.")
	r, err = w.typed("amira", "cderby", "/store")
	says(t, r, err, "This channel is Derby.")
}
