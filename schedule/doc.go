// Package schedule says when something recurs, in plain words: "every weekday at 09:00", "Mondays and Thursdays
// 14:30", "first Monday of the month". [Parse] reads what a person writes, or a cron expression, and
// [Schedule.String] says it back.
//
// A schedule is about what a clock on the wall shows; the time zone is an argument wherever an instant is asked
// for. A run is due at the first instant at which the zone's clock shows the run's date and time or a later one.
// That one rule decides both nights on which clocks change:
//
//   - Clocks go forward over 01:30, which is never shown: the run is due when they have jumped, at 02:00. Nothing
//     is lost, and runs stay in their order; half an hour later, at 02:30, it would come behind a run at 02:00.
//     When the jump throws two runs together, as an hourly schedule's 01:00 and 02:00, they are one run.
//   - Clocks go back and show 01:30 twice: the run is due at the first time, and not again.
//
// The days and times of cron expressions come from robfig/cron's parser. Its own search for the next run is not
// used: it passes over runs that clocks jump over, has no rule for the hour that comes twice, and cannot express
// the last day of a month or two times of day with different minutes.
package schedule
