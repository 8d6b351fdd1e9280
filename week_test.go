package clarion

import (
	"testing"
	"time"
)

func london(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestAWeekIsReadAsItIsWritten(t *testing.T) {
	for _, s := range []string{"2026-W01", "2026-W47", "2026-W53", "2020-W53", "2027-W52", "0001-W01", "9998-W52"} {
		if w, err := ParseWeek(s); err != nil || w.String() != s {
			t.Errorf("%q: %v %v", s, w, err)
		}
	}
	for _, s := range []string{"", "2026", "2026-W", "2026-W0", "2026-W00", "2026-W1", "2026-W54", "2027-W53", "2026-w47", "2026-W47 ", " 2026-W47",
		"2026-W047", "02026-W47", "26-W47", "2026-W+7", "+026-W47", "-001-W01", "0000-W01", "2026-W-1", "2026W47", "2026-W４７", "2026-W47x", "this"} {
		if w, err := ParseWeek(s); err == nil {
			t.Errorf("%q is read as %v", s, w)
		}
	}
}

func TestWeeksFollowEachOtherWithoutGapOverYearsAndChangesOfClocks(t *testing.T) {
	for _, loc := range []*time.Location{time.UTC, london(t), time.FixedZone("east", 14*3600), time.FixedZone("west", -12*3600)} {
		w := Week{2019, 50}
		for range 52 * 12 {
			next := w.Next()
			start, end := w.Start(loc), w.End(loc)
			if start.In(loc).Weekday() != time.Monday || start.In(loc).Hour() != 0 || !end.Equal(next.Start(loc)) || next.Previous() != w {
				t.Fatalf("%s in %s: %s to %s, then %s", w, loc, start, end, next)
			}
			if WeekOf(start, loc) != w || WeekOf(end.Add(-time.Nanosecond), loc) != w || WeekOf(end, loc) != next || WeekOf(start.Add(-time.Nanosecond), loc) != w.Previous() {
				t.Fatalf("%s in %s does not have its own moments", w, loc)
			}
			w = next
		}
		if w.Year < 2031 {
			t.Errorf("arrived at %s", w)
		}
	}
	for week, hours := range map[Week]float64{{2026, 13}: 167, {2026, 43}: 169, {2026, 47}: 168} {
		if got := week.End(london(t)).Sub(week.Start(london(t))).Hours(); got != hours {
			t.Errorf("%s has %g hours, want %g", week, got, hours)
		}
	}
	if w := (Week{2026, 53}); w.Next() != (Week{2027, 1}) || w.Previous() != (Week{2026, 52}) {
		t.Errorf("around %s: %s, %s", w, w.Previous(), w.Next())
	}
}

func TestAWeekBelongsToTheZone(t *testing.T) {
	sunday := time.Date(2026, 6, 7, 23, 30, 0, 0, time.UTC) // Monday 00:30 in London's summer
	if WeekOf(sunday, time.UTC) != (Week{2026, 23}) || WeekOf(sunday, london(t)) != (Week{2026, 24}) {
		t.Errorf("%s, %s", WeekOf(sunday, time.UTC), WeekOf(sunday, london(t)))
	}
}
