package links

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics count what came and what was lost.
type metrics struct {
	visits   *prometheus.CounterVec
	shares   *prometheus.CounterVec
	lost     *prometheus.CounterVec
	duration prometheus.Histogram

	byOutcome map[outcome]prometheus.Counter
}

// What can be lost: a visit that was not counted, one that was not credited, a share.
const (
	lostVisit  = "visit"
	lostCredit = "credit"
	lostShare  = "share"
)

func newMetrics(registerer prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		visits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_link_visits_total", Help: "Visits of public links, by what became of them.",
		}, []string{"outcome"}),
		shares: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_shares_total", Help: "Shares that were recorded or known, by network.",
		}, []string{"network"}),
		lost: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_link_lost_total", Help: "What could not be counted because Redis did not answer in time.",
		}, []string{"what"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "clarion_link_redirect_seconds", Help: "Time from a visit of a known link to its answer.",
			Buckets: []float64{.00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .15, .2, .5, 1},
		}),
		byOutcome: make(map[outcome]prometheus.Counter),
	}
	for _, o := range outcomes() {
		m.byOutcome[o] = m.visits.WithLabelValues(string(o))
	}
	for _, what := range []string{lostVisit, lostCredit, lostShare} {
		m.lost.WithLabelValues(what)
	}
	if registerer == nil {
		return m, nil
	}
	return m, errors.Join(registerer.Register(m.visits), registerer.Register(m.shares), registerer.Register(m.lost), registerer.Register(m.duration))
}
