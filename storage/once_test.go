package storage

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func newOnce(t *testing.T, e *env) {
	var firsts atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			first, err := e.w.First(t.Context(), "activity:1", time.Minute)
			if err != nil {
				t.Error(err)
			}
			if first {
				firsts.Add(1)
			}
		})
	}
	all.Wait()
	if n := firsts.Load(); n != 1 {
		t.Errorf("%d of 16 were the first", n)
	}
	if first, err := e.w.First(t.Context(), "activity:2", time.Minute); err != nil || !first {
		t.Errorf("another one is not new: %v", err)
	}
}
