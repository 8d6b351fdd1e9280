package storage

import "github.com/redis/go-redis/v9"

// Redis returns the client of the Redis that the workspace is stored in, for the delivery queue, which brings
// keys of its own. Nothing else uses it: what Clarion itself stores goes through the methods of this package.
func (w *Workspace) Redis() redis.UniversalClient { return w.rdb }
