package links

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/clarion-bot/clarion"
)

var update = flag.Bool("update", false, "write the golden files anew")

const link = "https://clarion.example/l/0123456789abcdef"

func TestComposeOpensEachNetworkAsItsPageSays(t *testing.T) {
	var got strings.Builder
	for _, caption := range []string{
		"My window today",
		"Flowers & more: 50% off? a=b+c #1 🌷👩🏽‍🌾\nSecond line; \"quoted\" é",
		strings.TrimSpace(strings.Repeat("A long caption that goes on. ", 20)),
	} {
		for _, n := range clarion.Networks() {
			c := Compose(n, campaign(), caption, link)
			fmt.Fprintf(&got, "== %s carried=%t\n%s\n-- %s\n", n, c.Carried, c.URL, strings.ReplaceAll(c.Text, "\n", "⏎"))
		}
	}
	const golden = "testdata/compose.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("differs from %s; look at it and run go test ./links -update\n%s", golden, got.String())
	}
}

func TestEveryNetworkIsInTheTable(t *testing.T) {
	for _, n := range clarion.Networks() {
		if _, ok := composers[n]; !ok {
			t.Errorf("%s is not in composers", n)
		}
	}
	if len(composers) != len(clarion.Networks()) {
		t.Errorf("%d composers for %d networks", len(composers), len(clarion.Networks()))
	}
}

func TestAComposersAddressGivesBackExactlyTheWords(t *testing.T) {
	for _, caption := range []string{"a & b", "line one\nline two", "100% + 5 = ?", "🌷 tulips 👩🏽‍🌾", `"<script>"`, "ünï©ødé;#frag", "&url=https://evil.example"} {
		for n, parameter := range map[clarion.Network]string{clarion.X: "text", clarion.WhatsApp: "text", clarion.Facebook: "u", clarion.LinkedIn: "url", clarion.Email: "body"} {
			composed := Compose(n, campaign(), caption, link)
			u, err := url.Parse(composed.URL)
			if err != nil {
				t.Fatal(err)
			}
			want := map[clarion.Network]string{
				clarion.X: caption + " #OurSpring", clarion.WhatsApp: composed.Text, clarion.Facebook: link, clarion.LinkedIn: link,
				clarion.Email: strings.ReplaceAll(composed.Text, "\n", "\r\n"),
			}[n]
			values := u.Query()[parameter]
			if len(values) != 1 || values[0] != want || strings.Contains(composed.URL, "+") || strings.ContainsAny(composed.URL, "\n\r \"<>") {
				t.Errorf("%s: %q in %s gives %q, want %q", n, caption, composed.URL, values, want)
			}
		}
	}
}
