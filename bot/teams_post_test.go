package bot

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/playground/teams"
)

var hello = chat.Simple(chat.Say("Hello."))

func TestInTeamsWhatThePlatformAnswersToAPostSaysWhetherToWaitToAskOrToTryAgain(t *testing.T) {
	const busy, refused, doubt = "busy", "refused", "doubt"
	for name, test := range map[string]struct {
		status int
		code   string
		want   string
		says   string
	}{
		"too many":           {http.StatusTooManyRequests, "TooManyRequests", busy, ""},
		"precondition":       {http.StatusPreconditionFailed, "PreconditionFailed", busy, ""},
		"bad gateway":        {http.StatusBadGateway, "", doubt, ""},
		"gateway timeout":    {http.StatusGatewayTimeout, "", doubt, ""},
		"server error":       {http.StatusInternalServerError, "ServiceError", doubt, ""},
		"not in the team":    {http.StatusForbidden, "BotNotInConversationRoster", refused, "Add me to the team again"},
		"turned off":         {http.StatusForbidden, "BotDisabledByAdmin", refused, "administrator"},
		"another 403":        {http.StatusForbidden, "SomethingNew", refused, "I can't find"},
		"no channel":         {http.StatusNotFound, "ConversationNotFound", refused, "I can't find Kingston"},
		"no channel, by 500": {http.StatusInternalServerError, "ConversationNotFound", refused, "I can't find Kingston"},
		"a bad card":         {http.StatusBadRequest, "BadSyntax", refused, "does not accept"},
		"too large":          {http.StatusRequestEntityTooLarge, "MessageSizeTooBig", refused, "longer than Teams takes"},
		"the password":       {http.StatusUnauthorized, "Unauthorized", refused, "TEAMS_APP_PASSWORD"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTeamsWorld(t, nil)
			w.installed()
			w.named()
			times := 1
			if test.status == http.StatusUnauthorized {
				times = 2 // the first costs the token, and is tried again
			}
			w.teams.Refuse(teams.Create, times, test.status, test.code, "Said so.")
			_, err := w.bot.Post(t.Context(), teamsPlace(kingstonInTeams), "d", hello)
			var limited *chat.BusyError
			var no *chat.RefusedError
			got := doubt
			switch {
			case errors.As(err, &limited):
				got = busy
			case errors.As(err, &no):
				got = refused
			}
			if err == nil || got != test.want {
				t.Fatalf("it is %s, want %s: %v", got, test.want, err)
			}
			if no != nil && !strings.Contains(no.Remedy.String(), test.says) && !strings.Contains(shownLine(w, no.Remedy), test.says) {
				t.Errorf("the remedy is %q", no.Remedy)
			}
		})
	}
}

// named makes Teams' names of channels known.
func (w *teamsWorld) named() {
	_, err := w.bot.channels(w.t.Context(), teamsPlace(harbour))
	must(w.t, err)
}

// shownLine is a remedy as the commands' table names channels in it.
func shownLine(w *teamsWorld, text chat.Text) string {
	text = slices.Clone(text)
	for i, run := range text {
		if !run.Channel.IsZero() {
			c, err := w.workspace.Contact(w.t.Context(), run.Channel)
			must(w.t, err)
			text[i].Text = c.Name
		}
	}
	return text.String()
}

func TestInTeamsATokenThatIsTakenBackIsReplacedWithinTheCall(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	w.login.Revoke()
	if _, err := w.bot.Post(t.Context(), teamsPlace(kingstonInTeams), "d", hello); err != nil {
		t.Errorf("the post fails: %v", err)
	}
}

func TestInTeamsAnUnknownLoginHoldsUpPostsAndRefusesNobody(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	post := w.posted(w.campaign())
	w.login.Revoke()
	w.login.SetDown(true, true, true) // what comes in is verified by the keys that are there, and needs no call
	_, err := w.bot.Post(t.Context(), teamsPlace(kingstonInTeams), "d", hello)
	var limited *chat.BusyError
	if !errors.As(err, &limited) {
		t.Errorf("without a token a post is answered %v", err)
	}
	if a := w.presses(amiraInTeams, post, "Leaderboard", nil); a.Dialog == nil || a.Dialog.Closed {
		t.Errorf("a press is answered %d %s", a.Status, a.Body)
	}
}

func TestInTeamsAPasswordThatIsRefusedNeedsAPersonAndIsNotTriedForEver(t *testing.T) {
	w := newTeamsWorld(t, func(_ *teams.Config, cfg *TeamsConfig) { cfg.Password = "another" })
	_, err := w.teams.InstallTeam(t.Context(), helenInTeams, harbour)
	must(t, err)
	w.settle()
	_, err = w.bot.Post(t.Context(), teamsPlace(kingstonInTeams), "d", hello)
	var no *chat.RefusedError
	if !errors.As(err, &no) || !strings.Contains(no.Remedy.String(), "setting") {
		t.Errorf("a post is answered %v", err)
	}
	w.log.has(t, "TEAMS_APP_PASSWORD")
}

func TestInTeamsAReplyWaitsForLimitsAndIsSentOnce(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	var waits []time.Duration
	w.bot.service.pause = func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }
	w.teams.Refuse(teams.Send, 2, http.StatusTooManyRequests, "TooManyRequests", "Slow down.")
	said := w.says(helenInTeams, "", "help")
	shows(t, said.Card, "What you can do here")
	if len(waits) != 2 || waits[0] <= 0 {
		t.Errorf("the bot waits %v", waits)
	}
}

func TestInTeamsAPostIsMadeAsANewThreadAndChangedInPlace(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	id, err := w.bot.Post(t.Context(), teamsPlace(kingstonInTeams), "d", hello)
	must(t, err)
	must(t, w.bot.Update(t.Context(), teamsPlace(kingstonInTeams), id, "d", chat.Simple(chat.Say("Changed."))))
	posts := w.teams.Posts(kingstonInTeams)
	if len(posts) != 1 || len(posts[0].History) != 2 {
		t.Fatalf("%d posts, %d versions", len(posts), len(posts[0].History))
	}
	shows(t, posts[0].Card, "Changed.")
	w.teams.Refuse(teams.Update, 1, http.StatusNotFound, "ActivityNotFoundInConversation", "Gone.")
	err = w.bot.Update(t.Context(), teamsPlace(kingstonInTeams), id, "d", hello)
	var no *chat.RefusedError
	if !errors.As(err, &no) || !strings.Contains(no.Remedy.String(), "deleted") {
		t.Errorf("a post that is gone is answered %v", err)
	}
}

func TestInTeamsAPersonWhomTheBotHasNotMetIsWrittenToByTheirIDInTheDirectory(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	ben := chat.Person{Platform: clarion.Teams, ID: benInTeams}
	must(t, w.bot.Tell(t.Context(), ben, hello))
	shows(t, w.newest(w.teams.ChatID(benInTeams)).Card, "Hello.")
	calls := w.teams.Calls(teams.Create)
	must(t, w.bot.Tell(t.Context(), ben, hello))
	if again := w.teams.Calls(teams.Create); again != calls {
		t.Errorf("the chat is asked for again: %d calls, then %d", calls, again)
	}
}

func TestTheBotsTokenGoesToAllowedServicesAlone(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	called := make(chan string, 1)
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { called <- r.Header.Get("Authorization") }))
	defer thief.Close()
	c, err := w.workspace.Contact(t.Context(), teamsPlace(kingstonInTeams))
	if err != nil {
		c, err = w.workspace.Contact(t.Context(), teamsPlace(harbour))
	}
	must(t, err)
	c.ServiceURL = thief.URL + "/"
	must(t, w.workspace.PutContact(t.Context(), teamsPlace(kingstonInTeams), c))
	w.bot.contacts.Purge()
	if _, err := w.bot.Post(t.Context(), teamsPlace(kingstonInTeams), "d", hello); err == nil || !strings.Contains(err.Error(), "TEAMS_SERVICE_URLS") {
		t.Errorf("the post is answered %v", err)
	}
	select {
	case token := <-called:
		t.Errorf("somebody else got %q", token)
	default:
	}
}
