package bot

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

var update = flag.Bool("update", false, "write the golden files anew")

const hint = "If this is as it should be: go test ./bot -run Golden -update, and read the difference before committing it."

func errorsAs(err error, target **chat.RefusedError) bool { return errors.As(err, target) }

// nice are the names of a good day.
func nice() cast {
	slack := func(id string) []clarion.Channel { return []clarion.Channel{{Platform: clarion.Slack, ID: id}} }
	return cast{
		stores: []clarion.Store{
			{ID: "kingston", Name: "Kingston", Region: "London", Headcount: 12, Channels: slack(kingston)},
			{ID: "leeds", Name: "Leeds", Region: "North", Channels: slack(leeds)},
			{ID: "york", Name: "York", Region: "North", Channels: slack(vault)},
			{ID: "derby", Name: "Derby"},
		},
		partners: []string{"Jo Lee", "Sam Hill"},
		campaign: clarion.Campaign{
			Title: "Our Christmas advert", Text: "Two hours before it is on television, it is yours to share.\n\nHave fun!",
			Target: "https://www.example.com/christmas", Image: "https://www.example.com/christmas.jpg", Hashtag: "#OurChristmas",
			Captions: []clarion.Caption{{Text: "Look what we made"}, {Text: "See it first"}, {Network: clarion.X, Text: "It is here"}},
			Networks: clarion.Networks(),
		},
	}
}

// changing is what differs from run to run: codes and tokens, which come from a random secret.
var changing = regexp.MustCompile(`go\.acme\.example/[ls]/[0-9a-z]+`)

// platforms are the folders of the golden files: each thing that the bot says has a file in both, made from one source.
var platforms = []string{"slack", "teams"}

// isVariant says whether a scene is another one of Slack's own drawings of what another scene says: without figures, for a
// workspace that has none, or in another frame.
func isVariant(name string) bool {
	return strings.HasSuffix(name, "-plain") || strings.HasSuffix(name, "-notice")
}

// packed is a form's drawing of itself: what is in it stands beside it already.
var packed = regexp.MustCompile(`"drawn": "[^"]*"`)

func TestGoldenEverythingThatTheBotSays(t *testing.T) {
	scenes := play(t, nice())
	if *update {
		for _, platform := range platforms {
			must(t, os.RemoveAll(goldenPath(platform, "")))
			must(t, os.MkdirAll(goldenPath(platform, ""), 0o750))
		}
	}
	for name, d := range scenes {
		if problems := d.problems(); len(problems) > 0 {
			t.Errorf("Slack refuses %s: %v\n%s", name, problems, marshal(t, d))
		}
		if strings.HasSuffix(name, "-notice") {
			continue // the same parts in another frame
		}
		golden(t, "slack", name, marshal(t, d))
		if isVariant(name) {
			continue
		}
		if d.Teams == nil {
			t.Errorf("%s is said in Slack alone", name)
			continue
		}
		golden(t, "teams", name, d.Teams)
	}
	for _, platform := range platforms {
		files, err := filepath.Glob(goldenPath(platform, "*"))
		must(t, err)
		for _, path := range files {
			if name := strings.TrimSuffix(filepath.Base(path), ".json"); scenes[name].Teams == nil && !isVariant(name) {
				t.Errorf("%s is of nothing that the bot says. %s", path, hint)
			}
		}
	}
}

func goldenPath(platform, name string) string {
	if name == "" {
		return filepath.Join("testdata", "golden", platform)
	}
	return filepath.Join("testdata", "golden", platform, name+".json")
}

// golden compares what is drawn with its file.
func golden(t *testing.T, platform, name string, drawn []byte) {
	t.Helper()
	got := changing.ReplaceAllStringFunc(string(drawn), func(s string) string { return s[:len("go.acme.example/l/")] + "CODE" })
	got = packed.ReplaceAllString(got, `"drawn": "PACKED"`)
	path := goldenPath(platform, name)
	if *update {
		must(t, os.WriteFile(path, []byte(got), 0o600))
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("%v. %s", err, hint)
		return
	}
	if got != string(want) {
		t.Errorf("%s is not what %s has.\n%s\n%s", name, path, difference(string(want), got), hint)
	}
}

// difference shows the first lines that differ.
func difference(want, got string) string {
	wants, gots := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range wants {
		if i >= len(gots) || wants[i] != gots[i] {
			return fmt.Sprintf("line %d: want %s\n         got %s", i+1, wants[i], strings.Join(gots[min(i, len(gots)):min(i+1, len(gots))], ""))
		}
	}
	return fmt.Sprintf("%d lines follow", len(gots)-len(wants))
}
