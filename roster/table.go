package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Problem is one thing that is wrong with a file, in words for the one who made it.
type Problem struct {
	Line  int    // from 1; 0: the file as a whole
	Field string // the column's name; empty: the line as a whole
	Text  string // a sentence that says what to do
}

func (p Problem) String() string {
	s := p.Text
	if p.Field != "" {
		s = p.Field + ": " + s
	}
	if p.Line > 0 {
		s = fmt.Sprintf("line %d: %s", p.Line, s)
	}
	return s
}

// MaxSize is the greatest size of a file, in bytes: some 100 for each of 600,000 partners.
const MaxSize = 64 << 20

// A row is one line of a file under its header.
type row struct {
	line  int
	cells map[string]string // by column, without space around them
}

// problems collects what is wrong.
type problems []Problem

func (p *problems) add(line int, field, format string, args ...any) {
	*p = append(*p, Problem{line, field, fmt.Sprintf(format, args...)})
}

// A layout says which columns a file has.
type layout struct {
	all    []string   // those that there can be, each once
	needed [][]string // of each of these at least one
}

// rule says what the first line must be, for the end of a sentence.
func (l layout) rule() string {
	return "the first line has names of columns, of which there can be " + strings.Join(l.all, ",")
}

// readTable reads a CSV file with a header that has the columns of the layout, in any order and case. It
// takes what spreadsheets make of CSV: a byte order mark, CRLF, semicolons or tabs instead of commas, a first
// line "sep=;", and lines that are empty or have only separators.
func readTable(r io.Reader, columns layout) ([]row, problems) {
	var wrong problems
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	switch {
	case err != nil:
		wrong.add(0, "", "The file cannot be read: %v.", err)
	case len(data) > MaxSize:
		wrong.add(0, "", "The file has more than %d MB: split it.", MaxSize>>20)
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")), bytes.ContainsRune(data, 0):
		wrong.add(0, "", "The file is no CSV in UTF-8: save it as “CSV UTF-8”.")
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	skipped := 0
	if first, rest, _ := bytes.Cut(data, []byte("\n")); bytes.HasPrefix(bytes.ToLower(first), []byte("sep=")) {
		data, skipped = rest, 1
	}
	reader := csv.NewReader(bytes.NewReader(data))
	reader.Comma = separator(data)
	reader.FieldsPerRecord = -1 // counted here, so that every line is reported

	var header []string
	var rows []row
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			wrong = append(wrong, unreadable(err, skipped))
			if header == nil {
				return nil, wrong // nothing below it could be understood
			}
			continue
		}
		line, _ := reader.FieldPos(0)
		line += skipped
		if blank(record) {
			continue
		}
		if header == nil {
			header = readHeader(record, columns, line, &wrong)
			if len(wrong) > 0 {
				return nil, wrong
			}
			continue
		}
		if cells, ok := readCells(record, header, line, &wrong); ok {
			rows = append(rows, row{line, cells})
		}
	}
	if header == nil {
		wrong.add(0, "", "The file is empty: %s.", columns.rule())
	}
	return rows, wrong
}

// separator returns what stands between the fields of a file: what its header has most of.
func separator(data []byte) rune {
	header, _, _ := bytes.Cut(bytes.TrimLeft(data, "\r\n"), []byte("\n"))
	best := ','
	for _, r := range ";\t" {
		if bytes.Count(header, []byte(string(r))) > bytes.Count(header, []byte(string(best))) {
			best = r
		}
	}
	return best
}

// unreadable makes a problem of an error of package csv.
func unreadable(err error, skipped int) Problem {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return Problem{Text: fmt.Sprintf("The file cannot be read: %v.", err)}
	}
	p := Problem{Line: at.StartLine + skipped}
	if at.StartLine != at.Line {
		p.Text = fmt.Sprintf("A quotation mark is not closed before line %d: close it, or double it when it is part of the text.", at.Line+skipped)
	} else {
		p.Text = "A quotation mark stands where none can be: put the whole field in quotation marks and double those inside."
	}
	return p
}

func readHeader(record []string, columns layout, line int, wrong *problems) []string {
	header := make([]string, len(record))
	for i, cell := range record {
		name := strings.ToLower(strings.TrimSpace(cell))
		header[i] = name
		switch {
		case !slices.Contains(columns.all, name):
			wrong.add(line, "", "%q is not a column: %s.", name, columns.rule())
		case slices.Contains(header[:i], name):
			wrong.add(line, name, "The column is there twice: delete one.")
		}
	}
	for _, names := range columns.needed {
		if !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(header, name) }) {
			wrong.add(line, strings.Join(names, " or "), "The column is missing: %s.", columns.rule())
		}
	}
	return header
}

func readCells(record, header []string, line int, wrong *problems) (map[string]string, bool) {
	before := len(*wrong)
	if len(record) != len(header) {
		wrong.add(line, "", "The line has %d fields instead of %d: put a field with a separator in it in quotation marks.", len(record), len(header))
		return nil, false
	}
	cells := make(map[string]string, len(header))
	for i, name := range header {
		switch value := strings.TrimSpace(record[i]); {
		case !utf8.ValidString(value):
			wrong.add(line, name, "The text is not in UTF-8: save the file as “CSV UTF-8”.")
		case strings.ContainsFunc(value, isControl):
			wrong.add(line, name, "There is a line break or another control character in it: take it out.")
		default:
			cells[name] = value
		}
	}
	return cells, len(*wrong) == before
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}
