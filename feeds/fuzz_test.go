package feeds

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/clarion-bot/clarion"
)

// FuzzReadingWhatAnybodyWrites holds that whatever a site gives is a feed within the bounds, an address to go on to,
// or an error with sentences.
func FuzzReadingWhatAnybodyWrites(f *testing.F) {
	for _, name := range []string{"rss.xml", "atom.xml", "rdf.xml", "feed.json", "youtube.xml", "page.html"} {
		f.Add([]byte(fixture(f, name)), "text/xml")
		f.Add([]byte(wide(fixture(f, name), true)), "text/html; charset=utf-16")
	}
	for _, document := range []string{
		"", "<", "{", "{}", "<rss>", "<feed><entry/></feed>", "<rdf/>", "\x00<rss/>", "\xff\xfe<\x00", `{"items": [null]}`,
		`{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/", "attachments": null, "date_published": "9999-12-31T23:59:59-12:00"}]}`,
		rss(entry + "<item><link>&#xD800;</link></item>"), rss("<item><link>/</link><title>" + strings.Repeat("👩‍👩‍👧", 100) + "</title></item>"),
		`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="javascript:x"><entry xml:base=":"><link href="%"/><link href="/x"/><content type="xhtml"><p></content></entry></feed>`,
	} {
		f.Add([]byte(document), "")
	}
	base := &url.URL{Scheme: "https", Host: "www.example.com", Path: "/feed"}
	f.Fuzz(func(t *testing.T, document []byte, contentType string) {
		data := decode(document, contentType)
		if !utf8.Valid(data) {
			t.Fatal("what is decoded is no UTF-8")
		}
		if named := feedNamed(data, base); named != "" && webAddress(named, nil) == "" {
			t.Errorf("%q is named as a feed", named)
		}
		feed, err := parse(data, base)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok || feed.Title != "" || feed.Items != nil {
				t.Fatalf("got %+v and %T %v", feed, err, err)
			}
			return
		}
		if len(feed.Items) == 0 || len(feed.Items) > MaxItems {
			t.Errorf("%d items", len(feed.Items))
		}
		checkLine(t, feed.Title, 1, clarion.MaxTitle)
		seen := map[string]bool{}
		newest := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, item := range feed.Items {
			checkLine(t, item.Title, 1, clarion.MaxTitle)
			checkLine(t, item.Text, 0, maxText)
			if item.Published.After(newest) || seen[item.ID] || item.ID == "" || !utf8.ValidString(item.ID) || utf8.RuneCountInString(item.ID) > clarion.MaxAddress {
				t.Errorf("an item of %s with the ID %q", item.Published, item.ID)
			}
			if _, err := item.Published.MarshalJSON(); err != nil {
				t.Error(err)
			}
			newest, seen[item.ID] = item.Published, true
			if webAddress(item.Link, nil) != item.Link || item.Link == "" || webAddress(item.Image, nil) != item.Image {
				t.Errorf("an item with the link %q and the picture %q", item.Link, item.Image)
			}
		}
	})
}

// checkLine fails the test unless the text is one line of so many characters.
func checkLine(t *testing.T, s string, least, most int) {
	t.Helper()
	n := utf8.RuneCountInString(s)
	if n < least || n > most || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || strings.TrimSpace(s) != s {
		t.Errorf("not a line of %d to %d characters: %q", least, most, s)
	}
}
