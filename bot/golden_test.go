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

func TestGoldenEverythingThatTheBotSays(t *testing.T) {
	dir := filepath.Join("testdata", "golden")
	scenes := play(t, nice())
	if *update {
		must(t, os.RemoveAll(dir))
		must(t, os.MkdirAll(dir, 0o750))
	}
	for name, d := range scenes {
		if problems := d.problems(); len(problems) > 0 {
			t.Errorf("Slack refuses %s: %v\n%s", name, problems, marshal(t, d))
		}
		if strings.HasSuffix(name, "-notice") {
			continue // the same parts in another frame
		}
		got := changing.ReplaceAllStringFunc(string(marshal(t, d)), func(s string) string { return s[:len("go.acme.example/l/")] + "CODE" })
		path := filepath.Join(dir, name+".json")
		if *update {
			must(t, os.WriteFile(path, []byte(got), 0o600))
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%v. %s", err, hint)
			continue
		}
		if got != string(want) {
			t.Errorf("%s is not what %s has.\n%s\n%s", name, path, difference(string(want), got), hint)
		}
	}
	if files, err := filepath.Glob(filepath.Join(dir, "*.json")); err == nil {
		for _, path := range files {
			if _, ok := scenes[strings.TrimSuffix(filepath.Base(path), ".json")]; !ok {
				t.Errorf("%s is of nothing that the bot says. %s", path, hint)
			}
		}
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
