package storage

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// First says whether something is asked for here for the first time within a life, over all processes.
func (w *Workspace) First(ctx context.Context, id string, life time.Duration) (bool, error) {
	err := w.rdb.SetArgs(ctx, w.under(oncePrefix, id), 1, redis.SetArgs{Mode: "NX", TTL: life}).Err()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	return err == nil, failed(err, "ask whether %s is new", id)
}
