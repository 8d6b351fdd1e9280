package main

import (
	"context"
	"fmt"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/feeds"
)

// feedReader gives the domain what package feeds reads.
type feedReader struct{ reader *feeds.Reader }

// Read returns the feed at an address. An error has a sentence for whoever gave the address.
func (r feedReader) Read(ctx context.Context, address string, known clarion.FeedVersion) (clarion.Feed, error) {
	read, err := r.reader.Read(ctx, address, feeds.Known(known))
	if err != nil {
		return clarion.Feed{}, fmt.Errorf("%w: %w", clarion.Invalid("feed", "%s", feeds.Sentence(err)), err)
	}
	f := clarion.Feed{Address: read.Address, Title: read.Title, Version: clarion.FeedVersion(read.Known), Unchanged: read.Unchanged}
	for _, i := range read.Items {
		f.Items = append(f.Items, clarion.Item{GUID: i.ID, Title: i.Title, Text: i.Text, Link: i.Link, Picture: i.Image, At: i.Published})
	}
	return f, nil
}
