package playground_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/playground"
)

func TestOneChannelTakesOneMessageASecondAndAnotherIsNotHeldUp(t *testing.T) {
	w := newWorld(t, nil)
	say := func(channel string) error {
		_, _, err := w.api.PostMessage(channel, slack.MsgOptionText("x", false))
		return err
	}
	for i := range 5 {
		if err := say(general); err != nil {
			t.Fatalf("message %d of the burst: %v", i+1, err)
		}
	}
	limited, ok := say(general).(*slack.RateLimitedError)
	if !ok || limited.RetryAfter != time.Second {
		t.Fatalf("sixth: %v", limited)
	}
	if err := say(inner); err != nil {
		t.Errorf("the other channel: %v", err)
	}
	w.real.pass(limited.RetryAfter)
	if err := say(general); err != nil {
		t.Errorf("after Retry-After: %v", err)
	}
	status, header, out := w.ask(t, "chat.postMessage", map[string]string{"channel": general, "text": "x"})
	if status != http.StatusTooManyRequests || header.Get("Retry-After") != "1" || out["error"] != "ratelimited" {
		t.Errorf("%d %v %v", status, header, out)
	}
}

func TestMethodsHaveTheirTier(t *testing.T) {
	w := newWorld(t, nil)
	count := func(w *world, most int) (n int) {
		for range most {
			if status, _, _ := w.ask(t, "chat.update", map[string]string{"channel": general, "ts": "1.1", "text": "x"}); status == 429 {
				return n
			}
			n++
		}
		return n
	}
	if n := count(w, 60); n != 50 {
		t.Errorf("chat.update passed %d times", n)
	}
	own := newWorld(t, func(c *playground.Config) {
		c.Limits.Methods = map[string]playground.Rate{"chat.update": {PerMinute: 60, Burst: 2}}
	})
	if n := count(own, 5); n != 2 {
		t.Errorf("with an own rate it passed %d times", n)
	}
	if n := own.Limited("chat.update"); n != 1 {
		t.Errorf("%d refusals are counted", n)
	}
	off := newWorld(t, func(c *playground.Config) { c.Limits.Off = true })
	if n := count(off, 60); n != 60 {
		t.Errorf("without limits it passed %d times", n)
	}
}
