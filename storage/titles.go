package storage

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// Titles stands for the titles of all campaigns at one moment: it is another number each time that a campaign is
// stored which can have taken one. Zero stands for no moment.
type Titles int64

// ErrTitlesChanged says that another campaign was stored since the titles were read.
var ErrTitlesChanged = errors.New("another campaign was stored meanwhile")

// comparedTitles is with how many campaigns' titles one is compared, the newest.
const comparedTitles = 500

// titles has functions for scripts that store campaigns. They take titles:{ws}. sameTitles says whether no campaign was
// stored since the given Titles, and takeTitle makes them another number.
const titles = `
local function sameTitles(key, seen)
  return seen == '0' or tonumber(redis.call('GET', key) or '0') + 1 == tonumber(seen)
end
local function takeTitle(key)
  redis.call('INCR', key)
end
`

// Titles returns the campaigns whose titles are compared, and what the titles are known by at this moment. Who finds one
// free among them, and has [Workspace.PlanOn], [Workspace.PlanSuggestion], [Workspace.PlanItem] or [Workspace.Revise]
// store a campaign with it on top of this moment, is the only one to take it.
func (w *Workspace) Titles(ctx context.Context) (Titles, []clarion.Campaign, error) {
	// The moment comes first: what is stored between the two makes it another one.
	n, err := w.rdb.Get(ctx, w.key(titlesKey)).Int64()
	if err != nil && !errors.Is(err, redis.Nil) {
		return 0, nil, failed(err, "read by what the titles are known")
	}
	campaigns, err := w.Campaigns(ctx, comparedTitles)
	return Titles(n + 1), campaigns, err
}
