package links

import (
	"strconv"

	"github.com/clarion-bot/clarion"
)

// URL returns the public address of a share link. The base has no slash at its end.
func URL(base string, code clarion.Code) string { return base + "/l/" + string(code) }

// PageURL returns the address of a partner's share page. Whoever has it can share in the partner's name.
func PageURL(base string, token clarion.Token) string { return base + "/s/" + string(token) }

// NetworkURL returns the address that records a share and opens the network's composer with the partner's
// first caption.
func NetworkURL(base string, token clarion.Token, n clarion.Network) string {
	return PageURL(base, token) + "/" + string(n)
}

// CaptionURL is [NetworkURL] with the caption that stands at the index in the campaign's captions.
func CaptionURL(base string, token clarion.Token, n clarion.Network, index int) string {
	return NetworkURL(base, token, n) + "?" + captionParameter + "=" + strconv.Itoa(index)
}

const captionParameter = "caption"
