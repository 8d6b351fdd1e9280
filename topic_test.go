package clarion

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func products() Topic {
	return Topic{
		ID: "products", Name: "Products", Schedule: "every weekday at 09:00", Audience: Audience{All: true}, Days: 7,
		Hashtag: "#OurProducts", Disclosure: "#ad", Networks: []Network{Facebook, X}, Feed: "https://shop.example/feed.xml",
	}
}

func TestATopicsFieldsAreCheckedOneByOne(t *testing.T) {
	if wrong := products().Check(); len(wrong) > 0 {
		t.Fatalf("a good topic: %v", wrong)
	}
	for name, c := range map[string]struct {
		field  string
		change func(*Topic)
	}{
		"no name":        {"name", func(t *Topic) { t.Name = "  " }},
		"a long name":    {"name", func(t *Topic) { t.Name = strings.Repeat("n", MaxTopicName+1) }},
		"no schedule":    {"schedule", func(t *Topic) { t.Schedule = "" }},
		"nobody":         {"audience", func(t *Topic) { t.Audience = Audience{} }},
		"all and some":   {"audience", func(t *Topic) { t.Audience.Regions = []string{"North"} }},
		"no day":         {"days", func(t *Topic) { t.Days = 0 }},
		"too many days":  {"days", func(t *Topic) { t.Days = MaxDays + 1 }},
		"no hashtag":     {"hashtag", func(t *Topic) { t.Hashtag = "" }},
		"two lines":      {"disclosure", func(t *Topic) { t.Disclosure = "a\nb" }},
		"no network":     {"networks", func(t *Topic) { t.Networks = nil }},
		"a feed on disk": {"feed", func(t *Topic) { t.Feed = "file:///etc/passwd" }},
	} {
		topic := products()
		c.change(&topic)
		if wrong := topic.Check(); len(wrong) != 1 || wrong[0].Field != c.field || wrong[0].Reason == "" {
			t.Errorf("%s: %v, want one of %q", name, wrong, c.field)
		}
	}
}

func TestNamesOfTopicsAreComparedWithoutCaseAndSpaces(t *testing.T) {
	if a, b := (Topic{Name: " Our  NEWS "}).Key(), (Topic{Name: "our news"}).Key(); a != b {
		t.Errorf("%q and %q", a, b)
	}
}

func TestACampaignWaitsInATopicUntilItsTurnAndIsThenLikeAnyOther(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	// Clocks go forward on the Sunday between.
	turn := time.Date(2027, 3, 26, 9, 0, 0, 0, london)
	topic := products()
	c := topic.Campaign(Item{GUID: "1", Title: "Lamp", Text: "Bright.", Link: "https://shop.example/lamp"}, "c", turn.AddDate(0, 0, -1))
	if wrong := c.Check(turn); len(wrong) > 0 {
		t.Fatalf("what comes by a feed cannot be a campaign: %v", wrong)
	}
	if s := c.Stage(turn); s != Queued {
		t.Errorf("it is %s before its turn", s)
	}
	if err := c.Shareable(turn); err == nil {
		t.Error("it can be shared before its turn")
	}
	out := topic.TakesTurn(c, turn, london)
	if !out.Opens.Equal(turn) || !out.Ends.Equal(time.Date(2027, 4, 2, 9, 0, 0, 0, london)) || out.Revision != 1 {
		t.Errorf("it goes out from %s to %s as revision %d", out.Opens, out.Ends, out.Revision)
	}
	if out.Stage(turn) != Running || out.Stage(out.Ends) != Ended || len(out.Check(turn)) > 0 {
		t.Errorf("it is %s at its turn: %v", out.Stage(turn), out.Check(turn))
	}
	out.Ends = turn.Add(-time.Hour)
	if wrong := out.Check(turn); len(wrong) != 1 || wrong[0].Field != "ends" {
		t.Errorf("once it has times they are checked: %v", wrong)
	}
	c.Public = turn
	if wrong := c.Check(turn); len(wrong) != 1 || wrong[0].Field != "public" {
		t.Errorf("a launch window of a campaign in a queue: %v", wrong)
	}
}

func TestAMissedTurnIsMadeUpForWithinADayAndHalfOfTheCampaignsTime(t *testing.T) {
	for days, want := range map[int]time.Duration{1: 12 * time.Hour, 2: 24 * time.Hour, 30: 24 * time.Hour} {
		if got := (Topic{Days: days}).Patience(); got != want {
			t.Errorf("%d days: %s, want %s", days, got, want)
		}
	}
}

func TestWhateverAFeedBringsIsUnusableOrAGoodCampaign(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	const link = "https://shop.example/a"
	for name, c := range map[string]struct {
		item     Item
		unusable bool
		title    string
	}{
		"an ordinary item":     {item: Item{Title: "Lamp", Text: "Bright.", Link: link, Picture: "https://shop.example/a.png"}, title: "Lamp"},
		"no title":             {item: Item{Text: "Bright\nlamp", Link: link}, title: "Bright lamp"},
		"no text":              {item: Item{Title: "Lamp", Link: link}, title: "Lamp"},
		"a title of two lines": {item: Item{Title: "A\n  lamp", Link: link}, title: "A lamp"},
		"very long":            {item: Item{Title: strings.Repeat("lamp ", 100), Text: strings.Repeat("light ", 1000), Link: link}},
		"emoji without end":    {item: Item{Title: strings.Repeat("👩‍👩‍👧‍👦", 60), Text: strings.Repeat("👩‍👩‍👧‍👦", 900), Link: link}},
		"a long first word":    {item: Item{Title: strings.Repeat("x", 500), Link: link}},
		"a picture on disk":    {item: Item{Title: "Lamp", Link: link, Picture: "file:///etc/passwd"}, title: "Lamp"},
		"nothing said":         {item: Item{Title: " \n", Link: link}, unusable: true},
		"no link":              {item: Item{Title: "Lamp"}, unusable: true},
		"a script as link":     {item: Item{Title: "Lamp", Link: "javascript:alert(1)"}, unusable: true},
	} {
		if c.item.Usable() == c.unusable {
			t.Errorf("%s: usable is %v", name, c.item.Usable())
		}
		if c.unusable {
			continue
		}
		made := products().Campaign(c.item, "c", at)
		if wrong := made.Check(at); len(wrong) > 0 {
			t.Errorf("%s: %v", name, wrong)
		}
		if c.title != "" && made.Title != c.title {
			t.Errorf("%s: the title is %q, want %q", name, made.Title, c.title)
		}
		if !utf8.ValidString(made.Title) || made.Captions[0].Text != made.Title || made.Topic != "products" || made.Hashtag != "#OurProducts" || made.Disclosure != "#ad" {
			t.Errorf("%s: %+v", name, made)
		}
		if strings.HasPrefix(made.Image, "file:") || (made.Image == "") != (made.ImageAlt == "") {
			t.Errorf("%s: picture %q %q", name, made.Image, made.ImageAlt)
		}
	}
}

func TestASuggestionIsNamedByItsTopicAndItem(t *testing.T) {
	s := Suggestion{Topic: "0193:x", Item: Item{GUID: "tag:shop.example,2026:1 ü"}}
	topic, key := s.ID().Parts()
	if topic != s.Topic || key != s.Item.Key() || strings.ContainsAny(string(s.ID()), " \n") {
		t.Errorf("%q is of %q and %q", s.ID(), topic, key)
	}
	if (Item{GUID: "1"}).Key() == (Item{GUID: "2"}).Key() {
		t.Error("two items have one key")
	}
	if topic, key := SuggestionID("nonsense").Parts(); topic != "" || key != "" {
		t.Errorf("nonsense is of %q and %q", topic, key)
	}
}
