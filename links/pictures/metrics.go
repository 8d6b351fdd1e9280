package pictures

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// What became of a fetch.
const (
	fetchedNew       = "new"
	fetchedUnchanged = "unchanged"
)

// metrics count what was asked of the sites of others.
type metrics struct {
	fetches *prometheus.CounterVec
}

// outcomes are the words for the kinds of errors.
func outcomes() map[error]string {
	return map[error]string{ErrNoPicture: "no_picture", ErrTooBig: "too_big", ErrRefused: "refused", ErrUnreachable: "unreachable"}
}

func newMetrics(registerer prometheus.Registerer, held func() int64) (*metrics, error) {
	m := &metrics{fetches: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "clarion_picture_fetches_total", Help: "Fetches of campaigns' pictures from the company's site, by what became of them.",
	}, []string{"outcome"})}
	for _, outcome := range outcomes() {
		m.fetches.WithLabelValues(outcome)
	}
	m.fetches.WithLabelValues(fetchedNew)
	m.fetches.WithLabelValues(fetchedUnchanged)
	if registerer == nil {
		return m, nil
	}
	kept := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "clarion_picture_bytes", Help: "Bytes of campaigns' pictures that are kept in the process.",
	}, func() float64 { return float64(held()) })
	return m, errors.Join(registerer.Register(m.fetches), registerer.Register(kept))
}

// failed counts a fetch that gave no picture.
func (m *metrics) failed(err error) {
	for kind, outcome := range outcomes() {
		if errors.Is(err, kind) {
			m.fetches.WithLabelValues(outcome).Inc()
			return
		}
	}
}
