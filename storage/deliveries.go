package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// addDelivery is a function for scripts that adds the delivery that begins at ARGV[i], unless its id
// exists, and returns how many it added. It takes the prefixes delivery:{ws}: and deliveries:{ws}:, and
// due:{ws}. A delivery has four arguments: id, JSON, when it is due in ms, campaign or "".
const addDelivery = `
local function addDelivery(prefix, index, due, i)
  local key = prefix .. ARGV[i]
  if redis.call('EXISTS', key) == 1 then
    return 0
  end
  redis.call('HSET', key, 'data', ARGV[i + 1], 'state', 'waiting', 'attempt', '0')
  redis.call('ZADD', due, ARGV[i + 2], ARGV[i])
  if ARGV[i + 3] ~= '' then
    redis.call('SADD', index .. ARGV[i + 3], ARGV[i])
  end
  return 1
end
`

func deliveryArgs(deliveries []clarion.Delivery) ([]any, error) {
	args := make([]any, 0, 4*len(deliveries))
	for _, d := range deliveries {
		text, err := json.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("write delivery %s: %w", d.ID, err)
		}
		args = append(args, d.ID, text, d.Due.UnixMilli(), string(d.Campaign))
	}
	return args, nil
}

// enqueue adds deliveries.
//
// KEYS: delivery:{ws}:, deliveries:{ws}: (the keys made here begin with these), due:{ws}
// ARGV: for each delivery what addDelivery says
// Returns: how many were added
var enqueue = redis.NewScript(addDelivery + `
local added = 0
for i = 1, #ARGV, 4 do
  added = added + addDelivery(KEYS[1], KEYS[2], KEYS[3], i)
end
return added
`)

// Enqueue adds deliveries that wait until they are due, and says how many it added. One whose id exists is
// left alone, however far it has come.
func (w *Workspace) Enqueue(ctx context.Context, deliveries ...clarion.Delivery) (added int, err error) {
	if len(deliveries) == 0 {
		return 0, nil
	}
	args, err := deliveryArgs(deliveries)
	if err != nil {
		return 0, err
	}
	added, err = enqueue.Run(ctx, w.rdb, w.deliveryKeys(), args...).Int()
	return added, failed(err, "enqueue %d deliveries", len(deliveries))
}

func (w *Workspace) deliveryKeys() []string {
	return []string{w.prefix(deliveryPrefix), w.prefix(indexPrefix), w.key(dueKey)}
}

// enqueueRun adds the deliveries of a clock job's run, unless the job has run for the period.
//
// KEYS: delivery:{ws}:, deliveries:{ws}: (the keys made here begin with these), due:{ws}, run:{ws}:<job>:<period>
// ARGV: for each delivery what addDelivery says, and last the seconds that it is known that the job has run
// Returns: 1 when this is the run, 0 when there was one before
var enqueueRun = redis.NewScript(addDelivery + `
if not redis.call('SET', KEYS[4], '1', 'NX', 'EX', ARGV[#ARGV]) then
  return 0
end
for i = 1, #ARGV - 1, 4 do
  addDelivery(KEYS[1], KEYS[2], KEYS[3], i)
end
return 1
`)

// runLife is how long it is known that a clock job has run for a period. No job looks back a year.
const runLife = 400 * 24 * time.Hour

// EnqueueRun adds what a clock job, such as "winners", has to deliver for a period, such as "2026-W47", and
// remembers that it has run, in one step: whichever process is first, and wherever one is killed, the job
// runs once and all of its deliveries are there. It says whether this was that run; it says no, too, to a
// process that repeats the call because the answer to its first was lost.
func (w *Workspace) EnqueueRun(ctx context.Context, job, period string, deliveries ...clarion.Delivery) (first bool, err error) {
	args, err := deliveryArgs(deliveries)
	if err != nil {
		return false, err
	}
	keys := append(w.deliveryKeys(), w.runKey(job, period))
	first, err = enqueueRun.Run(ctx, w.rdb, keys, append(args, int(runLife.Seconds()))...).Bool()
	return first, failed(err, "run %s for %s", job, period)
}

// HasRun says whether a clock job has run for a period.
func (w *Workspace) HasRun(ctx context.Context, job, period string) (bool, error) {
	n, err := w.rdb.Exists(ctx, w.runKey(job, period)).Result()
	return n > 0, failed(err, "ask whether %s has run for %s", job, period)
}

func (w *Workspace) runKey(job, period string) string { return w.under(runPrefix, job+":"+period) }

// Due returns the ids of deliveries that can be claimed at a time, those that have waited longest first.
// Among them are those whose claim has lapsed.
func (w *Workspace) Due(ctx context.Context, now time.Time, limit int) ([]string, error) {
	if limit <= 0 {
		return nil, nil
	}
	ids, err := w.rdb.ZRangeByScore(ctx, w.key(dueKey), &redis.ZRangeBy{
		Min: "-inf", Max: strconv.FormatInt(now.UnixMilli(), 10), Count: int64(limit),
	}).Result()
	return ids, failed(err, "read which deliveries are due")
}

// claim makes a delivery that is due the caller's, until the claim lapses.
//
// KEYS: delivery:{ws}:<delivery>, due:{ws}
// ARGV: delivery, now and until in ms
// Returns: -1 when there is no such delivery, 1 when it is claimed, 0 when it is not due, or not open
var claim = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  return -1
end
local due = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not due or tonumber(due) > tonumber(ARGV[2]) then
  return 0
end
redis.call('HSET', KEYS[1], 'state', 'claimed')
redis.call('HINCRBY', KEYS[1], 'attempt', 1)
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
`)

// Claim says durably, before acting, that the caller posts the delivery now; the claim lapses at until. It
// is true for one caller: the delivery was waiting and due, or somebody's claim of it has lapsed. The
// delivery's Attempt counts the claims. It is [clarion.ErrNotFound] when there is no such delivery.
func (w *Workspace) Claim(ctx context.Context, id string, now, until time.Time) (clarion.Delivery, bool, error) {
	keys := []string{w.under(deliveryPrefix, id), w.key(dueKey)}
	claimed, err := claim.Run(ctx, w.rdb, keys, id, now.UnixMilli(), until.UnixMilli()).Int()
	if err == nil && claimed < 0 {
		err = clarion.ErrNotFound
	}
	if err != nil || claimed == 0 {
		return clarion.Delivery{}, false, failed(err, "claim delivery %s", id)
	}
	d, err := w.Delivery(ctx, id)
	return d, err == nil, err
}

// settle ends or puts off what is done about a delivery. One that is posted stays posted, as it was first
// recorded.
//
// KEYS: delivery:{ws}:<delivery>, due:{ws}
// ARGV: delivery, new state, new due time in ms or "" when it is no longer open, then fields and values
// Returns: 1, or 0 when there is no such delivery
var settle = redis.NewScript(`
local state = redis.call('HGET', KEYS[1], 'state')
if not state then
  return 0
end
if state == 'posted' then
  return 1
end
redis.call('HSET', KEYS[1], 'state', ARGV[2], unpack(ARGV, 4))
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
end
return 1
`)

func (w *Workspace) settle(ctx context.Context, id string, state clarion.DeliveryState, due string, fields ...any) error {
	keys := []string{w.under(deliveryPrefix, id), w.key(dueKey)}
	known, err := settle.Run(ctx, w.rdb, keys, append([]any{id, string(state), due}, fields...)...).Int()
	if err == nil && known == 0 {
		err = clarion.ErrNotFound
	}
	return failed(err, "record that delivery %s is %s", id, state)
}

// Record says that the delivery stands in its channel, under the platform's id. That is final: when it is
// said again, the first one stays.
func (w *Workspace) Record(ctx context.Context, id, postID string, at time.Time) error {
	return w.settle(ctx, id, clarion.Posted, "", "post", postID, "at", at.UnixMilli(), "reason", "")
}

// Postpone makes a delivery that is not posted wait until a time; until then nobody can claim it.
func (w *Workspace) Postpone(ctx context.Context, id string, until time.Time, reason string) error {
	return w.settle(ctx, id, clarion.Waiting, strconv.FormatInt(until.UnixMilli(), 10), "reason", reason)
}

// Fail says that a delivery that is not posted cannot be, without a person doing something first. Postpone
// opens it again.
func (w *Workspace) Fail(ctx context.Context, id, reason string) error {
	return w.settle(ctx, id, clarion.Failed, "", "reason", reason)
}

// Delivery returns a delivery, or [clarion.ErrNotFound].
func (w *Workspace) Delivery(ctx context.Context, id string) (clarion.Delivery, error) {
	fields, err := w.rdb.HGetAll(ctx, w.under(deliveryPrefix, id)).Result()
	if err != nil {
		return clarion.Delivery{}, failed(err, "read delivery %s", id)
	}
	return unpackDelivery(id, fields)
}

// Deliveries returns the deliveries of a campaign's drops, in the order in which they were first due.
func (w *Workspace) Deliveries(ctx context.Context, c clarion.CampaignID) ([]clarion.Delivery, error) {
	ids, err := w.rdb.SMembers(ctx, w.under(indexPrefix, string(c))).Result()
	if err != nil || len(ids) == 0 {
		return nil, failed(err, "read which deliveries campaign %s has", c)
	}
	read := make([]*redis.MapStringStringCmd, len(ids))
	_, err = w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			read[i] = p.HGetAll(ctx, w.under(deliveryPrefix, id))
		}
		return nil
	})
	if err != nil {
		return nil, failed(err, "read %d deliveries of campaign %s", len(ids), c)
	}
	deliveries := make([]clarion.Delivery, len(ids))
	for i, id := range ids {
		if deliveries[i], err = unpackDelivery(id, read[i].Val()); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(deliveries, func(a, b clarion.Delivery) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	return deliveries, nil
}

func unpackDelivery(id string, fields map[string]string) (clarion.Delivery, error) {
	if len(fields) == 0 {
		return clarion.Delivery{}, fmt.Errorf("read delivery %s: %w", id, clarion.ErrNotFound)
	}
	var d clarion.Delivery
	if err := json.Unmarshal([]byte(fields["data"]), &d); err != nil {
		return clarion.Delivery{}, fmt.Errorf("read delivery %s: %w", id, err)
	}
	attempt, err := strconv.Atoi(fields["attempt"])
	if err != nil {
		return clarion.Delivery{}, fmt.Errorf("read how often delivery %s was claimed: %w", id, err)
	}
	d.State, d.Attempt, d.PostID, d.Reason = clarion.DeliveryState(fields["state"]), attempt, fields["post"], fields["reason"]
	return d, nil
}
