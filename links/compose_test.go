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

// A partner chooses the words of a button, and none of the choices is without the fixed ones.
func TestWhateverAButtonCarriesHasTheFixedWordsWhole(t *testing.T) {
	c := campaign()
	c.Disclosure = "I work here"
	for _, caption := range []string{"", "My window", strings.Repeat("long ", 160), "i WORK here and " + strings.Repeat("long ", 160) + "#OurSpring"} {
		for _, n := range clarion.Networks() {
			composed := Compose(n, c, caption, link)
			carried, err := url.QueryUnescape(composed.URL)
			if err != nil {
				t.Fatal(err)
			}
			texts := []string{composed.Text}
			if composed.Carried {
				texts = append(texts, carried)
			}
			for _, text := range texts {
				for _, fixed := range []string{"i work here", "#ourspring", link} {
					if !strings.Contains(strings.ToLower(text), fixed) {
						t.Errorf("%s: %q is not in %q", n.Label(), fixed, text)
					}
				}
			}
		}
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
