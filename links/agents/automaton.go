package agents

import (
	"bytes"
	"strings"
)

// An automaton finds the first of many patterns in one pass over the text (Aho and Corasick, "Efficient
// string matching", CACM 18(6), 1975), with every transition in a table: a look-up a byte.
//
// It reads bytes in lower case, and checks the case of a literal that has one when it is found.
type automaton struct {
	class    [256]uint8 // a byte's column in next; bytes that no literal has share column 0
	classes  int
	next     []uint16 // state*classes + class → state
	hits     []uint16 // by state: the first of its patterns in all, +1; 0: none
	shorter  []uint16 // by state: the next state down its suffixes that has patterns; 0: none
	patterns []pattern
	same     []uint16 // by pattern: another pattern with the same literal, +1; 0: none
}

func newAutomaton(patterns []pattern) *automaton {
	a := &automaton{patterns: patterns, classes: 1, same: make([]uint16, len(patterns))}
	for _, p := range patterns {
		for _, b := range bytes.ToLower([]byte(p.literal)) {
			if a.class[b] == 0 {
				a.class[b] = uint8(a.classes) //nolint:gosec // at most 255 bytes differ from column 0
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
			at := int(state)*a.classes + int(a.class[p.literal[j]])
			if a.next[at] == 0 {
				a.next[at] = a.grow()
			}
			state = a.next[at]
		}
		a.same[i], a.hits[state] = a.hits[state], uint16(i+1) //nolint:gosec // a few thousand patterns
	}
	a.link()
	return a
}

// grow adds a state and returns it.
func (a *automaton) grow() uint16 {
	state := len(a.hits)
	if state > 0xffff {
		panic("agents: the lists have outgrown the automaton")
	}
	a.next = append(a.next, make([]uint16, a.classes)...)
	a.hits = append(a.hits, 0)
	return uint16(state) //nolint:gosec // checked above
}

// link fills in where each state goes when its own literals do not go on, breadth first.
func (a *automaton) link() {
	fail := make([]uint16, len(a.hits))
	a.shorter = make([]uint16, len(a.hits))
	queue := make([]uint16, 0, len(a.hits))
	for c := range a.classes {
		if s := a.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for head := 0; head < len(queue); head++ {
		state := queue[head]
		suffix := fail[state]
		a.shorter[state] = a.shorter[suffix]
		if a.hits[suffix] != 0 {
			a.shorter[state] = suffix
		}
		for c := range a.classes {
			at, from := int(state)*a.classes+c, int(suffix)*a.classes+c
			if s := a.next[at]; s != 0 {
				fail[s] = a.next[from]
				queue = append(queue, s)
			} else {
				a.next[at] = a.next[from]
			}
		}
	}
}

// find returns a pattern that the text matches: of those that end first, one with the longest literal.
func (a *automaton) find(text string) *pattern {
	state := uint16(0)
	for i := range len(text) {
		state = a.next[int(state)*a.classes+int(a.class[text[i]])]
		for s := state; s != 0; s = a.shorter[s] {
			for hit := a.hits[s]; hit != 0; hit = a.same[hit-1] {
				if p := &a.patterns[hit-1]; p.matches(text, i+1) {
					return p
				}
			}
		}
	}
	return nil
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
	return p.whole == nil || p.whole.MatchString(text)
}

func isWord(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}
