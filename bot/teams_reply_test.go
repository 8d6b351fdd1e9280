package bot

import (
	"net/http"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/playground/teams"
)

// posted lets a campaign's post stand in Kingston's channel in Teams.
func (w *teamsWorld) posted(c clarion.Campaign) teams.Message {
	w.t.Helper()
	_, err := w.bot.Post(w.t.Context(), teamsPlace(kingstonInTeams), "drop:1:kingston", commands.Post(c))
	must(w.t, err)
	return w.newest(kingstonInTeams)
}

func TestInTeamsAClientWithoutDialogsGetsTheLinksInThePersonalChat(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	post := w.posted(w.campaign())
	a := w.presses(oldInTeams, post, "Share it", nil)
	if a.Dialog != nil || !a.OK() {
		t.Fatalf("a dialog opens, or the bot answers %d: %s", a.Status, a.Body)
	}
	links := w.newest(w.teams.ChatID(oldInTeams))
	shows(t, links.Card, "https://go.acme.example/l/", "Copy the link")
	if n := len(w.teams.Posts(kingstonInTeams)[0].Replies); n != 0 {
		t.Errorf("%d answers stand under the post, for all to see", n)
	}
	a = w.presses(oldInTeams, links, "Copy the link", nil)
	copied := w.newest(w.teams.ChatID(oldInTeams))
	shows(t, copied.Card, "points for you")
	if a.Dialog != nil || copied.ID == links.ID {
		t.Errorf("the link does not come as a message of its own")
	}
}

func TestInTeamsAFormThatCannotOpenAsADialogIsFilledInInThePersonalChat(t *testing.T) {
	w := newTeamsWorld(t, func(play *teams.Config, cfg *TeamsConfig) {
		play.People[0].NoDialogs = true // helen
	})
	w.installed()
	opening := w.says(helenInTeams, "", "drop campaign")
	w.presses(helenInTeams, opening, "Open the form", nil)
	form := w.newest(w.teams.ChatID(helenInTeams))
	shows(t, form.Card, "Input.Text", "i:title")
	w.presses(helenInTeams, form, "Preview", map[string]string{
		"i:title": "Windows", "i:text": "Ours.", "i:target": "nowhere", "i:hashtag": "#W", "i:captions": "Look", "i:networks:many": "x", "i:audience:many": "all",
		"i:at:date": "2026-11-23", "i:at:time": "11:00", "i:ends:date": "2026-12-07", "i:ends:time": "10:00",
	})
	again := w.newest(w.teams.ChatID(helenInTeams))
	shows(t, again.Card, "⚠", "Windows", "nowhere")
}

func TestInTeamsWhatComesAgainDoesNothingTwice(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	post := w.posted(w.campaign())
	links := w.presses(benInTeams, post, "Share it", nil)
	copied := w.hands(links.Dialog, "Copy the link", nil)
	again, err := w.teams.Again(t.Context(), copied)
	must(t, err)
	if string(again.Body) != string(copied.Body) {
		t.Errorf("the second answer is another one:\n%s\n%s", again.Body, copied.Body)
	}
	awards, err := w.workspace.Ledger(t.Context(), "ben", 10)
	if err != nil || len(awards) != 1 {
		t.Errorf("%d awards: %v", len(awards), err)
	}
	typed, err := w.teams.Say(t.Context(), helenInTeams, "help")
	must(t, err)
	w.settle()
	before := len(w.teams.Chat(helenInTeams))
	_, err = w.teams.Again(t.Context(), typed)
	must(t, err)
	w.settle()
	if n := len(w.teams.Chat(helenInTeams)); n != before {
		t.Errorf("an activity that came again is answered again: %d messages, then %d", before, n)
	}
}

func TestInTeamsTwoOfOneInvokeAtOnceAreAnsweredByOneHandler(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	post := w.posted(w.campaign())
	came, release := make(chan struct{}, 2), make(chan struct{})
	w.places.do(func() { came <- struct{}{}; <-release })
	type answered struct {
		a   teams.Answer
		err error
	}
	first, second := make(chan answered, 1), make(chan answered, 1)
	activity, err := w.teams.Activity("invoke", amiraInTeams, kingstonInTeams)
	must(t, err)
	activity["name"], activity["replyToId"] = "task/fetch", post.ID
	activity["value"] = map[string]any{"data": map[string]any{"clarion": map[string]any{"action": "share", "value": "spring"}}}
	send := func(to chan answered) { a, err := w.teams.Raw(t.Context(), activity); to <- answered{a, err} }
	go send(first)
	<-came
	go send(second)
	select {
	case <-came:
		t.Error("the handler runs twice")
	case <-second:
		t.Error("the second is answered before there is an answer")
	case <-time.After(100 * time.Millisecond): // nothing tells that something does not happen
	}
	w.places.do(nil)
	close(release)
	one, two := <-first, <-second
	if one.err != nil || two.err != nil || len(one.a.Body) == 0 || string(one.a.Body) != string(two.a.Body) {
		t.Errorf("two answers: %s (%v), %s (%v)", one.a.Body, one.err, two.a.Body, two.err)
	}
}

func TestInTeamsASlowAnswerComesInThePersonalChat(t *testing.T) {
	w := newTeamsWorld(t, func(_ *teams.Config, cfg *TeamsConfig) { cfg.Patience = 20 * time.Millisecond })
	w.installed()
	post := w.posted(w.campaign())
	release := make(chan struct{})
	w.places.do(func() { <-release })
	a, err := w.teams.Press(t.Context(), amiraInTeams, post, "Share it", nil)
	must(t, err)
	if a.Dialog == nil || !strings.Contains(a.Dialog.Message, "in our chat") {
		t.Fatalf("the answer is %s", a.Body)
	}
	w.places.do(nil)
	close(release)
	w.settle()
	shows(t, w.newest(w.teams.ChatID(amiraInTeams)).Card, "https://go.acme.example/l/")
}

func TestInTeamsAHandlerThatPanicsAnswers500AndSaysTheReferenceInTheChat(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	post := w.posted(w.campaign())
	w.places.do(func() { panic("a bug") })
	a, _ := w.teams.Press(t.Context(), amiraInTeams, post, "Share it", nil) // Teams cannot show such an answer
	w.places.do(nil)
	if a.Status != http.StatusInternalServerError {
		t.Errorf("the bot answers %d", a.Status)
	}
	w.settle()
	shows(t, w.newest(w.teams.ChatID(amiraInTeams)).Card, "the reference", "ref-")
	w.log.has(t, "a request failed", "a bug", "ref-")
	if a := w.presses(amiraInTeams, post, "Share it", nil); a.Dialog == nil {
		t.Error("the bot does not go on after a panic")
	}
}

func TestInTeamsWhatIsForOnePersonGoesToTheirChatAndTheChannelSaysSo(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	said := w.says(amiraInTeams, kingstonInTeams, "points")
	shows(t, said.Card, "where only you see it")
	shows(t, w.newest(w.teams.ChatID(amiraInTeams)).Card, "points")
	board := w.says(amiraInTeams, kingstonInTeams, "/leaderboard")
	if strings.Contains(string(board.Card), "only you see it") {
		t.Errorf("the leaderboard, which is for all, is whispered: %s", board.Card)
	}
}

func TestInTeamsAPressInPlaceChangesTheMessageForAllWhomItIsFor(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	c := w.campaign()
	burst := w.bursts(c)[0]
	m, err := w.table.Delivery(t.Context(), w.workspace, clarion.Delivery{ID: "d", Kind: clarion.BurstDelivery, Subject: burst}, w.clock())
	must(t, err)
	_, err = w.bot.Post(t.Context(), teamsPlace(kingstonInTeams), "burst:1", m)
	must(t, err)
	question := w.newest(kingstonInTeams)
	refused := w.presses(amiraInTeams, question, "Release: they were people", nil)
	if !strings.Contains(refused.Message, "Only the social team may do that") {
		t.Errorf("somebody else is answered %q, %s", refused.Message, refused.Body)
	}
	a := w.presses(helenInTeams, question, "Release: they were people", nil)
	shows(t, a.Card, "released")
	changed := w.newest(kingstonInTeams)
	if changed.ID != question.ID {
		t.Fatalf("the answer is a message of its own")
	}
	shows(t, changed.Card, `Helen Okafor\u003c/at\u003e released`)
}

func TestInTeamsABoardThatIsShownToEveryoneIsPostedInTheThread(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	post := w.posted(w.campaign())
	board := w.presses(amiraInTeams, post, "Leaderboard", nil)
	said := w.hands(board.Dialog, "Show to everyone", nil)
	if !strings.Contains(said.Dialog.Message, "posted for all") {
		t.Errorf("the answer is %s", said.Body)
	}
	replies := w.teams.Posts(kingstonInTeams)[0].Replies
	if len(replies) != 1 {
		t.Fatalf("%d answers stand under the post", len(replies))
	}
	shows(t, replies[0].Card, "Shown by", `\u003cat\u003eAmira Khan`)
}

func TestInTeamsAFormKeepsWhatWasFilledInThroughMistakesAndThePreviewAndBack(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	form := w.presses(helenInTeams, w.says(helenInTeams, "", "drop campaign"), "Open the form", nil)
	filled := map[string]string{
		"i:title": "Windows", "i:text": "Ours\nand yours.", "i:target": "shop", "i:hashtag": "#W", "i:captions": "Look at *this*",
		"i:networks:many": "x,copy", "i:audience:many": "all", "i:at:date": "2026-11-23", "i:at:time": "11:00", "i:ends:date": "2026-12-07", "i:ends:time": "10:00",
	}
	wrong := w.hands(form.Dialog, "Preview", filled)
	shows(t, wrong.Dialog.Card, "⚠", "Ours\\nand yours.", "Look at *this*")
	preview := w.hands(wrong.Dialog, "Preview", map[string]string{"i:target": "https://shop.example/w"})
	if strings.Contains(string(preview.Dialog.Card), "⚠") {
		t.Fatalf("the campaign is not accepted: %s", preview.Dialog.Card)
	}
	var back string
	for _, title := range teams.Actions(preview.Dialog.Card) {
		if title == "Back" {
			back = title
		}
	}
	if back == "" {
		t.Fatalf("nothing leads back: %v", teams.Actions(preview.Dialog.Card))
	}
	form = w.hands(preview.Dialog, back, nil)
	shows(t, form.Dialog.Card, "Windows", "Look at *this*", "10:00")
	preview = w.hands(form.Dialog, "Preview", map[string]string{"i:title": "Doors"})
	shows(t, preview.Dialog.Card, "Doors")
}

func TestInTeamsASecondPersonIsNamedByAddressAndAskedInTheirChat(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	form := w.presses(helenInTeams, w.says(helenInTeams, kingstonInTeams, "drop campaign"), "Open the form", nil)
	filled := map[string]string{
		"i:title": "Windows", "i:text": "Ours.", "i:target": "https://shop.example/w", "i:hashtag": "#W", "i:captions": "Look", "i:networks:many": "x",
		"i:audience:many": "all", "i:at:date": "2026-11-23", "i:at:time": "11:00", "i:ends:date": "2026-12-07", "i:ends:time": "10:00",
		"i:approver:person": "nobody@acme.example",
	}
	wrong := w.hands(form.Dialog, "Preview", filled)
	shows(t, wrong.Dialog.Card, "I know nobody with this address")
	preview := w.hands(wrong.Dialog, "Preview", map[string]string{"i:approver:person": "ben@acme.example"}) // a member of the team
	shows(t, preview.Dialog.Card, "Ben Osei")
}

func TestInTeamsAnActivityThatNeedsNoAnswerIsTakenWithNothingDone(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	post := w.posted(w.campaign())
	before := len(w.teams.Done())
	a, err := w.teams.React(t.Context(), amiraInTeams, post, "like")
	if err != nil || a.Status != http.StatusOK {
		t.Errorf("a reaction is answered %d: %v", a.Status, err)
	}
	for _, kind := range []string{"typing", "event", "endOfConversation", "somethingNew", "messageUpdate"} {
		activity, err := w.teams.Activity(kind, amiraInTeams, kingstonInTeams)
		must(t, err)
		if a, err := w.teams.Raw(t.Context(), activity); err != nil || a.Status != http.StatusOK {
			t.Errorf("%s is answered %d: %v", kind, a.Status, err)
		}
	}
	for _, name := range []string{"composeExtension/query", "fileConsent/invoke", "signin/verifyState", ""} {
		activity, err := w.teams.Activity("invoke", amiraInTeams, kingstonInTeams)
		must(t, err)
		activity["name"], activity["value"] = name, "no object"
		if a, err := w.teams.Raw(t.Context(), activity); err != nil || a.Status != http.StatusOK {
			t.Errorf("%s is answered %d: %v", name, a.Status, err)
		}
	}
	w.settle()
	if after := len(w.teams.Done()); after != before {
		t.Errorf("the bot made %d calls", after-before)
	}
}

func TestInTeamsAPressWithDataThatIsNotOursIsAnsweredByASentence(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	for name, value := range map[string]any{
		"no object": "x", "nothing": nil, "no data": map[string]any{}, "data of others": map[string]any{"data": map[string]any{"action": "x"}},
		"a list": map[string]any{"data": []any{1}}, "ours, broken": map[string]any{"data": map[string]any{"clarion": 7}},
		"an unknown action":   map[string]any{"data": map[string]any{"clarion": map[string]any{"action": "nope"}}},
		"a form that is none": map[string]any{"data": map[string]any{"clarion": map[string]any{"action": "drop.write", "form": true, "drawn": "AAAA"}}},
		"back to nowhere":     map[string]any{"data": map[string]any{"clarion": map[string]any{"back": true, "drawn": "%%%"}}},
	} {
		activity, err := w.teams.Activity("invoke", helenInTeams, kingstonInTeams)
		must(t, err)
		activity["name"], activity["value"] = "task/submit", value
		a, err := w.teams.Raw(t.Context(), activity)
		if err != nil || a.Status != http.StatusOK || !strings.Contains(string(a.Body), `"task"`) {
			t.Errorf("%s is answered %d %s: %v", name, a.Status, a.Body, err)
		}
	}
}

func TestInTeamsABotThatWasTakenAwayForgetsAndSaysWhatToDo(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	w.posted(w.campaign())
	_, err := w.teams.UninstallTeam(t.Context(), helenInTeams, harbour)
	must(t, err)
	w.settle()
	if c, err := w.workspace.Contact(t.Context(), teamsPlace(harbour)); err == nil {
		t.Errorf("the channel is still remembered: %+v", c)
	}
	_, err = w.bot.Post(t.Context(), teamsPlace(kingstonInTeams), "d", chat.Simple(chat.Say("x")))
	var refused *chat.RefusedError
	if !errorsAs(err, &refused) || !strings.Contains(refused.Remedy.String(), "Add me to the team again") {
		t.Errorf("a post there is answered %v", err)
	}
}

func TestInTeamsWhatFailedCanBeTriedAgainFromItsDialog(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	form := w.presses(helenInTeams, w.says(helenInTeams, "", "drop campaign"), "Open the form", nil)
	preview := w.hands(form.Dialog, "Preview", map[string]string{
		"i:title": "Windows", "i:text": "Ours.", "i:target": "https://shop.example/w", "i:hashtag": "#W", "i:captions": "Look", "i:networks:many": "x",
		"i:audience:many": "all", "i:ends:date": "2026-12-07", "i:ends:time": "10:00",
	})
	w.redis.SetError("LOADING")
	failed := w.hands(preview.Dialog, "Post now", nil)
	shows(t, failed.Dialog.Card, "I can't reach my memory", "Try again")
	w.redis.SetError("")
	done := w.hands(failed.Dialog, "Try again", nil)
	shows(t, done.Dialog.Card, "is on its way")
}

func TestInTeamsWhatComesAgainToAnotherProcessIsNotAnsweredAgain(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	typed, err := w.teams.Say(t.Context(), helenInTeams, "help")
	must(t, err)
	w.settle()
	before := len(w.teams.Chat(helenInTeams))
	w.bot.seen = newSeen(seenLife, time.Now) // as another process has it
	if _, err = w.teams.Again(t.Context(), typed); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if n := len(w.teams.Chat(helenInTeams)); n != before {
		t.Errorf("it is answered again: %d messages, then %d", before, n)
	}
}

func TestInTeamsBackWorksAlsoInADialogThatCameTooLateToBeOne(t *testing.T) {
	w := newTeamsWorld(t, func(_ *teams.Config, cfg *TeamsConfig) { cfg.Patience = 0 })
	w.installed()
	form := w.presses(helenInTeams, w.says(helenInTeams, "", "drop campaign"), "Open the form", nil)
	w.bot.run.patience = 0 // from now on every answer is late
	w.hands(form.Dialog, "Preview", map[string]string{
		"i:title": "Windows", "i:text": "Ours.", "i:target": "https://shop.example/w", "i:hashtag": "#W", "i:captions": "Look", "i:networks:many": "x",
		"i:audience:many": "all", "i:ends:date": "2026-12-07", "i:ends:time": "10:00",
	})
	preview := w.newest(w.teams.ChatID(helenInTeams))
	shows(t, preview.Card, "This is what stores will see", "Back")
	w.presses(helenInTeams, preview, "Back", nil)
	again := w.newest(w.teams.ChatID(helenInTeams))
	shows(t, again.Card, "i:title", "Windows")
}
