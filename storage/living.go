package storage

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// A Look is a post whose turn it is to be compared with what it should show.
type Look struct {
	Delivery clarion.Delivery
	Shown    string // names what it shows
	turn     string // since when it is its turn: another one after a change of the campaign
}

// Looks returns posts whose turn it is, those that have waited longest first. Those that Revise has changed
// come before all others.
func (w *Workspace) Looks(ctx context.Context, now time.Time, limit int) ([]Look, error) {
	if limit <= 0 {
		return nil, nil
	}
	found, err := w.rdb.ZRangeByScoreWithScores(ctx, w.key(livingKey), &redis.ZRangeBy{
		Min: "-inf", Max: strconv.FormatInt(now.UnixMilli(), 10), Count: int64(limit),
	}).Result()
	if err != nil || len(found) == 0 {
		return nil, failed(err, "read which posts are to be looked at")
	}
	read := make([]*redis.MapStringStringCmd, len(found))
	_, err = w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, z := range found {
			id, _ := z.Member.(string)
			read[i] = p.HGetAll(ctx, w.under(deliveryPrefix, id))
		}
		return nil
	})
	if err != nil {
		return nil, failed(err, "read %d posts", len(found))
	}
	looks := make([]Look, 0, len(found))
	for i, z := range found {
		id, _ := z.Member.(string)
		d, err := unpackDelivery(id, read[i].Val())
		if errors.Is(err, clarion.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		looks = append(looks, Look{Delivery: d, Shown: read[i].Val()["shown"], turn: strconv.FormatFloat(z.Score, 'f', -1, 64)})
	}
	return looks, nil
}

// takeLook makes it the caller's to look at a post.
//
// KEYS: living:{ws}
// ARGV: delivery, the turn that the caller has seen, until when in ms
// Returns: 1, or 0 when the post has another turn by now, or none
var takeLook = redis.NewScript(`
local turn = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not turn or tonumber(turn) ~= tonumber(ARGV[2]) then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
`)

// TakeLook says that the caller brings the post up to date, and must be done by until. It is true for one caller,
// and for none when the campaign was changed since the look was read: what the caller would show is old.
func (w *Workspace) TakeLook(ctx context.Context, l Look, until time.Time) (bool, error) {
	taken, err := takeLook.Run(ctx, w.rdb, []string{w.key(livingKey)}, l.Delivery.ID, l.turn, until.UnixMilli()).Bool()
	return taken, failed(err, "look at the post of delivery %s", l.Delivery.ID)
}

// looked says when a post is looked at next, and what it shows, unless somebody made it urgent meanwhile.
//
// KEYS: living:{ws}, delivery:{ws}:<delivery>
// ARGV: delivery, until when the look was taken in ms, the next turn in ms or "", what it shows
// Returns: 1
var looked = redis.NewScript(`
redis.call('HSET', KEYS[2], 'shown', ARGV[4])
local turn = redis.call('ZSCORE', KEYS[1], ARGV[1])
if turn and tonumber(turn) == tonumber(ARGV[2]) then
  if ARGV[3] == '' then
    redis.call('ZREM', KEYS[1], ARGV[1])
  else
    redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
  end
end
return 1
`)

// Looked ends a look that was taken until a time: the post shows what is named, and is looked at again at next,
// or, when that is zero, never, unless Revise changes it.
func (w *Workspace) Looked(ctx context.Context, id string, until, next time.Time, shown string) error {
	turn := ""
	if !next.IsZero() {
		turn = strconv.FormatInt(next.UnixMilli(), 10)
	}
	keys := []string{w.key(livingKey), w.under(deliveryPrefix, id)}
	err := looked.Run(ctx, w.rdb, keys, id, until.UnixMilli(), turn, shown).Err()
	return failed(err, "record what the post of delivery %s shows", id)
}

// putOffLooks makes posts wait that nobody has taken, and whose campaigns nobody has changed, since they were read.
//
// KEYS: living:{ws}
// ARGV: until when in ms, then for each post its delivery and the turn that the caller has seen
// Returns: how many wait
var putOffLooks = redis.NewScript(`
local waiting = 0
for i = 2, #ARGV, 2 do
  local turn = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if turn and tonumber(turn) == tonumber(ARGV[i + 1]) then
    redis.call('ZADD', KEYS[1], ARGV[1], ARGV[i])
    waiting = waiting + 1
  end
end
return waiting
`)

// PutOffLooks makes posts wait until a time, so that those behind them have their turn. One that somebody takes, or
// whose campaign was changed since it was read, is left alone.
func (w *Workspace) PutOffLooks(ctx context.Context, until time.Time, looks ...Look) error {
	args := []any{until.UnixMilli()}
	for _, l := range looks {
		args = append(args, l.Delivery.ID, l.turn)
	}
	err := putOffLooks.Run(ctx, w.rdb, []string{w.key(livingKey)}, args...).Err()
	return failed(err, "put off %d posts", len(looks))
}
