package report

// FewPeople is how many people by the official link are too few for a multiple to be more than rough: below
// it, chance alone moves the multiple by a fifth and more either way (one standard deviation of a count n is
// the square root of n).
const FewPeople = 20

// A Reach is how many outside persons came to a campaign, each counted once for a link.
type Reach struct {
	Partners int // by partners' links
	Official int // by the link of the company's own channels
}

// Multiple returns how many times as many people came by partners' links as by the company's own. It is false
// when nobody came by the company's own: then there is nothing to compare with.
func (r Reach) Multiple() (float64, bool) {
	if r.Official <= 0 {
		return 0, false
	}
	return float64(r.Partners) / float64(r.Official), true
}

// Rough says whether the multiple rests on fewer than [FewPeople] people.
func (r Reach) Rough() bool { return r.Official < FewPeople }
