package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// How much a process keeps of what it has read. Each bound is a number of entries; an entry of a link is
// some 200 bytes.
const (
	keptLinks      = 250_000
	keptPages      = 50_000
	keptIdentities = 100_000
	keptCampaigns  = 10_000
	keptMissing    = 10_000
	keptSharings   = 1_000
)

// missingFor is how long a code that does not exist is taken to be missing without asking again.
const missingFor = 5 * time.Second

// A Storage is the connection to Redis and what this process remembers of things that never change. It is
// safe for concurrent use.
type Storage struct {
	rdb     redis.UniversalClient
	now     func() time.Time
	random  io.Reader
	process string // names this Storage among all that write

	links      *lru.Cache[clarion.Code, clarion.ShareLink]
	missing    *lru.Cache[clarion.Code, time.Time] // until when
	pages      *lru.Cache[clarion.Token, keptPage]
	identities *lru.Cache[identityIn, clarion.PartnerID]
	campaigns  *lru.Cache[campaignIn, keptCampaign]
	sharing    *lru.Cache[campaignIn, keptSharing]

	workspaces sync.Map // clarion.WorkspaceID → *Workspace
}

type identityIn struct {
	workspace clarion.WorkspaceID
	identity  clarion.Identity
}

// An Option changes where a Storage takes time and randomness from.
type Option func(*Storage)

// WithClock makes the Storage's caches age by now instead of [time.Now]. Nothing that is stored depends on it.
func WithClock(now func() time.Time) Option { return func(s *Storage) { s.now = now } }

// WithRandom makes secrets from r instead of crypto/rand. It is for tests.
func WithRandom(r io.Reader) Option { return func(s *Storage) { s.random = r } }

// New returns a Storage over a client, which Close closes.
func New(rdb redis.UniversalClient, options ...Option) *Storage {
	s := &Storage{
		rdb: rdb, now: time.Now, random: rand.Reader, process: rand.Text()[:13],
		links:      newLRU[clarion.Code, clarion.ShareLink](keptLinks),
		missing:    newLRU[clarion.Code, time.Time](keptMissing),
		pages:      newLRU[clarion.Token, keptPage](keptPages),
		identities: newLRU[identityIn, clarion.PartnerID](keptIdentities),
		campaigns:  newLRU[campaignIn, keptCampaign](keptCampaigns),
		sharing:    newLRU[campaignIn, keptSharing](keptSharings),
	}
	for _, option := range options {
		option(s)
	}
	return s
}

func newLRU[K comparable, V any](size int) *lru.Cache[K, V] {
	c, err := lru.New[K, V](size)
	if err != nil {
		panic(err) // only a size below one is an error
	}
	return c
}

// Close closes the connections. Calls that are under way may fail, and visits that wait are lost: see Drain.
func (s *Storage) Close() error {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	s.Drain(ended)
	return s.rdb.Close()
}

// Drain takes no more awards and visits, and waits until those that were taken are written down, or for the
// end of ctx. It returns how many visits were given up.
func (s *Storage) Drain(ctx context.Context) (lost int) {
	s.workspaces.Range(func(_, w any) bool {
		for _, lane := range w.(*Workspace).lanes {
			lost += lane.drain(ctx)
		}
		return true
	})
	return lost
}

// WaitingVisits returns how many visits are kept in memory, because they are being written down or Redis is
// away; and how many that were kept are lost, because Redis took them for a mistake in the end.
func (s *Storage) WaitingVisits() (waiting, lost int) {
	s.workspaces.Range(func(_, w any) bool {
		for _, lane := range w.(*Workspace).lanes {
			visits, broken := lane.waiting()
			waiting, lost = waiting+visits, lost+broken
		}
		return true
	})
	return waiting, lost
}

// Ping returns nil when Redis answers, and an error that is [clarion.ErrUnavailable] when it does not.
func (s *Storage) Ping(ctx context.Context) error {
	return failed(s.rdb.Ping(ctx).Err(), "ask whether Redis answers")
}

// Workspace returns one company's part of the storage: the same one for the same id, without asking Redis.
// The id must not be empty and must not have braces in it, as it stands in the keys' hash tag.
func (s *Storage) Workspace(id clarion.WorkspaceID) *Workspace {
	if w, ok := s.workspaces.Load(id); ok {
		return w.(*Workspace)
	}
	w := &Workspace{s: s, rdb: s.rdb, id: id, tag: ":{" + string(id) + "}"}
	for i := range w.lanes {
		w.lanes[i] = newCommits(func(ctx context.Context, number uint64, entries []entry) (string, error) {
			return w.commit(ctx, i, number, entries)
		})
		w.lanes[i].between = w.betweenCommits
	}
	kept, _ := s.workspaces.LoadOrStore(id, w)
	return kept.(*Workspace)
}

// A Workspace is everything that is stored of one company. It is safe for concurrent use.
type Workspace struct {
	s   *Storage
	rdb redis.UniversalClient
	id  clarion.WorkspaceID
	tag string // ":{id}"

	lanes   [lanes]*commits
	pending atomic.Int64 // tallies that had something for the boards after the last commit

	mu       sync.Mutex
	secret   []byte
	visitors map[string][]byte // the keys of the last days
	numbers  map[clarion.StoreID]int

	sharing sync.Mutex // held while it is read how far the stores have come
}

// lanes is how many commits of a process and workspace can be under way at once: while Redis works on one, the
// next is on its way.
const lanes = 2

// laneOf returns the lane for what belongs to a partner, which is always the same.
func (w *Workspace) laneOf(p clarion.PartnerID) *commits {
	sum := 0
	for i := range len(p) {
		sum += int(p[i])
	}
	return w.lanes[sum%lanes]
}

// ID returns the workspace's id.
func (w *Workspace) ID() clarion.WorkspaceID { return w.id }

const (
	secretSize = 32
	// A day has 25 hours when clocks are set back. A key can be made an hour ahead, and outlives its day.
	visitorKeyLife = 26 * time.Hour
	visitorDays    = 2
)

// Secret returns the 32 random bytes from which the workspace's codes and tokens are derived. They are made
// once and never change; the process keeps them.
func (w *Workspace) Secret(ctx context.Context) ([]byte, error) {
	w.mu.Lock()
	secret := w.secret
	w.mu.Unlock()
	if secret != nil {
		return secret, nil
	}
	secret, err := w.makeOnce(ctx, w.key(secretKey), 0)
	if err != nil {
		return nil, fmt.Errorf("secret of workspace %s: %w", w.id, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.secret = secret
	return secret, nil
}

// VisitorKey returns the key under which visitors of a day are told apart: 32 random bytes that are
// forgotten 26 hours after they were first asked for. The day is any name for it, such as 2026-11-22.
func (w *Workspace) VisitorKey(ctx context.Context, day string) ([]byte, error) {
	w.mu.Lock()
	key := w.visitors[day]
	w.mu.Unlock()
	if key != nil {
		return key, nil
	}
	key, err := w.makeOnce(ctx, w.under(visitorPrefix, day), visitorKeyLife)
	if err != nil {
		return nil, fmt.Errorf("visitors' key of %s: %w", day, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.visitors == nil {
		w.visitors = make(map[string][]byte)
	}
	w.visitors[day] = key
	for len(w.visitors) > visitorDays {
		oldest := day
		for d := range w.visitors {
			oldest = min(oldest, d)
		}
		delete(w.visitors, oldest)
	}
	return key, nil
}

// makeOnce returns the random bytes under a key, which are those of whoever came first.
func (w *Workspace) makeOnce(ctx context.Context, key string, life time.Duration) ([]byte, error) {
	stored, err := w.rdb.Get(ctx, key).Bytes()
	if !errors.Is(err, redis.Nil) {
		return stored, failed(err, "read random bytes")
	}
	fresh := make([]byte, secretSize)
	if _, err := io.ReadFull(w.s.random, fresh); err != nil {
		return nil, fmt.Errorf("make random bytes: %w", err)
	}
	err = w.rdb.SetArgs(ctx, key, fresh, redis.SetArgs{Mode: "NX", TTL: life}).Err()
	if err != nil && !errors.Is(err, redis.Nil) { // Nil: somebody else was first
		return nil, failed(err, "store random bytes")
	}
	stored, err = w.rdb.Get(ctx, key).Bytes()
	return stored, failed(err, "read random bytes")
}
