package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// redisFacts are what matters of a Redis node to one that must not forget.
type redisFacts struct {
	Version  string // "7.0.15"; empty when the node does not tell
	Durable  bool   // it keeps an append-only file
	Eviction string // what it does when memory runs out: "noeviction"; empty when the node does not tell
	Silent   bool   // the node refuses to tell about itself
}

var errRedisURL = errors.New("REDIS_URL makes no sense")

// redisClient returns a client for a URL that storage.Open accepts, to look at the servers themselves.
// No error names a password.
func redisClient(text string) (redis.UniversalClient, error) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(text), "://")
	base, kind, _ := strings.Cut(scheme, "+")
	rest = strings.ReplaceAll(rest, ","+scheme+"://", ",")
	end := strings.IndexAny(rest+"/", "/?")
	at := strings.Index(rest[:end], "@") + 1
	login, hosts := rest[:at], rest[at:end]
	u, err := url.Parse(rest[end:])
	if err != nil {
		return nil, errRedisURL
	}
	o := &redis.UniversalOptions{
		IsClusterMode: kind == "cluster", MaxRetries: -1, DialerRetries: 1,
		SentinelUsername: u.Query().Get("sentinel_username"), SentinelPassword: u.Query().Get("sentinel_password"),
	}
	database := strings.Trim(u.Path, "/")
	if kind == "sentinel" {
		o.MasterName, database, _ = strings.Cut(database, "/")
	}
	for host := range strings.SplitSeq(hosts, ",") {
		// The library's own reader knows default ports, TLS and escaped passwords.
		one, err := redis.ParseURL(base + "://" + login + strings.TrimPrefix(strings.TrimSpace(host), login) + "/" + cmp.Or(database, "0"))
		if err != nil {
			return nil, errRedisURL
		}
		if kind == "sentinel" && !strings.Contains(host, ":") {
			one.Addr = host + ":26379"
		}
		o.Addrs = append(o.Addrs, one.Addr)
		o.Username, o.Password, o.DB, o.TLSConfig = one.Username, one.Password, one.DB, one.TLSConfig
	}
	return redis.NewUniversalClient(o), nil
}

// lookAtRedis asks each node that takes writes about itself.
func lookAtRedis(ctx context.Context, rdb redis.UniversalClient) ([]redisFacts, error) {
	cluster, ok := rdb.(*redis.ClusterClient)
	if !ok {
		facts, err := lookAtNode(ctx, rdb)
		return []redisFacts{facts}, err
	}
	var mu sync.Mutex
	var nodes []redisFacts
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		facts, err := lookAtNode(ctx, node)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		nodes = append(nodes, facts)
		return nil
	})
	return nodes, err
}

func lookAtNode(ctx context.Context, node redis.Cmdable) (redisFacts, error) {
	if err := node.Ping(ctx).Err(); err != nil {
		return redisFacts{}, fmt.Errorf("asking whether Redis answers: %w", err)
	}
	text, err := node.Info(ctx).Result()
	if err != nil { // a hosted Redis may forbid the question
		return redisFacts{Silent: true}, nil
	}
	return readInfo(text), nil
}

// readInfo reads the answer to INFO (https://redis.io/docs/latest/commands/info/).
func readInfo(text string) redisFacts {
	var facts redisFacts
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		switch name {
		case "redis_version":
			facts.Version = value
		case "aof_enabled":
			facts.Durable = value == "1"
		case "maxmemory_policy":
			facts.Eviction = value
		}
	}
	return facts
}
