package roster

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

// ConversionColumns returns the columns that a file of conversions can have. It needs day or at, and id or
// count; code is another name for click.
func ConversionColumns() []string {
	return []string{"day", "at", "store", "kind", "id", "count", "click", "code", "value"}
}

var conversionLayout = layout{all: ConversionColumns(), needed: [][]string{{"day", "at"}, {"id", "count"}}}

// A ConversionFile is what a booking system tells of its days.
type ConversionFile struct {
	Conversions []ConversionLine   // told one by one
	Totals      []clarion.DayTotal // told as a number for a store's day
}

// A ConversionLine is one conversion of a file. Whether its code is that of a link is for the caller to find out.
type ConversionLine struct {
	Line       int
	Conversion clarion.Conversion
}

// ReadConversions reads a file of what customers did in the given stores, or after a click, until now. A line has
// an id, and is one conversion; or a count, and is how many there were of that store, day and kind. Days are those
// of loc, and a conversion of which only the day is known was at its beginning. Everything that is wrong with the
// file is in the problems; only when there are none is the rest complete.
func ReadConversions(r io.Reader, stores []clarion.Store, now time.Time, loc *time.Location) (ConversionFile, []Problem) {
	rows, wrong := readTable(r, conversionLayout)
	reader := conversionReader{now: now, loc: loc, stores: make(map[clarion.StoreID]bool, len(stores)), lines: make(map[string]int), wrong: &wrong}
	for _, s := range stores {
		reader.stores[s.ID] = true
	}
	var file ConversionFile
	for _, row := range rows {
		id, count := row.cells["id"], row.cells["count"]
		switch {
		case id != "" && count != "":
			wrong.add(row.line, "", "Both id and count are filled in: a line is one conversion with its id, or the number of a whole day.")
		case count != "":
			file.Totals = append(file.Totals, reader.total(row))
		case id != "":
			file.Conversions = append(file.Conversions, ConversionLine{row.line, reader.conversion(row)})
		default:
			wrong.add(row.line, "", "Both id and count are empty: write the id that this one has where it was made, or the number of the whole day.")
		}
	}
	return file, wrong.sorted()
}

// A conversionReader reads the lines of one file.
type conversionReader struct {
	now    time.Time
	loc    *time.Location
	stores map[clarion.StoreID]bool
	lines  map[string]int // by what must be there once
	wrong  *problems
}

func (r conversionReader) conversion(row row) clarion.Conversion {
	before := len(*r.wrong)
	c := clarion.Conversion{Kind: readKind(row), ID: row.cells["id"], Code: r.code(row), Value: r.value(row), At: r.at(row)}
	if row.cells["store"] != "" {
		c.Store = readStore(row, r.stores, r.wrong)
	}
	r.add(row, before, c.Check(r.now))
	r.once(row, "id", fmt.Sprintf("conversion %s %s", c.Kind, c.ID), "The same "+c.Kind+" is on line %d already: keep one of the two.")
	return c
}

func (r conversionReader) total(row row) clarion.DayTotal {
	before := len(*r.wrong)
	t := clarion.DayTotal{Kind: readKind(row), Store: readStore(row, r.stores, r.wrong), Value: r.value(row)}
	at := r.at(row)
	t.Day = clarion.DayOf(at, r.loc)
	if e := clarion.CheckDay(at, r.now); e != nil {
		r.wrong.add(row.line, timeColumn(row), "%s", e.Reason)
	}
	if count, err := strconv.Atoi(row.cells["count"]); err == nil {
		t.Count = count
	} else {
		r.wrong.add(row.line, "count", "%q is not a whole number.", row.cells["count"])
	}
	if row.cells["click"]+row.cells["code"] != "" {
		r.wrong.add(row.line, "click", "The number of a whole day has no click: write a line with an id for each that has one.")
	}
	r.add(row, before, t.Check())
	r.once(row, "count", fmt.Sprintf("total %s %s %s", t.Store, t.Day, t.Kind), "The number of this store, day and kind is on line %d already: keep one of the two.")
	return t
}

// add reports what the domain finds wrong with a line, unless the column is reported already.
func (r conversionReader) add(row row, before int, found []*clarion.InvalidError) {
	for _, e := range found {
		field := e.Field
		if field == "at" {
			field = timeColumn(row)
		}
		reported := slices.ContainsFunc((*r.wrong)[before:], func(p Problem) bool {
			return p.Field == field || field == "click" && p.Field == "store"
		})
		if !reported {
			r.wrong.add(row.line, field, "%s", e.Reason)
		}
	}
}

// once reports what is on an earlier line already.
func (r conversionReader) once(row row, field, what, sentence string) {
	if first, twice := r.lines[what]; twice {
		r.wrong.add(row.line, field, sentence, first)
		return
	}
	r.lines[what] = row.line
}

func readKind(row row) string {
	if kind := strings.ToLower(row.cells["kind"]); kind != "" {
		return kind
	}
	return clarion.Appointment
}

func (r conversionReader) code(row row) clarion.Code {
	column, text := "click", row.cells["click"]
	if text == "" {
		column, text = "code", row.cells["code"]
	} else if row.cells["code"] != "" {
		r.wrong.add(row.line, "click", "Both click and code are filled in: keep one of them.")
	}
	if text == "" {
		return ""
	}
	code, err := clarion.ParseClick(text)
	if err != nil {
		r.wrong.add(row.line, column, "%q is neither the id of a click nor a link's code: leave it empty when it is not known.", text)
		return "0" // so that it is not missing as well
	}
	return code
}

func (r conversionReader) value(row row) int64 {
	text := row.cells["value"]
	if text == "" {
		return 0
	}
	value, err := clarion.ParseValue(text)
	if err != nil {
		r.wrong.add(row.line, "value", "%q cannot be a value: write a number from 0 to %d with at most two decimal places, such as 129.95, without currency and separators.", text, clarion.MaxValue/100)
	}
	return value
}

// timeColumn is where a line says when.
func timeColumn(row row) string {
	if row.cells["day"] != "" {
		return "day"
	}
	return "at"
}

// clockForms are times as spreadsheets write them, without a zone.
var clockForms = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05"}

// at returns the moment that a line is of. It is now when the line says none that can be read.
func (r conversionReader) at(row row) time.Time {
	day, at := row.cells["day"], row.cells["at"]
	switch {
	case day != "" && at != "":
		r.wrong.add(row.line, "day", "Both day and at are filled in: keep one of them.")
	case day != "":
		start, err := clarion.DayStart(day, r.loc)
		if err == nil {
			return start
		}
		r.wrong.add(row.line, "day", "%q is not a day: write it like 2026-11-22.", day)
	case at != "":
		if t, err := time.Parse(time.RFC3339, at); err == nil {
			return t
		}
		for _, form := range clockForms {
			if t, err := time.ParseInLocation(form, at, r.loc); err == nil {
				return t
			}
		}
		r.wrong.add(row.line, "at", "%q is not a time: write it like 2026-11-22 10:30, or with a zone like 2026-11-22T10:30:00Z.", at)
	default:
		r.wrong.add(row.line, "", "Both day and at are empty: write the day, such as 2026-11-22.")
	}
	return r.now
}
