package clarion

import (
	"fmt"
	"regexp"
	"strings"
)

// StoreID names a store, as the retailer does: "kingston". It is part of storage keys.
type StoreID string

// A Store is a shop, or the head office, that competes as one on the leaderboard.
type Store struct {
	ID        StoreID   `json:"id"`
	Name      string    `json:"name"`
	Region    string    `json:"region,omitempty"`
	Headcount int       `json:"headcount,omitempty"` // partners who work there; 0 when not known
	Channels  []Channel `json:"channels,omitempty"`  // where the store talks; at most one for each platform
}

// ChannelOn returns the store's channel on a platform.
func (s Store) ChannelOn(p Platform) (Channel, bool) {
	for _, c := range s.Channels {
		if c.Platform == p {
			return c, true
		}
	}
	return Channel{}, false
}

// Linked returns a copy of the store that talks in c, instead of in an earlier channel on c's platform.
func (s Store) Linked(c Channel) Store {
	kept := make([]Channel, 0, len(s.Channels)+1)
	for _, old := range s.Channels {
		if old.Platform != c.Platform {
			kept = append(kept, old)
		}
	}
	s.Channels = append(kept, c)
	return s
}

// Unlinked returns a copy of the store that no longer talks in c.
func (s Store) Unlinked(c Channel) Store {
	kept := make([]Channel, 0, len(s.Channels))
	for _, old := range s.Channels {
		if old != c {
			kept = append(kept, old)
		}
	}
	s.Channels = kept
	return s
}

var storeID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// ParseStoreID accepts what a person may use as a store's id: up to 40 of a–z, 0–9, "-" and "_".
// Upper case is folded.
func ParseStoreID(s string) (StoreID, error) {
	id := strings.ToLower(strings.TrimSpace(s))
	if !storeID.MatchString(id) {
		return "", Invalid("id", "%q cannot be a store's id: use up to 40 of a–z, 0–9, - and _, beginning with a letter or digit", s)
	}
	return StoreID(id), nil
}

// A Platform is a chat service.
type Platform string

// The platforms that Clarion speaks.
const (
	Slack Platform = "slack"
	Teams Platform = "teams"
)

// A Channel is where a store talks: a platform and the platform's own id for the place.
type Channel struct {
	Platform Platform `json:"platform"`
	ID       string   `json:"id"`
}

func (c Channel) String() string { return string(c.Platform) + ":" + c.ID }

// IsZero says whether c names no place.
func (c Channel) IsZero() bool { return c == Channel{} }

// ParseChannel reads the form that String writes.
func ParseChannel(s string) (Channel, error) {
	platform, id, ok := strings.Cut(s, ":")
	if !ok || platform == "" || id == "" {
		return Channel{}, fmt.Errorf("%q is not a channel: it has no platform and id", s)
	}
	return Channel{Platform: Platform(platform), ID: id}, nil
}
