package main

import (
	"strings"
	"testing"

	"github.com/clarion-bot/clarion/internal/redistest"
	"github.com/clarion-bot/clarion/storage"
)

const authTest = `{"ok":true,"url":"https://example.slack.com/","team":"Example","user":"clarion"}`

func TestCheckSaysThatEverythingWorks(t *testing.T) {
	_, redis := redisFor(t)
	c := call(t, env(redis, slackFor(t, "auth.test", authTest), "CLARION_SOCIAL_TEAM=@social"), "check")
	if c.err != nil {
		t.Fatalf("%v\n%s", c.err, c.out)
	}
	for _, want := range []string{
		"SLACK_BOT_TOKEN             set\n", "SLACK_APP_TOKEN             not set\n", "REDIS_URL                   set\n",
		"LISTEN                      :8080 (default)\n", "PUBLIC_URL                  https://clarion.example.com\n",
		"  ok       bot clarion in workspace Example (https://example.slack.com/)\n", "check: settings=ok redis=ok slack=ok ",
	} {
		if !strings.Contains(c.out, want) {
			t.Errorf("the output has no %q:\n%s", want, c.out)
		}
	}
}

func TestCheckFailsWhenSomethingDoesNotWork(t *testing.T) {
	gone, goneURL := redisFor(t)
	gone.Close()
	_, redis := redisFor(t)
	slack := slackFor(t, "auth.test", authTest)
	tests := map[string]struct {
		env  func(string) string
		want []string
	}{
		"Redis is away":        {env(goneURL, slack), []string{"problem  ask whether Redis answers", "redis=failed slack=ok"}},
		"the password is old":  {env(strings.ReplaceAll(redis, testPassword, "old"), slack), []string{"WRONGPASS", "redis=failed slack=ok"}},
		"the token is revoked": {env(redis, slackFor(t, "auth.test", `{"ok":false,"error":"token_revoked"}`)), []string{"token_revoked", "redis=ok slack=failed"}},
		"Slack is away":        {env(redis, "SLACK_API_URL=http://127.0.0.1:1/"), []string{"connection refused", "redis=ok slack=failed"}},
		"a setting is missing": {env(redis, slack, "PUBLIC_URL="), []string{"problem  PUBLIC_URL is not set", "settings=failed redis=ok slack=ok"}},
		"a setting is wrong":   {env(redis, slack, "LISTEN="+testBotToken), []string{"LISTEN                      set, but wrong\n", "settings=failed"}},
		"nothing is set":       {func(string) string { return "" }, []string{"problem  not asked", "check: settings=failed redis=unknown slack=unknown teams=off warnings=1\n"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := call(t, test.env, "check")
			if exitCode(c.err) != 1 {
				t.Errorf("exit code %d, want 1", exitCode(c.err))
			}
			for _, want := range test.want {
				if !strings.Contains(c.out, want) {
					t.Errorf("the output has no %q:\n%s", want, c.out)
				}
			}
		})
	}
}

func TestCheckWarnsOfARedisThatForgets(t *testing.T) {
	var out strings.Builder
	k := &checking{c: Call{Out: &out}}
	k.server(storage.Server{Version: "7.0.15", AppendOnly: true, Eviction: "noeviction"})
	if k.warnings != 0 {
		t.Errorf("%d warnings for a durable Redis:\n%s", k.warnings, &out)
	}
	k.server(storage.Server{Version: "8.0.0", Eviction: "allkeys-lru"})
	if k.warnings != 2 || !strings.Contains(out.String(), "appendonly yes") || !strings.Contains(out.String(), "maxmemory-policy noeviction") {
		t.Errorf("%d warnings for a forgetful Redis, want 2:\n%s", k.warnings, &out)
	}
}

func TestCheckAsksARealRedis(t *testing.T) {
	server := redistest.Start(t)
	c := call(t, env("REDIS_URL=redis://"+server.Addr, slackFor(t, "auth.test", authTest), "CLARION_SOCIAL_TEAM=@social"), "check")
	if c.err != nil || !strings.Contains(c.out, "redis=ok slack=ok teams=off warnings=0") {
		t.Errorf("%v\n%s", c.err, c.out)
	}
}
