package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
)

// publicMetadataURL is where Microsoft's public cloud says who signs for it and with which keys.
const publicMetadataURL = "https://login.botframework.com/v1/.well-known/openidconfiguration"

const (
	publicIssuer = "https://api.botframework.com"
	keysFresh    = 24 * time.Hour   // how long keys are used before they are fetched again: Microsoft's word is daily
	keysGap      = 30 * time.Second // in which there are two fetches at most while there are keys
	keysGapNone  = 5 * time.Second  // and while there are none
	keysPatience = 10 * time.Second // how long a fetch may take
	maxKeysBody  = 1 << 20
	minKeyBytes  = 2048 / 8
)

// keySet is the keys of one fetch. It never changes.
type keySet struct {
	issuer       string
	lookup       keyfunc.Keyfunc
	endorsements map[string][]string // by key id; there is an entry for every key
}

// teamsKeys keeps Microsoft's keys. They are fetched for the first token, when they are a day old (the old ones serve
// meanwhile, and as long as no fetch succeeds), and for a key id that nobody knows, so that a rotation is taken up at
// once; but not more often than twice within keysGap, however many ids somebody makes up. There is one fetch at a time,
// for which all wait that need it.
type teamsKeys struct {
	metadataURL string
	client      *http.Client
	clock       func() time.Time
	log         *slog.Logger

	mu      sync.Mutex
	set     *keySet // nil until a fetch succeeds
	fetched time.Time
	tried   [2]time.Time  // when the last two fetches began, the older one first
	err     error         // why the last fetch failed
	flight  chan struct{} // closed when the fetch that goes on now ends
}

func newTeamsKeys(metadataURL string, client *http.Client, now func() time.Time, log *slog.Logger) *teamsKeys {
	if client == nil {
		client = &http.Client{Timeout: keysPatience}
	}
	return &teamsKeys{metadataURL: metadataURL, client: client, clock: now, log: log}
}

// now is the newest set of keys; nil while there is none.
func (k *teamsKeys) now() *keySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.set
}

// holding returns a set that has a key, after one fetch if need be.
func (k *teamsKeys) holding(ctx context.Context, kid string) (*keySet, error) {
	k.mu.Lock()
	set := k.set
	known := set.has(kid)
	now := k.clock()
	if !known || now.Sub(k.fetched) >= keysFresh {
		k.start(now)
	}
	flight := k.flight
	k.mu.Unlock()
	if known {
		return set, nil
	}
	if flight != nil {
		select {
		case <-flight:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for Microsoft's keys: %w", context.Cause(ctx))
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.set.has(kid):
		return k.set, nil
	case k.set == nil:
		return nil, fmt.Errorf("there are no keys of Microsoft's to check it with: %w", k.err)
	}
	return nil, errors.New("the token names a key that Microsoft does not have")
}

func (s *keySet) has(kid string) bool {
	if s == nil {
		return false
	}
	_, ok := s.endorsements[kid]
	return ok
}

// start begins a fetch, unless one goes on or the last two are not long ago. The caller holds the lock.
func (k *teamsKeys) start(now time.Time) {
	gap := keysGap
	if k.set == nil {
		gap = keysGapNone
	}
	if k.flight != nil || !k.tried[0].IsZero() && now.Sub(k.tried[0]) < gap {
		return
	}
	k.tried = [2]time.Time{k.tried[1], now}
	landed := make(chan struct{})
	k.flight = landed
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), keysPatience) // no single request's end should end it for all
		defer cancel()
		set, err := k.fetch(ctx)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.flight, k.err = nil, err
		if err == nil {
			k.set, k.fetched = set, now
		} else {
			k.log.Warn("Microsoft's keys could not be fetched", "kept", k.set != nil, "error", err)
		}
		close(landed)
	}()
}

// fetch reads the metadata document and the keys that it names.
func (k *teamsKeys) fetch(ctx context.Context) (set *keySet, err error) {
	defer func() {
		if p := recover(); p != nil { // it would end the whole program
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	var metadata struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := k.get(ctx, k.metadataURL, &metadata); err != nil {
		return nil, fmt.Errorf("metadata document: %w", err)
	}
	at, err := url.Parse(metadata.Keys)
	if from, bad := url.Parse(k.metadataURL); err != nil || bad != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != from.Scheme {
		return nil, errors.New("metadata document: jwks_uri is no https address")
	}
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := k.get(ctx, metadata.Keys, &document); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if metadata.Issuer == "" {
		metadata.Issuer = publicIssuer
	}
	return readKeys(ctx, metadata.Issuer, document.Keys)
}

// readKeys makes a set of those keys that verify RSA signatures. What else is in the list is left out, so that one
// key of a new kind does not cost all the others.
func readKeys(ctx context.Context, issuer string, list []json.RawMessage) (*keySet, error) {
	storage := jwkset.NewMemoryStorage()
	set := &keySet{issuer: issuer, endorsements: map[string][]string{}}
	for _, raw := range list {
		var key struct {
			jwkset.JWKMarshal
			Endorsements []string `json:"endorsements"`
		}
		if json.Unmarshal(raw, &key) != nil || key.KID == "" || key.KTY != jwkset.KtyRSA || set.has(key.KID) {
			continue
		}
		// Without the certificates: that the keys are Microsoft's is known by where they come from.
		plain := jwkset.JWKMarshal{KTY: key.KTY, USE: key.USE, ALG: key.ALG, KID: key.KID, N: key.N, E: key.E}
		jwk, err := jwkset.NewJWKFromMarshal(plain, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
		if err != nil {
			continue
		}
		if public, ok := jwk.Key().(interface{ Size() int }); !ok || public.Size() < minKeyBytes {
			continue
		}
		if err := storage.KeyWrite(ctx, jwk); err != nil {
			return nil, err
		}
		set.endorsements[key.KID] = key.Endorsements
	}
	if len(set.endorsements) == 0 {
		return nil, fmt.Errorf("keys: none of the %d in the list can verify a token", len(list))
	}
	var err error
	set.lookup, err = keyfunc.New(keyfunc.Options{Storage: storage, UseWhitelist: []jwkset.USE{jwkset.UseSig, ""}})
	return set, err
}

// get reads a JSON document.
func (k *teamsKeys) get(ctx context.Context, address string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	answer, err := k.client.Do(r) // #nosec G704 -- the operator's address, and the one that its document names
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", r.URL.Redacted(), answer.Status)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxKeysBody+1))
	switch {
	case err != nil:
		return err
	case len(body) > maxKeysBody:
		return fmt.Errorf("%s answered with more than %d bytes", r.URL.Redacted(), maxKeysBody)
	}
	return json.Unmarshal(body, into)
}
