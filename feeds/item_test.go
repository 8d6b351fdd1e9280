package feeds

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/clarion-bot/clarion"
)

func TestTheFiftyNewestAreKept(t *testing.T) {
	var b strings.Builder
	for i := range 80 {
		day := time.Date(2026, 1, 1+(i*37)%80, 0, 0, 0, 0, time.UTC)
		fmt.Fprintf(&b, "<item><guid>%d</guid><link>/%d</link><pubDate>%s</pubDate></item>", day.YearDay(), i, day.Format(time.RFC1123Z))
	}
	feed, err := readOf(rss(b.String()), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(feed.Items) != MaxItems {
		t.Fatalf("%d items", len(feed.Items))
	}
	for i, item := range feed.Items {
		if want := fmt.Sprint(80 - i); item.ID != want {
			t.Fatalf("item %d is %s: %s", i, item.ID, ids(feed.Items))
		}
	}
}

func TestOneIDIsOneItemTheNewestOfThem(t *testing.T) {
	feed, err := readOf(rss(`
		<item><guid>a</guid><link>/old</link><pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate></item>
		<item><guid>b</guid><link>/b</link><pubDate>Sun, 01 Nov 2026 09:00:00 GMT</pubDate></item>
		<item><guid> a </guid><link>/new</link><pubDate>Tue, 03 Nov 2026 09:00:00 GMT</pubDate></item>`), "")
	if err != nil {
		t.Fatal(err)
	}
	if ids(feed.Items) != "a b" || feed.Items[0].Link != "https://www.example.com/new" {
		t.Errorf("got %+v", feed.Items)
	}
}

func TestItemsWithoutDatesStayInTheFeedsOrder(t *testing.T) {
	feed, err := readOf(rss(`<item><link>/b</link></item><item><link>/a</link></item>
		<item><link>/c</link><pubDate>nonsense</pubDate></item><item><link>/d</link><pubDate>Mon, 02 Jan 0000 00:00:00 GMT</pubDate></item>`), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(feed.Items); got != "https://www.example.com/b https://www.example.com/a https://www.example.com/c https://www.example.com/d" {
		t.Errorf("got %s", got)
	}
	for _, item := range feed.Items {
		if !item.Published.IsZero() {
			t.Errorf("%s is of %s", item.ID, item.Published)
		}
	}
}

func TestOnlyAddressesOfWebPagesAreLinksAndPictures(t *testing.T) {
	base := &url.URL{Scheme: "https", Host: "www.example.com", Path: "/blog/feed", RawQuery: "key=hunter2"}
	for address, want := range map[string]string{
		"https://a.example.com/x":  "https://a.example.com/x",
		"http://a.example.com":     "http://a.example.com",
		" /x ":                     "https://www.example.com/x",
		"x?a=b c":                  "https://www.example.com/blog/x?a=b%20c",
		"//b.example.com/x":        "https://b.example.com/x",
		"?p=1":                     "https://www.example.com/blog/feed?p=1",
		"https://Köln.example:8/x": "https://xn--kln-sna.example:8/x",
		"https://a.example./x":     "https://a.example./x",
		"https://[2001:db8::1]/x":  "https://[2001:db8::1]/x",
		"":                         "",
		"#":                        "", // the feed itself, with its key
		"#top":                     "",
		"?":                        "",
		"https://<!channel>/":      "",
		"https://a\u202eb.example": "",
		"javascript:alert(1)":      "",
		"JavaScript:alert(1)":      "",
		"java\nscript:alert(1)":    "",
		"data:text/html,hello":     "",
		"file:///etc/passwd":       "",
		"ftp://a.example.com/":     "",
		"mailto:me@example.com":    "",
		"https://me@example.com/":  "",
		"https://":                 "",
		"https:///x":               "",
		"https://[::1":             "",
		"https://a.example.com:x/": "",
		"/" + strings.Repeat("x", clarion.MaxAddress): "",
	} {
		if got := webAddress(address, base); got != want {
			t.Errorf("%q is %q, want %q", address, got, want)
		}
	}
	if got := webAddress("/x", nil); got != "" {
		t.Errorf("without a base /x is %q", got)
	}
}

func TestAFeedWhoseItemsCannotBeSharedSaysSo(t *testing.T) {
	for name, items := range map[string]string{
		"javascript": "<item><link>javascript:alert(1)</link></item>", "no link": "<item><title>One</title><guid>1</guid></item>",
		"too long": "<item><link>https://www.example.com/" + strings.Repeat("x", 2000) + "</link></item>",
	} {
		_, err := readOf(rss(items), "")
		if e := isOf(t, err, ErrEmpty, "No item of the feed has a link to a web page"); e.Passes {
			t.Errorf("%s: it is said to pass", name)
		}
	}
	_, err := readOf(rss(""), "")
	if e := isOf(t, err, ErrEmpty, "no items yet"); !e.Passes {
		t.Error("a feed without items is said never to have any")
	}
}

func TestTextsArePlainTidyAndShort(t *testing.T) {
	long := strings.Repeat("word ", 10_000)
	for markup, want := range map[string]string{
		"":                                   "",
		"plain":                              "plain",
		" a \n\t b\u00a0c ":                  "a b c",
		"<p>One</p><p>two</p>":               "One two",
		"a<br>b<br/>c<li>d":                  "a b c d",
		"un<b>believ</b>able <i>x</i>.":      "unbelievable x.",
		"a<script>alert('b')</script>c":      "a c",
		"<style>p{color:red}</style>a":       "a",
		"<script>a<script>b":                 "",
		"a<!-- b -->c":                       "ac",
		"AT&amp;T &lt;b&gt; &eacute;&#8217;": "AT&T <b> é’",
		"1 < 2 & 3 > 2":                      "1 < 2 & 3 > 2",
		"a\x00b\u0007c\u200bd\u00ade":        "abcde",
		"a\u202egpj.exe\u2066b&#x202e;":      "agpj.exeb", // would turn what follows around
		"שלום\u200f, \u200eABC":              "שלום\u200f, \u200eABC",
		"Straße 👩‍👩‍👧":                       "Straße 👩‍👩‍👧",
		"<img alt='x' src=y>":                "",
	} {
		if got := plain(markup, 100); got != want {
			t.Errorf("%q is %q, want %q", markup, got, want)
		}
	}
	for _, markup := range []string{long, "<p>" + strings.ReplaceAll(long, " ", "</p><p>"), strings.Repeat("x", 10_000), strings.Repeat("<b>", 10_000) + long} {
		got := plain(markup, 100)
		if n := utf8.RuneCountInString(got); n > 100 || n < 90 || !strings.HasSuffix(got, "…") {
			t.Errorf("%d characters: %q", n, got)
		}
	}
	if got := plain(long, 100); !strings.HasSuffix(got, "word…") {
		t.Errorf("cut inside a word: %q", got)
	}
}

func TestAPictureOfOnePixelIsNone(t *testing.T) {
	got := shown(`<img src=a width=1><img src=b height="0"><p><img src=c width=10 height=100/><img><img src=d></p>`)
	if strings.Join(got, " ") != "c  d" {
		t.Errorf("got %q", got)
	}
}

func TestAFeedsOwnWordsFitACampaign(t *testing.T) {
	long := strings.Repeat("long ", 2000)
	feed, err := readOf(rss("<item><guid>"+long+"</guid><link>/a</link><title>"+long+"</title><description>"+long+"</description></item>"), "")
	if err != nil {
		t.Fatal(err)
	}
	item := feed.Items[0]
	if n := utf8.RuneCountInString(item.Title); n > clarion.MaxTitle || n < clarion.MaxTitle-10 {
		t.Errorf("a title of %d", n)
	}
	if n := utf8.RuneCountInString(item.Text); n > maxText || n < maxText-10 {
		t.Errorf("a text of %d", n)
	}
	if item.ID != item.Link {
		t.Errorf("an ID of %d bytes", len(item.ID))
	}
	if feed, err = readOf(strings.Replace(rss("<item><link>/</link></item>"), "News", "", 1), ""); err != nil || feed.Title != "www.example.com" || feed.Items[0].Title != "www.example.com" {
		t.Errorf("without a title: %+v, %v", feed, err)
	}
}

func TestAnErrorThatIsNotOursHasASentenceToo(t *testing.T) {
	if got := Sentence(errors.New("anything")); got != "The feed cannot be read now. Try again later." {
		t.Errorf("got %q", got)
	}
	if got := Sentence(fmt.Errorf("read the feed of a topic: %w", tooBig())); !strings.Contains(got, "larger than 2 MB") {
		t.Errorf("got %q", got)
	}
}
