package clarion

// A VisitKind says as what one visit of a share link was counted. Every visit is counted as exactly one.
type VisitKind string

// The kinds of visits. Only [Credited] ones give points.
const (
	Credited    VisitKind = "credited" // a person other than the sharer came for the first time
	OverCap     VisitKind = "cap"      // likewise, but the partner has all that the rule gives
	Held        VisitKind = "burst"    // likewise, but so many came at once that the social team decides
	Refused     VisitKind = "refused"  // the social team decided that it was no person
	Repeated    VisitKind = "repeat"   // this visitor was counted for this link
	Own         VisitKind = "own"      // the sharer's
	FromStaff   VisitKind = "staff"    // from a network that the operator named
	HeadOnly    VisitKind = "head"     // asked for the headers only
	Prefetched  VisitKind = "prefetch" // a browser asked before anybody pressed
	Previewed   VisitKind = "preview"  // a network or chat drew a preview
	Crawled     VisitKind = "crawler"  // a program that says so
	OddAgent    VisitKind = "agent"    // no user agent, or one that no browser sends
	AfterTheEnd VisitKind = "ended"    // the campaign was over
	// These visits are not led on to the content, whoever came.
	BeforeOpening VisitKind = "early"    // the campaign had not opened
	WhileRecalled VisitKind = "recalled" // the campaign was taken back
)

// VisitKinds returns every kind, in the order in which figures are shown.
func VisitKinds() []VisitKind {
	return []VisitKind{
		Credited, OverCap, Held, Refused, Repeated, Own, FromStaff, HeadOnly, Prefetched, Previewed, Crawled, OddAgent, AfterTheEnd,
		BeforeOpening, WhileRecalled,
	}
}

// LedOn says whether visits of the kind got to where their link leads.
func (k VisitKind) LedOn() bool { return k != BeforeOpening && k != WhileRecalled }

// Label returns the kind in words that go on after "visits", such as "by somebody new".
func (k VisitKind) Label() string {
	switch k {
	case Credited:
		return "by somebody new"
	case OverCap:
		return "by somebody new, beyond what gives points"
	case Held:
		return "in a burst, waiting for the social team"
	case Refused:
		return "in a burst, refused by the social team"
	case Repeated:
		return "by somebody who had been there"
	case Own:
		return "by the sharer"
	case FromStaff:
		return "from the company's own network"
	case HeadOnly:
		return "by a program that looked at the headers"
	case Prefetched:
		return "by a browser that fetched ahead"
	case Previewed:
		return "to draw a preview"
	case Crawled:
		return "by a crawler"
	case OddAgent:
		return "by a program that does not say what it is"
	case AfterTheEnd:
		return "after the campaign's end"
	case BeforeOpening:
		return "before the campaign opened"
	case WhileRecalled:
		return "while the campaign was taken back"
	}
	return string(k)
}

// Visits are the visits of one link, or of several, by kind.
type Visits map[VisitKind]int

// Raw returns the number of all visits.
func (v Visits) Raw() int {
	n := 0
	for _, of := range v {
		n += of
	}
	return n
}

// People returns how many outside persons came, each once, whether or not a cap left points for them.
func (v Visits) People() int { return v[Credited] + v[OverCap] }

// Add adds other visits.
func (v Visits) Add(other Visits) {
	for kind, n := range other {
		v[kind] += n
	}
}

// A VisitorID tells the visitors of a day apart: 16 bytes of an HMAC of address and user agent under a key
// that lives one day. Nobody can be found by it.
type VisitorID [16]byte

// A Tally is what came of one partner's sharing of one campaign.
type Tally struct {
	Visits map[Network]Visits
	Awards map[Reason]int // how many awards gave points
}

// Sum returns the visits over all networks.
func (t Tally) Sum() Visits {
	sum := Visits{}
	for _, v := range t.Visits {
		sum.Add(v)
	}
	return sum
}
