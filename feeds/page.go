package feeds

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// callsItselfPage says whether a content type is that of a web page.
func callsItselfPage(contentType string) bool {
	mediaType, _, _ := mime.ParseMediaType(contentType)
	return mediaType == "text/html" || mediaType == "application/xhtml+xml"
}

// isPage says whether the data is a web page, by its type or by its first bytes.
func isPage(data []byte, contentType string) bool {
	return callsItselfPage(contentType) || callsItselfPage(http.DetectContentType(data))
}

// feedNamed returns the address of the first feed that a web page names in a link, or "" when it names none
// (https://www.rssboard.org/rss-autodiscovery, https://www.jsonfeed.org/version/1.1/#discovery). A page whose end
// was cut off is read as far as it goes.
func feedNamed(page []byte, address *url.URL) string {
	base := address
	tokens := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			switch token.DataAtom {
			case atom.Base:
				if u, err := address.Parse(strings.TrimSpace(attribute(token, "href"))); err == nil {
					base = u
				}
			case atom.Link:
				if u := linkedFeed(token, base); u != "" {
					return u
				}
			}
		}
	}
}

// linkedFeed returns the address of the feed that a link is to, or "".
func linkedFeed(link html.Token, base *url.URL) string {
	relations := strings.Fields(strings.ToLower(attribute(link, "rel")))
	mediaType, _, _ := mime.ParseMediaType(attribute(link, "type"))
	if !slices.Contains(relations, "alternate") ||
		!slices.Contains([]string{"application/rss+xml", "application/atom+xml", "application/feed+json"}, mediaType) {
		return ""
	}
	return webAddress(attribute(link, "href"), base)
}

func attribute(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// noFeedNamed is the error of a web page that leads to no feed.
func noFeedNamed(address string) error {
	e := &Error{Kind: ErrPage, Sentence: "This is a web page, and it names no feed. Look on it for “RSS” or “Feed”, and paste the address that is behind it."}
	if onYouTube(address) {
		e.Sentence = "This page of YouTube names no feed. Paste the channel's address with its ID instead, such as " +
			"https://www.youtube.com/channel/UC…; YouTube has the ID under Share channel, Copy channel ID."
	}
	return e
}
