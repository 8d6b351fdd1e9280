package fetch

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"
)

// Why something could not be fetched. Each error of [Client.Get] and [Answer.Read] is an [Error] of one of these.
var (
	// ErrAddress says that the address is not one that can be asked: nothing was sent to it.
	ErrAddress = errors.New("the address is refused")
	// ErrPrivate says that the address leads to a network that is not the public one: nothing was sent to it.
	ErrPrivate = errors.New("the address is private")
	// ErrRedirects says that the site redirects more often than is followed.
	ErrRedirects = errors.New("the address redirects too often")
	// ErrBusy says that the time was over before it was this fetch's turn.
	ErrBusy = errors.New("too much is fetched at once")
	// ErrUnreachable says that there is no such site, or none that answers, or that it broke off.
	ErrUnreachable = errors.New("the site does not answer")
	// ErrSlow says that the site did not give all of it in time.
	ErrSlow = errors.New("the site is too slow")
	// ErrStatus says that the site answered with a status other than 200: that of Error.Status.
	ErrStatus = errors.New("the site gives nothing")
	// ErrTooBig says that there is more than Config.MaxBytes.
	ErrTooBig = errors.New("there is too much of it")
)

// An Error says why something could not be fetched.
type Error struct {
	Kind     error  // one of the errors above
	Sentence string // what happened, for the person who gave the address: it has no IP address of ours and no query in it
	Host     string // the name of the site that it happened at, "" where there is none
	Status   int    // of the answer, for ErrStatus
	Cause    error  // for the log: it may name addresses of our own network; nil when the sentence says it all
}

func (e *Error) Error() string { return e.Sentence }

func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// explain makes an Error of what went wrong on the way. It tells the client's own time limit from the end of the
// caller's context.
func (c *Client) explain(caller context.Context, err error, host string) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.Host = cmp.Or(e.Host, host)
		return e
	}
	if inner, ok := errors.AsType[*url.Error](err); ok {
		if failed, err := url.Parse(inner.URL); err == nil {
			host = cmp.Or(failed.Hostname(), host) // after a redirect it is another site's failure
		}
		err = inner.Err // its own text has the query of the address
	}
	e := &Error{Kind: ErrUnreachable, Sentence: host + " does not answer", Host: host, Cause: err}
	if errors.Is(err, context.DeadlineExceeded) {
		e.Kind, e.Sentence = ErrSlow, fmt.Sprintf("%s does not give it within %d seconds", host, c.config.TimeLimit/time.Second)
		if caller.Err() != nil {
			e.Sentence = host + " does not give it in time"
		}
	} else if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		e.Sentence = "the certificate of " + host + " is not valid"
	} else if lookup, ok := errors.AsType[*net.DNSError](err); ok && lookup.IsNotFound {
		e.Sentence = "there is no web site " + host
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		e.Sentence = host + " breaks off before its end"
	}
	return e
}
