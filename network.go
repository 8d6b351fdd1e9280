package clarion

import (
	"strings"
	"unicode"
)

// A Network is where a partner posts: a social network, or a way of passing a link on.
type Network string

// The networks, in the order in which they are offered.
const (
	Facebook  Network = "facebook"
	X         Network = "x"
	LinkedIn  Network = "linkedin"
	WhatsApp  Network = "whatsapp"
	Instagram Network = "instagram"
	Email     Network = "email"
	Copy      Network = "copy" // the bare link, to paste anywhere
)

// A way says how one network is posted on: what is known of its composer, and the pages that say so.
type way struct {
	network Network
	label   string
	limit   int // the greatest weight of a post, link and all, as weigh counts
	link    int // what a link weighs in it, whatever its length
	// composer is the address that opens the network's own composer; empty when no address does. What stands in
	// braces is filled in: {title} of the campaign, {words} without the link, {text} with it, {link}. Where
	// neither words nor text is among them, the partner pastes the words.
	composer string
	source   string // the pages that say all this, and what they leave open
}

const (
	linkWeight = 23     // X shows its own t.co address for any link
	wholeLink  = 100    // elsewhere a link weighs its characters, which are fewer
	noLimit    = 10_000 // more than any caption has
)

// ways is the one table of networks, in the order in which they are offered. None of them needs a login of
// ours, an account or a token, and no composer here has been opened with an account: the addresses are as
// documented, or as widely used where that is said. TikTok, like every app, is reached by the phone's own share
// sheet alone (https://www.w3.org/TR/web-share/).
var ways = [...]way{
	{Facebook, "Facebook", noLimit, wholeLink, "https://www.facebook.com/sharer/sharer.php?u={link}",
		"https://developers.facebook.com/docs/sharing/reference/share-dialog: the documented dialog takes an address and wants an app's id; " +
			"sharer.php is its widely used form without one. Neither takes words: people write their own. " +
			"Posts have 63,206 characters (https://docs.upload-post.com/resources/character-limits/; Facebook's own pages do not say)."},
	{X, "X", 280, linkWeight, "https://x.com/intent/tweet?text={words}&url={link}",
		"https://docs.x.com/x-for-websites/post-button/guides/web-intent: text, and url, which X puts behind the text and a space; " +
			"https://docs.x.com/fundamentals/counting-characters: 280, of which a link of any length is 23."},
	{LinkedIn, "LinkedIn", 3000, wholeLink, "https://www.linkedin.com/sharing/share-offsite/?url={link}",
		"https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/plugins/share-plugin: an address and nothing else. " +
			"The page does not name share-offsite, the address in wide use for the same, nor /feed/?shareActive, which would take words. " +
			"https://www.linkedin.com/help/linkedin/answer/a528176: 3,000 characters."},
	{WhatsApp, "WhatsApp", noLimit, wholeLink, "https://wa.me/?text={text}",
		"https://faq.whatsapp.com/5913398998672934, “Click to chat”: without a number, as in wide use, the partner chooses who gets it. " +
			"No limit is stated."},
	{Instagram, "Instagram", 2200, wholeLink, "",
		"https://developers.facebook.com/docs/instagram-platform/content-publishing: 2,200 characters. No web address opens its composer, and " +
			"links in a caption cannot be tapped (https://www.ayrshare.com/docs/apis/post/social-networks/instagram)."},
	{Email, "E-mail", noLimit, wholeLink, "mailto:?subject={title}&body={text}",
		"https://www.rfc-editor.org/rfc/rfc6068#section-5: lines end in %0D%0A, and a plus is a plus."},
	{Copy, "Copy the link", noLimit, wholeLink, "",
		"https://www.w3.org/TR/clipboard-apis/: the partner pastes it anywhere."},
	// Not for partners: see NewOfficialLink.
	{OfficialNetwork, "Official channels", noLimit, wholeLink, "",
		"https://docs.x.com/fundamentals/counting-characters is the strictest, and the company's own to keep."},
}

// way returns the network's row of the table; an unknown network has only its id.
func (n Network) way() way {
	for i := range ways {
		if ways[i].network == n {
			return ways[i]
		}
	}
	return way{network: n, label: string(n), limit: noLimit, link: wholeLink}
}

// Networks returns all networks that partners share on, in the order in which they are offered.
func Networks() []Network {
	var all []Network
	for _, w := range ways {
		if w.network != OfficialNetwork {
			all = append(all, w.network)
		}
	}
	return all
}

// Label returns the network's name on screen.
func (n Network) Label() string { return n.way().label }

// Composer returns the address that opens the network's own composer, or "" when no address does. {title},
// {words}, {text} and {link} in it stand for what is filled in, escaped for a query.
func (n Network) Composer() string { return n.way().composer }

// TakesWords says whether the network's composer can be opened with words in it. The others take a link alone,
// or nothing.
func (n Network) TakesWords() bool {
	composer := n.Composer()
	return strings.Contains(composer, "{words}") || strings.Contains(composer, "{text}")
}

// room returns the greatest weight of the words of a post that has a link behind them.
func (n Network) room() int {
	w := n.way()
	return w.limit - w.link - 1
}

// ParseNetwork reads a network's id as it stands in an address or a form.
func ParseNetwork(s string) (Network, error) {
	for _, n := range Networks() {
		if string(n) == s {
			return n, nil
		}
	}
	return "", ErrNotFound
}

func isHashtagRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
