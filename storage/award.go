package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/clarion-bot/clarion"
)

// Award writes awards and returns what became of each. An award is written once, whoever repeats it, in
// whichever process: its row in the ledger, the boards of its week, its campaign and all time, and its count
// towards the cap, all together.
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
			return nil, fmt.Errorf("award %d of %d: %w", i+1, len(awards), err)
		}
	}
	if len(awards) == 0 {
		return nil, nil
	}
	entries := make([]entry, len(awards))
	for i, a := range awards {
		entries[i] = entry{what: doAward, award: a}
	}
	letters, err := w.laneOf(awards[0].Partner).do(ctx, entries)
	if err != nil {
		return nil, failed(err, "award %d of reason %s", len(awards), awards[0].Reason)
	}
	outcomes := make([]clarion.Outcome, len(awards))
	for i := range outcomes {
		switch letters[i] {
		case wasGiven:
			outcomes[i] = clarion.Awarded
		case wasCapped:
			outcomes[i] = clarion.Capped
		}
	}
	return outcomes, nil
}

func checkAward(a clarion.Award) error {
	switch {
	case a.Partner == "" || a.Campaign == "" || a.Reason == "" || a.Week.IsZero():
		return errors.New("an award needs a partner, a campaign, a reason and a week")
	case a.Cap < 0:
		return fmt.Errorf("a cap of %d is less than none", a.Cap)
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
