package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// A Burst is an open question to the social team: so many new visitors came by one link within a minute that
// they may be no persons.
type Burst struct {
	Link    clarion.ShareLink // without its code
	Since   time.Time         // the first minute that had too many
	Minutes []int64           // each such minute, as Unix time / 60
	Held    int               // visits that wait for the decision
}

// ID names the burst's link within the workspace. It has no spaces.
func (b Burst) ID() string { return burstID(b.Link) }

func burstID(l clarion.ShareLink) string {
	return string(l.Campaign) + ":" + string(l.Partner) + ":" + string(l.Network)
}

// Bursts returns the open bursts, oldest first.
func (w *Workspace) Bursts(ctx context.Context) ([]Burst, error) {
	ids, err := w.rdb.ZRange(ctx, w.key(burstsKey), 0, -1).Result()
	if err != nil {
		return nil, failed(err, "read which bursts are open")
	}
	bursts := make([]Burst, 0, len(ids))
	for _, id := range ids {
		b, err := w.Burst(ctx, id)
		if errors.Is(err, clarion.ErrNotFound) {
			continue // decided a moment ago
		}
		if err != nil {
			return nil, err
		}
		bursts = append(bursts, b)
	}
	return bursts, nil
}

// Burst returns an open burst, or [clarion.ErrNotFound].
func (w *Workspace) Burst(ctx context.Context, id string) (Burst, error) {
	parts := strings.Split(id, ":")
	if len(parts) != 3 {
		return Burst{}, failed(clarion.ErrNotFound, "read burst %q", id)
	}
	b := Burst{Link: clarion.ShareLink{
		Workspace: w.id, Campaign: clarion.CampaignID(parts[0]), Partner: clarion.PartnerID(parts[1]), Network: clarion.Network(parts[2]),
	}}
	var fields *redis.MapStringStringCmd
	var held *redis.IntCmd
	_, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		fields = p.HGetAll(ctx, w.under(burstPrefix, id))
		held = p.LLen(ctx, w.under(heldPrefix, id))
		return nil
	})
	if err == nil && len(fields.Val()) == 0 {
		err = clarion.ErrNotFound
	}
	if err != nil {
		return Burst{}, failed(err, "read burst %s", id)
	}
	b.Held = int(held.Val())
	for field, value := range fields.Val() {
		minute, isMinute := strings.CutPrefix(field, "m")
		if !isMinute {
			minute = value
		}
		n, err := strconv.ParseInt(minute, 10, 64)
		if err != nil {
			return Burst{}, fmt.Errorf("read %q of burst %s: %w", field, id, err)
		}
		if isMinute {
			b.Minutes = append(b.Minutes, n)
		} else {
			b.Since = time.UnixMilli(n).UTC()
		}
	}
	slices.Sort(b.Minutes)
	return b, nil
}

// A Decision is what became of a burst's visits.
type Decision struct {
	Credited int // that were held and are credited now, with or without points
	Points   int // that they gave; or, when the burst was refused, that were taken back
	Refused  int // that count for nothing now, held or credited before
}

// ReleaseBurst credits what is held of a burst, as if it had been credited when it came, and holds nothing of
// the link until a time. It can be repeated, and be called by two people at once: each visit is credited once.
// It is [clarion.ErrNotFound] when the burst is decided already.
func (w *Workspace) ReleaseBurst(ctx context.Context, id string, until time.Time) (Decision, error) {
	b, err := w.Burst(ctx, id)
	if err != nil {
		return Decision{}, err
	}
	return w.decide(ctx, b, doRelease, until.Unix()/60)
}

// RefuseBurst refuses what is held of a burst, and takes back what was credited by the link in the same
// minutes: each award by a row of its own, in the week and the store that had it. It can be repeated. It is
// [clarion.ErrNotFound] when the burst is decided already.
func (w *Workspace) RefuseBurst(ctx context.Context, id string, now time.Time) (Decision, error) {
	b, err := w.Burst(ctx, id)
	if err != nil {
		return Decision{}, err
	}
	reversals, err := w.reversals(ctx, b, now)
	if err != nil {
		return Decision{}, err
	}
	var d Decision
	letters, err := w.laneOf(b.Link.Partner).do(ctx, reversals)
	if err != nil {
		return Decision{}, failed(err, "take back the clicks of burst %s", id)
	}
	for i, letter := range []byte(letters) {
		if letter == wasGiven {
			d.Refused++
			if reversals[i].what == doReverse {
				d.Points -= reversals[i].award.Points
			}
		}
	}
	rest, err := w.decide(ctx, b, doRefuse, 0)
	d.Refused += rest.Refused
	return d, err
}

// decide empties what is held, from the front, and closes the burst.
func (w *Workspace) decide(ctx context.Context, b Burst, what string, free int64) (Decision, error) {
	id := b.ID()
	of := clarion.Award{Campaign: b.Link.Campaign, Partner: b.Link.Partner, Network: b.Link.Network}
	var d Decision
	for {
		rows, err := w.rdb.LRange(ctx, w.under(heldPrefix, id), 0, commitBatch-2).Result()
		if err != nil {
			return d, failed(err, "read what is held of burst %s", id)
		}
		entries := make([]entry, 0, len(rows)+1)
		for _, row := range rows {
			a, err := unpackRow(b.Link.Partner, row)
			if err != nil {
				return d, fmt.Errorf("read what is held of burst %s: %w", id, err)
			}
			entries = append(entries, entry{what: what, award: a, row: row})
		}
		entries = append(entries, entry{what: doFree, award: of, minute: free})
		letters, err := w.laneOf(b.Link.Partner).do(ctx, entries)
		if err != nil {
			return d, failed(err, "decide on burst %s", id)
		}
		for i, e := range entries[:len(rows)] {
			switch {
			case letters[i] == wasKnown:
			case what == doRefuse:
				d.Refused++
			default:
				d.Credited++
				if letters[i] == wasGiven {
					d.Points += e.award.Points
				}
			}
		}
		if letters[len(rows)] != wasKnown { // nothing is left, and the burst is closed
			return d, nil
		}
	}
}

// reversals returns what takes back each click of the burst's link that was credited in one of its minutes.
func (w *Workspace) reversals(ctx context.Context, b Burst, now time.Time) ([]entry, error) {
	var entries []entry
	for list, what := range map[string]string{ledgerPrefix: doReverse, cappedPrefix: doUncap} {
		key := w.under(list, string(b.Link.Partner))
		for end := int64(-1); ; end -= verifyPage {
			rows, err := w.rdb.LRange(ctx, key, end-verifyPage+1, end).Result()
			if err != nil {
				return nil, failed(err, "read %s", key)
			}
			older := len(rows) == 0
			for _, row := range rows {
				a, err := unpackRow(b.Link.Partner, row)
				if err != nil {
					return nil, fmt.Errorf("read %s: %w", key, err)
				}
				older = older || a.At.Before(b.Since.Add(-reversalMargin))
				if a.Reason == clarion.ClickReason && a.Campaign == b.Link.Campaign && a.Network == b.Link.Network &&
					slices.Contains(b.Minutes, a.At.Unix()/60) {
					entries = append(entries, entry{what: what, award: clarion.Reversal(a, now)})
				}
			}
			if older || len(rows) < verifyPage {
				break
			}
		}
	}
	return entries, nil
}

// reversalMargin is how much older than its neighbours a row can be, because its visit waited in memory.
const reversalMargin = 24 * time.Hour
