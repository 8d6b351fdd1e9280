package manifest

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clarion-bot/clarion/commands"
)

func teamsMade(t *testing.T) TeamsManifest {
	t.Helper()
	m, err := Teams(TeamsOptions{
		URL: "https://clarion.example.com:8443", AppID: "6f1d2c3b-1111-4222-8333-944455556666", Version: "1.2.3", Developer: "Example Ltd",
		Privacy: "https://www.example.com/privacy", Terms: "https://www.example.com/terms",
	}, table())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func table() []commands.Command { return commands.NewTable(commands.Config{}).Commands() }

func TestTheTeamsManifestIsAsLastReviewed(t *testing.T) {
	got, err := JSON(teamsMade(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "teams.json")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what is made now; if that is right, run: make golden\n%s", path, got)
	}
}

// The limits are those of the schema; .ci/manifest judges a manifest by the schema itself. Of a command they are those of
// older schemas, which are narrower, since menus were drawn for them.
func TestTheTeamsManifestIsWithinTeamsLimits(t *testing.T) {
	m := teamsMade(t)
	type limit struct {
		what, text string
		most       int
	}
	limits := []limit{
		{"name.short", m.Name.Short, 30}, {"name.full", m.Name.Full, 100},
		{"description.short", m.Description.Short, 80}, {"description.full", m.Description.Full, 4000},
		{"version", m.Version, 256}, {"developer.name", m.Developer.Name, 32},
		{"websiteUrl", m.Developer.Website, 2048}, {"privacyUrl", m.Developer.Privacy, 2048}, {"termsOfUseUrl", m.Developer.Terms, 2048},
	}
	for _, l := range m.Bots[0].CommandLists {
		if n := len(l.Commands); n < 1 || n > mostSuggested {
			t.Errorf("%v has %d commands, want 1 to %d: choose in teamsCommands what to leave out", l.Scopes, n, mostSuggested)
		}
		for _, c := range l.Commands {
			limits = append(limits, limit{"title", c.Title, 32}, limit{"description of " + c.Title, c.Description, 128})
		}
	}
	if n := len(m.Bots[0].CommandLists); n > 3 {
		t.Errorf("there are %d lists of commands, want 3 at most", n)
	}
	for _, l := range limits {
		if n := utf8.RuneCountInString(l.text); n < 1 || n > l.most {
			t.Errorf("%s has %d characters, want 1 to %d", l.what, n, l.most)
		}
	}
	if m.Name.Short == m.Name.Full || m.Description.Short == m.Description.Full || strings.Contains(m.Description.Full, m.Description.Short) {
		t.Error("a short text is the long one, or a part of it")
	}
	if !slices.Equal(m.ValidDomains, []string{"clarion.example.com"}) {
		t.Errorf("the domains are %q, want the host alone", m.ValidDomains)
	}
}

func TestWhatTeamsSuggestsIsInTheCommandsTable(t *testing.T) {
	known := []string{"home"} // which is the bot's own word in Teams, for Slack's Home tab
	for _, c := range table() {
		known = append(known, typed(c))
	}
	for _, l := range teamsMade(t).Bots[0].CommandLists {
		seen := map[string]bool{}
		for _, c := range l.Commands {
			if !slices.Contains(known, c.Title) || seen[c.Title] {
				t.Errorf("%v suggests %q, which is no command or suggested already", l.Scopes, c.Title)
			}
			seen[c.Title] = true
		}
		for _, always := range []string{"help", "leaderboard", "points", "drop campaign"} {
			if !seen[always] {
				t.Errorf("%v does not suggest %q", l.Scopes, always)
			}
		}
		if link := slices.Contains(l.Scopes, "team"); seen["store link"] != link || seen["home"] == link {
			t.Errorf("%v suggests store link: %v, home: %v", l.Scopes, seen["store link"], seen["home"])
		}
	}
}

func TestWhatIsLeftOutOfTheSuggestionsIsACommand(t *testing.T) {
	inGroups, alone := leftOut()
	for _, line := range append(inGroups, alone...) {
		if !slices.ContainsFunc(table(), func(c commands.Command) bool { return c.Line() == line }) {
			t.Errorf("%q is left out, and there is no such command", line)
		}
	}
}

func TestTeamsTakesThreeNumbersAsAVersion(t *testing.T) {
	for program, want := range map[string]string{
		"1.2.3": "1.2.3", "v1.2.3": "1.2.3", "v1.2.4-0.20261128102130-628c52a0dead+dirty": "1.2.4", "2.0.0-rc.1": "2.0.0",
		"v0.0.0-20261128102130-628c52a0dead": "1.0.0", "(devel)": "1.0.0", "unknown": "1.0.0", "ci": "1.0.0", "": "1.0.0", "1.2": "1.0.0", "01.2.3": "1.0.0",
		"1.2.34567890123": "1.2.345678901",
	} {
		if got := AppVersion(program); got != want {
			t.Errorf("%q is version %q of the app, want %q", program, got, want)
		}
	}
}

func TestTheTeamsPackageHasTheManifestAndItsIcons(t *testing.T) {
	m := teamsMade(t)
	file, err := TeamsPackage(m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	content := map[string][]byte{}
	for _, f := range r.File {
		opened, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if content[f.Name], err = io.ReadAll(opened); err != nil {
			t.Fatal(err)
		}
		if f.Modified.UTC().Year() != 1980 {
			t.Errorf("%s is of %v, so tomorrow's package would have other bytes", f.Name, f.Modified)
		}
	}
	text, err := JSON(m)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != 3 || !bytes.Equal(content["manifest.json"], text) || len(content[m.Icons.Color]) == 0 || len(content[m.Icons.Outline]) == 0 {
		t.Errorf("the package has %d files, and among them not the manifest and its icons", len(r.File))
	}
	again, err := TeamsPackage(m)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file, again) {
		t.Error("the second package of one manifest has other bytes")
	}
}
