package teams

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/clarion-bot/clarion/playground/faults"
)

// Failure is a way in which a call of the bot goes wrong, on request or in bad weather.
type Failure int

const (
	// Throttled answers 429 with a Retry-After and does nothing.
	Throttled Failure = iota + 1
	// Precondition answers 412 and does nothing.
	Precondition
	// ServerError answers 500 and does nothing.
	ServerError
	// BadGateway answers 502 and does nothing.
	BadGateway
	// GatewayTimeout answers 504 and does nothing.
	GatewayTimeout
	// Hang does nothing and never answers.
	Hang
	// Cut does nothing and closes the connection.
	Cut
	// CutAfter does the work and closes the connection instead of answering: the outcome is ambiguous to the bot.
	CutAfter
	// HangAfter does the work and never answers.
	HangAfter
	// GatewayTimeoutAfter does the work and answers 504.
	GatewayTimeoutAfter

	failures // is one more than the last
)

func (f Failure) String() string {
	if f <= 0 || f >= failures {
		return "Failure(" + strconv.Itoa(int(f)) + ")"
	}
	return [failures]string{
		Throttled: "throttled", Precondition: "precondition failed", ServerError: "server error", BadGateway: "bad gateway",
		GatewayTimeout: "gateway timeout", Hang: "no answer", Cut: "cut", CutAfter: "cut after the work",
		HangAfter: "no answer after the work", GatewayTimeoutAfter: "gateway timeout after the work",
	}[f]
}

type (
	// Weather is what goes wrong by itself, as on a bad day of Microsoft's. What Fail and Refuse ask for comes first, and
	// limits hold in every weather. The zero value is good weather.
	Weather = faults.Weather[Failure]

	faultPlan = faults.Plan[Route, Failure]
	fault     = faults.Fault[Failure]
)

// SetWeather changes the weather for the calls that come from now on. Those that are under way end as they began.
func (s *Service) SetWeather(w Weather) error {
	if err := s.faults.SetWeather(w); err != nil {
		return fmt.Errorf("teams: %w", err)
	}
	return nil
}

// Fail makes the next calls of a route go wrong, times of them, after those already asked for.
func (s *Service) Fail(route Route, times int, how Failure) { s.faults.Fail(route, times, how) }

// Refuse makes the next calls of a route answer with a status, a code and a message, times of them, after those already
// asked for: for instance 403, "ConversationBlockedByUser" and "User blocked the conversation with the bot."
func (s *Service) Refuse(route Route, times, status int, code, message string) {
	s.faults.Refuse(route, times, &denied{status: status, code: code, message: message})
}

// Calls is how often the bot has called a route, with or without success.
func (s *Service) Calls(route Route) int { return s.faults.Calls(route) }

// Failed is how many calls have gone wrong in each way, on request or in bad weather.
func (s *Service) Failed() map[Failure]int { return s.faults.Failed() }

// before fails the calls that do nothing, and says whether it has answered. It cuts a connection with
// http.ErrAbortHandler.
func (s *Service) before(f fault, w http.ResponseWriter, r *http.Request) bool {
	if f.Slow > 0 && !faults.Pause(f.Slow, s.stop) {
		panic(http.ErrAbortHandler)
	}
	if f.Refused != nil {
		refuse(w, f.Refused)
		return true
	}
	switch f.How {
	case Throttled:
		d := *tooMany
		d.after = f.After
		d.write(w)
	case Precondition:
		precondition.write(w)
	case ServerError:
		internal.write(w)
	case BadGateway:
		dependency.write(w)
	case GatewayTimeout:
		w.WriteHeader(http.StatusGatewayTimeout)
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
func (s *Service) answered(f fault, w http.ResponseWriter, r *http.Request) bool {
	switch f.How {
	case GatewayTimeoutAfter:
		w.WriteHeader(http.StatusGatewayTimeout)
	case CutAfter:
		panic(http.ErrAbortHandler)
	case HangAfter:
		faults.Hang(r, s.stop)
	default:
		return false
	}
	return true
}
