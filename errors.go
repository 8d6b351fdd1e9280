package clarion

import (
	"errors"
	"fmt"
)

// The errors that the rest of the program tells apart. They are wrapped with what was being done, for
// operators; each edge has one table that turns them into a sentence for people.
var (
	// ErrNotFound says that nothing is stored under the given id, code or token.
	ErrNotFound = errors.New("not found")
	// ErrUnavailable says that storage did not answer: nothing was changed by the call, or the call can be
	// repeated without changing anything twice.
	ErrUnavailable = errors.New("storage is not available")
	// ErrKept says that storage did not answer in time, and that what was to be written down is kept in memory
	// and written down when it does.
	ErrKept = errors.New("kept until storage is back")
	// ErrEnded says that a campaign is over and can no longer be shared.
	ErrEnded = errors.New("campaign has ended")
	// ErrNotOpen says that a campaign cannot be shared yet.
	ErrNotOpen = errors.New("campaign is not open yet")
	// ErrRecalled says that a campaign was taken back.
	ErrRecalled = errors.New("campaign was taken back")
	// ErrNotAllowed says that the person may not do this.
	ErrNotAllowed = errors.New("not allowed")
	// ErrExpired says that a form was kept open longer than its draft lives.
	ErrExpired = errors.New("form has expired")
)

// An InvalidError says what is wrong with one value that a person gave, in words for that person.
type InvalidError struct {
	Field  string // which field of the form or column of the file
	Reason string // a sentence that says what to do
}

func (e *InvalidError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Reason) }

// Invalid returns an [InvalidError] for a field.
func Invalid(field, format string, args ...any) *InvalidError {
	return &InvalidError{Field: field, Reason: fmt.Sprintf(format, args...)}
}
