package measure

import "testing"

func TestQuantileIsOneOfTheNumbers(t *testing.T) {
	hundred := make([]float64, 0, 100)
	for i := 100; i >= 1; i-- {
		hundred = append(hundred, float64(i))
	}
	for _, c := range []struct {
		numbers []float64
		q, want float64
	}{
		{nil, 0.5, 0},
		{[]float64{7}, 0.99, 7},
		{[]float64{3, 1, 2}, 0.5, 2},
		{[]float64{4, 1, 3, 2}, 0.5, 2},
		{hundred, 0, 1},
		{hundred, 0.5, 50},
		{hundred, 0.99, 99},
		{hundred, 1, 100},
	} {
		if got := Quantile(c.numbers, c.q); got != c.want {
			t.Errorf("Quantile(%v, %v) = %v, want %v", c.numbers, c.q, got, c.want)
		}
	}
	if hundred[0] != 100 {
		t.Error("Quantile has sorted the numbers that it was given")
	}
}
