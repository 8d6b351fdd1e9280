package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// Delivery returns a delivery, or [clarion.ErrNotFound].
func (w *Workspace) Delivery(ctx context.Context, id string) (clarion.Delivery, error) {
	fields, err := w.rdb.HGetAll(ctx, w.under(deliveryPrefix, id)).Result()
	if err != nil {
		return clarion.Delivery{}, failed(err, "read delivery %s", id)
	}
	return unpackDelivery(id, fields)
}

// Deliveries returns the deliveries of a group, in the order in which they were first due. Those that wait have
// their Next.
func (w *Workspace) Deliveries(ctx context.Context, g clarion.Group) ([]clarion.Delivery, error) {
	ids, err := w.rdb.SMembers(ctx, w.under(indexPrefix, string(g))).Result()
	if err != nil {
		return nil, failed(err, "read which deliveries %s has", g)
	}
	deliveries, err := w.readDeliveries(ctx, ids)
	if err == nil {
		err = w.readNext(ctx, deliveries)
	}
	slices.SortFunc(deliveries, func(a, b clarion.Delivery) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	return deliveries, err
}

// readNext says of each delivery that waits when it is tried next.
func (w *Workspace) readNext(ctx context.Context, deliveries []clarion.Delivery) error {
	var waiting []int
	var ids []string
	for i, d := range deliveries {
		if d.State == clarion.Waiting {
			waiting, ids = append(waiting, i), append(ids, d.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	scores, err := w.rdb.ZMScore(ctx, w.key(dueKey), ids...).Result()
	if err != nil {
		return failed(err, "read when %d deliveries are due", len(ids))
	}
	for i, score := range scores {
		if score > 0 { // one that was claimed a moment ago has none of its own any more
			deliveries[waiting[i]].Next = time.UnixMilli(int64(score))
		}
	}
	return nil
}

// OpenDeliveries returns deliveries that wait, whenever they are due, or that somebody works on: those that
// are due first come first. Those that wait have their Next.
func (w *Workspace) OpenDeliveries(ctx context.Context, limit int) ([]clarion.Delivery, error) {
	open, err := w.rankedDeliveries(ctx, dueKey, limit)
	if err == nil {
		err = w.readNext(ctx, open)
	}
	return open, err
}

// FailedDeliveries returns deliveries that failed, in the order in which they did.
func (w *Workspace) FailedDeliveries(ctx context.Context, limit int) ([]clarion.Delivery, error) {
	return w.rankedDeliveries(ctx, failedKey, limit)
}

// CountDeliveries says how many deliveries are open, and how many have failed.
func (w *Workspace) CountDeliveries(ctx context.Context) (open, failedOnes int, err error) {
	var due, broken *redis.IntCmd
	_, err = w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		due, broken = p.ZCard(ctx, w.key(dueKey)), p.ZCard(ctx, w.key(failedKey))
		return nil
	})
	if err != nil {
		return 0, 0, failed(err, "count deliveries")
	}
	return int(due.Val()), int(broken.Val()), nil
}

func (w *Workspace) rankedDeliveries(ctx context.Context, key string, limit int) ([]clarion.Delivery, error) {
	if limit <= 0 {
		return nil, nil
	}
	ids, err := w.rdb.ZRange(ctx, w.key(key), 0, int64(limit)-1).Result()
	if err != nil {
		return nil, failed(err, "read which deliveries are %s", key)
	}
	return w.readDeliveries(ctx, ids)
}

// readDeliveries returns deliveries in the order of their ids. One that is gone is left out.
func (w *Workspace) readDeliveries(ctx context.Context, ids []string) ([]clarion.Delivery, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	read := make([]*redis.MapStringStringCmd, len(ids))
	_, err := w.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			read[i] = p.HGetAll(ctx, w.under(deliveryPrefix, id))
		}
		return nil
	})
	if err != nil {
		return nil, failed(err, "read %d deliveries", len(ids))
	}
	deliveries := make([]clarion.Delivery, 0, len(ids))
	for i, id := range ids {
		d, err := unpackDelivery(id, read[i].Val())
		if errors.Is(err, clarion.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		deliveries = append(deliveries, d)
	}
	return deliveries, nil
}

func unpackDelivery(id string, fields map[string]string) (clarion.Delivery, error) {
	if len(fields) == 0 {
		return clarion.Delivery{}, fmt.Errorf("read delivery %s: %w", id, clarion.ErrNotFound)
	}
	var d clarion.Delivery
	if err := json.Unmarshal([]byte(fields["data"]), &d); err != nil {
		return clarion.Delivery{}, fmt.Errorf("read delivery %s: %w", id, err)
	}
	d.ID = id
	attempt, err := strconv.Atoi(fields["attempt"])
	if err != nil {
		return clarion.Delivery{}, fmt.Errorf("read how often delivery %s was claimed: %w", id, err)
	}
	d.State, d.Attempt, d.PostID, d.Reason = clarion.DeliveryState(fields["state"]), attempt, fields["post"], fields["reason"]
	if setbacks := fields["setbacks"]; setbacks != "" {
		if d.Setbacks, err = strconv.Atoi(setbacks); err != nil {
			return clarion.Delivery{}, fmt.Errorf("read how often something went wrong with delivery %s: %w", id, err)
		}
	}
	if at := fields["at"]; at != "" {
		if d.PostedAt, err = parseMilli(at); err != nil {
			return clarion.Delivery{}, fmt.Errorf("read when delivery %s was posted: %w", id, err)
		}
	}
	if doubt := fields["doubt"]; doubt != "" {
		if d.Doubt, err = parseMilli(doubt); err != nil {
			return clarion.Delivery{}, fmt.Errorf("read since when delivery %s is in doubt: %w", id, err)
		}
	}
	return d, nil
}
