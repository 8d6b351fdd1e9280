package manifest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/commands"
)

var update = flag.Bool("update", false, "rewrite golden files")

func made(o Options) slack.Manifest {
	return Slack(o, commands.NewTable(commands.Config{}).Slashes())
}

var forms = map[string]Options{
	"http":   {URL: "https://clarion.example.com"},
	"socket": {URL: "https://clarion.example.com", Socket: true},
}

func TestTheManifestIsAsLastReviewed(t *testing.T) {
	for name, options := range forms {
		got, err := JSON(made(options))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "slack_"+name+".json")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what is printed now; if that is right, run: make golden\n%s", path, got)
		}
	}
}

// The limits are those of https://docs.slack.dev/reference/app-manifest and of Slack's own schema,
// github.com/slackapi/manifest-schema, version 2.0.0.
func TestTheManifestIsWithinSlacksLimits(t *testing.T) {
	for name, options := range forms {
		m := made(options)
		length := func(what, s string, least, most int) {
			t.Helper()
			if n := utf8.RuneCountInString(s); n < least || n > most {
				t.Errorf("%s: %s has %d characters, want %d to %d", name, what, n, least, most)
			}
		}
		length("name", m.Display.Name, 1, 35)
		length("description", m.Display.Description, 1, 140)
		length("long_description", m.Display.LongDescription, 175, 4000)
		length("bot_user.display_name", m.Features.BotUser.DisplayName, 1, 80)
		if !regexp.MustCompile(`^[a-z0-9._-]+$`).MatchString(m.Features.BotUser.DisplayName) {
			t.Errorf("%s: the bot's name is %q", name, m.Features.BotUser.DisplayName)
		}
		if !regexp.MustCompile(`^#[0-9a-f]{6}$`).MatchString(m.Display.BackgroundColor) {
			t.Errorf("%s: the colour is %q", name, m.Display.BackgroundColor)
		}
		if n := len(m.Features.SlashCommands); n < 1 || n > 50 {
			t.Errorf("%s: there are %d slash commands, want 1 to 50", name, n)
		}
		for _, c := range m.Features.SlashCommands {
			length(c.Command, c.Command, 2, 32)
			length(c.Command+" description", c.Description, 1, 2000)
			length(c.Command+" usage_hint", c.UsageHint, 0, 1000)
			length(c.Command+" url", c.Url, 0, 3000)
			if !regexp.MustCompile(`^/[a-z0-9_-]+$`).MatchString(c.Command) {
				t.Errorf("%s: %q cannot be a slash command", name, c.Command)
			}
		}
		if n := len(m.Settings.EventSubscriptions.BotEvents); n < 1 || n > 100 {
			t.Errorf("%s: there are %d events, want 1 to 100", name, n)
		}
	}
}

func TestWithoutSocketModeEveryEntranceHasItsAddress(t *testing.T) {
	m := made(forms["http"])
	addresses := []string{m.Settings.Interactivity.RequestUrl, m.Settings.EventSubscriptions.RequestUrl}
	for _, c := range m.Features.SlashCommands {
		addresses = append(addresses, c.Url)
	}
	for _, a := range addresses {
		if !slices.Contains([]string{"https://clarion.example.com/slack/commands", "https://clarion.example.com/slack/actions", "https://clarion.example.com/slack/events"}, a) {
			t.Errorf("%q is no entrance", a)
		}
	}
	text, err := JSON(made(forms["socket"]))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "https://") || !strings.Contains(string(text), `"socket_mode_enabled": true`) {
		t.Errorf("with Socket Mode there is an address, or no Socket Mode:\n%s", text)
	}
}

func TestTheManifestHasEveryCommandOfTheTable(t *testing.T) {
	var registered []string
	for _, c := range made(forms["http"]).Features.SlashCommands {
		registered = append(registered, c.Command)
	}
	for _, c := range commands.NewTable(commands.Config{}).Commands() {
		if !slices.Contains(registered, c.Slash) {
			t.Errorf("%s is not registered", c.Slash)
		}
	}
}

func TestNoScopeIsAskedForTwice(t *testing.T) {
	asked := scopes()
	slices.Sort(asked)
	if len(slices.Compact(slices.Clone(asked))) != len(asked) {
		t.Errorf("the scopes are %q", asked)
	}
}
