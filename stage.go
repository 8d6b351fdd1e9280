package clarion

import (
	"errors"
	"fmt"
	"time"
)

// A Stage is how far a campaign has come. It follows from the campaign and the time alone.
type Stage int

// The stages, in the order in which a campaign goes through them; the last three end it.
const (
	// Unapproved: a second person has to say yes before anything of it is posted.
	Unapproved Stage = iota
	// Queued: it waits for its turn in a topic.
	Queued
	// Embargoed: it may be posted, as a teaser, and cannot be shared yet.
	Embargoed
	// Window: partners share it, and it is not public yet.
	Window
	// Running: it can be shared.
	Running
	// Ended: it can no longer be shared; links lead on and score nothing.
	Ended
	// Recalled: it was taken back everywhere, and can be brought back.
	Recalled
	// Cancelled: it was given up before anything was posted.
	Cancelled
)

// String returns the stage's name, as logs and the marks of posts have it.
func (s Stage) String() string {
	names := [...]string{"unapproved", "queued", "embargoed", "window", "running", "ended", "recalled", "cancelled"}
	if s < 0 || int(s) >= len(names) {
		return fmt.Sprintf("Stage(%d)", int(s))
	}
	return names[s]
}

// Stage returns the campaign's stage at a time.
func (c Campaign) Stage(at time.Time) Stage {
	switch {
	case !c.Cancelled.IsZero():
		return Cancelled
	case c.Recall != nil:
		return Recalled
	case c.Approval != nil && c.Approval.State != Approved:
		return Unapproved
	case c.Ends.IsZero() && c.Topic != "":
		return Queued
	case c.IsOver(at):
		return Ended
	case at.Before(c.Opens):
		return Embargoed
	case at.Before(c.Public):
		return Window
	}
	return Running
}

// Shareable returns nil when the campaign can be shared at the time. Otherwise the error is [ErrEnded],
// [ErrRecalled] or, before it opens, a *NotOpenError.
func (c Campaign) Shareable(at time.Time) error {
	switch c.Stage(at) {
	case Window, Running:
		return nil
	case Ended, Cancelled:
		return ErrEnded
	case Recalled:
		return ErrRecalled
	case Embargoed:
		return &NotOpenError{Opens: c.Opens}
	}
	return &NotOpenError{} // it waits for somebody, so a time would be no promise
}

// HasOpened says whether the campaign has opened to partners, so that they may know of it. One that was taken
// back has when it had opened by then.
func (c Campaign) HasOpened(at time.Time) bool {
	switch c.Stage(at) {
	case Window, Running, Ended:
		return true
	case Recalled:
		at, c.Recall = c.Recall.At, nil
		return c.HasOpened(at)
	}
	return false
}

// Finished says whether nothing more comes of a campaign: it has ended, was cancelled, or has lapsed.
func (c Campaign) Finished(at time.Time) bool {
	stage := c.Stage(at)
	return stage == Ended || stage == Cancelled || c.Lapsed(at)
}

// Changes returns the next time after at when the campaign's stage changes by itself, or the zero time when
// it does not.
func (c Campaign) Changes(at time.Time) time.Time {
	for _, t := range []time.Time{c.Opens, c.Public, c.Ends} { // in the order in which they come: see checkTimes
		if t.After(at) {
			return t
		}
	}
	return time.Time{}
}

// ShareFactor is how many times its points a share counts at a time.
func (c Campaign) ShareFactor(at time.Time) int {
	if c.WindowFactor > 1 && c.Stage(at) == Window {
		return c.WindowFactor
	}
	return 1
}

// A NotOpenError says when a campaign can be shared. It is [ErrNotOpen].
type NotOpenError struct{ Opens time.Time } // zero when that is not known yet

func (e *NotOpenError) Error() string {
	if e.Opens.IsZero() {
		return ErrNotOpen.Error()
	}
	return fmt.Sprintf("%s: it opens at %s", ErrNotOpen.Error(), e.Opens.UTC().Format(time.RFC3339))
}

// Is makes the error an ErrNotOpen.
func (e *NotOpenError) Is(target error) bool { return target == ErrNotOpen }

// OpensAt returns when the campaign of an error opens, if the error says that.
func OpensAt(err error) (time.Time, bool) {
	var e *NotOpenError
	if !errors.As(err, &e) || e.Opens.IsZero() {
		return time.Time{}, false
	}
	return e.Opens, true
}

// A Recall says that a campaign was taken back.
type Recall struct {
	At   time.Time `json:"at"`
	By   Identity  `json:"by"`
	Page string    `json:"page,omitempty"` // where links lead meanwhile; empty: to a page of Clarion's own
}

// MaxWindowFactor is the greatest WindowFactor.
const MaxWindowFactor = 10

// checkTimes holds Opens, Public and Ends in their order. A time that is not set is not compared. A campaign that
// waits in a topic has no times: it gets them at its turn.
func (c Campaign) checkTimes(now time.Time) []*InvalidError {
	var wrong []*InvalidError
	add := func(bad bool, field, format string, args ...any) {
		if bad {
			wrong = append(wrong, Invalid(field, format, args...))
		}
	}
	begins := c.Opens
	if begins.Before(now) {
		begins = now
	}
	switch {
	case c.Topic != "" && c.Ends.IsZero():
		add(!c.Opens.IsZero() || !c.Public.IsZero() || c.WindowFactor > 1, "public", "A campaign in a queue goes out at its turn, and is public at once: leave the launch window empty.")
		return wrong
	case c.Ends.IsZero():
		add(true, "ends", "Say until when the campaign can be shared.")
	case !c.Ends.After(now):
		add(true, "ends", "This is in the past: choose a later date.")
	case !c.Opens.IsZero() && !c.Ends.After(c.Opens):
		add(true, "ends", "The campaign would end before it opens: choose a later time, or let it open earlier.")
	}
	switch {
	case c.Public.IsZero():
		add(c.WindowFactor > 1, "public", "Shares count more until the campaign is public: say when that is, or let them count once.")
	case !c.Public.After(begins):
		add(true, "public", "The launch window would be over before it begins: choose a time after the campaign opens.")
	case !c.Ends.IsZero() && c.Public.After(c.Ends):
		add(true, "public", "The campaign would end before it is public: choose an earlier time, or let it run for longer.")
	}
	add(c.WindowFactor < 0 || c.WindowFactor > MaxWindowFactor, "factor", "Shares can count 1 to %d times in the launch window.", MaxWindowFactor)
	return wrong
}
