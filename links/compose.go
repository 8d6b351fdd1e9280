package links

import (
	"net/url"
	"strings"

	"github.com/clarion-bot/clarion"
)

// A Composed is how a partner gets a text onto a network.
type Composed struct {
	URL     string // the network's composer; empty when it has none that a link can open
	Text    string // what the partner posts: caption, hashtag and link
	Carried bool   // the composer opens with the text; else the partner copies it
}

// A composer says how a network is posted on.
type composer struct {
	// address makes the composer's URL; nil when there is none. Words are the text without the link.
	address func(title, words, text, link string) string
}

// composers is the one table of networks. None of them needs a login of ours, an account or a token.
//
// The limits of Facebook, LinkedIn and Instagram are those that posting services give
// (https://docs.upload-post.com/resources/character-limits/); the networks' own pages do not state them. No
// composer here has been opened with an account: the addresses are as documented, or as widely used where that
// is said.
var composers = map[clarion.Network]composer{
	// https://developers.facebook.com/docs/sharing/reference/share-dialog — the documented dialog shares an
	// address and wants an app's id; sharer.php is its widely used form without one. Neither gets the words.
	clarion.Facebook: {address: func(_, _, _, link string) string {
		return "https://www.facebook.com/sharer/sharer.php?u=" + escape(link)
	}},
	// https://developer.x.com/en/docs/x-for-websites/tweet-button/guides/web-intent — text, then url, which
	// X puts behind the text and a space.
	clarion.X: {address: func(_, words, _, link string) string {
		return "https://x.com/intent/tweet?text=" + escape(words) + "&url=" + escape(link)
	}},
	// https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/plugins/share-plugin — the
	// plugin takes an address and nothing else. The page does not name share-offsite, which is the address in
	// wide use for the same; nor does it name /feed/?shareActive, which would take words.
	clarion.LinkedIn: {address: func(_, _, _, link string) string {
		return "https://www.linkedin.com/sharing/share-offsite/?url=" + escape(link)
	}},
	// "Click to chat", https://faq.whatsapp.com/5913398998672934 — without a number, as in wide use, the
	// partner chooses who gets it.
	clarion.WhatsApp: {address: func(_, _, text, _ string) string {
		return "https://wa.me/?text=" + escape(text)
	}},
	// No web address opens its composer. Links in a caption cannot be tapped
	// (https://www.ayrshare.com/docs/apis/post/social-networks/instagram).
	clarion.Instagram: {},
	// https://www.rfc-editor.org/rfc/rfc6068#section-5 — lines end in %0D%0A, and a plus is a plus.
	clarion.Email: {address: func(title, _, text, _ string) string {
		return "mailto:?subject=" + escape(title) + "&body=" + escape(strings.ReplaceAll(text, "\n", "\r\n"))
	}},
	clarion.Copy: {},
}

// Compose returns how a partner posts the caption with the link on the network. It depends on nothing else.
func Compose(n clarion.Network, c clarion.Campaign, caption, link string) Composed {
	rules := composers[n]
	composed := Composed{Text: c.Fill(n, caption, link), Carried: n.TakesWords()}
	if rules.address != nil {
		composed.URL = rules.address(c.Title, c.Words(n, caption), composed.Text, link)
	}
	return composed
}

// escape encodes a value of a query so that also those read it who know no plus for a space: WhatsApp, mail.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
