package feeds

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/clarion-bot/clarion/fetch"
)

// Why there is nothing to read. Each error of [Reader.Read] is an [Error] of one of these.
var (
	// ErrAddress says that it is not the address of a web site, and that nothing was asked.
	ErrAddress = errors.New("not a web address")
	// ErrPrivate says that the address, or one that it leads to, is not on the public internet.
	ErrPrivate = errors.New("a private address")
	// ErrUnreachable says that there is no such site, or none that answers.
	ErrUnreachable = errors.New("the feed cannot be reached")
	// ErrSlow says that the site did not give the feed in time.
	ErrSlow = errors.New("the feed takes too long")
	// ErrStatus says that the site answered with a status that has no feed, such as 404 or 503.
	ErrStatus = errors.New("the site gives no feed")
	// ErrTooBig says that the feed has more than MaxBytes, or more parts within it than are read.
	ErrTooBig = errors.New("the feed is too big")
	// ErrPage says that a web page is there, and that it names no feed.
	ErrPage = errors.New("a web page and no feed")
	// ErrNoFeed says that something else is there, or a feed that cannot be read.
	ErrNoFeed = errors.New("no feed")
	// ErrEmpty says that no item of the feed has a link that can be shared.
	ErrEmpty = errors.New("no items with links")
)

// An Error says why a feed was not read.
type Error struct {
	Kind     error  // one of the errors above
	Sentence string // what happened and what to do, for the person who gave the address
	Passes   bool   // the same address may do later, without anybody's doing
	Cause    error  // for the log: it may name addresses of our own network; nil when the sentence says it all
}

func (e *Error) Error() string { return e.Sentence }

func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// Sentence returns what to tell the person who gave the address.
func Sentence(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Sentence
	}
	return "The feed cannot be read now. Try again later."
}

// explain says what an error of fetching means for a feed. The caller's context tells its own end from that of the
// time limit.
func explain(caller context.Context, err error) error {
	f, ok := errors.AsType[*fetch.Error](err)
	if !ok {
		return &Error{Kind: ErrUnreachable, Sentence: "The feed cannot be read now. Try again later.", Passes: true, Cause: err}
	}
	e := &Error{Kind: ErrUnreachable, Passes: true, Cause: f.Cause}
	switch {
	case errors.Is(f.Kind, fetch.ErrAddress):
		e.Kind, e.Passes = ErrAddress, false
		e.Sentence = fmt.Sprintf("This address cannot be used: %s. Paste the address of a feed, such as https://www.example.com/feed.", f.Sentence)
	case errors.Is(f.Kind, fetch.ErrPrivate):
		e.Kind, e.Passes = ErrPrivate, false
		e.Sentence = "This address leads to a place that is not on the public internet. Paste the address of a feed that everybody can open."
	case errors.Is(f.Kind, fetch.ErrSlow):
		e.Kind = ErrSlow
		e.Sentence = fmt.Sprintf("%s does not give the feed within %d seconds. Try again later.", f.Host, timeLimit/time.Second)
		if caller.Err() != nil {
			e.Sentence = f.Host + " does not give the feed in time. Try again later."
		}
	case errors.Is(f.Kind, fetch.ErrBusy):
		e.Sentence = "Too many feeds are read at this moment. Try again in a minute."
	case errors.Is(f.Kind, fetch.ErrTooBig):
		return tooBig()
	case errors.Is(f.Kind, fetch.ErrStatus):
		e.Kind, e.Passes = ErrStatus, passes(f.Status)
		e.Sentence = fmt.Sprintf("%s. Open the address in a browser, and paste one that shows a feed.", f.Sentence)
		if e.Passes {
			e.Sentence = fmt.Sprintf("%s. Try again later.", f.Sentence)
		}
	case errors.Is(f.Kind, fetch.ErrRedirects):
		e.Passes = false
		e.Sentence = fmt.Sprintf("The feed cannot be reached: %s. Paste the address that it leads to.", f.Sentence)
	default:
		e.Sentence = fmt.Sprintf("The feed cannot be reached: %s. Check the address, or try again later.", f.Sentence)
	}
	return e
}

// passes says whether a status may be another one later, without anybody's doing.
func passes(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

func tooBig() error {
	return &Error{
		Kind:     ErrTooBig,
		Sentence: fmt.Sprintf("The feed is larger than %d MB, which is the most that is read. Choose one with fewer items.", MaxBytes>>20),
	}
}

func tooMuch(cause error) error {
	return &Error{
		Kind: ErrTooBig, Cause: cause,
		Sentence: "The feed has more parts, or longer ones, than are read. Choose one with fewer or shorter items.",
	}
}

func noFeed(cause error) error {
	return &Error{Kind: ErrNoFeed, Sentence: "There is no feed at this address. Paste the address of an RSS, Atom or JSON feed.", Cause: cause}
}

func broken(cause error) error {
	return &Error{
		Kind:     ErrNoFeed,
		Sentence: "There is a feed at this address, but it is damaged and cannot be read. Tell whoever publishes it, or choose another feed.",
		Cause:    cause,
	}
}
