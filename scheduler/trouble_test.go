package scheduler

import (
	"errors"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

func TestWhatIsRefusedFailsOnceAndItsMakerIsToldOnce(t *testing.T) {
	w := newWorld(t, 2)
	w.plan("a", monday)
	w.fail = func(c string, _ int) (bool, error) {
		if c == channel(0) {
			return false, &chat.RefusedError{Remedy: chat.Say("Type /invite @Clarion there."), Err: errors.New("not_in_channel")}
		}
		return false, nil
	}
	processes := []*Scheduler{w.process(), w.process()}
	for range 20 {
		for _, p := range processes {
			must(t, p.Tick(t.Context()))
		}
		w.pass(time.Minute)
	}
	if d := w.delivery(drop("a", 0)); d.State != clarion.Failed || !strings.Contains(d.Reason, "/invite") || w.tried[channel(0)] != 1 {
		t.Errorf("%+v after %d attempts", d, w.tried[channel(0)])
	}
	if told := w.told(); len(told) != 1 || told[0] != "trouble aa" {
		t.Errorf("told: %q", told)
	}
	if len(w.in(channel(1))) != 1 {
		t.Error("the other store did not get its post")
	}
}

// What was refused while its campaign's maker had left once was tried again for ever, and never listed as failed.
func TestWhatIsRefusedFailsAlsoWhenItsMakerIsGone(t *testing.T) {
	archived, gone, revoked := chat.Say("Unarchive it."), chat.Say("The account was deactivated."), chat.Say("My token was revoked.")
	for name, c := range map[string]struct {
		channel, person chat.Text
		want            clarion.DeliveryState
	}{
		"gone":    {archived, gone, clarion.Failed},
		"revoked": {revoked, revoked, clarion.Waiting}, // nobody may be told anything until there is another token
	} {
		w := newWorld(t, 1)
		w.plan("a", monday)
		w.fail = func(string, int) (bool, error) {
			return false, &chat.RefusedError{Remedy: c.channel, Err: errors.New(c.channel.String())}
		}
		w.failDirect = func(string) error { return &chat.RefusedError{Remedy: c.person, Err: errors.New(c.person.String())} }
		must(t, w.process().Tick(t.Context()))
		if d := w.delivery(drop("a", 0)); d.State != c.want || d.Reason != c.channel.String() {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestStoresThatFailWithinAShortTimeAreToldInOneMessageAndLaterOnesInAnother(t *testing.T) {
	w := newWorld(t, 3)
	w.plan("a", monday)
	w.fail = func(c string, attempt int) (bool, error) {
		if c == "DUHELEN" {
			return false, nil
		}
		wait := map[string]time.Duration{channel(0): 0, channel(1): 10 * time.Second, channel(2): 40 * time.Second}[c]
		if wait > 0 && attempt == 1 {
			return false, &chat.BusyError{After: wait, Err: errors.New("ratelimited")}
		}
		return false, &chat.RefusedError{Remedy: chat.Say("Unarchive it."), Err: errors.New("is_archived")}
	}
	p := w.process()
	told := map[time.Duration]int{}
	for passed := time.Duration(0); passed <= 2*time.Minute; passed += 5 * time.Second {
		must(t, p.Tick(t.Context()))
		told[passed] = len(w.told())
		w.pass(5 * time.Second)
	}
	if told[15*time.Second] != 0 || told[gather] != 1 || told[55*time.Second] != 1 || told[2*time.Minute] != 2 {
		t.Errorf("messages by then: %v", told)
	}
}
