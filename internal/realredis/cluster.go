package realredis

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion/internal/process"
)

// nodes is how many masters a cluster has, which is the least that redis-cli makes one of. None has a replica.
const nodes = 3

// StartCluster starts a Redis Cluster, whose files are in directories of their own below dir, and returns its nodes when
// each knows all of it.
func StartCluster(ctx context.Context, dir string, more ...string) (cluster []*Server, err error) {
	defer func() {
		if err != nil {
			for _, node := range cluster {
				node.Kill()
			}
			cluster = nil
		}
	}()
	create := []string{"--cluster", "create"}
	for i := range nodes {
		own := filepath.Join(dir, "node"+strconv.Itoa(i+1))
		if err := os.MkdirAll(own, 0o700); err != nil {
			return cluster, err
		}
		bus, err := process.FreePort()
		if err != nil {
			return cluster, err
		}
		node, err := Start(ctx, own, append([]string{"--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf",
			"--cluster-node-timeout", "5000", "--cluster-port", bus}, more...)...)
		if err != nil {
			return cluster, err
		}
		cluster, create = append(cluster, node), append(create, node.Addr)
	}
	bounded, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	create = append(create, "--cluster-replicas", "0", "--cluster-yes")
	out, err := exec.CommandContext(bounded, "redis-cli", create...).CombinedOutput() // #nosec G204 -- the arguments are this package's own
	if err != nil {
		return cluster, fmt.Errorf("making a cluster: %w:\n%s", err, out)
	}
	return cluster, Whole(ctx, cluster)
}

// Whole returns when each node of a cluster knows all others and serves.
func Whole(ctx context.Context, cluster []*Server) error {
	for _, node := range cluster {
		if err := node.knowsAll(ctx); err != nil {
			return fmt.Errorf("%s does not know the whole cluster: %w", node.Addr, err)
		}
	}
	return nil
}

func (s *Server) knowsAll(ctx context.Context) error {
	client := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1, Protocol: 2})
	defer client.Close()
	return until(ctx, s.process, func(ctx context.Context) error {
		info, err := client.ClusterInfo(ctx).Result()
		knows := strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d", nodes))
		if err == nil && !knows {
			err = fmt.Errorf("it says:\n%s", info)
		}
		return err
	})
}
