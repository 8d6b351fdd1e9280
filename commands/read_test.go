package commands

import (
	"reflect"
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
)

func TestCaptionsAreParagraphsAndANetworksNameComesOff(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  []clarion.Caption
	}{
		{"", nil},
		{" \n\r\n\t\n", nil},
		{"One", []clarion.Caption{{Text: "One"}}},
		{"One\ntwo\n\nThree\r\n\r\nFour", []clarion.Caption{{Text: "One\ntwo"}, {Text: "Three"}, {Text: "Four"}}},
		{"X: short", []clarion.Caption{{Network: clarion.X, Text: "short"}}},
		{"x : short", []clarion.Caption{{Network: clarion.X, Text: "short"}}},
		{"e-mail: Dear\nfriend", []clarion.Caption{{Network: clarion.Email, Text: "Dear\nfriend"}}},
		{"EMAIL:Dear", []clarion.Caption{{Network: clarion.Email, Text: "Dear"}}},
		{"Note: this is no network", []clarion.Caption{{Text: "Note: this is no network"}}},
		{"X:", []clarion.Caption{{Text: "X:"}}},
		{"X:  \nshort", []clarion.Caption{{Network: clarion.X, Text: "short"}}},
		{"Facebook: a: b", []clarion.Caption{{Network: clarion.Facebook, Text: "a: b"}}},
		{"https://example.com", []clarion.Caption{{Text: "https://example.com"}}},
	} {
		if got := readCaptions(c.typed); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %+v, want %+v", c.typed, got, c.want)
		}
	}
}

func TestAnAudienceIsReadAndAllStoresWin(t *testing.T) {
	for _, c := range []struct {
		chosen []string
		want   clarion.Audience
	}{
		{nil, clarion.Audience{}},
		{[]string{"all"}, clarion.Audience{All: true}},
		{[]string{"store:a", "all", "region:North"}, clarion.Audience{All: true}},
		{[]string{"region:North: far", "store:a", "store:b"}, clarion.Audience{Regions: []string{"North: far"}, Stores: []clarion.StoreID{"a", "b"}}},
		{[]string{"nonsense", ""}, clarion.Audience{}},
	} {
		if got := readAudience(c.chosen); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %+v, want %+v", c.chosen, got, c.want)
		}
	}
}

func TestAHashtagGetsItsSign(t *testing.T) {
	for typed, want := range map[string]string{"": "", "  ": "", "Spring": "#Spring", " #Spring ": "#Spring", "##a": "##a"} {
		if got := readHashtag(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestShortenedFitsAndKeepsWhatFits(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{
		{"", 5, ""}, {"abc", 3, "abc"}, {"abc", 4, "abc"}, {"one two", 7, "one two"}, {" one\n two ", 7, "one two"},
		{"one two three", 9, "one two…"}, {"abcdefgh", 5, "abc…"}, // the sign weighs two
	} {
		if got := shortened(c.s, c.n); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.s, c.n, got, c.want)
		}
	}
	for n := 2; n < 80; n++ {
		if got := shortened(strings.Repeat("ein Wort, größer ", 9), n); len([]rune(got)) > n {
			t.Errorf("%q has more than %d characters", got, n)
		}
	}
}

func TestAViewSurvivesItsButton(t *testing.T) {
	week, err := clarion.ParseWeek("2026-W53")
	must(t, err)
	for _, v := range []view{{}, {Partners: true}, {Period: clarion.InWeek(week)}, {Period: clarion.InCampaign("a|b:c"), Partners: true}} {
		if got, err := parseView(v.String()); err != nil || got != v {
			t.Errorf("%q: %+v %v", v, got, err)
		}
	}
	for _, s := range []string{"", "|", "stores", "stores|", "cities|all", "stores|week:2026-W54", "stores|campaign:", "all"} {
		if got, err := parseView(s); err == nil {
			t.Errorf("%q is read as %+v", s, got)
		}
	}
}

func TestAShareStateSurvivesItsButton(t *testing.T) {
	for _, caption := range []int{firstCaption, 0, 9} {
		if id, n, err := readShareState(shareState("a-b", caption)); err != nil || id != "a-b" || n != caption {
			t.Errorf("%d: %s %d %v", caption, id, n, err)
		}
	}
	for _, s := range []string{"", "a", "a/", "a/x", "a/-2", "/"} {
		if id, n, err := readShareState(s); err == nil {
			t.Errorf("%q is read as %s %d", s, id, n)
		}
	}
}

func TestListedIsASentence(t *testing.T) {
	for want, names := range map[string][]string{"": nil, "A": {"A"}, "A and B": {"A", "B"}, "A, B and C": {"A", "B", "C"}} {
		if got := listed(names); got != want {
			t.Errorf("%v: %q", names, got)
		}
	}
}
