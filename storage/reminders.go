package storage

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// A ReminderLook is a campaign whose turn it is to be asked for reminders.
type ReminderLook struct {
	Campaign clarion.CampaignID
	turn     string // another one after the campaign was revised
}

// ReminderLooks returns campaigns whose turn it is to be asked for reminders: those first that were planned or
// revised since anybody asked.
func (w *Workspace) ReminderLooks(ctx context.Context, now time.Time, limit int) ([]ReminderLook, error) {
	if limit <= 0 {
		return nil, nil
	}
	found, err := w.rdb.ZRangeByScoreWithScores(ctx, w.key(remindersKey), &redis.ZRangeBy{
		Min: "-inf", Max: strconv.FormatInt(now.UnixMilli(), 10), Count: int64(limit),
	}).Result()
	if err != nil {
		return nil, failed(err, "read which campaigns are asked for reminders")
	}
	looks := make([]ReminderLook, 0, len(found))
	for _, z := range found {
		id, _ := z.Member.(string)
		looks = append(looks, ReminderLook{clarion.CampaignID(id), strconv.FormatFloat(z.Score, 'f', -1, 64)})
	}
	return looks, nil
}

// lookForReminders says when a campaign is asked again, unless it was revised or asked meanwhile.
//
// KEYS: reminders:{ws}
// ARGV: campaign, the turn that is over, the next one in ms or ""
// Returns: 1, or 0 when it has another turn
var lookForReminders = redis.NewScript(`
local turn = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not turn or tonumber(turn) ~= tonumber(ARGV[2]) then
  return 0
end
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
end
return 1
`)

// LookForReminders ends a campaign's turn: it is asked again at next, or, when that is zero, after it was
// revised. When it was revised meanwhile, its turn comes at once.
func (w *Workspace) LookForReminders(ctx context.Context, l ReminderLook, next time.Time) error {
	turn := ""
	if !next.IsZero() {
		turn = strconv.FormatInt(next.UnixMilli(), 10)
	}
	err := lookForReminders.Run(ctx, w.rdb, []string{w.key(remindersKey)}, string(l.Campaign), l.turn, turn).Err()
	return failed(err, "record when campaign %s is asked for reminders", l.Campaign)
}

// remindedLife is how long it is known how many reminders a channel had in a week.
const remindedLife = 28 * 24 * time.Hour

// remind adds a campaign's reminders where the week has room for them, unless these are known to have been added. One
// that was withdrawn waits again, and keeps its place in a week that it is counted in already.
//
// KEYS: delivery:{ws}:, deliveries:{ws}: (the keys made here begin with these), due:{ws}, run:{ws}:reminder:<period>,
// reminded:{ws}:<week>
// ARGV: for each delivery what addDelivery says; then for each its channel; last how many deliveries, the week, most
// reminders of a channel in it, for how many seconds these are kept, and for how many it is known that the
// reminders were added
// Returns: how many were added, or -1 when they were before
var remind = redis.NewScript(addDelivery + `
local n, week, most = tonumber(ARGV[#ARGV - 4]), ARGV[#ARGV - 3], tonumber(ARGV[#ARGV - 2])
if not redis.call('SET', KEYS[4], '1', 'NX', 'EX', ARGV[#ARGV]) then
  return -1
end
local added = 0
for i = 0, n - 1 do
  local key, channel = KEYS[1] .. ARGV[4 * i + 1], ARGV[4 * n + i + 1]
  local is = redis.call('HMGET', key, 'state', 'week')
  local state, counted = is[1], is[2] == week
  if (not state or state == 'withdrawn') and (counted or tonumber(redis.call('HGET', KEYS[5], channel) or 0) < most) then
    if state then
      redis.call('HSET', key, 'data', ARGV[4 * i + 2], 'state', 'waiting')
      redis.call('ZADD', KEYS[3], ARGV[4 * i + 3], ARGV[4 * i + 1])
    else
      addDelivery(KEYS[1], KEYS[2], KEYS[3], 4 * i + 1)
    end
    if not counted then
      redis.call('HSET', key, 'week', week)
      redis.call('HINCRBY', KEYS[5], channel, 1)
    end
    added = added + 1
  end
end
if added > 0 then
  redis.call('EXPIRE', KEYS[5], ARGV[#ARGV - 1])
end
return added
`)

// Reminders are one of a campaign's reminders, to all stores that get it.
type Reminders struct {
	Campaign   clarion.CampaignID
	Which      string
	Week       clarion.Week // in which they are due
	Most       int          // reminders that a channel gets in a week
	Deliveries []clarion.Delivery
}

// remindJob names the run of reminders.
const remindJob = "reminder"

func (r Reminders) period() string { return string(r.Campaign) + ":" + r.Which }

// Remind adds reminders, each where its channel has room for one in the week, counts them, and remembers that
// these were added, in one step: whichever process is first, and wherever one is killed, each is there once. It
// says how many were added; first is false for a process that was not the one to do it.
func (w *Workspace) Remind(ctx context.Context, r Reminders) (added int, first bool, err error) {
	args, err := deliveryArgs(r.Deliveries)
	if err != nil {
		return 0, false, err
	}
	for _, d := range r.Deliveries {
		args = append(args, d.Channel.String())
	}
	args = append(args, len(r.Deliveries), r.Week.String(), r.Most, int(remindedLife.Seconds()), int(runLife.Seconds()))
	keys := append(w.deliveryKeys(), w.runKey(remindJob, r.period()), w.under(remindedPrefix, r.Week.String()))
	added, err = remind.Run(ctx, w.rdb, keys, args...).Int()
	if err != nil || added < 0 {
		return 0, false, failed(err, "remind of campaign %s", r.Campaign)
	}
	return added, true, nil
}

// HasReminded says whether the reminders were added.
func (w *Workspace) HasReminded(ctx context.Context, c clarion.CampaignID, which string) (bool, error) {
	return w.HasRun(ctx, remindJob, Reminders{Campaign: c, Which: which}.period())
}

// countReminder moves a reminder to another week's count, if that has room for it.
//
// KEYS: delivery:{ws}:<delivery>, reminded:{ws}: (the keys read here begin with it)
// ARGV: week, channel, most reminders of a channel in a week, for how many seconds these are kept
// Returns: 1, or 0 when the week has no room
var countReminder = redis.NewScript(`
local was = redis.call('HGET', KEYS[1], 'week')
if was == ARGV[1] then
  return 1
end
local now = KEYS[2] .. ARGV[1]
if tonumber(redis.call('HGET', now, ARGV[2]) or 0) >= tonumber(ARGV[3]) then
  return 0
end
redis.call('HINCRBY', now, ARGV[2], 1)
redis.call('EXPIRE', now, ARGV[4])
if was and redis.call('HEXISTS', KEYS[2] .. was, ARGV[2]) == 1 then
  redis.call('HINCRBY', KEYS[2] .. was, ARGV[2], -1)
end
redis.call('HSET', KEYS[1], 'week', ARGV[1])
return 1
`)

// CountReminder counts a reminder in the week in which it is posted, instead of the one in which it was to be,
// and says whether that had room for it. It can be repeated.
func (w *Workspace) CountReminder(ctx context.Context, d clarion.Delivery, week clarion.Week, most int) (bool, error) {
	keys := []string{w.under(deliveryPrefix, d.ID), w.prefix(remindedPrefix)}
	room, err := countReminder.Run(ctx, w.rdb, keys, week.String(), d.Channel.String(), most, int(remindedLife.Seconds())).Bool()
	return room, failed(err, "count reminder %s in week %s", d.ID, week)
}
