package report

import (
	"errors"
	"testing"

	clarion "github.com/clarion-bot/clarion"
)

func TestAMultipleNeedsSomethingToCompareWith(t *testing.T) {
	for _, c := range []struct {
		reach Reach
		want  float64
		ok    bool
		rough bool
	}{
		{Reach{}, 0, false, true}, {Reach{Partners: 40}, 0, false, true}, {Reach{Official: 19}, 0, true, true},
		{Reach{Partners: 19, Official: 19}, 1, true, true}, {Reach{Partners: 50, Official: 20}, 2.5, true, false},
	} {
		if got, ok := c.reach.Multiple(); got != c.want || ok != c.ok || c.reach.Rough() != c.rough {
			t.Errorf("%+v: %v %v, rough %v", c.reach, got, ok, c.reach.Rough())
		}
	}
}

// week makes stores that have size, advocacy and appointments.
func week(figures ...[3]int) []StoreWeek {
	var stores []StoreWeek
	for i, f := range figures {
		stores = append(stores, StoreWeek{
			Store:  clarion.Store{ID: clarion.StoreID(rune('a' + i)), Name: string(rune('z' - i)), Headcount: f[0]},
			Points: f[1] + 25, Advocacy: f[1], Appointments: f[2], Books: true,
		})
	}
	return stores
}

func TestSizeAloneMakesACorrelationThatIsGonePerHead(t *testing.T) {
	// Larger stores have more of both; per head the busiest sharer has fewest appointments.
	stores := week([3]int{10, 20, 20}, [3]int{20, 42, 38}, [3]int{40, 88, 72}, [3]int{80, 184, 136}, [3]int{160, 400, 240})
	if c, err := Advocacy(stores); err != nil || c != (Correlation{N: 5, R: 1}) {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := AdvocacyPerHead(stores); err != nil || c != (Correlation{N: 5, R: -1}) {
		t.Errorf("per head: %+v %v", c, err)
	}
}

func TestStoresOfWhichTooLittleIsKnownAreLeftOut(t *testing.T) {
	stores := week([3]int{10, 1, 1}, [3]int{10, 2, 2}, [3]int{10, 3, 3}, [3]int{10, 4, 4}, [3]int{0, 5, 0}, [3]int{10, 6, 0})
	stores[5].Books = false // a head office
	if c, err := Advocacy(stores); err != nil || c.N != 5 || c.R == 1 {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := AdvocacyPerHead(stores); err != nil || c != (Correlation{N: 4, R: 1}) {
		t.Errorf("per head: %+v %v", c, err)
	}
	if _, err := Advocacy(nil); !errors.Is(err, ErrFewPairs) {
		t.Errorf("of no stores: %v", err)
	}
}

func TestPointsForConversionsDoNotCorrelateWithThemselves(t *testing.T) {
	stores := week([3]int{1, 4, 1}, [3]int{1, 3, 2}, [3]int{1, 2, 3}, [3]int{1, 1, 4})
	for i := range stores {
		stores[i].Points = stores[i].Advocacy + 25*stores[i].Appointments
	}
	if c, err := Advocacy(stores); err != nil || c.R != -1 {
		t.Errorf("%+v %v", c, err)
	}
}

func TestStoresAreSortedByPointsAndName(t *testing.T) {
	stores := week([3]int{0, 1, 0}, [3]int{0, 3, 0}, [3]int{0, 3, 0})
	Sort(stores)
	if stores[0].Store.ID != "c" || stores[1].Store.ID != "b" || stores[2].Store.ID != "a" {
		t.Errorf("%+v", stores)
	}
}
