package storage

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// commit writes down awards and visits, each with everything that hangs on it. A process sends one commit
// after the other, each under the next number; one that comes again, because its answer was lost, changes
// nothing and is answered as it was the first time.
//
// Points go to the store where the partner works as the script runs, except those of a reversal, which are
// taken from the store that had them; a partner without a store moves the partners' boards only.
//
// KEYS: awards:{ws}, commit:{ws}:<process>, bursts:{ws}, and what the keys that are made here begin with, all
// with the same hash tag: partner:{ws}:, ledger:{ws}:, capped:{ws}:, seen:{ws}:, tally:{ws}:, totals:{ws}:,
// results:{ws}:, board:{ws}:, own:{ws}:, burst:{ws}:, held:{ws}:
// ARGV: the commit's number, for how many seconds its answer is kept; then for each entry: what to do, partner,
// campaign, network, reason, points, cap, week, key, row but for the store, and four that not all need:
// store, day, hash of partner and visitor, minute, most new visitors a minute
//
// What to do is one of
//
//	award    an award: nothing when its key is known, else as much as its cap allows
//	visit    a visit that can be credited: counted as own, repeat, burst, cap or credited
//	release  credit the first held row of the link, if it is this one
//	refuse   refuse the first held row of the link, if it is this one
//	reverse  take back an award that gave points; the row says in which store
//	uncap    take back one that a cap kept from giving points
//	free     hold no burst of the link until the minute, and close the one that is open
//
// or the kind as which a visit is counted and nothing more.
//
// Returns: a letter for each entry: k nothing to do, a awarded or counted as it came, c capped, o own, r repeat,
// h held
var commit = redis.NewScript(`
local last = redis.call('GET', KEYS[2])
if last then
  local number, outcomes = string.match(last, '^(%d+):(.*)$')
  if number == ARGV[1] then
    return outcomes
  end
end

-- Numbers that several entries add to are added up here and written at the end, each once.
local sums = {HINCRBY = {}, ZINCRBY = {}}
local function add(command, key, member, n)
  local of = sums[command][key]
  if not of then
    of = {}
    sums[command][key] = of
  end
  of[member] = (of[member] or 0) + n
end

local rows = 0
local stores = {}
local function storeOf(partner)
  if not stores[partner] then
    stores[partner] = redis.call('HGET', KEYS[4] .. partner, 'store') or ''
  end
  return stores[partner]
end

local function move(partner, store, campaign, week, points)
  if points == 0 then
    return
  end
  for _, period in ipairs({'week:' .. week, 'campaign:' .. campaign, 'all'}) do
    local board = KEYS[11] .. period .. ':'
    add('ZINCRBY', board .. 'partners', partner, points)
    if store ~= '' then
      add('ZINCRBY', board .. 'stores', store, points)
      add('ZINCRBY', board .. 'partners:' .. store, partner, points)
    end
  end
end

local function count(tally, totals, network, kind, n)
  add('HINCRBY', tally, network .. ':' .. kind, n)
  add('HINCRBY', totals, network .. ':' .. kind, n)
end

-- write puts a row into the ledger, or among the capped ones, with its points.
local function write(list, partner, store, campaign, week, reason, points, row, n)
  rows = rows + 1
  redis.call('RPUSH', list .. partner, row .. store)
  if store ~= '' then
    add('HINCRBY', KEYS[10] .. week, store .. ':' .. reason, n)
  end
  if list == KEYS[5] then
    move(partner, store, campaign, week, points)
  end
end

local outcomes = {}
for i = 3, #ARGV, 15 do
  local what, partner, campaign, network, reason = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local points, cap, week, key, row = ARGV[i + 5], ARGV[i + 6], ARGV[i + 7], ARGV[i + 8], ARGV[i + 9]
  local store, day, visitor, minute, most = ARGV[i + 10], ARGV[i + 11], ARGV[i + 12], ARGV[i + 13], ARGV[i + 14]
  local link = campaign .. ':' .. partner .. ':' .. network
  local tally, totals = KEYS[8] .. campaign .. ':' .. partner, KEYS[9] .. campaign
  local outcome = 'a'

  -- give writes a new award: in full, or capped when the partner has all that the rule gives.
  local function give(given)
    if partner == 'official' then
      return 'a'
    end
    if tonumber(cap) > 0 and given >= tonumber(cap) then
      write(KEYS[6], partner, storeOf(partner), campaign, week, reason, 0, row, 1)
      return 'c'
    end
    write(KEYS[5], partner, storeOf(partner), campaign, week, reason, tonumber(points), row, 1)
    return 'a'
  end

  if what == 'visit' then
    if redis.call('SISMEMBER', KEYS[12] .. day, visitor) == 1 then
      outcome = 'o'
      count(tally, totals, network, 'own', 1)
    elseif redis.call('SADD', KEYS[7] .. campaign .. ':' .. partner, key) == 0 then
      outcome = 'r'
      count(tally, totals, network, 'repeat', 1)
    else
      local read = redis.call('HMGET', tally, 'award:click', network .. ':credited', 'minute:' .. network, 'free:' .. network)
      local given, wrote = tonumber(read[1] or '0'), {}
      if most ~= '0' then
        local at, n = string.match(read[3] or '', '^(%d+) (%d+)$')
        at, n = tonumber(at or '0'), tonumber(n or '0')
        if tonumber(minute) > at then
          at, n = tonumber(minute), 0
        end
        n = n + 1
        wrote = {'minute:' .. network, at .. ' ' .. n}
        if n > tonumber(most) and tonumber(minute) >= tonumber(read[4] or '0') then
          outcome = 'h'
        end
      end
      if outcome == 'h' then
        local burst = KEYS[13] .. link
        if redis.call('HSETNX', burst, 'since', minute * 60000) == 1 then
          redis.call('ZADD', KEYS[3], minute * 60000, link)
        end
        redis.call('HSET', burst, 'm' .. minute, '1')
        redis.call('RPUSH', KEYS[14] .. link, row)
        count(tally, totals, network, 'burst', 1)
      else
        outcome = give(given)
        if outcome == 'c' then
          count(tally, totals, network, 'cap', 1)
        else
          wrote[#wrote + 1] = 'award:click'
          wrote[#wrote + 1] = given + 1
          wrote[#wrote + 1] = network .. ':credited'
          wrote[#wrote + 1] = tonumber(read[2] or '0') + 1
          add('HINCRBY', totals, network .. ':credited', 1)
        end
      end
      if #wrote > 0 then
        redis.call('HSET', tally, unpack(wrote))
      end
    end
  elseif what == 'award' then
    if redis.call('SADD', KEYS[7] .. campaign .. ':' .. partner, key) == 0 then
      outcome = 'k'
    else
      outcome = give(tonumber(redis.call('HGET', tally, 'award:' .. reason) or '0'))
      if outcome == 'a' then
        redis.call('HINCRBY', tally, 'award:' .. reason, 1)
      end
      if reason == 'share' then
        add('HINCRBY', totals, 'share:' .. network, 1)
      elseif reason == 'click' then
        local kind = 'cap'
        if outcome == 'a' then
          kind = 'credited'
        end
        redis.call('HINCRBY', tally, network .. ':' .. kind, 1)
        add('HINCRBY', totals, network .. ':' .. kind, 1)
      end
    end
  elseif what == 'release' or what == 'refuse' then
    if redis.call('LINDEX', KEYS[14] .. link, 0) ~= row then
      outcome = 'k'
    else
      redis.call('LPOP', KEYS[14] .. link)
      redis.call('HINCRBY', tally, network .. ':burst', -1)
      add('HINCRBY', totals, network .. ':burst', -1)
      local kind = 'refused'
      if what == 'release' then
        outcome = give(tonumber(redis.call('HGET', tally, 'award:click') or '0'))
        kind = 'cap'
        if outcome == 'a' then
          kind = 'credited'
          redis.call('HINCRBY', tally, 'award:click', 1)
        end
      end
      redis.call('HINCRBY', tally, network .. ':' .. kind, 1)
      add('HINCRBY', totals, network .. ':' .. kind, 1)
    end
  elseif what == 'reverse' or what == 'uncap' then
    if redis.call('SADD', KEYS[7] .. campaign .. ':' .. partner, key) == 0 then
      outcome = 'k'
    else
      local kind, list = 'cap', KEYS[6]
      if what == 'reverse' then
        kind, list = 'credited', KEYS[5]
        redis.call('HINCRBY', tally, 'award:click', -1)
      end
      write(list, partner, store, campaign, week, 'click', tonumber(points), row, -1)
      for counted, n in pairs({[kind] = -1, refused = 1}) do
        redis.call('HINCRBY', tally, network .. ':' .. counted, n)
        add('HINCRBY', totals, network .. ':' .. counted, n)
      end
    end
  elseif what == 'free' then
    if minute ~= '0' then
      redis.call('HSET', tally, 'free:' .. network, minute)
    end
    if redis.call('LLEN', KEYS[14] .. link) == 0 then
      redis.call('DEL', KEYS[13] .. link)
      redis.call('ZREM', KEYS[3], link)
    else
      outcome = 'k'
    end
  else
    count(tally, totals, network, what, 1)
  end
  outcomes[#outcomes + 1] = outcome
end

for command, keys in pairs(sums) do
  for key, members in pairs(keys) do
    for member, n in pairs(members) do
      if n ~= 0 then
        if command == 'ZINCRBY' then
          redis.call('ZINCRBY', key, n, member)
        else
          redis.call('HINCRBY', key, member, n)
        end
      end
    end
  end
end
if rows > 0 then
  redis.call('INCRBY', KEYS[1], rows)
end
outcomes = table.concat(outcomes)
redis.call('SET', KEYS[2], ARGV[1] .. ':' .. outcomes, 'EX', ARGV[2])
return outcomes
`)

// What an entry of a commit asks for, beside the kinds of visits.
const (
	doAward   = "award"
	doVisit   = "visit"
	doRelease = "release"
	doRefuse  = "refuse"
	doReverse = "reverse"
	doUncap   = "uncap"
	doFree    = "free"
)

// What became of an entry.
const (
	wasKnown  = 'k'
	wasGiven  = 'a'
	wasCapped = 'c'
	wasOwn    = 'o'
	wasSeen   = 'r'
	wasHeld   = 'h'
)

// An entry is one thing that a commit writes down.
type entry struct {
	what    string
	award   clarion.Award
	row     string // as it is held; made of the award when empty
	day     string
	visitor string
	minute  int64
	most    int
}

// commitLife is how long a process can take to repeat a commit whose answer was lost.
const commitLife = 7 * 24 * time.Hour

// commit runs the script over entries, as the process's commit of the number.
func (w *Workspace) commit(ctx context.Context, number uint64, entries []entry) (string, error) {
	keys := []string{
		w.key(awardsKey), w.under(commitPrefix, w.s.process), w.key(burstsKey), w.prefix(partnerPrefix), w.prefix(ledgerPrefix),
		w.prefix(cappedPrefix), w.prefix(seenPrefix), w.prefix(tallyPrefix), w.prefix(totalsPrefix), w.prefix(resultsPrefix),
		w.prefix(boardPrefix), w.prefix(ownPrefix), w.prefix(burstPrefix), w.prefix(heldPrefix),
	}
	args := make([]any, 0, 2+15*len(entries))
	args = append(args, strconv.FormatUint(number, 10), int(commitLife/time.Second))
	for _, e := range entries {
		a := e.award
		var row any = e.row
		if e.row == "" && a.Reason != "" {
			row = packRow(a)
		}
		args = append(args, e.what, string(a.Partner), string(a.Campaign), string(a.Network), string(a.Reason), a.Points, a.Cap,
			a.Week.String(), int64(a.Key), row, string(a.Store), e.day, e.visitor, e.minute, e.most)
	}
	outcomes, err := commit.Run(ctx, w.rdb, keys, args...).Text()
	if err == nil && len(outcomes) != len(entries) {
		err = fmt.Errorf("%d entries have %d outcomes", len(entries), len(outcomes))
	}
	return outcomes, err
}
