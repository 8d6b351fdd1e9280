package playground

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"
)

// pingEvery is how often a socket is pinged. Slack's clients take a silence of 30 seconds for a broken line.
const pingEvery = 5 * time.Second

// socketBook is the open Socket Mode connections and the tickets for new ones. Guarded by Slack.mu.
type socketBook struct {
	tickets map[string]time.Time
	open    []*socket
	turn    int
}

func newSocketBook() socketBook { return socketBook{tickets: make(map[string]time.Time)} }

// ticketLife is how long the address from apps.connections.open can be dialled.
const ticketLife = 30 * time.Second

// openConnection gives the address of a new Socket Mode connection; it can be used once.
func (s *Slack) openConnection(args) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Real()
	for t, at := range s.sockets.tickets {
		if now.Sub(at) > ticketLife {
			delete(s.sockets.tickets, t)
		}
	}
	ticket := s.secret("socket")
	s.sockets.tickets[ticket] = now
	return answer{"url": "ws" + strings.TrimPrefix(s.cfg.BaseURL, "http") + "/socket/" + ticket}, nil
}

// socket is one Socket Mode connection.
type socket struct {
	conn *websocket.Conn
	gone chan struct{} // closed when the connection is over

	write sync.Mutex // one writer at a time

	mu      sync.Mutex
	waiting map[string]chan json.RawMessage // by envelope
}

// serveSocket holds one Socket Mode connection until the bot or the playground ends it.
func (s *Slack) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	issued, ok := s.sockets.tickets[r.PathValue("ticket")]
	delete(s.sockets.tickets, r.PathValue("ticket"))
	ok = ok && s.cfg.Real().Sub(issued) <= ticketLife && !s.closed()
	if ok {
		s.running.Add(1)
	}
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	defer s.running.Done()
	// The ticket is the credential. Clients send an origin of Slack's.
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		s.log.Warn("a socket was not opened", "error", err)
		return
	}
	c := &socket{conn: conn, gone: make(chan struct{}), waiting: make(map[string]chan json.RawMessage)}
	if err := s.admit(c); err != nil {
		_ = conn.Close() // it is broken already
		s.dismiss(c)
		return
	}
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		s.keepAlive(c)
	}()
	c.read()
	close(c.gone)
	s.dismiss(c)
}

// admit makes a connection ready for calls. Its hello goes out before any of them.
func (s *Slack) admit(c *socket) error {
	c.write.Lock()
	defer c.write.Unlock()
	s.mu.Lock()
	s.sockets.open = append(s.sockets.open, c)
	hello := s.hello()
	s.mu.Unlock()
	raw, err := encode(hello)
	if err != nil {
		return err
	}
	return c.conn.WriteMessage(websocket.TextMessage, raw)
}

// dismiss forgets a connection.
func (s *Slack) dismiss(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets.open = slices.DeleteFunc(s.sockets.open, func(o *socket) bool { return o == c })
}

// hello is the first message on a connection. The caller holds mu.
func (s *Slack) hello() answer {
	return answer{
		"type": "hello", "num_connections": len(s.sockets.open), "connection_info": answer{"app_id": AppID},
		"debug_info": answer{"host": "playground", "approximate_connection_time": 18060},
	}
}

// keepAlive pings until the connection is over, and ends it when the playground closes.
func (s *Slack) keepAlive(c *socket) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	defer func() { _ = c.conn.Close() }() // either side has ended it
	for {
		c.write.Lock()
		err := c.conn.WriteControl(websocket.PingMessage, []byte("playground"), time.Now().Add(pingEvery))
		c.write.Unlock()
		if err != nil {
			return
		}
		select {
		case <-tick.C:
		case <-c.gone:
			return
		case <-s.stop:
			return
		}
	}
}

// pickSocket is a connection for the next call, in turn, or nil when the bot is not on Socket Mode.
func (s *Slack) pickSocket() *socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sockets.open) == 0 {
		return nil
	}
	s.sockets.turn++
	return s.sockets.open[s.sockets.turn%len(s.sockets.open)]
}

// Sockets is how many Socket Mode connections are open.
func (s *Slack) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets.open)
}

func (c *socket) send(v any) error {
	raw, err := encode(v)
	if err != nil {
		return err
	}
	c.write.Lock()
	defer c.write.Unlock()
	return c.conn.WriteMessage(websocket.TextMessage, raw)
}

// read hands each acknowledgement to the call that waits for it, until the connection breaks.
func (c *socket) read() {
	c.conn.SetReadLimit(maxReply)
	for {
		var ack struct {
			Envelope string          `json:"envelope_id"`
			Payload  json.RawMessage `json:"payload"`
		}
		_, raw, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		if json.Unmarshal(raw, &ack) != nil || ack.Envelope == "" {
			continue // not an acknowledgement
		}
		c.mu.Lock()
		wait := c.waiting[ack.Envelope]
		delete(c.waiting, ack.Envelope)
		c.mu.Unlock()
		if wait != nil {
			wait <- ack.Payload // has room for the one
		}
	}
}

// call sends an envelope and waits for its acknowledgement (https://docs.slack.dev/apis/events-api/using-socket-mode).
func (c *socket) call(ctx context.Context, what call) ([]byte, error) {
	id := uuid.NewString()
	wait := make(chan json.RawMessage, 1)
	c.mu.Lock()
	c.waiting[id] = wait
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiting, id)
		c.mu.Unlock()
	}()
	envelope := answer{
		"envelope_id": id, "type": what.kind, "payload": what.payload,
		"accepts_response_payload": what.kind != "events_api",
	}
	if what.kind == "events_api" {
		envelope["retry_attempt"], envelope["retry_reason"] = what.retry, what.reason
	}
	if err := c.send(envelope); err != nil {
		return nil, errDispatch
	}
	select {
	case payload := <-wait:
		if what.kind == "events_api" {
			return nil, nil
		}
		return []byte(optional(payload)), nil
	case <-c.gone:
		return nil, errDispatch
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, errTimeout
		}
		return nil, ctx.Err()
	}
}
