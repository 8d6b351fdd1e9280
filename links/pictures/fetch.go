package pictures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/clarion-bot/clarion/fetch"
)

// The bounds of a fetch. MaxBytes is that of its body.
const (
	timeLimit     = 10 * time.Second
	maxRedirects  = 3
	fetchesAtOnce = 4 // over all addresses: 64 MB are then the most that fetching takes
)

const (
	userAgent = "Clarion/1.0 (+picture of a campaign)"
	// accept puts first what all networks take, for sites that have a picture in several types.
	accept = "image/jpeg, image/png;q=0.9, image/webp;q=0.8, image/gif;q=0.7, image/*;q=0.1"
)

// bounds returns how sites are asked for pictures. A picture is compressed already, so that no site is to pack it.
func bounds(allow func(hostport string) bool) fetch.Config {
	return fetch.Config{
		UserAgent: userAgent, Accept: accept,
		MaxBytes: MaxBytes, TimeLimit: timeLimit, Redirects: maxRedirects, AtOnce: fetchesAtOnce,
		Allow: allow,
	}
}

// get returns the picture at the address, or nil when it is the one that the validators are of. The error is a
// *trouble.
func get(ctx context.Context, web *fetch.Client, address string, known fetch.Validators) (*Picture, fetch.Validators, error) {
	answer, err := web.Get(ctx, address, known)
	if err != nil {
		return nil, known, explain(err)
	}
	defer answer.Close()
	if answer.Unchanged {
		return nil, known, nil
	}
	if answer.Length > MaxBytes {
		return nil, known, tooBig()
	}
	data, err := io.ReadAll(answer)
	if err != nil {
		return nil, known, explain(err)
	}
	picture, err := examine(bytes.Clone(data)) // without the room that reading left behind it
	if err != nil {
		return nil, known, err
	}
	return &picture, answer.Validators, nil
}

func tooBig() error {
	return &trouble{kind: ErrTooBig, sentence: fmt.Sprintf("the file has more than %d MB", MaxBytes>>20)}
}

// explain says what an error of fetching means for a picture.
func explain(err error) error {
	e, ok := errors.AsType[*fetch.Error](err)
	if !ok {
		return &trouble{kind: ErrUnreachable, sentence: "it cannot be fetched", cause: err}
	}
	t := &trouble{kind: ErrUnreachable, sentence: e.Sentence, cause: e.Cause}
	switch {
	case errors.Is(e.Kind, fetch.ErrPrivate):
		t.kind, t.sentence = ErrRefused, e.Sentence+". Put the picture on the company's public web site"
	case errors.Is(e.Kind, fetch.ErrAddress), errors.Is(e.Kind, fetch.ErrRedirects):
		t.kind = ErrRefused
	case errors.Is(e.Kind, fetch.ErrBusy):
		t.sentence = "too many pictures are fetched at this moment"
	case errors.Is(e.Kind, fetch.ErrTooBig):
		return tooBig()
	case errors.Is(e.Kind, fetch.ErrStatus):
		t.kind, t.gone = refusal(e.Status)
	}
	return t
}

// refusal says what an answer without a picture means: its kind, and whether the site took the picture away.
func refusal(status int) (kind error, gone bool) {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return ErrUnreachable, false
	case http.StatusGone, http.StatusUnavailableForLegalReasons:
		return ErrNoPicture, true
	}
	if status >= 400 && status < 500 {
		return ErrNoPicture, false
	}
	return ErrUnreachable, false
}
