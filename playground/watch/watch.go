// Package watch tells those who look at a platform that runs here when there is something new to see.
package watch

import "sync"

// Watchers are those who are told. The zero value has none. Its methods may be called at the same time from everywhere.
type Watchers struct {
	mu    sync.Mutex
	ticks map[chan struct{}]struct{}
}

// Watch adds a watcher, whose channel ticks after any change. Several changes may give one tick. Call stop when no longer
// listening.
func (w *Watchers) Watch() (ticks <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ticks == nil {
		w.ticks = map[chan struct{}]struct{}{}
	}
	w.ticks[c] = struct{}{}
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.ticks, c)
	}
}

// Tell lets every watcher's channel tick. It waits for none of them.
func (w *Watchers) Tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.ticks {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
