package clarion

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Hours are the times of the week at which stores may be written to without having asked: for each day from one
// time of day to another, by the clock on the store's wall. The zero Hours have none.
type Hours struct{ days [7]span } // by time.Weekday

// A span goes from one time since midnight to another, which is no longer of it.
type span struct{ from, to time.Duration }

var weekdays = []time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

// short is how Hours are written: "Mon".
func short(d time.Weekday) string { return d.String()[:3] }

// ParseHours reads the form that String writes: "09:00-18:00" for every day, or days before the times, with
// commas between: "Mon-Sat 09:00-18:00, Sun 11:00-17:00". Days that are not named have no hours.
func ParseHours(s string) (Hours, error) {
	var h Hours
	groups := strings.Split(s, ",")
	for _, group := range groups {
		words := strings.Fields(group)
		days := weekdays
		switch {
		case len(words) == 1 && len(groups) == 1:
		case len(words) == 2:
			var err error
			if days, err = parseDays(words[0]); err != nil {
				return Hours{}, err
			}
		default:
			return Hours{}, fmt.Errorf("%q is not a day and its hours: write Mon-Sat 09:00-18:00", strings.TrimSpace(group))
		}
		hours, err := parseSpan(words[len(words)-1])
		if err != nil {
			return Hours{}, err
		}
		for _, d := range days {
			if h.days[d] != (span{}) {
				return Hours{}, fmt.Errorf("%s is named twice: each day has its hours once", d)
			}
			h.days[d] = hours
		}
	}
	return h, nil
}

func parseDays(s string) ([]time.Weekday, error) {
	first, last, ranged := strings.Cut(s, "-")
	if !ranged {
		last = first
	}
	find := func(name string) int {
		return slices.IndexFunc(weekdays, func(d time.Weekday) bool { return short(d) == name })
	}
	from, to := find(first), find(last)
	switch {
	case from < 0 || to < 0:
		return nil, fmt.Errorf("%q is no day of the week: write Sat, or Mon-Fri", s)
	case ranged && to <= from:
		return nil, fmt.Errorf("%q goes backwards: a week begins on Mon and ends on Sun", s)
	}
	return weekdays[from : to+1], nil
}

func parseSpan(s string) (span, error) {
	first, last, ok := strings.Cut(s, "-")
	from, err := parseClock(first)
	to, err2 := parseClock(last)
	switch {
	case !ok || err != nil || err2 != nil:
		return span{}, fmt.Errorf("%q are no hours: write 09:00-18:00", s)
	case to <= from:
		return span{}, fmt.Errorf("%q ends before it begins: hours are of one day, which ends at 24:00", s)
	}
	return span{from, to}, nil
}

// parseClock reads a time of day, to which 24:00 belongs.
func parseClock(s string) (time.Duration, error) {
	if s == "24:00" {
		return day, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || t.Format("15:04") != s {
		return 0, fmt.Errorf("%q is no time of day", s)
	}
	return sinceMidnight(t), nil
}

const day = 24 * time.Hour

// sinceMidnight is what the clock shows, whatever became of the hours before: on a day on which clocks are
// changed it is not how long the day has lasted.
func sinceMidnight(t time.Time) time.Duration {
	hour, minute, second := t.Clock()
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(t.Nanosecond())
}

// String returns the form that ParseHours reads.
func (h Hours) String() string {
	var groups []string
	for i := 0; i < len(weekdays); {
		hours, last := h.days[weekdays[i]], i
		for last+1 < len(weekdays) && h.days[weekdays[last+1]] == hours {
			last++
		}
		name := short(weekdays[i])
		switch {
		case i == 0 && last == len(weekdays)-1:
			return hours.String()
		case last > i:
			name += "-" + short(weekdays[last])
		}
		if hours != (span{}) {
			groups = append(groups, name+" "+hours.String())
		}
		i = last + 1
	}
	return strings.Join(groups, ", ")
}

func (s span) String() string {
	if s == (span{}) {
		return ""
	}
	clock := func(d time.Duration) string { return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60) }
	return clock(s.from) + "-" + clock(s.to)
}

// Include says whether a moment is within the hours, as a clock in loc shows it.
func (h Hours) Include(t time.Time, loc *time.Location) bool {
	t = t.In(loc)
	now, hours := sinceMidnight(t), h.days[t.Weekday()]
	return hours.from <= now && now < hours.to
}

// Next returns the first moment within the hours that is not before t, or the zero time when there are none.
func (h Hours) Next(t time.Time, loc *time.Location) time.Time {
	t = t.In(loc)
	for limit := t.AddDate(0, 0, 15); t.Before(limit); { // a day's hours can be lost to a change of clocks, once
		if h.Include(t, loc) {
			return t
		}
		now, hours := sinceMidnight(t), h.days[t.Weekday()]
		next := t.Add(day - now)
		if now < hours.from {
			next = t.Add(hours.from - now)
		}
		// Behind a change of clocks they show something else.
		if _, change := t.ZoneBounds(); !change.IsZero() && change.Before(next) {
			next = change
		}
		t = next
	}
	return time.Time{}
}
