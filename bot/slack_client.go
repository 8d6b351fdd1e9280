package bot

import (
	"bufio"
	"io"
	"net/http"
	"strings"
)

// briefClient sends calls to Slack. To a call that draws a view Slack answers with the whole view; nobody here
// reads it, and slack-go would decode every block of it, which costs more than all the rest of a press. So an
// answer that begins by saying that all went well is cut to just that. Any other is given on as it is.
type briefClient struct{ *http.Client }

// wentWell is how Slack begins a good answer (https://docs.slack.dev/reference/methods/views.update).
const wentWell = `{"ok":true`

// Do sends a request.
func (c briefClient) Do(r *http.Request) (*http.Response, error) {
	answer, err := c.Client.Do(r) // #nosec G704 -- slack-go makes the address from the operator's own
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(r.URL.Path, "/views.") {
		return answer, err
	}
	body := bufio.NewReaderSize(answer.Body, 512)
	begin, _ := body.Peek(len(wentWell) + 1) // an answer that is shorter, or broke off, is read by who asked for it
	if len(begin) <= len(wentWell) || string(begin[:len(wentWell)]) != wentWell || !strings.ContainsRune(",}", rune(begin[len(wentWell)])) {
		answer.Body = unread{body, answer.Body}
		return answer, nil
	}
	_, err = io.Copy(io.Discard, body) // to the end, so that the connection can be used again
	if closing := answer.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(strings.NewReader(wentWell + "}"))
	return answer, nil
}

// unread is an answer's body of which the beginning has been looked at.
type unread struct {
	io.Reader
	io.Closer
}
