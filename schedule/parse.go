package schedule

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// usual is the time of day of a schedule that does not say one.
const usual = 9 * 60

// MaxWords is how many bytes Parse reads. No schedule says more of itself.
const MaxWords = 2000

const examples = "for example “every weekday 09:00”, “Mondays and Thursdays 14:30”, “first Monday of the month” or “1st and 15th of the month 10:00”."

// An Error says what is wrong with the words for a schedule, to the person who wrote them.
type Error struct {
	Reason string // sentences that say what to do
}

func (e *Error) Error() string { return e.Reason }

func refuse(format string, args ...any) *Error {
	return &Error{Reason: fmt.Sprintf(format, args...)}
}

// Parse reads a schedule as a person writes it: days, and times of day in either order. Without a time it is at
// 09:00. It also reads cron expressions of five fields.
//
// What can be meant in two ways is refused and not guessed, as are schedules that never come, and those with less
// than an hour from one time of day to another. The error is an [*Error].
func Parse(words string) (Schedule, error) {
	words = strings.TrimSpace(words)
	switch {
	case words == "":
		return Schedule{}, refuse("Say when, %s", examples)
	case len(words) > MaxWords:
		return Schedule{}, refuse("This is too long for a schedule. Write %s", examples)
	case isCron(words):
		return parseCron(words)
	case words[0] == '@' && len(words) > 1 && words[1] > '9':
		return Schedule{}, refuse("Short names such as “%s” are not read. Write %s", clip(words), examples)
	}
	p := &parser{tokens: tokens(words), block: &block{}}
	p.blocks = append(p.blocks, p.block)
	for p.peek().kind != nothingWord {
		if err := p.step(); err != nil {
			return Schedule{}, err
		}
	}
	s, err := p.schedule()
	if err != nil {
		return Schedule{}, err
	}
	return s, nil
}

// A parser reads tokens one after the other.
type parser struct {
	tokens []token
	i      int

	blocks   []*block
	block    *block // the last
	leading  uint16 // months that were named before the days that they are for
	dateEnd  int    // where the last list of dates ended
	joined   bool   // "and" or a comma stands after the last term
	explicit bool   // the days of the week before this token are every such day; so are those that follow in a list

	weekly, monthly, yearly bool // a word that says so, and nothing of the days
}

// A block is days with their times: "Mondays 09:00 and 15:00".
type block struct {
	terms []term
	times []token
}

// A term is days of one sort: "every Monday", "the 1st and 15th of the month".
type term struct {
	sort   sort
	days   days // without the months
	months uint16
	scoped bool   // the months were said
	bare   bool   // "Monday", which is every Monday unless "first Monday" stands near it
	joined bool   // "and" or a comma stands before it
	steps  string // what could be a distance as well: "every second Monday"
}

type sort int

const (
	eachDay sort = iota
	eachWeekday
	nthWeekday
	byDate
)

func (p *parser) peek() token { return p.after(0) }

// after returns the token so many after the next one.
func (p *parser) after(n int) token {
	if p.i+n < 0 || p.i+n >= len(p.tokens) {
		return token{}
	}
	return p.tokens[p.i+n]
}

// step reads the next token, and those that belong to it.
func (p *parser) step() error {
	t := p.peek()
	if t.kind != andWord && t.kind != weekdayWord {
		p.explicit = false
	}
	switch t.kind {
	case andWord:
		p.joined = true
		p.i++
	case onWord, theWord:
		p.i++
	case toWord:
		if t.text != "-" && t.text != "–" && t.text != "—" {
			return p.unclear()
		}
		p.i++ // a dash as in "Mondays - 9:00"
	case atWord:
		p.i++
		if k := p.peek().kind; k != numberWord && k != timeWord {
			return p.unclear()
		}
		return p.time()
	case timeWord:
		return p.time()
	case numberWord:
		if p.isDate() {
			return p.dates(false)
		}
		return p.time()
	case everyWord:
		p.i++
		return p.every()
	case ordinalWord:
		return p.dates(false)
	case weekdayWord:
		return p.weekdays()
	case dayWord: // day 15
		if p.after(1).kind != numberWord {
			return p.unclear()
		}
		p.i++
		return p.dates(false)
	case ofWord:
		p.i++
		return p.scope()
	case monthNameWord:
		return p.months()
	case dailyWord, weeklyWord, monthlyWord, yearlyWord:
		p.i++
		return p.rhythm(t.kind)
	default:
		return p.unclear()
	}
	return nil
}

// every reads what follows "every".
func (p *parser) every() error {
	switch p.peek().kind {
	case dayWord:
		p.i++
		return p.rhythm(dailyWord)
	case weekWord:
		p.i++
		return p.rhythm(weeklyWord)
	case monthWord:
		p.i++
		return p.rhythm(monthlyWord)
	case yearWord:
		p.i++
		return p.rhythm(yearlyWord)
	case weekdayWord:
		p.explicit = true
		return p.weekdays()
	case ordinalWord:
		return p.dates(true)
	case monthNameWord:
		return p.months()
	case numberWord:
		if p.dateAhead(p.i) { // every 1 January
			return p.dates(true)
		}
		return refuse("“every %s” counts from no day. Name the days and the times, %s", clip(p.rest(2)), examples)
	default:
		return p.unclear()
	}
}

// rhythm takes "every day", "every week" and so on.
func (p *parser) rhythm(k kind) error {
	switch k {
	case weeklyWord:
		p.weekly = true
	case monthlyWord:
		p.monthly = true
	case yearlyWord:
		p.yearly = true
	default:
		p.add(term{sort: eachDay, days: days{dates: everyDate}})
	}
	return nil
}

// weekdays reads a day of the week or a range of them.
func (p *parser) weekdays() error {
	t := p.peek()
	p.i++
	mask, bare := t.n, !t.plural && !p.explicit && t.n != workdays && t.n != weekends
	if last := p.after(1); p.peek().kind == toWord && last.kind == weekdayWord {
		if !single(t.n) || !single(last.n) {
			return p.unclear()
		}
		p.i += 2
		for d := t.n; d != last.n; mask |= d {
			if d <<= 1; d == 1<<7 {
				d = 1
			}
		}
		bare = false
	}
	p.explicit = !bare
	var d days
	for _, weekday := range set(uint64(mask)) { // #nosec G115 -- a mask
		d.weekly[weekday] = everyWeek
	}
	p.add(term{sort: eachWeekday, days: d, bare: bare})
	return nil
}

func single(mask int) bool { return mask&(mask-1) == 0 }

// time reads a time of day. A number alone is an hour.
func (p *parser) time() error {
	t := p.peek()
	if t.kind == numberWord {
		before := p.after(-1).kind
		if before == andWord && p.dateEnd == p.i-1 || before == numberWord || p.after(1).kind == numberWord {
			return refuse("It is not clear what “%s” is. Write “15th” for a day and “15:00” for a time of day.", clip(t.text))
		}
		if t = readClock(t.text, t.text, "", ""); t.kind == noTimeWord {
			return p.unclear()
		}
	}
	p.i++
	if next := p.after(1).kind; p.peek().kind == toWord && (next == timeWord || next == numberWord && !p.dateAhead(p.i+1)) {
		return refuse("A schedule has times of day, and no span such as “%s”. Name each time, for example “every weekday 09:00, 12:00 and 15:00”.", clip(p.text(p.i-1, p.i+2)))
	}
	p.block.times = append(p.block.times, t)
	return nil
}

// add takes a term.
func (p *parser) add(t term) {
	if len(p.block.terms) > 0 && len(p.block.times) > 0 { // days and times were there: this is about others
		p.block = &block{}
		p.blocks = append(p.blocks, p.block)
	}
	t.joined, p.joined = p.joined, false
	t.months = everyMonth
	if p.leading != 0 {
		t.months, t.scoped, p.leading = p.leading, true, 0
	}
	p.block.terms = append(p.block.terms, t)
}

// text returns the words of some tokens.
func (p *parser) text(from, to int) string {
	var words []string
	for _, t := range p.tokens[from:min(to, len(p.tokens))] {
		words = append(words, t.text)
	}
	return strings.Join(words, " ")
}

// rest returns the words of the next n tokens.
func (p *parser) rest(n int) string { return p.text(p.i, p.i+n) }

// unclear refuses the next token.
func (p *parser) unclear() error {
	t := p.peek()
	switch t.kind {
	case nothingWord:
		return refuse("Something is missing at the end. Write %s", examples)
	case oftenWord:
		return refuse("Name the times of day instead of “%s”, for example “every weekday 09:00, 12:00 and 15:00”. There has to be an hour or more between them.", clip(t.text))
	case alternateWord:
		return refuse("Every other week has no beginning here. Name the weeks of the month instead of “%s”, for example “first and third Monday of the month”.", clip(t.text))
	case noTimeWord, numberWord:
		return refuse("“%s” is no time of day. Write 00:00 to 23:59, or 9am.", clip(t.text))
	}
	return refuse("“%s” is not understood here. Write %s", clip(t.text), examples)
}

// clip shortens what a person wrote, to be said back to them.
func clip(words string) string {
	const most = 40
	words = strings.Join(strings.Fields(strings.ToValidUTF8(words, "?")), " ")
	if utf8.RuneCountInString(words) <= most {
		return words
	}
	return string([]rune(words)[:most-1]) + "…"
}
