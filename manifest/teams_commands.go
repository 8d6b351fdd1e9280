package manifest

import (
	"slices"
	"strings"

	"github.com/clarion-bot/clarion/commands"
)

// TeamsCommandList is what Teams suggests when people begin to write to the bot in places of some kind.
type TeamsCommandList struct {
	Scopes   []string       `json:"scopes"`
	Commands []TeamsCommand `json:"commands"`
}

// TeamsCommand is one suggestion: its title is what is typed.
type TeamsCommand struct {
	Title       string `json:"title"`
	Description string `json:"description"`
}

// mostSuggested is how many commands one list may have. The schema allows 12 and the page on menus ten
// (https://learn.microsoft.com/microsoftteams/platform/resources/bot-v3/bots-menus), so it is ten.
const mostSuggested = 10

// teamsCommands returns the lists of suggestions, in the order of the commands' table: all of it that is not left out.
// A command that is new in the table is suggested by itself; a test says when there is no room for it, and then somebody
// has to choose.
func teamsCommands(table []commands.Command) []TeamsCommandList {
	inGroups, alone := leftOut()
	home := TeamsCommand{Title: "home", Description: "See your points and what you can share now"}
	return []TeamsCommandList{
		{Scopes: []string{"team", "groupChat"}, Commands: suggestions(table, inGroups)},
		{Scopes: []string{"personal"}, Commands: append([]TeamsCommand{home}, suggestions(table, alone)...)},
	}
}

// leftOut returns the commands that are not suggested in channels and group chats, and in a chat with one person. They work
// all the same when they are typed, and help has them.
func leftOut() (inGroups, alone []string) {
	everywhere := []string{
		"/drop",                                                  // is /drop list
		"/drop edit", "/drop copy", "/drop cancel", "/drop stop", // are buttons of /drop list
		"/report bursts", // the bot asks by itself
	}
	// A channel is about its store, and is linked once.
	inGroups = append(slices.Clone(everywhere), "/points why", "/store unlink")
	// With one person there is no channel to link.
	alone = append(slices.Clone(everywhere), "/store", "/store link", "/store unlink")
	return inGroups, alone
}

// suggestions returns the commands but those left out, as they are typed in Teams: without a slash, and without the bot's
// own name, since “@Clarion help” has it already.
func suggestions(table []commands.Command, leftOut []string) []TeamsCommand {
	var list []TeamsCommand
	for _, c := range table {
		if slices.Contains(leftOut, c.Line()) {
			continue
		}
		summary := c.Summary
		if c.Needs == commands.SocialTeam {
			summary += " (social team)"
		}
		list = append(list, TeamsCommand{Title: typed(c), Description: summary})
	}
	return list
}

// typed returns what a person types in Teams.
func typed(c commands.Command) string {
	return strings.TrimPrefix(strings.TrimPrefix(c.Line(), "/"), "clarion ")
}
