package report

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

// TestSpearmanAgreesWithPublishedExamples has the results of others.
func TestSpearmanAgreesWithPublishedExamples(t *testing.T) {
	for _, c := range []struct {
		name      string
		x, y      []float64
		r         float64
		low, high float64 // 0 and 0: not published
	}{
		{ // https://en.wikipedia.org/wiki/Spearman%27s_rank_correlation_coefficient#Example
			name: "hours of television and intelligence",
			x:    []float64{106, 100, 86, 101, 99, 103, 97, 113, 112, 110}, y: []float64{7, 27, 0, 50, 28, 29, 20, 12, 6, 17},
			r: -29.0 / 165,
		},
		{ // https://rdrr.io/cran/statpsych/man/ci.spear.html, with ties, by Bonett's own package
			name: "statpsych ci.spear",
			x:    []float64{67, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51}, y: []float64{21, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19},
			r: 0.8699639, low: 0.5840951, high: 0.9638297,
		},
	} {
		got, err := Spearman(c.x, c.y)
		if err != nil || got.N != len(c.x) || !near(got.R, c.r, 5e-8) {
			t.Errorf("%s: %+v %v, want %v", c.name, got, err, c.r)
		}
		low, high, ok := got.Interval(0.95)
		if c.low != 0 && (!ok || !near(low, c.low, 5e-8) || !near(high, c.high, 5e-8)) {
			t.Errorf("%s: from %v to %v %v, want %v to %v", c.name, low, high, ok, c.low, c.high)
		}
	}
	// https://rdrr.io/cran/vcmeta/man/se.spear.html: the error of r itself is that of z, times 1−r².
	c := Correlation{N: 55, R: 0.4}
	low, high, _ := c.Interval(0.95)
	if se := (math.Atanh(high) - math.Atanh(low)) / 2 / 1.959963984540054 * (1 - c.R*c.R); !near(se, 0.1210569, 5e-8) {
		t.Errorf("a standard error of %v", se)
	}
}

func TestEqualValuesShareTheAverageOfTheirRanks(t *testing.T) {
	got := ranks([]float64{30, 10, 20, 10, 30, 30, -1})
	for i, want := range []float64{6, 2.5, 4, 2.5, 6, 6, 1} {
		if got[i] != want {
			t.Errorf("ranks %v, want %v at %d", got, want, i)
		}
	}
}

func TestOnlyTheOrderCounts(t *testing.T) {
	x, y := []float64{1, 2, 3, 4, 5}, []float64{2, 1, 4, 3, 5}
	want, err := Spearman(x, y)
	if err != nil || !near(want.R, 0.8, 1e-15) {
		t.Fatalf("%+v %v", want, err)
	}
	got, err := Spearman([]float64{-9, 0, 0.5, 1e6, 1e9}, []float64{4, 1, 16, 9, 25})
	if err != nil || got != want {
		t.Errorf("%+v %v, want %+v", got, err, want)
	}
	back, err := Spearman(y, x)
	if err != nil || !near(back.R, want.R, 1e-15) {
		t.Errorf("the other way round: %+v %v, want %+v", back, err, want)
	}
	if x[0] != 1 || y[0] != 2 {
		t.Error("the values were changed")
	}
}

func TestThereIsNoCorrelationOfFewPairsOrConstantValues(t *testing.T) {
	one, up := []float64{7, 7, 7, 7}, []float64{1, 2, 3, 4}
	for _, c := range []struct {
		name string
		x, y []float64
		want error
	}{
		{"none", nil, nil, ErrFewPairs}, {"three", up[:3], up[:3], ErrFewPairs},
		{"the first is constant", one, up, ErrConstant}, {"the second is constant", up, one, ErrConstant},
	} {
		if got, err := Spearman(c.x, c.y); !errors.Is(err, c.want) || got.R != 0 || got.N != len(c.x) {
			t.Errorf("%s: %+v %v", c.name, got, err)
		}
	}
	if _, err := Spearman(up, up[:3]); err == nil {
		t.Error("values without their other are correlated")
	}
}

func TestAPerfectCorrelationIsOneAndHasNoInterval(t *testing.T) {
	var x, squares, down []float64
	for i := range 23 {
		x, squares, down = append(x, float64(i)), append(squares, float64(i*i)), append(down, float64(-i/2))
	}
	up, err := Spearman(x, squares)
	if _, _, ok := up.Interval(0.95); err != nil || up.R != 1 || ok {
		t.Errorf("%+v %v, with an interval: %v", up, err, ok)
	}
	reverse, err := Spearman(squares, down)
	if err != nil || reverse.R <= -1 || reverse.R > -0.98 {
		t.Errorf("in pairs of ties: %+v %v", reverse, err)
	}
	for i := range down {
		down[i] = -squares[i]
	}
	if reverse, err := Spearman(x, down); err != nil || reverse.R != -1 {
		t.Errorf("%+v %v", reverse, err)
	}
}

func TestAnIntervalNeedsTenPairsAndLiesWithinMinusOneAndOne(t *testing.T) {
	for n := LeastPairs; n < 200; n++ {
		for _, r := range []float64{-0.999, -0.5, 0, 0.3, 0.999} {
			low, high, ok := Correlation{N: n, R: r}.Interval(0.95)
			if ok != (n >= LeastForInterval) {
				t.Errorf("%d pairs: %v", n, ok)
			}
			if ok && !(-1 <= low && low < r && r < high && high <= 1) {
				t.Errorf("%v of %d pairs: from %v to %v", r, n, low, high)
			}
		}
	}
}

// TestTheIntervalHoldsTheTruthNineteenTimesInTwenty draws pairs from a bivariate normal distribution, whose rank
// correlation is known: 6/π·asin(ρ/2) (M. Kendall and J. Gibbons, Rank Correlation Methods, 5th edition, 1990,
// chapter 10).
func TestTheIntervalHoldsTheTruthNineteenTimesInTwenty(t *testing.T) {
	const draws = 2000
	random := rand.New(rand.NewPCG(1904, 2000))
	for _, n := range []int{LeastForInterval, 20, 52} {
		for _, rho := range []float64{0, 0.3, 0.6, 0.8} {
			truth := 6 / math.Pi * math.Asin(rho/2)
			held := 0
			for range draws {
				x, y := make([]float64, n), make([]float64, n)
				for i := range n {
					x[i] = random.NormFloat64()
					y[i] = rho*x[i] + math.Sqrt(1-rho*rho)*random.NormFloat64()
				}
				c, err := Spearman(x, y)
				if err != nil {
					t.Fatal(err)
				}
				low, high, ok := c.Interval(0.95)
				if !ok || low <= truth && truth <= high {
					held++ // a perfect one has no interval, and misleads nobody
				}
			}
			coverage := float64(held) / draws
			t.Logf("n=%d rho=%.1f: coverage %.4f", n, rho, coverage)
			if !near(coverage, 0.95, 0.02) {
				t.Errorf("of %d pairs with ρ=%v, %v of the intervals hold the truth", n, rho, coverage)
			}
		}
	}
}
