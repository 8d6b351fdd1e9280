package clarion

import "strings"

// PartnerID names a partner: a UUID that is made when the partner is first known.
type PartnerID string

// A Partner is a shop worker. Two identities of one person, on two platforms, are one partner.
type Partner struct {
	ID    PartnerID `json:"id"`
	Name  string    `json:"name"`
	Email string    `json:"email,omitempty"`
	Store StoreID   `json:"store,omitempty"` // the store where the partner works now; empty when not known
}

// An Identity is how a partner is known outside of Clarion: a platform's user id, or an e-mail address.
// It leads to the same partner for ever.
type Identity string

// UserIdentity returns the identity of a platform's user.
func UserIdentity(p Platform, userID string) Identity { return Identity(string(p) + ":" + userID) }

// User returns the platform and user id of an identity that UserIdentity made.
func (i Identity) User() (p Platform, userID string, ok bool) {
	platform, id, ok := strings.Cut(string(i), ":")
	if !ok || platform == emailIdentity {
		return "", "", false
	}
	return Platform(platform), id, true
}

const emailIdentity = "email"

// EmailIdentity returns the identity of an e-mail address, in which case and outer spaces do not count. An
// empty address has no identity.
func EmailIdentity(address string) Identity {
	address = strings.ToLower(strings.TrimSpace(address))
	if address == "" {
		return ""
	}
	return Identity(emailIdentity + ":" + address)
}

// A Member is a line of the roster: a partner and the identities by which the partner will be met.
type Member struct {
	Partner    Partner
	Identities []Identity
}
