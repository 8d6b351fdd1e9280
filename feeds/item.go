package feeds

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/fetch"
)

// MaxItems is how many items of a feed are returned.
const MaxItems = 50

// maxText is the greatest length of an item's text, as clarion.Cut counts.
const maxText = 600

// An Item is one thing that a site published. Its texts are plain, on one line each, and fit a campaign.
type Item struct {
	ID        string // names it within its feed, for good: the feed's own name for it, or else its link
	Title     string // never empty
	Text      string // the beginning of what is said of it; may be empty
	Link      string // begins with https:// or http://
	Image     string // begins with https:// or http://, or is empty
	Published time.Time
}

// items returns the newest of the feed's items that have a link, each ID once.
func items(read []*gofeed.Item, base *url.URL) []Item {
	type entry struct {
		Item
		read *gofeed.Item
	}
	var entries []entry
	for _, r := range read {
		link := link(r, base)
		if link == "" {
			continue
		}
		id := strings.TrimSpace(r.GUID)
		if id == "" || utf8.RuneCountInString(id) > clarion.MaxAddress {
			id = link
		}
		entries = append(entries, entry{Item{ID: id, Link: link, Published: published(r)}, r})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return b.Published.Compare(a.Published) })
	var chosen []Item
	seen := map[string]bool{}
	for _, e := range entries {
		if seen[e.ID] {
			continue
		}
		if len(chosen) == MaxItems {
			break
		}
		seen[e.ID] = true
		e.Text = plain(words(e.read), maxText)
		e.Title = cmp.Or(plain(e.read.Title, clarion.MaxTitle), clarion.Cut(e.Text, clarion.MaxTitle), siteOf(e.Link))
		e.Image = picture(e.read, base)
		chosen = append(chosen, e.Item)
	}
	return chosen
}

// link returns the first address of an item that can be shared, or "". An RSS item without a link may have one as
// its guid (https://www.rssboard.org/rss-specification#ltguidgtSubelementOfLtitemgt).
func link(r *gofeed.Item, base *url.URL) string {
	if a := firstAddress(append([]string{r.Link}, r.Links...), base); a != "" {
		return a
	}
	return webAddress(r.GUID, nil)
}

// webAddress returns the address as it stands when seen from the base, or "" when it is none that a campaign can lead
// to. Without a base it has to be a whole one. A place within the base, such as #top, is none: it leads to the feed, and
// has the query of the feed's address, which can be a key to it.
//
// The host is in ASCII: everybody understands that, and a name of letters that look like others shows what it is.
func webAddress(s string, base *url.URL) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || (url.URL{Scheme: u.Scheme, Opaque: u.Opaque, Host: u.Host, Path: u.Path, RawQuery: u.RawQuery}) == (url.URL{}) {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	host, ok := fetch.HostName(u.Hostname())
	if (u.Scheme != "https" && u.Scheme != "http") || !ok || u.User != nil {
		return ""
	}
	if host != strings.TrimSuffix(u.Hostname(), ".") {
		u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20") // the rest of an address String escapes
	if s = u.String(); utf8.RuneCountInString(s) > clarion.MaxAddress {
		return ""
	}
	return s
}

func firstAddress(candidates []string, base *url.URL) string {
	for _, c := range candidates {
		if a := webAddress(c, base); a != "" {
			return a
		}
	}
	return ""
}

// published returns when the item came out, or last changed where the feed does not say, in UTC. It is zero where
// there is no date that can be written down.
func published(r *gofeed.Item) time.Time {
	for _, t := range []*time.Time{r.PublishedParsed, r.UpdatedParsed} {
		if t != nil && t.UTC().Year() > 0 && t.UTC().Year() < 10000 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// words returns what is said of the item, as HTML: its summary, all of it, or what YouTube says in media:description.
func words(r *gofeed.Item) string {
	said := []string{r.Description, r.Content}
	for _, m := range media(r) {
		for _, d := range m["description"] {
			said = append(said, d.Value)
		}
	}
	for _, s := range said {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// picture returns the address of the item's picture, or "": the one that the feed names, else the first in its text.
func picture(r *gofeed.Item, base *url.URL) string {
	var named []string
	if r.Image != nil {
		named = append(named, r.Image.URL)
	}
	for _, e := range r.Enclosures {
		if strings.HasPrefix(e.Type, "image/") {
			named = append(named, e.URL)
		}
	}
	for _, m := range media(r) {
		for _, c := range m["content"] {
			if strings.HasPrefix(c.Attrs["type"], "image/") || c.Attrs["medium"] == "image" {
				named = append(named, c.Attrs["url"])
			}
		}
		for _, t := range m["thumbnail"] {
			named = append(named, t.Attrs["url"])
		}
	}
	if a := firstAddress(named, base); a != "" {
		return a
	}
	return firstAddress(append(shown(r.Content), shown(r.Description)...), base)
}

// media returns the elements of Media RSS (https://www.rssboard.org/media-rss) that are the item's own, and those
// of its groups.
func media(r *gofeed.Item) []map[string][]ext.Extension {
	own := r.Extensions["media"]
	all := []map[string][]ext.Extension{own}
	for _, g := range own["group"] {
		all = append(all, g.Children)
	}
	return all
}
