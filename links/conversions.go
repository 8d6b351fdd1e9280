package links

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// Conversions says who may tell what customers did after a click. Without secrets nobody may.
type Conversions struct {
	Workspace *storage.Workspace // to which all of them belong
	Secrets   []string           // each signs; two while one takes the other's place
	Real      func() time.Time   // the clock of those who sign, which a rehearsal is ahead of; nil: Config.Now
}

// ConversionsPath is where the company's own systems tell of conversions.
const ConversionsPath = "/api/conversions"

const (
	maxConversionBody = 16 << 10
	// conversionBound bounds how long a conversion waits for Redis. Whoever sends it is a program, and repeats it.
	conversionBound = 5 * time.Second
	retryAfter      = "5" // seconds
)

// What can become of a request that tells of a conversion, beside the statuses of conversionTaken.
const (
	unsignedConversion    = "unsigned"    // or signed with another secret, or too long ago
	invalidConversion     = "invalid"     // it says what cannot be
	unknownConversion     = "unknown"     // it names a link or store that is not here
	unavailableConversion = "unavailable" // Redis did not answer
	unservedConversion    = "refused"     // not a POST, or no secret is set
)

// What becomes of a conversion that is taken.
const (
	acceptedConversion = "accepted" // for the first time
	knownConversion    = "known"    // it was told before, and nothing was changed
)

// conversionResults are all values of the metric's label.
func conversionResults() []string {
	return []string{
		acceptedConversion, knownConversion, unsignedConversion, invalidConversion, unknownConversion, unavailableConversion, unservedConversion,
	}
}

// A conversionTaken is the answer to a conversion that was taken.
type conversionTaken struct {
	Status string `json:"status"`
	Points *int   `json:"points,omitempty"` // of a new one: what the sharer got
}

// A conversionRefused is the answer to one that was not, in words for the one who sends it.
type conversionRefused struct {
	Sentence string `json:"error"`
	Field    string `json:"field,omitempty"` // of the body

	status int
	result string
}

func (e *conversionRefused) Error() string { return e.Sentence }

// conversion takes what the company's own systems tell of a customer who came by a link, or went to a store. The
// signature is checked before anything of the body is understood. It can be repeated: see
// [storage.Workspace.Convert].
func (w *Web) conversion(rw http.ResponseWriter, r *http.Request) {
	taken, err := w.takeConversion(rw, r)
	h := rw.Header()
	h.Set("Content-Type", "application/json")
	h["Cache-Control"] = noStore
	if err == nil {
		w.metrics.conversions.WithLabelValues(taken.Status).Inc()
		writeJSON(rw, http.StatusAccepted, taken)
		return
	}
	refused := w.refusal(r.Context(), err)
	w.metrics.conversions.WithLabelValues(refused.result).Inc()
	switch refused.status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", retryAfter)
	case http.StatusMethodNotAllowed:
		h.Set("Allow", http.MethodPost)
	}
	writeJSON(rw, refused.status, refused)
}

func (w *Web) takeConversion(rw http.ResponseWriter, r *http.Request) (conversionTaken, error) {
	if len(w.Conversions.Secrets) == 0 {
		return conversionTaken{}, &conversionRefused{
			Sentence: "Conversions are not taken here: whoever runs this bot has to set CLARION_CONVERSIONS_SECRET.",
			status:   http.StatusNotFound, result: unservedConversion,
		}
	}
	if r.Method != http.MethodPost {
		return conversionTaken{}, &conversionRefused{Sentence: "Send a conversion with POST.", status: http.StatusMethodNotAllowed, result: unservedConversion}
	}
	signed, err := readSignature(r.Header.Values(SignatureHeader), w.Conversions.Real())
	if err != nil {
		return conversionTaken{}, err
	}
	body, err := readBody(rw, r)
	if err != nil {
		return conversionTaken{}, err
	}
	if err := signed.verify(body, w.Conversions.Secrets); err != nil {
		return conversionTaken{}, err
	}
	c, err := parseConversion(body, w.Now())
	if err != nil {
		return conversionTaken{}, err
	}
	// What has begun is finished, also when the sender does not wait for it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), conversionBound)
	defer cancel()
	done, err := w.Conversions.Workspace.Convert(ctx, c, w.Rules(), w.Location)
	switch {
	case err != nil:
		var invalid *clarion.InvalidError
		if errors.As(err, &invalid) {
			return conversionTaken{}, unknownOrigin(invalid)
		}
		return conversionTaken{}, err
	case done.New:
		return conversionTaken{Status: acceptedConversion, Points: &done.Points}, nil
	}
	return conversionTaken{Status: knownConversion}, nil
}

func readBody(rw http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxConversionBody))
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return nil, &conversionRefused{Sentence: "The body has more than 16 kB: send one conversion at a time.", status: http.StatusRequestEntityTooLarge, result: invalidConversion}
	}
	if err != nil {
		return nil, &conversionRefused{Sentence: "The body ended before it was whole: send it again.", status: http.StatusBadRequest, result: invalidConversion}
	}
	return body, nil
}

// unsigned refuses a request that is not signed as it must be.
func unsigned(sentence string) error {
	return &conversionRefused{Sentence: sentence, status: http.StatusUnauthorized, result: unsignedConversion}
}

// unknownOrigin refuses a conversion that names a link or store that is not here.
func unknownOrigin(e *clarion.InvalidError) error {
	return &conversionRefused{Sentence: e.Reason, Field: e.Field, status: http.StatusUnprocessableEntity, result: unknownConversion}
}

// refusal is the one table from errors to answers.
func (w *Web) refusal(ctx context.Context, err error) *conversionRefused {
	var refused *conversionRefused
	var invalid *clarion.InvalidError
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &invalid):
		return &conversionRefused{Sentence: invalid.Reason, Field: invalid.Field, status: http.StatusBadRequest, result: invalidConversion}
	}
	w.trouble(ctx, "a conversion could not be stored", err)
	return &conversionRefused{
		Sentence: "This cannot be stored at the moment: send the same again later, as nothing is counted twice.",
		status:   http.StatusServiceUnavailable, result: unavailableConversion,
	}
}

func writeJSON(rw http.ResponseWriter, status int, v any) {
	rw.WriteHeader(status)
	e := json.NewEncoder(rw)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // the sender has gone
}
