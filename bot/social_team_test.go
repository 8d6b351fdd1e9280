package bot

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/playground"
)

func teamsPerson(id string) chat.Person { return chat.Person{Platform: clarion.Teams, ID: id} }

func TestEachPlatformKnowsItsOwnIDsOfTheSocialTeam(t *testing.T) {
	const id = "8d9c0f5b-6cd0-4a2f-9e21-1b2c3d4e5f60"
	team := newSocialTeam([]string{"UHELEN", "8D9C0F5B-6CD0-4A2F-9E21-1B2C3D4E5F60", "@social", "nonsense"}, nil, slog.New(slog.DiscardHandler), time.Now)
	for _, test := range []struct {
		who  chat.Person
		want bool
	}{
		{slackPerson("UHELEN", ""), true}, {teamsPerson(id), true}, {teamsPerson("8D9C0F5B-6CD0-4A2F-9E21-1B2C3D4E5F60"), true},
		{teamsPerson("UHELEN"), false}, {slackPerson(id, ""), false}, {slackPerson("nonsense", ""), false}, {chat.Person{}, false},
	} {
		if got := team.byID(test.who); got != test.want {
			t.Errorf("%+v: %v", test.who, got)
		}
		if got, err := team.byAddress(t.Context(), test.who); got || err != nil { // and nobody is asked
			t.Errorf("%+v by address: %v %v", test.who, got, err)
		}
	}
}

func TestAnAddressIsAskedForOncePerPersonAndFiveMinutes(t *testing.T) {
	now, asked, down := monday, 0, error(nil)
	team := newSocialTeam([]string{"Helen@Acme.example"}, func(_ context.Context, p chat.Person) (string, error) {
		asked++
		return map[string]string{"a": "helen@acme.EXAMPLE ", "b": "ben@acme.example"}[p.ID], down
	}, slog.New(slog.DiscardHandler), func() time.Time { return now })
	expect := func(id string, want bool, calls int) {
		t.Helper()
		got, err := team.byAddress(t.Context(), teamsPerson(id))
		if err != nil || got != want || asked != calls {
			t.Errorf("%s at %s: %v %v after %d calls, want %v after %d", id, now.Format(time.TimeOnly), got, err, asked, want, calls)
		}
	}
	expect("a", true, 1)
	expect("a", true, 1)
	expect("b", false, 2)
	expect("b", false, 2)
	expect("guest", false, 3)
	now = now.Add(addressLife)
	down = errors.New("away")
	expect("a", true, 4) // what was known last counts, and a question every half minute is enough
	expect("a", true, 4)
	if _, err := team.byAddress(t.Context(), teamsPerson("stranger")); !errors.Is(err, down) {
		t.Errorf("of somebody unknown: %v", err)
	}
	now, down = now.Add(groupRetry), nil
	expect("a", true, 6)
}

func TestTheSocialTeamIsNamedByEMailAddress(t *testing.T) {
	w := newWorld(t, setup{
		bot: func(cfg *SlackConfig) { cfg.SocialTeam = []string{"HELEN@acme.example", "@nobody"} }, // a group that is gone locks nobody else out
		play: func(c *playground.Config) {
			c.Users = append(c.Users, playground.User{ID: "UPROGRAM", Name: "p", Real: "P", Email: "helen@acme.example", Bot: true}, playground.User{ID: "UGONE", Name: "g", Real: "G", Email: "helen@acme.example", Gone: true})
		},
	})
	for range 3 {
		if ok, err := w.bot.host.InSocialTeam(t.Context(), slackPerson(helen, "")); !ok || err != nil {
			t.Errorf("Helen: %v %v", ok, err)
		}
	}
	if n := w.Calls("users.info"); n != 1 {
		t.Errorf("Slack was asked who she is %d times", n)
	}
	for _, other := range []string{amira, "UPROGRAM", "UGONE"} {
		if ok, _ := w.bot.host.InSocialTeam(t.Context(), slackPerson(other, "")); ok {
			t.Errorf("%s is of the social team", other)
		}
	}
}

func TestAGuestsAddressMakesNobodySocial(t *testing.T) {
	for name, test := range map[string]struct {
		user string
		want bool
	}{
		"of another company":                     {`"team_id":"TOTHER"`, false},
		"of another company with several Slacks": {`"team_id":"T2","enterprise_user":{"enterprise_id":"E2"}`, false},
		"guest":                                  {`"team_id":"TPLAY","is_restricted":true`, false},
		"guest of one channel":                   {`"team_id":"TPLAY","is_ultra_restricted":true`, false},
		"stranger":                               {`"team_id":"TPLAY","is_stranger":true`, false},
		"of this Slack":                          {`"team_id":"TPLAY"`, true},
		"of another Slack of the same company":   {`"team_id":"T3","enterprise_user":{"enterprise_id":"E1"}`, true},
	} {
		w := newWorld(t, setup{bot: func(cfg *SlackConfig) { cfg.SocialTeam = []string{"helen@acme.example"} }})
		w.front = func(rw http.ResponseWriter, r *http.Request) bool {
			answers := map[string]string{
				"/api/auth.test":  `{"ok":true,"team_id":"TPLAY","enterprise_id":"E1"}`,
				"/api/users.info": `{"ok":true,"user":{"id":"UHELEN",` + test.user + `,"profile":{"email":"helen@acme.example"}}}`,
			}
			_, err := io.WriteString(rw, answers[r.URL.Path])
			return err == nil
		}
		if ok, err := w.bot.host.InSocialTeam(t.Context(), slackPerson(helen, "")); ok != test.want || err != nil {
			t.Errorf("%s: %v %v", name, ok, err)
		}
	}
}
