package pictures

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/clarion-bot/clarion/fetch"
)

// entry is what is known of one address. It is never changed, only replaced.
type entry struct {
	picture *Picture // nil: there is none
	failure error    // of the last fetch; nil when it went well
	until   time.Time
	from    fetch.Validators
}

// answer returns the picture, however old, or why there is none.
func (e entry) answer() (Picture, error) {
	if e.picture != nil {
		return *e.picture, nil
	}
	return Picture{}, e.failure
}

// overhead is what an entry takes beside its picture, its address and what the site said of it, in bytes, at most.
const overhead = 1 << 10

// maxEntries bounds the number of addresses. Bytes are the bound that is met first where there are pictures.
const maxEntries = 1 << 16

// shelf keeps entries within a number of bytes. It is safe for concurrent use.
type shelf struct {
	mu      sync.Mutex
	entries *simplelru.LRU[string, entry]
	bytes   int64
	room    int64
}

func newShelf(room int64) (*shelf, error) {
	s := &shelf{room: room}
	entries, err := simplelru.NewLRU(maxEntries, func(address string, e entry) { s.bytes -= size(address, e) })
	s.entries = entries
	return s, err
}

func size(address string, e entry) int64 {
	n := overhead + int64(len(address)+len(e.from.Address)+len(e.from.Tag)+len(e.from.Modified))
	if e.picture != nil {
		n += int64(len(e.picture.Data))
	}
	return n
}

// get returns what is known of the address, and counts as its latest use.
func (s *shelf) get(address string) (entry, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entries.Get(address)
}

// put replaces what is known of the address. Those that were used least recently make room for it.
func (s *shelf) put(address string, e entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries.Remove(address)
	for s.bytes+size(address, e) > s.room && s.entries.Len() > 0 {
		s.entries.RemoveOldest()
	}
	s.bytes += size(address, e)
	s.entries.Add(address, e)
}

// held returns the bytes that are kept.
func (s *shelf) held() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes
}
