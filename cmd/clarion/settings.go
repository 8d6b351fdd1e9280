package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/bot"
	"github.com/clarion-bot/clarion/storage"
)

// A setting is one environment variable.
type setting struct {
	Name    string
	Default string
	Secret  bool   // it is never shown, and can also come from the file that NAME_FILE names
	Needed  string // when the bot cannot run without it, for the README: "yes", "for Slack"
	About   string // what it is, for the README
	Remedy  string // what to do when it is needed and not set
	// read puts a value into the config. Its error goes on where the setting's name stops, says what to do,
	// and does not repeat the value of a secret.
	read func(c *Config, value string) error
}

// settings returns the table of everything that can be set. Reading, `clarion check` and the README are made
// from it.
func settings() []setting {
	return slices.Concat(slackSettings(), teamsSettings(), ownSettings())
}

func slackSettings() []setting {
	return []setting{
		{Name: "SLACK_BOT_TOKEN", Secret: true, Needed: "for Slack", read: readBotToken,
			About:  "The bot's token, `xoxb-…`.",
			Remedy: "copy the Bot User OAuth Token from your app's page “OAuth & Permissions”"},
		{Name: "SLACK_SIGNING_SECRET", Secret: true, Needed: "for Slack without Socket Mode", read: readSigningSecret,
			About:  "What proves that a request is Slack's: 32 hexadecimal digits.",
			Remedy: "copy the Signing Secret from your app's page “Basic Information”"},
		{Name: "SLACK_APP_TOKEN", Secret: true, read: readAppToken,
			About: "An app-level token, `xapp-…`, with the scope `connections:write`. Setting it turns Socket Mode on, in which Slack needs no way in."},
		{Name: "SLACK_API_URL", read: readAPIURL,
			About: "Another base address of Slack's Web API, ending in `/`, such as `https://slack-gov.com/api/`."},
	}
}

func ownSettings() []setting {
	return []setting{
		{Name: "PUBLIC_URL", Needed: "yes", read: readPublicURL,
			About:  "Where customers and partners reach Clarion: `https://clarion.example.com`. Share links begin with it.",
			Remedy: "give the https address at which customers reach Clarion, such as https://clarion.example.com"},
		{Name: "LINK_URL", read: readLinkURL,
			About: "The company's own short domain for share links: `https://jl.example`. It has to lead to this bot as well, and nothing but links answers there. Without it links begin with `PUBLIC_URL`."},
		{Name: "REDIS_URL", Secret: true, Needed: "yes", read: readRedisURL,
			About:  "`redis://[user:password@]host:6379/0`; `rediss://` with TLS; several hosts, or `redis+cluster://`, for a Redis Cluster; `redis+sentinel://host:26379/master`.",
			Remedy: "give the address of a Redis, such as redis://localhost:6379/0"},
		{Name: "LISTEN", Default: ":8080", read: readListen,
			About: "The address and port that the bot listens on."},
		{Name: "CLARION_TIMEZONE", Default: "Europe/London", read: readTimezone,
			About: "The time zone of the company: its weeks begin on Monday at 00:00 there."},
		{Name: "CLARION_SOCIAL_TEAM", read: readSocialTeam,
			About: "Who may post campaigns, with commas or spaces between them: e-mail addresses, which count in Slack and in Teams; Slack user ids (`U…`), user group ids (`S…`) and handles (`@social-team`); object ids of Teams users, from Entra. Guests are known by their ids alone."},
		{Name: "CLARION_SOCIAL_CHANNEL", read: readSocialChannel,
			About: "The channel in which the social team is told what could not be posted and asked about bursts of visits: a Slack channel's id (`C…`), or what “Copy link” in a Teams channel's menu copies. The bot has to be in it. Without it whoever made the campaign is, directly."},
		{Name: "CLARION_WORKSPACE", Default: "main", read: readWorkspace,
			About: "The name under which everything is stored, up to 32 of `a-z`, `0-9` and `-`. Never change it later."},
		{Name: "CLARION_POINTS", Default: clarion.DefaultRules().String(), read: readPoints,
			About: "Points for each reason, and after a `/` at most how many times for a partner and campaign. A change holds from then on."},
		{Name: "CLARION_TRUSTED_PROXIES", read: readProxies,
			About: "The addresses of your own proxies, such as `10.0.0.0/8`. Only they are believed when they say whose request they pass on."},
		{Name: "CLARION_STAFF_NETWORKS", read: readStaffNetworks,
			About: "Address ranges of the company's own networks, such as `192.0.2.0/24`: visits from there lead on and never score. Leave out Wi-Fi that customers use."},
		{Name: "CLARION_BURST", Default: "100", read: readBurst,
			About: "So many new visitors of one link within a minute score at once; more are held until the social team releases or refuses them. `0` holds none."},
		{Name: "CLARION_PACE", Default: "300/18", read: readPace,
			About: "How fast posts go out in the whole Slack, over all processes: so many a minute, and after the `/` so many at once. Slack does not say how much it takes: it is thought to be 300 a minute and 20 at once, of which two are kept in hand, as messages do not arrive as evenly as they are sent. `off` sends everything at once. Teams publishes what it takes, and is served by that."},
		{Name: "CLARION_STORE_HOURS", Default: "09:00-18:00", read: readStoreHours,
			About: "When stores are open, by the clock of `CLARION_TIMEZONE`: every day, or by days, as in `Mon-Sat 09:00-18:00, Sun 11:00-17:00`. Only then are they reminded of campaigns."},
		{Name: "CLARION_REMINDERS", Default: "2", read: readReminders,
			About: "How many reminders a store's channel gets in a week at most, over all campaigns. `0` turns reminders off."},
		{Name: "CLARION_CONVERSIONS_SECRET", Secret: true, read: readConversionsSecrets,
			About: "What the company's own systems sign conversions with: at least 32 characters, as `openssl rand -hex 32` makes them. Two, with a space or comma between, while one takes the other's place. Without it no conversion is taken."},
		{Name: "CLARION_LOG_LEVEL", Default: "info", read: readLogLevel,
			About: "`debug`, `info`, `warn` or `error`."},
		{Name: "CLARION_LOG_FORMAT", Default: "text", read: readLogFormat,
			About: "`text` or `json`."},
	}
}

func readBotToken(c *Config, value string) error {
	if !strings.HasPrefix(value, "xoxb-") || strings.ContainsAny(value, " \t\r\n") {
		return errors.New("must begin with xoxb-: copy the Bot User OAuth Token from your app's page “OAuth & Permissions”")
	}
	c.SlackBotToken = NewSecret(value)
	return nil
}

var signingSecret = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)

func readSigningSecret(c *Config, value string) error {
	if !signingSecret.MatchString(value) {
		return errors.New("must be 32 hexadecimal digits: copy the Signing Secret from your app's page “Basic Information”")
	}
	c.SlackSigningSecret = NewSecret(value)
	return nil
}

func readAppToken(c *Config, value string) error {
	if !strings.HasPrefix(value, "xapp-") || strings.ContainsAny(value, " \t\r\n") {
		return errors.New("must begin with xapp-: make an App-Level Token with the scope connections:write on your app's page “Basic Information”")
	}
	c.SlackAppToken = NewSecret(value)
	return nil
}

func readAPIURL(c *Config, value string) error {
	u, err := parseAddress(value)
	if err != nil || !strings.HasSuffix(u.Path, "/") {
		return errors.New("must be an https address that ends in /, such as https://slack.com/api/")
	}
	c.SlackAPIURL = u.String()
	return nil
}

func readPublicURL(c *Config, value string) (err error) {
	c.PublicURL, err = readBase(value, "https://clarion.example.com")
	return err
}

func readLinkURL(c *Config, value string) (err error) {
	c.LinkURL, err = readBase(value, "https://jl.example")
	return err
}

func readBase(value, example string) (string, error) {
	u, err := parseAddress(value)
	if err != nil || strings.Trim(u.Path, "/") != "" {
		return "", fmt.Errorf("must be an https address without a path, such as %s (http only for localhost)", example)
	}
	return u.Scheme + "://" + u.Host, nil
}

var errAddress = errors.New("not an https address")

// parseAddress reads an https address, or an http one of this machine, that has no user, query or fragment.
func parseAddress(value string) (*url.URL, error) {
	u, err := url.Parse(value)
	switch {
	case err != nil, u.Hostname() == "", u.User != nil, u.RawQuery != "", u.ForceQuery, strings.Contains(value, "#"):
		return nil, errAddress
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	}
	return nil, errAddress
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func readRedisURL(c *Config, value string) error {
	s, err := storage.Open(storage.Options{URL: value})
	if err != nil {
		return fmt.Errorf("makes no sense: %w", err)
	}
	c.RedisURL = NewSecret(value)
	return s.Close() // it was not connected yet
}

func readListen(c *Config, value string) error {
	_, port, err := net.SplitHostPort(value)
	if n, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil || strconv.FormatUint(n, 10) != port {
		return errors.New("must be an address and port, such as :8080 or 127.0.0.1:8080")
	}
	c.Listen = value
	return nil
}

func readTimezone(c *Config, value string) error {
	loc, err := time.LoadLocation(value)
	if err != nil || loc == time.Local {
		return errors.New("is not a time zone: name one like Europe/London")
	}
	c.Location = loc
	return nil
}

func readSocialTeam(c *Config, value string) error {
	for i, word := range words(value) {
		if !bot.CanBeSocial(word) {
			return fmt.Errorf("has an entry (number %d) that names nobody: write an e-mail address, a Slack user's id (U…), a Slack user group's id (S…) or its handle (@social-team), or a Teams user's object id from Entra", i+1)
		}
		if !slices.Contains(c.SocialTeam, word) {
			c.SocialTeam = append(c.SocialTeam, word)
		}
	}
	return nil
}

var slackChannel = regexp.MustCompile(`^[CG][A-Z0-9]{5,20}$`)

func readSocialChannel(c *Config, value string) (err error) {
	if slackChannel.MatchString(value) {
		c.SocialChannel = clarion.Channel{Platform: clarion.Slack, ID: value}
		return nil
	}
	if c.SocialChannel, err = clarion.ParseTeamsChannel(value); err != nil {
		return errors.New("must be the id of a Slack channel, such as C0123456789, which stands at the end of “View channel details”, or what “Copy link” in the menu of a Teams channel copies")
	}
	return nil
}

var workspaceName = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

func readWorkspace(c *Config, value string) error {
	if !workspaceName.MatchString(value) {
		return errors.New("must be up to 32 of a-z, 0-9 and -, such as main")
	}
	c.Workspace = clarion.WorkspaceID(value)
	return nil
}

func readPoints(c *Config, value string) error {
	rules, err := clarion.ParseRules(value)
	if err != nil {
		return fmt.Errorf("makes no sense: %w", err)
	}
	c.Points = rules
	return nil
}

func readProxies(c *Config, value string) (err error) {
	c.TrustedProxies, err = readNetworks(value)
	return err
}

func readStaffNetworks(c *Config, value string) (err error) {
	c.StaffNetworks, err = readNetworks(value)
	return err
}

func readNetworks(value string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for i, word := range words(value) {
		prefix, err := netip.ParsePrefix(word)
		if ip, ipErr := netip.ParseAddr(word); ipErr == nil && ip.Zone() == "" {
			prefix, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("has an entry (number %d) that is no address: write addresses like 10.1.2.3 or ranges like 10.0.0.0/8", i+1)
		}
		networks = append(networks, prefix.Masked())
	}
	return networks, nil
}

const maxBurst = 1_000_000

func readBurst(c *Config, value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > maxBurst {
		return fmt.Errorf("must be a whole number from 0 to %d, such as 100", maxBurst)
	}
	c.Burst = n
	return nil
}

func readStoreHours(c *Config, value string) error {
	hours, err := clarion.ParseHours(value)
	if err != nil {
		return fmt.Errorf("makes no sense: %w", err)
	}
	c.StoreHours = hours
	return nil
}

const maxReminders = 21 // three a day

func readReminders(c *Config, value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > maxReminders {
		return fmt.Errorf("must be a whole number from 0 to %d, such as 2", maxReminders)
	}
	c.Reminders = n
	return nil
}

func readPace(c *Config, value string) error {
	if value == "off" {
		c.Pace = storage.Pace{}
		return nil
	}
	pace, err := storage.ParsePace(value)
	if err != nil {
		return fmt.Errorf("makes no sense: %w", err)
	}
	c.Pace = pace
	return nil
}

const (
	leastSecret        = 32 // characters
	conversionsSecrets = 2
)

func readConversionsSecrets(c *Config, value string) error {
	secrets := words(value)
	if len(secrets) == 0 || len(secrets) > conversionsSecrets {
		return errors.New("must be one secret, or two while one takes the other's place")
	}
	for i, secret := range secrets {
		if len(secret) < leastSecret {
			return fmt.Errorf("has a secret (number %d) of fewer than %d characters: make one with openssl rand -hex 32", i+1, leastSecret)
		}
		c.ConversionsSecrets = append(c.ConversionsSecrets, NewSecret(secret))
	}
	return nil
}

func readLogLevel(c *Config, value string) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[value]
	if !ok {
		return errors.New("must be debug, info, warn or error")
	}
	c.LogLevel = level
	return nil
}

func readLogFormat(c *Config, value string) error {
	if value != "text" && value != "json" {
		return errors.New("must be text or json")
	}
	c.LogFormat = value
	return nil
}

// words takes apart what has commas or space between its words.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) })
}

// reason says why a file cannot be used, without its path.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// settingsMarkdown returns the README's table of settings.
func settingsMarkdown() string {
	var b strings.Builder
	b.WriteString("| setting | needed | default | what it is |\n|---|---|---|---|\n")
	for _, s := range settings() {
		name, value := "`"+s.Name+"`", ""
		if s.Secret {
			name += " 🔒"
		}
		if s.Default != "" {
			value = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, s.Needed, value, s.About)
	}
	b.WriteString("\n🔒 A secret: never shown or logged. It can also come from a file that `NAME_FILE` names, as in `SLACK_BOT_TOKEN_FILE=/run/secrets/slack`.\n")
	return b.String()
}
