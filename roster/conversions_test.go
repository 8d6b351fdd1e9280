package roster

import (
	"reflect"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

var (
	london, _ = time.LoadLocation("Europe/London")
	morning   = time.Date(2026, 7, 22, 5, 0, 0, 0, london)
)

func conversionsOf(file string) (ConversionFile, []Problem) {
	return ReadConversions(strings.NewReader(file), []clarion.Store{{ID: "kingston"}, {ID: "oxford"}}, morning, london)
}

func TestAFileOfConversionsHasSingleOnesAndNumbersOfDays(t *testing.T) {
	const code = clarion.Code("0123456789abcdef")
	got, wrong := conversionsOf("Store;Day;ID;Count;Code;Value;Kind;at\n" +
		"Kingston;2026-07-21;A-1;;;;;\n" +
		"oxford;;A-2;;0123456789ABCDEF.;129.95;Sale;2026-07-21T10:00:00+02:00\n" +
		";;A-3;;" + string(clarion.NewClickID(code, 7)) + ";;;2026-07-21 09:00\n" +
		"kingston;2026-07-22;;12;;400;;\n" +
		"kingston;2026-07-21;;0;;;fitting;\n")
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 7, day, hour, 0, 0, 0, time.UTC) }
	want := ConversionFile{
		Conversions: []ConversionLine{
			{2, clarion.Conversion{Kind: "appointment", ID: "A-1", Store: "kingston", At: at(20, 23)}},
			{3, clarion.Conversion{Kind: "sale", ID: "A-2", Code: code, Store: "oxford", Value: 12995, At: at(21, 8)}},
			{4, clarion.Conversion{Kind: "appointment", ID: "A-3", Code: code, At: at(21, 8)}},
		},
		Totals: []clarion.DayTotal{
			{Store: "kingston", Day: "2026-07-22", Kind: "appointment", Count: 12, Value: 40000},
			{Store: "kingston", Day: "2026-07-21", Kind: "fitting"},
		},
	}
	for i := range got.Conversions {
		got.Conversions[i].Conversion.At = got.Conversions[i].Conversion.At.UTC()
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read\n%+v, want\n%+v", got, want)
	}
}

func TestEverythingWrongWithAFileOfConversionsIsListedWithItsLine(t *testing.T) {
	const header = "day,at,store,kind,id,count,click,code,value\n"
	tests := map[string]struct {
		file string
		want []string // what the problems begin with
	}{
		"empty":                   {"", []string{"The file is empty: the first line has names of columns, of which there can be day,at,store,kind,id,count,click,code,value."}},
		"no lines":                {header, nil},
		"other columns":           {"date,store,number\n", []string{`line 1: "date" is not a column: the first line has names`, `line 1: "number" is not a column`, "line 1: day or at: The column is missing", "line 1: id or count: The column is missing"}},
		"a column twice":          {"day,day,id\n", []string{"line 1: day: The column is there twice"}},
		"neither id nor count":    {header + "2026-07-21,,kingston,,,,,,\n", []string{"line 2: Both id and count are empty"}},
		"id and count":            {header + "2026-07-21,,kingston,,A1,3,,,\n", []string{"line 2: Both id and count are filled in"}},
		"neither day nor at":      {header + ",,kingston,,A1,,,,\n,,kingston,,,3,,,\n", []string{"line 2: Both day and at are empty", "line 3: Both day and at are empty"}},
		"day and at":              {header + "2026-07-21,2026-07-21 10:00,kingston,,A1,,,,\n", []string{"line 2: day: Both day and at"}},
		"no day":                  {header + "21/07/2026,,kingston,,A1,,,,\n2026-02-30,,kingston,,,1,,,\n", []string{`line 2: day: "21/07/2026" is not a day`, `line 3: day: "2026-02-30" is not a day`}},
		"no time":                 {header + ",10:30,kingston,,A1,,,,\n", []string{`line 2: at: "10:30" is not a time`}},
		"the future":              {header + "2026-07-23,,kingston,,A1,,,,\n2026-07-23,,kingston,,,4,,,\n,2026-07-22 05:06,kingston,,A2,,,,\n", []string{"line 2: day: This is in the future", "line 3: day: This is in the future", "line 4: at: This is in the future"}},
		"the past":                {header + "2026-04-22,,kingston,,A1,,,,\n2026-04-22,,kingston,,,4,,,\n", []string{"line 2: day: This is more than 90 days ago", "line 3: day: This is more than 90 days ago"}},
		"neither click nor store": {header + "2026-07-21,,,,A1,,,,\n", []string{"line 2: click: Give the click or code"}},
		"an unknown store":        {header + "2026-07-21,,york,,A1,,,,\n2026-07-21,,york,,,1,,,\n", []string{`line 2: store: There is no store "york"`, `line 3: store: There is no store "york"`}},
		"a number of nobody":      {header + "2026-07-21,,,,,3,,,\n", []string{"line 2: store: The store is empty"}},
		"a bad kind":              {header + "2026-07-21,,kingston,Big Sale,A1,,,,\n2026-07-21,,kingston,2,,3,,,\n", []string{"line 2: kind: A kind has up to 32", "line 3: kind: A kind has"}},
		"a long id":               {header + "2026-07-21,,kingston,," + strings.Repeat("a", 129) + ",,,,\n", []string{"line 2: id: The id has 129 characters"}},
		"a bad count":             {header + "2026-07-21,,kingston,,,many,,,\n2026-07-20,,kingston,,,-1,,,\n2026-07-19,,kingston,,,1.5,,,\n2026-07-18,,kingston,,,1000001,,,\n", []string{`line 2: count: "many" is not a whole number`, "line 3: count: The number must be", `line 4: count: "1.5" is not`, "line 5: count: The number must be"}},
		"a number with a click":   {header + "2026-07-21,,kingston,,,2,0123456789abcdef,,\n", []string{"line 2: click: The number of a whole day has no click"}},
		"no click":                {header + "2026-07-21,,kingston,,A1,,A1,,\n2026-07-21,,,,A2,,,B2,\n", []string{`line 2: click: "A1" is neither`, `line 3: code: "B2" is neither`}},
		"click and code":          {header + "2026-07-21,,kingston,,A1,,0123456789abcdef,0123456789abcdef,\n", []string{"line 2: click: Both click and code are filled in"}},
		"bad values":              {header + "2026-07-21,,kingston,,A1,,,,\"1,50\"\n2026-07-21,,kingston,,A2,,,,-1\n2026-07-21,,kingston,,A3,,,,10000000.01\n", []string{`line 2: value: "1,50" cannot be a value`, `line 3: value: "-1"`, `line 4: value: "10000000.01"`}},
		"one twice":               {header + "2026-07-21,,kingston,,A1,,,,\n2026-07-20,,oxford,appointment,A1,,,,\n2026-07-21,,kingston,sale,A1,,,,\n", []string{"line 3: id: The same appointment is on line 2 already"}},
		"a number twice":          {header + "2026-07-21,,kingston,,,4,,,\n,2026-07-21 10:00,Kingston,Appointment,,5,,,\n", []string{"line 3: count: The number of this store, day and kind is on line 2 already"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, wrong := conversionsOf(test.file)
			same(t, wrong, test.want)
		})
	}
}

func FuzzConversionsCSV(f *testing.F) {
	f.Add("day,at,store,kind,id,count,click,code,value\n2026-07-21,,kingston,,A1,,0123456789abcdef,,1.50\n2026-07-21,,kingston,,,4,,,\n")
	f.Add("sep=;\r\n\ufeffat;id\n\"")
	f.Add("day,count,store\n2026-07-21,9999999999999999999,kingston\n0000-00-00,1,oxford\n9999-12-31,1,oxford\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, wrong := conversionsOf(text)
		last := strings.Count(text, "\n") + 1
		for _, p := range wrong {
			if p.Line < 0 || p.Line > last || p.Text == "" {
				t.Errorf("a file of %d lines has the problem %q", last, p)
			}
		}
		if len(wrong) > 0 {
			return
		}
		for _, line := range file.Conversions {
			if found := line.Conversion.Check(morning); len(found) > 0 {
				t.Errorf("%+v is taken: %v", line, found)
			}
		}
		for _, total := range file.Totals {
			start, err := clarion.DayStart(total.Day, london)
			if found := total.Check(); len(found) > 0 || err != nil || clarion.CheckDay(start, morning.Add(24*time.Hour)) != nil && start.After(morning) {
				t.Errorf("%+v is taken: %v, %v", total, found, err)
			}
		}
	})
}
