package schedule

import "slices"

// schedule puts together what was read.
func (p *parser) schedule() (Schedule, error) {
	times, err := p.sameTimes()
	if err != nil {
		return Schedule{}, err
	}
	var terms []term
	for _, b := range p.blocks {
		terms = append(terms, b.terms...)
	}
	if len(terms) == 0 {
		return Schedule{}, refuse("Say on which days, %s", examples)
	}
	if p.leading != 0 { // "Mondays 09:00, January"
		for i := range terms {
			if terms[i].scoped {
				return Schedule{}, severalMonths()
			}
			terms[i].months, terms[i].scoped = p.leading, true
		}
	}
	if err := p.contradiction(terms); err != nil {
		return Schedule{}, err
	}
	d, err := union(terms)
	if err != nil {
		return Schedule{}, err
	}
	minutes, err := minutesOf(times)
	if err != nil {
		return Schedule{}, err
	}
	return d.new(minutes)
}

// sameTimes returns the times of day of the blocks, which are the same in all: "Monday 9am and Friday 9am".
func (p *parser) sameTimes() ([]token, error) {
	first := p.blocks[0].times
	for _, b := range p.blocks[1:] {
		if !slices.EqualFunc(first, b.times, func(a, b token) bool { return a.n == b.n }) {
			return nil, refuse("Different times on different days need a schedule of their own each. Name the days first and then the times that all of them have, for example “Mondays and Thursdays 14:30”.")
		}
	}
	return first, nil
}

// minutesOf returns the times of day in minutes since midnight. Where one says am or pm, those that leave it open
// are refused: "2 and 3 pm" is 14:00 to one reader and 02:00 to another.
func minutesOf(times []token) ([]int, error) {
	if len(times) == 0 {
		return []int{usual}, nil
	}
	var minutes []int
	half := slices.ContainsFunc(times, func(t token) bool { return t.half })
	for _, t := range times {
		if half && t.loose {
			return nil, refuse("Say am or pm with each time of day, or write all of them like 09:00 and 15:00: it is not clear which “%s” is.", clip(t.text))
		}
		minutes = append(minutes, t.n)
	}
	return minutes, nil
}

// contradiction refuses days that do not go together, or can be meant in two ways.
func (p *parser) contradiction(terms []term) error {
	has := func(match func(term) bool) bool { return slices.ContainsFunc(terms, match) }
	inMonth := has(func(t term) bool { return t.sort == byDate || t.sort == nthWeekday })
	inWeek := has(func(t term) bool { return t.sort == eachWeekday })
	switch {
	case len(terms) > 1 && has(func(t term) bool { return t.sort == eachDay }):
		return refuse("“Every day” and other days do not go together. Leave one of them out.")
	case has(func(t term) bool { return t.sort == nthWeekday }) && has(func(t term) bool { return t.bare }):
		return refuse("It is not clear which weeks are meant. Write the week with each day, for example “first Monday and first Thursday of the month”, or “every” before it.")
	case has(func(t term) bool { return t.sort == eachDay }) && (p.weekly || p.monthly || p.yearly),
		p.weekly && (inMonth || p.monthly || p.yearly), p.monthly && (inWeek || p.yearly),
		p.yearly && has(func(t term) bool { return !t.scoped || t.months == everyMonth }):
		return refuse("The days do not go with “weekly”, “monthly” or “yearly”. Leave that out, and name the days, %s", examples)
	}
	for i, t := range terms {
		if i > 0 && !t.joined && t.sort != terms[i-1].sort { // "Friday the 13th" is not both
			return refuse("It is not clear how the days belong together. Write “and” between days that are all meant, for example “every Friday and 13th of the month”.")
		}
		if t.steps != "" && !t.scoped && !p.monthly {
			return refuse("“every %s” can be meant in two ways. Name the weeks or dates of the month, for example “second Monday of the month”.", clip(t.steps))
		}
	}
	return nil
}

// union returns all days of the terms. Different days in different months are not one schedule.
func union(terms []term) (days, error) {
	// "first Monday and second Thursday of June": what was said of the last is said of those before.
	for i := len(terms) - 2; i >= 0; i-- {
		if next := terms[i+1]; !terms[i].scoped && next.scoped && next.sort == terms[i].sort {
			terms[i].months, terms[i].scoped = next.months, true
		}
	}
	all := terms[0].days
	all.months = terms[0].months
	sameDays, sameMonths := true, true
	for _, t := range terms[1:] {
		sameDays = sameDays && t.days == terms[0].days
		sameMonths = sameMonths && t.months == terms[0].months
		all.months |= t.months
		all.dates |= t.days.dates
		all.last = all.last || t.days.last
		for d := range all.weekly {
			all.weekly[d] |= t.days.weekly[d]
		}
	}
	if !sameDays && !sameMonths {
		return days{}, severalMonths()
	}
	return all, nil
}

func severalMonths() *Error {
	return refuse("Different days in different months need a schedule of their own each. Name the months with all of the days, for example “1st and 15th of January and July”.")
}
