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
// status they are answered. The words are those of https://docs.slack.dev/interactivity/ and of the Web API.
var slackWords = []struct {
	word   string
	status int
	say    string
}{
	{"operation_timeout", http.StatusGatewayTimeout, "The app did not answer within three seconds. Try again in a moment."},
	{"dispatch_failed", http.StatusBadGateway, "The app could not be reached. Is it running?"},
	{"app_missing_action_url", http.StatusBadGateway, "The app takes no commands or presses."},
	{"http_service_error", http.StatusBadGateway, "The app answered with an error."},
	{"invalid_command_response", http.StatusBadGateway, "The app's answer to this command could not be understood."},
	{"invalid_response", http.StatusBadGateway, "The app's answer could not be understood."},
	{"invalid_blocks", http.StatusBadGateway, "The app's answer has blocks that cannot be shown."},
	{"unknown_command", http.StatusNotFound, "There is no such command here. Type / to see those that there are."},
	{"unknown command", http.StatusNotFound, "There is no such command here. Type / to see those that there are."},
	{"not_in_channel", http.StatusForbidden, "You are not in this channel."},
	{"channel_not_found", http.StatusNotFound, "This channel is not there."},
	{"is_archived", http.StatusForbidden, "This channel is archived: nothing can be posted in it."},
	{"message_not_found", http.StatusNotFound, "This message is not there any more."},
	{"no_text", http.StatusBadRequest, "Type a message first."},
	{"msg_too_long", http.StatusBadRequest, "This message is too long."},
	{"trigger expired", http.StatusGatewayTimeout, "The app answered too late to open a form. Try again."},
	{"expired_trigger_id", http.StatusGatewayTimeout, "The app answered too late to open a form. Try again."},
	{"view_not_found", http.StatusConflict, "This form is not open any more."},
	{"not_found", http.StatusConflict, "This is not there any more."},
	{"user_not_found", http.StatusNotFound, "This person is not here."},
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
