package schedule

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A kind is what a word is to the grammar.
type kind int

const (
	nothingWord   kind = iota // the end
	unknownWord               //
	andWord                   // and , ; & + /
	toWord                    // to - through
	onWord                    // on, o'clock and other words that say nothing
	theWord                   //
	atWord                    // at @
	ofWord                    // of; n: 1 for in, which does not make a date of a number before it
	everyWord                 // every each all
	dailyWord                 //
	weeklyWord                //
	monthlyWord               //
	yearlyWord                //
	dayWord                   // day days
	weekWord                  // week
	monthWord                 // month months
	yearWord                  // year
	weekdayWord               // n: their mask
	monthNameWord             // n: 1 to 12
	ordinalWord               // n: 1 to 31, or 0 for the last
	numberWord                // n
	timeWord                  // n: minutes since midnight
	noTimeWord                // looks like a time of day, and is none
	oftenWord                 // hour, minutes, hourly
	alternateWord             // other, fortnightly
)

// A token is a word that a person wrote.
type token struct {
	kind   kind
	text   string // as it was written
	n      int
	plural bool // Mondays, weekdays
	loose  bool // a time of day that could be meant as one of the morning or of the evening
	half   bool // a time of day that says am or pm
}

// Masks of days of the week, by time.Weekday.
const (
	workdays = 1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday
	weekends = 1<<time.Saturday | 1<<time.Sunday
)

// vocabulary has the words that mean one thing.
var vocabulary = map[string]token{
	"and": {kind: andWord}, "plus": {kind: andWord}, "to": {kind: toWord}, "till": {kind: toWord}, "until": {kind: toWord}, "through": {kind: toWord}, "thru": {kind: toWord},
	"on": {kind: onWord}, "o'clock": {kind: onWord}, "oclock": {kind: onWord}, "the": {kind: theWord}, "at": {kind: atWord}, "of": {kind: ofWord}, "in": {kind: ofWord, n: 1},
	"every": {kind: everyWord}, "each": {kind: everyWord}, "all": {kind: everyWord},
	"daily": {kind: dailyWord}, "everyday": {kind: dailyWord}, "weekly": {kind: weeklyWord}, "monthly": {kind: monthlyWord}, "yearly": {kind: yearlyWord}, "annually": {kind: yearlyWord},
	"day": {kind: dayWord}, "days": {kind: dayWord, plural: true}, "week": {kind: weekWord}, "month": {kind: monthWord}, "months": {kind: monthWord}, "year": {kind: yearWord},
	"weekday": {kind: weekdayWord, n: workdays}, "weekdays": {kind: weekdayWord, n: workdays, plural: true},
	"workday": {kind: weekdayWord, n: workdays}, "workdays": {kind: weekdayWord, n: workdays, plural: true},
	"weekend": {kind: weekdayWord, n: weekends}, "weekends": {kind: weekdayWord, n: weekends, plural: true},
	"last": {kind: ordinalWord}, "end": {kind: ordinalWord}, "may": {kind: monthNameWord, n: 5},
	"noon": {kind: timeWord, n: 12 * 60}, "midday": {kind: timeWord, n: 12 * 60}, "midnight": {kind: timeWord},
	"hour": {kind: oftenWord}, "hours": {kind: oftenWord}, "hourly": {kind: oftenWord}, "half": {kind: oftenWord},
	"minute": {kind: oftenWord}, "minutes": {kind: oftenWord}, "minutely": {kind: oftenWord}, "min": {kind: oftenWord}, "mins": {kind: oftenWord}, "seconds": {kind: oftenWord},
	"other": {kind: alternateWord}, "alternate": {kind: alternateWord}, "alternating": {kind: alternateWord}, "biweekly": {kind: alternateWord},
	"fortnight": {kind: alternateWord}, "fortnightly": {kind: alternateWord}, "weeks": {kind: alternateWord},
}

// ordinals are the words for the numbers from 1 on.
var ordinals = strings.Fields("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth")

var (
	numeral = regexp.MustCompile(`^(\d{1,2})(st|nd|rd|th)?$`)
	aClock  = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))?\s?(?:(a)\.?m|(p)\.?m)?$`)
)

// tokens cuts words into tokens.
func tokens(words string) []token {
	var list []token
	var word strings.Builder
	end := func() {
		if text := strings.TrimSuffix(word.String(), "."); text != "" {
			list = push(list, text)
		}
		word.Reset()
	}
	for _, r := range words {
		switch {
		case unicode.IsSpace(r):
			end()
		case strings.ContainsRune(",;&+/", r):
			end()
			list = append(list, token{kind: andWord, text: string(r)})
		case strings.ContainsRune("-–—", r):
			end()
			list = append(list, token{kind: toWord, text: string(r)})
		case r == '@':
			end()
			list = append(list, token{kind: atWord, text: string(r)})
		case r == '’':
			word.WriteRune('\'')
		default:
			word.WriteRune(r)
		}
	}
	end()
	return list
}

// push adds a word to the tokens. Some words are one with the one before: 9 am, working days.
func push(list []token, text string) []token {
	lower := strings.ToLower(text)
	if len(list) > 0 {
		before := &list[len(list)-1]
		switch {
		case slices.Contains([]string{"am", "pm", "a.m", "p.m"}, lower) && (before.kind == numberWord || before.kind == timeWord && !before.half):
			*before = read(before.text + " " + text)
			return list
		case (lower == "day" || lower == "days") && slices.Contains([]string{"work", "working", "business", "week"}, strings.ToLower(before.text)):
			*before = token{kind: weekdayWord, text: before.text + " " + text, n: workdays, plural: lower == "days"}
			return list
		}
	}
	return append(list, read(text))
}

// read says what a word is.
func read(text string) token {
	lower := strings.ToLower(text)
	if t, ok := vocabulary[lower]; ok {
		t.text = text
		return t
	}
	if i := slices.Index(ordinals, lower); i >= 0 {
		return token{kind: ordinalWord, text: text, n: i + 1}
	}
	if m := numeral.FindStringSubmatch(lower); m != nil {
		n, _ := strconv.Atoi(m[1])
		switch {
		case m[2] == "":
			return token{kind: numberWord, text: text, n: n}
		case n >= 1 && n <= 31:
			return token{kind: ordinalWord, text: text, n: n}
		}
		return token{kind: unknownWord, text: text}
	}
	if m := aClock.FindStringSubmatch(lower); m != nil {
		return readClock(text, m[1], m[2], m[3]+m[4])
	}
	if t, ok := readName(lower); ok {
		t.text = text
		return t
	}
	return token{kind: unknownWord, text: text}
}

// readClock reads hours, minutes, and "a" or "p".
func readClock(text, hours, minutes, half string) token {
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(minutes)
	loose := half == "" && hours[0] != '0' && h >= 1 && h <= 12
	if half != "" {
		if h < 1 || h > 12 {
			return token{kind: noTimeWord, text: text}
		}
		h %= 12
		if half == "p" {
			h += 12
		}
	}
	if h > 23 || m > 59 {
		return token{kind: noTimeWord, text: text}
	}
	return token{kind: timeWord, text: text, n: 60*h + m, loose: loose, half: half != ""}
}

// readName reads the name of a day of the week or a month, or what it begins with, of three letters or more.
func readName(lower string) (token, bool) {
	if len(lower) < 3 {
		return token{}, false
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		if lower == name+"s" {
			return token{kind: weekdayWord, n: 1 << d, plural: true}, true
		}
		if strings.HasPrefix(name, lower) || lower == "weds" && d == time.Wednesday {
			return token{kind: weekdayWord, n: 1 << d}, true
		}
	}
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), lower) {
			return token{kind: monthNameWord, n: int(m)}, true
		}
	}
	return token{}, false
}
