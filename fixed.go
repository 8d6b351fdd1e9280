package clarion

import (
	"unicode"
	"unicode/utf8"
)

// Fixed returns what stands in every caption, whatever a partner chooses: the disclosure and the hashtag.
func (c Campaign) Fixed() string { return joined(c.Disclosure, c.Hashtag) }

// missing returns those of the fixed words that a caption does not have.
func (c Campaign) missing(caption string) string {
	disclosure, hashtag := c.Disclosure, c.Hashtag
	if hasWords(caption, disclosure) {
		disclosure = ""
	}
	if hasWords(caption, hashtag) {
		hashtag = ""
	}
	return joined(disclosure, hashtag)
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// A Piece is a part of a caption as it is posted. Fixed ones are the campaign's fixed words, which a screen sets
// apart.
type Piece struct {
	Text  string
	Fixed bool
}

// Pieces cuts a text before and behind each of the campaign's fixed words. Put together again, the pieces are
// the text.
func (c Campaign) Pieces(text string) []Piece {
	var pieces []Piece
	for text != "" {
		start, end := findWords(text, c.Disclosure)
		if s, e := findWords(text, c.Hashtag); start < 0 || s >= 0 && s < start {
			start, end = s, e
		}
		if start < 0 {
			return append(pieces, Piece{Text: text})
		}
		if start > 0 {
			pieces = append(pieces, Piece{Text: text[:start]})
		}
		pieces = append(pieces, Piece{Text: text[start:end], Fixed: true})
		text = text[end:]
	}
	return pieces
}

// hasWords says whether words, such as a hashtag, stand in the text. No words stand in every text.
func hasWords(text, words string) bool {
	start, _ := findWords(text, words)
	return words == "" || start >= 0
}

// findWords returns where words first stand in the text, in whatever case, with no letter or digit that goes on
// before or after them. It is -1 when they do not, or when there are none.
func findWords(text, words string) (start, end int) {
	if words == "" {
		return -1, -1
	}
	first, _ := utf8.DecodeRuneInString(words)
	last, _ := utf8.DecodeLastRuneInString(words)
	before := utf8.RuneError
	for i, r := range text {
		n := foldedPrefix(text[i:], words)
		if n >= 0 && (!isHashtagRune(first) || !isHashtagRune(before)) {
			after, _ := utf8.DecodeRuneInString(text[i+n:])
			if !isHashtagRune(last) || !isHashtagRune(after) {
				return i, i + n
			}
		}
		before = r
	}
	return -1, -1
}

// foldedPrefix returns how many bytes of the text the prefix takes, in whatever case, or -1 when the text does
// not begin with it.
func foldedPrefix(text, prefix string) int {
	n := 0
	for _, p := range prefix {
		r, size := utf8.DecodeRuneInString(text[n:])
		if size == 0 || unicode.ToLower(r) != unicode.ToLower(p) {
			return -1
		}
		n += size
	}
	return n
}
