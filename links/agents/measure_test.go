package agents

import (
	"bufio"
	"compress/gzip"
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A sample is a file of agents that the lists were not made from. testdata/README.md says where each is from.
type sample struct {
	file    string
	minimum int // so that a broken file does not pass for a good result
}

// eachUnseen calls f with the half of the sample's agents that nothing was changed for. The rules of this package
// were made by looking at the other half: those whose FNV-1a hash of 32 bits is even.
func eachUnseen(t *testing.T, s sample, f func(agent string)) {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", s.file))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(unzipped)
	n := 0
	for scanner.Scan() {
		h := fnv.New32a()
		_, _ = h.Write(scanner.Bytes()) // it cannot fail
		if h.Sum32()%2 == 1 {
			n++
			f(scanner.Text())
		}
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	if n < s.minimum {
		t.Fatalf("%s has %d agents, want at least %d", s.file, n, s.minimum)
	}
}

func TestJudgeCatches99PercentOfCrawlersThatItWasNotMadeFrom(t *testing.T) {
	all, missed, previews := 0, 0, 0
	for _, s := range []sample{{"crawlerdetect-crawlers.txt.gz", 1500}, {"matomo-bots.txt.gz", 200}} {
		n, gone := 0, 0
		eachUnseen(t, s, func(agent string) {
			n++
			switch v, _ := Judge(agent); v {
			case Browser:
				gone++
				t.Logf("missed: %s", agent)
			case Preview:
				previews++
			}
		})
		t.Logf("%s: %d of %d caught, %.2f %%", s.file, n-gone, n, 100*float64(n-gone)/float64(n))
		all, missed = all+n, missed+gone
	}
	t.Logf("agents: crawlers=%d caught=%.2f%% previews=%d", all, 100*float64(all-missed)/float64(all), previews)
	if missed*100 > all {
		t.Errorf("missed %d of %d, more than 1 %%", missed, all)
	}
}

func TestJudgeRefusesAtMostOneInAThousandOfBrowsersThatItWasNotMadeFrom(t *testing.T) {
	all, refused := 0, 0
	for _, s := range []sample{{"crawlerdetect-devices.txt.gz", 80_000}, {"user-agents.txt.gz", 10_000}, {"matomo-browsers.txt.gz", 5_000}} {
		n, gone := 0, 0
		eachUnseen(t, s, func(agent string) {
			if !fromABrowser(agent) {
				return
			}
			n++
			if v, reason := Judge(agent); v != Browser {
				gone++
				t.Logf("refused: %s (%s): %s", v, reason, agent)
			}
		})
		t.Logf("%s: %d of %d refused, %.3f %%", s.file, gone, n, 100*float64(gone)/float64(n))
		all, refused = all+n, refused+gone
	}
	t.Logf("agents: browsers=%d refused=%.3f%%", all, 100*float64(refused)/float64(all))
	if refused*1000 > all {
		t.Errorf("refused %d of %d, more than 0.1 %%", refused, all)
	}
}

// The samples of browsers are what came to web sites and was no crawler that anybody knew. fromABrowser leaves
// out what no browser sent: scraps, attacks, apps' own clients (Dalvik, CFNetwork), agents in quotes or with the
// header's name before them, which are programs in disguise, and browsers that say a program drives them.
func fromABrowser(agent string) bool {
	return (beginsAsOne.MatchString(agent) || onAPhone.MatchString(agent)) &&
		(containsAny(agent, "AppleWebKit", "Gecko", "MSIE ") || hasAnEngine.MatchString(agent)) &&
		!containsAny(agent, "HeadlessChrome", "PhantomJS", "wkhtmlto", " splash ", "CFNetwork/", "; compatible; ", ";compatible; ") &&
		!strings.HasPrefix(agent, "Dalvik/")
}

var (
	beginsAsOne = regexp.MustCompile(`^(Mozilla/\d|Opera/\d|UCWEB/\d)`)
	onAPhone    = regexp.MustCompile(`(?i)Android|MIDP|Nokia|BlackBerry|UP\.Browser|NetFront|Obigo|Opera Mini|UCBrowser|UCWEB`)
	hasAnEngine = regexp.MustCompile(`(?i)AppleWebKit|Gecko|Trident/|Presto/|Opera|KHTML|Konqueror|UCWEB|UCBrowser|UP\.Browser|NetFront|Obigo|MIDP-|Goanna|Dolfin`)
)

func containsAny(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(s, word) })
}
