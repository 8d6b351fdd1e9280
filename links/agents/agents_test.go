package agents

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func lines(t testing.TB, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

func TestJudgeCatchesEveryCrawlerOfItsList(t *testing.T) {
	for _, agent := range lines(t, "crawlers.txt") {
		if v, _ := Judge(agent); v == Browser {
			t.Errorf("Judge(%q) = browser", agent)
		}
	}
}

// The words of isbot alone, and the shape of a browser's agent, judge the other list's examples. This is kinder
// than a crawler that no list names yet: whoever keeps isbot can see the same examples.
func TestWithoutTheListsOwnNamesJudgeStillCatches99PercentOfItsCrawlers(t *testing.T) {
	all := patterns()
	words := newAutomaton(slices.DeleteFunc(all, func(p pattern) bool { return !p.fold }))
	agents := lines(t, "crawlers.txt")
	missed := 0
	for _, agent := range agents {
		if words.find(agent) == nil && unlikeABrowser(agent) == "" {
			missed++
			t.Logf("missed: %s", agent)
		}
	}
	if missed*100 > len(agents) {
		t.Errorf("missed %d of %d", missed, len(agents))
	}
}

// forged is in the list of what browsers send most, but no browser sends it: it names no engine.
const forged = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0"

func TestJudgeRefusesNoBrowserOfAPerson(t *testing.T) {
	for _, file := range []string{"browsers.txt", "in-app.txt"} {
		for _, agent := range lines(t, file) {
			if v, reason := Judge(agent); agent != forged && v != Browser || v == Browser && reason != "" {
				t.Errorf("%s: Judge(%q) = %s, %s", file, agent, v, reason)
			}
		}
	}
}

func TestJudgeSaysWhatItFound(t *testing.T) {
	const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
	tests := []struct {
		agent   string
		verdict Verdict
		reason  string
	}{
		{"", Odd, "no user agent"},
		{"  \t", Odd, "no user agent"},
		{strings.Repeat("Mozilla/5.0 (X11) ", 200), Odd, "longer than any browser's"},
		{"Firefox", Odd, "does not begin as browsers do"},
		{"Mozilla/5.0 (Windows NT 10.0", Odd, "no end of the system"},
		{"Mozilla/5.0 (Amiga) AppleWebKit/1", Odd, "names no system that browsers run on"},
		{"Mozilla/5.0 (compatible; Linux) Gecko/1", Odd, "compatible, but not with anything"},
		{"Mozilla/5.0 (X11; Linux x86_64)", Odd, "names no engine"},
		{chrome, Browser, ""},
		{chrome + " Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", Crawler, "Slackbot"},
		{"Twitterbot/1.0", Crawler, "Twitterbot"},
		{"WhatsApp/2.23.20.0", Crawler, "WhatsApp"},
		{"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", Crawler, "facebookexternalhit"},
	}
	for _, test := range tests {
		if v, reason := Judge(test.agent); v != test.verdict || reason != test.reason {
			t.Errorf("Judge(%q) = %s, %q; want %s, %q", test.agent, v, reason, test.verdict, test.reason)
		}
	}
}

func TestEveryExceptionStandsInAList(t *testing.T) {
	all := strings.Split(crawlerUserAgents+isbot, "\n")
	for line := range people {
		if !slices.Contains(all, line) {
			t.Errorf("%q is in no list: a newer list no longer needs the exception", line)
		}
	}
	for _, p := range byHand {
		if !slices.Contains(all, p.name) {
			t.Errorf("%q is in no list: look at what the newer list says instead", p.name)
		}
	}
}

// Cutting lines up must not change what they match: every expression that Go can read is asked as well.
func TestTheAutomatonFindsWhatTheExpressionsMatch(t *testing.T) {
	all := patterns()
	whole := newAutomaton(all)
	for _, agent := range slices.Concat(lines(t, "crawlers.txt"), lines(t, "browsers.txt"), lines(t, "in-app.txt")) {
		alone := slices.ContainsFunc(all, func(p pattern) bool { return occurs(&p, agent) })
		if found := whole.find(agent) != nil; found != alone {
			t.Errorf("%q: found %t, one pattern at a time %t", agent, found, alone)
		}
	}
}

func occurs(p *pattern, text string) bool {
	literal, folded := strings.ToLower(p.literal), strings.ToLower(text)
	for from := 0; ; {
		i := strings.Index(folded[from:], literal)
		if i < 0 {
			return false
		}
		if p.matches(text, from+i+len(literal)) {
			return true
		}
		from += i + 1
	}
}

func FuzzJudgeNeverPanics(f *testing.F) {
	for _, agent := range lines(f, "in-app.txt") {
		f.Add(agent)
	}
	f.Add("\xff\xfe bot")
	f.Fuzz(func(t *testing.T, agent string) {
		v, reason := Judge(agent)
		if (v == Browser) != (reason == "") {
			t.Errorf("Judge(%q) = %s, %q", agent, v, reason)
		}
	})
}

func BenchmarkPrepare(b *testing.B) {
	for b.Loop() {
		newAutomaton(patterns())
	}
}

func BenchmarkJudge(b *testing.B) {
	for name, agents := range map[string][]string{"browsers": lines(b, "browsers.txt"), "crawlers": lines(b, "crawlers.txt")} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				Judge(agents[i%len(agents)])
			}
		})
	}
}
