package schedule

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestWordsAreReadAndSaidBack(t *testing.T) {
	for words, want := range map[string]string{
		"every day 09:00":               "every day at 09:00",
		"Daily at 9":                    "every day at 09:00",
		"everyday, 9.30":                "every day at 09:30",
		"every weekday 9:00":            "every weekday at 09:00",
		"WEEKDAYS AT 9 AM":              "every weekday at 09:00",
		"working days 9 o'clock":        "every weekday at 09:00",
		"Mon-Fri 9:00":                  "every weekday at 09:00",
		"Monday – Friday @ 9am":         "every weekday at 09:00",
		"weekends at 10":                "every Saturday and Sunday at 10:00",
		"every day 09:00 and 15:00":     "every day at 09:00 and 15:00",
		"Monday to Thursday 8, 12 & 16": "every Monday to Thursday at 08:00, 12:00 and 16:00",
		"09:00 and at 5pm on Tuesdays":  "every Tuesday at 09:00 and 17:00",

		// Without a time it is nine.
		"Mondays":                 "every Monday at 09:00",
		"first of the month":      "on the 1st of the month at 09:00",
		"Sat":                     "every Saturday at 09:00",
		"every Friday to Sunday.": "every Friday to Sunday at 09:00",

		"Mondays and Thursdays 14:30":                 "every Monday and Thursday at 14:30",
		"every Monday at 9am":                         "every Monday at 09:00",
		"on Tues., Weds. and Thurs. at 9 a.m.":        "every Tuesday to Thursday at 09:00",
		"Mon/Wed/Fri 9:00":                            "every Monday, Wednesday and Friday at 09:00",
		"Fri-Mon noon":                                "every Monday and Friday to Sunday at 12:00",
		"weekly on Mondays":                           "every Monday at 09:00",
		"Mondays - 9:00":                              "every Monday at 09:00",
		"Monday 9am, Wednesday 9am and Friday 09:00":  "every Monday, Wednesday and Friday at 09:00",
		"Mondays 12am":                                "every Monday at 00:00",
		"Mondays 12pm":                                "every Monday at 12:00",
		"Mondays at midnight":                         "every Monday at 00:00",
		"Mondays 2:30 pm and 11:59PM":                 "every Monday at 14:30 and 23:59",
		"1st and 15th of the month 10:00":             "on the 1st and 15th of the month at 10:00",
		"on the 1 and the 15 of each month at 10":     "on the 1st and 15th of the month at 10:00",
		"day 15 of every month":                       "on the 15th of the month at 09:00",
		"every 15th":                                  "on the 15th of the month at 09:00",
		"every 15 of the month":                       "on the 15th of the month at 09:00",
		"every 1 January and 1 July":                  "on the 1st of January and July at 09:00",
		"1st-7th and last day of the month":           "on the 1st to 7th and last day of the month at 09:00",
		"last day of the month":                       "on the last day of the month at 09:00",
		"end of the month 5pm":                        "on the last day of the month at 17:00",
		"monthly on the 1st":                          "on the 1st of the month at 09:00",
		"28th to 2nd":                                 "on the 1st, 2nd and 28th to 31st of the month at 09:00",
		"first Monday of the month":                   "on the first Monday of the month at 09:00",
		"9:30 on the first and third Monday":          "on the first and third Monday of the month at 09:30",
		"every 2nd Tuesday of the month":              "on the second Tuesday of the month at 09:00",
		"every month on the last Friday at 4pm":       "on the last Friday of the month at 16:00",
		"first Monday and last Friday":                "on the first Monday and the last Friday of the month at 09:00",
		"first Monday and every Thursday":             "every Thursday and on the first Monday of the month at 09:00",
		"13th of the month and Fridays":               "every Friday and on the 13th of the month at 09:00",
		"every day in December at noon":               "every day in December at 12:00",
		"in January every Monday 8.30":                "every Monday in January at 08:30",
		"Mondays at 9 in June":                        "every Monday in June at 09:00",
		"1 January":                                   "on the 1st of January at 09:00",
		"January 1 and July 1 at 9":                   "on the 1st of January and July at 09:00",
		"1st and 15th of Nov to Feb":                  "on the 1st and 15th of January, February, November and December at 09:00",
		"every year on 29 February":                   "on the 29th of February at 09:00",
		"first Monday and second Thursday of January": "on the first Monday and the second Thursday of January at 09:00",

		// What is the same is said the same.
		"Mon, Tue, Wed, Thu, Fri, Sat, Sun":                      "every day at 09:00",
		"1st to 30th and last day":                               "every day at 09:00",
		"1st, 3rd, 11th, 12th, 13th, 21st and 23rd":              "on the 1st, 3rd, 11th to 13th, 21st and 23rd of the month at 09:00",
		"11th and 22nd":                                          "on the 11th and 22nd of the month at 09:00",
		"1 January 9":                                            "on the 1st of January at 09:00",
		"Mondays 9 in January":                                   "every Monday in January at 09:00",
		"1st to 31st":                                            "every day at 09:00",
		"31st and last day of the month":                         "on the last day of the month at 09:00",
		"first, second, third, fourth and last Monday":           "every Monday at 09:00",
		"fifth and last Monday":                                  "on the last Monday of the month at 09:00",
		"weekdays 15:00, 9:00 and 15:00":                         "every weekday at 09:00 and 15:00",
		"every weekday and Saturdays":                            "every Monday to Saturday at 09:00",
		"every\u00a0weekday\n at\t9:00":                          "every weekday at 09:00",
		"Sundays and every Monday and Thursday and first Friday": "every Monday, Thursday and Sunday and on the first Friday of the month at 09:00",

		// Cron.
		"0 9 * * 1-5":           "every weekday at 09:00",
		"30 14 * * MON,THU":     "every Monday and Thursday at 14:30",
		"0 9 * * 7":             "every Sunday at 09:00",
		"0 9 * * 5-7":           "every Friday to Sunday at 09:00",
		"0 9 1 * *":             "on the 1st of the month at 09:00",
		"0 9 1,15 */6 ?":        "on the 1st and 15th of January and July at 09:00",
		"0 9 13 * fri":          "every Friday and on the 13th of the month at 09:00",
		"0 8-18/5 29 2 *":       "on the 29th of February at 08:00, 13:00 and 18:00",
		"0 9 1-7 jan-mar 1":     "every Monday in January to March and on the 1st to 7th of January to March at 09:00",
		"0 9 * * 0-6":           "every day at 09:00",
		"  15   9  1   1   *  ": "on the 1st of January at 09:15",
		"0 9 1 1 1":             "every Monday in January and on the 1st of January at 09:00",
	} {
		s, err := Parse(words)
		if err != nil || s.String() != want {
			t.Errorf("%q is read as %q (%v), want %q", words, s, err, want)
			continue
		}
		if again, err := Parse(want); err != nil || again != s {
			t.Errorf("%q, said back, is %q (%v)", want, again, err)
		}
	}
}

func TestWhatIsNotUnderstoodIsNamed(t *testing.T) {
	for words, want := range map[string]string{
		"":                              "Say when",
		" \n":                           "Say when",
		"tomorrow":                      "“tomorrow” is not understood",
		"Mondays except holidays":       "“except” is not understood",
		"every Blursday at 9":           "“Blursday” is not understood",
		"2026-11-23 09:00":              "“2026” is not understood",
		"Mondays in January 2027":       "“2027” is not understood",
		"Mondays at 8 in the evening":   "“evening” is not understood",
		"second last day of the month":  "“last” is not understood",
		"every weekday 9:00 London":     "“London” is not understood",
		"Mondays at":                    "missing at the end",
		"every":                         "missing at the end",
		"every quarter":                 "“quarter” is not understood",
		"at 9":                          "Say on which days",
		"monthly":                       "Say on which days",
		"Nov to Feb":                    "Say on which days",
		"1 and 15":                      "Say on which days",
		"Mondays at 25:00":              "“25:00” is no time",
		"Mondays 9:60":                  "“9:60” is no time",
		"Mondays 13pm":                  "“13pm” is no time",
		"Mondays 0am":                   "“0am” is no time",
		"Mondays at 24":                 "“24” is no time",
		"the 40":                        "“40” is no day",
		"0th of the month":              "“0th” is not understood",
		"the 28 to 32":                  "“32” is no day",
		"Mondays 9 – 17":                "no span such as “9 – 17”",
		"Mondays 9:00 to 5pm":           "no span",
		"@daily":                        "“@daily”",
		"@every 1h":                     "“@every 1h”",
		strings.Repeat("Mondays ", 999): "too long",
		strings.Repeat("x", 99):         "“" + strings.Repeat("x", 39) + "…”",

		// Cron.
		"0 0 9 * * 1":      "has 6 fields",
		"* * *":            "has 3 fields",
		"0 25 * * *":       "“25” is no hour",
		"60 9 * * *":       "“60” is no minute",
		"0 9 32 * *":       "“32” is no day of the month",
		"0 9 * 13 *":       "“13” is no month",
		"0 9 * * mon-tues": "“mon-tues” is no day of the week",
		"0 9 * * fri-mon":  "“fri-mon” is no day of the week",
		"0 9 5-3 * *":      "“5-3” is no day of the month",
		"0 9 , * *":        "“,” is no day of the month",
		"0 9 */0 * *":      "“*/0” is no day of the month",
		"TZ=UTC 0 9 * *":   "“TZ=UTC” is no minute",
	} {
		s, err := Parse(words)
		var refused *Error
		if !errors.As(err, &refused) || s != (Schedule{}) {
			t.Errorf("%q is read as %q, %v", words, s, err)
			continue
		}
		if !strings.Contains(refused.Reason, want) || !strings.HasSuffix(refused.Reason, ".") {
			t.Errorf("%q: %s\nwant in it: %s", words, refused.Reason, want)
		}
	}
}

func TestWhatCanBeMeantInTwoWaysIsNotGuessed(t *testing.T) {
	for words, want := range map[string]string{
		"every other Monday":                     "first and third Monday",
		"fortnightly on Mondays":                 "first and third Monday",
		"every 2 weeks":                          "“every 2 weeks”",
		"every 2 hours between 9 and 17":         "“every 2 hours”",
		"every hour":                             "Name the times",
		"every second Monday":                    "in two ways",
		"every 3rd day":                          "in two ways",
		"first working day of the month":         "Name each day",
		"first Monday to Friday":                 "Name each day",
		"first Monday and Thursday":              "which weeks",
		"Monday and first Thursday":              "which weeks",
		"15th and first Monday":                  "in no month",
		"1st and first Monday of the month":      "names a day twice",
		"Monday 9am and Thursday 2pm":            "Different times",
		"Mondays 9:00 and Thursdays":             "Different times",
		"9:00 Mondays, 15:00 Thursdays":          "Different times",
		"Mondays at 2 and 3 pm":                  "which “2” is",
		"Mondays at 9:00 and 3pm":                "which “9:00” is",
		"the 1st and 15 at 9":                    "“15th” for a day",
		"January 1 and 15":                       "“15th” for a day",
		"9 15 Mondays":                           "“15th” for a day",
		"1st of January and 15th of July":        "Different days in different months",
		"1st of January and July 10":             "Different days in different months",
		"Mondays and the 1st of June":            "Different days in different months",
		"first of June and last Friday":          "Different days in different months",
		"Mondays in June, 9:00, July and August": "Different days in different months",
		"every day and Mondays":                  "do not go together",
		"monthly on Mondays":                     "do not go with",
		"weekly on the 1st":                      "do not go with",
		"yearly on the 1st":                      "do not go with",
		"daily every week":                       "do not go with",
		"Friday the 13th":                        "how the days belong together",
		"on the 13th of the month on Fridays":    "how the days belong together",
	} {
		if s, err := Parse(words); err == nil || !strings.Contains(err.Error(), want) || !strings.HasSuffix(err.Error(), ".") {
			t.Errorf("%q is read as %q, %v\nwant in it: %s", words, s, err, want)
		}
	}
}

func TestAScheduleThatNeverComesIsRefused(t *testing.T) {
	for words, want := range map[string]string{
		"0 9 30 2 *":               "there is no 30th of February",
		"0 9 31 4,6,9,11 *":        "there is no 31st of April, June, September and November",
		"30th and 31st of Feb":     "there is no 30th and 31st of February",
		"every year on 31 June 9h": "", // the hour is not understood first
		"31 June":                  "there is no 31st of June",
	} {
		if s, err := Parse(words); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is read as %q, %v", words, s, err)
		}
	}
	for _, words := range []string{"0 9 29 2 *", "0 9 31 2,3 *", "fifth Monday of February", "0 9 30 2 1", "last day of February"} {
		if _, err := Parse(words); err != nil {
			t.Errorf("%q comes, if not often: %v", words, err)
		}
	}
}

func TestRunsAreAnHourApartOrMore(t *testing.T) {
	for words, want := range map[string]string{
		"* * * * *":                 "00:00 and 00:01 are too close",
		"*/15 9 * * *":              "09:00 and 09:15 are too close",
		"0,30 9 * * 1":              "09:00 and 09:30 are too close",
		"every day 9:00, 9:59":      "09:00 and 09:59 are too close",
		"every day 23:30 and 00:15": "23:30 and 00:15 are too close",
	} {
		if s, err := Parse(words); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is read as %q, %v", words, s, err)
		}
	}
	for _, words := range []string{"0 * * * *", "59 * * * *", "every day 9:00, 10:00", "every day 23:30 and 00:30"} {
		if _, err := Parse(words); err != nil {
			t.Errorf("%q: %v", words, err)
		}
	}
}

// random makes any schedule at all.
func random(r *rand.Rand) Schedule {
	for {
		d := days{months: everyMonth}
		some := func() bool { return r.IntN(3) == 0 }
		if some() {
			d.months = uint16(r.Uint32()) & everyMonth
		}
		if some() {
			d.dates = r.Uint32() & everyDate & (r.Uint32() | r.Uint32()) // some of them
		}
		if some() {
			d.dates |= 1 << (1 + r.IntN(31))
		}
		d.last = r.IntN(5) == 0
		for i := range d.weekly {
			switch r.IntN(5) {
			case 0:
				d.weekly[i] = everyWeek
			case 1:
				d.weekly[i] = uint8(r.IntN(1 << 6))
			}
		}
		if some() {
			d.weekly = [7]uint8{}
		}
		var times []int
		for at := r.IntN(600); at < 24*60; at += 60 + r.IntN(900) {
			times = append(times, at)
		}
		if s, err := d.new(times); err == nil {
			return s
		}
	}
}

func TestEveryScheduleIsReadAsItSaysItself(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	longest := 0
	for range 4_000 {
		s := random(r)
		words := s.String()
		longest = max(longest, len(words))
		for _, form := range []string{words, strings.ToUpper(words), strings.ReplaceAll(words, " and ", ", ")} {
			if again, err := Parse(form); form == words && (err != nil || again != s) || err == nil && again != s {
				t.Fatalf("%q is read as %q (%v)", form, again, err)
			}
		}
	}
	if longest > MaxWords {
		t.Errorf("a schedule says %d bytes, and %d are read", longest, MaxWords)
	}
}

func TestJSONHasTheWords(t *testing.T) {
	type form struct {
		When  Schedule
		Maybe Schedule `json:",omitzero"`
	}
	in := form{When: MustParse("Mondays and Thursdays 14:30")}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"When":"every Monday and Thursday at 14:30"}` {
		t.Errorf("%s %v", text, err)
	}
	var out form
	if err := json.Unmarshal(text, &out); err != nil || out != in {
		t.Errorf("%+v %v", out, err)
	}
	if text, err := json.Marshal(Schedule{}); err != nil || string(text) != `""` {
		t.Errorf("the zero Schedule: %s %v", text, err)
	}
	if err := json.Unmarshal([]byte(`{"When":"","Maybe":"Mondays"}`), &out); err != nil || !out.When.IsZero() || out.Maybe.IsZero() {
		t.Errorf("%+v %v", out, err)
	}
	out = in
	if err := json.Unmarshal([]byte(`{"When":"never"}`), &out); err == nil || out != in {
		t.Errorf("%+v %v", out, err)
	}
}

func TestSchedulesOfASourceThatCannotBeReadPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	MustParse("at nine")
}

func FuzzParse(f *testing.F) {
	for _, words := range []string{"every weekday at 9am", "1st, 15 and last day of Jan to mar 9.30 & 14", "first and the third Mon-day", "0 9 */2 * mon,7", "@ 9 – the", "day 1-5 of may", "28th to 2nd of the month"} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		s, err := Parse(words)
		if err != nil {
			var refused *Error
			if !errors.As(err, &refused) || !strings.HasSuffix(err.Error(), ".") || len(err.Error()) > 600 || s != (Schedule{}) {
				t.Errorf("%q: %q, %v", words, s, err)
			}
			return
		}
		if again, err := Parse(s.String()); err != nil || again != s {
			t.Errorf("%q is %q, which is read as %q (%v)", words, s, again, err)
		}
	})
}
