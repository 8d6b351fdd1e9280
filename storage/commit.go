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
// What several entries add to is added up first and written at the end, with as few commands as there are
// keys: of the time that a visit costs Redis, most is the overhead of commands.
//
// KEYS: awards:{ws}, commit:{ws}:<process>, bursts:{ws}, numbers:{ws}, and what the keys that are made here begin
// with, all with the same hash tag: partner:{ws}:, ledger:{ws}:, capped:{ws}:, seen:{ws}:, tally:{ws}:,
// totals:{ws}:, results:{ws}:, board:{ws}:, own:{ws}:, burst:{ws}:, held:{ws}:
// ARGV: the commit's number, for how many seconds its answer is kept; then for each entry: what to do, campaign
// and partner with a colon between, partner, campaign, network, reason, points, cap, week, key, row but for the
// store, and five that not all need: store, day, hash of partner and visitor, minute, most new visitors a minute
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
local call = redis.call
local last = call('GET', KEYS[2])
if last then
  local number, outcomes = string.match(last, '^(%d+):(.*)$')
  if number == ARGV[1] then
    return outcomes
  end
end
local AWARDS, BURSTS, NUMBERS, PARTNER, LEDGER, CAPPED = KEYS[1], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local SEEN, TALLY, TOTALS, RESULTS, BOARD, OWN = KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local BURST, HELD = KEYS[14], KEYS[15]

local counts, boards, rows = {}, {}, 0

-- add adds to a field of a hash or the score of a member, at the end.
local function add(sums, key, member, n)
  local of = sums[key]
  if not of then
    of = {}
    sums[key] = of
  end
  of[member] = (of[member] or 0) + n
end

-- storeOf returns where the partner works.
local stores = {}
local function storeOf(partner)
  local store = stores[partner]
  if not store then
    store = call('HGET', PARTNER .. partner, 'store') or ''
    stores[partner] = store
  end
  return store
end

-- write puts a row into the ledger, or among the capped ones, with its points.
local function write(list, partner, store, campaign, week, reason, points, row, n)
  rows = rows + 1
  call('RPUSH', list .. partner, row .. store)
  if store ~= '' then
    add(counts, RESULTS .. week, store .. ':' .. reason, n)
  end
  if list == LEDGER and points ~= 0 then
    local ofWeek, ofCampaign = 'week:' .. week, 'campaign:' .. campaign
    add(boards, ofWeek .. ':partners', partner, points)
    add(boards, ofCampaign .. ':partners', partner, points)
    add(boards, 'all:partners', partner, points)
    if store ~= '' then
      add(boards, ofWeek .. ':stores', store, points)
      add(boards, ofCampaign .. ':stores', store, points)
      add(boards, 'all:stores', store, points)
      local both = store .. ':' .. partner
      add(boards, ofWeek .. ':within', both, points)
      add(boards, ofCampaign .. ':within', both, points)
      add(boards, 'all:within', both, points)
    end
  end
end

-- give writes a new award: in full, or capped when the partner has been given all that the rule gives.
local function give(given, cap, partner, campaign, week, reason, points, row)
  if partner == 'official' then
    return 'a'
  end
  if cap > 0 and given >= cap then
    write(CAPPED, partner, storeOf(partner), campaign, week, reason, 0, row, 1)
    return 'c'
  end
  write(LEDGER, partner, storeOf(partner), campaign, week, reason, points, row, 1)
  return 'a'
end

local kinds = {a = 'credited', c = 'cap'}
local outcomes = {}
for i = 3, #ARGV, 16 do
  local what, pair, partner, campaign, network = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local tally, totals = TALLY .. pair, TOTALS .. campaign
  local outcome = 'a'

  if what == 'visit' then
    if call('SISMEMBER', OWN .. ARGV[i + 12], ARGV[i + 13]) == 1 then
      outcome = 'o'
      add(counts, tally, network .. ':own', 1)
      add(counts, totals, network .. ':own', 1)
    elseif call('SADD', SEEN .. pair, ARGV[i + 9]) == 0 then
      outcome = 'r'
      add(counts, tally, network .. ':repeat', 1)
      add(counts, totals, network .. ':repeat', 1)
    else
      local creditedField, minuteField = network .. ':credited', 'minute:' .. network
      local most = tonumber(ARGV[i + 15])
      local given, credited, came, free
      if most == 0 then
        local read = call('HMGET', tally, 'award:click', creditedField)
        given, credited = tonumber(read[1] or 0), tonumber(read[2] or 0)
      else
        local read = call('HMGET', tally, 'award:click', creditedField, minuteField, 'free:' .. network)
        given, credited = tonumber(read[1] or 0), tonumber(read[2] or 0)
        local minute, at, n = tonumber(ARGV[i + 14]), 0, 0
        if read[3] then
          at, n = string.match(read[3], '^(%d+) (%d+)$')
          at, n = tonumber(at), tonumber(n)
        end
        if minute > at then
          at, n = minute, 0
        end
        n = n + 1
        came = at .. ' ' .. n
        if n > most and minute >= tonumber(read[4] or 0) then
          outcome = 'h'
        end
      end
      if outcome == 'h' then
        local link, minute = pair .. ':' .. network, ARGV[i + 14]
        if call('HSETNX', BURST .. link, 'since', minute * 60000) == 1 then
          call('ZADD', BURSTS, minute * 60000, link)
        end
        call('HSET', BURST .. link, 'm' .. minute, '1')
        call('RPUSH', HELD .. link, ARGV[i + 10])
        call('HSET', tally, minuteField, came)
        add(counts, tally, network .. ':burst', 1)
        add(counts, totals, network .. ':burst', 1)
      else
        outcome = give(given, tonumber(ARGV[i + 7]), partner, campaign, ARGV[i + 8], 'click', tonumber(ARGV[i + 6]), ARGV[i + 10])
        if outcome == 'c' then
          add(counts, tally, network .. ':cap', 1)
          add(counts, totals, network .. ':cap', 1)
          if came then
            call('HSET', tally, minuteField, came)
          end
        else
          add(counts, totals, creditedField, 1)
          if came then
            call('HSET', tally, 'award:click', given + 1, creditedField, credited + 1, minuteField, came)
          else
            call('HSET', tally, 'award:click', given + 1, creditedField, credited + 1)
          end
        end
      end
    end
  elseif what == 'award' then
    local reason = ARGV[i + 5]
    if call('SADD', SEEN .. pair, ARGV[i + 9]) == 0 then
      outcome = 'k'
    else
      local given = tonumber(call('HGET', tally, 'award:' .. reason) or 0)
      outcome = give(given, tonumber(ARGV[i + 7]), partner, campaign, ARGV[i + 8], reason, tonumber(ARGV[i + 6]), ARGV[i + 10])
      if outcome == 'a' then
        call('HSET', tally, 'award:' .. reason, given + 1)
      end
      if reason == 'share' then
        add(counts, totals, 'share:' .. network, 1)
      elseif reason == 'click' then
        call('HINCRBY', tally, network .. ':' .. kinds[outcome], 1)
        add(counts, totals, network .. ':' .. kinds[outcome], 1)
      end
    end
  elseif what == 'release' or what == 'refuse' then
    local link, kind = pair .. ':' .. network, 'refused'
    if call('LINDEX', HELD .. link, 0) ~= ARGV[i + 10] then
      outcome = 'k'
    else
      call('LPOP', HELD .. link)
      if what == 'release' then
        local given = tonumber(call('HGET', tally, 'award:click') or 0)
        outcome = give(given, tonumber(ARGV[i + 7]), partner, campaign, ARGV[i + 8], 'click', tonumber(ARGV[i + 6]), ARGV[i + 10])
        kind = kinds[outcome]
        if outcome == 'a' then
          call('HSET', tally, 'award:click', given + 1)
        end
      end
      call('HINCRBY', tally, network .. ':burst', -1)
      call('HINCRBY', tally, network .. ':' .. kind, 1)
      add(counts, totals, network .. ':burst', -1)
      add(counts, totals, network .. ':' .. kind, 1)
    end
  elseif what == 'reverse' or what == 'uncap' then
    if call('SADD', SEEN .. pair, ARGV[i + 9]) == 0 then
      outcome = 'k'
    else
      local kind, list = 'cap', CAPPED
      if what == 'reverse' then
        kind, list = 'credited', LEDGER
        call('HINCRBY', tally, 'award:click', -1)
      end
      write(list, partner, ARGV[i + 11], campaign, ARGV[i + 8], 'click', tonumber(ARGV[i + 6]), ARGV[i + 10], -1)
      call('HINCRBY', tally, network .. ':' .. kind, -1)
      call('HINCRBY', tally, network .. ':refused', 1)
      add(counts, totals, network .. ':' .. kind, -1)
      add(counts, totals, network .. ':refused', 1)
    end
  elseif what == 'free' then
    local link = pair .. ':' .. network
    if ARGV[i + 14] ~= '0' then
      call('HSET', tally, 'free:' .. network, ARGV[i + 14])
    end
    if call('LLEN', HELD .. link) == 0 then
      call('DEL', BURST .. link)
      call('ZREM', BURSTS, link)
    else
      outcome = 'k'
    end
  else
    add(counts, tally, network .. ':' .. what, 1)
    add(counts, totals, network .. ':' .. what, 1)
  end
  outcomes[#outcomes + 1] = outcome
end

-- numberOf returns a store's number, by which partners within it stand together on one board.
local numbers = {}
local function numberOf(store)
  local number = numbers[store]
  if not number then
    number = call('HGET', NUMBERS, store)
    if not number then
      number = call('HLEN', NUMBERS) + 1
      call('HSET', NUMBERS, store, number)
    end
    number = tonumber(number)
    numbers[store] = number
  end
  return number
end

for key, members in pairs(counts) do
  local names = {}
  for member, n in pairs(members) do
    if n ~= 0 then
      names[#names + 1] = member
    end
  end
  if #names == 1 then
    call('HINCRBY', key, names[1], members[names[1]])
  elseif #names > 1 then
    local args = {}
    for at, n in ipairs(call('HMGET', key, unpack(names))) do
      args[2 * at - 1] = names[at]
      args[2 * at] = tonumber(n or 0) + members[names[at]]
    end
    call('HSET', key, unpack(args))
  end
end
for name, members in pairs(boards) do
  local key, names, args = BOARD .. name, {}, {}
  local within = string.sub(name, -7) == ':within'
  for member, n in pairs(members) do
    if n ~= 0 then
      names[#names + 1] = member
    end
  end
  if #names > 0 then
    for at, score in ipairs(call('ZMSCORE', key, unpack(names))) do
      local name = names[at]
      if score then
        score = tonumber(score)
      elseif within then
        score = numberOf(string.match(name, '^[^:]*')) * 4294967296 + 2147483648
      else
        score = 0
      end
      args[2 * at - 1] = score + members[name]
      args[2 * at] = name
    end
    call('ZADD', key, unpack(args))
  end
end
if rows > 0 then
  call('INCRBY', AWARDS, rows)
end
outcomes = table.concat(outcomes)
call('SET', KEYS[2], ARGV[1] .. ':' .. outcomes, 'EX', ARGV[2])
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
		w.key(awardsKey), w.under(commitPrefix, w.s.process), w.key(burstsKey), w.key(numbersKey), w.prefix(partnerPrefix), w.prefix(ledgerPrefix),
		w.prefix(cappedPrefix), w.prefix(seenPrefix), w.prefix(tallyPrefix), w.prefix(totalsPrefix), w.prefix(resultsPrefix),
		w.prefix(boardPrefix), w.prefix(ownPrefix), w.prefix(burstPrefix), w.prefix(heldPrefix),
	}
	args := make([]any, 0, 2+16*len(entries))
	args = append(args, strconv.FormatUint(number, 10), int(commitLife/time.Second))
	for _, e := range entries {
		a := e.award
		var row any = e.row
		if e.row == "" && a.Reason != "" {
			row = packRow(a)
		}
		args = append(args, e.what, string(a.Campaign)+":"+string(a.Partner), string(a.Partner), string(a.Campaign), string(a.Network), string(a.Reason), a.Points, a.Cap,
			a.Week.String(), int64(a.Key), row, string(a.Store), e.day, e.visitor, e.minute, e.most)
	}
	outcomes, err := commit.Run(ctx, w.rdb, keys, args...).Text()
	if err == nil && len(outcomes) != len(entries) {
		err = fmt.Errorf("%d entries have %d outcomes", len(entries), len(outcomes))
	}
	return outcomes, err
}
