package agents

import (
	_ "embed"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

//go:embed crawler-user-agents.txt
var crawlerUserAgents string

//go:embed isbot.txt
var isbot string

// A pattern is one line of a list, cut up so that it can be matched in one pass: a literal that must occur,
// what must stand around it, and, where that is not the whole line, the line itself as an expression.
type pattern struct {
	name       string // the line
	literal    string // in lower case where fold, else as it stands
	fold       bool
	begin, end bool           // the literal stands at the agent's begin or end
	wordBegin  bool           // no letter, digit or _ stands before it
	wordEnd    bool           // none stands after it
	whole      *regexp.Regexp // nil when the fields above say all
	after      []string       // not one of these, in lower case, stands before the literal
	before     []string       // nor one of these after it
}

// people names the lines that also match agents of people's own browsers, and whose they are.
var people = map[string]string{
	`AP3A\.240617\.008`: "a build of Android that phones run",
	"Sonic":             "Slack's own desktop app",
}

// byHand replaces those lines of isbot that look around, which Go's expressions leave out. Its lines that say
// how an agent begins are not here: a browser's begins in one way only, and unlikeABrowser says which.
var byHand = []pattern{
	{name: "(?:^|[^g])news(?!sapphire)", literal: "news", after: []string{"g"}, before: []string{"sapphire"}},
	{name: "(?<! channel/|google/)google(?!(?:wv|app|/google| pixel))", literal: "google",
		after: []string{" channel/", "google/"}, before: []string{"wv", "app", "/google", " pixel"}},
	{name: `(?<! cu)bots?(?:\b|_)`, literal: "bot", after: []string{" cu"}, wordEnd: true},
	{name: `(?<! cu)bots?(?:\b|_)`, literal: "bots", after: []string{" cu"}, wordEnd: true},
	{name: `(?<! cu)bots?(?:\b|_)`, literal: "bot_", after: []string{" cu"}},
	{name: "(?<!cam)scan", literal: "scan", after: []string{"cam"}},
	{name: "(?<!lib)http", literal: "http", after: []string{"lib"}},
	{name: "java(?!;)", literal: "java", before: []string{";"}},
}

// patterns returns both lists. A line that it cannot read is a broken file, which no caller can help.
func patterns() []pattern {
	var all []pattern
	for line := range strings.Lines(crawlerUserAgents) {
		line = strings.TrimSuffix(line, "\n")
		if _, theirs := people[line]; line == "" || theirs {
			continue
		}
		all = append(all, parse(line, false)...)
	}
	for line := range strings.Lines(isbot) {
		line = strings.TrimSuffix(line, "\n")
		_, theirs := people[line]
		if line == "" || theirs || strings.HasPrefix(line, "^") || isByHand(line) {
			continue
		}
		all = append(all, parse(line, true)...)
	}
	for _, p := range byHand {
		p.fold = true
		all = append(all, p)
	}
	return all
}

func isByHand(line string) bool {
	return slices.ContainsFunc(byHand, func(p pattern) bool { return p.name == line })
}

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
	return []pattern{{name: line, literal: literal, fold: fold, whole: regexp.MustCompile(expression)}}
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
