package schedule

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func utc(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05Z", s+"Z")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A due is an instant, as the zone's clock shows it, and the name of the run.
type due struct{ at, period string }

// dues returns what is due after an instant until another.
func dues(s Schedule, from, until time.Time, loc *time.Location) (list []due) {
	for at := s.Next(from, loc); !at.IsZero() && !at.After(until); at = s.Next(at, loc) {
		list = append(list, due{at.Format("01-02 15:04 -07:00"), s.Period(at, loc)})
	}
	return list
}

func TestATimeThatClocksJumpOverIsDueWhenTheyHaveJumpedAndOneThatComesTwiceOnlyOnce(t *testing.T) {
	for name, c := range map[string]struct {
		words, zone, from, until string // from and until in UTC
		want                     []due
	}{
		"01:30 when London goes forward": {"every day 01:30", "Europe/London", "2027-03-26 12:00:00", "2027-03-29 12:00:00",
			[]due{{"03-27 01:30 +00:00", "2027-03-27T01:30"}, {"03-28 02:00 +01:00", "2027-03-28T01:30"}, {"03-29 01:30 +01:00", "2027-03-29T01:30"}}},
		"01:30 when London goes back": {"every day 01:30", "Europe/London", "2026-10-24 12:00:00", "2026-10-26 12:00:00",
			[]due{{"10-25 01:30 +01:00", "2026-10-25T01:30"}, {"10-26 01:30 +00:00", "2026-10-26T01:30"}}},
		"02:30 when New York goes forward": {"every day 02:30", "America/New_York", "2027-03-13 12:00:00", "2027-03-15 12:00:00",
			[]due{{"03-14 03:00 -04:00", "2027-03-14T02:30"}, {"03-15 02:30 -04:00", "2027-03-15T02:30"}}},
		"01:30 when New York goes back": {"every day 01:30", "America/New_York", "2026-10-31 12:00:00", "2026-11-02 12:00:00",
			[]due{{"11-01 01:30 -04:00", "2026-11-01T01:30"}, {"11-02 01:30 -05:00", "2026-11-02T01:30"}}},
		"02:30 when New York goes back, which comes once": {"every day 02:30", "America/New_York", "2026-10-31 12:00:00", "2026-11-01 12:00:00",
			[]due{{"11-01 02:30 -05:00", "2026-11-01T02:30"}}},
		"half an hour forward on Lord Howe": {"every day 02:15", "Australia/Lord_Howe", "2026-10-02 15:00:00", "2026-10-05 12:00:00",
			[]due{{"10-03 02:15 +10:30", "2026-10-03T02:15"}, {"10-04 02:30 +11:00", "2026-10-04T02:15"}, {"10-05 02:15 +11:00", "2026-10-05T02:15"}}},
		"half an hour back on Lord Howe": {"every day 01:45", "Australia/Lord_Howe", "2027-04-03 12:00:00", "2027-04-04 20:00:00",
			[]due{{"04-04 01:45 +11:00", "2027-04-04T01:45"}, {"04-05 01:45 +10:30", "2027-04-05T01:45"}}},
		"two hours forward in Troll": {"every day 01:30 and 02:45", "Antarctica/Troll", "2027-03-27 12:00:00", "2027-03-28 12:00:00",
			[]due{{"03-28 03:00 +02:00", "2027-03-28T02:45"}}}, // two runs thrown together are one
		"midnight in Beirut": {"every day 00:00", "Asia/Beirut", "2027-03-26 23:00:00", "2027-03-28 23:00:00",
			[]due{{"03-28 01:00 +03:00", "2027-03-28T00:00"}, {"03-29 00:00 +03:00", "2027-03-29T00:00"}}},
		"the day that Samoa left out": {"every day 09:00", "Pacific/Apia", "2011-12-29 12:00:00", "2012-01-01 12:00:00",
			[]due{{"12-29 09:00 -10:00", "2011-12-29T09:00"}, {"12-31 00:00 +14:00", "2011-12-30T09:00"}, {"12-31 09:00 +14:00", "2011-12-31T09:00"}, {"01-01 09:00 +14:00", "2012-01-01T09:00"}}},
		"01:30 where clocks stay": {"every day 01:30", "Asia/Kolkata", "2027-03-27 12:00:00", "2027-03-28 23:00:00",
			[]due{{"03-28 01:30 +05:30", "2027-03-28T01:30"}, {"03-29 01:30 +05:30", "2027-03-29T01:30"}}},
		"only on the day of the change": {"last Sunday of March 01:30", "Europe/London", "2027-01-01 00:00:00", "2028-12-31 00:00:00",
			[]due{{"03-28 02:00 +01:00", "2027-03-28T01:30"}, {"03-26 02:00 +01:00", "2028-03-26T01:30"}}},
	} {
		t.Run(name, func(t *testing.T) {
			s, loc := MustParse(c.words), zone(t, c.zone)
			got := dues(s, utc(t, c.from), utc(t, c.until), loc)
			if len(got) != len(c.want) {
				t.Fatalf("%v\nwant %v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%v, want %v", got[i], c.want[i])
				}
			}
		})
	}
}

func TestTheSecondTimeOfARepeatedHourIsNotDueAgain(t *testing.T) {
	s, london := MustParse("every day 01:30"), zone(t, "Europe/London")
	first := utc(t, "2026-10-25 00:30:00") // 01:30 in summer time; 01:30 in winter time is an hour later
	for minutes := range 20 * 60 {
		now := first.Add(time.Duration(minutes) * time.Minute)
		due, ok := s.Last(now, 24*time.Hour, london)
		if !ok || !due.Equal(first) || s.Period(due, london) != "2026-10-25T01:30" {
			t.Fatalf("at %s it was due at %s (%v)", now, due, ok)
		}
		if next := s.Next(now, london); !next.Equal(utc(t, "2026-10-26 01:30:00")) {
			t.Fatalf("at %s it is due next at %s", now, next)
		}
	}
	if due, ok := s.Last(first.Add(-time.Second), 24*time.Hour, london); !ok || s.Period(due, london) != "2026-10-24T01:30" {
		t.Errorf("a second before: %s (%v)", due, ok)
	}
}

func TestAnHourlyScheduleHasOneRunLessOnTheShortDayAndNoneMoreOnTheLong(t *testing.T) {
	s, london := MustParse("0 * * * *"), zone(t, "Europe/London")
	for day, want := range map[string]int{"2027-03-28": 23, "2026-10-25": 24, "2026-11-23": 24} {
		start, err := time.ParseInLocation(time.DateOnly, day, london)
		if err != nil {
			t.Fatal(err)
		}
		if got := dues(s, start.Add(-1), start.AddDate(0, 0, 1).Add(-1), london); len(got) != want {
			t.Errorf("%s has %d runs, want %d: %v", day, len(got), want, got)
		}
	}
}

func TestLastIsWithinItsBound(t *testing.T) {
	s, loc := MustParse("Mondays 09:00"), time.UTC
	monday := utc(t, "2026-11-23 09:00:00")
	for _, c := range []struct {
		now    time.Duration // since Monday
		within time.Duration
		ok     bool
	}{
		{0, 0, true}, {time.Nanosecond, 0, false}, {time.Hour, time.Hour, true}, {time.Hour + 1, time.Hour, false}, {6 * 24 * time.Hour, 7 * 24 * time.Hour, true},
	} {
		if due, ok := s.Last(monday.Add(c.now), c.within, loc); ok != c.ok || ok && !due.Equal(monday) || !ok && !due.IsZero() {
			t.Errorf("%s after, within %s: %s %v", c.now, c.within, due, ok)
		}
	}
	if due, ok := s.Last(monday.Add(-1), 8*24*time.Hour, loc); !ok || !due.Equal(monday.AddDate(0, 0, -7)) {
		t.Errorf("just before: %s %v", due, ok)
	}
}

func TestYearsEndLeapDaysAndRareDays(t *testing.T) {
	london := zone(t, "Europe/London")
	for words, c := range map[string]struct {
		from string
		want []string
	}{
		// 2026 has 53 weeks.
		"Mondays 09:00":             {"2026-12-21 09:00:00", []string{"2026-12-28T09:00", "2027-01-04T09:00", "2027-01-11T09:00"}},
		"every weekday 09:00":       {"2026-12-31 09:00:00", []string{"2027-01-01T09:00", "2027-01-04T09:00"}},
		"every day 00:00 and 23:00": {"2026-12-31 00:00:00", []string{"2026-12-31T23:00", "2027-01-01T00:00", "2027-01-01T23:00"}},
		"29 February":               {"2024-02-29 09:00:00", []string{"2028-02-29T09:00", "2032-02-29T09:00"}},
		"29 Feb at 10":              {"2096-02-29 10:00:00", []string{"2104-02-29T10:00"}}, // 2100 is no leap year
		"last day of February":      {"2027-01-01 00:00:00", []string{"2027-02-28T09:00", "2028-02-29T09:00"}},
		"last day of the month":     {"2027-01-31 09:00:00", []string{"2027-02-28T09:00", "2027-03-31T09:00", "2027-04-30T09:00"}},
		"31st of the month":         {"2027-01-31 09:00:00", []string{"2027-03-31T09:00", "2027-05-31T09:00", "2027-07-31T09:00", "2027-08-31T09:00"}},
		"last Friday":               {"2027-01-31 09:00:00", []string{"2027-02-26T09:00", "2027-03-26T09:00", "2027-04-30T09:00"}},
		"fifth Monday":              {"2027-01-01 09:00:00", []string{"2027-03-29T09:00", "2027-05-31T09:00"}},
		"first and third Monday":    {"2027-02-01 09:00:00", []string{"2027-02-15T09:00", "2027-03-01T09:00", "2027-03-15T09:00"}},
		"fifth Monday of February":  {"2072-03-01 00:00:00", []string{"2112-02-29T09:00"}},
		"0 9 13 * fri":              {"2026-11-09 09:00:00", []string{"2026-11-13T09:00", "2026-11-20T09:00", "2026-11-27T09:00", "2026-12-04T09:00", "2026-12-11T09:00", "2026-12-13T09:00"}},
	} {
		s, at := MustParse(words), utc(t, c.from)
		for _, want := range c.want {
			next := s.Next(at, london)
			if got := s.Period(next, london); got != want {
				t.Errorf("%q is due after %s at %s, want %s", words, at, got, want)
			}
			if last, ok := s.Last(next.Add(-1), 50*366*24*time.Hour, london); !ok || !s.Next(last, london).Equal(next) || at.Before(last) {
				t.Errorf("%q was due before %s at %s (%v)", words, next, last, ok)
			}
			at = next
		}
	}
}

func TestTheZeroScheduleNeverComes(t *testing.T) {
	var s Schedule
	now := utc(t, "2026-11-23 09:00:00")
	if next := s.Next(now, time.UTC); !next.IsZero() {
		t.Errorf("next at %s", next)
	}
	if due, ok := s.Last(now, 1<<62, time.UTC); ok {
		t.Errorf("last at %s", due)
	}
	if s.String() != "never" || !s.IsZero() || s.Period(now, time.UTC) != "2026-11-23T09:00" {
		t.Errorf("%s %s", s, s.Period(now, time.UTC))
	}
}

// zones have every sort of change that there is: none, a whole hour at several hours of the day, half an hour, two
// hours, and backwards in summer.
var zones = []string{"UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Beirut",
	"Africa/Casablanca", "Europe/Dublin", "Antarctica/Troll", "Pacific/Chatham", "America/Santiago", "Pacific/Kiritimati", "America/Nuuk"}

func TestEveryDayIsThereExactlyOnceWhateverItsTimeAndZone(t *testing.T) {
	for _, name := range zones {
		loc := zone(t, name)
		for _, at := range []string{"00:00", "00:30", "01:00", "01:30", "02:00", "02:15", "02:30", "03:00", "09:00", "23:00", "23:45"} {
			s := MustParse("every day " + at)
			due := s.Next(time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC), loc)
			day, err := time.Parse("2006-01-02T15:04", s.Period(due, loc))
			if err != nil {
				t.Fatal(err)
			}
			for range 2 * 365 {
				next := s.Next(due, loc)
				if !next.After(due) {
					t.Fatalf("%s in %s: %s comes after %s", s, name, next, due)
				}
				due, day = next, day.AddDate(0, 0, 1)
				if got, want := s.Period(due, loc), day.Format(time.DateOnly)+"T"+at; got != want {
					t.Fatalf("%s in %s: at %s it is %s, want %s", s, name, due, got, want)
				}
			}
		}
	}
}

// TestWhatIsDueIsWhatAClockOnTheWallShowsForTheFirstTime looks at a clock every quarter of an hour for a year and writes
// down the furthest that it has shown. A run is due when the clock comes to it.
func TestWhatIsDueIsWhatAClockOnTheWallShowsForTheFirstTime(t *testing.T) {
	const step = 15 * time.Minute
	r := rand.New(rand.NewPCG(3, 4))
	for _, name := range zones {
		loc := zone(t, name)
		for _, words := range []string{"0 * * * *", "every Sunday 00:15, 01:30, 02:45", "last Sunday 01:00 and 02:00"} {
			s := MustParse(words)
			runs := map[string]bool{} // what the schedule means, by its own days and times
			for d := time.Date(2025, 12, 30, 0, 0, 0, 0, time.UTC); d.Before(time.Date(2027, 1, 3, 0, 0, 0, 0, time.UTC)); d = d.Add(step) {
				if m := s.at[d.Hour()]; s.days.on(d) && m > 0 && int(m)-1 == d.Minute() {
					runs[d.Format("2006-01-02T15:04")] = true
				}
			}
			now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			shown := reading(now.In(loc))
			last, _ := s.Last(now, 1<<62, loc)
			next := s.Next(now, loc)
			for ; now.Year() < 2027; now = now.Add(step) {
				due := ""
				for far := reading(now.In(loc)); shown.Before(far); {
					shown = shown.Add(step)
					if name := shown.Format("2006-01-02T15:04"); runs[name] {
						due = name
					}
				}
				switch {
				case due == "" && now.Equal(next), due != "" && !now.Equal(next):
					t.Fatalf("%s in %s: at %s the clock came to %q; next is %s", s, name, now.In(loc), due, next)
				case due != "":
					if got := s.Period(now, loc); got != due {
						t.Fatalf("%s in %s: at %s it is %s, want %s", s, name, now.In(loc), got, due)
					}
					last, next = now, s.Next(now, loc)
				case r.IntN(16) == 0:
					a := now.Add(time.Duration(r.Int64N(int64(step))))
					if got, ok := s.Last(a, 1<<62, loc); !ok || !got.Equal(last) || !s.Next(a, loc).Equal(next) {
						t.Fatalf("%s in %s: at %s it was due at %s (%v) and is at %s, want %s and %s", s, name, a, got, ok, s.Next(a, loc), last, next)
					}
				}
			}
		}
	}
}

// reading is what a clock shows, its numbers taken for UTC.
func reading(t time.Time) time.Time {
	_, east := t.Zone()
	return t.UTC().Add(time.Duration(east) * time.Second)
}

func TestWhereClocksStayCronExpressionsMeanWhatTheLibraryTakesThemFor(t *testing.T) {
	for _, expression := range []string{"0 9 * * 1-5", "30 14 1,15 * *", "0 9 1-7 * 1", "0 9 13 */2 fri", "0 */6 29 2 *", "59 23 31 1-6 *", "0 8-18/5 */10 * 0", "0 9 ? * 3/2", "0 0 1 1 ?"} {
		s := MustParse(expression)
		theirs, err := cron.ParseStandard(expression)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for range 500 {
			next := s.Next(at, time.UTC)
			if want := theirs.Next(at); !next.Equal(want) {
				if want.IsZero() && next.Year() == 2104 { // the library looks five years ahead
					break
				}
				t.Fatalf("%s is due after %s at %s, want %s", expression, at, next, want)
			}
			at = next
		}
	}
}

// TestAChangeOfZoneRunsNothingTwice looks every ten minutes, as a process does, while the workspace's zone is changed.
func TestAChangeOfZoneRunsNothingTwice(t *testing.T) {
	london, berlin, newYork, tokyo := zone(t, "Europe/London"), zone(t, "Europe/Berlin"), zone(t, "America/New_York"), zone(t, "Asia/Tokyo")
	type change struct {
		at string // UTC
		to *time.Location
	}
	for name, c := range map[string]struct {
		words   string
		changes []change
		want    []string // the names of the runs, and when in UTC
	}{
		"after a run, to the east and far to the west": {"every day 09:00", []change{{"2026-11-23 09:10:00", berlin}, {"2026-11-23 09:20:00", newYork}},
			[]string{"2026-11-22T09:00 at 22 09:00", "2026-11-23T09:00 at 23 09:00", "2026-11-24T09:00 at 24 14:00", "2026-11-25T09:00 at 25 14:00"}},
		"before a run, which then lies in the past": {"every day 09:00", []change{{"2026-11-23 08:30:00", berlin}},
			[]string{"2026-11-22T09:00 at 22 09:00", "2026-11-23T09:00 at 23 08:30", "2026-11-24T09:00 at 24 08:00", "2026-11-25T09:00 at 25 08:00"}},
		"before a run, which comes later": {"every day 09:00", []change{{"2026-11-23 08:30:00", newYork}},
			[]string{"2026-11-22T09:00 at 22 09:00", "2026-11-23T09:00 at 23 14:00", "2026-11-24T09:00 at 24 14:00", "2026-11-25T09:00 at 25 14:00"}},
		"there and back around a run": {"every day 09:00", []change{{"2026-11-23 08:20:00", berlin}, {"2026-11-23 08:40:00", london}, {"2026-11-24 09:10:00", newYork}, {"2026-11-24 20:00:00", london}},
			[]string{"2026-11-22T09:00 at 22 09:00", "2026-11-23T09:00 at 23 08:20", "2026-11-24T09:00 at 24 09:00", "2026-11-25T09:00 at 25 09:00"}},
		"over midnight": {"every day 09:00", []change{{"2026-11-23 23:00:00", tokyo}, {"2026-11-24 01:00:00", newYork}},
			[]string{"2026-11-22T09:00 at 22 09:00", "2026-11-23T09:00 at 23 09:00", "2026-11-24T09:00 at 24 00:00", "2026-11-25T09:00 at 25 14:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, loc := MustParse(c.words), london
			claimed := map[string]bool{"2026-11-21T09:00": true}
			var got []string
			for now := utc(t, "2026-11-22 00:00:00"); now.Before(utc(t, "2026-11-26 00:00:00")); now = now.Add(10 * time.Minute) {
				for _, change := range c.changes {
					if !now.Before(utc(t, change.at)) {
						loc = change.to
					}
				}
				due, ok := s.Last(now, 24*time.Hour, loc)
				if period := s.Period(due, loc); ok && !claimed[period] {
					claimed[period] = true
					got = append(got, period+now.Format(" at 02 15:04"))
				}
			}
			if len(got) != len(c.want) {
				t.Fatalf("%q\nwant %q", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%s, want %s", got[i], c.want[i])
				}
			}
		})
	}
}
