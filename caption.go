package clarion

import (
	"slices"
	"strings"
	"unicode"
)

// CaptionOrder returns the indexes of the captions that fit the network, its own first. Within the network's
// own and within those for all, the partner's turn decides which comes first: partners of a store get turns
// one after the other, so that they do not post the same words.
func (c Campaign) CaptionOrder(n Network, turn int) []int {
	var own, all []int
	for i, caption := range c.Captions {
		switch caption.Network {
		case n:
			own = append(own, i)
		case "":
			all = append(all, i)
		}
	}
	return append(rotate(own, turn), rotate(all, turn)...)
}

// CaptionAt returns the bare caption that stands at the index, when it fits the network, and else the first of
// the turn. It is empty when no caption fits.
func (c Campaign) CaptionAt(n Network, turn, index int) string {
	if index >= 0 && index < len(c.Captions) && (c.Captions[index].Network == n || c.Captions[index].Network == "") {
		return c.Captions[index].Text
	}
	if order := c.CaptionOrder(n, turn); len(order) > 0 {
		return c.Captions[order[0]].Text
	}
	return ""
}

func rotate(indexes []int, turn int) []int {
	if len(indexes) == 0 {
		return nil
	}
	i := max(turn, 0) % len(indexes)
	return slices.Concat(indexes[i:], indexes[:i])
}

// Fill returns the caption with the campaign's fixed words and the link behind it, within what the network
// allows. A caption that is too long is cut at a word; the fixed words, which make staff recognisable as such,
// and the link are always whole.
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

// Words returns the caption and the fixed words without the link, cut so that the link still fits behind them.
func (c Campaign) Words(n Network, caption string) string {
	caption = strings.TrimSpace(strings.ReplaceAll(caption, "\r\n", "\n"))
	room := n.room()
	fixed := c.missing(caption)
	if fixed == "" && fits(caption, room) {
		return caption
	}
	if whole := joined(caption, fixed); fits(whole, room) {
		return whole
	}
	fixed = c.Fixed() // what stands in the caption may be cut off
	return joined(Cut(caption, room-weigh(" "+fixed)), fixed)
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
