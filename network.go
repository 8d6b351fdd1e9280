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
	}
	return string(n)
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
