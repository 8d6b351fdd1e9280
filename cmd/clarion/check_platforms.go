package main

import (
	"context"
	"fmt"

	"github.com/clarion-bot/clarion/bot"
)

// isSet says whether one of the settings is set, however wrong.
func (c Config) isSet(names ...string) bool {
	for _, name := range names {
		if c.set[name] != "" {
			return true
		}
	}
	return false
}

// off is said of a platform that the bot is not in, beside another that it is in.
const off = "off"

func (k *checking) slack(ctx context.Context, cfg Config) string {
	fmt.Fprintln(k.c.Out, "Slack")
	if !cfg.hasSlack() {
		if !cfg.isSet("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN") && cfg.isSet("TEAMS_APP_ID", "TEAMS_INSECURE_LOOPBACK") {
			k.ok("switched off: nothing of it is set")
			return off
		}
		k.problem("not asked: SLACK_BOT_TOKEN is not set or makes no sense")
		return "unknown"
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	who, err := bot.Ping(ctx, cfg.SlackBotToken.Reveal(), cfg.SlackAPIURL)
	if err != nil {
		k.problem("%v: see that this machine reaches Slack and that SLACK_BOT_TOKEN is the app's", err)
		return outcome(false)
	}
	k.ok("%s", who)
	return outcome(true)
}

func (k *checking) teams(ctx context.Context, cfg Config) string {
	fmt.Fprintln(k.c.Out, "Teams")
	switch {
	case cfg.TeamsInsecure:
		k.warn("TEAMS_INSECURE_LOOPBACK is set: anybody on this machine can do everything in anybody's name")
		return outcome(true)
	case !cfg.isSet("TEAMS_APP_ID", "TEAMS_APP_PASSWORD", "TEAMS_TENANT_ID"):
		k.ok("switched off: nothing of it is set")
		return off
	case cfg.TeamsAppID == "" || cfg.TeamsTenant == "" || !cfg.TeamsPassword.IsSet():
		k.problem("not asked: TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID are not all set, or make no sense")
		return "unknown"
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	err := bot.PingTeams(ctx, bot.TeamsConfig{
		AppID: cfg.TeamsAppID, Password: cfg.TeamsPassword.Reveal(), Tenant: cfg.TeamsTenant,
		MetadataURL: cfg.TeamsMetadataURL, TokenURL: cfg.TeamsTokenURL,
	})
	if err != nil {
		k.problem("%v", err)
		return outcome(false)
	}
	k.ok("Microsoft gives the bot %s a token, and says with which keys it signs", cfg.TeamsAppID)
	return outcome(true)
}
