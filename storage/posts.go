package storage

import (
	"context"

	"github.com/clarion-bot/clarion"
)

// PutPost remembers which delivery made a post, by the platform's id of the message, for a platform on which that cannot be
// read from the post.
func (w *Workspace) PutPost(ctx context.Context, c clarion.Channel, message, delivery string) error {
	return failed(w.rdb.HSet(ctx, w.key(postsKey), c.String()+" "+message, delivery).Err(), "store which delivery made post %s", message)
}

// PostOf returns the delivery that made a post, or [clarion.ErrNotFound].
func (w *Workspace) PostOf(ctx context.Context, c clarion.Channel, message string) (delivery string, err error) {
	delivery, err = w.rdb.HGet(ctx, w.key(postsKey), c.String()+" "+message).Result()
	return delivery, failed(err, "read which delivery made post %s", message)
}
