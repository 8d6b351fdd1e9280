package agents

import (
	_ "embed"
	"maps"
	"regexp"
	"slices"
	"strings"
)

//go:embed crawler-user-agents.txt
var crawlerUserAgents string

//go:embed crawler-user-agents.previews.txt
var crawlerUserAgentsPreviews string

//go:embed isbot.txt
var isbot string

// A pattern is one line of a list, cut up so that it can be matched in one pass: a literal that must occur,
// what must stand around it, and, where that is not the whole line, the line itself as an expression. Or it is
// a word that is a sign of a browser.
type pattern struct {
	name          string // the line
	literal       string // in lower case where fold, else as it stands
	fold          bool
	begin, end    bool           // the literal stands at the agent's begin or end
	wordBegin     bool           // no letter, digit or _ stands before it
	wordEnd       bool           // none stands after it
	whole         *regexp.Regexp // nil when the fields above say all
	after         []string       // not one of these, in lower case, stands before the literal
	before        []string       // nor one of these after it
	preview       bool           // it names what draws previews
	unlessBrowser bool           // it says nothing in an agent with the signs of a browser
	signs         signs          // what it is a sign of; then it names no crawler
}

// people returns the lines that also match agents of people's own browsers, and whose they are.
func people() map[string]string {
	return map[string]string{
		"Sonic":       "Slack's own desktop app",
		"firephp":     "Firefox with a tool that its owner put in",
		"chromeframe": "Internet Explorer with a plug-in",
	}
}

// ownBrowsers returns the lines that say nothing in an agent that is a browser's otherwise: they name an app
// that puts its name into the agent of the browser which it opens links in, or they are the shape of a
// crawler's agent, which the extras of phones and televisions have as well.
func ownBrowsers() []string {
	return []string{
		"WhatsApp", "Viber", "Tumblr/", "Bluesky/", "Notion/", "Goodreads", "Mastodon", "Lemmy", "Friendica", "Synapse",
		"MetaIAB Facebook", // what the apps of Facebook have added since 2026
		"Blackboard",       // the app of a school; the crawler's agent is “Blackboard Safeassign”
		"Sogou", "sogou",   // a browser; the crawler says “spider” too
		`\b\w+/1\.0;`, `;\s\w+;$`, `\(\)`, `\|`,
	}
}

// byHand replaces those lines that need a look around, which Go's expressions leave out or the list does.
// isbot's lines that say how an agent begins are not here: unlikeABrowser says how a browser's does.
func byHand() []pattern {
	return []pattern{
		{name: "(?:^|[^g])news(?!sapphire)", literal: "news", after: []string{"g"}, before: []string{"sapphire"}},
		{name: "(?<! channel/|google/)google(?!(?:wv|app|/google| pixel))", literal: "google",
			after: []string{" channel/", "google/"}, before: []string{"wv", "app", "/google", " pixel"}},
		{name: `(?<! cu)bots?(?:\b|_)`, literal: "bot", after: []string{" cu"}, wordEnd: true},
		{name: `(?<! cu)bots?(?:\b|_)`, literal: "bots", after: []string{" cu"}, wordEnd: true},
		{name: `(?<! cu)bots?(?:\b|_)`, literal: "bot_", after: []string{" cu"}},
		{name: "(?<!cam)scan", literal: "scan", after: []string{"cam"}},
		{name: "(?<!lib)http", literal: "http", after: []string{"lib"}},
		{name: "java(?!;)", literal: "java", before: []string{";", "platform/", "/jbed", "_runtime"}}, // plain phones
		{name: "download", literal: "download", after: []string{"gwx:"}},                              // Internet Explorer, offered Windows 10
		{name: "proxy", literal: "proxy", after: []string{"auto", "speedmode; "}},                     // Internet Explorer, UC Browser
		{name: "tools", literal: "tools", after: []string{"process/", "wechatdev", "hb"}},             // WeChat; Internet Explorer
		{name: "optimize", literal: "optimize", after: []string{"msn "}},                              // Internet Explorer
		{name: `agent\b`, literal: "agent", before: []string{":"}, wordEnd: true},                     // the header's name, in its value
		{name: "008/", literal: "008/", wordBegin: true},                                              // not the end of a longer number
	}
}

// previews returns what draws previews and is not among the list's social-preview lines, and where it says so.
func previews() map[string]string {
	return map[string]string{
		"Pinterestbot":                        "https://help.pinterest.com/en/business/article/pinterestbot",
		"Bluesky Cardyb":                      "https://cardyb.bsky.app",
		`developers.google.com/+/web/snippet`: "Google Chat: https://developers.google.com/+/web/snippet/",
		"Google-PageRenderer":                 "Google Chat: https://developers.google.com/+/web/snippet/",
		"kakaotalk-scrap":                     "https://devtalk.kakao.com",
		"line-poker":                          "LINE: https://help2.line.me/linesearchbot/web/",
		"Misskey":                             "https://misskey-hub.net",
		"Pleroma":                             "https://pleroma.social",
		"Akkoma":                              "https://akkoma.social",
		"Rocket.Chat":                         "https://docs.rocket.chat",
		"LinkPreview":                         "what several call themselves",
		"Link Preview":                        "what several call themselves",
		"URLPreview":                          "what several call themselves",
		"URL Preview":                         "what several call themselves",
		"unfurl":                              "what chats call drawing a preview",
	}
}

// others returns programs that neither list names, and what they are.
func others() map[string]string {
	return map[string]string{
		"wkhtmlto":          "draws a page as a picture or a PDF",
		"Microsoft Outlook": "draws a mail",
	}
}

// patterns returns what all lists say. A line that it cannot read is a broken file, which no caller can help.
func patterns() []pattern {
	drawing, theirs, ownBrowsers, signWords := linesOf(crawlerUserAgentsPreviews), people(), ownBrowsers(), signWords()
	var all []pattern
	for _, list := range []struct {
		lines []string
		fold  bool
	}{{linesOf(crawlerUserAgents), false}, {linesOf(isbot), true}} {
		for _, line := range list.lines {
			if theirs[line] != "" || isByHand(line) || list.fold && strings.HasPrefix(line, "^") {
				continue
			}
			for _, p := range parse(line, list.fold) {
				p.preview = slices.Contains(drawing, line)
				p.unlessBrowser = slices.Contains(ownBrowsers, line)
				all = append(all, p)
			}
		}
	}
	for _, p := range byHand() {
		p.fold = true
		all = append(all, p)
	}
	for _, name := range slices.Sorted(maps.Keys(previews())) {
		all = append(all, pattern{name: name, literal: strings.ToLower(name), fold: true, preview: true})
	}
	for _, name := range slices.Sorted(maps.Keys(others())) {
		all = append(all, pattern{name: name, literal: strings.ToLower(name), fold: true})
	}
	for _, word := range slices.Sorted(maps.Keys(signWords)) {
		all = append(all, pattern{literal: word, fold: true, signs: signWords[word]})
	}
	return all
}

func linesOf(list string) []string { return strings.Split(strings.TrimSuffix(list, "\n"), "\n") }

func isByHand(line string) bool {
	return slices.ContainsFunc(byHand(), func(p pattern) bool { return p.name == line })
}
