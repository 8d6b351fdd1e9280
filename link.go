package clarion

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"
)

// WorkspaceID names one company's installation. It is part of storage keys.
type WorkspaceID string

// A Code is the unguessable part of a share link: 80 bits in 16 letters and digits.
type Code string

// A Token is the secret part of a partner's share page for one campaign: 160 bits.
type Token string

// A ShareLink is one partner's own link for one campaign and network.
type ShareLink struct {
	Code      Code
	Workspace WorkspaceID
	Campaign  CampaignID
	Partner   PartnerID
	Network   Network
}

// A SharePage is one partner's own page for one campaign.
type SharePage struct {
	Token     Token
	Workspace WorkspaceID
	Campaign  CampaignID
	Partner   PartnerID
	Turn      int // which caption comes first: see CaptionOrder
}

// Official is the partner of a campaign's own link, the one that the company's official channels post. Its
// clicks are counted and give nobody points.
const Official PartnerID = "official"

// OfficialNetwork is the network of a campaign's official link.
const OfficialNetwork Network = "official"

// NewOfficialLink makes the link of a campaign for the company's own channels.
func NewOfficialLink(secret []byte, w WorkspaceID, c CampaignID) ShareLink {
	return NewShareLink(secret, w, c, Official, OfficialNetwork)
}

// IsOfficial says whether the link is that of the company's own channels.
func (l ShareLink) IsOfficial() bool { return l.Partner == Official }

// codeAlphabet is Crockford's base 32 in lower case: no i, l, o or u, so that a code survives being read
// aloud and retyped (https://www.crockford.com/base32.html).
var codeAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

const (
	codeBytes  = 10
	tokenBytes = 20
)

// NewShareLink makes the link of a partner, a campaign and a network. The same arguments always make the
// same link; without the workspace's secret nobody can guess its code.
func NewShareLink(secret []byte, w WorkspaceID, c CampaignID, p PartnerID, n Network) ShareLink {
	return ShareLink{
		Code:      Code(derive(secret, codeBytes, "link", string(w), string(c), string(p), string(n))),
		Workspace: w, Campaign: c, Partner: p, Network: n,
	}
}

// NewSharePage makes the share page of a partner and a campaign, in the same way. The generation is how often
// the partner has taken back an earlier token.
func NewSharePage(secret []byte, w WorkspaceID, c CampaignID, p PartnerID, generation, turn int) SharePage {
	parts := []string{"page", string(w), string(c), string(p)}
	if generation > 0 {
		parts = append(parts, strconv.Itoa(generation))
	}
	return SharePage{Token: Token(derive(secret, tokenBytes, parts...)), Workspace: w, Campaign: c, Partner: p, Turn: turn}
}

func derive(secret []byte, n int, parts ...string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(strings.Join(parts, "\x00")))
	return codeAlphabet.EncodeToString(mac.Sum(nil)[:n])
}

// ParseCode reads a code as a person may have typed or pasted it: upper case is folded, o is read as 0 and
// i and l as 1, and punctuation that a sentence left behind it is dropped.
func ParseCode(s string) (Code, error) {
	s, err := parseSecretWord(strings.TrimRight(s, `.,;:!?)]}>"'…”’`), codeBytes)
	return Code(s), err
}

// ParseToken reads a token in the same forgiving way.
func ParseToken(s string) (Token, error) {
	s, err := parseSecretWord(s, tokenBytes)
	return Token(s), err
}

var misread = strings.NewReplacer("o", "0", "i", "1", "l", "1")

func parseSecretWord(s string, n int) (string, error) {
	s = misread.Replace(strings.ToLower(s))
	if len(s) != codeAlphabet.EncodedLen(n) {
		return "", ErrNotFound
	}
	// The decoder passes over line breaks.
	if _, err := codeAlphabet.DecodeString(s); err != nil || strings.ContainsAny(s, "\r\n") {
		return "", ErrNotFound
	}
	return s, nil
}
