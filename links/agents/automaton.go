package agents

import (
	"bytes"
	"strings"
)

// An automaton finds many patterns in one pass over the text (Aho and Corasick, "Efficient string matching",
// CACM 18(6), 1975), with every transition in a table: a look-up a byte.
//
// It reads bytes in lower case, and checks the case of a literal that has one when it is found.
type automaton struct {
	class    [256]uint8 // a byte's column in next; bytes that no literal has share column 0
	classes  int
	next     []row    // by state
	first    []uint16 // by state: the first of its patterns in all, +1; 0: none
	shorter  []uint16 // by state: the next state down its suffixes that has patterns; 0: none
	patterns []pattern
	same     []uint16 // by pattern: another pattern with the same literal, +1; 0: none
}

// A row has by class the state that follows, and the bit ends when patterns end there. Its length is a power of
// two, which is faster than one that fits.
type row [64]uint16

// ends marks a transition to a state in which patterns end, so that the others need no second look-up.
const ends = 1 << 15

func newAutomaton(patterns []pattern) *automaton {
	a := &automaton{patterns: patterns, classes: 1, same: make([]uint16, len(patterns))}
	for _, p := range patterns {
		for _, b := range bytes.ToLower([]byte(p.literal)) {
			if a.class[b] == 0 {
				if a.classes == len(row{}) {
					panic("agents: the lists have more characters than the automaton")
				}
				a.class[b] = uint8(a.classes) //nolint:gosec // less than the row's length
				a.classes++
			}
		}
	}
	for b := byte('A'); b <= 'Z'; b++ {
		a.class[b] = a.class[b+'a'-'A']
	}
	a.grow()
	for i, p := range patterns {
		state := uint16(0)
		for j := range len(p.literal) {
			class := a.class[p.literal[j]]
			if a.next[state][class] == 0 {
				to := a.grow()
				a.next[state][class] = to
			}
			state = a.next[state][class]
		}
		a.same[i], a.first[state] = a.first[state], uint16(i+1) //nolint:gosec // a few thousand patterns
	}
	a.link()
	for i := range a.next {
		for class, state := range a.next[i] {
			if a.first[state] != 0 || a.shorter[state] != 0 {
				a.next[i][class] |= ends
			}
		}
	}
	return a
}

// grow adds a state and returns it.
func (a *automaton) grow() uint16 {
	state := len(a.first)
	if state >= ends {
		panic("agents: the lists have outgrown the automaton")
	}
	a.next, a.first = append(a.next, row{}), append(a.first, 0)
	return uint16(state) //nolint:gosec // checked above
}

// link fills in where each state goes when its own literals do not go on, breadth first.
func (a *automaton) link() {
	fail := make([]uint16, len(a.first))
	a.shorter = make([]uint16, len(a.first))
	queue := make([]uint16, 0, len(a.first))
	for c := range a.classes {
		if s := a.next[0][c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for head := 0; head < len(queue); head++ {
		state := queue[head]
		suffix := fail[state]
		a.shorter[state] = a.shorter[suffix]
		if a.first[suffix] != 0 {
			a.shorter[state] = suffix
		}
		for c := range a.classes {
			if s := a.next[state][c]; s != 0 {
				fail[s] = a.next[suffix][c]
				queue = append(queue, s)
			} else {
				a.next[state][c] = a.next[suffix][c]
			}
		}
	}
}

// A reading is what one pass over an agent found.
type reading struct {
	signs   signs
	crawler *pattern // the first that ends, and rather a name, whose case counts, than a word; nil when there is none
	preview *pattern // the same for previews
}

// read returns what the text says. A pattern that counts only in the absence of signs is looked at again when
// all of them are known.
func (a *automaton) read(text string) reading {
	var found, doubtful reading
	state := uint16(0)
	for i := range len(text) {
		state = a.next[state&^ends][a.class[text[i]]%uint8(len(row{}))]
		if state&ends == 0 {
			continue
		}
		for s := state &^ ends; s != 0; s = a.shorter[s] {
			for hit := a.first[s]; hit != 0; hit = a.same[hit-1] {
				p := &a.patterns[hit-1]
				switch {
				case p.signs != 0:
					found.signs |= p.signs
				case !p.matches(text, i+1):
				case p.unlessBrowser:
					doubtful.keep(p)
				default:
					found.keep(p)
				}
			}
		}
	}
	if !found.signs.has(browser) {
		found.keep(doubtful.preview)
		found.keep(doubtful.crawler)
	}
	return found
}

func (r *reading) keep(p *pattern) {
	switch {
	case p == nil:
	case p.preview && r.preview == nil:
		r.preview = p
	case !p.preview && (r.crawler == nil || r.crawler.fold && !p.fold):
		r.crawler = p
	}
}

// matches says whether the pattern matches where its literal, in whatever case, ends at the position.
func (p *pattern) matches(text string, end int) bool {
	start := end - len(p.literal)
	switch {
	case !p.fold && text[start:end] != p.literal,
		p.begin && start > 0,
		p.end && end < len(text),
		p.wordBegin && start > 0 && isWord(text[start-1]) == isWord(text[start]),
		p.wordEnd && isWord(text[end-1]) == (end < len(text) && isWord(text[end])):
		return false
	}
	for _, s := range p.after {
		if len(s) <= start && strings.EqualFold(text[start-len(s):start], s) {
			return false
		}
	}
	for _, s := range p.before {
		if len(s) <= len(text)-end && strings.EqualFold(text[end:end+len(s)], s) {
			return false
		}
	}
	return (p.whole == nil || p.whole.MatchString(text)) && !ofDevice(text, start, end)
}

func isWord(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}
