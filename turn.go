package clarion

import (
	"bytes"
	"crypto/sha256"
	"slices"
)

// InTurn returns the stores in the order in which they are served for something that the seed names. The order
// is another one for each seed, and the same for every process: over the weeks each store is first and last
// as often as any other, and nobody has to remember whose turn it is.
func InTurn(stores []Store, seed string) []Store {
	type place struct {
		store Store
		drawn [sha256.Size]byte
	}
	places := make([]place, 0, len(stores))
	for _, s := range stores {
		places = append(places, place{s, sha256.Sum256([]byte(seed + "\x00" + string(s.ID)))})
	}
	slices.SortFunc(places, func(a, b place) int { return bytes.Compare(a.drawn[:], b.drawn[:]) })
	ordered := make([]Store, 0, len(stores))
	for _, p := range places {
		ordered = append(ordered, p.store)
	}
	return ordered
}
