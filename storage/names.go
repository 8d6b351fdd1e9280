package storage

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion"
)

// PutName remembers what somebody is called who is no partner.
func (w *Workspace) PutName(ctx context.Context, i clarion.Identity, name string) error {
	return failed(w.rdb.HSet(ctx, w.key(namesKey), string(i), name).Err(), "store the name of %s", i)
}

// Name returns what somebody is called; "" when that is not known.
func (w *Workspace) Name(ctx context.Context, i clarion.Identity) (string, error) {
	name, err := w.rdb.HGet(ctx, w.key(namesKey), string(i)).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return name, failed(err, "read the name of %s", i)
}
