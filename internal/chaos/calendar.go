package main

import (
	"time"

	clarion "github.com/clarion-bot/clarion"
)

// An act is a part of the run, with a time of its own: Clarion is told that it is so late when the act begins.
type act struct {
	name      string
	begins    time.Time
	campaigns time.Duration // after its beginning, when its campaigns are due
	announces clarion.Week  // whose winners are due in it; zero: none
	processes int
	outage    bool // Redis is killed once
	ends      bool // its week ends with it, after which it makes no sense any more to announce what was to be
}

// firstEnds is the act with which the first campaign ends.
const firstEnds = 2

// calendar returns the acts, all later than now: the end of a week, then the mornings on which that week, the next and the
// one after are over, and a last noon. Winners are due on Mondays at nine.
func calendar(now time.Time, loc *time.Location) []act {
	first := clarion.WeekOf(now, loc).Next()
	second := first.Next()
	third := second.Next()
	at := func(w clarion.Week, days, hour, minute, second int) time.Time {
		monday := w.Start(loc)
		return time.Date(monday.Year(), monday.Month(), monday.Day()+days, hour, minute, second, 0, loc)
	}
	return []act{
		{name: "the first week", begins: at(first, 3, 10, 0, 0), campaigns: 4 * time.Second, processes: 2, outage: true},
		{name: "the second Monday", begins: at(second, 0, 8, 59, 56), campaigns: 10 * time.Second, announces: first, processes: 2, outage: true, ends: true},
		{name: "the third Monday", begins: at(third, 0, 8, 59, 56), campaigns: 6 * time.Second, announces: second, processes: 2, outage: true, ends: true},
		{name: "the fourth Monday, with ten processes", begins: at(third.Next(), 0, 8, 59, 52), campaigns: 8 * time.Second, announces: third, processes: processes},
		{name: "the fourth Monday's noon", begins: at(third.Next(), 0, 12, 0, 0), campaigns: 3 * time.Second, processes: 2},
	}
}
