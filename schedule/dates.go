package schedule

// dates reads "1st and 15th", and "first and third Monday".
func (p *parser) dates(afterEvery bool) error {
	from := p.i
	nths, err := p.nths()
	if err != nil {
		return err
	}
	p.dateEnd = p.i
	t, next := term{sort: byDate}, p.peek()
	words := p.text(from, p.i+1)
	if afterEvery && len(nths) == 1 && nths[0] > 1 && (next.kind == weekdayWord || next.kind == dayWord) {
		t.steps = words
	}
	switch next.kind {
	case weekdayWord:
		p.i++
		if !single(next.n) || p.peek().kind == toWord && p.after(1).kind == weekdayWord {
			return refuse("“%s” can be meant in several ways. Name each day with its week, for example “first Monday and first Tuesday of the month”.", clip(p.text(from, p.i)))
		}
		t.sort = nthWeekday
		for _, n := range nths {
			if n > 5 {
				return refuse("“%s” is in no month. For dates and days of the week together write for example “15th of the month and first Monday of the month”.", clip(words))
			}
			for d := range t.days.weekly {
				t.days.weekly[d] |= uint8((next.n >> d & 1) << n) // #nosec G115 -- one bit
			}
		}
	case ordinalWord, numberWord, weekWord:
		if next.kind != numberWord || p.tokens[p.i-1].n == 0 {
			return p.unclear()
		}
	case dayWord:
		p.i++
	}
	if t.sort == byDate {
		for _, n := range nths {
			t.days.dates |= 1 << n &^ 1
			t.days.last = t.days.last || n == 0
		}
	}
	p.add(t)
	return nil
}

// nths reads a list of ordinals, and of numbers that are dates, with ranges. The last is 0.
func (p *parser) nths() ([]int, error) {
	var nths []int
	for {
		t := p.peek()
		if t.kind == numberWord && (t.n < 1 || t.n > 31) {
			return nil, noDate(t)
		}
		p.i++
		first, last := t.n, t.n
		if p.peek().kind == toWord {
			j := 1
			if p.after(j).kind == theWord {
				j++
			}
			if end := p.after(j); end.kind == ordinalWord || end.kind == numberWord && (t.kind == numberWord || p.dateAhead(p.i+j)) {
				if first == 0 || end.n < 1 || end.n > 31 {
					return nil, noDate(end)
				}
				p.i += j + 1
				last = end.n
			}
		}
		for n := first; ; n = n%31 + 1 {
			for _, other := range nths {
				if other == n {
					return nil, refuse("“%s” names a day twice. For dates and days of the week together write for example “1st of the month and first Monday of the month”.", clip(p.text(max(p.i-3, 0), p.i+1)))
				}
			}
			nths = append(nths, n)
			if n == last {
				break
			}
		}
		j := p.i
		for k := p.kindAt(j); k == andWord || k == theWord; k = p.kindAt(j) {
			j++
		}
		if next := p.kindAt(j); j == p.i || next != ordinalWord && (next != numberWord || !p.dateAhead(j)) {
			return nths, nil
		}
		p.i = j
	}
}

func noDate(t token) *Error {
	return refuse("“%s” is no day of a month here. Write 1st to 31st, or last day.", clip(t.text))
}

func (p *parser) kindAt(i int) kind { return p.after(i - p.i).kind }

// isDate says whether the number that comes next is a date and not an hour.
func (p *parser) isDate() bool {
	switch p.after(-1).kind {
	case theWord, dayWord:
		return true
	case monthNameWord:
		return p.leading != 0
	}
	return p.dateAhead(p.i)
}

// dateAhead says whether the number at i is a date by what follows it: "1 and 15 of the month", "1 January".
func (p *parser) dateAhead(i int) bool {
	for {
		if k := p.kindAt(i); k != numberWord && k != ordinalWord {
			return false
		}
		i++
		switch t := p.after(i - p.i); t.kind {
		case monthNameWord:
			return true
		case ofWord:
			return t.n == 0
		case andWord, toWord, theWord:
			for k := t.kind; k == andWord || k == toWord || k == theWord; k = p.kindAt(i) {
				i++
			}
		default:
			return false
		}
	}
}

// scope reads what follows "of" and "in": "the month", or months.
func (p *parser) scope() error {
	for k := p.peek().kind; k == theWord || k == everyWord; k = p.peek().kind {
		p.i++
	}
	switch p.peek().kind {
	case monthWord:
		p.i++
		return p.limit(everyMonth)
	case monthNameWord:
		return p.limit(p.monthList())
	default:
		return p.unclear()
	}
}

// months reads months without "of" before: "1 January", "January 1".
func (p *parser) months() error {
	before := p.after(-1).kind
	adjacent := before == ordinalWord || before == numberWord
	months := p.monthList()
	if next := p.peek().kind; !adjacent && (next == numberWord || next == ordinalWord) && p.leading == 0 {
		p.leading = months
		return nil
	}
	return p.limit(months)
}

// monthList reads months with ranges. One with its own date, as in "1 January and July 15", does not belong to it.
func (p *parser) monthList() uint16 {
	var months uint16
	for {
		first := p.peek().n
		last := first
		p.i++
		if p.peek().kind == toWord && p.after(1).kind == monthNameWord {
			last = p.after(1).n
			p.i += 2
		}
		for m := first; ; m = m%12 + 1 {
			months |= 1 << m
			if m == last {
				break
			}
		}
		j := 0
		for p.after(j).kind == andWord {
			j++
		}
		if next := p.after(j + 1).kind; j == 0 || p.after(j).kind != monthNameWord || next == numberWord || next == ordinalWord {
			return months
		}
		p.i += j
	}
}

// limit applies months to the days before them, or to those that follow.
func (p *parser) limit(months uint16) error {
	if n := len(p.block.terms); n > 0 && !p.block.terms[n-1].scoped {
		p.block.terms[n-1].months, p.block.terms[n-1].scoped = months, true
		return nil
	}
	if p.leading != 0 {
		return severalMonths()
	}
	p.leading = months
	return nil
}
