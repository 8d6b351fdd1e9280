package main

import (
	"testing"
	"time"
)

func TestTheDemoBeginsAfterTheWinnersWereAnnounced(t *testing.T) {
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 30, 0, 0, loc) }
	nine := time.Date(2026, 11, 23, 9, 0, 0, 0, loc)
	for _, c := range []struct{ now, want time.Time }{
		{at(23, 0), nine}, {at(23, 8), nine}, {at(23, 9), at(23, 9)}, {at(22, 23), at(22, 23)}, {at(24, 3), at(24, 3)},
	} {
		if got := c.now.Add(newDemoClock(loc, c.now, 0).ahead); !got.Equal(c.want) {
			t.Errorf("started at %s it begins at %s, want %s", c.now, got, c.want)
		}
	}
	sunday := at(22, 1)
	if got := sunday.Add(newDemoClock(loc, sunday, 24*time.Hour).ahead); !got.Equal(nine) {
		t.Errorf("a day ahead of Sunday night it begins at %s, want %s", got, nine)
	}
}
