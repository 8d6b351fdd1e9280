package links

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

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

func TestALongCaptionIsCutAtAWordAndNeverAtHashtagOrLink(t *testing.T) {
	for name, caption := range map[string]string{
		"words":          strings.Repeat("tulip ", 133),
		"no space":       strings.Repeat("x", 800),
		"emoji":          strings.Repeat("👩🏽‍🌾", 200),
		"flags":          strings.Repeat("🇬🇧", 200),
		"Japanese":       strings.Repeat("花", 400),
		"addresses":      strings.Repeat("a.co ", 100),
		"hashtag within": strings.Repeat("tulip ", 60) + "#OurSpring " + strings.Repeat("tulip ", 60),
		"hashtag first":  "#ourspring " + strings.Repeat("tulip ", 100),
		"just too long":  strings.Repeat("y", 245) + " z",
	} {
		t.Run(name, func(t *testing.T) {
			text := Fill(campaign(), clarion.X, caption, link)
			words, found := strings.CutSuffix(text, "\n"+link)
			if !found || !hasHashtag(words, "#OurSpring") || !utf8.ValidString(text) {
				t.Fatalf("hashtag or link is not whole: %q", text)
			}
			if weight := weigh(words) + 1 + linkWeight; weight > 280 {
				t.Errorf("weighs %d: %q", weight, text)
			}
			body, _, _ := strings.Cut(words, "…")
			if !strings.HasPrefix(caption, body) {
				t.Errorf("the words were changed: %q", words)
			}
			if rest, _ := strings.CutPrefix(caption, body); name == "words" && rest != "" && rest[0] != ' ' {
				t.Errorf("cut within a word: %q", words)
			}
			if name == "flags" && len(body)%len("🇬🇧") != 0 {
				t.Errorf("cut within a flag: %q", body)
			}
			if name != "hashtag first" && body == "#OurSpring" {
				t.Error("nothing is left of the caption")
			}
			if last, _ := utf8.DecodeLastRuneInString(body); last == '\u200d' || strings.HasSuffix(body, "👩") {
				t.Errorf("cut within a character: %q", body)
			}
		})
	}
}

func FuzzAnyCaptionFitsX(f *testing.F) {
	for _, s := range []string{"", "tulip", strings.Repeat("a.b ", 90), strings.Repeat("👩🏽‍🌾", 99), "#OurSpring", "…", "\r\n\r\n", strings.Repeat("x", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, caption string) {
		if !utf8.ValidString(caption) {
			t.Skip()
		}
		words, found := strings.CutSuffix(Fill(campaign(), clarion.X, caption, link), "\n"+link)
		if !found || !hasHashtag(words, "#OurSpring") || weigh(words)+linkRoom > 280 {
			t.Errorf("%q gives %q, which weighs %d", caption, words, weigh(words))
		}
	})
}

func TestWeighCountsAsX(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "tulip": 5, "é": 1, "花": 2, "🌷": 2, "a – b’s “c”": 11,
		"https://clarion.example/l": 25, "see a.co now": 31, "end. Next": 9, "3.5": 23, "…": 2,
	} {
		if got := weigh(text); got != want {
			t.Errorf("weigh(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestACaptionThatHasTheHashtagDoesNotGetItTwice(t *testing.T) {
	for caption, want := range map[string]string{
		"Come #OurSpring now": "Come #OurSpring now\n" + link,
		"come #ourspring":     "come #ourspring\n" + link,
		"#OurSpringSale":      "#OurSpringSale #OurSpring\n" + link,
		"":                    "#OurSpring\n" + link,
	} {
		if got := Fill(campaign(), clarion.WhatsApp, caption, link); got != want {
			t.Errorf("Fill(%q) = %q, want %q", caption, got, want)
		}
	}
}

func TestCaptionsRotateOverPartnersAndNeverLoseOne(t *testing.T) {
	c := campaign()
	c.Captions = []clarion.Caption{{Text: "one"}, {Text: "two"}, {Text: "three"}, {Network: clarion.X, Text: "own"}}
	first := map[string]int{}
	for i := range 300 {
		seed := fmt.Sprint("partner-", i)
		captions := Captions(c, clarion.Facebook, seed, link)
		if len(captions) != 3 || captions[0].Text != Caption(c, clarion.Facebook, seed, link) {
			t.Fatalf("captions %v", captions)
		}
		if !slices.Equal(captions, Captions(c, clarion.Facebook, seed, link)) {
			t.Fatal("two orders for one partner")
		}
		first[captions[0].Text]++
		if x := Captions(c, clarion.X, seed, link); len(x) != 4 || x[0].Index != 3 {
			t.Fatalf("X begins with %v", x)
		}
	}
	for text, n := range first {
		if n < 60 {
			t.Errorf("%q is first for %d of 300 partners", text, n)
		}
	}
	if len(first) != 3 {
		t.Errorf("first captions: %v", first)
	}
	if got := Caption(clarion.Campaign{Hashtag: "#Tag"}, clarion.X, "p", link); got != "#Tag\n"+link {
		t.Errorf("without captions: %q", got)
	}
}
