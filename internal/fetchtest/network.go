// Package fetchtest is a network of pipes for tests of fetching. In a synctest bubble time is the bubble's own, so
// that the real limits of a fetch are met and nobody waits for them. A bubble fails when a goroutine is left in it:
// each such test also holds that none leaks.
package fetchtest

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/fetch"
)

// A Network has one site on it, which answers at every address.
type Network struct {
	conns chan net.Conn
	done  chan struct{}
	asked atomic.Int64
}

// New returns a network whose site is there until the test ends.
func New(t *testing.T, site http.Handler) *Network {
	t.Helper()
	n := &Network{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{ReadHeaderTimeout: time.Hour, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.asked.Add(1)
		site.ServeHTTP(w, r)
	})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener{n})
	}()
	t.Cleanup(func() {
		server.Close()
		<-ended
	})
	return n
}

// Client returns a client that reaches this network and no other, at every address.
func (n *Network) Client(c fetch.Config) *fetch.Client {
	c.Allow = func(string) bool { return true }
	c.DialAllowed = n.dial
	return fetch.New(c)
}

// Asked returns how many requests the site has had.
func (n *Network) Asked() int64 { return n.asked.Load() }

func (n *Network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case n.conns <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// listener is the network as its site sees it.
type listener struct{ *Network }

func (l listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l listener) Close() error   { close(l.done); return nil }
func (l listener) Addr() net.Addr { return &net.TCPAddr{} }
