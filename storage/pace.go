package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// A Pace is how often something may be done: PerMinute in the long run, Burst at once. The zero Pace has no
// limit.
type Pace struct {
	PerMinute int
	Burst     int
}

// ParsePace reads the form that String writes: "300/20" is 300 a minute, 20 at once; "300" is one at once.
func ParsePace(s string) (Pace, error) {
	minute, burst, _ := strings.Cut(s, "/")
	if burst == "" {
		burst = "1"
	}
	var p Pace
	var err error
	if p.PerMinute, err = strconv.Atoi(minute); err == nil {
		p.Burst, err = strconv.Atoi(burst)
	}
	if err != nil || p.PerMinute < 1 || p.Burst < 1 || p.PerMinute > 60_000 || p.Burst > 60_000 {
		return Pace{}, fmt.Errorf("%q is no pace: write 300/20 for 300 a minute, 20 at once", s)
	}
	return p, nil
}

func (p Pace) String() string { return fmt.Sprintf("%d/%d", p.PerMinute, p.Burst) }

// interval is the time between two in the long run.
func (p Pace) interval() time.Duration {
	if p.PerMinute == 0 {
		return 0
	}
	return time.Minute / time.Duration(p.PerMinute)
}

// reserve takes the next free moment of a workspace and of a channel in it, by the generic cell rate
// algorithm (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm), unless that is too far away. The time
// is the server's, as processes' clocks differ by more than the time between two posts.
//
// KEYS: pace:{ws}:<what>, pace:{ws}:<what>:<channel>
// ARGV: interval in µs and burst of the workspace, the same of the channel, the longest wait in µs
// Returns: how long to wait in µs; when that is longer than the longest wait, nothing was taken
var reserve = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local wait = 0
local after = {}
for i = 1, 2 do
  local interval, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  after[i] = math.max(now, tonumber(redis.call('GET', KEYS[i]) or 0)) + interval
  wait = math.max(wait, after[i] - interval * burst - now)
end
if wait > tonumber(ARGV[5]) then
  return wait
end
for i = 1, 2 do
  if after[i] > now then
    redis.call('SET', KEYS[i], string.format('%.0f', after[i]), 'PX', math.ceil((after[i] - now) / 1000))
  end
end
return wait
`)

// Reserve takes the next moment at which what may be done in a channel, under a pace of the whole workspace and
// one of each channel that all processes share, and returns how long it is until then. When that is longer than
// most, nothing is taken.
func (w *Workspace) Reserve(ctx context.Context, what string, c clarion.Channel, all, each Pace, most time.Duration) (wait time.Duration, err error) {
	keys := []string{w.under(pacePrefix, what), w.under(pacePrefix, what+":"+c.String())}
	us, err := reserve.Run(ctx, w.rdb, keys,
		all.interval().Microseconds(), max(all.Burst, 1), each.interval().Microseconds(), max(each.Burst, 1), most.Microseconds()).Int64()
	return time.Duration(us) * time.Microsecond, failed(err, "wait for a turn to %s in %s", what, c)
}

// hold keeps a channel, or all, from being served for a time.
//
// KEYS: pace:{ws}:<what>:<channel>, or pace:{ws}:<what>
// ARGV: how long in µs, interval in µs and burst of its pace
// Returns: 1
var hold = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local after = now + ARGV[1] + ARGV[2] * (ARGV[3] - 1)
if after > math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0)) then
  redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
end
return 1
`)

// Hold makes Reserve give no moment for what in the channel before a time is over, because the platform asked to
// wait; with a zero channel, in no channel at all. The pace is that of each channel, or of all.
func (w *Workspace) Hold(ctx context.Context, what string, c clarion.Channel, pace Pace, wait time.Duration) error {
	key := w.under(pacePrefix, what)
	if !c.IsZero() {
		key += ":" + c.String()
	}
	err := hold.Run(ctx, w.rdb, []string{key}, wait.Microseconds(), pace.interval().Microseconds(), max(pace.Burst, 1)).Err()
	return failed(err, "hold %s in %s", what, c)
}
