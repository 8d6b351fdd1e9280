package feeds

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/clarion-bot/clarion/internal/fetchtest"
)

func TestAPageLeadsToItsFeed(t *testing.T) {
	s := newSite(t, paths(map[string]http.HandlerFunc{
		"/":              as("text/html", fixture(t, "page.html")),
		"/blog/feed.xml": as("text/xml", rss(entry)),
	}))
	feed, err := s.read(t, "/")
	if err != nil {
		t.Fatal(err)
	}
	if feed.Address != s.URL+"/blog/feed.xml?a=1&b=2" || len(feed.Items) != 1 {
		t.Errorf("read %s with %d items", feed.Address, len(feed.Items))
	}
}

// The head is at the beginning, and pages can be longer than feeds.
func TestAPageThatIsTooLongLeadsToItsFeed(t *testing.T) {
	link := `<!doctype html><link rel="alternate" type="application/feed+json" href="/feed">`
	page := link + strings.Repeat("<p>Hello", 2*MaxBytes/8)
	s := newSite(t, paths(map[string]http.HandlerFunc{
		"/": as("text/html", page),
		"/announced": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(page)))
			as("text/html", page)(w, r)
		},
		"/feed": as("application/feed+json", fixture(t, "feed.json")),
	}))
	for _, path := range []string{"/", "/announced"} {
		if feed, err := s.read(t, path); err != nil || feed.Address != s.URL+"/feed" {
			t.Errorf("%s: got %+v, %v", path, feed, err)
		}
	}
}

func TestAPageIsFollowedOnce(t *testing.T) {
	s := newSite(t, as("text/html", `<link rel="alternate" type="application/rss+xml" href="/?">`))
	_, err := s.read(t, "/")
	isOf(t, err, ErrPage, "it names no feed")
	if n := len(s.asked()); n != 2 {
		t.Errorf("the site was asked %d times", n)
	}
}

func TestWhatIsWrongWithANamedFeedIsSaid(t *testing.T) {
	s := newSite(t, paths(map[string]http.HandlerFunc{
		"/": as("text/html", `<link rel="alternate" type="application/rss+xml" href="/gone">`),
	}))
	_, err := s.read(t, "/")
	isOf(t, err, ErrStatus, "404")
}

func TestAPageNamesItsFeedInALink(t *testing.T) {
	address := &url.URL{Scheme: "https", Host: "www.example.com", Path: "/a/b"}
	const rssLink = `<link rel=alternate type=application/rss+xml href=`
	for page, want := range map[string]string{
		rssLink + "c>":                                                             "https://www.example.com/a/c",
		rssLink + "//b.example/c />":                                               "https://b.example/c",
		"<body><p>" + rssLink + "c>":                                               "https://www.example.com/a/c", // YouTube puts it there
		`<base href="https://c.example/d/">` + rssLink + "c>":                      "https://c.example/d/c",
		`<base href="https://[::1">` + rssLink + "c>":                              "https://www.example.com/a/c",
		rssLink + `""><link rel="alternate" type="application/atom+xml" href="e">`: "https://www.example.com/a/e",
		rssLink + "'javascript:x'>":                                                "",
		rssLink + "c":                                                              "",
		"<title>" + rssLink + "c></title>":                                         "",
		"<link rel=alternate type=text/html href=c>":                               "",
		"<a rel=alternate type=application/rss+xml href=c>":                        "",
		"<link rel=alternates type=application/rss+xml href=c>":                    "",
		"": "",
	} {
		if got := feedNamed([]byte(page), address); got != want {
			t.Errorf("%s is %q, want %q", page, got, want)
		}
	}
}

func TestAChannelsPageIsItsFeed(t *testing.T) {
	const id = "UCabcdefghij-lmnopq_stuv"
	const feed = "https://www.youtube.com/feeds/videos.xml?channel_id=" + id
	for address, want := range map[string]string{
		"https://www.youtube.com/channel/" + id:                       feed,
		"http://youtube.com/channel/" + id + "/":                      feed,
		"https://m.youtube.com/channel/" + id + "/videos?view=0#top":  feed,
		"HTTPS://WWW.YOUTUBE.COM/channel/" + id:                       feed,
		"https://studio.youtube.com/channel/" + id + "/videos/upload": feed,
		"https://music.youtube.com/channel/" + id + "?si=abc":         feed,
		feed:                              feed,
		"https://www.youtube.com/@handle": "https://www.youtube.com/@handle",
		"https://www.youtube.com/channel/UCshort":            "https://www.youtube.com/channel/UCshort",
		"https://www.youtube.com/channel/" + id + "x":        "https://www.youtube.com/channel/" + id + "x",
		"https://www.youtube.com/channel/" + id[:23] + "%26": "https://www.youtube.com/channel/" + id[:23] + "%26",
		"https://www.youtube.com.example.net/channel/" + id:  "https://www.youtube.com.example.net/channel/" + id,
		"ftp://www.youtube.com/channel/" + id:                "ftp://www.youtube.com/channel/" + id,
		"https://[::1":                                       "https://[::1",
	} {
		if got := ofChannel(address); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}

// TestAHandlesPageIsItsChannelsFeed has a site that answers as YouTube does, as far as a reader sees it: a handle's
// page names the channel's feed, unless it asks for consent first. The pipes carry no TLS: http stands for https.
func TestAHandlesPageIsItsChannelsFeed(t *testing.T) {
	const feed = "http://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"
	network := fetchtest.New(t, paths(map[string]http.HandlerFunc{
		"/@drills": as("text/html", `<!DOCTYPE html><html><body><script>var x = "<link>"</script>`+
			`<link rel="alternate" type="application/rss+xml" title="RSS" href="`+feed+`">`),
		"/@consent":         as("text/html", "<!DOCTYPE html><title>Before you continue</title>"),
		"/feeds/videos.xml": as("text/xml", fixture(t, "youtube.xml")),
	}))
	r := &Reader{web: network.Client(bounds(nil))}
	got, err := r.Read(t.Context(), "http://www.youtube.com/@drills", Known{})
	if err != nil || got.Address != feed || got.Title != "Example Drills" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, address := range []string{"http://www.youtube.com/@consent", "http://youtu.be/@consent"} {
		_, err = r.Read(t.Context(), address, Known{})
		isOf(t, err, ErrPage, "Paste the channel's address with its ID instead, such as https://www.youtube.com/channel/UC…")
	}
}
