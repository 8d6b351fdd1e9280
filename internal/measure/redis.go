package measure

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"time"

	"github.com/redis/go-redis/v9"
)

// StartRedis starts a redis-server on a free loopback port, with its append-only file, written every second,
// in a directory of its own. More arguments are those of redis-server. The returned stop ends it and removes
// the directory.
func StartRedis(ctx context.Context, more ...string) (address string, stop func(), err error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return "", nil, fmt.Errorf("measuring needs redis-server (Debian: apt-get install redis-server): %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("looking for a free port: %w", err)
	}
	address = listener.Addr().String()
	if err := listener.Close(); err != nil {
		return "", nil, fmt.Errorf("looking for a free port: %w", err)
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "clarion-measure-")
	if err != nil {
		return "", nil, err
	}
	args := append([]string{"--port", port, "--bind", "127.0.0.1", "--dir", dir,
		"--appendonly", "yes", "--appendfsync", "everysec", "--save", ""}, more...)
	server := exec.Command(program, args...) // #nosec G204 -- the arguments are the calling program's own
	if err := server.Start(); err != nil {
		return "", nil, errors.Join(fmt.Errorf("starting redis-server: %w", err), os.RemoveAll(dir))
	}
	stop = func() {
		_ = server.Process.Kill() // what it holds is thrown away
		_ = server.Wait()
		_ = os.RemoveAll(dir)
	}
	if err := awaitRedis(ctx, address); err != nil {
		stop()
		return "", nil, err
	}
	return address, stop, nil
}

func awaitRedis(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	client := redis.NewClient(&redis.Options{Addr: address, MaxRetries: -1})
	defer client.Close()
	for {
		err := client.Ping(ctx).Err()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("redis-server at %s does not answer: %w", address, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
