package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/clarion-bot/clarion/playground"
)

// The limits of the Slack. Clarion's own pace is its default, which stays a little below.
var (
	workspace = playground.Rate{PerMinute: 300, Burst: 20}
	channel   = playground.Rate{PerMinute: 60, Burst: 5}
)

// The goals.
const (
	goalRatio = 1.3
	goalFirst = time.Second
)

// A result is what came of one drop.
type result struct {
	stores      int
	posts       int           // that stand in the channels
	channels    int           // that have one
	first, last time.Duration // from when the drop was due until Slack had taken the first post, and the last
	calls       int           // of chat.postMessage
	limited     int           // those of them that the limits refused
}

// demanded is the time that the limits alone demand for so many posts, each in a channel of its own.
func demanded(posts int) time.Duration {
	return time.Duration(float64(posts-workspace.Burst) / workspace.PerMinute * float64(time.Minute))
}

func (r result) ratio() float64 { return r.last.Seconds() / demanded(r.stores).Seconds() }

func (r result) String() string {
	return fmt.Sprintf("%d stores: first post after %.2f s, last after %.2f s; the limits alone demand (%d - %d) / %.0f a second = %.1f s; %d calls, 429 for %d of them; %d posts in %d channels",
		r.stores, r.first.Seconds(), r.last.Seconds(), r.stores, workspace.Burst, workspace.PerMinute/60, demanded(r.stores).Seconds(),
		r.calls, r.limited, r.posts, r.channels)
}

// missed says which goals were missed.
func (r result) missed() error {
	var errs []error
	say := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%d stores: "+format, append([]any{r.stores}, args...)...))
	}
	if r.posts != r.stores || r.channels != r.stores {
		say("there are %d posts in %d channels", r.posts, r.channels)
	}
	if r.first < 0 {
		say("the first post came %v early", -r.first)
	}
	if r.first > goalFirst {
		say("the first post came after %.2f s, and the goal is %v", r.first.Seconds(), goalFirst)
	}
	if r.limited > 0 {
		say("the limits refused %d calls", r.limited)
	}
	if r.ratio() > goalRatio {
		say("the ratio is %.2f, and the goal %.1f", r.ratio(), goalRatio)
	}
	return errors.Join(errs...)
}
