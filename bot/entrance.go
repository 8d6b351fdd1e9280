package bot

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// maxBody bounds what a platform may send: a modal of a hundred blocks with its state stays far below.
const maxBody = 1 << 20

// readBody reads a request's body, all of which the platforms sign. When it is too large or ends too early that is answered,
// and ok is false.
func readBody(w http.ResponseWriter, r *http.Request) (body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		http.Error(w, "The body is larger than 1 MiB.", http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, "The body could not be read.", http.StatusBadRequest)
	}
	return body, err == nil
}

// answerPanic is deferred by an entrance. A panic is logged under a reference, and the answer names that.
func answerPanic(w http.ResponseWriter, entrance string, log *slog.Logger, newReference func() string) {
	if p := recover(); p != nil {
		reference := newReference()
		log.Error("panic at an entrance", "entrance", entrance, "reference", reference, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		answerBroken(w, reference)
	}
}

// answerBroken says that something went wrong which the log has under a reference.
func answerBroken(w http.ResponseWriter, reference string) {
	http.Error(w, "Something went wrong. The log has it as "+reference+".", http.StatusInternalServerError)
}

// A statusWriter remembers the status of an answer, for the figures.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
