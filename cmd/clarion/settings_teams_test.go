package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground/teams"
)

// teamsEnv makes a lookup of NAME=value words, over settings of Teams alone that make sense.
func teamsEnv(words ...string) func(string) string {
	return env(append([]string{
		"SLACK_BOT_TOKEN=", "SLACK_SIGNING_SECRET=", "TEAMS_APP_ID=" + signedApp, "TEAMS_TENANT_ID=" + strings.ToUpper(signedTenant), "TEAMS_APP_PASSWORD=" + testSecret,
	}, words...)...)
}

func TestTeamsIsSwitchedOnBesideSlackOrAlone(t *testing.T) {
	for name, lookUp := range map[string]func(string) string{
		"alone":                    teamsEnv(),
		"beside Slack":             teamsEnv("SLACK_BOT_TOKEN="+testBotToken, "SLACK_SIGNING_SECRET="+testSigning),
		"in the Agents Playground": env("SLACK_BOT_TOKEN=", "SLACK_SIGNING_SECRET=", "TEAMS_INSECURE_LOOPBACK=1", "PUBLIC_URL=http://localhost:8080", "LISTEN=127.0.0.1:8080"),
	} {
		c, err := readConfig(lookUp, neededToServe(lookUp)...)
		if err != nil || !c.hasTeams() || c.hasSlack() != (name == "beside Slack") {
			t.Errorf("%s: Teams %t, Slack %t: %v", name, c.hasTeams(), c.hasSlack(), err)
		}
	}
	c, err := readConfig(teamsEnv("TEAMS_SERVICE_URLS=https://smba.infra.gov.teams.microsoft.us/, https://other.example/x", "TEAMS_TOKEN_URL=https://login.microsoftonline.us/t/oauth2/v2.0/token"))
	if err != nil || c.TeamsTenant != signedTenant || len(c.TeamsServiceURLs) != 2 || c.TeamsTokenURL == "" || c.TeamsPassword.Reveal() != testSecret {
		t.Errorf("%+v: %v", c, err)
	}
}

func TestAMistakeInASettingOfTeamsIsASentenceThatNamesIt(t *testing.T) {
	for set, want := range map[string]string{
		"TEAMS_APP_ID=":                              "TEAMS_APP_ID is not set: copy the Application (client) ID",
		"TEAMS_APP_ID=clarion":                       "TEAMS_APP_ID must be a GUID: copy the Application (client) ID",
		"TEAMS_APP_PASSWORD=":                        "TEAMS_APP_PASSWORD is not set: make one",
		"TEAMS_APP_PASSWORD=" + signedApp:            "TEAMS_APP_PASSWORD looks like a secret's id: copy its value",
		"TEAMS_APP_PASSWORD=leaked secret":           "TEAMS_APP_PASSWORD must have no spaces",
		"TEAMS_TENANT_ID=":                           "TEAMS_TENANT_ID is not set: copy the Directory (tenant) ID",
		"TEAMS_TENANT_ID=example.onmicrosoft.com":    "TEAMS_TENANT_ID must be a GUID: copy the Directory (tenant) ID",
		"TEAMS_OPENID_METADATA_URL=http://a.example": "TEAMS_OPENID_METADATA_URL must be an https address",
		"TEAMS_TOKEN_URL=login":                      "TEAMS_TOKEN_URL must be an https address",
		"TEAMS_SERVICE_URLS=https://a.example b":     "TEAMS_SERVICE_URLS has an entry (number 2) that is no https address",
		"TEAMS_INSECURE_LOOPBACK=yes":                "TEAMS_INSECURE_LOOPBACK must be 1, or left out",
	} {
		t.Run(strings.ReplaceAll(set, "/", "_"), func(t *testing.T) {
			lookUp := teamsEnv(set)
			_, err := readConfig(lookUp, neededToServe(lookUp)...)
			if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "leaked") {
				t.Errorf("the error is\n%v\nwant one line that begins with\n%s", err, want)
			}
		})
	}
}

func TestUnsignedActivitiesAreNotTakenAtAPublicAddress(t *testing.T) {
	for name, words := range map[string][]string{
		"a public address":       {"PUBLIC_URL=https://clarion.example.com", "LISTEN=127.0.0.1:8080"},
		"all networks":           {"PUBLIC_URL=http://localhost:8080", "LISTEN=:8080"},
		"another network":        {"PUBLIC_URL=http://localhost:8080", "LISTEN=192.0.2.1:8080"},
		"what nobody has chosen": {"PUBLIC_URL=http://localhost:8080"},
	} {
		lookUp := teamsEnv(append(words, "TEAMS_INSECURE_LOOPBACK=1")...)
		if _, err := readConfig(lookUp, neededToServe(lookUp)...); err == nil || !strings.Contains(err.Error(), "TEAMS_INSECURE_LOOPBACK lets anybody in") {
			t.Errorf("%s: %v", name, err)
		}
		if err := run(t.Context(), []string{"serve"}, lookUp, strings.NewReader(""), new(strings.Builder), new(strings.Builder)); err == nil {
			t.Errorf("%s: it is served", name)
		}
	}
}

func TestCheckAsksMicrosoft(t *testing.T) {
	mux := http.NewServeMux()
	microsoft := httptest.NewServer(mux)
	t.Cleanup(microsoft.Close)
	login, err := teams.NewLogin(teams.LoginConfig{AppID: signedApp, Password: testSecret, Tenant: signedTenant, BaseURL: microsoft.URL, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/", login.Handler())
	_, redis := redisFor(t)
	set := func(words ...string) func(string) string {
		return teamsEnv(append([]string{redis, "CLARION_SOCIAL_TEAM=helen@shop.example", "TEAMS_OPENID_METADATA_URL=" + login.MetadataURL(), "TEAMS_TOKEN_URL=" + login.TokenURL()}, words...)...)
	}
	for name, test := range map[string]struct {
		env  func(string) string
		want []string
	}{
		"all is well":     {set(), []string{"  ok       Microsoft gives the bot", "slack=off teams=ok"}},
		"another secret":  {set("TEAMS_APP_PASSWORD=another"), []string{"problem", "TEAMS_APP_PASSWORD", "teams=failed"}},
		"no secret":       {set("TEAMS_APP_PASSWORD="), []string{"problem  TEAMS_APP_PASSWORD is not set", "teams=unknown"}},
		"nobody answers":  {set("TEAMS_TOKEN_URL=http://127.0.0.1:1/x"), []string{"problem", "connection refused", "teams=failed"}},
		"no keys":         {set("TEAMS_OPENID_METADATA_URL=http://127.0.0.1:1/x"), []string{"problem", "keys of Microsoft", "teams=failed"}},
		"a playground":    {set("TEAMS_INSECURE_LOOPBACK=1", "PUBLIC_URL=http://localhost:8080", "LISTEN=127.0.0.1:8080"), []string{"warning  TEAMS_INSECURE_LOOPBACK is set", "teams=ok"}},
		"Slack is broken": {set("SLACK_APP_TOKEN=" + testAppToken), []string{"problem  SLACK_BOT_TOKEN is not set", "slack=unknown teams=ok"}},
	} {
		c := call(t, test.env, "check")
		for _, want := range test.want {
			if !strings.Contains(c.out, want) {
				t.Errorf("%s: the output has no %q:\n%s", name, want, c.out)
			}
		}
		if strings.Contains(c.out, testSecret) {
			t.Errorf("%s: the output leaks the secret", name)
		}
	}
}
