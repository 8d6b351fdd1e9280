package page

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// A refusal is an answer for the person: a status and a sentence.
type refusal struct {
	status int
	say    string
}

func (r refusal) Error() string { return r.say }

func missing(field string) error {
	return refusal{http.StatusBadRequest, "The field " + quote(field) + " is missing."}
}

func unreadable(err error) error {
	return refusal{http.StatusBadRequest, "What was filled in could not be read: " + err.Error() + "."}
}

// slackWords says in plain words what Slack's error words mean for the person who sees them, and with which
// status they are answered. The words are those of package playground; the first that an error contains counts.
var slackWords = []struct {
	word   string
	status int
	say    string
}{
	{"operation_timeout", http.StatusGatewayTimeout, "The app did not answer within three seconds. Try again in a moment."},
	{"dispatch_failed", http.StatusBadGateway, "The app could not be reached, or answered with an error."},
	{"is not a valid command", http.StatusNotFound, "There is no such command here. Type / to see those that there are."},
	{"errors without a field", http.StatusBadGateway, "The app refused the form, but did not say why."},
	{"which is no input block", http.StatusBadGateway, "The app refused the form over a field that it does not have."},
	{"unknown response_action", http.StatusBadGateway, "The app's answer to the form could not be understood."},
	{"push_limit_reached", http.StatusBadGateway, "The app opened too many forms over each other."},
	{"channel_not_found", http.StatusNotFound, "This channel is not there."},
	{"is_archived", http.StatusForbidden, "This channel is archived: nothing can be posted in it."},
	{"message_not_found", http.StatusNotFound, "This message is not there any more."},
	{"no_text", http.StatusBadRequest, "Type a message first."},
	{"user_not_found", http.StatusNotFound, "This person is not here."},
	{"not_found", http.StatusConflict, "This is not there any more."},
}

// words turns an error into a status and a sentence; known is false for an error that the table does not name.
func words(err error) (status int, say string, known bool) {
	var r refusal
	if errors.As(err, &r) {
		return r.status, r.say, true
	}
	text := err.Error()
	for _, w := range slackWords {
		if strings.Contains(text, w.word) {
			return w.status, w.say + " (" + w.word + ")", true
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusGatewayTimeout, "This took too long and was given up. Try again in a moment.", true
	}
	return http.StatusBadGateway, "This did not work: " + text, false
}

// refuse answers a request that failed with one sentence in plain text.
func (p *page) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, say, known := words(err)
	if !known {
		p.Logger.ErrorContext(r.Context(), "playground page", "path", r.URL.Path, "error", err)
	}
	http.Error(w, say, status)
}

// quote shows what came from outside inside a sentence, shortened.
func quote(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		s = string(runes[:60]) + "…"
	}
	return strconv.Quote(s)
}
