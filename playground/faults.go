package playground

import (
	"net/http"
	"strconv"
)

// Failure is a way in which a call of the Web API goes wrong on request.
type Failure int

const (
	// ServerError answers 500 and does nothing.
	ServerError Failure = iota + 1
	// RateLimited answers 429 with Retry-After: 1 and does nothing.
	RateLimited
	// Hang does nothing and never answers.
	Hang
	// Cut does nothing and closes the connection.
	Cut
	// CutAfter does the work and closes the connection instead of answering: the outcome is ambiguous to the bot.
	CutAfter
	// HangAfter does the work and never answers.
	HangAfter
)

// ResponseURL names the response URLs where Fail and Calls take a method.
const ResponseURL = "response_url"

// faultPlan counts calls and knows which of the next fail. Guarded by Slack.mu.
type faultPlan struct {
	calls map[string]int
	next  map[string][]fault
}

// fault is how one call goes wrong: by a Failure, or with one of Slack's error words.
type fault struct {
	how  Failure
	word refusal
}

func newFaultPlan() faultPlan {
	return faultPlan{calls: make(map[string]int), next: make(map[string][]fault)}
}

// Fail makes the next calls of a method go wrong, times of them, after those already asked for.
func (s *Slack) Fail(method string, times int, how Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range times {
		s.faults.next[method] = append(s.faults.next[method], fault{how: how})
	}
}

// Refuse makes the next calls of a method answer with one of Slack's error words, times of them, after those already
// asked for. So a test has, for instance, a workspace without charts: "invalid_blocks".
func (s *Slack) Refuse(method string, times int, word string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range times {
		s.faults.next[method] = append(s.faults.next[method], fault{word: refusal(word)})
	}
}

// Calls is how often the bot has called a method, with or without success.
func (s *Slack) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.calls[method]
}

// takeFault counts a call and tells how it shall go wrong; zero if not at all.
func (s *Slack) takeFault(method string) fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.calls[method]++
	list := s.faults.next[method]
	if len(list) == 0 {
		return fault{}
	}
	s.faults.next[method] = list[1:]
	return list[0]
}

// before fails the calls that do nothing, and says whether it has answered. It cuts a connection with
// http.ErrAbortHandler.
func (f fault) before(w http.ResponseWriter, r *http.Request, stop <-chan struct{}) bool {
	if f.word != "" {
		writeJSON(w, http.StatusOK, answer{"ok": false, "error": f.word})
		return true
	}
	switch f.how {
	case ServerError:
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	case RateLimited:
		w.Header().Set("Retry-After", strconv.Itoa(1))
		writeJSON(w, http.StatusTooManyRequests, answer{"ok": false, "error": "ratelimited"})
	case Hang:
		hang(r, stop)
	case Cut:
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

// after fails the calls whose work is done.
func (f fault) after(r *http.Request, stop <-chan struct{}) {
	switch f.how {
	case CutAfter:
		panic(http.ErrAbortHandler)
	case HangAfter:
		hang(r, stop)
	}
}

// hang waits until the client has left or the playground closes, and then cuts the connection.
func hang(r *http.Request, stop <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-stop:
	}
	panic(http.ErrAbortHandler)
}
