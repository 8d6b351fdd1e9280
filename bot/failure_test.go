package bot

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/playground"
)

// impatient makes Slack's requests wait for no handler.
func impatient(cfg *SlackConfig) { cfg.Patience = time.Millisecond }

func TestASlowCommandIsAcknowledgedInTimeAndAnsweredAtItsResponseURL(t *testing.T) {
	w := newWorld(t, setup{bot: impatient})
	_, release := w.hold("users.info")
	must(t, w.Command(t.Context(), cleo, kingston, "/points")) // returns when the command is acknowledged
	if list := w.Messages(kingston, cleo); len(list) > 0 {
		t.Fatalf("the command was answered while it was held: %+v", list)
	}
	release()
	w.said(cleo, kingston, "You have no points yet")
	if n := w.Calls(playground.ResponseURL); n != 1 {
		t.Errorf("%d calls of the response URL, want 1", n)
	}
}

func TestASlowPressIsAcknowledgedInTimeAndStillOpensItsForm(t *testing.T) {
	w := newWorld(t, setup{bot: impatient})
	post := w.post(kingston, w.campaign())
	_, release := w.hold("users.info")
	must(t, w.press(cleo, post, "share"))
	if len(w.Views(cleo)) > 0 {
		t.Fatal("the form is open while the handler was held")
	}
	release()
	w.modal(cleo, "Share it")
}

func TestASlowFormTurnsIntoItsOutcomeWhenThatIsThere(t *testing.T) {
	w := newWorld(t, setup{bot: impatient})
	c := w.campaign()
	post := w.post(office2(t, w), c)
	must(t, w.press(cleo, post, "share"))
	ask := w.modal(cleo, "Which store is yours?")
	_, release := w.hold("users.info")
	must(t, w.Submit(t.Context(), cleo, ask.ID, state(t, map[string]any{"store": map[string]any{"selected_option": map[string]any{"value": "york"}}})))
	waiting := w.modal(cleo, "One moment")
	release()
	if v := w.modal(cleo, "Share it"); v.ID != waiting.ID {
		t.Error("the outcome is not where the waiting view was")
	}
}

func TestAnOutcomeThatIsThereBeforeItsWaitingViewIsNotLost(t *testing.T) {
	w := newWorld(t, setup{bot: impatient})
	must(t, w.press(cleo, w.post(office2(t, w), w.campaign()), "share"))
	ask := w.modal(cleo, "Which store is yours?")
	_, release := w.hold("users.info")
	w.Refuse("views.update", 2, "not_found") // Slack has not shown the waiting view yet
	must(t, w.Submit(t.Context(), cleo, ask.ID, state(t, map[string]any{"store": map[string]any{"selected_option": map[string]any{"value": "york"}}})))
	release()
	w.modal(cleo, "Share it")
}

func TestAPanicInAHandlerIsASentenceWithAReferenceThatTheLogHas(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(kingston, w.campaign())
	w.places.do(func() { panic("the addresses are gone") })
	must(t, w.press(amira, post, "share"))
	said := w.said(amira, kingston, "Something went wrong on my side")
	reference := regexp.MustCompile(`ref-\d+`).FindString(string(said.Blocks))
	if reference == "" {
		t.Fatalf("no reference in %s", said.Blocks)
	}
	if strings.Contains(string(said.Blocks), "addresses are gone") {
		t.Error("the person reads the panic itself")
	}
	w.log.has(t, "the addresses are gone", reference, "stack")

	w.places.do(nil)
	must(t, w.press(amira, post, "share"))
	w.modal(amira, "Share it")
}

func TestAnUnexpectedErrorIsASentenceWithAReference(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(kingston, w.campaign())
	w.Fail("users.info", 1, playground.ServerError)
	must(t, w.press(cleo, post, "share"))
	said := w.said(cleo, kingston, "Something went wrong on my side")
	w.log.has(t, "a request failed", regexp.MustCompile(`ref-\d+`).FindString(string(said.Blocks)), "slack:"+cleo)
}

func TestAFormWhoseDraftIsGoneSaysToStartAgain(t *testing.T) {
	w := newWorld(t, setup{})
	must(t, w.Command(t.Context(), helen, office, "/drop campaign"))
	must(t, w.Submit(t.Context(), helen, w.modal(helen, "New campaign").ID, written(t, nil)))
	preview := w.modal(helen, "Preview")
	w.redis.FastForward(25 * time.Hour)
	must(t, w.Submit(t.Context(), helen, preview.ID, nil))
	w.modal(helen, "has expired. Please start again")
	if n := len(w.Views(helen)); n != 3 {
		t.Errorf("%d modals: the form with what was filled in is not below the notice", n)
	}
	if campaigns, err := w.workspace.Campaigns(t.Context(), 10); err != nil || len(campaigns) > 0 {
		t.Errorf("%v %v was planned", campaigns, err)
	}
}

func TestAnExpiredTriggerSaysToPressAgain(t *testing.T) {
	for word, sentence := range map[string]string{
		"expired_trigger_id": "That took too long to open. Please press again.",
		"internal_error":     "Slack did not open it just now. Please press again.",
	} {
		w := newWorld(t, setup{})
		post := w.post(kingston, w.campaign())
		w.Refuse("views.open", 1, word)
		must(t, w.press(amira, post, "share"))
		w.said(amira, kingston, sentence)
		must(t, w.press(amira, post, "share"))
		w.modal(amira, "Share it")
	}
}

func TestBeyondSlacksLimitForModalsTheLinksComeInTheChannel(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(kingston, w.campaign())
	w.Fail("views.open", 1, playground.RateLimited)
	must(t, w.press(amira, post, "share"))
	said := w.said(amira, kingston, "Choose your words")
	if said.Ephemeral != amira {
		t.Error("everybody sees a partner's own links")
	}
	// What asks for something cannot be said in a channel.
	w.Fail("views.open", 1, playground.RateLimited)
	must(t, w.Command(t.Context(), helen, office, "/drop campaign"))
	w.said(helen, office, "press again in a minute")
}

func TestWhileRedisIsAwayAPressIsNotCountedAndSaysSoAndWorksAgainAfter(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(kingston, w.campaign())
	must(t, w.press(amira, post, "share"))
	form := w.modal(amira, "Share it")
	before := w.redis.Dump()

	w.redis.SetError("LOADING Redis is loading the dataset in memory")
	must(t, w.pressView(amira, form, "share.copy", nil))
	w.modal(amira, "nothing was counted or changed")
	must(t, w.Command(t.Context(), amira, kingston, "/leaderboard"))
	w.said(amira, kingston, "nothing was counted or changed")
	must(t, w.Command(t.Context(), helen, office, "/drop campaign"))
	w.said(helen, office, "nothing was counted or changed")
	w.redis.SetError("")

	if after := w.redis.Dump(); after != before {
		t.Errorf("something was half counted. Before:\n%s\nafter:\n%s", before, after)
	}
	must(t, w.CloseView(t.Context(), amira, w.modal(amira, "nothing was counted").ID))
	must(t, w.pressView(amira, w.modal(amira, "Share it"), "share.copy", nil))
	w.modal(amira, "5 points for you")
}

func TestAResponseURLThatFailsLeavesTheDirectMessage(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(kingston, w.campaign())
	w.Fail(playground.ResponseURL, 1, playground.ServerError)
	must(t, w.press(amira, post, "leaderboard"))
	w.told(amira, "Stores · Spring windows")
	w.log.has(t, "answering at a response URL failed")
}

func TestWhereSlackDrawsNoTablesTheAnswerComesWithoutThem(t *testing.T) {
	w := newWorld(t, setup{})
	post := w.post(kingston, w.campaign())
	must(t, w.press(amira, post, "share"))
	must(t, w.pressView(amira, w.modal(amira, "Share it"), "share.copy", nil))
	w.modal(amira, "5 points for you")
	w.front = refuseFigures
	must(t, w.Command(t.Context(), amira, kingston, "/leaderboard"))
	said := w.said(amira, kingston, "Stores · this week")
	if blocks := string(said.Blocks); strings.Contains(blocks, `"table"`) || !strings.Contains(blocks, "Kingston") {
		t.Errorf("the leaderboard without a table is %s", blocks)
	}
}

func TestCloseWaitsForWorkThatWasAcknowledged(t *testing.T) {
	w := newWorld(t, setup{bot: impatient})
	_, release := w.hold("users.info")
	must(t, w.Command(t.Context(), cleo, kingston, "/points"))
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := w.bot.Close(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Close did not wait for the handler: %v", err)
	}
	release()
	must(t, w.bot.Close(t.Context()))
	for _, m := range w.Messages(kingston, cleo) {
		if strings.Contains(string(m.Blocks), "You have no points yet") {
			return
		}
	}
	t.Error("Close returned before the answer was sent")
}

func TestTheSocialTeamIsNamedByIDGroupOrHandle(t *testing.T) {
	for _, team := range [][]string{{helen}, {"SSOCIAL"}, {"@social"}, {"UNOBODY", "@social"}} {
		w := newWorld(t, setup{bot: func(cfg *SlackConfig) { cfg.SocialTeam = team }})
		for user, want := range map[string]bool{helen: true, amira: false} {
			got, err := w.bot.host.InSocialTeam(t.Context(), slackPerson(user, ""))
			if err != nil || got != want {
				t.Errorf("team %v: %s is in it: %v %v, want %v", team, user, got, err, want)
			}
		}
		if calls := w.Calls("usergroups.users.list"); team[0] == helen && calls > 0 || calls > 1 {
			t.Errorf("team %v: Slack was asked %d times", team, calls)
		}
	}
}

func TestWhileSlackIsDownTheLastKnownSocialTeamCounts(t *testing.T) {
	w := newWorld(t, setup{})
	h := w.bot.host
	w.Fail("usergroups.list", 1, playground.ServerError)
	if _, err := h.InSocialTeam(t.Context(), slackPerson(helen, "")); err == nil {
		t.Fatal("a team that nobody knows is believed")
	}
	if ok, err := h.InSocialTeam(t.Context(), slackPerson(helen, "")); err != nil || !ok {
		t.Fatalf("the team was not asked for again: %v %v", ok, err)
	}
	h.mu.Lock()
	h.stale = time.Now().Add(-time.Second)
	h.mu.Unlock()
	w.Fail("usergroups.users.list", 5, playground.ServerError)
	for range 3 {
		for user, want := range map[string]bool{helen: true, amira: false} {
			if ok, err := h.InSocialTeam(t.Context(), slackPerson(user, "")); err != nil || ok != want {
				t.Errorf("%s: %v %v", user, ok, err)
			}
		}
	}
	if n := w.Calls("usergroups.users.list"); n != 2 {
		t.Errorf("Slack was asked %d times: each asker waits for an answer that does not come", n)
	}
	w.log.has(t, "may be out of date")
}

func TestAHandleThatNoGroupHasIsNamed(t *testing.T) {
	w := newWorld(t, setup{bot: func(cfg *SlackConfig) { cfg.SocialTeam = []string{"@nobody"} }})
	if _, err := w.bot.host.InSocialTeam(t.Context(), slackPerson(helen, "")); err == nil || !strings.Contains(err.Error(), "@nobody") || !strings.Contains(err.Error(), "CLARION_SOCIAL_TEAM") {
		t.Errorf("the error is %v", err)
	}
}

func TestAPartnerOfTheRosterIsMetByEMailAddress(t *testing.T) {
	w := newWorld(t, setup{})
	must(t, w.press(ben, w.post(kingston, w.campaign()), "share")) // in a channel that is not his store's
	w.modal(ben, "Share it")
	p, err := w.workspace.PartnerOf(t.Context(), clarion.UserIdentity(clarion.Slack, ben))
	if err != nil || p.ID != "ben" || p.Store != "leeds" {
		t.Errorf("Ben is %+v %v", p, err)
	}
}
