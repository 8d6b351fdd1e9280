package links

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/clarion-bot/clarion"
)

// metrics count what came and what was lost.
type metrics struct {
	visits   *prometheus.CounterVec
	shares   *prometheus.CounterVec
	lost     *prometheus.CounterVec
	waiting  prometheus.GaugeFunc
	broken   prometheus.CounterFunc
	duration prometheus.Histogram

	conversions *prometheus.CounterVec
	byOutcome   map[string]prometheus.Counter
}

// What can become of a visit beside being counted as one of [clarion.VisitKinds].
const (
	keptVisit   = "kept"        // counted when Redis is back
	lostVisit   = "lost"        // never counted
	unknownLink = "unknown"     // no such link
	unavailable = "unavailable" // this process does not know the link, and Redis did not answer
)

const (
	lostVisits = "visit"
	lostShares = "share"
)

func newMetrics(registerer prometheus.Registerer, kept func() (waiting, lost int)) (*metrics, error) {
	m := &metrics{
		visits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_link_visits_total", Help: "Visits of public links, by what became of them.",
		}, []string{"outcome"}),
		shares: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_shares_total", Help: "Shares that were recorded or known, by network.",
		}, []string{"network"}),
		lost: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_link_lost_total", Help: "What could not be counted, and never will be.",
		}, []string{"what"}),
		waiting: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "clarion_link_visits_waiting", Help: "Visits in memory that are not counted yet.",
		}, func() float64 { waiting, _ := kept(); return float64(waiting) }),
		broken: prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "clarion_link_kept_lost_total", Help: "Visits that were kept while Redis was away, and refused by it afterwards.",
		}, func() float64 { _, lost := kept(); return float64(lost) }),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "clarion_link_redirect_seconds", Help: "Time from a visit of a known link to its answer.",
			Buckets: []float64{.00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .15, .2, .5, 1},
		}),
		conversions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_conversions_total", Help: "Conversions that the company's systems told, by what became of them.",
		}, []string{"result"}),
		byOutcome: make(map[string]prometheus.Counter),
	}
	for _, kind := range clarion.VisitKinds() {
		m.byOutcome[string(kind)] = m.visits.WithLabelValues(string(kind))
	}
	for _, outcome := range []string{keptVisit, lostVisit, unknownLink, unavailable} {
		m.byOutcome[outcome] = m.visits.WithLabelValues(outcome)
	}
	for _, what := range []string{lostVisits, lostShares} {
		m.lost.WithLabelValues(what)
	}
	for _, result := range conversionResults() {
		m.conversions.WithLabelValues(result)
	}
	if registerer == nil {
		return m, nil
	}
	return m, errors.Join(registerer.Register(m.visits), registerer.Register(m.shares), registerer.Register(m.lost),
		registerer.Register(m.waiting), registerer.Register(m.broken), registerer.Register(m.duration), registerer.Register(m.conversions))
}

// counted notes as what a visit was counted, or why it was not.
func (m *metrics) counted(kind clarion.VisitKind, err error) {
	switch {
	case err == nil:
		m.byOutcome[string(kind)].Inc()
	case errors.Is(err, clarion.ErrKept):
		m.byOutcome[keptVisit].Inc()
	default:
		m.byOutcome[lostVisit].Inc()
		m.lost.WithLabelValues(lostVisits).Inc()
	}
}
