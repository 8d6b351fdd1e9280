// Package redistest starts real Redis servers for tests, with their files in the test's own directory. It does nothing
// unless it is asked to by the environment.
package redistest

import (
	"os"
	"testing"

	"github.com/clarion-bot/clarion/internal/realredis"
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

// A Server is one redis-server process, which the end of the test stops.
type Server struct {
	Addr string // host:port

	t      testing.TB
	server *realredis.Server
}

// Start starts a server: see [realredis.Start]. What it has answered outlives Kill. It skips the test unless Wanted.
func Start(t testing.TB) *Server {
	t.Helper()
	Wanted(t)
	server, err := realredis.Start(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Kill)
	return &Server{Addr: server.Addr, t: t, server: server}
}

// Restart starts the server again, with the files that it left, and waits until it answers.
func (s *Server) Restart() {
	s.t.Helper()
	if err := s.server.Restart(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// Kill ends the process at once, as a power cut would. Killing it twice is no error.
func (s *Server) Kill() { s.server.Kill() }

// StartCluster starts a Redis Cluster of three masters and returns their addresses. It skips the test
// unless Wanted.
func StartCluster(t testing.TB) []string {
	t.Helper()
	Wanted(t)
	nodes, err := realredis.StartCluster(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var addrs []string
	for _, node := range nodes {
		t.Cleanup(node.Kill)
		addrs = append(addrs, node.Addr)
	}
	return addrs
}
