package agents

import (
	"strings"
	"sync"
)

// A Verdict says who seems to have come.
type Verdict int

const (
	// Browser: a browser that a person holds, as far as its agent tells. The browser that an app opens links
	// in is one too.
	Browser Verdict = iota
	// Crawler: a program that says so, in the words of one of the lists.
	Crawler
	// Odd: no agent at all, or one that no browser sends.
	Odd
	// Preview: a program that fetches what a network, a chat or a mailbox draws of a link before anybody
	// opens it. It says that somebody posted the link, not that somebody came.
	Preview
)

func (v Verdict) String() string {
	switch v {
	case Browser:
		return "browser"
	case Crawler:
		return "crawler"
	case Odd:
		return "odd"
	case Preview:
		return "preview"
	}
	return "unknown"
}

// longest is how many bytes of an agent are read. Real ones stay under 600, also those of apps' own browsers.
const longest = 2048

// Judge says who sent the agent, and why: the pattern that it matched, or what a browser would have sent. The
// reason is empty for a browser. It never fails and may be called from any number of goroutines.
//
// An agent of both kinds is a Preview, because those that draw previews like to name each other and their
// makers: “facebookexternalhit/1.1 Facebot Twitterbot/1.0” is a phone that draws one for iMessage.
func Judge(userAgent string) (Verdict, string) {
	userAgent = strings.TrimSpace(userAgent)
	if userAgent == "" {
		return Odd, "no user agent"
	}
	if len(userAgent) > longest {
		return Odd, "longer than any browser's"
	}
	found := matcher().read(userAgent)
	switch {
	case found.preview != nil:
		return Preview, found.preview.name
	case found.crawler != nil:
		return Crawler, found.crawler.name
	}
	if why := unlikeABrowser(userAgent, found.signs); why != "" {
		return Odd, why
	}
	return Browser, ""
}

// Prepare reads the lists, so that the first call of [Judge] does not have to: some 20 ms, once. A program that
// answers people calls it before it does.
func Prepare() { matcher() }

// matcher is made of the embedded lists at its first call, and never changes afterwards.
var matcher = sync.OnceValue(func() *automaton { return newAutomaton(patterns()) })
