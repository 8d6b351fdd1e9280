package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/internal/measure"
)

// A pool is one signed press of each partner. A body is put together as it is sent, in which the cost is that
// of copying it; its signature was made before.
type pool struct {
	template   *template
	campaign   clarion.CampaignID
	first      int // serial of the first press
	timestamp  string
	signatures []string
}

// prepare signs a press of every partner. Slack's signatures are good for five minutes.
func (p *presses) prepare(id clarion.CampaignID) *pool {
	made := &pool{
		template: p.template, campaign: id, first: p.serial, timestamp: strconv.FormatInt(time.Now().Unix(), 10), signatures: make([]string, partners),
	}
	p.serial += partners
	var body []byte
	for i := range made.signatures {
		body = made.body(body[:0], i)
		mac := hmac.New(sha256.New, []byte(signingSecret))
		mac.Write([]byte("v0:" + made.timestamp + ":")) // a hash takes everything
		mac.Write(body)
		made.signatures[i] = "v0=" + hex.EncodeToString(mac.Sum(nil))
	}
	return made
}

func (p *pool) body(b []byte, i int) []byte {
	return p.template.body(b, i, p.first+i, p.campaign)
}

// request appends one press as it goes over the wire.
func (p *pool) request(b []byte, host string, i int) []byte {
	b = append(b, "POST /slack/actions HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	b = append(b, "\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nAccept-Encoding: gzip,deflate\r\nAccept: application/json,*/*\r\nContent-Type: application/x-www-form-urlencoded\r\nX-Slack-Request-Timestamp: "...)
	b = append(b, p.timestamp...)
	b = append(b, "\r\nX-Slack-Signature: "...)
	b = append(b, p.signatures[i]...)
	b = append(b, "\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(p.template.size()), 10)
	b = append(b, "\r\n\r\n"...)
	return p.body(b, i)
}

// A load is what came of firing a pool.
type load struct {
	answered  []int     // the partners whose press was answered 200
	latencies []float64 // ms
	elapsed   time.Duration
}

// add puts what came of another firing to it.
func (l *load) add(o *load) {
	l.answered = append(l.answered, o.answered...)
	l.latencies = append(l.latencies, o.latencies...)
	l.elapsed += o.elapsed
}

func (l *load) rate() float64              { return float64(len(l.answered)) / l.elapsed.Seconds() }
func (l *load) quantile(q float64) float64 { return measure.Quantile(l.latencies, q) }

// fire sends the pool's presses over kept connections, until all are answered or the limit has passed. The
// time counts until finish returns, if there is one. An answer other than 200 is an error.
func (p *pool) fire(ctx context.Context, address string, limit time.Duration, finish func() error) (*load, error) {
	connected := make([]net.Conn, connections)
	for i := range connected {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		connected[i] = conn
	}
	var next atomic.Int64
	var mu sync.Mutex
	result := &load{}
	var g errgroup.Group
	start := time.Now()
	for _, conn := range connected {
		g.Go(func() error {
			one := &load{}
			err := p.connection(conn, address, &next, start.Add(limit), one)
			mu.Lock()
			defer mu.Unlock()
			result.add(one)
			return err
		})
	}
	err := g.Wait()
	if err == nil && finish != nil {
		err = finish()
	}
	result.elapsed = time.Since(start)
	return result, err
}

func (p *pool) connection(conn net.Conn, address string, next *atomic.Int64, until time.Time, l *load) error {
	reader := bufio.NewReader(conn)
	var request []byte
	for {
		i := int(next.Add(1)) - 1
		start := time.Now()
		if i >= len(p.signatures) || start.After(until) {
			return nil
		}
		request = p.request(request[:0], address, i)
		if _, err := conn.Write(request); err != nil {
			return err
		}
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("press %d was answered %s: %s", i, response.Status, bytes.TrimSpace(body))
		}
		l.answered = append(l.answered, i)
		l.latencies = append(l.latencies, microseconds(time.Since(start))/1000)
	}
}

// slackAnswers stands for Slack's side of the network: it reads a call and answers it with the view, as
// Slack does, from memory.
type slackAnswers struct {
	view  []byte
	drawn atomic.Int64
}

func (s *slackAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	if r.URL.Path != "/api/views.push" {
		return nil, fmt.Errorf("the bot called %s", r.URL.Path)
	}
	s.drawn.Add(1)
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		ContentLength: int64(len(s.view)), Body: io.NopCloser(bytes.NewReader(s.view)), Request: r,
	}, nil
}
