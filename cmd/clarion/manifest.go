package main

import (
	"context"
	"flag"

	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/manifest"
)

// runManifest prints the manifest that creates the app, in JSON.
func runManifest(_ context.Context, c Call) error {
	flags := flag.NewFlagSet("manifest", flag.ContinueOnError)
	address := flags.String("url", "", "the bot's public address")
	socket := flags.Bool("socket", false, "for Socket Mode")
	rest, err := readFlags(flags, c.Args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] != "slack" {
		return misused("manifest: name the platform: clarion manifest slack --url https://clarion.example.com")
	}
	var cfg Config
	switch {
	case *address != "":
		if err := readPublicURL(&cfg, *address); err != nil {
			return misused("manifest: --url %v", err)
		}
	case !*socket:
		return misused("manifest: say where Slack reaches the bot: --url https://clarion.example.com, or --socket when it can't")
	}
	text, err := manifest.JSON(manifest.Slack(manifest.Options{URL: cfg.PublicURL, Socket: *socket}, commands.NewTable(commands.Config{}).Slashes()))
	if err != nil {
		return err
	}
	_, err = c.Out.Write(text)
	return err
}
