package page

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// clockBeat is how often a live stream says the time. It is also the stream's heartbeat, which keeps proxies
// from closing it.
const clockBeat = 15 * time.Second

// changes streams server-sent events: "changed" when the page should fetch itself again, "clock" with the time
// to show in the header. It says nothing about what changed: the page is fetched as one consistent whole.
func (p *page) changes(w http.ResponseWriter, r *http.Request) {
	slack, stopSlack := p.Slack.Changed()
	defer stopSlack()
	moved, stopMoved := p.moved.listen()
	defer stopMoved()
	beat := time.NewTicker(clockBeat)
	defer beat.Stop()

	stream := http.NewResponseController(w)
	// A server's write timeout is for answers, not for streams. A writer without deadlines needs none lifted.
	_ = stream.SetWriteDeadline(time.Time{})
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	send := func(event, data string) bool {
		if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, data); err != nil {
			return false
		}
		return stream.Flush() == nil
	}
	// The first event covers whatever happened between the page's drawing and this subscription.
	for open := send("changed", "all"); open; {
		select {
		case <-r.Context().Done():
			return
		case <-p.Done:
			return
		case <-slack:
			open = send("changed", "slack")
		case <-moved:
			open = send("changed", "clock")
		case <-beat.C:
			open = send("clock", p.clockText())
		}
	}
}

// A bell tells all who listen that something happened. Rings that a listener has not heard yet are one ring.
// The zero bell is ready for use.
type bell struct {
	mu        sync.Mutex
	listeners map[chan struct{}]bool
}

// listen returns a channel that ticks after each ring, and a function that ends it.
func (b *bell) listen() (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listeners == nil {
		b.listeners = make(map[chan struct{}]bool)
	}
	b.listeners[ch] = true
	return ch, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listeners, ch)
	}
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for ch := range b.listeners {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}
