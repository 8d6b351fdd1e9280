package teams

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// denied is an answer that refuses a call, in the words of
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages#status-codes-from-bot-conversational-apis
// where that page has them.
type denied struct {
	status        int
	code, message string
	after         time.Duration // when to come back
}

func (d *denied) Error() string { return fmt.Sprintf("%d %s: %s", d.status, d.code, d.message) }

var (
	conversationNotFound = &denied{status: http.StatusNotFound, code: "ConversationNotFound", message: "Conversation not found."}
	activityNotFound     = &denied{status: http.StatusNotFound, code: "ActivityNotFoundInConversation", message: "Conversation not found."}
	memberNotFound       = &denied{status: http.StatusNotFound, code: "MemberNotFoundInConversation", message: "Member not found in conversation."}
	teamNotFound         = &denied{status: http.StatusNotFound, code: "BadArgument", message: "Cannot find team with provided id"}
	notInRoster          = &denied{status: http.StatusForbidden, code: "BotNotInConversationRoster", message: "The bot is not part of the conversation roster."}
	notInstalled         = &denied{status: http.StatusForbidden, code: "ForbiddenOperationException", message: "Bot is not installed in user's personal scope"}
	notYours             = &denied{status: http.StatusForbidden, code: "NotEnoughPermissions", message: "Only the sender can change a message."}
	tooBig               = &denied{status: http.StatusRequestEntityTooLarge, code: "MessageSizeTooBig", message: "Message size too large."}
	tooMany              = &denied{status: http.StatusTooManyRequests, code: "Throttled", message: "Too many requests."}
	precondition         = &denied{status: http.StatusPreconditionFailed, code: "PreconditionFailed", message: "Precondition failed, please try again."}
	dependency           = &denied{status: http.StatusBadGateway, code: "ServiceError", message: "Bad gateway."}
	internal             = &denied{status: http.StatusInternalServerError, code: "ServiceError", message: "Unknown"}
)

func badSyntax(format string, args ...any) *denied {
	return &denied{status: http.StatusBadRequest, code: "BadSyntax", message: fmt.Sprintf(format, args...)}
}

func badArgument(format string, args ...any) *denied {
	return &denied{status: http.StatusBadRequest, code: "BadArgument", message: fmt.Sprintf(format, args...)}
}

func (d *denied) write(w http.ResponseWriter) {
	if d.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((d.after+time.Second-1)/time.Second)))
	}
	write(w, d.status, map[string]any{"error": map[string]any{"code": d.code, "message": d.message}})
}

// refuse answers with why a call is denied. What no one has thought of is an internal error.
func refuse(w http.ResponseWriter, err error) {
	var no *denied
	if !errors.As(err, &no) {
		no = internal
	}
	no.write(w)
}

// write answers with JSON; a nil body is none.
func write(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	answerJSON(w, status, body)
}
