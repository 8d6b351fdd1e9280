package measure

import (
	"context"
	"errors"
	"os"

	"github.com/clarion-bot/clarion/internal/realredis"
)

// StartRedis starts a redis-server with its append-only file, written every second, in a directory of its own. More
// arguments are those of redis-server. The returned stop ends it and removes the directory.
func StartRedis(ctx context.Context, more ...string) (address string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "clarion-measure-")
	if err != nil {
		return "", nil, err
	}
	server, err := realredis.Start(ctx, dir, append([]string{"--appendfsync", "everysec"}, more...)...)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return server.Addr, func() {
		server.Kill()
		_ = os.RemoveAll(dir) // what it holds is thrown away
	}, nil
}
