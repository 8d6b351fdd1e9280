package agents

import (
	"strings"
	"sync"
)

// A Verdict says who seems to have come.
type Verdict int

const (
	// Browser: a browser that a person holds, as far as its agent tells.
	Browser Verdict = iota
	// Crawler: a program that says so, in the words of one of the lists.
	Crawler
	// Odd: no agent at all, or one that no browser sends.
	Odd
)

func (v Verdict) String() string {
	switch v {
	case Browser:
		return "browser"
	case Crawler:
		return "crawler"
	case Odd:
		return "odd"
	}
	return "unknown"
}

// longest is how many bytes of an agent are read. Real ones stay under 600, also those of apps' own browsers.
const longest = 2048

// Judge says who sent the agent, and why: the pattern that it matched, or what a browser would have sent. The
// reason is empty for a browser. It never fails and may be called from any number of goroutines.
func Judge(userAgent string) (Verdict, string) {
	if strings.TrimSpace(userAgent) == "" {
		return Odd, "no user agent"
	}
	if len(userAgent) > longest {
		return Odd, "longer than any browser's"
	}
	if p := matcher().find(userAgent); p != nil {
		return Crawler, p.name
	}
	if why := unlikeABrowser(userAgent); why != "" {
		return Odd, why
	}
	return Browser, ""
}

// Prepare reads the lists, so that the first call of [Judge] does not have to: some 20 ms, once. A program that
// answers people calls it before it does.
func Prepare() { matcher() }

// matcher is made of the embedded lists at its first call, and never changes afterwards.
var matcher = sync.OnceValue(func() *automaton { return newAutomaton(patterns()) })

// unlikeABrowser returns what the agent lacks to be a browser's, or nothing. Every browser's agent since the
// nineties begins with Mozilla, names its system in brackets, and then its engine
// (https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/User-Agent).
func unlikeABrowser(userAgent string) string {
	if strings.HasPrefix(userAgent, "Opera/9.80 (") && strings.Contains(userAgent, "Presto/") {
		return "" // Opera Mini, which kept its own name
	}
	rest, ok := strings.CutPrefix(userAgent, "Mozilla/5.0 (")
	if !ok {
		return "does not begin as browsers do"
	}
	system, rest, ok := strings.Cut(rest, ")")
	if !ok {
		return "no end of the system"
	}
	if !containsAny(system, "Windows", "Macintosh", "iPhone", "iPad", "iPod", "Android", "Linux", "X11", "CrOS",
		"Tizen", "KAIOS", "Mobile", "Web0S", "PlayStation", "Nintendo", "Xbox", "Symbian", "FreeBSD", "OpenBSD", "OpenHarmony", "Phone") {
		return "names no system that browsers run on"
	}
	if strings.HasPrefix(system, "compatible") && !strings.Contains(system, "MSIE") {
		return "compatible, but not with anything"
	}
	if !containsAny(rest, "AppleWebKit/", "Gecko", "Presto/") && !containsAny(system, "Trident/") {
		return "names no engine"
	}
	return ""
}

func containsAny(s string, words ...string) bool {
	for _, word := range words {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}
