package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
)

// A connection is a kept connection to a server. It writes and reads bytes and looks at no more of an answer
// than it must, so that the client takes little of the machine from the server.
type connection struct {
	net.Conn
	request []byte // of the visit that is under way
	answer  []byte // as much of it as has come
}

// connect opens connections, which must be done with before the deadline.
func connect(ctx context.Context, address string, n int, deadline time.Time) ([]*connection, error) {
	connections := make([]*connection, n)
	var g errgroup.Group
	for i := range connections {
		g.Go(func() error {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
			if err != nil {
				return err
			}
			connections[i] = &connection{Conn: conn, request: make([]byte, 0, 1<<10), answer: make([]byte, 0, 4<<10)}
			return conn.SetDeadline(deadline)
		})
	}
	if err := g.Wait(); err != nil {
		disconnect(connections)
		return nil, err
	}
	return connections, nil
}

func disconnect(connections []*connection) {
	for _, c := range connections {
		if c != nil {
			c.Close()
		}
	}
}

// send sends the n-th visit.
func (c *connection) send(v *visits, n int64) error {
	c.request = v.request(c.request[:0], n)
	_, err := c.Write(c.request)
	return err
}

// receive reads the answer of the visit that was sent last, and returns an error unless it sends on to the
// campaign's target.
func (c *connection) receive() error {
	c.answer = c.answer[:0]
	for {
		if len(c.answer) == cap(c.answer) {
			return fmt.Errorf("an answer is longer than %d bytes: %.200q", len(c.answer), c.answer)
		}
		n, err := c.Read(c.answer[len(c.answer):cap(c.answer)])
		if err != nil {
			return fmt.Errorf("after %q: %w", c.answer, err)
		}
		c.answer = c.answer[:len(c.answer)+n]
		whole, err := sendsOn(c.answer)
		if whole || err != nil {
			return err
		}
	}
}

var (
	found         = []byte("HTTP/1.1 302 ")
	endOfHeaders  = []byte("\r\n\r\n")
	location      = []byte("\r\nLocation: " + target)
	contentLength = []byte("\r\nContent-Length: ")
)

// sendsOn says whether the answer has come as a whole. It is an error unless that is a redirect to the target,
// which may have more parameters.
func sendsOn(answer []byte) (whole bool, err error) {
	end := bytes.Index(answer, endOfHeaders)
	if end < 0 {
		return false, nil
	}
	headers, body := answer[:end+2], answer[end+len(endOfHeaders):]
	if !bytes.HasPrefix(headers, found) || !bytes.Contains(headers, location) {
		return false, fmt.Errorf("a visit was answered %q", answer)
	}
	at := bytes.Index(headers, contentLength)
	if at < 0 {
		return false, errors.New("an answer does not say how long it is")
	}
	length, _, _ := bytes.Cut(headers[at+len(contentLength):], endOfHeaders[:2])
	n, err := strconv.Atoi(string(length))
	if err != nil {
		return false, fmt.Errorf("an answer says that it is %q long", length)
	}
	if len(body) > n {
		return false, fmt.Errorf("%d bytes follow an answer: %q", len(body)-n, answer)
	}
	return len(body) == n, nil
}
