package feeds

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func at(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC) }

func TestEachFormatIsReadNewestFirst(t *testing.T) {
	for file, test := range map[string]struct {
		contentType, title string
		items              []Item
	}{
		"rss.xml": {"application/rss+xml", "Tom & Jerry’s News", []Item{
			{"SITE/cake?from=feed&lang=en#top", "Café & cake", "Come in. We have cakes.", "SITE/cake?from=feed&lang=en#top", "SITE/cake.jpg", at(4, 9)},
			{"https://www.example.com/by-its-guid", "It has neither a title nor a link, and its guid is its link.",
				"It has neither a title nor a link, and its guid is its link.", "https://www.example.com/by-its-guid", "https://www.example.com/enclosed.jpg", at(3, 9)},
			{"tag:example.com,2026:1", "An older thing", "Plain words, and no picture.", "https://www.example.com/older", "", at(2, 8)},
			{"https://www.example.com/thumbnail", "Its picture is a thumbnail", "", "https://www.example.com/thumbnail", "https://www.example.com/thumbnail.jpg", at(1, 9)},
			{"https://www.example.com/episode", "An episode", "Listen.", "https://www.example.com/episode", "https://www.example.com/episode.jpg", at(0, 9)},
			{"https://www.example.com/undated", "Without a date", "", "https://www.example.com/undated", "", time.Time{}},
		}},
		"atom.xml": {"application/atom+xml", "Drills & more", []Item{
			{"urn:uuid:2", "Second, bold", "Words and a picture.", "https://www.example.com/blog/second", "https://www.example.com/blog/second.jpg", time.Date(2026, 11, 5, 7, 30, 0, 0, time.UTC)},
			{"urn:uuid:1", "First", "1 < 2, and that is all.", "https://www.example.com/first", "https://www.example.com/first.png", at(4, 10)},
		}},
		"rdf.xml": {"application/rdf+xml", "Neues aus Köln", []Item{
			{"https://www.example.com/eins", "Eins", "Schöne Dinge", "https://www.example.com/eins", "", at(4, 7)},
		}},
		"feed.json": {"application/feed+json", "JSON & friends", []Item{
			{"8", "Eight, without a title.", "Eight, without a title.", "https://elsewhere.example.com/eight", "", at(5, 7)},
			{"7", "Seven", "The seventh", "https://www.example.com/seven", "https://www.example.com/7.jpg", at(4, 7)},
		}},
		"youtube.xml": {"text/xml; charset=UTF-8", "Example Drills", []Item{
			{"yt:video:AAAAAAAAAAA", "How to drill", "First a small hole. Then a bigger one.", "https://www.youtube.com/watch?v=AAAAAAAAAAA", "https://i1.ytimg.com/vi/AAAAAAAAAAA/hqdefault.jpg", at(4, 16)},
		}},
	} {
		for _, contentType := range []string{test.contentType, "text/html", "application/octet-stream"} { // what a site says of it
			t.Run(file+" as "+contentType, func(t *testing.T) {
				s := newSite(t, as(contentType, fixture(t, file)))
				feed, err := s.read(t, "/blog/feed")
				if err != nil {
					t.Fatal(err)
				}
				if feed.Title != test.title || feed.Address != s.URL+"/blog/feed" || feed.Unchanged {
					t.Errorf("read %q of %s, unchanged %v", feed.Title, feed.Address, feed.Unchanged)
				}
				if len(feed.Items) != len(test.items) {
					t.Fatalf("%d items: %s", len(feed.Items), ids(feed.Items))
				}
				for i, want := range test.items {
					for _, address := range []*string{&want.ID, &want.Link, &want.Image} {
						*address = strings.Replace(*address, "SITE", s.URL, 1)
					}
					if !reflect.DeepEqual(feed.Items[i], want) {
						t.Errorf("item %d:\ngot  %+v\nwant %+v", i, feed.Items[i], want)
					}
				}
			})
		}
	}
}
