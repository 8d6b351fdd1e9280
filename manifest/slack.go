// Package manifest makes the files by which a platform creates Clarion's app, from the table of commands.
package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/commands"
)

// Options say where Slack reaches the bot.
type Options struct {
	URL    string // the bot's public address, without a slash at its end; not needed for Socket Mode
	Socket bool   // Slack talks through a connection that the bot opens
}

// The entrances that package bot serves.
const (
	commandsPath = "/slack/commands"
	actionsPath  = "/slack/actions"
	eventsPath   = "/slack/events"
)

// scopes returns what the bot may do, and no more. It joins public channels to post there, so it does not
// need chat:write.public (https://docs.slack.dev/reference/scopes).
func scopes() []string {
	return []string{
		"commands",         // slash commands
		"chat:write",       // posts, their updates, announcements, answers
		"channels:join",    // joins the public channels of stores by itself
		"channels:read",    // finds a public channel by its name, sees whether it is in it
		"groups:read",      // the same for private channels to which it was invited
		"channels:history", // looks whether a post arrived before it posts it again
		"groups:history",   // the same in private channels
		"im:write",         // tells a person what a channel would not let it say
		"users:read",       // the name of a partner who is not on the roster
		"users:read.email", // recognises a partner whom the roster knows by e-mail address
		"usergroups:read",  // who is in a social team that is a user group
	}
}

// Slack returns the manifest of the Slack app (https://docs.slack.dev/reference/app-manifest).
func Slack(o Options, slashes []commands.Slash) slack.Manifest {
	at := func(path string) string {
		if o.Socket {
			return ""
		}
		return o.URL + path
	}
	m := slack.Manifest{
		Metadata: slack.ManifestMetadata{MajorVersion: 2, MinorVersion: 1},
		Display: slack.Display{
			Name:        "Clarion",
			Description: "Share what your company is proud of, and see your store climb",
			LongDescription: "The social team drops content into store channels. Everyone who works in a store can share it with links of their own, " +
				"on the networks of their choice. Shares and the visits that come of them earn points, stores compete in a weekly " +
				"leaderboard, and the winners are announced in every store's channel.",
			BackgroundColor: "#3b2a6b",
		},
		Features: slack.Features{
			// The bot reads no messages, so its Messages tab has no composer that would promise an answer.
			AppHome: slack.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true, MessagesTabReadOnlyEnabled: true},
			BotUser: slack.BotUser{DisplayName: "clarion", AlwaysOnline: true},
		},
		OAuthConfig: slack.OAuthConfig{Scopes: slack.OAuthScopes{Bot: scopes()}},
		Settings: slack.Settings{
			Interactivity:      &slack.Interactivity{IsEnabled: true, RequestUrl: at(actionsPath)},
			EventSubscriptions: &slack.EventSubscriptions{RequestUrl: at(eventsPath), BotEvents: []string{"app_home_opened"}},
			SocketModeEnabled:  o.Socket,
		},
	}
	for _, s := range slashes {
		m.Features.SlashCommands = append(m.Features.SlashCommands, slack.ManifestSlashCommand{
			Command: s.Name, Url: at(commandsPath), Description: s.Summary, UsageHint: s.Usage,
		})
	}
	return m
}

// JSON writes a manifest as Slack's page “Create an app from a manifest” and the package of a Teams app take it.
func JSON[M slack.Manifest | TeamsManifest](m M) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // it is read by people too
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("write manifest: %w", err)
	}
	return b.Bytes(), nil
}
