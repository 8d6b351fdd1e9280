package clarion

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const link = "https://clarion.example/l/0123456789abcdef"

func spring() Campaign {
	return Campaign{ID: "spring", Title: "Spring", Hashtag: "#OurSpring", Captions: []Caption{{Text: "My window today"}}}
}

func TestTheDisclosureAndTheHashtagAreInEveryCaption(t *testing.T) {
	c := spring()
	c.Disclosure = "I work here."
	for caption, want := range map[string]string{
		"Come now":                          "Come now I work here. #OurSpring\n" + link,
		"I WORK HERE. Come":                 "I WORK HERE. Come #OurSpring\n" + link,
		"I work here.\nCome #ourspring":     "I work here.\nCome #ourspring\n" + link,
		"I work here.Come":                  "I work here.Come #OurSpring\n" + link,
		"":                                  "I work here. #OurSpring\n" + link,
		"Taxi work here. #OurSpringSale ok": "Taxi work here. #OurSpringSale ok I work here. #OurSpring\n" + link,
	} {
		if got := c.Fill(WhatsApp, caption, link); got != want {
			t.Errorf("Fill(%q) = %q, want %q", caption, got, want)
		}
	}
	long := c.Fill(X, strings.Repeat("tulip ", 100)+"I work here. #OurSpring", link)
	if words, ok := strings.CutSuffix(long, " I work here. #OurSpring\n"+link); !ok || !strings.HasSuffix(words, "tulip…") || weigh(words)+23+len(" I work here. #OurSpring\n") > 280 {
		t.Errorf("a long caption became %q", long)
	}
	c.Hashtag = ""
	if got := c.Fill(X, "Come", link); got != "Come I work here.\n"+link {
		t.Errorf("without a hashtag: %q", got)
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
			text := spring().Fill(X, caption, link)
			words, found := strings.CutSuffix(text, "\n"+link)
			if !found || !hasWords(words, "#OurSpring") || !utf8.ValidString(text) {
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
		words, found := strings.CutSuffix(spring().Fill(X, caption, link), "\n"+link)
		if !found || !hasWords(words, "#OurSpring") || weigh(words)+1+linkWeight > 280 {
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
		if got := spring().Fill(WhatsApp, caption, link); got != want {
			t.Errorf("Fill(%q) = %q, want %q", caption, got, want)
		}
	}
}

func TestCaptionsRotateOverTurnsAndNeverLoseOne(t *testing.T) {
	c := spring()
	c.Captions = []Caption{{Text: "one"}, {Text: "two"}, {Text: "three"}, {Network: X, Text: "own"}}
	for turn, want := range [][]int{{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {0, 1, 2}} {
		if order := c.CaptionOrder(Facebook, turn); !slices.Equal(order, want) || c.Captions[want[0]].Text != c.CaptionAt(Facebook, turn, -1) {
			t.Errorf("turn %d has order %v, want %v", turn, order, want)
		}
		if x := c.CaptionOrder(X, turn); !slices.Equal(x, append([]int{3}, want...)) {
			t.Errorf("on X turn %d has order %v", turn, x)
		}
	}
	if got := (Campaign{Hashtag: "#Tag"}).Fill(X, "", link); got != "#Tag\n"+link {
		t.Errorf("without captions: %q", got)
	}
}

func TestWhatFitsAtAGlanceFitsWhenItIsWeighed(t *testing.T) {
	for _, text := range []string{"", "tulip", "a.co", "花花花", strings.Repeat("x", 200), "🇬🇧🇬🇧", "see a.co now"} {
		for room := range 420 {
			if fits(text, room) != (weigh(text) <= room) {
				t.Fatalf("%q, which weighs %d, and a room of %d", text, weigh(text), room)
			}
		}
	}
}
