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

const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"

func TestJudgeCatchesEveryCrawlerOfItsList(t *testing.T) {
	for _, agent := range lines(t, "crawlers.txt") {
		if v, _ := Judge(agent); v == Browser {
			t.Errorf("Judge(%q) = browser", agent)
		}
	}
}

// forged is in the list of what browsers send most, but no browser sends it: it names no engine.
const forged = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0"

func TestJudgeRefusesNoBrowserOfAPersonNorOneInsideAnApp(t *testing.T) {
	for _, file := range []string{"browsers.txt", "in-app.txt"} {
		for _, agent := range lines(t, file) {
			if v, reason := Judge(agent); agent != forged && v != Browser || v == Browser && reason != "" {
				t.Errorf("%s: Judge(%q) = %s, %s", file, agent, v, reason)
			}
		}
	}
}

func TestJudgeTellsPreviewsFromOtherCrawlers(t *testing.T) {
	const safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 "
	tests := []struct{ who, agent string }{
		{"Facebook", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"},
		{"Facebook, capitals", "Mozilla/5.0 (compatible; Meta-ExternalHit/1.1; +http://www.facebook.com/externalhit_uatext.php)"},
		{"Facebook, a link that somebody posts", "meta-externalfetcher/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)"},
		{"Facebot", "Facebot/1.0"},
		{"X", "Twitterbot/1.0"},
		{"LinkedIn", "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)"},
		{"WhatsApp", "WhatsApp/2.23.20.0 A"},
		{"Telegram", "TelegramBot (like TwitterBot)"},
		{"Discord", "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"},
		{"Slack", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
		{"Slack's pictures", "Slack-ImgProxy (+https://api.slack.com/robots)"},
		{"Slack, as a browser", chrome + " Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
		{"Skype and Teams", "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com"},
		{"Microsoft", "Mozilla/5.0 (compatible; MicrosoftPreview/2.0; +https://aka.ms/MicrosoftPreview)"},
		{"Pinterest", "Mozilla/5.0 (compatible; Pinterestbot/1.0; +https://www.pinterest.com/bot.html)"},
		{"Reddit", "Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)"},
		{"Viber", "Viber/24.1.0 CFNetwork/1492 Darwin/23.3.0"},
		{"VK", "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)"},
		{"LINE", "facebookexternalhit/1.1;line-poker/1.0"},
		{"KakaoTalk", "facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984"},
		{"Iframely", "Iframely/1.3.1 (+https://iframely.com/docs/about)"},
		{"Embedly", "Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)"},
		{"iMessage", safari + "facebookexternalhit/1.1 Facebot Twitterbot/1.0"},
		{"Mastodon", "http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.social/) Bot"},
		{"Bluesky", "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)"},
		{"Snapchat", "Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots"},
		{"Google Chat", chrome + " Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/)"},
		{"Gmail", "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"},
		{"Yahoo Mail", "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"},
		{"Mattermost", "Mattermost-Bot/1.1"},
		{"Zulip", "Mozilla/5.0 (compatible; ZulipURLPreview/9.0; +https://zulip.com)"},
	}
	for _, test := range tests {
		if v, reason := Judge(test.agent); v != Preview || reason == "" {
			t.Errorf("%s: Judge(%q) = %s, %q", test.who, test.agent, v, reason)
		}
	}
	for _, agent := range []string{
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
		"Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
		"meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)", // what trains a model
		"python-requests/2.32.3", "curl/8.5.0", "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
	} {
		if v, reason := Judge(agent); v != Crawler {
			t.Errorf("Judge(%q) = %s, %q; want crawler", agent, v, reason)
		}
	}
}

func TestJudgeTakesNoProgramForABrowser(t *testing.T) {
	for _, agent := range []string{
		"", " ", "\t\r\n", "-", "Mozilla", "Mozilla/5.0", "Mozilla/5.0 ", "Mozilla/4.0 (compatible)", "curl/8.5.0", "Wget/1.21.4",
		"python-requests/2.32.3", "Python/3.12 aiohttp/3.9.5", "Go-http-client/1.1", "Go-http-client/2.0", "Java/17.0.9", "okhttp/4.12.0",
		"Apache-HttpClient/4.5.14 (Java/17.0.9)", "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "axios/1.7.2", "undici", "node",
		"Dalvik/2.1.0 (Linux; U; Android 14; SM-S918B Build/UP1A.231005.007)", "MyApp/1 CFNetwork/1492 Darwin/23.3.0", "PostmanRuntime/7.39.0",
		"libwww-perl/6.77", "Ruby", "PHP/8.3.0", "Faraday v2.9.0", "GuzzleHttp/7", "Microsoft Office Word 2014", "Firefox", "Chrome/126.0.0.0",
		"Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1682",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36", forged,
		"Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0) BingPreview/1.0b",
	} {
		if v, reason := Judge(agent); v == Browser || reason == "" {
			t.Errorf("Judge(%q) = %s, %q", agent, v, reason)
		}
	}
}

func TestJudgeSaysWhatItFound(t *testing.T) {
	tests := []struct {
		agent   string
		verdict Verdict
		reason  string
	}{
		{"", Odd, "no user agent"},
		{"  \t", Odd, "no user agent"},
		{strings.Repeat("Mozilla/5.0 (X11) ", 200), Odd, "longer than any browser's"},
		{"Firefox", Odd, "does not begin as browsers do"},
		{"Mozilla/5.0 (Windows NT 10.0", Odd, "names no engine"},
		{"Mozilla/5.0 (Amiga) AppleWebKit/1", Odd, "names no system that browsers run on"},
		{"Mozilla/5.0 (compatible; Linux) Gecko/1", Odd, "compatible, but not with anything"},
		{"Mozilla/5.0 (X11; Linux x86_64)", Odd, "names no engine"},
		{chrome, Browser, ""},
		{chrome + " Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", Preview, "Slackbot"},
		{"Twitterbot/1.0", Preview, "Twitterbot"},
		{"WhatsApp/2.23.20.0", Preview, "WhatsApp"},
		{"Googlebot/2.1", Crawler, "Googlebot/"},
	}
	for _, test := range tests {
		if v, reason := Judge(test.agent); v != test.verdict || reason != test.reason {
			t.Errorf("Judge(%q) = %s, %q; want %s, %q", test.agent, v, reason, test.verdict, test.reason)
		}
	}
}

// A word that names a crawler says nothing where a phone's maker put it, and says all of it elsewhere.
func TestAPhonesNameIsNoCrawlersButACrawlersNameBesideItIs(t *testing.T) {
	const after = ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
	tests := []struct {
		agent   string
		verdict Verdict
	}{
		{"Mozilla/5.0 (Linux; Android 13; Power Bot Build/TP1A" + after, Browser},
		{"Mozilla/5.0 (Linux; Android 13; Spider" + after, Browser},
		{"Mozilla/5.0 (Linux; U; Android 4.2.2; it-it; S222 Build/CUBOT" + after, Browser},
		{"Mozilla/5.0 (Linux; Android 13; K; FooBot/1.0" + after, Crawler},
		{"Mozilla/5.0 (Linux; Android 13; K" + after + " (compatible; FooBot/1.0)", Crawler},
		{"Mozilla/5.0 (Linux; Android 13; K" + after + " FooBot", Crawler},
		{"FooBot (Linux; Android 13; K" + after, Crawler},
	}
	for _, test := range tests {
		if v, reason := Judge(test.agent); v != test.verdict {
			t.Errorf("Judge(%q) = %s, %q; want %s", test.agent, v, reason, test.verdict)
		}
	}
}

func TestEveryExceptionStandsInAList(t *testing.T) {
	all := slices.Concat(linesOf(crawlerUserAgents), linesOf(isbot))
	check := func(line string) {
		if !slices.Contains(all, line) {
			t.Errorf("%q is in no list: look at what the newer list says instead", line)
		}
	}
	for line := range people() {
		check(line)
	}
	for _, p := range byHand() {
		check(p.name)
	}
	for _, line := range ownBrowsers() {
		check(line)
	}
	for _, line := range linesOf(crawlerUserAgentsPreviews) {
		check(line)
	}
}

// Cutting lines up must not change what they match: every expression that Go can read is asked as well.
func TestTheAutomatonFindsWhatTheExpressionsMatch(t *testing.T) {
	all := patterns()
	whole := newAutomaton(all)
	for _, agent := range slices.Concat(lines(t, "crawlers.txt"), lines(t, "browsers.txt"), lines(t, "in-app.txt")) {
		found, folded := whole.read(agent), strings.ToLower(agent)
		crawler, preview := false, false
		for i := range all {
			p := &all[i]
			if p.signs != 0 || p.unlessBrowser && found.signs.has(browser) || !occurs(p, agent, folded) {
				continue
			}
			crawler, preview = crawler || !p.preview, preview || p.preview
		}
		if crawler != (found.crawler != nil) || preview != (found.preview != nil) {
			t.Errorf("%q: found %v and %v, one pattern at a time %t and %t", agent, found.crawler, found.preview, crawler, preview)
		}
	}
}

func occurs(p *pattern, text, folded string) bool {
	literal := strings.ToLower(p.literal)
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

func FuzzJudgeIsSteadyAndNeverPanics(f *testing.F) {
	for _, agent := range slices.Concat(lines(f, "in-app.txt"), lines(f, "crawlers.txt")[:40]) {
		f.Add(agent)
	}
	f.Add("\xff\xfe bot")
	f.Add("Android ;")
	f.Add("x[FB Android ;;)")
	f.Fuzz(func(t *testing.T, agent string) {
		v, reason := Judge(agent)
		if (v == Browser) != (reason == "") {
			t.Errorf("Judge(%q) = %s, %q", agent, v, reason)
		}
		for _, same := range []string{agent, " " + agent, agent + "\r\n", "\t" + agent + " "} {
			if again, why := Judge(same); again != v || why != reason {
				t.Errorf("Judge(%q) = %s, %q; Judge(%q) = %s, %q", agent, v, reason, same, again, why)
			}
		}
		if v, _ := Judge(agent + " +http://example.com/bot"); v == Browser {
			t.Errorf("Judge(%q and a crawler's address) = browser", agent)
		}
	})
}

func TestJudgeAllocatesNothing(t *testing.T) {
	Prepare()
	for _, file := range []string{"in-app.txt", "browsers.txt"} {
		for _, agent := range lines(t, file) {
			if n := testing.AllocsPerRun(10, func() { Judge(agent) }); n != 0 {
				t.Errorf("Judge(%q) allocates %.0f times", agent, n)
			}
		}
	}
}

func BenchmarkPrepare(b *testing.B) {
	for b.Loop() {
		newAutomaton(patterns())
	}
}

func BenchmarkJudge(b *testing.B) {
	Prepare()
	for _, test := range []struct {
		name   string
		agents []string
	}{
		{"chrome", []string{chrome}},
		{"iphone", []string{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
			"Version/26.6.1 Mobile/15E148 Safari/604.1"}},
		{"instagram", []string{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
			"Mobile/21F90 Instagram 336.0.8.30.90 (iPhone14,5; iOS 17_5_1; en_GB; en; scale=3.00; 1170x2532; 610567890; IABMV/1)"}},
		{"browsers", lines(b, "browsers.txt")},
		{"in-app", lines(b, "in-app.txt")},
		{"crawlers", lines(b, "crawlers.txt")},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				Judge(test.agents[i%len(test.agents)])
			}
		})
	}
}
