package schedule

import (
	"fmt"
	"strings"
	"time"
)

// week is the order in which days of the week are named.
var week = [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// String says the schedule in plain words, which stand alone or after a verb: "every weekday at 09:00", "on the 1st
// and 15th of the month at 10:00". Parse reads them as the same schedule. The zero Schedule is "never".
func (s Schedule) String() string {
	if s.IsZero() {
		return "never"
	}
	var times []string
	for hour, minute := range s.at {
		if minute > 0 {
			times = append(times, clock(60*hour+int(minute)-1))
		}
	}
	return strings.Join(s.days.words(), " and ") + " at " + enumerate(times)
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// words says the days, one entry for each sort of them.
func (d days) words() (parts []string) {
	in, of := "", " of the month"
	if d.months != everyMonth {
		in, of = " in "+d.monthWords(), " of "+d.monthWords()
	}
	if each := d.eachWords(); each != "" {
		parts = append(parts, "every "+each+in)
	}
	if d.dates != 0 || d.last {
		parts = append(parts, "on the "+d.datesWords()+of)
	}
	if nth := d.nthWords(); nth != "" {
		parts = append(parts, "on the "+nth+of)
	}
	return parts
}

// eachWords says the days of the week that are all meant.
func (d days) eachWords() string {
	var every []int // of the week's days
	mask := 0
	for i, weekday := range week {
		if d.weekly[weekday] == everyWeek {
			every = append(every, i)
			mask |= 1 << weekday
		}
	}
	switch {
	case len(every) == 7:
		return "day"
	case mask == workdays:
		return "weekday"
	}
	return enumerate(spans(every, func(i int) string { return week[i].String() }))
}

// nthWords says the days of the week of which some weeks are meant: "first Monday and the last Friday".
func (d days) nthWords() string {
	var parts []string
	for _, weekday := range week {
		weeks := d.weekly[weekday]
		if weeks == 0 || weeks == everyWeek {
			continue
		}
		var nths []string
		for _, n := range set(weeks &^ lastWeek) {
			nths = append(nths, ordinals[n-1])
		}
		if weeks&lastWeek != 0 {
			nths = append(nths, "last")
		}
		parts = append(parts, enumerate(nths)+" "+weekday.String())
	}
	return strings.Join(parts, " and the ")
}

// datesWords says the dates: "1st to 7th and last day".
func (d days) datesWords() string {
	dates := spans(set(d.dates), func(n int) string { return fmt.Sprintf("%d%s", n, suffix(n)) })
	if d.last {
		dates = append(dates, "last day")
	}
	return enumerate(dates)
}

// dateWords says the dates with their months: "30th of February".
func (d days) dateWords() string { return d.datesWords() + " of " + d.monthWords() }

func (d days) monthWords() string {
	return enumerate(spans(set(d.months), func(n int) string { return time.Month(n).String() }))
}

// suffix returns what makes an ordinal of a number.
func suffix(n int) string {
	switch {
	case n%10 == 1 && n != 11:
		return "st"
	case n%10 == 2 && n != 12:
		return "nd"
	case n%10 == 3 && n != 13:
		return "rd"
	}
	return "th"
}

// spans names numbers that ascend, three and more in a row by the first and the last.
func spans(numbers []int, name func(int) string) []string {
	var names []string
	for len(numbers) > 0 {
		run := 1
		for run < len(numbers) && numbers[run] == numbers[0]+run {
			run++
		}
		if run < 3 {
			run = 1
			names = append(names, name(numbers[0]))
		} else {
			names = append(names, name(numbers[0])+" to "+name(numbers[run-1]))
		}
		numbers = numbers[run:]
	}
	return names
}

// enumerate joins parts: a, b and c.
func enumerate(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
