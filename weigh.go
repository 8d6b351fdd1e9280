package clarion

import (
	"strings"
	"unicode"
)

// weigh returns how long a text is as X counts it: code points, of which those outside of most alphabets,
// such as emoji and Chinese, count as two; what looks like an address counts as a link of X, or as its characters
// if they are more. It is the strictest count of all networks, and is used for all of them.
//
// X counts an emoji of several code points as two, and composed letters as one; this counts more, so that a
// text which fits here fits there. The ranges are those of twitter-text's configuration, version 3
// (https://github.com/twitter/twitter-text/blob/master/config/v3.json).
func weigh(text string) int {
	s := newScale()
	for _, r := range text {
		s.add(r)
	}
	return s.total()
}

// fits says whether a text weighs no more than the room.
func fits(text string, room int) bool {
	// A byte weighs two at most. Only what has a dot can weigh more, as an address.
	if 2*len(text) <= room && !strings.Contains(text, ".") {
		return true
	}
	return weigh(text) <= room
}

// A scale weighs a text as it grows.
type scale struct {
	whole int             // words that are complete, and the spaces
	word  int             // the word that is growing
	text  strings.Builder // that word
}

func newScale() *scale { return &scale{} }

func (s *scale) add(r rune) {
	weight := 2
	if r <= 4351 || (r >= 8192 && r <= 8205) || (r >= 8208 && r <= 8223) || (r >= 8242 && r <= 8247) {
		weight = 1
	}
	if unicode.IsSpace(r) {
		s.whole, s.word = s.total()+weight, 0
		s.text.Reset()
		return
	}
	s.word += weight
	s.text.WriteRune(r)
}

func (s *scale) total() int {
	if s.word < linkWeight && looksLikeAddress(s.text.String()) {
		return s.whole + linkWeight
	}
	return s.whole + s.word
}

// looksLikeAddress says whether X could make a link of the word: a dot between letters or digits.
func looksLikeAddress(word string) bool {
	before, after, found := strings.Cut(word, ".")
	for found {
		if endsInName(before) && startsInName(after) {
			return true
		}
		before, after, found = strings.Cut(after, ".")
	}
	return false
}

func endsInName(s string) bool { return s != "" && isName(s[len(s)-1]) }

func startsInName(s string) bool { return s != "" && isName(s[0]) }

// isName says whether the byte is a letter or digit, or part of one outside of ASCII.
func isName(b byte) bool {
	return b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}
