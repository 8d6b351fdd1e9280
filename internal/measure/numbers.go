package measure

import "slices"

// Median returns the middle of numbers, the lower of two, and 0 of none.
func Median(numbers []float64) float64 { return Quantile(numbers, 0.5) }

// Quantile returns the number below or at which the share q of numbers lies, from 0, the least, to 1, the
// greatest. It is 0 of no numbers.
func Quantile(numbers []float64, q float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	return sorted[int(q*float64(len(sorted)-1))]
}
