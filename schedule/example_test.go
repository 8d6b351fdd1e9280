package schedule_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/clarion-bot/clarion/schedule"
)

func ExampleParse() {
	for _, words := range []string{"weekdays 9am and 3pm", "Mondays", "1st and 15th of the month 10:00", "0 14 * * MON,THU", "every second Monday"} {
		s, err := schedule.Parse(words)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(s)
	}
	// Output:
	// every weekday at 09:00 and 15:00
	// every Monday at 09:00
	// on the 1st and 15th of the month at 10:00
	// every Monday and Thursday at 14:00
	// “every second Monday” can be meant in two ways. Name the weeks or dates of the month, for example “second Monday of the month”.
}

func ExampleSchedule_Next() {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		fmt.Println(err)
		return
	}
	s := schedule.MustParse("every day 01:30")
	// In the night to 28 March the clock goes from 00:59 to 02:00.
	due := time.Date(2027, time.March, 26, 12, 0, 0, 0, london)
	for range 3 {
		due = s.Next(due, london)
		fmt.Println(due.Format("Mon 15:04 MST"), "is", s.Period(due, london))
	}
	// Output:
	// Sat 01:30 GMT is 2027-03-27T01:30
	// Sun 02:00 BST is 2027-03-28T01:30
	// Mon 01:30 BST is 2027-03-29T01:30
}

func ExampleSchedule_Last() {
	s := schedule.MustParse("Mondays 09:00")
	tuesday := time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC) // all was down since Sunday
	if due, ok := s.Last(tuesday, 48*time.Hour, time.UTC); ok {
		fmt.Println("missed:", s.Period(due, time.UTC))
	}
	if _, ok := s.Last(tuesday, 24*time.Hour, time.UTC); !ok {
		fmt.Println("too late for a day")
	}
	// Output:
	// missed: 2026-11-23T09:00
	// too late for a day
}

func ExampleSchedule_MarshalText() {
	text, err := json.Marshal(map[string]schedule.Schedule{"when": schedule.MustParse("last Friday 4pm")})
	fmt.Println(string(text), err)
	// Output: {"when":"on the last Friday of the month at 16:00"} <nil>
}
