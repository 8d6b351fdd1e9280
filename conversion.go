package clarion

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Appointment is the kind of a conversion that does not say another.
const Appointment = "appointment"

// A Conversion is something that a customer did, such as book an appointment, as the system says in which they
// did it.
type Conversion struct {
	Kind  string    // "appointment", "sale", or what else the company counts
	ID    string    // which one it is among those of its kind, where it was made
	Code  Code      // of the share link by which the customer came; empty when that is not known
	Store StoreID   // where the customer goes, which the partner's store need not be; empty when not known
	Value int64     // in hundredths of the company's currency; 0 when not known
	At    time.Time // when the customer did it
}

// A DayTotal is what a booking system says of a whole day of a store: how many of a kind there were.
type DayTotal struct {
	Store StoreID
	Day   string // in the workspace's time zone, such as 2026-11-22
	Kind  string
	Count int
	Value int64 // of all together, in hundredths
}

// The bounds of what is taken as a conversion.
const (
	MaxConversionID     = 128                 // code points
	MaxValue            = 10_000_000_00       // hundredths
	MaxDayCount         = 1_000_000           // of one store, day and kind
	MaxConversionAge    = 90 * 24 * time.Hour // when it is told
	MaxConversionsAhead = 5 * time.Minute     // how far the other system's clock may be ahead
)

var conversionKind = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)

// Check returns what is wrong with a conversion, one entry for each field, in words for the one who sent it.
func (c Conversion) Check(now time.Time) []*InvalidError {
	return found(checkKind(c.Kind), checkConversionID(c.ID), c.checkOrigin(), checkValue(c.Value), checkTold("at", c.At, now))
}

// Check returns what is wrong with a total, likewise. The day's own bounds are those of its beginning: see DayStart.
func (t DayTotal) Check() []*InvalidError {
	var store, count *InvalidError
	if t.Store == "" {
		store = Invalid("store", "A number of a day needs the store that it is of: write the store's id.")
	}
	if t.Count < 0 || t.Count > MaxDayCount {
		count = Invalid("count", "The number must be a whole one from 0 to %d.", MaxDayCount)
	}
	return found(store, checkKind(t.Kind), count, checkValue(t.Value))
}

func found(all ...*InvalidError) []*InvalidError {
	var wrong []*InvalidError
	for _, e := range all {
		if e != nil {
			wrong = append(wrong, e)
		}
	}
	return wrong
}

func checkKind(kind string) *InvalidError {
	switch {
	case kind == "":
		return Invalid("kind", "Say what the customer did, such as appointment or sale.")
	case !conversionKind.MatchString(kind):
		return Invalid("kind", "A kind has up to 32 of a–z, 0–9, - and _ and begins with a letter, such as appointment or sale.")
	}
	return nil
}

func checkConversionID(id string) *InvalidError {
	switch {
	case id == "":
		return Invalid("id", "Give the id that this one has where it was made, so that it is counted once.")
	case !utf8.ValidString(id) || strings.ContainsRune(id, utf8.RuneError) || strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) }):
		return Invalid("id", "The id has characters in it that cannot be printed: take them out.")
	case utf8.RuneCountInString(id) > MaxConversionID:
		return Invalid("id", "The id has %d characters: shorten it to %d.", utf8.RuneCountInString(id), MaxConversionID)
	case strings.TrimSpace(id) != id:
		return Invalid("id", "The id has space around it: take it off.")
	}
	return nil
}

func (c Conversion) checkOrigin() *InvalidError {
	if c.Code == "" && c.Store == "" {
		return Invalid("click", "Give the click or code that the customer came by, or the store that they go to.")
	}
	return nil
}

func checkValue(value int64) *InvalidError {
	if value < 0 || value > MaxValue {
		return Invalid("value", "The value must be from 0 to %d.", MaxValue/100)
	}
	return nil
}

// checkTold checks a time for which something is told now.
func checkTold(field string, at, now time.Time) *InvalidError {
	switch {
	case at.After(now.Add(MaxConversionsAhead)):
		return Invalid(field, "This is in the future: give the time at which the customer booked or bought.")
	case at.Before(now.Add(-MaxConversionAge)):
		return Invalid(field, "This is more than 90 days ago, which is too late to count.")
	}
	return nil
}

// CheckDay says what is wrong with a day of which something is told, given its first moment.
func CheckDay(start, now time.Time) *InvalidError { return checkTold("day", start, now) }

// DayOf returns the name of the day that t falls in, as a clock in loc shows it.
func DayOf(t time.Time, loc *time.Location) string { return t.In(loc).Format(time.DateOnly) }

// DayStart returns the first moment of a day in loc. The error says that the day is none.
func DayStart(day string, loc *time.Location) (time.Time, error) {
	start, err := time.ParseInLocation(time.DateOnly, day, loc)
	if err != nil {
		return time.Time{}, Invalid("day", "%q is not a day: write it like 2026-11-22.", day)
	}
	// Where clocks are set forward at midnight, the day begins at one.
	for DayOf(start, loc) < day {
		start = start.Add(time.Hour)
	}
	return start, nil
}

var valueText = regexp.MustCompile(`^(0|[1-9][0-9]{0,9})(?:\.([0-9]{1,2}))?$`)

// ParseValue reads a decimal number with at most two places, such as 129.95, as hundredths.
func ParseValue(s string) (int64, error) {
	parts := valueText.FindStringSubmatch(s)
	if parts == nil {
		return 0, Invalid("value", "The value must be a number with at most two decimal places, such as 129.95, without currency and separators.")
	}
	places := (parts[2] + "00")[:2]
	value, err := strconv.ParseInt(parts[1]+places, 10, 64)
	if err != nil || value > MaxValue {
		return 0, checkValue(MaxValue + 1)
	}
	return value, nil
}

// FormatValue returns hundredths in the form that ParseValue reads, with two places.
func FormatValue(hundredths int64) string {
	digits := strconv.FormatInt(hundredths, 10)
	sign := ""
	if hundredths < 0 {
		sign, digits = "-", digits[1:]
	}
	for len(digits) < 3 {
		digits = "0" + digits
	}
	return sign + digits[:len(digits)-2] + "." + digits[len(digits)-2:]
}

// Rewards says whether what a customer did gives points to the partner whose link they came by: it does when
// they did it while the campaign could be shared, however late that is told: what was done before the campaign's
// end, or before it was taken back, counts. The official link is nobody's.
func (c Campaign) Rewards(link ShareLink, at time.Time) bool {
	if c.Recall != nil && at.Before(c.Recall.At) {
		c.Recall = nil
	}
	return !link.IsOfficial() && c.Shareable(at) == nil
}
