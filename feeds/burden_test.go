package feeds

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// These documents would cost minutes, or the process.
func TestWhatWouldCostTooMuchIsNotParsed(t *testing.T) {
	var names strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&names, ` xmlns:n%d="u"`, i)
	}
	deep := func(element string) string {
		return strings.Repeat("<"+element+">", 100_000) + strings.Repeat("</"+element+">", 100_000)
	}
	for name, test := range map[string]struct {
		document string
		cause    error
	}{
		"depth of an extension": {rss("<item xmlns:x='u'>" + deep("x:x") + "</item>"), errTooDeep},
		"depth of a text":       {rss("<item><title>" + deep("b") + "</title></item>"), errTooDeep},
		"depth without an end":  {rss(strings.Repeat("<x:y>", 400_000)), errTooDeep},
		"many elements":         {rss(strings.Repeat("<a/>", 400_000)), errTooMuch},
		"many names":            {strings.Replace(rss(strings.Repeat("<n1:a/>", 40_000)), "<channel>", "<channel"+names.String()+">", 1), errTooMuch},
		"many pieces of a text": {rss("<item xmlns:x='u'><x:x>" + strings.Repeat("a<!---->", 240_000) + "</x:x></item>"), errTooMuch},
		"many attributes":       {rss("<a" + strings.Repeat(" b='c'", 300_000) + "/>"), errTooMuch},
		"a long text":           {rss("<item><title>" + strings.Repeat("<![CDATA[<table><a>]]>", 90_000) + "</title></item>"), errTooMuch},
		"a long base":           {rss("<item xml:base='https://a.example/" + strings.Repeat("a/", 300) + "'/>"), errTooMuch},
		"many bases":            {rss(strings.Repeat("<x:x xml:base='aaaaaaaaaa/'>", 100)), errTooMuch},
		"many objects":          {`{"version": "https://jsonfeed.org/version/1", "items": [` + strings.Repeat("{},", 400_000) + `{}]}`, errTooMuch},
	} {
		t.Run(name, func(t *testing.T) {
			if len(test.document) > MaxBytes {
				t.Fatalf("the document has %d bytes, which nobody reads", len(test.document))
			}
			_, err := readOf(test.document, "")
			isOf(t, err, ErrTooBig, "more parts, or longer ones, than are read. Choose one")
			if !errors.Is(err, test.cause) {
				t.Errorf("refused as %v", err.(*Error).Cause)
			}
		})
	}
}

// A great feed that somebody means has a few thousand items of thirty elements.
func TestAGreatFeedIsBearable(t *testing.T) {
	item := `<item><title>T</title><link>https://www.example.com/1</link><description>` + strings.Repeat("<![CDATA[words]]> ", 20) + `</description>` +
		strings.Repeat(`<media:group xmlns:media="http://search.yahoo.com/mrss/"><media:thumbnail url="https://www.example.com/1.jpg"/></media:group>`, 5) + `</item>`
	document := rss(strings.Repeat(item+"\n\n", (MaxBytes-200)/(len(item)+2)))
	if feed, err := readOf(document, ""); err != nil || len(feed.Items) != 1 {
		t.Errorf("%d items: %v", len(feed.Items), err)
	}
}

func TestEntitiesOfADocumentsOwnAreNotExpanded(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>` +
		`<rss><channel><title>&b; &c;</title>` + entry + `</channel></rss>`
	feed, err := readOf(bomb, "")
	if err != nil || feed.Title != "&b; &c;" {
		t.Errorf("the title is %q: %v", feed.Title, err)
	}
}

// The parser of others panics at these.
func TestAParserThatGivesUpIsAnError(t *testing.T) {
	for _, document := range []string{
		`{"version": "https://jsonfeed.org/version/1", "items": [null]}`,
		`{"version": "https://jsonfeed.org/version/1", "authors": [null], "items": []}`,
	} {
		_, err := readOf(document, "")
		isOf(t, err, ErrNoFeed, "damaged")
	}
}
