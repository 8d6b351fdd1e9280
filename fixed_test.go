package clarion

import (
	"slices"
	"strings"
	"testing"
)

func TestPiecesSetTheFixedWordsApartWhereverTheyStand(t *testing.T) {
	c := spring()
	c.Disclosure = "I work here"
	for text, want := range map[string][]Piece{
		"":                                     nil,
		"Come":                                 {{Text: "Come"}},
		"Come I work here #OurSpring\n" + link: {{Text: "Come "}, {"I work here", true}, {Text: " "}, {"#OurSpring", true}, {Text: "\n" + link}},
		"#ourSPRING, i WORK here; #OurSpringSale": {{"#ourSPRING", true}, {Text: ", "}, {"i WORK here", true}, {Text: "; #OurSpringSale"}},
		"Taxi work here": {{Text: "Taxi work here"}},
	} {
		if got := c.Pieces(text); !slices.Equal(got, want) {
			t.Errorf("Pieces(%q) = %v, want %v", text, got, want)
		}
	}
}

func FuzzPiecesAreTheText(f *testing.F) {
	for _, s := range []string{"", "a #OurSpring b", "K #ourspring İ I WORK HERE", "#OurSpring#OurSpring", "\xff#OurSpring"} {
		f.Add(s, "I work here")
	}
	f.Add("KİKİ I", "i̇")
	f.Fuzz(func(t *testing.T, text, disclosure string) {
		c := spring()
		c.Disclosure = disclosure
		var whole strings.Builder
		for _, p := range c.Pieces(text) {
			if p.Text == "" || p.Fixed && !hasWords(p.Text, disclosure) && !hasWords(p.Text, c.Hashtag) {
				t.Errorf("a piece of %q is %q", text, p.Text)
			}
			whole.WriteString(p.Text)
		}
		if whole.String() != text {
			t.Errorf("%q became %q", text, whole.String())
		}
	})
}

func TestEveryNetworksFactsHaveTheirPage(t *testing.T) {
	for _, w := range ways {
		if !strings.Contains(w.source, "https://") || w.label == "" || w.limit <= w.link+1 {
			t.Errorf("%s: label %q, limit %d, source %q", w.network, w.label, w.limit, w.source)
		}
		known := strings.NewReplacer("{title}", "", "{words}", "", "{text}", "", "{link}", "").Replace(w.composer)
		if strings.ContainsAny(known, "{}") {
			t.Errorf("%s: something in %s is never filled in", w.network, w.composer)
		}
	}
	for n, takes := range map[Network]bool{Facebook: false, X: true, LinkedIn: false, WhatsApp: true, Instagram: false, Email: true, Copy: false} {
		if n.TakesWords() != takes {
			t.Errorf("%s takes words: %t", n, n.TakesWords())
		}
	}
	if X.room() != 280-1-23 {
		t.Errorf("X has room for %d", X.room())
	}
}
