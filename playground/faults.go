package playground

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// Failure is a way in which a call of the Web API goes wrong, on request or in bad weather.
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
	// ServerErrorAfter does the work and answers 500.
	ServerErrorAfter

	failures // is one more than the last
)

func (f Failure) String() string {
	if f <= 0 || f >= failures {
		return "Failure(" + strconv.Itoa(int(f)) + ")"
	}
	return [failures]string{
		ServerError: "server error", RateLimited: "rate limited", Hang: "no answer", Cut: "cut", CutAfter: "cut after the work",
		HangAfter: "no answer after the work", ServerErrorAfter: "server error after the work",
	}[f]
}

// ResponseURL names the response URLs where Fail and Calls take a method.
const ResponseURL = "response_url"

// faultPlan counts calls and knows which of the next fail. Guarded by Slack.mu.
type faultPlan struct {
	calls  map[string]int
	next   map[string][]fault
	sky    sky
	failed map[Failure]int
}

// fault is how one call goes wrong: by a Failure, or with one of Slack's error words. It can be slow besides.
type fault struct {
	how   Failure
	word  refusal
	slow  time.Duration // it waits so long before anything else
	after int           // of RateLimited: Retry-After, in seconds
}

func newFaultPlan(w Weather) faultPlan {
	return faultPlan{calls: make(map[string]int), next: make(map[string][]fault), sky: newSky(w), failed: make(map[Failure]int)}
}

// Fail makes the next calls of a method go wrong, times of them, after those already asked for.
func (s *Slack) Fail(method string, times int, how Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range times {
		s.faults.next[method] = append(s.faults.next[method], fault{how: how, after: 1})
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

// Failed is how many calls have gone wrong in each way, on request or in bad weather.
func (s *Slack) Failed() map[Failure]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.faults.failed)
}

// takeFault counts a call and tells how it shall go wrong; zero if not at all.
func (s *Slack) takeFault(method string) fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.calls[method]++
	var f fault
	if list := s.faults.next[method]; len(list) > 0 {
		f, s.faults.next[method] = list[0], list[1:]
	} else {
		f = s.faults.sky.next()
	}
	if f.how != 0 {
		s.faults.failed[f.how]++
	}
	return f
}

// before fails the calls that do nothing, and says whether it has answered. It cuts a connection with
// http.ErrAbortHandler.
func (f fault) before(s *Slack, w http.ResponseWriter, r *http.Request) bool {
	if f.slow > 0 && !s.pause(f.slow) {
		panic(http.ErrAbortHandler)
	}
	if f.word != "" {
		writeJSON(w, http.StatusOK, answer{"ok": false, "error": f.word})
		return true
	}
	switch f.how {
	case ServerError:
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	case RateLimited:
		w.Header().Set("Retry-After", strconv.Itoa(f.after))
		writeJSON(w, http.StatusTooManyRequests, answer{"ok": false, "error": "ratelimited"})
	case Hang:
		hang(r, s.stop)
	case Cut:
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

// answered fails the calls whose work is done, and says whether it has answered.
func (f fault) answered(s *Slack, w http.ResponseWriter, r *http.Request) bool {
	switch f.how {
	case ServerErrorAfter:
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	case CutAfter:
		panic(http.ErrAbortHandler)
	case HangAfter:
		hang(r, s.stop)
	default:
		return false
	}
	return true
}

// hang waits until the client has left or the playground closes, and then cuts the connection.
func hang(r *http.Request, stop <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-stop:
	}
	panic(http.ErrAbortHandler)
}
