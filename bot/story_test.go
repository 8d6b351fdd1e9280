package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/storage"
)

// written is a drop form as somebody of the social team fills it in.
func written(t *testing.T, changes map[string]any) json.RawMessage {
	fields := map[string]any{
		"title": typed("Christmas"), "text": typed("It is yours to share."), "target": typed("https://shop.example/christmas"),
		"hashtag": typed("OurChristmas"), "captions": typed("Have a look\n\nX: Short one"),
		"networks": chosen("facebook", "x", "copy"), "audience": chosen("store:kingston", "store:leeds"),
		"ends": moment(monday.AddDate(0, 0, 7)),
	}
	for name, v := range changes {
		fields[name] = v
	}
	return state(t, fields)
}

func (w *world) points(p clarion.PartnerID) int {
	w.t.Helper()
	board, err := w.workspace.Leaderboard(w.t.Context(), storage.Query{Period: clarion.AllTime(), Scope: clarion.AllPartners(), Own: string(p)})
	must(w.t, err)
	if board.Own == nil {
		return 0
	}
	return board.Own.Points
}

func TestACampaignIsWrittenPreviewedAndPlannedOnce(t *testing.T) {
	w := newWorld(t, setup{})
	must(t, w.Command(t.Context(), helen, office, "/drop campaign"))
	form := w.modal(helen, "New campaign")

	must(t, w.Submit(t.Context(), helen, form.ID, written(t, map[string]any{"ends": moment(monday.Add(-time.Hour)), "hashtag": typed("two words")})))
	if errors := w.Views(helen)[0].Errors; !strings.Contains(errors["ends"], "later date") || !strings.Contains(errors["hashtag"], "without spaces") {
		t.Errorf("what is wrong is not said at its field: %v", errors)
	}
	must(t, w.Submit(t.Context(), helen, form.ID, written(t, nil)))
	preview := w.modal(helen, "Preview")
	for _, words := range []string{"Christmas", "#OurChristmas", "2 stores", "Post now", `"Have a look "`, "Short one"} {
		if !strings.Contains(string(preview.JSON), words) {
			t.Errorf("the preview does not show %q:\n%s", words, preview.JSON)
		}
	}
	if n := len(w.Views(helen)); n != 2 {
		t.Errorf("%d modals are open: the form has to stay below the preview", n)
	}
	must(t, w.Submit(t.Context(), helen, preview.ID, nil))
	w.said(helen, office, "is on its way to 2 stores")
	if n := len(w.Views(helen)); n != 0 {
		t.Errorf("%d modals are still open", n)
	}

	campaigns, err := w.workspace.Campaigns(t.Context(), 10)
	must(t, err)
	if len(campaigns) != 1 {
		t.Fatalf("%d campaigns were planned", len(campaigns))
	}
	deliveries, err := w.workspace.Deliveries(t.Context(), clarion.GroupOf(campaigns[0].ID))
	must(t, err)
	if len(deliveries) != 2 {
		t.Errorf("%d deliveries were planned: %+v", len(deliveries), deliveries)
	}
	if leedsRoom, _ := w.Channel(leeds); !strings.Contains(strings.Join(leedsRoom.Members, " "), "UBOT") {
		t.Error("the bot has not joined the public channel by itself")
	}
}

func TestConfirmingNamesTheChannelsThatNeedAPerson(t *testing.T) {
	w := newWorld(t, setup{})
	must(t, w.Command(t.Context(), helen, office, "/drop campaign"))
	must(t, w.Submit(t.Context(), helen, w.modal(helen, "New campaign").ID, written(t, map[string]any{"audience": chosen("all")})))
	must(t, w.Submit(t.Context(), helen, w.modal(helen, "Preview").ID, nil))
	said := string(w.said(helen, office, "is on its way to 4 stores").Blocks)
	for _, words := range []string{"/invite @Clarion", "is archived", vault, closed} {
		if !strings.Contains(said, words) {
			t.Errorf("the confirmation does not say %q: %s", words, said)
		}
	}
}

func TestAPartnersFormHasTheirOwnLinksAndTheCopyIsPaidOnce(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(kingston, w.campaign())
	must(t, w.press(amira, post, "share"))
	first := w.modal(amira, "Share it")
	must(t, w.press(amira, post, "share"))
	form := first
	w.until("the form opens again", func() bool {
		if views := w.Views(amira); len(views) == 1 {
			form = views[0]
		}
		return form.ID != first.ID
	})
	if between(t, string(first.JSON), "https://go.acme.example/s/", "/facebook") != between(t, string(form.JSON), "https://go.acme.example/s/", "/facebook") {
		t.Error("the same partner has got two pages")
	}
	must(t, w.pressView(amira, form, "share.copy", nil))
	link := w.modal(amira, "5 points for you")
	must(t, w.CloseView(t.Context(), amira, link.ID))
	must(t, w.pressView(amira, form, "share.copy", nil))
	w.modal(amira, "You have had the points")
	if n := w.points("amira"); n != 5 {
		t.Errorf("%d points, want 5", n)
	}
	must(t, w.press(ben, post, "share"))
	if between(t, string(w.modal(ben, "Share it").JSON), "https://go.acme.example/s/", "/facebook") == between(t, string(form.JSON), "https://go.acme.example/s/", "/facebook") {
		t.Error("two partners have one page")
	}
}

func between(t *testing.T, s, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, before)
	inner, _, ok2 := strings.Cut(rest, after)
	if !ok || !ok2 {
		t.Fatalf("there is no %s…%s in %s", before, after, s)
	}
	return inner
}

func TestAnotherCaptionIsDrawnInTheSameForm(t *testing.T) {
	w := newWorld(t, setup{})
	must(t, w.press(amira, w.post(kingston, w.campaign()), "share"))
	form := w.modal(amira, "Share it")
	words := []string{"Look at our window #OurSpring", "Come and see us #OurSpring"}
	order := []int{0, 1}
	if strings.Contains(string(form.JSON), words[0]) { // the one that is shown already is chosen last
		order = []int{1, 0}
	}
	for _, index := range order {
		value := map[string]any{"selected_option": map[string]any{"value": []string{"spring/0", "spring/1"}[index]}}
		must(t, w.pressView(amira, w.modal(amira, "Share it"), "share.caption", value))
		if v := w.modal(amira, words[index]); v.ID != form.ID {
			t.Error("the caption opened another modal")
		}
	}
}

func TestSomebodyWithoutAStoreIsAskedOnceAndThenGoesOn(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(office2(t, w), w.campaign())
	must(t, w.press(cleo, post, "share"))
	ask := w.modal(cleo, "Which store is yours?")
	must(t, w.Submit(t.Context(), cleo, ask.ID, state(t, map[string]any{"store": map[string]any{"selected_option": map[string]any{"value": "york", "text": map[string]any{"type": "plain_text", "text": "York"}}}})))
	form := w.modal(cleo, "Share it")
	must(t, w.pressView(cleo, form, "share.copy", nil))
	w.modal(cleo, "5 points for you")
	p, err := w.workspace.PartnerOf(t.Context(), clarion.UserIdentity(clarion.Slack, cleo))
	must(t, err)
	if p.Store != "york" || p.Name != "Cleo Marsh" || p.Email != "cleo@acme.example" {
		t.Errorf("enrolled as %+v", p)
	}
	must(t, w.press(cleo, post, "share"))
	w.modal(cleo, "Share it")
}

// office2 brings the bot into the office, which is no store's channel.
func office2(t *testing.T, w *world) string {
	must(t, w.Invite(helen, office, "UBOT"))
	return office
}

func TestALeaderboardIsReplacedWhereItStandsAndShownToEveryoneOnRequest(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(kingston, w.campaign())
	must(t, w.press(amira, post, "share"))
	must(t, w.pressView(amira, w.modal(amira, "Share it"), "share.copy", nil))
	w.modal(amira, "5 points for you")

	must(t, w.Command(t.Context(), amira, kingston, "/leaderboard"))
	board := w.said(amira, kingston, "Stores · this week")
	if board.Ephemeral != amira || !strings.Contains(string(board.Blocks), `"table"`) {
		t.Errorf("the leaderboard is %+v", board)
	}
	before := len(w.Messages(kingston, amira))
	must(t, w.press(amira, board, "leaderboard.scope"))
	board = w.said(amira, kingston, "Partners of your store · this week")
	if n := len(w.Messages(kingston, amira)); n != before {
		t.Errorf("there are %d messages and not %d: the other leaderboard does not replace the first", n, before)
	}
	must(t, w.press(amira, board, "leaderboard.publish"))
	public := w.said(ben, kingston, "Partners of your store · this week")
	if public.Ephemeral != "" || !strings.Contains(string(public.Blocks), "Shown by") {
		t.Errorf("the published leaderboard is %+v", public)
	}
	// On a post that everybody sees, the press answers to the one who pressed, and leaves the post alone.
	must(t, w.press(ben, post, "leaderboard"))
	if m := w.said(ben, kingston, "Stores · Spring windows"); m.Ephemeral != ben {
		t.Errorf("the leaderboard of the post is seen by everyone")
	}
	w.said(ben, kingston, "Share it")
}

func TestTheHomeTabShowsPointsAndWhatCanBeShared(t *testing.T) {
	w := newWorld(t, setup{})
	c := w.campaign()
	_, err := w.workspace.Plan(t.Context(), clarion.Campaign{ID: "other", Title: "Another", Text: "x", Ends: c.Ends, Networks: c.Networks, CreatedAt: monday},
		clarion.Drop{ID: "d", Campaign: "other", At: monday}, nil)
	must(t, err)
	must(t, w.OpenHome(t.Context(), amira))
	w.until("the Home tab is there", func() bool { _, ok := w.Home(amira); return ok })
	home, _ := w.Home(amira)
	for _, words := range []string{"Your points", "To share now", "Another", "Stores this week"} {
		if !strings.Contains(string(home.JSON), words) {
			t.Errorf("the Home tab does not show %q: %s", words, home.JSON)
		}
	}
	if strings.Contains(string(home.JSON), "Spring windows") {
		t.Error("the Home tab shows a campaign that was not posted yet")
	}
	must(t, w.pressView(amira, home, "share", nil))
	w.modal(amira, "Share it")
}

func TestAChannelIsLinkedByNameAndByForm(t *testing.T) {
	w := newWorld(t, setup{})
	must(t, w.Command(t.Context(), helen, office, "/store link derby"))
	w.said(helen, office, "is now the channel of ")
	if room, _ := w.Channel(office); !strings.Contains(strings.Join(room.Members, " "), "UBOT") {
		t.Error("the bot has not joined the channel that it was linked to")
	}
	must(t, w.Command(t.Context(), helen, vault, "/store link"))
	form := w.modal(helen, "Link this channel")
	must(t, w.Submit(t.Context(), helen, form.ID, state(t, map[string]any{"store": map[string]any{"selected_option": map[string]any{"value": "derby", "text": map[string]any{"type": "plain_text", "text": "Derby"}}}})))
	said := string(w.said(helen, vault, "is now the channel of ").Blocks)
	for _, words := range []string{"York's, which has no channel now", "Before, it talked in ", "/invite @Clarion"} {
		if !strings.Contains(said, words) {
			t.Errorf("linking does not say %q: %s", words, said)
		}
	}
	must(t, w.Command(t.Context(), helen, vault, "/store unlink"))
	w.said(helen, vault, "no longer talks here")
}

func TestWhoIsNotInTheSocialTeamIsRefusedByCommandPressAndForm(t *testing.T) {
	w := newWorld(t, setup{})
	must(t, w.Command(t.Context(), amira, kingston, "/drop campaign"))
	w.said(amira, kingston, "Only the social team may do that")
	if len(w.Views(amira)) != 0 {
		t.Error("a form was opened all the same")
	}
	must(t, w.Command(t.Context(), amira, kingston, "/store link derby"))
	w.said(amira, kingston, "Only the social team")
	if s, err := w.workspace.Store(t.Context(), "derby"); err != nil || len(s.Channels) > 0 {
		t.Errorf("the store was linked all the same: %+v %v", s, err)
	}
	for _, callback := range []string{"drop.write", "drop.confirm", "store.link"} {
		payload, _ := json.Marshal(map[string]any{"type": "view_submission", "trigger_id": callback, "user": map[string]any{"id": amira},
			"view": map[string]any{"callback_id": callback, "private_metadata": `{"s":"slack:CKINGSTON"}`}})
		_, answer := w.send(w.signed("/slack/actions", "payload="+escaped(string(payload)), testSigning, time.Now()))
		if !strings.Contains(answer, "Only the social team") {
			t.Errorf("%s is answered by %s", callback, answer)
		}
	}
}

func TestReplayedRequestsDoNothingTwice(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(kingston, w.campaign())
	must(t, w.Command(t.Context(), amira, kingston, "/points"))
	w.said(amira, kingston, "Your points")
	must(t, w.press(amira, post, "leaderboard"))
	w.said(amira, kingston, "Stores · Spring windows")
	must(t, w.press(amira, post, "share"))
	must(t, w.pressView(amira, w.modal(amira, "Share it"), "share.copy", nil))
	w.modal(amira, "5 points for you")
	must(t, w.OpenHome(t.Context(), amira))
	w.until("the Home tab is there", func() bool { _, ok := w.Home(amira); return ok })

	must(t, w.bot.Close(t.Context()))
	messages, published := len(w.Messages(kingston, amira)), w.Calls("views.publish")
	opened, updated, answered := w.Calls("views.open"), w.Calls("views.update"), w.Calls(playground.ResponseURL)
	for _, d := range w.Deliveries() {
		for range 3 {
			again, err := w.Replay(t.Context(), d)
			must(t, err)
			if again.Status != 200 || len(again.Answer) > 0 {
				t.Errorf("%s again: %d %s", d.URL, again.Status, again.Answer)
			}
		}
	}
	must(t, w.bot.Close(t.Context()))
	if n := len(w.Messages(kingston, amira)); n != messages {
		t.Errorf("%d messages, want %d", n, messages)
	}
	for method, was := range map[string]int{"views.publish": published, "views.open": opened, "views.update": updated, playground.ResponseURL: answered} {
		if n := w.Calls(method); n != was {
			t.Errorf("%s was called %d times more", method, n-was)
		}
	}
	if n := w.points("amira"); n != 5 {
		t.Errorf("%d points, want 5", n)
	}
}

func TestABurstIsAskedAboutInChatAndThePressAnswersItForAll(t *testing.T) {
	w := newWorld(t, setup{})
	burst := w.bursts(w.campaign())[0]
	m, err := w.table.Delivery(t.Context(), w.workspace, clarion.Delivery{Kind: clarion.BurstDelivery, Subject: burst}, w.clock())
	must(t, err)
	_, err = w.bot.Post(t.Context(), clarion.Channel{Platform: clarion.Slack, ID: office}, "burst:1", m)
	must(t, err)
	question := w.said(cleo, office, "Were these visitors people?")
	must(t, w.press(helen, question, "burst.release"))
	if answered := w.said(cleo, office, "released 2 held visits"); answered.TS != question.TS {
		t.Error("the answer does not stand in the question's place")
	}
}
