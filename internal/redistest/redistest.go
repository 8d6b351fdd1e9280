// Package redistest starts real Redis servers for tests, on free loopback ports and with their files in
// the test's own directory. It needs redis-server and redis-cli, of version 7 or later, and does nothing
// unless it is asked to by the environment.
package redistest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Variable asks for tests with real Redis servers, which they start themselves.
const Variable = "CLARION_TEST_REDIS"

// URLVariable names an existing Redis whose contents a test may add to.
const URLVariable = "CLARION_TEST_REDIS_URL"

// Wanted skips the test unless the environment asks for real Redis servers.
func Wanted(t testing.TB) {
	t.Helper()
	if os.Getenv(Variable) == "" {
		t.Skipf("set %s=1 to run this with redis-server processes that the test starts itself", Variable)
	}
}

// readyWithin bounds the start of a server or cluster on a busy machine.
const readyWithin = 30 * time.Second

// A Server is one redis-server process, which the end of the test stops.
type Server struct {
	Addr string // host:port

	t    testing.TB
	args []string
	cmd  *exec.Cmd
}

// Start starts a server whose append-only file is on the disk before it answers, so that what it has
// answered outlives Kill. (With appendfsync everysec it does not: while a slow fsync is under way Redis
// keeps what it writes in memory for up to two seconds, and answers;
// https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/.) It skips the test unless
// Wanted.
func Start(t testing.TB) *Server {
	t.Helper()
	Wanted(t)
	return start(t)
}

func start(t testing.TB, more ...string) *Server {
	t.Helper()
	port := freePort(t)
	s := &Server{Addr: net.JoinHostPort("127.0.0.1", port), t: t}
	s.args = append([]string{
		"--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "",
		"--appendonly", "yes", "--appendfsync", "always",
	}, more...)
	t.Cleanup(s.Kill)
	s.Restart()
	return s
}

// Restart starts the server again, with the files that it left, and waits until it answers.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	s.cmd = exec.Command("redis-server", s.args...) // #nosec G204 -- the arguments are this package's own
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("start redis-server (install Debian's redis-server, or unset %s): %v", Variable, err)
	}
	waitUntil(s.t, "redis-server at "+s.Addr+" answers", func() bool { return s.cli("ping") == "PONG" })
}

// Kill ends the process at once, as a power cut would. Killing it twice is no error.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// cli returns what redis-cli prints when the server is asked.
func (s *Server) cli(args ...string) string {
	_, port, _ := net.SplitHostPort(s.Addr)
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	// #nosec G204 -- the arguments are this package's own
	out, _ := exec.CommandContext(ctx, "redis-cli", append([]string{"-h", "127.0.0.1", "-p", port}, args...)...).CombinedOutput()
	return strings.TrimSpace(string(out))
}

// StartCluster starts a Redis Cluster of three masters and returns their addresses. It skips the test
// unless Wanted.
func StartCluster(t testing.TB) []string {
	t.Helper()
	Wanted(t)
	var nodes []*Server
	var addrs []string
	for range 3 {
		node := start(t, "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf",
			"--cluster-node-timeout", "5000", "--cluster-port", freePort(t))
		nodes = append(nodes, node)
		addrs = append(addrs, node.Addr)
	}
	create := append(append([]string{"--cluster", "create"}, addrs...), "--cluster-replicas", "0", "--cluster-yes")
	out := nodes[0].cli(create...)
	for _, node := range nodes {
		waitUntil(t, fmt.Sprintf("%s knows the whole cluster, after:\n%s\n", node.Addr, out), func() bool {
			info := node.cli("cluster", "info")
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3")
		})
	}
	return addrs
}

func waitUntil(t testing.TB, what string, ready func() bool) {
	t.Helper()
	for deadline := time.Now().Add(readyWithin); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if ready() {
			return
		}
	}
	t.Fatalf("after %s it is not so that %s", readyWithin, what)
}

// freePort returns a port that nobody listens on at this moment.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("look for a free port: %v", err)
	}
	defer func() { _ = l.Close() }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
