package playground_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/clarion-bot/clarion/playground"
)

func TestPersonReadsWhyTheBotDidNotAnswer(t *testing.T) {
	hold := make(chan struct{})
	for _, c := range []struct {
		name, want string
		bot        func(slack.SlashCommand) any
	}{
		{"an error status", "dispatch_failed", func(slack.SlashCommand) any { return status(500) }},
		{"a redirect", "dispatch_failed", func(slack.SlashCommand) any { return status(302) }},
		{"too late", "operation_timeout", func(slack.SlashCommand) any { <-hold; return nil }},
		{"broken blocks", "invalid_blocks_format", func(slack.SlashCommand) any { return `{"blocks":7}` }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(c *playground.Config) { c.AckTimeout = 50 * time.Millisecond })
			if c.want == "operation_timeout" {
				t.Cleanup(func() { close(hold) })
			}
			w.bot.command = c.bot
			err := w.Command(context.Background(), amira, general, "/drop")
			if err == nil || err.Error() != c.want {
				t.Errorf("error = %v, want %s", err, c.want)
			}
			m := w.last(t, general, amira)
			if u, _ := w.User(m.User); u.Real != "Workspace" || m.Ephemeral != amira || !strings.Contains(m.Text, c.want) {
				t.Errorf("notice = %+v", m)
			}
			if n := len(w.Deliveries()); n != 1 {
				t.Errorf("%d deliveries: commands are not repeated", n)
			}
		})
	}
}

func TestEventIsRepeatedUntilAcknowledgedWithItsReason(t *testing.T) {
	w := newWorld(t, func(c *playground.Config) { c.AckTimeout = 200 * time.Millisecond })
	type attempt struct{ num, reason, id string }
	tries := make(chan attempt, 8)
	hold := make(chan struct{})
	t.Cleanup(func() { close(hold) })
	var n atomic.Int32
	w.bot.event = func(h http.Header, raw json.RawMessage) any {
		var e struct {
			ID string `json:"event_id"`
		}
		_ = json.Unmarshal(raw, &e)
		tries <- attempt{h.Get("X-Slack-Retry-Num"), h.Get("X-Slack-Retry-Reason"), e.ID}
		switch n.Add(1) {
		case 1:
			return status(500)
		case 2:
			<-hold
		}
		return nil
	}
	if err := w.OpenHome(context.Background(), ben); err == nil {
		t.Error("the first attempt failed and no one heard of it")
	}
	var got []attempt
	for range 3 {
		got = append(got, <-tries)
	}
	w.Close()
	for i, want := range []attempt{{"", "", got[0].id}, {"1", "http_error", got[0].id}, {"2", "http_timeout", got[0].id}} {
		if got[i] != want {
			t.Errorf("attempt %d = %+v, want %+v", i, got[i], want)
		}
	}
	if len(tries) != 0 {
		t.Error("it was sent again after the acknowledgement")
	}
}

func TestBotHearsWhenItJoins(t *testing.T) {
	w := newWorld(t, nil)
	heard := make(chan json.RawMessage, 1)
	w.bot.event = func(_ http.Header, raw json.RawMessage) any { heard <- raw; return nil }
	if _, warning, _, err := w.api.JoinConversation(quiet); err != nil || warning != "" {
		t.Fatal(warning, err)
	}
	if raw := <-heard; !strings.Contains(string(raw), `"member_joined_channel"`) || !strings.Contains(string(raw), quiet) {
		t.Errorf("event = %s", raw)
	}
	if _, _, err := w.api.PostMessage(quiet, slack.MsgOptionText("hello", false)); err != nil {
		t.Error(err)
	}
	if _, warning, _, err := w.api.JoinConversation(quiet); err != nil || warning != "already_in_channel" {
		t.Error(warning, err)
	}
}

func TestReplayIsByteForByteAndAStaleOneIsRefusedByTheVerifier(t *testing.T) {
	w := newWorld(t, nil)
	if err := w.Command(context.Background(), amira, general, "/drop"); err != nil {
		t.Fatal(err)
	}
	list := w.Deliveries()
	d, err := w.Replay(context.Background(), list[len(list)-1])
	if err != nil || d.Status != http.StatusOK {
		t.Fatal(d.Status, err)
	}
	if len(w.bot.forms) != 2 || w.bot.forms[0] != w.bot.forms[1] ||
		w.bot.requests[0].Header.Get("X-Slack-Signature") != w.bot.requests[1].Header.Get("X-Slack-Signature") {
		t.Error("the repetition differs")
	}
	w.real.pass(-10 * time.Minute) // what is signed now is stale to the bot
	if err := w.Command(context.Background(), amira, general, "/drop"); err == nil {
		t.Error("a stale request was taken")
	}
}

func TestBotIsAskedForItsChallengeAndItsCertificate(t *testing.T) {
	w := newWorld(t, nil)
	w.bot.event = func(_ http.Header, raw json.RawMessage) any {
		var c struct{ Type, Challenge string }
		if err := json.Unmarshal(raw, &c); err != nil || c.Type != "url_verification" {
			t.Errorf("%s: %v", raw, err)
		}
		return c.Challenge
	}
	if err := w.VerifyURL(context.Background()); err != nil {
		t.Error(err)
	}
	w.bot.event = func(http.Header, json.RawMessage) any { return "no" }
	if err := w.VerifyURL(context.Background()); err == nil {
		t.Error("a wrong challenge passed")
	}
	if err := w.CheckSSL(context.Background()); err != nil || !strings.Contains(w.bot.forms[len(w.bot.forms)-1], "ssl_check=1") {
		t.Error(err)
	}
}

func TestFailuresHappenAsAskedAndAreCounted(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, c := range []struct {
		name string
		how  playground.Failure
		done int // messages in the channel afterwards
		is   func(error) bool
	}{
		{"server error", playground.ServerError, 0, func(err error) bool {
			var s slack.StatusCodeError
			return errors.As(err, &s) && s.Code == 500
		}},
		{"rate limited", playground.RateLimited, 0, func(err error) bool {
			var l *slack.RateLimitedError
			return errors.As(err, &l) && l.RetryAfter == time.Second
		}},
		{"server error after the work", playground.ServerErrorAfter, 1, func(err error) bool {
			var s slack.StatusCodeError
			return errors.As(err, &s) && s.Code == 500
		}},
		{"cut before", playground.Cut, 0, func(err error) bool { return err != nil }},
		{"cut after the work", playground.CutAfter, 1, func(err error) bool { return err != nil }},
		{"hang", playground.Hang, 0, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
		{"hang after the work", playground.HangAfter, 1, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.Fail("chat.postMessage", 1, c.how)
			short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			defer cancel()
			if _, _, err := w.api.PostMessageContext(short, general, slack.MsgOptionText("x", false)); !c.is(err) {
				t.Errorf("error = %v", err)
			}
			if n := len(w.Messages(general, ben)); n != c.done {
				t.Errorf("%d messages, want %d", n, c.done)
			}
			if _, _, err := w.api.PostMessageContext(ctx, general, slack.MsgOptionText("y", false)); err != nil {
				t.Errorf("the call after the failure: %v", err)
			}
			if n, failed := w.Calls("chat.postMessage"), w.Failed(); n != 2 || len(failed) != 1 || failed[c.how] != 1 {
				t.Errorf("%d calls counted, %v failed", n, failed)
			}
		})
	}
}

func TestInvitedBotMayWriteAndRemovedOneMayNot(t *testing.T) {
	w := newWorld(t, nil)
	heard := make(chan json.RawMessage, 1)
	w.bot.event = func(_ http.Header, raw json.RawMessage) any { heard <- raw; return nil }
	if err := w.Invite(ben, hidden, bot); err == nil || err.Error() != "channel_not_found" {
		t.Errorf("Ben invites where he is not: %v", err)
	}
	if err := w.Invite(amira, hidden, bot); err != nil {
		t.Fatal(err)
	}
	if raw := string(<-heard); !strings.Contains(raw, `"inviter":"UAMIRA"`) || !strings.Contains(raw, `"channel_type":"G"`) {
		t.Errorf("event = %s", raw)
	}
	if _, _, err := w.api.PostMessage(hidden, slack.MsgOptionText("x", false)); err != nil {
		t.Error(err)
	}
	if err := w.Remove(hidden, bot); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.api.PostMessage(hidden, slack.MsgOptionText("x", false)); err == nil || err.Error() != "channel_not_found" {
		t.Error(err)
	}
}

func TestRefusalsComeInTheOrderAskedFor(t *testing.T) {
	w := newWorld(t, nil)
	w.Refuse("chat.postMessage", 1, "invalid_blocks")
	w.Refuse("chat.postMessage", 1, "restricted_action")
	for _, want := range []string{"invalid_blocks", "restricted_action", ""} {
		_, _, err := w.api.PostMessage(general, slack.MsgOptionText("x", false))
		if (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if n := len(w.Messages(general, ben)); n != 1 {
		t.Errorf("%d messages", n)
	}
}
