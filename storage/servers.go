package storage

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// A Server is what matters of a Redis server to one that must not forget.
type Server struct {
	Version    string // "7.0.15"; empty when the server does not tell
	AppendOnly bool   // it keeps an append-only file
	Eviction   string // what it does when memory runs out: "noeviction"; empty when the server does not tell
	Silent     bool   // it refuses to tell about itself, as a hosted Redis may
}

// Servers asks each server that takes writes about itself. The error is [clarion.ErrUnavailable] when one
// does not answer.
func (s *Storage) Servers(ctx context.Context) ([]Server, error) {
	cluster, ok := s.rdb.(*redis.ClusterClient)
	if !ok {
		server, err := askServer(ctx, s.rdb)
		return []Server{server}, err
	}
	var mu sync.Mutex
	var servers []Server
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		server, err := askServer(ctx, node)
		mu.Lock()
		defer mu.Unlock()
		servers = append(servers, server)
		return err
	})
	return servers, failed(err, "ask the cluster's servers about themselves")
}

func askServer(ctx context.Context, node redis.Cmdable) (Server, error) {
	if err := node.Ping(ctx).Err(); err != nil {
		return Server{}, failed(err, "ask whether Redis answers")
	}
	text, err := node.Info(ctx).Result()
	if err != nil {
		return Server{Silent: true}, nil
	}
	return readInfo(text), nil
}

// readInfo reads the answer to INFO (https://redis.io/docs/latest/commands/info/).
func readInfo(text string) Server {
	var server Server
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch name {
		case "redis_version":
			server.Version = value
		case "aof_enabled":
			server.AppendOnly = value == "1"
		case "maxmemory_policy":
			server.Eviction = value
		}
	}
	return server
}

// LogTo makes the Redis client of the whole process write what it has to say, such as that a connection was
// lost, to the log instead of to standard error.
func LogTo(log *slog.Logger) { redis.SetLogger(clientLog{log}) }

type clientLog struct{ log *slog.Logger }

// Printf implements the client's logger.
func (l clientLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.WarnContext(ctx, "the Redis client says: "+fmt.Sprintf(format, args...))
}
