package agents

import "strings"

// signs are what an agent says of the browser that sent it: a bit for each thing that it names.
type signs uint8

const (
	system     signs = 1 << iota // a system that people's browsers run on
	engine                       // what draws pages
	phone                        // a phone that may put its own name first
	ancient                      // a browser that calls itself compatible, as Internet Explorer did
	compatible                   // "compatible;", which those say, and crawlers

	browser = system | engine
)

func (s signs) has(all signs) bool { return s&all == all }

// signWords is what the signs are read from, in any case. See
// https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/User-Agent for what agents are made of.
func signWords() map[string]signs {
	words := map[string]signs{
		"msie ": engine | ancient, "trident/": engine | ancient, "konqueror": engine | ancient, "opera": engine | ancient,
		"nintendo": system | engine, "compatible;": compatible,
		// What runs on phones too plain to name a system, and draws pages.
		"opera mini": system | phone | engine, "ucweb": system | phone | engine, "up.browser": system | phone | engine,
		"netfront": system | phone | engine, "obigo": system | phone | engine, "profile/midp": system | phone | engine,
		"midp-2": system | phone | engine, "blackberry": system | phone | engine, "teleca": system | phone | engine,
	}
	for sign, named := range map[signs][]string{
		system: {
			"windows", "win64", "win98", "win95", "winnt", "macintosh", "mac_powerpc", "mac os x", "linux", "x11", "cros", "tizen", "mobile",
			"web0s", "webos", "playstation", "xbox", "freebsd", "openbsd", "netbsd", "sunos", "openharmony",
			"harmonyos", "hbbtv", "smarttv", "smart-tv", "playbook", "bb10", "beos", "haiku", "dtv", "os/2",
		},
		system | phone: {
			"iphone", "ipad", "ipod", "android", "adr ", "kaios", "windows phone", "symb", "series40", "series60", "series 60", "meego",
			"nokia", "midp", "bada/", "maui", "brew",
		},
		engine: {
			"applewebkit", "gecko", "khtml", "presto/", "goanna/", "servo/", "dolfin", "nokiabrowser",
		},
	} {
		for _, word := range named {
			words[word] |= sign
		}
	}
	return words
}

// unlikeABrowser returns what the agent lacks to be a browser's, or nothing. A browser's agent begins with
// Mozilla or Opera, save on phones, which like to put their own name first; and it names its system and its engine.
func unlikeABrowser(userAgent string, s signs) string {
	switch {
	case !strings.HasPrefix(userAgent, "Mozilla/") && !strings.HasPrefix(userAgent, "Opera/") && !s.has(browser|phone):
		return "does not begin as browsers do"
	case !s.has(system):
		return "names no system that browsers run on"
	case !s.has(engine):
		return "names no engine"
	case s.has(compatible) && !s.has(ancient):
		return "compatible, but not with anything"
	}
	return ""
}
