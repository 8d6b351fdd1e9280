package chat

import (
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
)

func TestNumbersHaveCommas(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 26000: "26,000", 999999: "999,999", 1234567: "1,234,567", -5: "−5", -1000: "−1,000"} {
		if got := Number(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestOrdinals(t *testing.T) {
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 10: "10th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 101: "101st", 111: "111th", 112: "112th", 1013: "1013th"} {
		if got := Ordinal(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestCountsHaveTheirNoun(t *testing.T) {
	for n, want := range map[int]string{0: "0 points", 1: "1 point", 2: "2 points", 1000: "1,000 points"} {
		if got := Count(n, "point"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestATextsCharactersAreThoseOfItsRuns(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	text := Say("To ").Bold("all").Sayf(" %d ", 2).Code("x").Link("https://a.example", "here").Mention(Person{ID: "U1", Name: "Amira"}).
		In(clarion.Channel{Platform: clarion.Slack, ID: "C1"}).At(at, time.UTC).Line().Italic("end").Add(Strong("!"))
	if got, want := text.String(), "To all 2 xhereAmiraC1Mon 23 Nov 2026, 09:00 UTC\nend!"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	a := Say("a")
	if b, c := a.Say("b"), a.Say("c"); b.String() != "ab" || c.String() != "ac" {
		t.Errorf("%q and %q", b, c)
	}
}

func TestValuesAreReadByKind(t *testing.T) {
	v := Values{"text": {Text: "a"}, "one": {Chosen: []string{"b"}}, "two": {Chosen: []string{"b", "c"}}, "who": {Person: Person{ID: "U1"}}}
	if v.Person("who").ID != "U1" || !v.Person("none").IsZero() || v.Text("text") != "a" || v.Text("one") != "b" || v.Text("two") != "" || v.Text("none") != "" || len(v.Chosen("two")) != 2 || !v.Moment("none").IsZero() {
		t.Errorf("%+v", v)
	}
}
