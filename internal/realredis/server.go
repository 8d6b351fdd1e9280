// Package realredis runs real Redis servers and clusters on free loopback ports, for tests and measurements. It needs
// redis-server and redis-cli, of version 7 or later.
package realredis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clarion-bot/clarion/internal/process"
)

// readyWithin bounds the start of a server or cluster on a busy machine.
const readyWithin = 30 * time.Second

// A Server is one redis-server process.
type Server struct {
	Addr string // host:port

	args    []string
	log     string
	process *process.Process // nil while it is killed
}

// Start starts a server whose files are in a directory, which must exist. Its append-only file is on the disk before it
// answers, so that what it has answered outlives Kill; more arguments can say otherwise, as in "--appendfsync",
// "everysec". (With that it does not: while a slow fsync is under way Redis keeps what it writes in memory for up to two
// seconds, and answers; https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/.)
func Start(ctx context.Context, dir string, more ...string) (*Server, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, fmt.Errorf("this needs redis-server (Debian: apt-get install redis-server): %w", err)
	}
	port, err := process.FreePort()
	if err != nil {
		return nil, err
	}
	s := &Server{Addr: net.JoinHostPort("127.0.0.1", port), log: filepath.Join(dir, "redis.log")}
	s.args = append([]string{
		"--port", port, "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
	}, more...)
	return s, s.Restart(ctx)
}

// Restart starts the server again, with the files that it left, and returns when it answers.
func (s *Server) Restart(ctx context.Context) error {
	s.Kill()
	p, err := process.Start(exec.Command("redis-server", s.args...), s.log)
	if err != nil {
		return err
	}
	s.process = p
	client := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1, Protocol: 2})
	defer client.Close()
	err = until(ctx, p, func(ctx context.Context) error { return client.Ping(ctx).Err() })
	if err != nil {
		s.Kill()
		return fmt.Errorf("redis-server at %s does not answer: %w; its log ends:\n%s", s.Addr, err, tail(s.log))
	}
	return nil
}

// Kill ends the process at once, as a power cut would. Killing it twice is no error.
func (s *Server) Kill() {
	if s.process != nil {
		s.process.Kill()
		s.process = nil
	}
}

var errEnded = errors.New("it has ended")

// until asks again and again, until the answer is good or it makes no sense any more.
func until(ctx context.Context, p *process.Process, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.Ended():
			return errEnded
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// tail returns the last lines of a file.
func tail(name string) string {
	text, err := os.ReadFile(name) // #nosec G304 -- the server's own log
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}
