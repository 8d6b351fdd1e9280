package storage

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// commit writes down awards and visits, each with everything that hangs on it. A process sends one commit
// after the other, each under the next number; one that comes again, because its answer was lost, changes
// nothing and is answered as it was the first time.
//
// Points go to the store where the partner works as the script runs, except those of a reversal, which are
// taken from the store that had them; a partner without a store moves the partners' boards only.
//
// What several entries add to is added up first and written at the end, with as few commands as there are
// keys. Boards are not moved here: what is to be added to them stays in the tally until catchUp does it, for
// many visits of a link at once.
//
// KEYS: awards:{ws}, commit:{ws}:<process>, bursts:{ws}, pending:{ws}, works:{ws}, and what the keys that are made
// here begin with, all with the same hash tag: ledger:{ws}:, capped:{ws}:, seen:{ws}:, tally:{ws}:,
// totals:{ws}:, results:{ws}:, own:{ws}:, burst:{ws}:, held:{ws}:
// ARGV: the commit's number, for how many seconds its answer is kept, and how many terms there are; for each of
// these, which entries have in common: campaign, network, reason, points, cap, week, day, most new visitors a
// minute, and for a reversal the store; then for each entry: what to do, which terms, partner, key, row but for
// the store, hash of partner and visitor, minute
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
// Returns: how many tallies have something for the boards; and a letter for each entry: k nothing to do, a awarded
// or counted as it came, c capped, o own, r repeat, h held
var commit = redis.NewScript(`
local call = redis.call
local last = call('GET', KEYS[2])
if last then
  local number, outcomes = string.match(last, '^(%d+):(.*)$')
  if number == ARGV[1] then
    return {0, outcomes}
  end
end
local AWARDS, BURSTS, PENDING, WORKS, LEDGER, CAPPED = KEYS[1], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local SEEN, TALLY, TOTALS, RESULTS, OWN = KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12]
local BURST, HELD = KEYS[13], KEYS[14]

-- Redis writes numbers of scripts with 17 digits, which takes longer.
local format = string.format
local function whole(n)
  return format('%d', n)
end

-- What is added to fields of hashes and to scores, by key and member.
local counts, rows = {}, 0
local pending, pairsPending = {}, {}
local function sumsOf(sums, key)
  local of = sums[key]
  if not of then
    of = {}
    sums[key] = of
  end
  return of
end
local function add(of, member, n)
  of[member] = (of[member] or 0) + n
end

local terms = {}
local first = 4
for i = 1, tonumber(ARGV[3]) do
  local campaign, network, week, day = ARGV[first], ARGV[first + 1], ARGV[first + 5], ARGV[first + 6]
  local t = {
    campaign = campaign, network = network, reason = ARGV[first + 2], points = tonumber(ARGV[first + 3]),
    cap = tonumber(ARGV[first + 4]), own = OWN .. day, most = tonumber(ARGV[first + 7]), store = ARGV[first + 8],
    totals = sumsOf(counts, TOTALS .. campaign), seen = SEEN .. campaign .. ':', tally = TALLY .. campaign .. ':',
    credited = network .. ':credited', minute = 'minute:' .. network, free = 'free:' .. network, visitors = {},
  }
  t.award = 'award:' .. t.reason
  if week ~= '' then
    t.results = sumsOf(counts, RESULTS .. week)
    t.pending = 'pending:' .. week .. ':'
  end
  terms[i] = t
  first = first + 9
end

-- Where partners work, and which visits are their own, is asked for all of them at once.
local own, stores, partners = {}, {}, {}
for i = first, #ARGV, 7 do
  if ARGV[i] == 'visit' then
    local visitors = terms[tonumber(ARGV[i + 1])].visitors
    visitors[#visitors + 1] = ARGV[i + 5]
  end
  partners[#partners + 1] = ARGV[i + 2]
end
for at, store in ipairs(call('HMGET', WORKS, unpack(partners))) do
  stores[partners[at]] = store or ''
end
for _, t in ipairs(terms) do
  if #t.visitors > 0 then
    for at, is in ipairs(call('SMISMEMBER', t.own, unpack(t.visitors))) do
      if is == 1 then
        own[t.visitors[at]] = true
      end
    end
  end
end

-- write puts a row into the ledger, or among the capped ones, and sees to it that the boards get its points.
-- It says which field of the tally they are to be added to.
local function write(list, t, partner, store, reason, row, n)
  rows = rows + 1
  call('RPUSH', list .. partner, row .. store)
  if store ~= '' then
    add(t.results, store .. ':' .. reason, n)
  end
  local points = t.points
  if list == LEDGER and points ~= 0 then
    local pair = t.campaign .. ':' .. partner
    if not pending[pair] then
      pending[pair] = true
      pairsPending[#pairsPending + 1] = pair
    end
    return t.pending .. store
  end
end

-- give writes a new award: in full, or capped when the partner has been given all that the rule gives. It says
-- what became of it, and what write says.
local function give(given, t, partner, reason, row)
  if partner == 'official' then
    return 'a'
  end
  if t.cap > 0 and given >= t.cap then
    return 'c', write(CAPPED, t, partner, stores[partner], reason, row, 1)
  end
  return 'a', write(LEDGER, t, partner, stores[partner], reason, row, 1)
end

local kinds = {a = 'credited', c = 'cap'}
local outcomes = {}
for i = first, #ARGV, 7 do
  local what, t, partner, key, row = ARGV[i], terms[tonumber(ARGV[i + 1])], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local tally, network, outcome = t.tally .. partner, t.network, 'a'

  if what == 'visit' then
    if own[ARGV[i + 5]] then
      outcome = 'o'
      add(sumsOf(counts, tally), network .. ':own', 1)
      add(t.totals, network .. ':own', 1)
    elseif call('SADD', t.seen .. partner, key) == 0 then
      outcome = 'r'
      add(sumsOf(counts, tally), network .. ':repeat', 1)
      add(t.totals, network .. ':repeat', 1)
    else
      -- A minute and its new visitors are one number.
      local field = t.pending .. stores[partner]
      local read = call('HMGET', tally, 'award:click', t.credited, field, t.minute, t.free)
      local given, credited, came = tonumber(read[1] or 0), tonumber(read[2] or 0), tonumber(read[4] or 0)
      if t.most > 0 then
        local minute = tonumber(ARGV[i + 6])
        came = math.max(came, minute * 1000000) + 1
        if came % 1000000 > t.most and minute >= tonumber(read[5] or 0) then
          outcome = 'h'
        end
      end
      if outcome == 'h' then
        local link, minute = t.campaign .. ':' .. partner .. ':' .. network, ARGV[i + 6]
        if call('HSETNX', BURST .. link, 'since', minute * 60000) == 1 then
          call('ZADD', BURSTS, minute * 60000, link)
        end
        call('HSET', BURST .. link, 'm' .. minute, '1')
        call('RPUSH', HELD .. link, row)
        call('HSET', tally, t.minute, whole(came))
        add(sumsOf(counts, tally), network .. ':burst', 1)
        add(t.totals, network .. ':burst', 1)
      else
        local moves
        outcome, moves = give(given, t, partner, 'click', row)
        local set = {}
        if t.most > 0 then
          set[1], set[2] = t.minute, whole(came)
        end
        if outcome == 'c' then
          add(sumsOf(counts, tally), network .. ':cap', 1)
          add(t.totals, network .. ':cap', 1)
        else
          add(t.totals, t.credited, 1)
          local n = #set
          set[n + 1], set[n + 2], set[n + 3], set[n + 4] = 'award:click', whole(given + 1), t.credited, whole(credited + 1)
          if moves then
            set[n + 5], set[n + 6] = field, whole(tonumber(read[3] or 0) + t.points)
          end
        end
        if #set > 0 then
          call('HSET', tally, unpack(set))
        end
      end
    end
  elseif what == 'award' then
    if call('SADD', t.seen .. partner, key) == 0 then
      outcome = 'k'
    else
      local given = tonumber(call('HGET', tally, t.award) or 0)
      local moves
      outcome, moves = give(given, t, partner, t.reason, row)
      if outcome == 'a' then
        call('HSET', tally, t.award, whole(given + 1))
      end
      if moves then
        add(sumsOf(counts, tally), moves, t.points)
      end
      if t.reason == 'share' then
        add(t.totals, 'share:' .. network, 1)
      elseif t.reason == 'click' then
        call('HINCRBY', tally, network .. ':' .. kinds[outcome], 1)
        add(t.totals, network .. ':' .. kinds[outcome], 1)
      end
    end
  elseif what == 'release' or what == 'refuse' then
    local link, kind = t.campaign .. ':' .. partner .. ':' .. network, 'refused'
    if call('LINDEX', HELD .. link, 0) ~= row then
      outcome = 'k'
    else
      call('LPOP', HELD .. link)
      if what == 'release' then
        local given = tonumber(call('HGET', tally, 'award:click') or 0)
        local moves
        outcome, moves = give(given, t, partner, 'click', row)
        kind = kinds[outcome]
        if outcome == 'a' then
          call('HSET', tally, 'award:click', whole(given + 1))
        end
        if moves then
          add(sumsOf(counts, tally), moves, t.points)
        end
      end
      call('HINCRBY', tally, network .. ':burst', -1)
      call('HINCRBY', tally, network .. ':' .. kind, 1)
      add(t.totals, network .. ':burst', -1)
      add(t.totals, network .. ':' .. kind, 1)
    end
  elseif what == 'reverse' or what == 'uncap' then
    if call('SADD', t.seen .. partner, key) == 0 then
      outcome = 'k'
    else
      local kind, list = 'cap', CAPPED
      if what == 'reverse' then
        kind, list = 'credited', LEDGER
        call('HINCRBY', tally, 'award:click', -1)
      end
      local moves = write(list, t, partner, t.store, 'click', row, -1)
      if moves then
        add(sumsOf(counts, tally), moves, t.points)
      end
      call('HINCRBY', tally, network .. ':' .. kind, -1)
      call('HINCRBY', tally, network .. ':refused', 1)
      add(t.totals, network .. ':' .. kind, -1)
      add(t.totals, network .. ':refused', 1)
    end
  elseif what == 'free' then
    local link = t.campaign .. ':' .. partner .. ':' .. network
    if ARGV[i + 6] ~= '0' then
      call('HSET', tally, t.free, ARGV[i + 6])
    end
    if call('LLEN', HELD .. link) == 0 then
      call('DEL', BURST .. link)
      call('ZREM', BURSTS, link)
    else
      outcome = 'k'
    end
  else
    add(sumsOf(counts, tally), network .. ':' .. what, 1)
    add(t.totals, network .. ':' .. what, 1)
  end
  outcomes[#outcomes + 1] = outcome
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
local waiting = 0
if #pairsPending > 0 then
  call('SADD', PENDING, unpack(pairsPending))
  waiting = call('SCARD', PENDING)
end
if rows > 0 then
  call('INCRBY', AWARDS, rows)
end
outcomes = table.concat(outcomes)
call('SET', KEYS[2], ARGV[1] .. ':' .. outcomes, 'EX', ARGV[2])
return {waiting, outcomes}
`)

// commitLife is how long a process can take to repeat a commit whose answer was lost.
const commitLife = 7 * 24 * time.Hour

// commit runs the script over entries, as the commit of the number in one of the process's lanes.
func (w *Workspace) commit(ctx context.Context, lane int, number uint64, entries []entry) (string, error) {
	keys := []string{
		w.key(awardsKey), w.under(commitPrefix, w.s.process+strconv.Itoa(lane)), w.key(burstsKey), w.key(pendingKey), w.key(worksKey), w.prefix(ledgerPrefix),
		w.prefix(cappedPrefix), w.prefix(seenPrefix), w.prefix(tallyPrefix), w.prefix(totalsPrefix), w.prefix(resultsPrefix),
		w.prefix(ownPrefix), w.prefix(burstPrefix), w.prefix(heldPrefix),
	}
	args := make([]any, 3, 3+9+7*len(entries))
	var known []terms
	for _, e := range entries {
		if of := termsOf(e); !slices.Contains(known, of) {
			known = append(known, of)
			args = of.appendTo(args)
		}
	}
	args[0], args[1], args[2] = strconv.FormatUint(number, 10), int(commitLife/time.Second), len(known)
	for _, e := range entries {
		var row any = e.row
		if e.row == "" && e.award.Reason != "" {
			row = packRow(e.award)
		}
		args = append(args, e.what, 1+slices.Index(known, termsOf(e)), string(e.award.Partner), int64(e.award.Key), row, e.visitor, e.minute)
	}
	answer, err := commit.Run(ctx, w.rdb, keys, args...).Slice()
	if err != nil {
		return "", err
	}
	waiting, _ := answer[0].(int64)
	outcomes, _ := answer[1].(string)
	if len(outcomes) != len(entries) {
		return "", fmt.Errorf("%d entries have the outcomes %q", len(entries), outcomes)
	}
	w.pending.Store(waiting)
	return outcomes, nil
}
