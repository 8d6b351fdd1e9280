package report

import (
	"cmp"
	"slices"

	clarion "github.com/clarion-bot/clarion"
)

// A StoreWeek is what one store did in a week, and what its customers did.
type StoreWeek struct {
	Store        clarion.Store
	Points       int  // all that its partners earned there
	Advocacy     int  // of these, the points for shares and visits
	Shares       int  // first shares of a campaign to a network
	People       int  // outside persons who came by its partners' links
	Conversions  int  // what those did
	Appointments int  // made in the store, whoever brought the customer
	Books        bool // its appointments are known: only then no appointment means none
}

// Sort puts stores with most points first, and those of equal points by name.
func Sort(stores []StoreWeek) {
	slices.SortFunc(stores, func(a, b StoreWeek) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Store.Name, b.Store.Name), cmp.Compare(a.Store.ID, b.Store.ID))
	})
}

// Advocacy returns the rank correlation between what stores earned by sharing and the appointments made in them,
// over the stores whose appointments are known. Points for conversions are no part of it: an appointment that
// gave points would stand on both sides. The error is [ErrFewPairs] or [ErrConstant].
func Advocacy(stores []StoreWeek) (Correlation, error) {
	return advocacy(stores, func(StoreWeek) float64 { return 1 })
}

// AdvocacyPerHead returns the same for each partner who works there, which takes the stores' sizes away. Stores
// whose headcount is not known are left out.
func AdvocacyPerHead(stores []StoreWeek) (Correlation, error) {
	return advocacy(stores, func(s StoreWeek) float64 { return float64(s.Store.Headcount) })
}

func advocacy(stores []StoreWeek, size func(StoreWeek) float64) (Correlation, error) {
	var x, y []float64
	for _, s := range stores {
		if n := size(s); s.Books && n > 0 {
			x, y = append(x, float64(s.Advocacy)/n), append(y, float64(s.Appointments)/n)
		}
	}
	return Spearman(x, y)
}
