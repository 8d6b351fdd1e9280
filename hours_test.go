package clarion

import (
	"strings"
	"testing"
	"time"
)

func hours(t *testing.T, s string) Hours {
	t.Helper()
	h, err := ParseHours(s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestHoursAreWrittenAsTheyAreRead(t *testing.T) {
	for in, want := range map[string]string{
		"09:00-18:00":                             "09:00-18:00",
		"Mon-Sun 09:00-18:00":                     "09:00-18:00",
		"Mon-Sat 09:00-18:00":                     "Mon-Sat 09:00-18:00",
		" Mon-Sat  09:00-18:00 ,Sun 11:00-17:00 ": "Mon-Sat 09:00-18:00, Sun 11:00-17:00",
		"Sun 11:00-17:00, Wed 00:00-24:00":        "Wed 00:00-24:00, Sun 11:00-17:00",
		"Tue-Wed 07:05-07:06,Thu 07:05-07:06":     "Tue-Thu 07:05-07:06",
	} {
		h := hours(t, in)
		if got := h.String(); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
		if again := hours(t, h.String()); again != h {
			t.Errorf("%q is not read as it was written", h)
		}
	}
	if got := (Hours{}).String(); got != "" {
		t.Errorf("no hours are written %q", got)
	}
}

func TestHoursThatMakeNoSenseSayWhatToWrite(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "write Mon-Sat 09:00-18:00",
		"always":                               "write 09:00-18:00",
		"9-18":                                 "write 09:00-18:00",
		"9:00-18:00":                           "write 09:00-18:00",
		"09:00–18:00":                          "write 09:00-18:00",
		"09:00":                                "write 09:00-18:00",
		"09:00-25:00":                          "write 09:00-18:00",
		"24:00-24:00":                          "ends before it begins",
		"18:00-09:00":                          "ends before it begins",
		"09:00-09:00":                          "ends before it begins",
		"mon 09:00-18:00":                      "write Sat, or Mon-Fri",
		"Mon- 09:00-18:00":                     "write Sat, or Mon-Fri",
		"Sat-Tue 09:00-18:00":                  "begins on Mon",
		"Mon-Mon 09:00-18:00":                  "begins on Mon",
		"Mon 09:00-18:00 x":                    "write Mon-Sat 09:00-18:00",
		"Mon 09:00-12:00,":                     "write Mon-Sat 09:00-18:00",
		"09:00-12:00,13:00-18:00":              "write Mon-Sat 09:00-18:00",
		"Mon-Wed 09:00-12:00, Tue x":           "write 09:00-18:00",
		"Mon-Wed 09:00-12:00, Tue 09:00-10:00": "Tuesday is named twice",
	} {
		h, err := ParseHours(in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
		if h != (Hours{}) {
			t.Errorf("%q gives hours all the same", in)
		}
	}
}

func TestTheNextMomentWithinTheHours(t *testing.T) {
	london := zone(t, "Europe/London")
	week := "Mon-Sat 09:00-18:00, Sun 11:00-17:00"
	for _, c := range []struct{ hours, at, want string }{
		{week, "2026-11-23T08:59:59Z", "2026-11-23T09:00:00Z"},
		{week, "2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"},
		{week, "2026-11-23T17:59:59Z", "2026-11-23T17:59:59Z"},
		{week, "2026-11-23T18:00:00Z", "2026-11-24T09:00:00Z"},
		{week, "2026-11-28T20:00:00Z", "2026-11-29T11:00:00Z"}, // Saturday evening
		{week, "2026-11-29T17:00:00Z", "2026-11-30T09:00:00Z"},
		{"Wed 10:00-11:00", "2026-11-25T11:00:00Z", "2026-12-02T10:00:00Z"},
		{"Mon 00:00-24:00", "2026-11-24T00:00:00Z", "2026-11-30T00:00:00Z"},
		{week, "2026-07-06T07:30:00Z", "2026-07-06T08:00:00Z"}, // 09:00 in summer is 08:00 UTC

		// Clocks go forward on Sunday 29 March 2026: 01:00 is followed by 02:00.
		{week, "2026-03-28T18:00:00Z", "2026-03-29T10:00:00Z"},              // 11:00 there
		{"01:30-03:00", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"},     // it opens at 02:00 there, as 01:30 never comes
		{"Sun 01:15-01:45", "2026-03-28T00:00:00Z", "2026-04-05T00:15:00Z"}, // these hours are lost
		{"00:00-00:30", "2026-03-29T00:30:00Z", "2026-03-29T23:00:00Z"},

		// They go back on Sunday 25 October 2026: 01:00 to 02:00 comes twice.
		{week, "2026-10-24T18:00:00Z", "2026-10-25T11:00:00Z"},
		{"01:30-01:45", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"}, // the first 01:30
		{"01:30-01:45", "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z"}, // the second
		{"01:30-01:45", "2026-10-25T01:45:00Z", "2026-10-26T01:30:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		h := hours(t, c.hours)
		got := h.Next(at, london)
		if got.UTC().Format(time.RFC3339) != c.want {
			t.Errorf("%s from %s: %s, want %s", c.hours, c.at, got.UTC().Format(time.RFC3339), c.want)
		}
		if !h.Include(got, london) || h.Include(at, london) != got.Equal(at) {
			t.Errorf("%s from %s: Next and Include do not agree about %s", c.hours, c.at, got)
		}
	}
	if next := (Hours{}).Next(time.Now(), london); !next.IsZero() {
		t.Errorf("no hours begin at %s", next)
	}
}

func TestNextIsTheFirstMomentWhateverTheZoneDoes(t *testing.T) {
	for _, name := range []string{"Europe/London", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata", "Africa/Cairo"} {
		loc := zone(t, name)
		h := hours(t, "Mon-Fri 00:10-02:20, Sat 23:30-24:00, Sun 01:40-02:10")
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var next time.Time
		for end := at.AddDate(1, 0, 0); at.Before(end); at = at.Add(10 * time.Minute) {
			if at.After(next) {
				next = h.Next(at, loc)
			}
			if in := h.Include(at, loc); in != at.Equal(next) {
				t.Fatalf("%s: at %s it is open: %v; the next time was said to be %s", name, at.In(loc), in, next)
			}
			if at.Equal(next) {
				next = time.Time{}
			}
		}
	}
}
