package main

import (
	"cmp"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// A Config is everything that can be set from outside. Settings with the comments is the table in
// settings.go.
type Config struct {
	SlackBotToken      Secret
	SlackSigningSecret Secret
	SlackAppToken      Secret
	SlackAPIURL        string // ends in "/"; empty: Slack's own
	TeamsAppID         string
	TeamsPassword      Secret
	TeamsTenant        string
	TeamsMetadataURL   string
	TeamsTokenURL      string
	TeamsServiceURLs   []string // nil: those of the public cloud
	TeamsInsecure      bool     // unsigned activities are taken from this machine
	PublicURL          string   // without a slash at its end: https://clarion.example.com
	LinkURL            string   // likewise, of share links; empty: PublicURL
	RedisURL           Secret
	Listen             string
	Workspace          clarion.WorkspaceID
	Location           *time.Location  // of the workspace
	SocialTeam         []string        // as bot.CanBeSocial knows them: e-mail addresses, ids, user groups
	SocialChannel      clarion.Channel // where the social team is asked; zero: each campaign's maker is
	Points             clarion.Rules   // without a version
	TrustedProxies     []netip.Prefix
	StaffNetworks      []netip.Prefix
	ConversionsSecrets []Secret     // each signs
	Burst              int          // new visitors of a link a minute; 0: any number
	Pace               storage.Pace // of posts in the whole Slack; zero: no limit
	StoreHours         clarion.Hours
	Reminders          int // that a channel gets in a week at most; 0: none
	LogLevel           slog.Level
	LogFormat          string // "text" or "json"

	set map[string]string // what check shows of each setting that is set, by name
}

// A configError lists everything that is wrong with the settings, a sentence for each.
type configError []string

func (e configError) Error() string { return strings.Join(e, "\n") }

// readConfig reads the settings from the environment. Everything that is wrong is in one error: what is set
// and impossible, and what is needed and not set.
func readConfig(env func(string) string, needed ...string) (Config, error) {
	c := Config{set: map[string]string{}}
	var problems configError
	for _, s := range settings() {
		value, problem := s.lookUp(env)
		if problem != "" {
			problems = append(problems, problem)
			c.set[s.Name] = "set, but wrong"
			continue
		}
		if value == "" && slices.Contains(needed, s.Name) {
			problems = append(problems, s.Name+" is not set: "+s.Remedy)
		}
		used := cmp.Or(value, s.Default)
		if used == "" {
			continue
		}
		err := s.read(&c, used)
		switch {
		case err != nil:
			problems = append(problems, s.Name+" "+err.Error())
			c.set[s.Name] = "set, but wrong" // whatever it is: it may be a secret in the wrong place
		case value != "" && s.Secret:
			c.set[s.Name] = "set"
		case value != "":
			c.set[s.Name] = value
		}
	}
	problems = append(problems, insecureProblems(c)...)
	if len(problems) > 0 {
		return c, problems
	}
	return c, nil
}

// hasTeams says whether Teams is switched on.
func (c Config) hasTeams() bool { return c.TeamsAppID != "" || c.TeamsInsecure }

// hasSlack says whether Slack is switched on.
func (c Config) hasSlack() bool { return c.SlackBotToken.IsSet() }

// neededToServe names the settings that the bot cannot run without: those of each platform of which one is set, and those
// of Slack when there is none. With Socket Mode nobody calls the bot, so there is no signature to check.
func neededToServe(env func(string) string) []string {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return env(name) != "" || env(name+"_FILE") != "" })
	}
	needed := []string{"PUBLIC_URL", "REDIS_URL"}
	teams := has("TEAMS_APP_ID", "TEAMS_APP_PASSWORD", "TEAMS_TENANT_ID", "TEAMS_INSECURE_LOOPBACK")
	if !teams || has("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN") {
		needed = append(needed, "SLACK_BOT_TOKEN")
		if !has("SLACK_APP_TOKEN") {
			needed = append(needed, "SLACK_SIGNING_SECRET")
		}
	}
	if teams && env("TEAMS_INSECURE_LOOPBACK") != "1" {
		needed = append(needed, "TEAMS_APP_ID", "TEAMS_APP_PASSWORD", "TEAMS_TENANT_ID")
	}
	return needed
}

// lookUp returns what a setting is set to, by itself or by the file that NAME_FILE names, or says what is
// wrong. Space around a value, and the newline at the end of a file, are not part of it.
func (s setting) lookUp(env func(string) string) (value, problem string) {
	value = strings.TrimSpace(env(s.Name))
	if !s.Secret {
		return value, ""
	}
	variable := s.Name + "_FILE"
	path := env(variable)
	switch {
	case path == "":
		return value, ""
	case value != "":
		return "", s.Name + " and " + variable + " are both set: keep one of them"
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names it
	if err != nil {
		return "", variable + " cannot be read (" + reason(err) + "): name a file that this user can read"
	}
	if value = strings.TrimSpace(string(content)); value == "" {
		return "", variable + " names an empty file: write the secret into it"
	}
	return value, ""
}
