package links

import (
	"net/url"
	"strings"

	"github.com/clarion-bot/clarion"
)

// A Composed is how a partner gets a text onto a network.
type Composed struct {
	URL     string // the network's composer; empty when it has none that a link can open
	Text    string // what the partner posts: caption, fixed words and link
	Carried bool   // the composer opens with the text; else the partner copies it
}

// Compose returns how a partner posts the caption with the link on the network. It depends on nothing else. The
// fixed words are in whatever the composer takes.
func Compose(n clarion.Network, c clarion.Campaign, caption, link string) Composed {
	composed := Composed{Text: c.Fill(n, caption, link), Carried: n.TakesWords()}
	text := composed.Text
	if strings.HasPrefix(n.Composer(), "mailto:") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	composed.URL = strings.NewReplacer(
		"{title}", escape(c.Title), "{words}", escape(c.Words(n, caption)), "{text}", escape(text), "{link}", escape(link),
	).Replace(n.Composer())
	return composed
}

// escape encodes a value of a query so that also those read it who know no plus for a space: WhatsApp, mail.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
