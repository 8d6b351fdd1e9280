package main

import (
	"cmp"
	"fmt"
	"os"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/manifest"
)

// teamsManifest prints the manifest of the Teams app, or writes the package of which it is a part.
func teamsManifest(c Call, f manifestFlags) error {
	options, err := readTeamsOptions(c, f)
	if err != nil {
		return err
	}
	m, err := manifest.Teams(options, commands.NewTable(commands.Config{}).Commands())
	if err != nil {
		return err
	}
	if f.out == "" {
		text, err := manifest.JSON(m)
		if err == nil {
			_, err = c.Out.Write(text)
		}
		return err
	}
	file, err := manifest.TeamsPackage(m)
	if err != nil {
		return err
	}
	if f.out == "-" {
		_, err = c.Out.Write(file)
		return err
	}
	if err := os.WriteFile(f.out, file, 0o644); err != nil { //nolint:gosec // there is no secret in it, and others upload it
		return fmt.Errorf("manifest: %s cannot be written: %s", f.out, reason(err))
	}
	_, err = fmt.Fprintf(c.Out, "%s has version %s of the Teams app %s.\nUpload it in the Teams admin center: Teams apps, Manage apps, Upload new app.\n", f.out, m.Version, m.ID)
	return err
}

// The lengths that the schema of the manifest allows.
const (
	mostDeveloper = 32
	mostAddress   = 2048
)

func readTeamsOptions(c Call, f manifestFlags) (o manifest.TeamsOptions, err error) {
	if f.url == "" {
		return o, misused("manifest: say where Teams reaches the bot: --url https://clarion.example.com")
	}
	var cfg Config
	if err := readPublicURL(&cfg, f.url); err != nil || !httpsOnly(cfg.PublicURL) || len(cfg.PublicURL) > mostAddress {
		return o, misused("manifest: --url must be an https address without a path, such as https://clarion.example.com; Teams takes no other")
	}
	o = manifest.TeamsOptions{URL: cfg.PublicURL, Developer: f.developer, Version: manifest.AppVersion(programVersion())}
	id := cmp.Or(f.appID, c.Env("TEAMS_APP_ID"))
	if id == "" {
		return o, misused("manifest: say which app it is: set TEAMS_APP_ID, or give --app-id, to the Application (client) ID of your app registration in Microsoft Entra")
	}
	if o.AppID, err = readAppID(id); err != nil {
		return o, misused("manifest: the app's ID %v", err)
	}
	if f.version != "" {
		if o.Version = manifest.AppVersion(f.version); o.Version != f.version {
			return o, misused("manifest: --app-version must be three numbers, such as 1.0.1")
		}
	}
	if n := utf8.RuneCountInString(o.Developer); n < 1 || n > mostDeveloper {
		return o, misused("manifest: --developer must have 1 to %d characters", mostDeveloper)
	}
	for _, page := range []struct {
		flag, value string
		into        *string
	}{{"privacy-url", f.privacy, &o.Privacy}, {"terms-url", f.terms, &o.Terms}} {
		*page.into = cmp.Or(page.value, o.URL)
		if page.value == "" {
			continue
		}
		if _, err := parseAddress(page.value); err != nil || !httpsOnly(page.value) || len(page.value) > mostAddress {
			return o, misused("manifest: --%s must be an https address, such as https://www.example.com/privacy", page.flag)
		}
	}
	return o, nil
}

// readAppID reads the ID of an app registration, as it stands in Azure.
func readAppID(value string) (string, error) {
	id, err := uuid.Parse(value)
	if err != nil || len(value) != len(id.String()) {
		return "", fmt.Errorf("must look like 00000000-0000-0000-0000-000000000000: copy the Application (client) ID from your app registration's page “Overview”")
	}
	return id.String(), nil
}
