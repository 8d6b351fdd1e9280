package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// claim makes a delivery that is due the caller's, until the claim lapses.
//
// KEYS: delivery:{ws}:<delivery>, due:{ws}
// ARGV: delivery, now and until in ms
// Returns: -1 when there is no such delivery; 0 when it is not due, or not open; else a list of its number of
// claims, and since when, in ms, an earlier claim may have posted it, or ""
var claim = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  return -1
end
local due = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not due or tonumber(due) >= tonumber(ARGV[2]) + 1 then
  return 0
end
redis.call('HSET', KEYS[1], 'state', 'claimed')
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return {redis.call('HINCRBY', KEYS[1], 'attempt', 1), redis.call('HGET', KEYS[1], 'doubt') or ''}
`)

// Claim says durably, before acting, that the caller posts the delivery now; the claim lapses at until. It
// is true for one caller: the delivery was waiting and due, or somebody's claim of it has lapsed. The
// delivery's Attempt counts the claims; its Doubt is when the first post was begun of which nobody knows what
// came of it. It is [clarion.ErrNotFound] when there is no such delivery.
func (w *Workspace) Claim(ctx context.Context, id string, now, until time.Time) (clarion.Delivery, bool, error) {
	keys := []string{w.under(deliveryPrefix, id), w.key(dueKey)}
	answer, err := claim.Run(ctx, w.rdb, keys, id, now.UnixMilli(), until.UnixMilli()).Result()
	if err != nil {
		return clarion.Delivery{}, false, failed(err, "claim delivery %s", id)
	}
	claimed, ok := answer.([]any)
	if !ok {
		if answer == int64(-1) {
			err = clarion.ErrNotFound
		}
		return clarion.Delivery{}, false, failed(err, "claim delivery %s", id)
	}
	d, err := w.Delivery(ctx, id)
	if err != nil {
		return clarion.Delivery{}, false, err
	}
	attempt, _ := claimed[0].(int64)
	d.Attempt, d.Doubt = int(attempt), time.Time{}
	if doubt, _ := claimed[1].(string); doubt != "" {
		if d.Doubt, err = parseMilli(doubt); err != nil {
			return clarion.Delivery{}, false, failed(err, "read since when delivery %s is in doubt", id)
		}
	}
	return d, true, nil
}

// begin says that a delivery is about to be posted, unless the claim is no longer the caller's.
//
// KEYS: delivery:{ws}:<delivery>
// ARGV: its attempt, now in ms
// Returns: 1, or 0 when it is claimed by somebody else, or by nobody
var begin = redis.NewScript(`
local now = redis.call('HMGET', KEYS[1], 'state', 'attempt', 'doubt')
if now[1] ~= 'claimed' or now[2] ~= ARGV[1] then
  return 0
end
if (now[3] or '') == '' then
  redis.call('HSET', KEYS[1], 'doubt', ARGV[2])
end
return 1
`)

// Begin says durably that the caller, who has claimed the delivery, posts it from now on, so that it is in doubt until it
// is recorded what came of it. It is false when the claim has lapsed and somebody else has claimed it since, or settled
// it: then the caller must not post it.
func (w *Workspace) Begin(ctx context.Context, d clarion.Delivery, now time.Time) (bool, error) {
	mine, err := begin.Run(ctx, w.rdb, []string{w.under(deliveryPrefix, d.ID)}, d.Attempt, now.UnixMilli()).Bool()
	return mine, failed(err, "begin to post delivery %s", d.ID)
}

func parseMilli(s string) (time.Time, error) {
	ms, err := strconv.ParseInt(s, 10, 64)
	return time.UnixMilli(ms), err
}

// record says that a delivery is posted, unless it was recorded before.
//
// KEYS: delivery:{ws}:<delivery>, due:{ws}, living:{ws}, failed:{ws}
// ARGV: delivery, the platform's id of the post, now in ms, when it is looked at again in ms or "", what it shows
// Returns: 1, or 0 when there is no such delivery
var record = redis.NewScript(`
local state = redis.call('HGET', KEYS[1], 'state')
if not state then
  return 0
end
if state ~= 'posted' then
  redis.call('HSET', KEYS[1], 'state', 'posted', 'post', ARGV[2], 'at', ARGV[3], 'shown', ARGV[5], 'reason', '', 'doubt', '')
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[4], ARGV[1])
  if ARGV[4] ~= '' then
    redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
  end
end
return 1
`)

// A Posted is what is recorded of a delivery that stands in its channel.
type Posted struct {
	PostID string
	At     time.Time
	Look   time.Time // when the post is next compared with what it should show; zero: never
	Shown  string    // names what it shows
}

// Record says that the delivery stands in its channel, under the platform's id. That is final: when it is
// said again, the first one stays.
func (w *Workspace) Record(ctx context.Context, id string, p Posted) error {
	keys := []string{w.under(deliveryPrefix, id), w.key(dueKey), w.key(livingKey), w.key(failedKey)}
	look := ""
	if !p.Look.IsZero() {
		look = strconv.FormatInt(p.Look.UnixMilli(), 10)
	}
	known, err := record.Run(ctx, w.rdb, keys, id, p.PostID, p.At.UnixMilli(), look, p.Shown).Int()
	if err == nil && known == 0 {
		err = clarion.ErrNotFound
	}
	return failed(err, "record that delivery %s is posted", id)
}

// settle puts off what is done about a delivery, or ends it without a post. It does nothing to one that is not
// claimed any more, or that somebody else has claimed since: so it does nothing when it comes again. Of one that failed
// it adds a delivery that tells people, unless one that has not been posted yet will.
//
// KEYS: delivery:{ws}:<delivery>, due:{ws}, failed:{ws}, delivery:{ws}:, deliveries:{ws}: (keys made here begin with
// the last two)
// ARGV: delivery, its attempt, new state, when in ms it is due again or has failed, reason, "sure" when nothing was
// posted since the claim before which there was no doubt, "1" when something went wrong or "0"; then, when people are
// told, what the ids of deliveries that tell begin with, the JSON of one, and when it is due in ms
// Returns: 1, or 0 when there is no such delivery
var settle = redis.NewScript(addDelivery + `
local now = redis.call('HMGET', KEYS[1], 'state', 'attempt')
if not now[1] then
  return 0
end
if now[1] ~= 'claimed' or now[2] ~= ARGV[2] then
  return 1
end
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'reason', ARGV[5])
redis.call('HINCRBY', KEYS[1], 'setbacks', ARGV[7])
if ARGV[6] == 'sure' then
  redis.call('HSET', KEYS[1], 'doubt', '')
end
if ARGV[3] == 'withdrawn' then
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif ARGV[3] == 'failed' then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
end
if ARGV[8] then
  local n = 1
  while true do
    local told = redis.call('HGET', KEYS[4] .. ARGV[8] .. n, 'state')
    if not told then
      ARGV[8], ARGV[11] = ARGV[8] .. n, ''
      addDelivery(KEYS[4], KEYS[5], KEYS[2], 8)
      break
    elseif told == 'waiting' then
      break
    end
    n = n + 1
  end
end
return 1
`)

func (w *Workspace) settle(ctx context.Context, d clarion.Delivery, state clarion.DeliveryState, at time.Time, reason string, sure, setback bool, tell ...any) error {
	keys := []string{
		w.under(deliveryPrefix, d.ID), w.key(dueKey), w.key(failedKey), w.prefix(deliveryPrefix), w.prefix(indexPrefix),
	}
	word := ""
	if sure && d.Doubt.IsZero() {
		word = "sure"
	}
	args := append([]any{d.ID, d.Attempt, string(state), at.UnixMilli(), reason, word, setback}, tell...)
	known, err := settle.Run(ctx, w.rdb, keys, args...).Int()
	if err == nil && known == 0 {
		err = clarion.ErrNotFound
	}
	return failed(err, "record that delivery %s is %s", d.ID, state)
}

// Postpone says that the caller, who has claimed the delivery, has not posted it, because it was asked to wait, and
// makes it wait until a time; until then nobody can claim it.
func (w *Workspace) Postpone(ctx context.Context, d clarion.Delivery, until time.Time, reason string) error {
	return w.settle(ctx, d, clarion.Waiting, until, reason, true, false)
}

// SetBack does what Postpone does, because something went wrong, which the delivery's Setbacks count.
func (w *Workspace) SetBack(ctx context.Context, d clarion.Delivery, until time.Time, reason string) error {
	return w.settle(ctx, d, clarion.Waiting, until, reason, true, true)
}

// Doubt says that the caller, who has claimed the delivery, does not know whether it was posted, and makes
// it wait until a time. Whoever claims it next has to look first. It is a setback.
func (w *Workspace) Doubt(ctx context.Context, d clarion.Delivery, until time.Time, reason string) error {
	return w.settle(ctx, d, clarion.Waiting, until, reason, false, true)
}

// Fail says that a delivery that the caller has claimed was not posted and cannot be, without a person doing
// something first; Retry opens it again. In the same step it adds tell, a delivery that tells people so, under its
// id and the first number that is not taken, unless an earlier one of these waits and will tell it too. A zero tell
// is left out.
func (w *Workspace) Fail(ctx context.Context, d clarion.Delivery, at time.Time, reason string, tell clarion.Delivery) error {
	if tell.ID == "" {
		return w.settle(ctx, d, clarion.Failed, at, reason, true, true)
	}
	text, err := json.Marshal(tell)
	if err != nil {
		return fmt.Errorf("write delivery %s: %w", tell.ID, err)
	}
	return w.settle(ctx, d, clarion.Failed, at, reason, true, true, tell.ID, text, tell.Due.UnixMilli())
}

// Withdraw says that a delivery that the caller has claimed was not posted and is not wanted any more. A Revision
// that has it among its deliveries makes it due again.
func (w *Workspace) Withdraw(ctx context.Context, d clarion.Delivery, reason string) error {
	return w.settle(ctx, d, clarion.Withdrawn, time.Time{}, reason, true, false)
}

// retry opens failed deliveries again.
//
// KEYS: delivery:{ws}: (the keys read here begin with it), due:{ws}, failed:{ws}
// ARGV: now in ms, then deliveries
// Returns: how many were opened
var retry = redis.NewScript(`
local opened = 0
for i = 2, #ARGV do
  local key = KEYS[1] .. ARGV[i]
  if redis.call('HGET', key, 'state') == 'failed' then
    redis.call('HSET', key, 'state', 'waiting', 'setbacks', '0')
    redis.call('ZADD', KEYS[2], ARGV[1], ARGV[i])
    redis.call('ZREM', KEYS[3], ARGV[i])
    opened = opened + 1
  end
end
return opened
`)

// Retry makes those of the deliveries that failed wait again, due now, and says how many that were.
func (w *Workspace) Retry(ctx context.Context, now time.Time, ids ...string) (opened int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	keys := []string{w.prefix(deliveryPrefix), w.key(dueKey), w.key(failedKey)}
	args := []any{now.UnixMilli()}
	for _, id := range ids {
		args = append(args, id)
	}
	opened, err = retry.Run(ctx, w.rdb, keys, args...).Int()
	return opened, failed(err, "try %d deliveries again", len(ids))
}
