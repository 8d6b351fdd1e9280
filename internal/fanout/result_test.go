package main

import (
	"strings"
	"testing"
	"time"
)

func TestTheLimitsDemandTheirPaceAfterTheirBurst(t *testing.T) {
	for stores, want := range map[int]time.Duration{21: 200 * time.Millisecond, 52: 6400 * time.Millisecond, 1000: 196 * time.Second} {
		if got := demanded(stores); got != want {
			t.Errorf("%d stores: %v, want %v", stores, got, want)
		}
	}
}

func TestEveryGoalCanBeMissed(t *testing.T) {
	good := result{stores: 52, posts: 52, channels: 52, first: 900 * time.Millisecond, last: 8 * time.Second, calls: 52}
	if err := good.missed(); err != nil {
		t.Errorf("a good result: %v", err)
	}
	for want, change := range map[string]func(*result){
		"there are 51 posts in 51 channels": func(r *result) { r.posts, r.channels = 51, 51 },
		"there are 53 posts in 52 channels": func(r *result) { r.posts = 53 },
		"the first post came 1s early":      func(r *result) { r.first = -time.Second },
		"the first post came after 1.10 s":  func(r *result) { r.first = 1100 * time.Millisecond },
		"the limits refused 1 calls":        func(r *result) { r.limited = 1 },
		"the ratio is 1.41":                 func(r *result) { r.last = 9 * time.Second },
	} {
		r := good
		change(&r)
		if err := r.missed(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want that %s", err, want)
		}
	}
}
