package playground

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// triggerLife is how long a trigger can be exchanged for a modal
// (https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses).
const triggerLife = 3 * time.Second

// trigger is the right to open one modal in front of a user who has just done something.
type trigger struct {
	user   string
	view   string // the modal in which it arose; empty elsewhere
	issued time.Time
	used   bool
}

// triggerBook is every trigger of the last minutes. Guarded by Slack.mu.
type triggerBook struct {
	byID map[string]*trigger
	aged queue
}

func newTriggerBook() triggerBook { return triggerBook{byID: make(map[string]*trigger)} }

// queue is ids in the order of their age, so that old ones can be forgotten.
type queue []struct {
	id string
	at time.Time
}

// forget drops the ids from before a time and calls gone for each.
func (q *queue) forget(before time.Time, gone func(id string)) {
	n := 0
	for n < len(*q) && (*q)[n].at.Before(before) {
		gone((*q)[n].id)
		n++
	}
	*q = (*q)[n:]
}

// secret is an id that cannot be guessed, from a number that no one else got. The caller holds mu.
func (s *Slack) secret(kind string) string {
	mac := hmac.New(sha256.New, []byte(s.cfg.SigningSecret))
	_, _ = fmt.Fprintf(mac, "%s:%d", kind, s.next()) // a hash takes everything
	return hex.EncodeToString(mac.Sum(nil))[:24]
}

// issueTrigger makes a trigger for a user. The caller holds mu.
func (s *Slack) issueTrigger(user, view string) string {
	now := s.cfg.Real()
	s.triggers.aged.forget(now.Add(-5*time.Minute), func(id string) { delete(s.triggers.byID, id) })
	id := strconv.FormatInt(s.next(), 10) + ".7000000000." + s.secret("trigger")
	s.triggers.byID[id] = &trigger{user: user, view: view, issued: now}
	s.triggers.aged = append(s.triggers.aged, struct {
		id string
		at time.Time
	}{id, now})
	return id
}

// usable gives a trigger that can still be exchanged. The caller holds mu and marks it used when it is.
func (s *Slack) usable(id string) (*trigger, error) {
	t := s.triggers.byID[id]
	switch {
	case t == nil:
		return nil, refusal("invalid_trigger_id")
	case t.used:
		return nil, refusal("exchanged_trigger_id")
	case s.cfg.Real().Sub(t.issued) > triggerLife:
		return nil, refusal("expired_trigger_id")
	}
	return t, nil
}
