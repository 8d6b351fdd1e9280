package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// teamsSettings are those of Microsoft Teams. Setting them switches Teams on, beside Slack or alone.
func teamsSettings() []setting {
	return []setting{
		{Name: "TEAMS_APP_ID", Needed: "for Teams", read: readTeamsAppID,
			About:  "The application (client) id of the bot's registration in Entra: a GUID. Setting it switches Microsoft Teams on, beside Slack or alone.",
			Remedy: "copy the Application (client) ID from your app registration's page “Overview”"},
		{Name: "TEAMS_APP_PASSWORD", Secret: true, Needed: "for Teams", read: readTeamsPassword,
			About:  "A client secret of that registration: its value, not its id.",
			Remedy: "make one on your app registration's page “Certificates & secrets”, and copy its value"},
		{Name: "TEAMS_TENANT_ID", Needed: "for Teams", read: readTeamsTenant,
			About:  "The directory (tenant) id of the company: a GUID.",
			Remedy: "copy the Directory (tenant) ID from your app registration's page “Overview”"},
		{Name: "TEAMS_OPENID_METADATA_URL", read: readTeamsMetadata,
			About: "Where Microsoft says with which keys it signs, in another cloud than the public one."},
		{Name: "TEAMS_TOKEN_URL", read: readTeamsTokenURL,
			About: "Where the bot gets its own tokens, in another cloud: the tenant's OAuth 2.0 token endpoint (v2)."},
		{Name: "TEAMS_SERVICE_URLS", read: readTeamsServices,
			About: "The addresses below which Teams' service may be, with commas or spaces between them, in another cloud. Activities that name any other are refused."},
		{Name: "TEAMS_INSECURE_LOOPBACK", read: readTeamsInsecure,
			About: "`1` takes unsigned activities from this machine, for Microsoft's Agents Playground. The bot refuses to start with it at a public address."},
	}
}

var guid = regexp.MustCompile(`^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$`)

func readTeamsAppID(c *Config, value string) error {
	if !guid.MatchString(value) {
		return errors.New("must be a GUID: copy the Application (client) ID from your app registration's page “Overview”")
	}
	c.TeamsAppID = strings.ToLower(value)
	return nil
}

func readTeamsTenant(c *Config, value string) error {
	if !guid.MatchString(value) {
		return errors.New("must be a GUID: copy the Directory (tenant) ID from your app registration's page “Overview”")
	}
	c.TeamsTenant = strings.ToLower(value)
	return nil
}

func readTeamsPassword(c *Config, value string) error {
	if guid.MatchString(value) {
		return errors.New("looks like a secret's id: copy its value, which is shown once, when it is made")
	}
	if strings.ContainsAny(value, " \t\r\n") {
		return errors.New("must have no spaces: copy the value of a client secret")
	}
	c.TeamsPassword = NewSecret(value)
	return nil
}

func readTeamsMetadata(c *Config, value string) error {
	u, err := parseAddress(value)
	if err != nil {
		return errors.New("must be an https address, such as https://login.botframework.com/v1/.well-known/openidconfiguration")
	}
	c.TeamsMetadataURL = u.String()
	return nil
}

func readTeamsTokenURL(c *Config, value string) error {
	u, err := parseAddress(value)
	if err != nil {
		return errors.New("must be an https address, such as https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token")
	}
	c.TeamsTokenURL = u.String()
	return nil
}

func readTeamsServices(c *Config, value string) error {
	for i, word := range words(value) {
		u, err := parseAddress(word)
		if err != nil {
			return fmt.Errorf("has an entry (number %d) that is no https address: write addresses like https://smba.trafficmanager.net/", i+1)
		}
		c.TeamsServiceURLs = append(c.TeamsServiceURLs, u.String())
	}
	return nil
}

func readTeamsInsecure(c *Config, value string) error {
	switch value {
	case "0":
	case "1":
		c.TeamsInsecure = true
	default:
		return errors.New("must be 1, or left out")
	}
	return nil
}

// insecureProblems says what keeps unsigned activities from being taken: they must not be able to come from outside.
func insecureProblems(c Config) []string {
	var problems []string
	if !c.TeamsInsecure {
		return nil
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || !isLoopback(u.Hostname())) {
		problems = append(problems, "TEAMS_INSECURE_LOOPBACK lets anybody in who reaches the bot, so it must not be set with a public PUBLIC_URL: unset it, or use http://localhost:8080")
	}
	if host, _, err := net.SplitHostPort(c.Listen); c.Listen != "" && (err != nil || !isLoopback(host)) {
		problems = append(problems, "TEAMS_INSECURE_LOOPBACK lets anybody in who reaches the bot, so LISTEN must be of this machine alone: set LISTEN=127.0.0.1:8080")
	}
	return problems
}
