package fetch

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const (
	maxValidator = 1 << 10 // of an ETag, and of a date, in bytes
	// MaxValidators is how long the texts of Validators are together at most, in bytes: each byte of an address can
	// stand as three in it.
	MaxValidators = 3*MaxAddress + 2*maxValidator
)

// An Answer is what a site gave. Its data is read from it, and not known to be what anybody says it is.
type Answer struct {
	Address    *url.URL // that gave it: after redirects another than the one that was asked
	Type       string   // as the site calls it, parameters included
	Length     int64    // in bytes, as the site announced it; -1: it did not
	Unchanged  bool     // it is what the validators are of, and there is no data
	Validators Validators

	body        io.ReadCloser
	left, bound int64
	explain     func(error) error
	done        func()
}

// Read reads the data, and fails with [ErrTooBig] behind Config.MaxBytes. Its errors other than io.EOF are an [Error].
func (a *Answer) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if a.left == 0 {
		if n, err := io.ReadFull(a.body, p[:1]); n == 0 {
			return 0, a.ended(err)
		}
		return 0, &Error{Kind: ErrTooBig, Sentence: "the file has more than " + size(a.bound), Host: a.Address.Hostname()}
	}
	n, err := a.body.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	return n, a.ended(err)
}

// size writes a bound for people.
func size(bytes int64) string {
	if bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

func (a *Answer) ended(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return a.explain(err)
}

// Close ends the fetch. What was not read is not asked for further.
func (a *Answer) Close() error {
	defer a.done()
	return a.body.Close()
}

// Validators are what a site gave to ask with whether a thing has changed (RFC 9110, section 8.8). They can be kept,
// as JSON for one. Their zero value asks for the thing itself.
type Validators struct {
	Address  string `json:"address,omitempty"` // that gave them: after redirects another than the one asked. No other is asked with them
	Tag      string `json:"tag,omitempty"`
	Modified string `json:"modified,omitempty"`
}

func validatorsOf(r *http.Response) Validators {
	return Validators{
		Address: r.Request.URL.String(),
		Tag:     sendable(r.Header.Get("ETag")), Modified: sendable(r.Header.Get("Last-Modified")),
	}
}

// sendable returns a header's value when it can be sent back as it came, and nothing otherwise.
func sendable(value string) string {
	if len(value) > maxValidator || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return value
}

// ask makes the request a conditional one where it goes to the address that gave the validators, and a plain one
// elsewhere.
func (v Validators) ask(r *http.Request) {
	r.Header.Del("If-None-Match")
	r.Header.Del("If-Modified-Since")
	if r.URL.String() != v.Address {
		return
	}
	if v.Tag != "" {
		r.Header.Set("If-None-Match", v.Tag)
	}
	if v.Modified != "" {
		r.Header.Set("If-Modified-Since", v.Modified)
	}
}
