package clarion

import "unicode"

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

// Networks returns all networks, in the order in which they are offered.
func Networks() []Network {
	return []Network{Facebook, X, LinkedIn, WhatsApp, Instagram, Email, Copy}
}

// Label returns the network's name on screen.
func (n Network) Label() string {
	switch n {
	case Facebook:
		return "Facebook"
	case X:
		return "X"
	case LinkedIn:
		return "LinkedIn"
	case WhatsApp:
		return "WhatsApp"
	case Instagram:
		return "Instagram"
	case Email:
		return "E-mail"
	case Copy:
		return "Copy the link"
	case OfficialNetwork:
		return "Official channels"
	}
	return string(n)
}

// TakesWords says whether the network's composer can be opened with words in it. The others take a link alone,
// or nothing; what is known of each is in package links, with its source.
func (n Network) TakesWords() bool { return n == X || n == WhatsApp || n == Email }

// limit returns the greatest length of a post on the network, link and all, as weigh counts.
func (n Network) limit() int {
	switch n {
	case X: // https://docs.x.com/fundamentals/counting-characters
		return 280
	case Instagram: // https://developers.facebook.com/docs/instagram-platform/content-publishing
		return 2200
	case LinkedIn: // https://www.linkedin.com/help/linkedin/answer/a528176
		return 3000
	}
	return 10_000 // no limit that a caption reaches
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
