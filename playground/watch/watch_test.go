package watch_test

import (
	"testing"

	"github.com/clarion-bot/clarion/playground/watch"
)

func TestSeveralChangesGiveOneTickAndNoneAfterStop(t *testing.T) {
	var w watch.Watchers
	w.Tell() // nobody
	slow, stop := w.Watch()
	other, stopOther := w.Watch()
	defer stopOther()
	for range 3 {
		w.Tell()
	}
	if len(slow) != 1 || len(other) != 1 {
		t.Errorf("%d and %d ticks after three changes", len(slow), len(other))
	}
	<-slow
	<-other
	stop()
	w.Tell()
	if len(slow) != 0 || len(other) != 1 {
		t.Errorf("%d ticks after stop, and %d for the other", len(slow), len(other))
	}
}
