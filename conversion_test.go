package clarion

import (
	"strings"
	"testing"
	"time"
)

func TestAConversionIsCheckedFieldByField(t *testing.T) {
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	good := Conversion{Kind: Appointment, ID: "A-1", Code: "0123456789abcdef", Value: 12995, At: now}
	for name, c := range map[string]struct {
		field  string // "": nothing is wrong
		change func(*Conversion)
	}{
		"a good one":                    {"", func(*Conversion) {}},
		"no kind":                       {"kind", func(c *Conversion) { c.Kind = "" }},
		"the longest kind":              {"", func(c *Conversion) { c.Kind = strings.Repeat("a", 32) }},
		"a longer kind":                 {"kind", func(c *Conversion) { c.Kind = strings.Repeat("a", 33) }},
		"a kind in upper case":          {"kind", func(c *Conversion) { c.Kind = "Sale" }},
		"a kind that begins with digit": {"kind", func(c *Conversion) { c.Kind = "2nd" }},
		"a kind with a colon":           {"kind", func(c *Conversion) { c.Kind = "a:b" }},
		"no id":                         {"id", func(c *Conversion) { c.ID = "" }},
		"the longest id":                {"", func(c *Conversion) { c.ID = strings.Repeat("ü", 128) }},
		"a longer id":                   {"id", func(c *Conversion) { c.ID = strings.Repeat("ü", 129) }},
		"an id with a space within":     {"", func(c *Conversion) { c.ID = "A 1" }},
		"an id with space around":       {"id", func(c *Conversion) { c.ID = " A1" }},
		"an id with a line break":       {"id", func(c *Conversion) { c.ID = "A\n1" }},
		"an id that is no text":         {"id", func(c *Conversion) { c.ID = "A\xff" }},
		"neither click nor store":       {"click", func(c *Conversion) { c.Code = "" }},
		"a store alone":                 {"", func(c *Conversion) { c.Code, c.Store = "", "kingston" }},
		"a value below nothing":         {"value", func(c *Conversion) { c.Value = -1 }},
		"the greatest value":            {"", func(c *Conversion) { c.Value = MaxValue }},
		"a greater value":               {"value", func(c *Conversion) { c.Value = MaxValue + 1 }},
		"five minutes ahead":            {"", func(c *Conversion) { c.At = now.Add(5 * time.Minute) }},
		"more than five minutes ahead":  {"at", func(c *Conversion) { c.At = now.Add(5*time.Minute + 1) }},
		"90 days ago":                   {"", func(c *Conversion) { c.At = now.Add(-90 * 24 * time.Hour) }},
		"more than 90 days ago":         {"at", func(c *Conversion) { c.At = now.Add(-90*24*time.Hour - 1) }},
	} {
		t.Run(name, func(t *testing.T) {
			conversion := good
			c.change(&conversion)
			wrong := conversion.Check(now)
			if c.field == "" && len(wrong) == 0 {
				return
			}
			if len(wrong) != 1 || wrong[0].Field != c.field || wrong[0].Reason == "" {
				t.Errorf("wrong: %v, want %q", wrong, c.field)
			}
		})
	}
	if wrong := (Conversion{}).Check(now); len(wrong) != 4 {
		t.Errorf("an empty conversion has %d wrong fields: %v", len(wrong), wrong)
	}
}

func TestATotalIsCheckedFieldByField(t *testing.T) {
	good := DayTotal{Store: "kingston", Day: "2026-11-25", Kind: Appointment, Count: 12}
	if wrong := good.Check(); len(wrong) > 0 {
		t.Errorf("a good one: %v", wrong)
	}
	if wrong := (DayTotal{Count: -1, Value: -1}).Check(); len(wrong) != 4 {
		t.Errorf("a bad one has %d wrong fields: %v", len(wrong), wrong)
	}
	good.Count = MaxDayCount + 1
	if wrong := good.Check(); len(wrong) != 1 || wrong[0].Field != "count" {
		t.Errorf("too many: %v", wrong)
	}
}

func TestValuesAreExactHundredths(t *testing.T) {
	for s, want := range map[string]int64{
		"0": 0, "0.00": 0, "1": 100, "0.1": 10, "0.29": 29, "1.15": 115, "129.95": 12995, "10000000": MaxValue, "9999999.99": 999999999,
	} {
		got, err := ParseValue(s)
		if err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", s, got, err, want)
		}
		if again, err := ParseValue(FormatValue(got)); err != nil || again != want {
			t.Errorf("%q is written %q, which reads as %d, %v", s, FormatValue(got), again, err)
		}
	}
	for _, s := range []string{"", "-1", "+1", "1.", ".5", "1.005", "1,50", "1 000", "1e3", "£5", "00", "0x1", "NaN", "10000000.01", "99999999999999999999"} {
		if got, err := ParseValue(s); err == nil {
			t.Errorf("%q is read as %d", s, got)
		}
	}
	if got := FormatValue(-5); got != "-0.05" {
		t.Errorf("-5 hundredths are written %q", got)
	}
}

func TestADayBeginsAtItsFirstMoment(t *testing.T) {
	for _, c := range []struct{ zone, day, want string }{
		{"Europe/London", "2026-11-22", "2026-11-22T00:00:00Z"},
		{"Europe/London", "2026-07-01", "2026-06-30T23:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"}, // clocks go from 24:00 to 01:00
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		start, err := DayStart(c.day, loc)
		if err != nil || start.UTC().Format(time.RFC3339) != c.want || DayOf(start, loc) != c.day || DayOf(start.Add(-1), loc) >= c.day {
			t.Errorf("%s in %s begins at %s, %v; want %s", c.day, c.zone, start.UTC(), err, c.want)
		}
	}
	for _, s := range []string{"", "2026-02-30", "22.11.2026", "2026-11-22T00:00:00Z"} {
		if _, err := DayStart(s, time.UTC); err == nil {
			t.Errorf("%q is a day", s)
		}
	}
}

func TestWhatIsDoneBeforeTheEndGivesPointsHoweverLateItIsTold(t *testing.T) {
	ends := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	c := Campaign{Ends: ends}
	if link := (ShareLink{Partner: "p1"}); !c.Rewards(link, ends.Add(-1)) || c.Rewards(link, ends) {
		t.Error("the campaign's end is not where points end")
	}
	if c.Rewards(ShareLink{Partner: Official}, ends.Add(-1)) {
		t.Error("the official link gives points")
	}
}
