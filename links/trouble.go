package links

import (
	"context"
	"sync/atomic"
	"time"
)

// quietFor is how long the log says nothing more of the same trouble: a Redis that is away would otherwise
// write a line for each visit. Metrics count every one.
const quietFor = 10 * time.Second

// quiet lets one line through each quietFor. Its zero value is ready.
type quiet struct{ until atomic.Int64 }

func (q *quiet) passes(now time.Time) bool {
	until := q.until.Load()
	return now.UnixNano() >= until && q.until.CompareAndSwap(until, now.Add(quietFor).UnixNano())
}

// trouble logs that something of a visit or a share did not work. Neither tokens nor addresses are in it.
func (w *Web) trouble(ctx context.Context, what string, err error) {
	if w.quiet.passes(w.Now()) {
		w.Logger.WarnContext(ctx, what, "error", err, "quiet_for", quietFor)
	}
}
