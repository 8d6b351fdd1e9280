package storage

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// award writes awards, each with everything that hangs on it, or does nothing about one whose key is known.
// Points go to the store where the partner works as the script runs; a partner without one moves the
// partners' boards only.
//
// KEYS: awards:{ws}, and what the keys that are made here begin with, all with the same hash tag:
// partner:{ws}:, ledger:{ws}:, capped:{ws}:, awarded:{ws}:, caps:{ws}:, clicks:{ws}:, board:{ws}:
// ARGV: for each award: hash of its key, partner, campaign, reason, points, cap, week, code, and its row but
// for the store
// Returns: for each award a [clarion.Outcome]: 0 known, 1 awarded, 2 capped
var award = redis.NewScript(`
local outcomes, rows = {}, 0
for i = 1, #ARGV, 9 do
  local partner, campaign, reason, points = ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local cap, week, code, row = tonumber(ARGV[i + 5]), ARGV[i + 6], ARGV[i + 7], ARGV[i + 8]
  local outcome = 0
  if redis.call('SADD', KEYS[5] .. campaign, ARGV[i]) == 1 then
    local store = redis.call('HGET', KEYS[2] .. partner, 'store') or ''
    local caps, field = KEYS[6] .. campaign, partner .. ':' .. reason
    rows = rows + 1
    row = row .. '\t' .. store
    if reason == 'click' then
      redis.call('HINCRBY', KEYS[7] .. campaign, code, 1)
    end
    if cap > 0 and tonumber(redis.call('HGET', caps, field) or '0') >= cap then
      outcome = 2
      redis.call('RPUSH', KEYS[4] .. partner, row)
    else
      outcome = 1
      redis.call('HINCRBY', caps, field, 1)
      redis.call('RPUSH', KEYS[3] .. partner, row)
      if points ~= '0' then
        for _, period in ipairs({'week:' .. week, 'campaign:' .. campaign, 'all'}) do
          local board = KEYS[8] .. period .. ':'
          redis.call('ZINCRBY', board .. 'partners', points, partner)
          if store ~= '' then
            redis.call('ZINCRBY', board .. 'stores', points, store)
            redis.call('ZINCRBY', board .. 'partners:' .. store, points, partner)
          end
        end
      end
    end
  end
  outcomes[#outcomes + 1] = outcome
end
if rows > 0 then
  redis.call('INCRBY', KEYS[1], rows)
end
return outcomes
`)

// Award writes awards and returns what became of each. An award is written once, whoever repeats it, in
// whichever process: its row in the ledger, the boards of its week, its campaign and all time, its count
// towards the cap, and for a click the credited click of its link, all together.
//
// Calls that come while a script is under way wait and go together in the next one. Awards of one call are
// written in their order, in one script as long as they are no more than 256. When an error comes back
// some may be written, and repeating the call writes the others. A caller whose ctx ends while it waits
// leaves, and the others are not hurt; its award may be written.
//
// Store is filled in by the script and ignored here.
func (w *Workspace) Award(ctx context.Context, awards ...clarion.Award) ([]clarion.Outcome, error) {
	for i, a := range awards {
		if err := checkAward(a); err != nil {
			return nil, fmt.Errorf("award %d of %d, %q: %w", i+1, len(awards), a.Key, err)
		}
	}
	if len(awards) == 0 {
		return nil, nil
	}
	outcomes, err := w.commits.do(ctx, awards)
	return outcomes, failed(err, "award %q and %d more", awards[0].Key, len(awards)-1)
}

// commit runs the script over awards.
func (w *Workspace) commit(ctx context.Context, awards []clarion.Award) ([]clarion.Outcome, error) {
	keys := []string{
		w.key(awardsKey), w.prefix(partnerPrefix), w.prefix(ledgerPrefix), w.prefix(cappedPrefix),
		w.prefix(awardedPrefix), w.prefix(capsPrefix), w.prefix(clicksPrefix), w.prefix(boardPrefix),
	}
	args := make([]any, 0, 9*len(awards))
	for _, a := range awards {
		args = append(args, knownKey(a.Key), string(a.Partner), string(a.Campaign), string(a.Reason), a.Points,
			a.Cap, a.Week.String(), string(a.Code), packRow(a))
	}
	numbers, err := award.Run(ctx, w.rdb, keys, args...).Int64Slice()
	if err != nil {
		return nil, err
	}
	if len(numbers) != len(awards) {
		return nil, fmt.Errorf("%d awards have %d outcomes", len(awards), len(numbers))
	}
	outcomes := make([]clarion.Outcome, len(numbers))
	for i, n := range numbers {
		outcomes[i] = clarion.Outcome(n)
	}
	return outcomes, nil
}

func checkAward(a clarion.Award) error {
	switch {
	case a.Key == "" || a.Partner == "" || a.Campaign == "" || a.Reason == "" || a.Week.IsZero():
		return fmt.Errorf("an award needs a key, a partner, a campaign, a reason and a week")
	case a.Cap < 0:
		return fmt.Errorf("a cap of %d is less than none", a.Cap)
	case strings.ContainsAny(a.Key+string(a.Partner)+string(a.Campaign)+string(a.Reason)+string(a.Code), "\t\n"):
		return fmt.Errorf("a tab or line break cannot be part of an award")
	}
	return nil
}

// Ledger returns a partner's awards, newest first. What a cap kept from giving points is not among them.
func (w *Workspace) Ledger(ctx context.Context, p clarion.PartnerID, limit int) ([]clarion.Award, error) {
	if limit <= 0 {
		return nil, nil
	}
	rows, err := w.rdb.LRange(ctx, w.under(ledgerPrefix, string(p)), -int64(limit), -1).Result()
	if err != nil {
		return nil, failed(err, "read the ledger of partner %s", p)
	}
	awards := make([]clarion.Award, len(rows))
	for i, row := range rows {
		if awards[len(rows)-1-i], err = unpackRow(p, row); err != nil {
			return nil, fmt.Errorf("read the ledger of partner %s: %w", p, err)
		}
	}
	return awards, nil
}
