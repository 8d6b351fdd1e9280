package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// convert records a conversion and counts it, unless one of its kind and id is recorded.
//
// KEYS: conversions:{ws}:<bucket>, converted:{ws}:<campaign>, daily:{ws}:<day>, stores:{ws}
// ARGV: <kind>:<id>, record, kind, value in hundredths, "partners" or "official" or, without a link, "", store or ""
// Returns: "new", or "known" and the record that is stored, or "store" when there is no such store
var convert = redis.NewScript(`
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  return {'known', known}
end
local kind, value, whose, store = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if store ~= '' and redis.call('HEXISTS', KEYS[4], store) == 0 then
  return {'store'}
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local function count(key, of)
  redis.call('HINCRBY', key, 'count:' .. of .. ':' .. kind, 1)
  if value ~= '0' then
    redis.call('HINCRBY', key, 'value:' .. of .. ':' .. kind, value)
  end
end
if whose ~= '' then
  count(KEYS[2], whose)
end
if store ~= '' then
  count(KEYS[3], store)
end
return {'new'}
`)

// A Converted says what became of a conversion.
type Converted struct {
	New    bool // it was not recorded before
	Points int  // that it gave now to the partner by whose link the customer came
}

// Convert records a conversion, counts it, and awards it to the partner by whose link the customer came: each
// once, whoever repeats it. What was recorded first decides; a repeat with other values changes nothing. When
// an error comes back, repeating the call does what is left to do.
//
// The points are those of the rules at the first time, in the week of the conversion's own time. There are none
// for the official link, and for what was done after the campaign's end. Where the store of the customer is
// not known, no store counts it.
//
// The error is a [*clarion.InvalidError] when there is no such link or store in the workspace. Anything else
// that [clarion.Conversion.Check] finds is for the caller to refuse.
func (w *Workspace) Convert(ctx context.Context, c clarion.Conversion, rules clarion.Rules, loc *time.Location) (Converted, error) {
	r, recorded, err := w.record(ctx, c, rules, loc)
	if err != nil {
		return Converted{}, err
	}
	award, rewarded := r.award(c.Kind, c.ID)
	if !rewarded {
		return Converted{New: recorded}, nil
	}
	outcomes, err := w.Award(ctx, award)
	if err != nil {
		return Converted{}, fmt.Errorf("award %s %q: %w", c.Kind, c.ID, err)
	}
	// An award that is known is that of a repeat which came in between.
	if !recorded || outcomes[0] == clarion.Capped {
		return Converted{New: recorded}, nil
	}
	return Converted{New: true, Points: award.Points}, nil
}

// record records and counts a conversion, and returns what is recorded.
func (w *Workspace) record(ctx context.Context, c clarion.Conversion, rules clarion.Rules, loc *time.Location) (r conversionRecord, recorded bool, err error) {
	r = conversionRecord{at: c.At, day: clarion.DayOf(c.At, loc), value: c.Value, store: c.Store}
	if c.Code != "" {
		if r.link, err = w.Link(ctx, c.Code); err != nil {
			return r, false, unlessUnknown(err, "click", "There is no share link of this click or code: check that it is whole.")
		}
		campaign, err := w.Campaign(ctx, r.link.Campaign)
		if err != nil {
			return r, false, unlessUnknown(err, "click", "The campaign of this click is not stored any more.")
		}
		if r.rewarded = campaign.Rewards(r.link, c.At); r.rewarded {
			r.rule, r.rules = rules.For[clarion.ConversionReason], rules.Version
		}
	}
	keys := []string{w.conversionsKey(c.Kind, c.ID), w.under(convertedPrefix, string(r.link.Campaign)), w.under(dailyPrefix, r.day), w.key(storesKey)}
	field := conversionField(c.Kind, c.ID)
	answer, err := convert.Run(ctx, w.rdb, keys, field, r.pack(), c.Kind, c.Value, r.whose(), string(c.Store)).StringSlice()
	if err != nil {
		return r, false, failed(err, "record %s %q", c.Kind, c.ID)
	}
	switch {
	case len(answer) == 1 && answer[0] == "new":
		return r, true, nil
	case len(answer) == 2:
		r, err = unpackConversion(answer[1])
		if err != nil {
			err = fmt.Errorf("read %s %q: %w", c.Kind, c.ID, err)
		}
		return r, false, err
	}
	return r, false, clarion.Invalid("store", "There is no store %q: import the stores first, or correct the id.", c.Store)
}

// unlessUnknown returns the error, or, when it says that something is not stored, one for the person who named it.
func unlessUnknown(err error, field, sentence string) error {
	if errors.Is(err, clarion.ErrNotFound) {
		return clarion.Invalid(field, "%s", sentence)
	}
	return err
}

// Link returns the workspace's share link of a code, or [clarion.ErrNotFound]: see [Storage.Link].
func (w *Workspace) Link(ctx context.Context, code clarion.Code) (clarion.ShareLink, error) {
	link, err := w.s.Link(ctx, code)
	if err == nil && link.Workspace != w.id {
		return clarion.ShareLink{}, failed(clarion.ErrNotFound, "read link %s of workspace %s", code, w.id)
	}
	return link, err
}

// HasConversion says whether a conversion is recorded.
func (w *Workspace) HasConversion(ctx context.Context, kind, id string) (bool, error) {
	has, err := w.rdb.HExists(ctx, w.conversionsKey(kind, id), conversionField(kind, id)).Result()
	return has, failed(err, "look for %s %q", kind, id)
}

// conversionBuckets is over how many hashes a workspace's conversions are spread, so that each stays small
// enough for Redis to pack up to half a million.
const conversionBuckets = 4096

func conversionField(kind, id string) string { return kind + ":" + id }

func (w *Workspace) conversionsKey(kind, id string) string {
	bucket := uint64(clarion.KeyOf(kind, id)) % conversionBuckets //nolint:gosec // bits, not a number
	return w.under(conversionsPrefix, strconv.FormatUint(bucket, 16))
}
