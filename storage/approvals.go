package storage

import (
	"context"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// An Untold is a campaign of whose approval somebody has to be told: it needs a yes, or it was decided on.
type Untold struct {
	Campaign clarion.CampaignID
	Revision int // at which it came to that
}

// Untold returns the campaigns of whose approval somebody has to be told.
func (w *Workspace) Untold(ctx context.Context) ([]Untold, error) {
	fields, err := w.rdb.HGetAll(ctx, w.key(approvalsKey)).Result()
	if err != nil {
		return nil, failed(err, "read of which approvals somebody has to be told")
	}
	list := make([]Untold, 0, len(fields))
	for id, text := range fields {
		revision, err := strconv.Atoi(text)
		if err != nil {
			return nil, failed(err, "read the revision of campaign %s whose approval is to be told", id)
		}
		list = append(list, Untold{clarion.CampaignID(id), revision})
	}
	return list, nil
}

// told adds deliveries that tell of an approval, unless others have told of it, or of a later revision.
//
// KEYS: delivery:{ws}:, deliveries:{ws}: (the keys made here begin with these), due:{ws}, approvals:{ws}
// ARGV: for each delivery what addDelivery says, and last the campaign and the revision
// Returns: 1, or 0 when there is nothing to tell
var told = redis.NewScript(addDelivery + `
if redis.call('HGET', KEYS[4], ARGV[#ARGV - 1]) ~= ARGV[#ARGV] then
  return 0
end
redis.call('HDEL', KEYS[4], ARGV[#ARGV - 1])
for i = 1, #ARGV - 2, 4 do
  addDelivery(KEYS[1], KEYS[2], KEYS[3], i)
end
return 1
`)

// Told adds the deliveries by which somebody is told of an approval, and remembers that, in one step: whichever
// process is first, it is told once. Without deliveries it is no longer to be told.
func (w *Workspace) Told(ctx context.Context, u Untold, deliveries ...clarion.Delivery) error {
	args, err := deliveryArgs(deliveries)
	if err != nil {
		return err
	}
	keys := append(w.deliveryKeys(), w.key(approvalsKey))
	err = told.Run(ctx, w.rdb, keys, append(args, string(u.Campaign), u.Revision)...).Err()
	return failed(err, "tell of the approval of campaign %s", u.Campaign)
}
