package report

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

const (
	// LeastPairs is how many pairs a correlation needs: with fewer, chance alone often makes it perfect.
	LeastPairs = 4
	// LeastForInterval is how many pairs an interval needs. The interval rests on an approximation for large n,
	// which the test of coverage finds good from ten pairs on.
	LeastForInterval = 10
)

// The errors of a correlation that there is none of.
var (
	// ErrFewPairs says that there are fewer than [LeastPairs] pairs.
	ErrFewPairs = errors.New("too few pairs for a correlation")
	// ErrConstant says that all values of one side are the same, so that nothing goes along with anything.
	ErrConstant = errors.New("all values are the same")
)

// A Correlation is Spearman's rank correlation of N pairs: 1 when the second value always goes up with the
// first, −1 when it always goes down, about 0 when neither says anything about the other.
type Correlation struct {
	N int
	R float64
}

// Spearman returns the rank correlation of the pairs x[i], y[i]: Pearson's correlation of their ranks, where
// equal values share the average of the ranks that they take together. The values must be numbers, and x and y
// of one length. The error is [ErrFewPairs] or [ErrConstant].
func Spearman(x, y []float64) (Correlation, error) {
	if len(x) != len(y) {
		return Correlation{}, fmt.Errorf("rank correlation of %d values with %d: each needs its other", len(x), len(y))
	}
	if len(x) < LeastPairs {
		return Correlation{N: len(x)}, ErrFewPairs
	}
	if constant(x) || constant(y) {
		return Correlation{N: len(x)}, ErrConstant
	}
	r := stat.Correlation(ranks(x), ranks(y), nil)
	if 1-math.Abs(r) < 1e-12 {
		r = math.Copysign(1, r) // but for rounding
	}
	return Correlation{N: len(x), R: r}, nil
}

func constant(values []float64) bool { return floats.Min(values) == floats.Max(values) }

// ranks returns the rank of each value, from 1. Equal values have the average of theirs.
func ranks(values []float64) []float64 {
	sorted, from := append([]float64(nil), values...), make([]int, len(values))
	floats.Argsort(sorted, from)
	out := make([]float64, len(values))
	for start := 0; start < len(sorted); {
		end := start + 1
		for end < len(sorted) && sorted[end] == sorted[start] {
			end++
		}
		for _, i := range from[start:end] {
			out[i] = float64(start+1+end) / 2
		}
		start = end
	}
	return out
}

// Interval returns the confidence interval of the correlation at a level such as 0.95: Fisher's z with the
// standard error √((1+r²/2)/(n−3)), from D. G. Bonett and T. A. Wright, Sample size requirements for estimating
// Pearson, Kendall and Spearman correlations, Psychometrika 65 (2000), 23–28
// (https://doi.org/10.1007/BF02294183). It is false when there are fewer than [LeastForInterval] pairs, and for a
// perfect correlation, about whose uncertainty the formula says nothing.
func (c Correlation) Interval(level float64) (low, high float64, ok bool) {
	if c.N < LeastForInterval || math.Abs(c.R) >= 1 {
		return 0, 0, false
	}
	low, high = c.interval(level)
	return low, high, true
}

func (c Correlation) interval(level float64) (low, high float64) {
	half := distuv.UnitNormal.Quantile((1+level)/2) * math.Sqrt((1+c.R*c.R/2)/float64(c.N-3))
	z := math.Atanh(c.R)
	return math.Tanh(z - half), math.Tanh(z + half)
}
