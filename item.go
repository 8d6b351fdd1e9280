package clarion

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"
	"unicode/utf8"
)

// A Feed is what was read of an RSS or Atom feed.
type Feed struct {
	Address   string // of the feed itself, which a web page may have named
	Title     string
	Items     []Item      // newest first
	Version   FeedVersion // for the next read
	Unchanged bool        // it is what the version was of that it was asked with; it has neither title nor items then
}

// A FeedVersion is what a site gave to ask with whether its feed has changed. The zero value is that of no feed.
type FeedVersion struct {
	Address  string `json:"address,omitempty"`
	Tag      string `json:"tag,omitempty"`
	Modified string `json:"modified,omitempty"`
}

// An Item is one entry of a feed, in plain text.
type Item struct {
	GUID    string    `json:"guid"` // the feed's own name for it, which stays when the item is changed
	Title   string    `json:"title"`
	Text    string    `json:"text,omitempty"`
	Link    string    `json:"link"`
	Picture string    `json:"picture,omitempty"`
	At      time.Time `json:"at,omitzero"` // when it was published; zero: the feed does not say
}

// ItemKey is by what an item is known within its topic.
type ItemKey string

// Key returns by what the item is known: 80 bits of a hash of its GUID.
func (i Item) Key() ItemKey {
	sum := sha256.Sum256([]byte(i.GUID))
	return ItemKey(strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])))
}

// Usable says whether the item can become a campaign: it says something, and leads to a web page.
func (i Item) Usable() bool {
	return oneLine(i.Title)+oneLine(i.Text) != "" && checkAddress("link", i.Link, "http", "https") == nil
}

// A Suggestion asks the social team whether an item of a topic's feed becomes a campaign.
type Suggestion struct {
	Topic TopicID   `json:"topic"`
	Item  Item      `json:"item"`
	At    time.Time `json:"at"` // when it came
}

// SuggestionID names a suggestion within a workspace. It has no spaces.
type SuggestionID string

// ID names the suggestion: one item of one topic.
func (s Suggestion) ID() SuggestionID {
	return SuggestionID(string(s.Topic) + ":" + string(s.Item.Key()))
}

// Parts returns the topic and the item that the id names, or empty ones when it is no suggestion's.
func (id SuggestionID) Parts() (TopicID, ItemKey) {
	i := strings.LastIndexByte(string(id), ':')
	if i < 0 {
		return "", ""
	}
	return TopicID(id[:i]), ItemKey(id[i+1:])
}

// PictureAlt says what a campaign's picture shows, for those who do not see it.
func PictureAlt(title string) string { return "Picture of the campaign “" + title + "”" }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip returns as many of the text's first words as have no more than most code points.
func clip(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return Cut(s, most) // no text weighs less than it has code points
}
