package manifest

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/clarion-bot/clarion/commands"
)

// TeamsVersion is the version of the manifest's schema: the newest that Microsoft lists as generally available
// (https://learn.microsoft.com/microsoft-365/extensibility/schema/). Nothing here needs a newer one, and an upload is
// refused where Teams does not know the version yet.
const TeamsVersion = "1.27"

// TeamsOptions say whose app it is and where Teams' people find what they may ask for.
type TeamsOptions struct {
	URL       string // the bot's public address, https, without a slash at its end
	AppID     string // of the app registration, which is the bot's and the app's as well
	Version   string // of the app, as [AppVersion] returns it; Teams takes an update only when it is higher
	Developer string // who runs the bot; at most 32 characters
	Privacy   string // https address of the company's privacy notice
	Terms     string // https address of its terms of use
}

// TeamsManifest is what is used of https://developer.microsoft.com/json-schemas/teams/v1.27/MicrosoftTeams.schema.json.
//
// It has no authorization and no webApplicationInfo: the bot asks for no resource-specific consent and signs nobody in.
// It is told what is typed to it and pressed on its cards, and reads no other message. It does not ask for private or
// shared channels either, as a bot cannot post in them
// (https://learn.microsoft.com/microsoftteams/platform/concepts/bots/bot-conversations/bots-conv-channel).
type TeamsManifest struct {
	Schema          string            `json:"$schema"`
	ManifestVersion string            `json:"manifestVersion"`
	Version         string            `json:"version"`
	ID              string            `json:"id"`
	Developer       TeamsDeveloper    `json:"developer"`
	Name            TeamsText         `json:"name"`
	Description     TeamsText         `json:"description"`
	Icons           TeamsIcons        `json:"icons"`
	AccentColor     string            `json:"accentColor"`
	Bots            []TeamsBot        `json:"bots"`
	Permissions     []string          `json:"permissions"`
	ValidDomains    []string          `json:"validDomains"`
	InstallScope    string            `json:"defaultInstallScope"`
	GroupCapability map[string]string `json:"defaultGroupCapability"`
}

// TeamsDeveloper is who runs the bot.
type TeamsDeveloper struct {
	Name    string `json:"name"`
	Website string `json:"websiteUrl"`
	Privacy string `json:"privacyUrl"`
	Terms   string `json:"termsOfUseUrl"`
}

// TeamsText is a text in a short and a long form, which Teams wants to differ.
type TeamsText struct {
	Short string `json:"short"`
	Full  string `json:"full"`
}

// TeamsIcons names the files of the icons in the package.
type TeamsIcons struct {
	Outline string `json:"outline"`
	Color   string `json:"color"`
}

// TeamsBot is the bot of the app.
type TeamsBot struct {
	ID           string             `json:"botId"`
	Scopes       []string           `json:"scopes"`
	Files        bool               `json:"supportsFiles"`
	Notifies     bool               `json:"isNotificationOnly"`
	CommandLists []TeamsCommandList `json:"commandLists"`
}

// Teams returns the manifest of the Teams app.
func Teams(o TeamsOptions, table []commands.Command) (TeamsManifest, error) {
	public, err := url.Parse(o.URL)
	if err != nil {
		return TeamsManifest{}, fmt.Errorf("public address: %w", err)
	}
	lists, scopes := teamsCommands(table), []string{}
	for _, l := range lists {
		scopes = append(scopes, l.Scopes...)
	}
	return TeamsManifest{
		Schema:          "https://developer.microsoft.com/json-schemas/teams/v" + TeamsVersion + "/MicrosoftTeams.schema.json",
		ManifestVersion: TeamsVersion,
		Version:         o.Version,
		ID:              o.AppID,
		Developer:       TeamsDeveloper{Name: o.Developer, Website: o.URL, Privacy: o.Privacy, Terms: o.Terms},
		Name:            TeamsText{Short: "Clarion", Full: "Clarion: share what your company is proud of"},
		Description: TeamsText{
			Short: "Share what your company is proud of, and see your store climb",
			Full: "The social team drops content into store channels. Everyone who works in a store can share it with links of their own, " +
				"on the networks of their choice. Shares and the visits that come of them earn points, stores compete in a weekly " +
				"leaderboard, and the winners are announced in every store's channel.",
		},
		Icons:       TeamsIcons{Outline: outlineFile, Color: colorFile},
		AccentColor: fmt.Sprintf("#%02x%02x%02x", plum.R, plum.G, plum.B),
		Bots:        []TeamsBot{{ID: o.AppID, Scopes: scopes, CommandLists: lists}},
		// The bot greets by name, and writes to a person whom a channel cannot be told everything for.
		Permissions: []string{"identity", "messageTeamMembers"},
		// Cards and dialogs made of cards need no domain: Teams asks for those whose pages it shows itself. This one
		// is where buttons lead, in a browser.
		ValidDomains:    []string{public.Hostname()},
		InstallScope:    "team",
		GroupCapability: map[string]string{"team": "bot", "groupchat": "bot"},
	}, nil
}

var release = regexp.MustCompile(`^v?(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})`)

// AppVersion returns the version of a program as Teams takes it for an app: three numbers and nothing else. A program
// of no release is 1.0.0.
func AppVersion(program string) string {
	m := release.FindString(program)
	if m = strings.TrimPrefix(m, "v"); m == "" || m == "0.0.0" {
		return "1.0.0"
	}
	return m
}
