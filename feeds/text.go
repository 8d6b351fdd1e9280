package feeds

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/clarion-bot/clarion"
)

// plain returns the text of a piece of HTML on one line, cut at a word where it is longer than the room.
func plain(markup string, room int) string {
	line := line{most: 2 * room}
	tokens := html.NewTokenizer(strings.NewReader(markup))
	hidden := false // the text that follows is a program's, and not for people
	for !line.full() {
		switch token := tokens.Next(); token {
		case html.ErrorToken:
			return clarion.Cut(line.String(), room)
		case html.TextToken:
			if !hidden {
				line.add(string(tokens.Text()))
			}
			hidden = false
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := tokens.TagName()
			tag := atom.Lookup(name)
			hidden = token == html.StartTagToken && hides(tag)
			if !within(tag) {
				line.space = true
			}
		}
	}
	return clarion.Cut(line.String(), room)
}

// hides says whether what is in an element is not shown.
func hides(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

// within says whether an element can stand inside a word.
func within(tag atom.Atom) bool {
	switch tag {
	case atom.A, atom.Abbr, atom.B, atom.Big, atom.Cite, atom.Code, atom.Del, atom.Em, atom.Font, atom.I, atom.Ins, atom.Mark,
		atom.Q, atom.S, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.U, atom.Wbr:
		return true
	}
	return false
}

// A line grows by texts, of which it keeps the words with one space between them.
type line struct {
	text  strings.Builder
	runes int
	most  int // runes that are kept
	space bool
}

func (l *line) full() bool     { return l.runes > l.most }
func (l *line) String() string { return l.text.String() }

func (l *line) add(text string) {
	for _, r := range text {
		switch {
		case l.full():
			return
		case unicode.IsSpace(r):
			l.space = true
		case unicode.IsControl(r), r == '\u200b', r == '\ufeff', r == '\u00ad', turns(r): // nothing that is seen
		default:
			if l.space && l.runes > 0 {
				l.text.WriteByte(' ')
				l.runes++
			}
			l.space = false
			l.text.WriteRune(r)
			l.runes++
		}
	}
}

// turns says whether a sign changes the direction of what follows, to its end or behind it
// (https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings): what is written around the text, and its
// address, would be turned too. Words that run from right to left do so without it.
func turns(r rune) bool { return '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' }

// shown returns the addresses of the first pictures in a piece of HTML that are there to be looked at: those of one
// pixel count readers.
func shown(markup string) []string {
	const few = 5
	var found []string
	tokens := html.NewTokenizer(strings.NewReader(markup))
	for len(found) < few {
		switch tokens.Next() {
		case html.ErrorToken:
			return found
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			w, h := attribute(token, "width"), attribute(token, "height")
			if token.DataAtom != atom.Img || w == "0" || w == "1" || h == "0" || h == "1" {
				continue
			}
			found = append(found, attribute(token, "src"))
		}
	}
	return found
}
