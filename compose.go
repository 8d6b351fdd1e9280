package clarion

import (
	"hash/fnv"
	"strings"
)

// Filled returns a caption as a partner posts it: the text, the hashtag when the text has none of it, and
// the link on a line of its own. The hashtag is what makes staff recognisable as such, so it is always there.
func (c Campaign) Filled(caption, link string) string {
	text := strings.TrimSpace(caption)
	if !hasHashtag(text, c.Hashtag) {
		text += " " + c.Hashtag
	}
	if link == "" {
		return text
	}
	return text + "\n" + link
}

// hasHashtag says whether the text has the hashtag as a whole word, in any case.
func hasHashtag(text, hashtag string) bool {
	text, hashtag = strings.ToLower(text), strings.ToLower(hashtag)
	for {
		_, after, found := strings.Cut(text, hashtag)
		if !found {
			return false
		}
		if next := []rune(after); len(next) == 0 || !isHashtagRune(next[0]) {
			return true
		}
		text = after
	}
}

// FirstCaption says which of n captions a partner is offered first, so that the partners of a channel do not
// all post the same words. It is the same whenever it is asked.
func FirstCaption(p PartnerID, c CampaignID, n int) int {
	if n < 1 {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(string(p) + "\x00" + string(c)))
	return int(h.Sum32() % uint32(n))
}
