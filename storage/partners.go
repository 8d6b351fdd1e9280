package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// Partner returns a partner, or [clarion.ErrNotFound].
func (w *Workspace) Partner(ctx context.Context, id clarion.PartnerID) (clarion.Partner, error) {
	var read *redis.MapStringStringCmd
	var store *redis.StringCmd
	cmds, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		read = p.HGetAll(ctx, w.under(partnerPrefix, string(id)))
		store = p.HGet(ctx, w.key(worksKey), string(id))
		return nil
	})
	err = unlessMissing(cmds, err) // a partner can have no store
	if err == nil && len(read.Val()) == 0 {
		err = clarion.ErrNotFound
	}
	if err != nil {
		return clarion.Partner{}, failed(err, "read partner %s", id)
	}
	return clarion.Partner{
		ID: id, Name: read.Val()["name"], Email: read.Val()["email"], Store: clarion.StoreID(store.Val()),
	}, nil
}

// PartnerOf returns the partner of an identity, or [clarion.ErrNotFound].
func (w *Workspace) PartnerOf(ctx context.Context, i clarion.Identity) (clarion.Partner, error) {
	id, err := w.PartnerIDOf(ctx, i)
	if err != nil {
		return clarion.Partner{}, err
	}
	return w.Partner(ctx, id)
}

// PartnerIDOf returns the id of an identity's partner, or [clarion.ErrNotFound]. An identity leads to the
// same partner for ever, so a process asks Redis once.
func (w *Workspace) PartnerIDOf(ctx context.Context, i clarion.Identity) (clarion.PartnerID, error) {
	in := identityIn{w.id, i}
	if id, ok := w.s.identities.Get(in); ok {
		return id, nil
	}
	text, err := w.rdb.HGet(ctx, w.key(identitiesKey), string(i)).Result()
	if err != nil {
		return "", failed(err, "read the partner of %s", i)
	}
	id := clarion.PartnerID(text)
	w.s.identities.Add(in, id)
	return id, nil
}

// enrol makes members partners. A member is the partner to whom the first known one of its identities
// leads, or else the one of its own id. Identities that are not known yet are bound to that partner.
//
// KEYS: identities:{ws}, works:{ws}, partner:{ws}: (the keys made here begin with it)
// ARGV: "import" to replace what is stored or "enrol" to fill in what is empty; then for each member: id,
// name, e-mail, store, how many identities, each identity
// Returns: for each member: id, name, e-mail, store, and 1 for created, 2 for changed, 0 for neither
var enrol = redis.NewScript(`
local replace = ARGV[1] == 'import'
local out = {}
local i = 2
while i <= #ARGV do
  local id, n = ARGV[i], tonumber(ARGV[i + 4])
  local first, last = i + 5, i + 4 + n
  for j = first, last do
    local known = redis.call('HGET', KEYS[1], ARGV[j])
    if known then
      id = known
      break
    end
  end
  local key = KEYS[3] .. id
  local outcome = 2
  if redis.call('EXISTS', key) == 0 then
    outcome = 1
  end
  local stored = redis.call('HMGET', key, 'name', 'email')
  stored[3] = redis.call('HGET', KEYS[2], id)
  local values, changed = {}, false
  for k = 1, 3 do
    local was, value = stored[k] or '', ARGV[i + k]
    if value == '' or (was ~= '' and not replace) then
      value = was
    end
    changed = changed or value ~= was
    values[k] = value
  end
  if changed or outcome == 1 then
    redis.call('HSET', key, 'name', values[1], 'email', values[2])
    if values[3] ~= '' then
      redis.call('HSET', KEYS[2], id, values[3])
    end
  end
  for j = first, last do
    if redis.call('HSETNX', KEYS[1], ARGV[j], id) == 1 then
      changed = true
    end
  end
  if outcome == 2 and not changed then
    outcome = 0
  end
  table.insert(out, id)
  for k = 1, 3 do
    table.insert(out, values[k])
  end
  table.insert(out, tostring(outcome))
  i = last + 1
end
return out
`)

const (
	enrolled = "1"
	altered  = "2"
)

// Enrol returns the partner that a member is. When one of the identities is known, it is that partner: the
// other identities lead to the partner from now on, and an empty name, e-mail address or store is filled
// in. Otherwise the member's partner is created, under the member's id. An identity that leads to another
// partner stays with that one.
func (w *Workspace) Enrol(ctx context.Context, m clarion.Member) (clarion.Partner, error) {
	members, err := w.enrol(ctx, "enrol", []clarion.Member{m})
	if err != nil {
		return clarion.Partner{}, fmt.Errorf("enrol %v: %w", m.Identities, err)
	}
	return members[0].partner, nil
}

// importBatch is how many members one script enrols, in about a millisecond or two.
const importBatch = 200

// Import makes every member a partner, as Enrol does, but replaces a name, e-mail address or store by the
// member's unless that is empty. It works in batches and tells progress after each how many members are
// done; progress can be nil. After an error everything up to the last progress is stored, and the import
// can be repeated.
func (w *Workspace) Import(ctx context.Context, members []clarion.Member, progress func(done int)) (created, changed int, err error) {
	done := 0
	for batch := range slices.Chunk(members, importBatch) {
		results, err := w.enrol(ctx, "import", batch)
		if err != nil {
			return created, changed, fmt.Errorf("import partners after the first %d: %w", done, err)
		}
		for _, r := range results {
			switch r.outcome {
			case enrolled:
				created++
			case altered:
				changed++
			}
		}
		done += len(batch)
		if progress != nil {
			progress(done)
		}
	}
	return created, changed, nil
}

type enrolment struct {
	partner clarion.Partner
	outcome string
}

func (w *Workspace) enrol(ctx context.Context, mode string, members []clarion.Member) ([]enrolment, error) {
	args := []any{mode}
	for _, m := range members {
		known := slices.DeleteFunc(slices.Clone(m.Identities), func(i clarion.Identity) bool { return i == "" })
		if m.Partner.ID == "" || len(known) == 0 {
			return nil, fmt.Errorf("partner %q: %w", m.Partner.Name, errNoIdentity)
		}
		args = append(args, string(m.Partner.ID), m.Partner.Name, m.Partner.Email, string(m.Partner.Store), len(known))
		for _, i := range known {
			args = append(args, string(i))
		}
	}
	out, err := enrol.Run(ctx, w.rdb, []string{w.key(identitiesKey), w.key(worksKey), w.prefix(partnerPrefix)}, args...).StringSlice()
	if err != nil {
		return nil, failed(err, "store %d partners", len(members))
	}
	results := make([]enrolment, 0, len(members))
	for f := range slices.Chunk(out, 5) {
		results = append(results, enrolment{
			partner: clarion.Partner{ID: clarion.PartnerID(f[0]), Name: f[1], Email: f[2], Store: clarion.StoreID(f[3])},
			outcome: f[4],
		})
	}
	return results, nil
}

var errNoIdentity = errors.New("a partner needs an id and an identity")

// movePartner changes where a partner works.
//
// KEYS: partner:{ws}:<partner>, stores:{ws}, works:{ws}
// ARGV: store, or "" for none, partner
// Returns: 1, or 0 when there is no such partner or store
var movePartner = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
if ARGV[1] ~= '' and redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  return 0
end
if ARGV[1] == '' then
  redis.call('HDEL', KEYS[3], ARGV[2])
else
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[1])
end
return 1
`)

// Move changes the store where a partner works; an empty store means that it is not known. What the partner
// has earned stays where it was earned. It is [clarion.ErrNotFound] when there is no such partner or store.
func (w *Workspace) Move(ctx context.Context, id clarion.PartnerID, store clarion.StoreID) error {
	keys := []string{w.under(partnerPrefix, string(id)), w.key(storesKey), w.key(worksKey)}
	moved, err := movePartner.Run(ctx, w.rdb, keys, string(store), string(id)).Int()
	if err == nil && moved == 0 {
		err = clarion.ErrNotFound
	}
	return failed(err, "move partner %s to store %q", id, store)
}
