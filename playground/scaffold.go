package playground

import "net/http"

type refusal string

func (r refusal) Error() string { return string(r) }

type Limits struct{}
type limiter struct{}
type triggerBook struct{}
type hookBook struct{}
type faultPlan struct{}
type socketBook struct{}
type outbox struct{}

func newLimiter(Limits) limiter                                     { return limiter{} }
func newTriggerBook() triggerBook                                   { return triggerBook{} }
func newHookBook() hookBook                                         { return hookBook{} }
func newFaultPlan() faultPlan                                       { return faultPlan{} }
func newSocketBook() socketBook                                     { return socketBook{} }
func newCaller() *http.Client                                       { return &http.Client{} }
func (s *Slack) serveAPI(w http.ResponseWriter, r *http.Request)    {}
func (s *Slack) serveHook(w http.ResponseWriter, r *http.Request)   {}
func (s *Slack) serveSocket(w http.ResponseWriter, r *http.Request) {}
