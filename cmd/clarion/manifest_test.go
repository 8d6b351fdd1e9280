package main

import (
	"archive/zip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const testAppID = "6f1d2c3b-1111-4222-8333-944455556666"

func TestManifestPrintsThatOfTeams(t *testing.T) {
	for name, c := range map[string]called{
		"by a flag":    call(t, env(), "manifest", "teams", "--url", "https://clarion.example.com/", "--app-id", strings.ToUpper(testAppID), "--app-version", "1.0.7"),
		"by a setting": call(t, env("TEAMS_APP_ID="+testAppID), "manifest", "--url", "https://clarion.example.com", "teams", "--app-version=1.0.7", "--privacy-url", "https://clarion.example.com"),
	} {
		var m struct {
			ID, Version string
			Bots        []struct{ BotID string }
			Developer   map[string]string
		}
		if err := json.Unmarshal([]byte(c.out), &m); c.err != nil || err != nil {
			t.Fatalf("%s: %v, %v:\n%s", name, c.err, err, c.out)
		}
		if m.ID != testAppID || len(m.Bots) != 1 || m.Bots[0].BotID != testAppID || m.Version != "1.0.7" {
			t.Errorf("%s: it is %+v", name, m)
		}
		for field, address := range m.Developer {
			if field != "name" && address != "https://clarion.example.com" {
				t.Errorf("%s: %s is %q", name, field, address)
			}
		}
	}
}

func TestManifestWritesThePackageOfTeams(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clarion.zip")
	args := []string{"manifest", "teams", "--url", "https://clarion.example.com", "--app-id", testAppID, "-o"}
	for range 2 { // it replaces what is there
		if c := call(t, env(), append(args, path)...); c.err != nil || !strings.Contains(c.out, "Upload it in the Teams admin center") {
			t.Fatalf("it says %q, %v", c.out, c.err)
		}
	}
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if len(r.File) != 3 {
		t.Errorf("it has %d files, want 3", len(r.File))
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if c := call(t, env(), append(args, "-")...); c.err != nil || c.out != string(written) {
		t.Errorf("with - it writes other bytes, or %v", c.err)
	}
	nowhere := filepath.Join(t.TempDir(), "no", "clarion.zip")
	if c := call(t, env(), append(args, nowhere)...); exitCode(c.err) != 1 || errorText(c.err) != "manifest: "+nowhere+" cannot be written: no such file or directory" {
		t.Errorf("for a folder that is not there it says %v", c.err)
	}
}

func TestWhatIsWrongWithTheManifestOfTeamsIsASentence(t *testing.T) {
	const good = "--url https://clarion.example.com --app-id " + testAppID
	for line, want := range map[string]string{
		"--url https://clarion.example.com":              "manifest: say which app it is: set TEAMS_APP_ID, or give --app-id",
		"--app-id " + testAppID:                          "manifest: say where Teams reaches the bot: --url",
		"--url http://clarion.example.com":               "manifest: --url must be an https address",
		"--url http://localhost:8080":                    "manifest: --url must be an https address",
		"--url https://clarion.example.com/bot":          "manifest: --url must be an https address without a path",
		"--url https://a.example --app-id 123":           "manifest: the app's ID must look like 0000",
		"--url https://a.example --app-id {" + testAppID: "manifest: the app's ID must look like 0000",
		good + " --app-version v1":                       "manifest: --app-version must be three numbers",
		good + " --developer ":                           "manifest: flag needs an argument",
		good + " --developer=":                           "manifest: --developer must have 1 to 32 characters",
		good + " --developer=" + strings.Repeat("ü", 33): "manifest: --developer must have 1 to 32 characters",
		good + " --privacy-url http://a.example":         "manifest: --privacy-url must be an https address",
		good + " --terms-url http://localhost":           "manifest: --terms-url must be an https address",
		good + " --socket":                               "manifest: teams has no --socket",
	} {
		c := call(t, env(), append([]string{"manifest", "teams"}, strings.Fields(line)...)...)
		if exitCode(c.err) != 2 || !strings.HasPrefix(errorText(c.err), want) || c.out != "" {
			t.Errorf("clarion manifest teams %s: %v; want %s …", line, c.err, want)
		}
	}
	if c := call(t, env(), "manifest", "slack", "--socket", "-o", "clarion.zip"); errorText(c.err) != "manifest: slack has no --o" {
		t.Errorf("clarion manifest slack -o: %v", c.err)
	}
}

func TestManifestTellsTheFlagsOfBothPlatforms(t *testing.T) {
	c := call(t, env(), "manifest", "-h")
	for platform, flags := range ofPlatform() {
		for _, name := range append(flags, "manifest "+platform) {
			if c.err != nil || !strings.Contains(c.out, name) {
				t.Errorf("clarion manifest -h does not tell of %s:\n%s", name, c.out)
			}
		}
	}
}
