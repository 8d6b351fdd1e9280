package clarion

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CaptionOrder returns the indexes of the captions that fit the network, its own first. Within the network's
// own and within those for all, the partner decides which comes first, so that the partners of a store do
// not all post the same words. The same arguments always give the same order.
func (c Campaign) CaptionOrder(n Network, p PartnerID) []int {
	var own, all []int
	for i, caption := range c.Captions {
		switch caption.Network {
		case n:
			own = append(own, i)
		case "":
			all = append(all, i)
		}
	}
	start := startOf(c.ID, p)
	return append(rotate(own, start), rotate(all, start)...)
}

// CaptionAt returns the bare caption that stands at the index, when it fits the network, and else the
// partner's first. It is empty when no caption fits.
func (c Campaign) CaptionAt(n Network, p PartnerID, index int) string {
	if index >= 0 && index < len(c.Captions) && (c.Captions[index].Network == n || c.Captions[index].Network == "") {
		return c.Captions[index].Text
	}
	if order := c.CaptionOrder(n, p); len(order) > 0 {
		return c.Captions[order[0]].Text
	}
	return ""
}

// startOf spreads partners evenly over starts, differently for each campaign.
func startOf(c CampaignID, p PartnerID) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(string(c) + "\x00" + string(p))) // never fails, says hash.Hash
	return h.Sum64()
}

func rotate(indexes []int, start uint64) []int {
	if len(indexes) == 0 {
		return nil
	}
	i := int(start % uint64(len(indexes))) //nolint:gosec // less than len
	return slices.Concat(indexes[i:], indexes[:i])
}

// Fill returns the caption with the campaign's hashtag and the link behind it, within what the network allows.
// A caption that is too long is cut at a word; the hashtag, which makes staff recognisable as such, and the
// link are always whole.
func (c Campaign) Fill(n Network, caption, link string) string {
	text := c.Words(n, caption)
	switch {
	case link == "":
		return text
	case text == "":
		return link
	}
	return text + "\n" + link
}

// Words returns the caption and the hashtag without the link, cut so that the link still fits behind them.
func (c Campaign) Words(n Network, caption string) string {
	caption = strings.TrimSpace(strings.ReplaceAll(caption, "\r\n", "\n"))
	room := n.limit() - linkRoom
	if fits(caption, room) && hasHashtag(caption, c.Hashtag) {
		return caption
	}
	if c.Hashtag == "" {
		return Cut(caption, room)
	}
	cutOff := Cut(caption, room-weigh(" "+c.Hashtag))
	if cutOff == "" {
		return c.Hashtag
	}
	return cutOff + " " + c.Hashtag
}

// hasHashtag says whether the hashtag stands in the text as a word of its own, in whatever case.
func hasHashtag(text, hashtag string) bool {
	if hashtag == "" {
		return true
	}
	text, hashtag = strings.ToLower(text), strings.ToLower(hashtag)
	for {
		_, after, found := strings.Cut(text, hashtag)
		if !found {
			return false
		}
		if next, _ := utf8.DecodeRuneInString(after); next != '_' && !unicode.IsLetter(next) && !unicode.IsDigit(next) && !unicode.IsMark(next) {
			return true
		}
		text = after
	}
}

const ellipsis = "…"

// Cut returns as many of the text's first words as weigh no more than the room, with an ellipsis when some
// are left out. A text whose first word alone is too long is cut inside it, between two characters as people
// see them.
func Cut(text string, room int) string {
	if fits(text, room) {
		return text
	}
	room -= weigh(ellipsis)
	atWord, atRune := 0, 0
	weight := newScale()
	var before rune
	half := false // before is the first half of a flag
	for i, r := range text {
		if unicode.IsSpace(r) && !unicode.IsSpace(before) {
			if weight.total() > room {
				break
			}
			atWord = i
		}
		second := half && isFlag(r)
		if !second && !joins(before, r) && weight.total() <= room {
			atRune = i
		}
		weight.add(r)
		before, half = r, isFlag(r) && !second
	}
	end := atWord
	if end == 0 {
		end = atRune
	}
	kept := strings.TrimRightFunc(text[:end], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:–-", r) })
	if kept == "" {
		return ""
	}
	return kept + ellipsis
}

// joins says whether two code points are parts of one character as people see it: a mark, a skin colour, a
// joined emoji. Flags, which are pairs, are counted by the caller.
func joins(a, b rune) bool {
	const joiner = '\u200d'
	skin := b >= 0x1f3fb && b <= 0x1f3ff
	return a == joiner || b == joiner || skin || unicode.IsMark(b)
}

// isFlag says whether the code point is half a flag.
func isFlag(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }
