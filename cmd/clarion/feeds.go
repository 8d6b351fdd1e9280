package main

import (
	"context"
	"errors"
	"fmt"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/feeds"
)

// feedReader gives the domain what package feeds reads.
type feedReader struct{ reader *feeds.Reader }

// Read returns the feed at an address. An error has a sentence for whoever gave the address, and what is behind it for
// the log.
func (r feedReader) Read(ctx context.Context, address string, known clarion.FeedVersion) (clarion.Feed, error) {
	read, err := r.reader.Read(ctx, address, feeds.Known(known))
	if err != nil {
		return clarion.Feed{}, refusal(err)
	}
	f := clarion.Feed{Address: read.Address, Title: read.Title, Version: clarion.FeedVersion(read.Known), Unchanged: read.Unchanged}
	for _, i := range read.Items {
		f.Items = append(f.Items, clarion.Item{GUID: i.ID, Title: i.Title, Text: i.Text, Link: i.Link, Picture: i.Image, At: i.Published})
	}
	return f, nil
}

// refusal returns why a feed was not read.
func refusal(err error) error {
	invalid := clarion.Invalid("feed", "%s", feeds.Sentence(err))
	if e, ok := errors.AsType[*feeds.Error](err); ok {
		err = e.Cause // its own text is the sentence
	}
	if err == nil {
		return invalid
	}
	return fmt.Errorf("%w: %w", invalid, err)
}
