package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/manifest"
)

// manifestFlags are the flags of both platforms.
type manifestFlags struct {
	url       string
	socket    bool   // Slack's; all below are Teams'
	appID     string // empty: TEAMS_APP_ID
	version   string // empty: the program's
	developer string
	privacy   string // empty: the public address
	terms     string // likewise
	out       string // empty: the manifest alone, to standard output; "-": the package there
}

// ofPlatform says which flags each platform has.
func ofPlatform() map[string][]string {
	return map[string][]string{
		"slack": {"url", "socket"},
		"teams": {"url", "app-id", "app-version", "developer", "privacy-url", "terms-url", "o"},
	}
}

// runManifest makes what creates the app: for Slack the manifest in JSON, for Teams that and the package with its icons.
func runManifest(_ context.Context, c Call) error {
	var f manifestFlags
	flags := flag.NewFlagSet("manifest", flag.ContinueOnError)
	flags.StringVar(&f.url, "url", "", "the bot's public `address`: https://clarion.example.com")
	flags.BoolVar(&f.socket, "socket", false, "Slack: for Socket Mode")
	flags.StringVar(&f.appID, "app-id", "", "Teams: the application (client) `ID` of the app registration (default: TEAMS_APP_ID)")
	flags.StringVar(&f.version, "app-version", "", "Teams: the app's `version`, which an update has to raise (default: the program's, else 1.0.0)")
	flags.StringVar(&f.developer, "developer", "Clarion", "Teams: the `name` of who runs the bot")
	flags.StringVar(&f.privacy, "privacy-url", "", "Teams: the `address` of your privacy notice (default: that of --url)")
	flags.StringVar(&f.terms, "terms-url", "", "Teams: the `address` of your terms of use (default: that of --url)")
	flags.StringVar(&f.out, "o", "", "Teams: write the app's package to this `file`, or to standard output for - (default: print the manifest alone)")
	rest, err := readFlags(flags, c.Args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(c.Out, "Usage: clarion manifest slack --url https://… [--socket]\n       clarion manifest teams --url https://… [--app-id ID] [-o clarion.zip]\n\n")
		flags.SetOutput(c.Out)
		flags.PrintDefaults()
		return nil
	}
	if err != nil {
		return err
	}
	if len(rest) != 1 || ofPlatform()[rest[0]] == nil {
		return misused("manifest: name the platform: clarion manifest slack --url https://clarion.example.com, or teams")
	}
	flags.Visit(func(set *flag.Flag) {
		if err == nil && !slices.Contains(ofPlatform()[rest[0]], set.Name) {
			err = misused("manifest: %s has no --%s", rest[0], set.Name)
		}
	})
	if err != nil {
		return err
	}
	if rest[0] == "teams" {
		return teamsManifest(c, f)
	}
	return slackManifest(c, f)
}

func slackManifest(c Call, f manifestFlags) error {
	var cfg Config
	switch {
	case f.url != "":
		if err := readPublicURL(&cfg, f.url); err != nil {
			return misused("manifest: --url %v", err)
		}
	case !f.socket:
		return misused("manifest: say where Slack reaches the bot: --url https://clarion.example.com, or --socket when it can't")
	}
	text, err := manifest.JSON(manifest.Slack(manifest.Options{URL: cfg.PublicURL, Socket: f.socket}, commands.NewTable(commands.Config{}).Slashes()))
	if err != nil {
		return err
	}
	_, err = c.Out.Write(text)
	return err
}

// httpsOnly says whether an address is one that Teams takes; it takes none of this machine.
func httpsOnly(address string) bool { return strings.HasPrefix(strings.ToLower(address), "https://") }
