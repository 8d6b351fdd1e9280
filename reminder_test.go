package clarion

import (
	"strings"
	"testing"
	"time"
)

func TestWhenStoresAreReminded(t *testing.T) {
	london := zone(t, "Europe/London")
	at := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		parsed, err := time.ParseInLocation("2006-01-02 15:04", s, london)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	for name, c := range map[string]struct{ hours, posted, opens, ends, want string }{
		"a fortnight":                           {"09:00-18:00", "2026-11-23 10:00", "", "2026-12-07 10:00", "first 2026-11-24 10:00, last 2026-12-06 10:00"},
		"moved to the morning":                  {"09:00-18:00", "2026-11-23 06:00", "", "2026-12-07 20:00", "first 2026-11-24 09:00, last 2026-12-07 09:00"},
		"a closed Sunday":                       {"Mon-Sat 09:00-18:00", "2026-11-28 10:00", "", "2026-12-07 10:00", "first 2026-11-30 09:00, last 2026-12-07 09:00"},
		"never after the end":                   {"Mon-Sat 09:00-18:00", "2026-11-23 10:00", "", "2026-11-30 08:00", "first 2026-11-24 10:00"},
		"a teaser the evening before":           {"09:00-18:00", "2026-11-23 18:00", "2026-11-24 06:00", "2026-12-07 10:00", "first 2026-11-25 09:00, last 2026-12-06 10:00"},
		"three days":                            {"09:00-18:00", "2026-11-23 10:00", "", "2026-11-26 10:00", "first 2026-11-24 10:00, last 2026-11-25 10:00"},
		"two days: once":                        {"09:00-18:00", "2026-11-23 10:00", "", "2026-11-25 11:00", "first 2026-11-24 10:00"},
		"a day: not at all":                     {"09:00-18:00", "2026-11-23 10:00", "", "2026-11-24 10:00", ""},
		"hours that the first one misses":       {"Mon 09:00-18:00", "2026-11-23 10:00", "", "2026-11-27 10:00", ""},
		"a queued one has no end":               {"09:00-18:00", "2026-11-23 10:00", "", "", ""},
		"over the night on which clocks go on":  {"09:00-18:00", "2026-03-28 17:30", "", "2026-04-10 10:00", "first 2026-03-30 09:00, last 2026-04-09 10:00"},
		"over the night on which they go back":  {"09:00-18:00", "2026-10-24 09:30", "", "2026-11-10 10:00", "first 2026-10-25 09:00, last 2026-11-09 10:00"},
		"the last day has the change of clocks": {"09:00-18:00", "2026-10-20 09:30", "", "2026-10-25 17:30", "first 2026-10-21 09:30, last 2026-10-25 09:00"},
	} {
		campaign := Campaign{Remind: true, Opens: at(c.opens), Ends: at(c.ends)}
		var got []string
		for _, r := range campaign.Reminders(at(c.posted), hours(t, c.hours), london) {
			got = append(got, r.Which+" "+r.At.Format("2006-01-02 15:04"))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, ", "), c.want)
		}
		campaign.Remind = false
		if got := campaign.Reminders(at(c.posted), hours(t, c.hours), london); got != nil {
			t.Errorf("%s: reminded without being asked to: %v", name, got)
		}
	}
}

func TestAllHaveSharedOnlyWhereSomebodyIsKnown(t *testing.T) {
	for s, want := range map[Sharing]bool{{}: false, {Partners: 2, Shared: 1}: false, {Partners: 2, Shared: 2}: true} {
		if s.All() != want {
			t.Errorf("%+v: %v", s, !want)
		}
	}
}
