package storage

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// catchUp moves boards by what tallies have for them: a link that many people follow moves them once for many
// visits.
//
// KEYS: pending:{ws}, numbers:{ws}, tally:{ws}:, board:{ws}: (the keys made here begin with the last two)
// ARGV: for how many tallies at most
// Returns: how many are left
var catchUp = redis.NewScript(`
local call = redis.call

-- numberOf returns a store's number, by which partners within it stand together on one board.
local numbers = {}
local function numberOf(store)
  local number = numbers[store]
  if not number then
    number = call('HGET', KEYS[2], store)
    if not number then
      number = call('HLEN', KEYS[2]) + 1
      call('HSET', KEYS[2], store, number)
    end
    number = tonumber(number)
    numbers[store] = number
  end
  return number
end

local boards = {}
local function add(name, member, n, begin)
  local of = boards[name]
  if not of then
    of = {sums = {}, begins = {}}
    boards[name] = of
  end
  of.sums[member] = (of.sums[member] or 0) + n
  of.begins[member] = begin
end

for _, pair in ipairs(call('SPOP', KEYS[1], ARGV[1])) do
  local tally = KEYS[3] .. pair
  local campaign, partner = string.match(pair, '^(.*):([^:]*)$')
  local fields, gone = call('HGETALL', tally), {}
  for i = 1, #fields, 2 do
    local week, store = string.match(fields[i], '^pending:([^:]*):(.*)$')
    if week then
      local points, both, begin = tonumber(fields[i + 1]), store .. ':' .. partner, 0
      gone[#gone + 1] = fields[i]
      if store ~= '' then
        begin = numberOf(store) * 4294967296 + 2147483648
      end
      for _, period in ipairs({'week:' .. week, 'campaign:' .. campaign, 'all'}) do
        add(period .. ':partners', partner, points, 0)
        if store ~= '' then
          add(period .. ':stores', store, points, 0)
          add(period .. ':within', both, points, begin)
        end
      end
    end
  end
  if #gone > 0 then
    call('HDEL', tally, unpack(gone))
  end
end

for name, of in pairs(boards) do
  local names, args = {}, {}
  for member, n in pairs(of.sums) do
    if n ~= 0 then
      names[#names + 1] = member
    end
  end
  if #names > 0 then
    for at, score in ipairs(call('ZMSCORE', KEYS[4] .. name, unpack(names))) do
      local member = names[at]
      args[2 * at - 1] = string.format('%d', (score and tonumber(score) or of.begins[member]) + of.sums[member])
      args[2 * at] = member
    end
    call('ZADD', KEYS[4] .. name, unpack(args))
  end
end
return call('SCARD', KEYS[1])
`)

const (
	// catchUpBatch bounds the tallies of one script, which holds up everybody else in Redis for less than a millisecond.
	catchUpBatch = 24
	// mostPending is how many tallies can wait for boards while visits keep coming.
	mostPending = 4096
)

// catchUpSome moves boards by some of what waits for them, and says how many tallies still do.
func (w *Workspace) catchUpSome(ctx context.Context) (left int, err error) {
	keys := []string{w.key(pendingKey), w.key(numbersKey), w.prefix(tallyPrefix), w.prefix(boardPrefix)}
	left, err = catchUp.Run(ctx, w.rdb, keys, catchUpBatch).Int()
	return left, failed(err, "move the boards")
}

// catchUp moves boards by all that waits for them. Whoever reads a board calls it first, so that it has
// everything that was answered.
func (w *Workspace) catchUp(ctx context.Context) error {
	for {
		left, err := w.catchUpSome(ctx)
		if err != nil || left == 0 {
			return err
		}
	}
}

// betweenCommits moves boards while nobody waits for a commit, and otherwise only when much is left to do. It
// says whether there is more.
func (w *Workspace) betweenCommits(somebodyWaits bool) (more bool) {
	pending := w.pending.Load()
	if pending == 0 || (somebodyWaits && pending < mostPending) {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	left, err := w.catchUpSome(ctx)
	if err != nil {
		return false // whoever reads a board tries again, and the next commit
	}
	w.pending.Store(int64(left))
	return left > 0
}
