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

// addDelivery is a function for scripts that adds the delivery that begins at ARGV[i], unless its id
// exists, and returns how many it added. It takes the prefixes delivery:{ws}: and deliveries:{ws}:, and
// due:{ws}. A delivery has four arguments: id, JSON, when it is due in ms, group or "".
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

// inOrder is how many deliveries of one millisecond keep the order in which they were given: a score of some
// 10^12 has twelve bits left behind the point.
const inOrder = 1 << 12

func deliveryArgs(deliveries []clarion.Delivery) ([]any, error) {
	args := make([]any, 0, 4*len(deliveries))
	for i, d := range deliveries {
		text, err := json.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("write delivery %s: %w", d.ID, err)
		}
		due := float64(d.Due.UnixMilli()) + float64(min(i, inOrder-1))/inOrder
		args = append(args, d.ID, text, strconv.FormatFloat(due, 'f', -1, 64), string(d.Group()))
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

// A Due is a delivery that can be claimed.
type Due struct {
	ID string
	// Turn is another one each time that the delivery becomes due anew: first, after its claim lapsed, and after
	// it was postponed.
	Turn string
}

// Due returns deliveries that can be claimed at a time, those that have waited longest first, and those that
// became due at once in the order in which they were given. Among them are those whose claim has lapsed.
func (w *Workspace) Due(ctx context.Context, now time.Time, limit int) ([]Due, error) {
	if limit <= 0 {
		return nil, nil
	}
	found, err := w.rdb.ZRangeByScoreWithScores(ctx, w.key(dueKey), &redis.ZRangeBy{
		Min: "-inf", Max: "(" + strconv.FormatInt(now.UnixMilli()+1, 10), Count: int64(limit),
	}).Result()
	if err != nil {
		return nil, failed(err, "read which deliveries are due")
	}
	due := make([]Due, 0, len(found))
	for _, z := range found {
		due = append(due, Due{ID: z.Member.(string), Turn: strconv.FormatFloat(z.Score, 'f', -1, 64)})
	}
	return due, nil
}

// AnyDue says whether a delivery can be claimed at a time.
func (w *Workspace) AnyDue(ctx context.Context, now time.Time) (bool, error) {
	n, err := w.rdb.ZCount(ctx, w.key(dueKey), "-inf", "("+strconv.FormatInt(now.UnixMilli()+1, 10)).Result()
	return n > 0, failed(err, "ask whether a delivery is due")
}
