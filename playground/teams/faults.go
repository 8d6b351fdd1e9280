package teams

import (
	"maps"
	"net/http"
	"strconv"
	"time"
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

// faultPlan counts calls and knows which of the next fail. Guarded by Service.mu.
type faultPlan struct {
	calls  map[Route]int
	next   map[Route][]fault
	sky    sky
	failed map[Failure]int
}

// fault is how one call goes wrong: by a Failure, or with a refusal. It can be slow besides.
type fault struct {
	how     Failure
	refused *denied
	slow    time.Duration // it waits so long before anything else
	after   time.Duration // of Throttled: Retry-After
}

func newFaultPlan(w Weather) faultPlan {
	return faultPlan{calls: map[Route]int{}, next: map[Route][]fault{}, sky: newSky(w), failed: map[Failure]int{}}
}

// Fail makes the next calls of a route go wrong, times of them, after those already asked for.
func (s *Service) Fail(route Route, times int, how Failure) {
	s.plan(route, times, fault{how: how, after: time.Second})
}

// Refuse makes the next calls of a route answer with a status, a code and a message, times of them, after those already
// asked for: for instance 403, "ConversationBlockedByUser" and "User blocked the conversation with the bot."
func (s *Service) Refuse(route Route, times, status int, code, message string) {
	s.plan(route, times, fault{refused: &denied{status: status, code: code, message: message}})
}

func (s *Service) plan(route Route, times int, f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range times {
		s.faults.next[route] = append(s.faults.next[route], f)
	}
}

// Calls is how often the bot has called a route, with or without success.
func (s *Service) Calls(route Route) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.calls[route]
}

// Failed is how many calls have gone wrong in each way, on request or in bad weather.
func (s *Service) Failed() map[Failure]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.faults.failed)
}

// takeFault counts a call and tells how it shall go wrong; zero if not at all.
func (s *Service) takeFault(route Route) fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.calls[route]++
	var f fault
	if list := s.faults.next[route]; len(list) > 0 {
		f, s.faults.next[route] = list[0], list[1:]
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
func (f fault) before(s *Service, w http.ResponseWriter, r *http.Request) bool {
	if f.slow > 0 && !s.pause(f.slow) {
		panic(http.ErrAbortHandler)
	}
	if f.refused != nil {
		f.refused.write(w)
		return true
	}
	switch f.how {
	case Throttled:
		d := *tooMany
		d.after = f.after
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
		hang(r, s.stop)
	case Cut:
		panic(http.ErrAbortHandler)
	default:
		return false
	}
	return true
}

// answered fails the calls whose work is done, and says whether it has answered.
func (f fault) answered(s *Service, w http.ResponseWriter, r *http.Request) bool {
	switch f.how {
	case GatewayTimeoutAfter:
		w.WriteHeader(http.StatusGatewayTimeout)
	case CutAfter:
		panic(http.ErrAbortHandler)
	case HangAfter:
		hang(r, s.stop)
	default:
		return false
	}
	return true
}

// pause waits, and says false when the service closes meanwhile.
func (s *Service) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.stop:
		return false
	}
}

// hang waits until the client has left or the service closes, and then cuts the connection.
func hang(r *http.Request, stop <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-stop:
	}
	panic(http.ErrAbortHandler)
}
