package schedule

import "time"

// Next returns the first instant after the given one at which the schedule is due in the zone. It is the zero Time
// for the zero Schedule.
func (s Schedule) Next(after time.Time, loc *time.Location) time.Time {
	run, ok := s.following(furthest(after, loc))
	if !ok {
		return time.Time{}
	}
	return instant(run, loc)
}

// Last returns the last instant at or before now at which the schedule was due in the zone. It is false when that
// is longer ago than within, or when there is none. It knows nothing of when the schedule was made: one that was
// made after the instant has missed nothing.
func (s Schedule) Last(now time.Time, within time.Duration, loc *time.Location) (due time.Time, ok bool) {
	run, ok := s.preceding(furthest(now, loc))
	if !ok {
		return time.Time{}, false
	}
	due = instant(run, loc)
	if now.Sub(due) > within {
		return time.Time{}, false
	}
	return due, true
}

// Period names the run that is due at an instant that Next or Last returned for the same zone, by the date and time
// that the schedule means, such as 2026-11-23T09:00. It is the name under which one of several processes claims the
// run.
//
// The name has no zone in it, so that a run which has been done is not done again when the zone is changed: with
// "every day at 09:00", done in London and then moved to New York, nine in the morning of that day comes there five
// hours later, under the name that is claimed. After a move to the east a run can lie in the past at once; Last
// returns it as one that was missed. A claim has to be kept for as long as Last looks back, and a day more.
func (s Schedule) Period(due time.Time, loc *time.Location) string {
	run, ok := s.preceding(furthest(due, loc))
	if !ok {
		run = floating(due.In(loc))
	}
	return run.Format("2006-01-02T15:04")
}

// The functions below reckon with readings of a clock on the wall, which are times in UTC that stand for no
// instant.

// longest is how many years can be between two runs, and more: the fifth Monday of February comes once in 28 years,
// and in 40 where 2100, which is no leap year, is between.
const longest = 48

// following returns the first run after a reading.
func (s Schedule) following(reading time.Time) (run time.Time, ok bool) {
	if s.IsZero() {
		return time.Time{}, false
	}
	year, month, day := reading.Date()
	for date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC); date.Year() <= year+longest; {
		if s.days.months>>date.Month()&1 == 0 {
			date = date.AddDate(0, 1, 1-date.Day())
			continue
		}
		if s.days.on(date) {
			for hour := range s.at {
				if run, ok := s.run(date, hour); ok && run.After(reading) {
					return run, true
				}
			}
		}
		date = date.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

// preceding returns the last run at or before a reading.
func (s Schedule) preceding(reading time.Time) (run time.Time, ok bool) {
	if s.IsZero() {
		return time.Time{}, false
	}
	year, month, day := reading.Date()
	for date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC); date.Year() >= year-longest; {
		if s.days.months>>date.Month()&1 == 0 {
			date = date.AddDate(0, 0, -date.Day())
			continue
		}
		if s.days.on(date) {
			for hour := len(s.at) - 1; hour >= 0; hour-- {
				if run, ok := s.run(date, hour); ok && !run.After(reading) {
					return run, true
				}
			}
		}
		date = date.AddDate(0, 0, -1)
	}
	return time.Time{}, false
}

// run returns the run of an hour of the date, if it has one.
func (s Schedule) run(date time.Time, hour int) (time.Time, bool) {
	minute := int(s.at[hour]) - 1
	return date.Add(time.Duration(hour*60+minute) * time.Minute), minute >= 0
}

// floating returns what the clock of t's zone shows.
func floating(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// furthest returns the furthest that the zone's clock has ever come by an instant. It is what the clock shows,
// unless clocks went back not long ago.
func furthest(t time.Time, loc *time.Location) time.Time {
	t = t.In(loc)
	reading := floating(t)
	for start, _ := t.ZoneBounds(); !start.IsZero() && t.Sub(start) <= 24*time.Hour; { // no clock goes back further
		before := start.Add(-1)
		if r := floating(before); r.After(reading) {
			reading = r
		}
		start, _ = before.ZoneBounds()
	}
	return reading
}

// instant returns the first instant at which the zone's clock shows a reading or a later one.
func instant(reading time.Time, loc *time.Location) time.Time {
	t := reading.Add(-24 * time.Hour).In(loc) // no zone is that far from UTC
	for {
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		shown := reading.Add(-time.Duration(offset) * time.Second).In(loc)
		if shown.Before(t) { // the clock jumped over it
			return t
		}
		if end.IsZero() || shown.Before(end) {
			return shown
		}
		t = end
	}
}
