package feeds

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed"

	"github.com/clarion-bot/clarion"
)

// isFeed says whether the data begins as a feed does.
func isFeed(data []byte) bool {
	const head = 4096 // the parser looks no further for the first element
	return gofeed.DetectFeedType(bytes.NewReader(data[:min(len(data), head)])) != gofeed.FeedTypeUnknown
}

// parse reads the feed out of the data, which came from the address.
func parse(data []byte, address *url.URL) (Feed, error) {
	data = bytes.TrimSpace(data)
	if err := bearable(data); err != nil {
		return Feed{}, tooMuch(err)
	}
	read, err := gofeedParse(data)
	if err != nil {
		return Feed{}, broken(err)
	}
	if read.FeedType == "json" && !strings.Contains(read.FeedVersion, "jsonfeed.org/version/") {
		return Feed{}, noFeed(fmt.Errorf("JSON of version %.40q", read.FeedVersion))
	}
	feed := Feed{Title: plain(read.Title, clarion.MaxTitle), Items: items(read.Items, address)}
	if feed.Title == "" {
		feed.Title = address.Hostname()
	}
	if len(read.Items) == 0 {
		return Feed{}, &Error{Kind: ErrEmpty, Sentence: "The feed has no items yet. Paste its address again when it has.", Passes: true}
	}
	if len(feed.Items) == 0 {
		return Feed{}, &Error{Kind: ErrEmpty, Sentence: "No item of the feed has a link to a web page, so that there is nothing to share. Choose another feed."}
	}
	return feed, nil
}

// gofeedParse returns an error also where the parser panics, as it does at an item of JSON that is null.
func gofeedParse(data []byte) (read *gofeed.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	parser := gofeed.NewParser()
	parser.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true} // picture looks itself, at fewer items
	return parser.Parse(bytes.NewReader(data))
}
