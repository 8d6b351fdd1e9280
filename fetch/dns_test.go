package fetch

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"testing"
)

// names is a name server on loopback: it answers every name with the next of its addresses, and the last one
// from then on.
type names struct {
	conn    net.PacketConn
	mu      sync.Mutex
	answers []string
}

func newNames(t *testing.T, answers ...string) *names {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &names{conn: conn, answers: answers}
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.serve()
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return n
}

// serve answers questions for IPv4 addresses, and all others with nothing (RFC 1035, section 4).
func (n *names) serve() {
	const head, typeA = 12, 1
	for buffer := make([]byte, 1500); ; {
		size, from, err := n.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		end := head
		for end < size && buffer[end] != 0 {
			end += int(buffer[end]) + 1
		}
		end += 5 // the root, the type and the class
		if end > size {
			continue
		}
		reply := append([]byte{buffer[0], buffer[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, buffer[head:end]...)
		if binary.BigEndian.Uint16(buffer[end-4:]) == typeA {
			reply[7] = 1
			reply = append(reply, 0xc0, head, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4)
			reply = append(reply, net.ParseIP(n.next()).To4()...)
		}
		if _, err := n.conn.WriteTo(reply, from); err != nil {
			return
		}
	}
}

func (n *names) next() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	answer := n.answers[0]
	if len(n.answers) > 1 {
		n.answers = n.answers[1:]
	}
	return answer
}

func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp4", n.conn.LocalAddr().String())
	}}
}

// forNames returns a client that looks names up at the server, and may ask at the port.
func forNames(n *names, port string) *Client {
	return New(Config{Resolver: n.resolver(), Ports: []string{port}})
}

func TestANameOfAPrivateAddressIsRefused(t *testing.T) {
	private := newSite(t, text("private"))
	for _, answer := range []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0"} {
		client := forNames(newNames(t, answer), private.port())
		if _, err := get(t, client, "http://intern.example.com:"+private.port()); !errors.Is(err, ErrPrivate) {
			t.Errorf("%s: %v", answer, err)
		}
	}
	if n := len(private.asked()); n != 0 {
		t.Errorf("the private site was asked %d times", n)
	}
}

// A name that was public when somebody looked, and is private when it is dialed, is judged by what is dialed.
func TestARebindingNameIsRefused(t *testing.T) {
	private := newSite(t, text("private"))
	server := newNames(t, "93.184.215.14", "127.0.0.1")
	if first, err := server.resolver().LookupNetIP(t.Context(), "ip4", "rebinding.example.com"); err != nil || len(first) != 1 || !public(first[0]) {
		t.Fatalf("the first look-up: %v, %v", first, err)
	}
	if _, err := get(t, forNames(server, private.port()), "http://rebinding.example.com:"+private.port()); !errors.Is(err, ErrPrivate) {
		t.Errorf("got %v", err)
	}
	if n := len(private.asked()); n != 0 {
		t.Errorf("the private site was asked %d times", n)
	}
}
