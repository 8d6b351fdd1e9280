package clarion

import (
	"fmt"
	"time"
)

// A Week is an ISO 8601 week: Monday to Sunday in a workspace's time zone, written 2026-W47.
type Week struct {
	Year   int // the ISO year, which differs from the calendar's around New Year
	Number int // 1 to 53
}

// WeekOf returns the week that t falls in, as a clock in loc shows it.
func WeekOf(t time.Time, loc *time.Location) Week {
	year, number := t.In(loc).ISOWeek()
	return Week{Year: year, Number: number}
}

// ParseWeek reads the form that String writes.
func ParseWeek(s string) (Week, error) {
	var w Week
	if _, err := fmt.Sscanf(s, "%4d-W%2d", &w.Year, &w.Number); err != nil || w.String() != s {
		return Week{}, fmt.Errorf("%q is not a week: write it like 2026-W47", s)
	}
	if w.Year < 1 || WeekOf(w.Start(time.UTC), time.UTC) != w {
		return Week{}, fmt.Errorf("%q is not a week: %d has no week %d", s, w.Year, w.Number)
	}
	return w, nil
}

func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Number) }

// IsZero says whether w is the zero Week, which is no week.
func (w Week) IsZero() bool { return w == Week{} }

// Start returns the week's first moment: Monday 00:00 in loc.
func (w Week) Start(loc *time.Location) time.Time {
	// 4 January is always in week 1.
	jan4 := time.Date(w.Year, time.January, 4, 0, 0, 0, 0, loc)
	sinceMonday := (int(jan4.Weekday()) + 6) % 7
	return time.Date(w.Year, time.January, 4-sinceMonday+7*(w.Number-1), 0, 0, 0, 0, loc)
}

// End returns the moment after the week's last: the next week's start. A week with a change of clocks has
// 167 or 169 hours.
func (w Week) End(loc *time.Location) time.Time { return w.Next().Start(loc) }

// Next returns the week after w.
func (w Week) Next() Week { return w.plusDays(7) }

// Previous returns the week before w.
func (w Week) Previous() Week { return w.plusDays(-7) }

func (w Week) plusDays(days int) Week {
	return WeekOf(w.Start(time.UTC).AddDate(0, 0, days), time.UTC)
}
