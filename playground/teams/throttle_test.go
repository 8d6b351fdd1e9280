package teams_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/clarion-bot/clarion/playground/teams"
)

func throttled(c *teams.Config) { c.Throttle = true }

// most is how many calls pass before one is refused, and the Retry-After of that one.
func most(t *testing.T, call func() answered) (passed int, after string) {
	t.Helper()
	for range 5000 {
		switch a := call(); a.status {
		case 200, 201:
			passed++
		case 429:
			if a.text("error", "code") != "Throttled" {
				t.Errorf("%+v", a)
			}
			return passed, a.after
		default:
			t.Fatalf("%+v", a)
		}
	}
	return passed, ""
}

func TestOneConversationTakesSevenInASecondAndAnotherIsNotHeldUp(t *testing.T) {
	w := newWorld(t, throttled)
	say := func() answered { return w.call(t, "POST", in(launch)+"/activities", says("x")) }
	if n, after := most(t, say); n != 7 || after != "1" {
		t.Errorf("%d passed, then Retry-After %q", n, after)
	}
	if a := w.call(t, "POST", in(general)+"/activities", says("x")); a.status != 201 {
		t.Errorf("the other channel: %+v", a)
	}
	if a := w.call(t, "POST", "/v3/conversations", post(launch, says("x"))); a.status != 201 {
		t.Errorf("a new post is counted with what is sent: %+v", a)
	}
	w.pass(time.Second)
	if n, after := most(t, say); n != 1 || after != "1" { // the eighth within two seconds
		t.Errorf("a second later %d passed, then Retry-After %q", n, after)
	}
	if len(w.Posts(launch)) != 9 {
		t.Errorf("%d posts", len(w.Posts(launch)))
	}
}

func TestABurstIsLimitedAfterQuietCallsToo(t *testing.T) {
	w := newWorld(t, throttled)
	say := func() answered { return w.call(t, "POST", in(launch)+"/activities", says("x")) }
	for range 3 {
		say()
		w.pass(3 * time.Second)
	}
	if n, after := most(t, say); n != 7 || after != "1" {
		t.Errorf("%d passed, then Retry-After %q", n, after)
	}
}

func TestChangesAreCountedWithWhatIsSent(t *testing.T) {
	w := newWorld(t, throttled)
	id := w.call(t, "POST", in(launch)+"/activities", says("x")).text("id")
	if n, _ := most(t, func() answered { return w.call(t, "PUT", in(launch)+"/activities/"+id, says("x")) }); n != 6 {
		t.Errorf("%d changes passed", n)
	}
}

func TestTheLongerLimitsHoldToo(t *testing.T) {
	w := newWorld(t, throttled)
	slow := func(step time.Duration) func() answered {
		return func() answered {
			w.pass(step)
			return w.call(t, "POST", "/v3/conversations", post(launch, says("x")))
		}
	}
	if n, _ := most(t, slow(200*time.Millisecond)); n != 8 { // five a second would do, if there were not the two seconds
		t.Errorf("%d in two seconds", n)
	}
	w.pass(time.Hour)
	if n, after := most(t, slow(400*time.Millisecond)); n != 60 || after != "6" {
		t.Errorf("%d in thirty seconds, then Retry-After %s", n, after)
	}
	w.pass(time.Hour)
	if n, after := most(t, slow(time.Second)); n != 1800 || after != "1800" {
		t.Errorf("%d in an hour, then Retry-After %s", n, after)
	}
}

func TestRostersHaveTheirOwnLimit(t *testing.T) {
	w := newWorld(t, throttled)
	if n, _ := most(t, func() answered { return w.call(t, "GET", in(launch)+"/pagedmembers", nil) }); n != 14 {
		t.Errorf("members: %d", n)
	}
	if n, _ := most(t, func() answered { return w.call(t, "GET", "/v3/teams/"+general+"/conversations", nil) }); n != 14 {
		t.Errorf("channels: %d", n)
	}
}

func TestTheBotHasFiftyCallsASecondInAll(t *testing.T) {
	w := newWorld(t, func(c *teams.Config) {
		c.Throttle = true
		for i := range 60 {
			c.Teams[0].Channels = append(c.Teams[0].Channels, teams.Channel{ID: fmt.Sprintf("19:%d@thread.tacv2", i)})
		}
	})
	i := -1
	each := func() answered {
		i++
		return w.call(t, "POST", "/v3/conversations", post(fmt.Sprintf("19:%d@thread.tacv2", i%60), says("x")))
	}
	if n, after := most(t, each); n != 50 || after != "1" {
		t.Errorf("%d passed, then Retry-After %s", n, after)
	}
	w.pass(time.Second)
	if a := each(); a.status != 201 {
		t.Errorf("a second later: %+v", a)
	}
	free := newWorld(t, nil)
	for range 60 {
		if a := free.call(t, "POST", in(launch)+"/activities", says("x")); a.status != 201 {
			t.Fatalf("without limits: %+v", a)
		}
	}
}
