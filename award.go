package clarion

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Reason says what points were awarded for.
type Reason string

const (
	// ShareReason: a partner opened a network's composer with their link.
	ShareReason Reason = "share"
	// ClickReason: an outside person came by a share link for the first time.
	ClickReason Reason = "click"
	// ConversionReason: a customer who came by a share link did something, such as book an appointment.
	ConversionReason Reason = "conversion"
	// ReversalReason: the social team took an award back.
	ReversalReason Reason = "reversal"
)

// Reasons returns every reason that has a rule, in the order in which rules are shown.
func Reasons() []Reason { return []Reason{ShareReason, ClickReason, ConversionReason} }

// An AwardKey says what makes an award unique among those of its partner and campaign: 64 bits of a hash, of
// which two among a million are the same with a chance of one in thirty million.
type AwardKey int64

// KeyOf returns the key that parts make, each ended by a zero byte.
func KeyOf(parts ...string) AwardKey {
	text := make([]byte, 0, 192)
	for _, part := range parts {
		text = append(append(text, part...), 0)
	}
	sum := sha256.Sum256(text)
	return AwardKey(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // bits, not a number
}

// An Award is one row of the ledger, which is never changed afterwards.
//
// Storage awards the points to the store in which the partner works at that moment; a partner who moves
// leaves earned points where they were earned.
type Award struct {
	Key      AwardKey   // what makes it unique for its partner and campaign: see Share, Click and Conversion
	Partner  PartnerID  //
	Store    StoreID    // filled in by storage
	Campaign CampaignID //
	Reason   Reason     //
	Points   int        //
	Factor   int        // how many times what the rule gives; 0: once
	Cap      int        // at most so many awards of this reason for a partner and campaign; 0: no end
	Rules    int        // version of the rules that said how many points
	Week     Week       // the week of At in the workspace's time zone
	At       time.Time  //
	Network  Network    // of the link it came by
}

// A Rule says what one reason is worth.
type Rule struct {
	Points int `json:"points"`
	Cap    int `json:"cap,omitempty"` // at most so many awards for a partner and campaign; 0: no end
}

// Rules are the points for each reason, under a version. Changing them never rewrites the past.
type Rules struct {
	Version int             `json:"version"`
	For     map[Reason]Rule `json:"for"`
}

// DefaultRules returns the rules that hold when nothing else is set: a share 5, a click 1 up to 20, a
// conversion 25.
func DefaultRules() Rules {
	return Rules{For: map[Reason]Rule{
		ShareReason:      {Points: 5},
		ClickReason:      {Points: 1, Cap: 20},
		ConversionReason: {Points: 25},
	}}
}

// ParseRules reads rules as they stand in a setting: "share=5 click=1/20" gives 5 points for a share, and 1
// for a click, at most 20 times for a partner and campaign. A reason that is left out keeps its default.
func ParseRules(s string) (Rules, error) {
	rules := DefaultRules()
	for _, word := range strings.Fields(s) {
		name, value, ok := strings.Cut(word, "=")
		if _, known := rules.For[Reason(name)]; !ok || !known {
			return Rules{}, fmt.Errorf("%q is not a rule: write share=5 or click=1/20", word)
		}
		points, most, capped := strings.Cut(value, "/")
		rule := Rule{}
		var err error
		if rule.Points, err = parseWhole(points, 0); err != nil {
			return Rules{}, fmt.Errorf("%q: the points must be a whole number from 0 to %d", word, maxRule)
		}
		if capped {
			if rule.Cap, err = parseWhole(most, 1); err != nil {
				return Rules{}, fmt.Errorf("%q: the number after / must be a whole number from 1 to %d", word, maxRule)
			}
		}
		rules.For[Reason(name)] = rule
	}
	return rules, nil
}

const maxRule = 10_000

func parseWhole(s string, least int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, err
	}
	if n < least || n > maxRule {
		return 0, strconv.ErrRange
	}
	return n, nil
}

// String returns the form that ParseRules reads.
func (r Rules) String() string {
	var words []string
	for _, reason := range Reasons() {
		rule := r.For[reason]
		word := fmt.Sprintf("%s=%d", reason, rule.Points)
		if rule.Cap > 0 {
			word += fmt.Sprintf("/%d", rule.Cap)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// Share returns the award for a share: once for a partner, campaign and network. It is what the rule gives: see
// [Campaign.ShareAward].
func (r Rules) Share(link ShareLink, at time.Time, loc *time.Location) Award {
	return r.award(ShareReason, link, KeyOf("share", string(link.Network)), at, loc)
}

// Click returns the award for a credited click: once for a visitor and link.
func (r Rules) Click(link ShareLink, visitor VisitorID, at time.Time, loc *time.Location) Award {
	return r.award(ClickReason, link, KeyOf("click", string(link.Network), string(visitor[:])), at, loc)
}

// Conversion returns the award for what a customer did after a click: once for its kind and the id that it
// has where it was made.
func (r Rules) Conversion(link ShareLink, kind, externalID string, at time.Time, loc *time.Location) Award {
	return r.award(ConversionReason, link, KeyOf("conversion", kind, externalID), at, loc)
}

// Reversal returns the award that takes another back: once for it, in the same week, so that the boards of
// that week are as if it had never been made.
func Reversal(of Award, at time.Time) Award {
	reversal := of
	reversal.Key = KeyOf("reversal", strconv.FormatInt(int64(of.Key), 10))
	reversal.Reason, reversal.Points, reversal.At = ReversalReason, -of.Points, at
	return reversal
}

func (r Rules) award(reason Reason, link ShareLink, key AwardKey, at time.Time, loc *time.Location) Award {
	rule := r.For[reason]
	return Award{
		Key: key, Partner: link.Partner, Campaign: link.Campaign, Reason: reason, Points: rule.Points, Cap: rule.Cap,
		Rules: r.Version, Week: WeekOf(at, loc), At: at, Network: link.Network,
	}
}

// An Outcome says what became of an award.
type Outcome int

const (
	// Known: the key was there already; nothing was changed.
	Known Outcome = iota
	// Awarded: the row was written and the boards were moved.
	Awarded
	// Capped: the key is now known, but the partner has all that the rule gives; no points.
	Capped
)

func (o Outcome) String() string {
	switch o {
	case Known:
		return "known"
	case Awarded:
		return "awarded"
	case Capped:
		return "capped"
	}
	return "Outcome(" + strconv.Itoa(int(o)) + ")"
}
