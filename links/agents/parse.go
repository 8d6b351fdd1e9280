package agents

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
)

// parse cuts a line up into the patterns that together match what it matches.
func parse(line string, fold bool) []pattern {
	tree, err := syntax.Parse(line, syntax.Perl)
	if err != nil {
		panic(fmt.Sprintf("agents: the list has %q: %v", line, err))
	}
	if found, ok := expand(tree); ok && !slices.ContainsFunc(found, func(p pattern) bool { return p.literal == "" }) {
		for i := range found {
			found[i].name, found[i].fold = line, fold
		}
		return found
	}
	expression := line
	if fold {
		expression = "(?i)" + line
	}
	literal := longestLiteral(tree)
	if literal == "" {
		panic(fmt.Sprintf("agents: the list has %q, in which no word must occur", line))
	}
	return []pattern{{name: line, literal: literal, fold: fold, end: endsWith(tree, literal), whole: regexp.MustCompile(expression)}}
}

// most is how many literals one line may become before its expression is kept instead.
const most = 32

// expand returns every literal that the tree matches, when they are few.
func expand(tree *syntax.Regexp) ([]pattern, bool) {
	switch tree.Op {
	case syntax.OpEmptyMatch:
		return []pattern{{}}, true
	case syntax.OpLiteral:
		return []pattern{{literal: string(tree.Rune)}}, true
	case syntax.OpBeginText:
		return []pattern{{begin: true}}, true
	case syntax.OpEndText:
		return []pattern{{end: true}}, true
	case syntax.OpWordBoundary:
		return []pattern{{wordBegin: true, wordEnd: true}}, true
	case syntax.OpCapture:
		return expand(tree.Sub[0])
	case syntax.OpQuest:
		found, ok := expand(tree.Sub[0])
		return append(found, pattern{}), ok
	case syntax.OpCharClass:
		var found []pattern
		for i := 0; i < len(tree.Rune); i += 2 {
			if tree.Rune[i+1]-tree.Rune[i] >= most {
				return nil, false
			}
			for r := tree.Rune[i]; r <= tree.Rune[i+1]; r++ {
				found = append(found, pattern{literal: string(r)})
			}
		}
		return found, len(found) <= most
	case syntax.OpAlternate:
		var found []pattern
		for _, sub := range tree.Sub {
			more, ok := expand(sub)
			if found = append(found, more...); !ok || len(found) > most {
				return nil, false
			}
		}
		return found, true
	case syntax.OpConcat:
		found := []pattern{{}}
		for _, sub := range tree.Sub {
			next, ok := expand(sub)
			if !ok || len(found)*len(next) > most {
				return nil, false
			}
			var joined []pattern
			for _, a := range found {
				for _, b := range next {
					both, ok := join(a, b)
					if !ok {
						return nil, false
					}
					joined = append(joined, both)
				}
			}
			found = joined
		}
		return found, true
	}
	return nil, false
}

// join puts b behind a. A border inside the two is a word's begin when nothing stands before it yet, and a
// word's end otherwise; one between two literals is left to the expression.
func join(a, b pattern) (pattern, bool) {
	border := b.wordBegin && b.literal == ""
	switch {
	case a.end || (b.begin && a.literal != "") || (a.literal != "" && a.wordEnd && b.literal != ""):
		return pattern{}, false
	case border && a.literal == "":
		a.wordBegin = true
		return a, true
	case border:
		a.wordEnd = true
		return a, true
	}
	return pattern{
		literal: a.literal + b.literal, begin: a.begin || b.begin, end: b.end,
		wordBegin: a.wordBegin || (a.literal == "" && b.wordBegin), wordEnd: b.wordEnd || (b.literal == "" && a.wordEnd && a.literal != ""),
	}, true
}

// endsWith says whether the literal is at the end of every text that the tree matches, so that the expression is
// asked once for an agent and not wherever the literal stands.
func endsWith(tree *syntax.Regexp, literal string) bool {
	n := len(tree.Sub)
	return tree.Op == syntax.OpConcat && n > 1 && tree.Sub[n-1].Op == syntax.OpEndText &&
		tree.Sub[n-2].Op == syntax.OpLiteral && string(tree.Sub[n-2].Rune) == literal
}

// longestLiteral returns the longest text that occurs in everything the tree matches.
func longestLiteral(tree *syntax.Regexp) string {
	switch tree.Op {
	case syntax.OpLiteral:
		return string(tree.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return longestLiteral(tree.Sub[0])
	case syntax.OpConcat:
		var best string
		for _, sub := range tree.Sub {
			if s := longestLiteral(sub); len(s) > len(best) {
				best = s
			}
		}
		return best
	}
	return ""
}
