package schedule

import (
	"math/bits"
	"time"
)

// A Schedule is the dates and times of day at which something recurs, as a clock on the wall shows them. Schedules
// compare with ==. The zero Schedule never comes.
type Schedule struct {
	days days
	at   [24]uint8 // by hour: the minute, plus one; 0 when the hour has no run
}

// days are the dates of a schedule: those of the months that any of the rules names.
type days struct {
	months uint16   // bit n: the month n of the year
	dates  uint32   // bit n: the nth of the month
	last   bool     // the last day of the month
	weekly [7]uint8 // by weekday: bit n: the nth of the month, bit 0: the last
}

const (
	everyMonth = 1<<13 - 1<<1
	everyDate  = 1<<32 - 1<<1
	everyWeek  = 1<<6 - 1<<1
	lastWeek   = 1
)

// IsZero says whether s is the zero Schedule, which never comes.
func (s Schedule) IsZero() bool { return s == Schedule{} }

// MarshalText returns what String says. The zero Schedule is empty.
func (s Schedule) MarshalText() ([]byte, error) {
	if s.IsZero() {
		return nil, nil
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what MarshalText has written, and whatever else Parse reads. The empty text is the zero
// Schedule.
func (s *Schedule) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Schedule{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// MustParse is Parse for words in a program's source. It panics when they are no schedule.
func MustParse(words string) Schedule {
	s, err := Parse(words)
	if err != nil {
		panic("schedule: " + err.Error())
	}
	return s
}

// new returns the schedule of the days and the times of day, in minutes since midnight. Runs are at least an hour
// apart, and there is one at some time.
func (d days) new(times []int) (Schedule, error) {
	s := Schedule{days: d.canonical()}
	for _, t := range times {
		for _, other := range times {
			if apart := (other - t + 24*60) % (24 * 60); apart != 0 && apart < 60 {
				return Schedule{}, refuse("%s and %s are too close: leave an hour or more between two times of day, over midnight as well.", clock(t), clock(other))
			}
		}
		s.at[t/60] = uint8(t%60 + 1) // #nosec G115 -- at most 60
	}
	if !d.come() {
		return Schedule{}, refuse("This never comes: there is no %s. Choose another day, for example “last day of the month”.", d.dateWords())
	}
	return s, nil
}

// canonical returns the one form of days that several forms can mean, so that equal words make equal schedules.
func (d days) canonical() days {
	every := 0
	for i, weeks := range d.weekly {
		const four = everyWeek &^ (1 << 5)
		switch {
		case weeks&four == four && weeks != four: // the fifth is always the last
			d.weekly[i] = everyWeek
			every++
		case weeks&lastWeek != 0:
			d.weekly[i] &^= 1 << 5
		}
	}
	if d.last {
		d.dates |= 1 << 31 // the 31st is always the last
	}
	if every == 7 || d.dates == everyDate {
		return days{months: d.months, weekly: [7]uint8{everyWeek, everyWeek, everyWeek, everyWeek, everyWeek, everyWeek, everyWeek}}
	}
	if d.last {
		d.dates &^= 1 << 31
	}
	return d
}

// come says whether any calendar has one of the days.
func (d days) come() bool {
	if d.months == 0 {
		return false
	}
	if d.last || d.weekly != [7]uint8{} {
		return true // even the fifth Monday of February is there, once in 28 years
	}
	for month := time.January; month <= time.December; month++ {
		const leap = 2028
		if d.months>>month&1 != 0 && d.dates&(1<<(monthLength(leap, month)+1)-1) != 0 {
			return true
		}
	}
	return false
}

// on says whether a date is one of the days.
func (d days) on(date time.Time) bool {
	year, month, day := date.Date()
	if d.months>>month&1 == 0 {
		return false
	}
	if d.dates>>day&1 != 0 {
		return true
	}
	length, weeks := monthLength(year, month), d.weekly[date.Weekday()]
	return d.last && day == length || weeks>>((day+6)/7)&1 != 0 || weeks&lastWeek != 0 && day > length-7
}

func monthLength(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// set returns the numbers of the bits that are set, ascending.
func set[T uint8 | uint16 | uint32 | uint64](mask T) []int {
	var numbers []int
	for m := uint64(mask); m != 0; m &= m - 1 {
		numbers = append(numbers, bits.TrailingZeros64(m))
	}
	return numbers
}
