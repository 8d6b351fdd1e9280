package chat

import (
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

// A RefusedError says that a platform will not let the bot talk in a channel, or to a person, until somebody
// does something about it. Trying again without that is of no use.
type RefusedError struct {
	Channel clarion.Channel
	Remedy  Text // a sentence that says what to do
	Err     error
}

func (e *RefusedError) Error() string { return fmt.Sprintf("%s refuses: %v", e.Channel, e.Err) }
func (e *RefusedError) Unwrap() error { return e.Err }

// A BusyError says that a platform asks to wait before the same is tried again. Nothing was posted.
type BusyError struct {
	After time.Duration
	Err   error
}

func (e *BusyError) Error() string { return fmt.Sprintf("asked to wait %s: %v", e.After, e.Err) }
func (e *BusyError) Unwrap() error { return e.Err }
