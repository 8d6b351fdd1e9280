package main

import (
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
)

var update = flag.Bool("update", false, "rewrite golden files and the README's table of settings")

// Made-up secrets that every test of leaks looks for.
const (
	testBotToken    = "xoxb-1234567890-leakedbottoken"
	testAppToken    = "xapp-1-A000-leakedapptoken"
	testSigning     = "00112233445566778899aabbccddeeff"
	testPassword    = "leakedpassword"
	testConversions = "leakedconversionssecret0123456789abcdef"
)

// env makes a lookup of NAME=value words, over settings that make sense.
func env(words ...string) func(string) string {
	set := map[string]string{
		"SLACK_BOT_TOKEN": testBotToken, "SLACK_SIGNING_SECRET": testSigning,
		"PUBLIC_URL": "https://clarion.example.com", "REDIS_URL": "redis://clarion:" + testPassword + "@localhost:6379/0",
	}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		set[name] = value
	}
	return func(name string) string { return set[name] }
}

func secretFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettingsThatMakeSense(t *testing.T) {
	lookUp := env("CLARION_SOCIAL_TEAM=U012AB3CD, @social-team S0615G0KT U012AB3CD helen@acme.example 8D9C0F5B-6cd0-4a2f-9e21-1b2c3d4e5f60",
		"CLARION_SOCIAL_CHANNEL=https://teams.microsoft.com/l/channel/19%3Asocial%40thread.tacv2/Social?groupId=g", "CLARION_POINTS=click=2/10",
		"CLARION_TRUSTED_PROXIES=10.1.2.3/8, ::1", "PUBLIC_URL=https://clarion.example.com/", "CLARION_LOG_LEVEL=debug",
		"SLACK_APP_TOKEN="+testAppToken, "CLARION_CONVERSIONS_SECRET="+testConversions+", "+strings.ToUpper(testConversions))
	c, err := readConfig(lookUp, neededToServe(lookUp)...)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][2]string{
		"PUBLIC_URL":       {c.PublicURL, "https://clarion.example.com"},
		"LISTEN":           {c.Listen, ":8080"},
		"CLARION_TIMEZONE": {c.Location.String(), "Europe/London"},
		"SLACK_BOT_TOKEN":  {c.SlackBotToken.Reveal(), testBotToken},
		"SLACK_APP_TOKEN":  {c.SlackAppToken.Reveal(), testAppToken},
		"CLARION_POINTS":   {c.Points.String(), "share=5 click=2/10 conversion=25"},
		"LOG_LEVEL":        {c.LogLevel.String(), "DEBUG"},
		"CLARION_LOG":      {c.LogFormat, "text"},
		"SOCIAL_CHANNEL":   {c.SocialChannel.String(), "teams:19:social@thread.tacv2"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s is %q, want %q", name, got[0], got[1])
		}
	}
	if s := c.ConversionsSecrets; len(s) != 2 || s[0].Reveal() != testConversions || s[1].Reveal() != strings.ToUpper(testConversions) {
		t.Errorf("there are %d secrets for conversions", len(s))
	}
	if c.Workspace != clarion.WorkspaceID("main") {
		t.Errorf("the workspace is %q", c.Workspace)
	}
	if want := []string{"U012AB3CD", "@social-team", "S0615G0KT", "helen@acme.example", "8D9C0F5B-6cd0-4a2f-9e21-1b2c3d4e5f60"}; !slices.Equal(c.SocialTeam, want) {
		t.Errorf("the social team is %q, want %q", c.SocialTeam, want)
	}
	if want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}; !slices.Equal(c.TrustedProxies, want) {
		t.Errorf("the proxies are %v, want %v", c.TrustedProxies, want)
	}
}

func TestASecretCanComeFromAFileWithANewlineAtItsEnd(t *testing.T) {
	c, err := readConfig(env("SLACK_BOT_TOKEN=", "SLACK_BOT_TOKEN_FILE="+secretFile(t, testBotToken+"\n")), "SLACK_BOT_TOKEN")
	if err != nil || c.SlackBotToken.Reveal() != testBotToken {
		t.Fatalf("read %q, %v", c.SlackBotToken.Reveal(), err)
	}
}

func TestWithSocketModeTheSigningSecretCanBeLeftOut(t *testing.T) {
	lookUp := env("SLACK_SIGNING_SECRET=", "SLACK_APP_TOKEN="+testAppToken)
	if _, err := readConfig(lookUp, neededToServe(lookUp)...); err != nil {
		t.Fatal(err)
	}
}

func TestAMistakeInASettingIsASentenceThatNamesIt(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	tests := []struct {
		set  string
		want string // what the error begins with
	}{
		{"SLACK_BOT_TOKEN=", "SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token"},
		{"SLACK_BOT_TOKEN=xoxp-leakedusertoken", "SLACK_BOT_TOKEN must begin with xoxb-: copy"},
		{"SLACK_BOT_TOKEN=xoxb-leaked token", "SLACK_BOT_TOKEN must begin with xoxb-: copy"},
		{"SLACK_SIGNING_SECRET=", "SLACK_SIGNING_SECRET is not set: copy the Signing Secret"},
		{"SLACK_SIGNING_SECRET=leaked", "SLACK_SIGNING_SECRET must be 32 hexadecimal digits: copy"},
		{"SLACK_SIGNING_SECRET=" + testSigning + "0", "SLACK_SIGNING_SECRET must be 32 hexadecimal digits: copy"},
		{"SLACK_APP_TOKEN=xoxb-leaked", "SLACK_APP_TOKEN must begin with xapp-: make an App-Level Token"},
		{"SLACK_BOT_TOKEN_FILE=" + none, "SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set: keep one"},
		{"SLACK_APP_TOKEN_FILE=" + none, "SLACK_APP_TOKEN_FILE cannot be read (no such file or directory): name a file"},
		{"SLACK_APP_TOKEN_FILE=" + secretFile(t, "\n"), "SLACK_APP_TOKEN_FILE names an empty file: write the secret into it"},
		{"SLACK_API_URL=https://slack.com/api", "SLACK_API_URL must be an https address that ends in /"},
		{"SLACK_API_URL=http://slack.com/api/", "SLACK_API_URL must be an https address that ends in /"},
		{"PUBLIC_URL=", "PUBLIC_URL is not set: give the https address"},
		{"PUBLIC_URL=clarion.example.com", "PUBLIC_URL must be an https address without a path"},
		{"PUBLIC_URL=http://clarion.example.com", "PUBLIC_URL must be an https address without a path"},
		{"PUBLIC_URL=https://clarion.example.com/bot", "PUBLIC_URL must be an https address without a path"},
		{"PUBLIC_URL=https://clarion.example.com?a=b", "PUBLIC_URL must be an https address without a path"},
		{"PUBLIC_URL=https://clarion:leakedpassword@example.com", "PUBLIC_URL must be an https address without a path"},
		{"REDIS_URL=", "REDIS_URL is not set: give the address of a Redis"},
		{"REDIS_URL=localhost:6379", "REDIS_URL makes no sense: it must begin with redis://"},
		{"REDIS_URL=redis://clarion:leaked%password@localhost", "REDIS_URL makes no sense: it must look like redis://"},
		{"LISTEN=8080", "LISTEN must be an address and port, such as :8080"},
		{"LISTEN=:80800", "LISTEN must be an address and port, such as :8080"},
		{"LISTEN=:http", "LISTEN must be an address and port, such as :8080"},
		{"CLARION_TIMEZONE=London", "CLARION_TIMEZONE is not a time zone: name one like Europe/London"},
		{"CLARION_TIMEZONE=Local", "CLARION_TIMEZONE is not a time zone: name one like Europe/London"},
		{"CLARION_SOCIAL_TEAM=U012AB3CD amira", "CLARION_SOCIAL_TEAM has an entry (number 2) that names nobody: write an e-mail address"},
		{"CLARION_SOCIAL_TEAM=helen@acme", "CLARION_SOCIAL_TEAM has an entry (number 1) that names nobody: write an e-mail address"},
		{"CLARION_SOCIAL_CHANNEL=#social", "CLARION_SOCIAL_CHANNEL must be the id of a Slack channel, such as C0123456789, which stands at the end of “View channel details”, or what"},
		{"CLARION_WORKSPACE=Main Street", "CLARION_WORKSPACE must be up to 32 of a-z, 0-9 and -"},
		{"CLARION_WORKSPACE={main}", "CLARION_WORKSPACE must be up to 32 of a-z, 0-9 and -"},
		{"CLARION_POINTS=share=many", "CLARION_POINTS makes no sense: \"share=many\": the points must be a whole number"},
		{"CLARION_TRUSTED_PROXIES=10.0.0.0/8 proxy", "CLARION_TRUSTED_PROXIES has an entry (number 2) that is no address: write"},
		{"CLARION_CONVERSIONS_SECRET=leaked", "CLARION_CONVERSIONS_SECRET has a secret (number 1) of fewer than 32 characters: make one with openssl"},
		{"CLARION_CONVERSIONS_SECRET=" + testConversions + " leaked", "CLARION_CONVERSIONS_SECRET has a secret (number 2) of fewer than 32 characters: make"},
		{"CLARION_CONVERSIONS_SECRET=a,b,c", "CLARION_CONVERSIONS_SECRET must be one secret, or two"},
		{"CLARION_CONVERSIONS_SECRET=,", "CLARION_CONVERSIONS_SECRET must be one secret, or two"},
		{"CLARION_STORE_HOURS=9-18", "CLARION_STORE_HOURS makes no sense: \"9-18\" are no hours: write 09:00-18:00"},
		{"CLARION_STORE_HOURS=Sat-Tue 09:00-18:00", "CLARION_STORE_HOURS makes no sense: \"Sat-Tue\" goes backwards: a week begins on Mon"},
		{"CLARION_REMINDERS=some", "CLARION_REMINDERS must be a whole number from 0 to 21, such as 2"},
		{"CLARION_REMINDERS=22", "CLARION_REMINDERS must be a whole number from 0 to 21, such as 2"},
		{"CLARION_LOG_LEVEL=loud", "CLARION_LOG_LEVEL must be debug, info, warn or error"},
		{"CLARION_LOG_FORMAT=xml", "CLARION_LOG_FORMAT must be text or json"},
	}
	for _, test := range tests {
		t.Run(strings.ReplaceAll(test.set, "/", "_"), func(t *testing.T) {
			lookUp := env(test.set)
			_, err := readConfig(lookUp, neededToServe(lookUp)...)
			if err == nil {
				t.Fatal("there is no error")
			}
			if got := err.Error(); !strings.HasPrefix(got, test.want) || strings.Contains(got, "\n") {
				t.Errorf("the error is\n%s\nwant one line that begins with\n%s", got, test.want)
			}
			if strings.Contains(err.Error(), "leaked") || strings.Contains(err.Error(), testSigning) {
				t.Errorf("the error leaks a secret: %v", err)
			}
		})
	}
}

func TestAllMistakesAreListedAtOnceALineEach(t *testing.T) {
	_, err := readConfig(env("SLACK_BOT_TOKEN=", "REDIS_URL=localhost", "LISTEN=8080"), "SLACK_BOT_TOKEN")
	if err == nil {
		t.Fatal("there is no error")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 3 {
		t.Fatalf("there are %d lines, want 3:\n%v", len(lines), err)
	}
	for i, name := range []string{"SLACK_BOT_TOKEN", "REDIS_URL", "LISTEN"} {
		if !strings.HasPrefix(lines[i], name) {
			t.Errorf("line %d is %q, want one about %s", i+1, lines[i], name)
		}
	}
}

func TestTheReadmesTableIsThatOfTheSettings(t *testing.T) {
	const path, begin, end = "../../README.md", "<!-- settings:begin -->\n", "<!-- settings:end -->"
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(content), begin)
	table, after, found := strings.Cut(rest, end)
	if !ok || !found {
		t.Fatalf("README.md has no %q and %q", begin, end)
	}
	want := settingsMarkdown()
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != want {
		t.Errorf("README.md has another table of settings than the program; run: make golden")
	}
}
