package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// Stores returns all stores, by name.
func (w *Workspace) Stores(ctx context.Context) ([]clarion.Store, error) {
	var texts, channels *redis.MapStringStringCmd
	_, err := w.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		texts = p.HGetAll(ctx, w.key(storesKey))
		channels = p.HGetAll(ctx, w.key(channelsKey))
		return nil
	})
	if err != nil {
		return nil, failed(err, "read the stores")
	}
	stores := make([]clarion.Store, 0, len(texts.Val()))
	for id, text := range texts.Val() {
		store, err := unpackStore(id, text, channels.Val())
		if err != nil {
			return nil, err
		}
		stores = append(stores, store)
	}
	slices.SortFunc(stores, func(a, b clarion.Store) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return stores, nil
}

// Store returns one store, or [clarion.ErrNotFound].
func (w *Workspace) Store(ctx context.Context, id clarion.StoreID) (clarion.Store, error) {
	var text *redis.StringCmd
	var channels *redis.MapStringStringCmd
	_, err := w.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		text = p.HGet(ctx, w.key(storesKey), string(id))
		channels = p.HGetAll(ctx, w.key(channelsKey))
		return nil
	})
	if err != nil {
		return clarion.Store{}, failed(err, "read store %q", id)
	}
	return unpackStore(string(id), text.Val(), channels.Val())
}

// StoreIn returns the store that talks in a channel, or [clarion.ErrNotFound].
func (w *Workspace) StoreIn(ctx context.Context, c clarion.Channel) (clarion.Store, error) {
	id, err := w.rdb.HGet(ctx, w.key(channelsKey), c.String()).Result()
	if err != nil {
		return clarion.Store{}, failed(err, "read the store in channel %s", c)
	}
	return w.Store(ctx, clarion.StoreID(id))
}

// unpackStore reads a store; channels are those of all stores, which are the only truth about them.
func unpackStore(id, text string, channels map[string]string) (clarion.Store, error) {
	var store clarion.Store
	if err := json.Unmarshal([]byte(text), &store); err != nil {
		return clarion.Store{}, fmt.Errorf("read store %q: %w", id, err)
	}
	for channel, owner := range channels {
		if owner != id {
			continue
		}
		c, err := clarion.ParseChannel(channel)
		if err != nil {
			return clarion.Store{}, fmt.Errorf("read store %q: %w", id, err)
		}
		store.Channels = append(store.Channels, c)
	}
	slices.SortFunc(store.Channels, func(a, b clarion.Channel) int { return cmp.Compare(a.String(), b.String()) })
	return store, nil
}

// putStores creates or replaces stores.
//
// KEYS: stores:{ws}, channels:{ws}
// ARGV: for each store: its id, its JSON, how many channels it has, each channel
// Returns: OK
var putStores = redis.NewScript(`
local held = {}
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  held[all[i + 1]] = held[all[i + 1]] or {}
  table.insert(held[all[i + 1]], all[i])
end
local i = 1
while i <= #ARGV do
  local id, text, n = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  redis.call('HSET', KEYS[1], id, text)
  for _, channel in ipairs(held[id] or {}) do
    if redis.call('HGET', KEYS[2], channel) == id then
      redis.call('HDEL', KEYS[2], channel)
    end
  end
  for j = i + 3, i + 2 + n do
    redis.call('HSET', KEYS[2], ARGV[j], id)
  end
  i = i + 3 + n
end
return redis.status_reply('OK')
`)

// PutStores creates or replaces stores, with their channels, all or none. A channel belongs to one store:
// the last one that is given it. A store has one channel on a platform: the last one that it is given.
func (w *Workspace) PutStores(ctx context.Context, stores []clarion.Store) error {
	if len(stores) == 0 {
		return nil
	}
	var args []any
	for _, store := range stores {
		var talks clarion.Store
		for _, c := range store.Channels {
			talks = talks.Linked(c)
		}
		store.Channels = nil
		text, err := json.Marshal(store)
		if err != nil {
			return fmt.Errorf("write store %q: %w", store.ID, err)
		}
		args = append(args, string(store.ID), text, len(talks.Channels))
		for _, c := range talks.Channels {
			args = append(args, c.String())
		}
	}
	err := putStores.Run(ctx, w.rdb, []string{w.key(storesKey), w.key(channelsKey)}, args...).Err()
	return failed(err, "store %d stores", len(stores))
}

// linkStore makes a channel a store's, in place of its earlier channel on the platform.
//
// KEYS: stores:{ws}, channels:{ws}
// ARGV: store, channel, what the platform's channels begin with
// Returns: false when there is no such store; else the store that had the channel before, or ""
var linkStore = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return false
end
local previous = redis.call('HGET', KEYS[2], ARGV[2]) or ''
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  if all[i + 1] == ARGV[1] and string.sub(all[i], 1, #ARGV[3]) == ARGV[3] then
    redis.call('HDEL', KEYS[2], all[i])
  end
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[1])
if previous == ARGV[1] then
  previous = ''
end
return previous
`)

// LinkStore makes a channel the store's, in place of its earlier channel on that platform. It returns the
// other store that talked in the channel until now, if there was one; [clarion.ErrNotFound] when there is no
// such store.
func (w *Workspace) LinkStore(ctx context.Context, id clarion.StoreID, c clarion.Channel) (previous clarion.StoreID, err error) {
	keys := []string{w.key(storesKey), w.key(channelsKey)}
	before, err := linkStore.Run(ctx, w.rdb, keys, string(id), c.String(), string(c.Platform)+":").Text()
	return clarion.StoreID(before), failed(err, "link store %q with channel %s", id, c)
}

// UnlinkChannel makes a channel nobody's. It is no error when it is that already.
func (w *Workspace) UnlinkChannel(ctx context.Context, c clarion.Channel) error {
	return failed(w.rdb.HDel(ctx, w.key(channelsKey), c.String()).Err(), "unlink channel %s", c)
}
