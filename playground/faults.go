package playground

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/clarion-bot/clarion/playground/faults"
)

// Failure is a way in which a call of the Web API goes wrong, on request or in bad weather.
type Failure int

const (
	// ServerError answers 500 and does nothing.
	ServerError Failure = iota + 1
	// RateLimited answers 429 with a Retry-After and does nothing.
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

type (
	// Weather is what goes wrong by itself with calls of the Web API and of response URLs, as on a bad day of Slack's. What
	// Fail and Refuse ask for comes first, and rate limits hold in every weather. The zero value is good weather.
	Weather = faults.Weather[Failure]

	faultPlan = faults.Plan[string, Failure] // by method
	fault     = faults.Fault[Failure]
)

// SetWeather changes the weather for the calls that come from now on. Those that are under way end as they began.
func (s *Slack) SetWeather(w Weather) error {
	if err := s.faults.SetWeather(w); err != nil {
		return fmt.Errorf("playground: %w", err)
	}
	return nil
}

// Fail makes the next calls of a method go wrong, times of them, after those already asked for.
func (s *Slack) Fail(method string, times int, how Failure) { s.faults.Fail(method, times, how) }

// Refuse makes the next calls of a method answer with one of Slack's error words, times of them, after those already
// asked for. So a test has, for instance, a workspace without charts: "invalid_blocks".
func (s *Slack) Refuse(method string, times int, word string) {
	s.faults.Refuse(method, times, refusal(word))
}

// Calls is how often the bot has called a method, with or without success.
func (s *Slack) Calls(method string) int { return s.faults.Calls(method) }

// Failed is how many calls have gone wrong in each way, on request or in bad weather.
func (s *Slack) Failed() map[Failure]int { return s.faults.Failed() }

// before fails the calls that do nothing, and says whether it has answered. It cuts a connection with
// http.ErrAbortHandler.
func (s *Slack) before(f fault, w http.ResponseWriter, r *http.Request) bool {
	if f.Slow > 0 && !faults.Pause(f.Slow, s.stop) {
		panic(http.ErrAbortHandler)
	}
	if f.Refused != nil {
		writeJSON(w, http.StatusOK, answer{"ok": false, "error": f.Refused})
		return true
	}
	switch f.How {
	case ServerError:
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	case RateLimited:
		w.Header().Set("Retry-After", strconv.Itoa(seconds(f.After)))
		writeJSON(w, http.StatusTooManyRequests, answer{"ok": false, "error": "ratelimited"})
	case Hang:
		faults.Hang(r, s.stop)
	case Cut:
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

// answered fails the calls whose work is done, and says whether it has answered.
func (s *Slack) answered(f fault, w http.ResponseWriter, r *http.Request) bool {
	switch f.How {
	case ServerErrorAfter:
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	case CutAfter:
		panic(http.ErrAbortHandler)
	case HangAfter:
		faults.Hang(r, s.stop)
	default:
		return false
	}
	return true
}
