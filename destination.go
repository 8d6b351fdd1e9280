package clarion

import (
	"encoding/binary"
	"net/url"
	"strings"
	"unicode"
)

// ClickParameter is the query parameter that carries a click's id to the campaign's content, where the
// company's own systems can read it and hand it back with a conversion.
const ClickParameter = "clarion_click"

// A ClickID names one visit of a share link: the link's code, and 64 bits that are different at each visit.
type ClickID string

const (
	clickTokenBytes = 8
	codeLength      = 16
	clickIDLength   = codeLength + 13
)

// NewClickID returns the id of a visit of a link. The token is random.
func NewClickID(code Code, token uint64) ClickID {
	var raw [clickTokenBytes]byte
	binary.BigEndian.PutUint64(raw[:], token)
	id := make([]byte, 0, clickIDLength)
	return ClickID(codeAlphabet.AppendEncode(append(id, code...), raw[:]))
}

// ParseClick reads what a conversion says that it came from: a click's id, or a bare code as a customer may
// have told it at a till. The error is [ErrNotFound].
func ParseClick(s string) (Code, error) {
	s = strings.TrimSpace(s)
	if len(s) == clickIDLength {
		if _, err := parseSecretWord(s[codeLength:], clickTokenBytes); err != nil {
			return "", err
		}
		s = s[:codeLength]
	}
	return ParseCode(s)
}

// Destination returns where a visit of the link is sent: the campaign's target, byte for byte, with the UTM
// parameters that it does not have already, and the click's id unless that is empty. They stand at the end of
// the query, before a fragment. Scheme, host and path never change.
func (c Campaign) Destination(link ShareLink, click ClickID) string {
	return c.tagged(c.Target, link, click)
}

// Afterwards returns where a visit of the link is sent once the campaign has ended: to After or, without one, to
// the target. It has the UTM parameters as before, since it is the campaign's posts that people still follow, and
// no click's id, since nothing scores any more.
func (c Campaign) Afterwards(link ShareLink) string {
	if c.After == "" {
		return c.tagged(c.Target, link, "")
	}
	return c.tagged(c.After, link, "")
}

// tagged returns an address with the parameters that say by which link somebody came.
func (c Campaign) tagged(address string, link ShareLink, click ClickID) string {
	rest, fragment := address, ""
	if i := strings.IndexByte(rest, '#'); i >= 0 {
		rest, fragment = rest[:i], rest[i:]
	}
	_, query, hasQuery := strings.Cut(rest, "?")

	b := make([]byte, 0, len(address)+192)
	b = append(b, rest...)
	separator := byte('?')
	if hasQuery {
		separator = '&'
		if query == "" || query[len(query)-1] == '&' {
			separator = 0
		}
	}
	add := func(name, value string) {
		if value == "" || hasParameter(query, name) {
			return
		}
		if separator != 0 {
			b = append(b, separator)
		}
		separator = '&'
		b = append(append(append(b, name...), '='), value...)
	}
	medium, content := "social", "partner"
	if link.Network == Email {
		medium = "email"
	}
	if link.IsOfficial() {
		content = "official"
	}
	add("utm_source", string(link.Network))
	add("utm_medium", medium)
	add("utm_campaign", c.utmCampaign())
	add("utm_content", content)
	add(ClickParameter, string(click))
	return string(append(b, fragment...))
}

// hasParameter says whether a query has a parameter of the name.
func hasParameter(query, name string) bool {
	for query != "" {
		var one string
		one, query, _ = strings.Cut(query, "&")
		if rest, ok := strings.CutPrefix(one, name); ok && (rest == "" || rest[0] == '=') {
			return true
		}
	}
	return false
}

// MaxUTM is the greatest length, in code points, of a campaign's name in web statistics.
const MaxUTM = 60

// utmCampaign returns the campaign's name in web statistics as it stands in a query.
func (c Campaign) utmCampaign() string {
	if c.UTM != "" {
		return url.QueryEscape(c.UTM)
	}
	return url.QueryEscape(Slug(c.Title))
}

// Slug returns a title's letters and digits in lower case, with a hyphen for whatever is between them, and no
// more than [MaxUTM] of them.
func Slug(title string) string {
	b := make([]byte, 0, 64)
	n, gap := 0, false
	for _, r := range title {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = len(b) > 0
			continue
		}
		if n += 1; gap {
			n++
		}
		if n > MaxUTM {
			break
		}
		if gap {
			b = append(b, '-')
		}
		gap = false
		b = append(b, string(unicode.ToLower(r))...)
	}
	return string(b)
}
