package schedule

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/robfig/cron/v3"
)

// cronField is what a field of a cron expression looks like: numbers, or names of three letters.
var cronField = regexp.MustCompile(`(?i)^(\d+|\*|\?|[a-z]{3})([-/,](\d+|\*|[a-z]{3}))*$`)

// cronNumbers is what each of the first two looks like.
var cronNumbers = regexp.MustCompile(`^[\d*?,/-]+$`)

// isCron says whether words are meant as a cron expression.
func isCron(words string) bool {
	fields := strings.Fields(words)
	if strings.Contains(words, "*") {
		return true
	}
	for _, f := range fields {
		if !cronField.MatchString(f) {
			return false
		}
	}
	return len(fields) == 5 && cronNumbers.MatchString(fields[0]) && cronNumbers.MatchString(fields[1])
}

// parseCron reads a cron expression of five fields. As with cron, days of the month and days of the week add to
// each other when both are given.
func parseCron(words string) (Schedule, error) {
	fields := strings.Fields(words)
	if len(fields) != 5 {
		return Schedule{}, refuse("“%s” looks like a cron expression, and has %d fields. It takes five: minute, hour, day of the month, month, day of the week, for example 0 9 * * 1-5.", clip(words), len(fields))
	}
	fields[4] = sundays(fields[4])
	parser := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	if field := fault(parser, fields); field != "" {
		return Schedule{}, refuse("“%s” looks like a cron expression, in which %s. Write for example 0 9 * * 1-5, or in words: every weekday 09:00.", clip(words), field)
	}
	parsed, err := parser.Parse(strings.Join(fields, " "))
	spec, ok := parsed.(*cron.SpecSchedule)
	if err != nil || !ok {
		return Schedule{}, refuse("“%s” looks like a cron expression, and cannot be read as one. Write %s", clip(words), examples)
	}
	const star = 1 << 63
	d := days{months: uint16(spec.Month & everyMonth)} // #nosec G115 -- the masks are narrower than the types
	if spec.Dom&star == 0 {
		d.dates = uint32(spec.Dom & everyDate) // #nosec G115
	}
	if spec.Dow&star == 0 || spec.Dom&star != 0 {
		for _, weekday := range set(spec.Dow &^ star) {
			d.weekly[weekday] = everyWeek
		}
	}
	var times []int
	for _, hour := range set(spec.Hour &^ star) {
		for _, minute := range set(spec.Minute &^ star) {
			times = append(times, 60*hour+minute)
		}
	}
	return d.new(times)
}

// fault says which of five fields cannot be read. It is "" when all can.
func fault(parser cron.Parser, fields []string) string {
	for i, name := range []string{"minute", "hour", "day of the month", "month", "day of the week"} {
		alone := strings.Fields("* * * * *")
		alone[i] = fields[i]
		if !cronField.MatchString(fields[i]) {
			return fmt.Sprintf("“%s” is no %s", clip(fields[i]), name)
		}
		if _, err := parser.Parse(strings.Join(alone, " ")); err != nil {
			return fmt.Sprintf("“%s” is no %s", clip(fields[i]), name)
		}
	}
	return ""
}

// sundays writes 0 for the 7 that most crons take for Sunday as well.
func sundays(field string) string {
	items := strings.Split(field, ",")
	for i, item := range items {
		if item == "7" {
			items[i] = "0"
		} else if from, ok := strings.CutSuffix(item, "-7"); ok {
			items[i] = from + "-6,0"
		}
	}
	return strings.Join(items, ",")
}
