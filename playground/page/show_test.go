package page_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground/page"
)

func TestPageShowsMessagesInOrderUnderTheirAuthorsAndDays(t *testing.T) {
	r := newRig(t)
	r.act("/say", "as", "U1", "in", "C1", "text", "Good *morning*")
	r.act("/say", "as", "U1", "in", "C1", "text", "Second line")
	r.clock.mu.Lock()
	r.clock.now = r.clock.now.AddDate(0, 0, 1)
	r.clock.mu.Unlock()
	r.api("chat.postMessage", object{"channel": "C1", "text": "From the bot"})

	body := r.see("/?as=U2&in=C1")
	contains(t, body, "Good <strong>morning</strong>", "Second line", "From the bot", "Yesterday", "Today", "APP", "Sofia Reyes", "08:30")
	if a, b, c := strings.Index(body, "morning"), strings.Index(body, "Second line"), strings.Index(body, "From the bot"); a >= b || b >= c {
		t.Errorf("messages are out of order: %d %d %d", a, b, c)
	}
	if n := strings.Count(body, "<strong>Sofia Reyes</strong>"); n != 2 { // once in the list of people, once over both messages
		t.Errorf("Sofia's name stands %d times, want 2: one over her two messages", n)
	}
}

func TestOnlyItsReaderSeesAnEphemeralMessageOrADirectOne(t *testing.T) {
	r := newRig(t)
	r.api("chat.postEphemeral", object{"channel": "C1", "user": "U2", "text": "for Amira alone"})
	r.api("chat.postMessage", object{"channel": "U2", "text": "a word in private"})

	contains(t, r.see("/?as=U2&in=C1"), "for Amira alone", "Only visible to you")
	lacks(t, r.see("/?as=U1&in=C1"), "for Amira alone", "Only visible to you")
	direct := directOf(t, r.see("/?as=U2&in=C1"))
	contains(t, r.see("/?as=U2&in="+direct), "a word in private")
	// Looking at another's conversation with the bot shows one's own.
	body := r.see("/?as=U1&in=" + direct)
	lacks(t, body, "a word in private")
	contains(t, body, "your conversation with")
}

// directOf reads the id of a person's conversation with the bot from the sidebar.
func directOf(t *testing.T, body string) string {
	t.Helper()
	m := regexp.MustCompile(`id="c-(D\w+)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatal("the sidebar has no direct message")
	}
	return m[1]
}

func TestSwitchingPersonsKeepsThePlaceWhereTheNewOneCanSeeIt(t *testing.T) {
	r := newRig(t)
	contains(t, r.see("/?as=U1&in=C3"), "<title>#social-team", `href="/?as=U2&amp;in=C3"`)
	body := r.see("/?as=U2&in=C3")
	contains(t, body, "<title>#kingston") // the default one
	lacks(t, body, "social-team")
	contains(t, r.see("/?as=U2&in=bath"), "<title>#bath")
}

func TestUnreadMessagesAreMarkedUntilTheChannelIsSeen(t *testing.T) {
	r := newRig(t)
	r.see("/?as=U2&in=C2")
	r.act("/say", "as", "U1", "in", "C2", "text", "one")
	r.act("/say", "as", "U1", "in", "C2", "text", "two")
	contains(t, r.see("/?as=U2&in=C1"), `aria-label="2 unread"`)
	lacks(t, r.see("/?as=U2&in=C2"), `aria-label="2 unread"`)
	lacks(t, r.see("/?as=U2&in=C1"), `aria-label="2 unread"`)
	lacks(t, r.see("/?as=U1&in=C1"), `aria-label="2 unread"`) // one's own are never unread
}

func TestHostileNamesTopicsAndTextsAreOnlyText(t *testing.T) {
	r := newRig(t, func(c *page.Config) {
		c.Title = "<script>alert(4)</script>"
		c.Intro = []page.Step{{Title: "<b onclick=x>", Text: "<script>alert(5)</script>", Draft: `"><script>`}}
	})
	r.act("/say", "as", "U3", "in", "C1", "text", `<script>alert(6)</script> <img onerror=x>`)
	body := r.see(`/?as=U3&in=C1&draft=%3C/textarea%3E%3Cscript%3Ealert(7)%3C/script%3E`)
	lacks(t, body, "<script>", "<img src=x", "<img onerror", "<b onclick", "</textarea><script")
	contains(t, body, "&lt;script&gt;alert(6)", "&lt;img src=x")
}

// The policy forbids inline script; the page must not need any.
func TestPageHasNoInlineScriptAndAStrictPolicy(t *testing.T) {
	r := newRig(t)
	r.act("/say", "as", "U2", "in", "C1", "text", "/form")
	res, err := http.Get(r.base + "/?as=U2&in=C1")
	if err != nil {
		t.Fatal(err)
	}
	policy := res.Header.Get("Content-Security-Policy")
	contains(t, policy, "default-src 'none'", "script-src 'self';", "img-src *", "frame-ancestors 'none'")
	_, body := read(t, res)
	if m := regexp.MustCompile(`<script(?:[^>]*)>[^<]`).FindString(body); m != "" {
		t.Errorf("inline script: %s", m)
	}
	if m := regexp.MustCompile(`<[^>]+\son\w+=`).FindString(body); m != "" {
		t.Errorf("inline handler: %s", m)
	}
}

func TestEveryAssetIsServedWithItsTypeAndForEver(t *testing.T) {
	r := newRig(t, func(c *page.Config) { c.Prefix = "/chat" })
	body := r.see("/chat/")
	paths := regexp.MustCompile(`(?:href|src)="(/chat/assets/[^"]+)"`).FindAllStringSubmatch(body, -1)
	if len(paths) < 5 {
		t.Fatalf("the page names %d assets", len(paths))
	}
	root := strings.TrimSuffix(paths[0][1], "icon.svg")
	checked := map[string]bool{}
	var check func(path string)
	check = func(path string) {
		if checked[path] {
			return
		}
		checked[path] = true
		res, err := http.Get(r.base + path)
		if err != nil {
			t.Fatal(err)
		}
		kind, cache := res.Header.Get("Content-Type"), res.Header.Get("Cache-Control")
		status, content := read(t, res)
		want := map[string]string{".css": "text/css", ".js": "javascript", ".svg": "image/svg"}[path[strings.LastIndex(path, "."):]]
		if status != http.StatusOK || !strings.Contains(kind, want) || !strings.Contains(cache, "immutable") || content == "" {
			t.Errorf("%s: %d, type %q, cache %q, %d bytes", path, status, kind, cache, len(content))
		}
		if strings.HasSuffix(path, ".js") && !strings.Contains(path, "vendor") {
			for _, m := range regexp.MustCompile(`from "\./([^"]+)"`).FindAllStringSubmatch(content, -1) {
				check(root + m[1])
			}
		}
	}
	for _, p := range paths {
		check(p[1])
	}
	if !checked[root+"vendor/idiomorph-0.8.0.js"] {
		t.Error("no script imports the vendored one")
	}
	if status, _ := r.get(root + "vendor/idiomorph-0.8.0.LICENSE"); status != http.StatusOK {
		t.Error("the vendored script's licence is not there")
	}
}

func TestComposerOffersTheCommandsAndTheGuideItsSteps(t *testing.T) {
	r := newRig(t, func(c *page.Config) {
		c.Intro = []page.Step{{Title: "Plan", Text: "As *Sofia*", As: "U1", In: "bath", Draft: "/form campaign"}, {Title: "Look"}}
	})
	body := r.see("/?as=U2&in=C1")
	contains(t, body, `data-name="/form" data-usage="campaign"`, "Opens a form", "What to try",
		`href="/?as=U1&amp;draft=%2Fform&#43;campaign&amp;in=C2"`, "The next hour", "Mon")
	contains(t, r.see("/?as=U1&in=C2&draft=/form+campaign"), ">/form campaign</textarea>")
	contains(t, r.see("/?as=U1&in=C4"), "is archived")
	lacks(t, r.see("/?as=U1&in=C4"), "<textarea")
}

func TestNewNamesWhatItsConfigurationLacks(t *testing.T) {
	r := newRig(t)
	for name, cfg := range map[string]page.Config{
		"Slack":        {Clock: r.clock, DefaultUser: "U2"},
		"clock":        {Slack: r.slack, DefaultUser: "U2"},
		"default user": {Slack: r.slack, Clock: r.clock, DefaultUser: "U9"},
		"prefix":       {Slack: r.slack, Clock: r.clock, DefaultUser: "U2", Prefix: "/chat/"},
	} {
		if _, err := page.New(cfg); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without a good %s: %v", name, err)
		}
	}
	if _, err := page.New(page.Config{Slack: r.slack, Clock: r.clock, DefaultUser: "UB"}); err == nil {
		t.Error("the bot may be the default user")
	}
}

func TestTimesAreThoseOfTheLocation(t *testing.T) {
	r := newRig(t, func(c *page.Config) { c.Location = time.FixedZone("far", 9*3600) })
	r.act("/say", "as", "U1", "in", "C1", "text", "hello")
	contains(t, r.see("/?as=U2&in=C1"), "17:30", `title="Mon 23 Nov, 17:30"`)
}
