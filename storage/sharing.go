package storage

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

type keptSharing struct {
	stores map[clarion.StoreID]clarion.Sharing
	readAt time.Time
}

// partnersAtOnce is how many partners Redis is asked about in one go.
const partnersAtOnce = 1000

// Sharing returns for each store how many of the partners who work there now have shared a campaign. Stores where
// nobody is known to work are left out. It asks about every partner of the workspace, so the answer is kept; it
// can be as old as that.
func (w *Workspace) Sharing(ctx context.Context, id clarion.CampaignID, old time.Duration) (map[clarion.StoreID]clarion.Sharing, error) {
	in := campaignIn{w.id, id}
	w.sharing.Lock() // who comes second finds the first one's answer
	defer w.sharing.Unlock()
	now := w.s.now()
	if kept, ok := w.s.sharing.Get(in); ok {
		if age := now.Sub(kept.readAt); age >= 0 && age < old {
			return maps.Clone(kept.stores), nil
		}
	}
	stores, err := w.readSharing(ctx, id)
	if err != nil {
		return nil, err
	}
	w.s.sharing.Add(in, keptSharing{stores, now})
	return maps.Clone(stores), nil
}

func (w *Workspace) readSharing(ctx context.Context, id clarion.CampaignID) (map[clarion.StoreID]clarion.Sharing, error) {
	stores := map[clarion.StoreID]clarion.Sharing{}
	met := map[string]bool{} // a scan can come by the same partner twice
	for cursor := uint64(0); ; {
		page, next, err := w.rdb.HScan(ctx, w.key(worksKey), cursor, "", partnersAtOnce).Result()
		if err != nil {
			return nil, failed(err, "read where partners work")
		}
		if err := w.addSharing(ctx, id, page, met, stores); err != nil {
			return nil, err
		}
		if cursor = next; cursor == 0 {
			return stores, nil
		}
	}
}

// addSharing adds a page of partners, each followed by the store, to what is known of the stores.
func (w *Workspace) addSharing(ctx context.Context, id clarion.CampaignID, page []string, met map[string]bool, stores map[clarion.StoreID]clarion.Sharing) error {
	shares := make([]*redis.StringCmd, len(page)/2)
	cmds, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range shares {
			shares[i] = p.HGet(ctx, w.shared(tallyPrefix, id, clarion.PartnerID(page[2*i])), "award:"+string(clarion.ShareReason))
		}
		return nil
	})
	if err := unlessMissing(cmds, err); err != nil { // most have not shared
		return failed(err, "read which of %d partners have shared campaign %s", len(shares), id)
	}
	for i, share := range shares {
		partner, store := page[2*i], clarion.StoreID(page[2*i+1])
		if met[partner] {
			continue
		}
		met[partner] = true
		n, err := strconv.Atoi(share.Val())
		if err != nil {
			n = 0
		}
		of := stores[store]
		of.Partners++
		if n > 0 {
			of.Shared++
		}
		stores[store] = of
	}
	return nil
}
