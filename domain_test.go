package clarion

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestACampaignIsCheckedFieldByField(t *testing.T) {
	now := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	good := Campaign{Title: "T", Text: "x", Target: "https://shop.example/a?b=1", Hashtag: "#Übergröße_2", Captions: []Caption{{Text: "c"}},
		Networks: []Network{X}, Audience: Audience{All: true}, Ends: now.Add(time.Minute)}
	if wrong := good.Check(now); len(wrong) > 0 {
		t.Fatalf("a good campaign is wrong: %v", wrong)
	}
	long := func(n int) string { return strings.Repeat("é", n) }
	for name, c := range map[string]struct {
		field  string // "": nothing is wrong
		change func(*Campaign)
	}{
		"no title":                  {"title", func(c *Campaign) { c.Title = " \n" }},
		"a title as long as may be": {"", func(c *Campaign) { c.Title = long(MaxTitle) }},
		"a title that is too long":  {"title", func(c *Campaign) { c.Title = long(MaxTitle + 1) }},
		"no text":                   {"text", func(c *Campaign) { c.Text = "" }},
		"a long text":               {"text", func(c *Campaign) { c.Text = long(MaxText + 1) }},
		"no target":                 {"target", func(c *Campaign) { c.Target = "" }},
		"a target without scheme":   {"target", func(c *Campaign) { c.Target = "shop.example" }},
		"a script as target":        {"target", func(c *Campaign) { c.Target = "javascript:alert(1)" }},
		"a target without host":     {"target", func(c *Campaign) { c.Target = "https:///x" }},
		"a target with a port only": {"target", func(c *Campaign) { c.Target = "https://:443/x" }},
		"a target with a user":      {"target", func(c *Campaign) { c.Target = "https://shop.example@evil.example/" }},
		"a target with a line":      {"target", func(c *Campaign) { c.Target = "https://shop.example/\nx" }},
		"a long target":             {"target", func(c *Campaign) { c.Target = "https://shop.example/" + long(MaxAddress) }},
		"an image from a disk":      {"image", func(c *Campaign) { c.Image = "file:///etc/passwd" }},
		"a good image":              {"", func(c *Campaign) { c.Image = "https://shop.example/x.png" }},
		"no hashtag":                {"hashtag", func(c *Campaign) { c.Hashtag = "" }},
		"a bare sign":               {"hashtag", func(c *Campaign) { c.Hashtag = "#" }},
		"a hashtag without sign":    {"hashtag", func(c *Campaign) { c.Hashtag = "Spring" }},
		"two hashtags":              {"hashtag", func(c *Campaign) { c.Hashtag = "#a #b" }},
		"a hashtag with a hyphen":   {"hashtag", func(c *Campaign) { c.Hashtag = "#a-b" }},
		"a long hashtag":            {"hashtag", func(c *Campaign) { c.Hashtag = "#" + long(MaxHashtag+1) }},
		"no captions":               {"captions", func(c *Campaign) { c.Captions = nil }},
		"eleven captions":           {"captions", func(c *Campaign) { c.Captions = make([]Caption, MaxCaptions+1) }},
		"a long caption":            {"captions", func(c *Campaign) { c.Captions = []Caption{{Text: long(MaxCaption + 1)}} }},
		"no caption for a network":  {"captions", func(c *Campaign) { c.Captions = []Caption{{Network: Facebook, Text: "c"}} }},
		"captions for each network": {"", func(c *Campaign) { c.Captions = []Caption{{Network: X, Text: "c"}} }},
		"no networks":               {"networks", func(c *Campaign) { c.Networks = nil }},
		"nobody":                    {"audience", func(c *Campaign) { c.Audience = Audience{} }},
		"all and some":              {"audience", func(c *Campaign) { c.Audience.Stores = []StoreID{"a"} }},
		"no end":                    {"ends", func(c *Campaign) { c.Ends = time.Time{} }},
		"an end that is now":        {"ends", func(c *Campaign) { c.Ends = now }},
	} {
		t.Run(name, func(t *testing.T) {
			campaign := good
			c.change(&campaign)
			wrong := campaign.Check(now)
			if c.field == "" && len(wrong) == 0 {
				return
			}
			if len(wrong) != 1 || wrong[0].Field != c.field || wrong[0].Reason == "" {
				t.Errorf("wrong: %v, want %q", wrong, c.field)
			}
		})
	}
	if wrong := (Campaign{}).Check(now); len(wrong) != 8 {
		t.Errorf("an empty campaign has %d wrong fields: %v", len(wrong), wrong)
	}
	if good.Shareable(good.Ends.Add(-1)) != nil || !errors.Is(good.Shareable(good.Ends), ErrEnded) {
		t.Error("a campaign ends at its end")
	}
}

func TestRulesAreReadAsTheyAreWritten(t *testing.T) {
	for s, want := range map[string]string{
		"": "share=5 click=1/20 conversion=25", "share=7": "share=7 click=1/20 conversion=25", " click=2/3  share=0 ": "share=0 click=2/3 conversion=25", "click=4": "share=5 click=4 conversion=25", "share=10000/1": "share=10000/1 click=1/20 conversion=25",
	} {
		r, err := ParseRules(s)
		if err != nil || r.String() != want {
			t.Errorf("%q: %s %v, want %s", s, r, err, want)
			continue
		}
		if again, err := ParseRules(r.String()); err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%q does not come back: %v %v", r, again, err)
		}
	}
	for _, s := range []string{"share", "share=", "share=x", "share=-1", "share=10001", "click=1/0", "click=1/", "click=1/x", "click=1/2/3", "sale=5", "share = 5", "share=1.5", "="} {
		if r, err := ParseRules(s); err == nil {
			t.Errorf("%q is read as %s", s, r)
		}
	}
	if changed, _ := ParseRules("share=9"); DefaultRules().For[ShareReason].Points != 5 || changed.For[ShareReason].Points != 9 {
		t.Error("reading rules changes the default")
	}
}

func TestAnAwardsKeySaysWhatMakesItUnique(t *testing.T) {
	at := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)
	link := NewShareLink([]byte("secret"), "acme", "spring", "amira", X)
	rules := DefaultRules()
	rules.Version = 3
	share, click := rules.Share(link, at, time.UTC), rules.Click(link, VisitorID{1}, at, time.UTC)
	if share.Points != 5 || share.Cap != 0 || share.Rules != 3 || share.Week != (Week{2026, 53}) {
		t.Errorf("%+v", share)
	}
	if click.Points != 1 || click.Cap != 20 || click.Network != X {
		t.Errorf("%+v", click)
	}
	other := link
	other.Network = Facebook
	keys := map[AwardKey]string{}
	for name, a := range map[string]Award{
		"share": share, "click": click, "share elsewhere": rules.Share(other, at, time.UTC), "click elsewhere": rules.Click(other, VisitorID{1}, at, time.UTC),
		"another visitor": rules.Click(link, VisitorID{2}, at, time.UTC), "conversion": rules.Conversion(link, "appointment", "1", at, time.UTC),
		"another conversion": rules.Conversion(link, "appointment", "11", at, time.UTC), "another kind": rules.Conversion(link, "sale", "1", at, time.UTC),
		"border": rules.Conversion(link, "appointment1", "", at, time.UTC), "reversal": Reversal(click, at),
	} {
		if taken, ok := keys[a.Key]; ok {
			t.Errorf("%s has the key of %s", name, taken)
		}
		keys[a.Key] = name
	}
	if again := rules.Share(link, at.Add(time.Hour), time.UTC); again.Key != share.Key {
		t.Error("sharing again has another key")
	}
	if back := Reversal(click, at.Add(time.Hour)); back.Points != -1 || back.Week != click.Week || back.Reason != ReversalReason || back.Key != Reversal(click, at).Key {
		t.Errorf("reversal %+v of %+v", back, click)
	}
}

func TestLinksAreTheSameForTheSameAndDifferForAnyoneElse(t *testing.T) {
	secret := []byte("secret")
	seen := map[string]string{}
	for name, l := range map[string]ShareLink{
		"link": NewShareLink(secret, "acme", "spring", "amira", X), "network": NewShareLink(secret, "acme", "spring", "amira", Facebook),
		"partner": NewShareLink(secret, "acme", "spring", "ben", X), "campaign": NewShareLink(secret, "acme", "summer", "amira", X),
		"workspace": NewShareLink(secret, "other", "spring", "amira", X), "secret": NewShareLink([]byte("secret2"), "acme", "spring", "amira", X),
		"border": NewShareLink(secret, "acme", "springa", "mira", X),
	} {
		if other, taken := seen[string(l.Code)]; taken {
			t.Errorf("%s has the code of %s", name, other)
		}
		seen[string(l.Code)] = name
		if code, err := ParseCode(string(l.Code)); err != nil || code != l.Code || len(code) != 16 {
			t.Errorf("%s: %q is read as %q %v", name, l.Code, code, err)
		}
	}
	one, again := NewShareLink(secret, "acme", "spring", "amira", X), NewShareLink(secret, "acme", "spring", "amira", X)
	if one != again {
		t.Error("the same arguments make two links")
	}
	page := NewSharePage(secret, "acme", "spring", "amira", 0, 2)
	if next := NewSharePage(secret, "acme", "spring", "amira", 1, 2); next.Token == page.Token || next.Turn != 2 {
		t.Error("a page that was taken back keeps its token")
	}
	if token, err := ParseToken(strings.ToUpper(string(page.Token))); err != nil || token != page.Token || len(token) != 32 {
		t.Errorf("%q is read as %q %v", page.Token, token, err)
	}
}

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	const code = "0123456789abcdef"
	for _, s := range []string{code, "O123456789ABCDEF", "oi23456789abcdef", "0l23456789AbCdEf", code + ".", code + "…”)", code + "?!"} {
		if got, err := ParseCode(s); err != nil || got != code {
			t.Errorf("%q: %q %v", s, got, err)
		}
	}
	for _, s := range []string{"", ".", code[1:], code + "0", "0123456789abcdeu", "0123456789abcd e", "0123456789abcd/f", "０123456789abcdef", code + "\x00", "'" + code} {
		if got, err := ParseCode(s); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q is read as %q %v", s, got, err)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"", "0123456789abcdef", "OIL3456789ABCDEF.", "ſ123456789abcdef", "K123456789abcdef", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParseCode(s)
		if err != nil {
			if code != "" || !errors.Is(err, ErrNotFound) {
				t.Errorf("%q: %q %v", s, code, err)
			}
			return
		}
		if len(code) != 16 || strings.Trim(string(code), "0123456789abcdefghjkmnpqrstvwxyz") != "" {
			t.Errorf("%q is read as %q", s, code)
		}
		if again, err := ParseCode(string(code)); err != nil || again != code {
			t.Errorf("%q is read as %q and then as %q", s, code, again)
		}
	})
}

func TestAnAudienceChoosesStores(t *testing.T) {
	stores := []Store{{ID: "a", Region: "North"}, {ID: "b", Region: "South"}, {ID: "c"}}
	for name, c := range map[string]struct {
		audience Audience
		want     string
	}{
		"all": {Audience{All: true}, "a b c"}, "nobody": {Audience{}, ""}, "a region": {Audience{Regions: []string{"North"}}, "a"},
		"a store": {Audience{Stores: []StoreID{"c", "gone"}}, "c"}, "both": {Audience{Regions: []string{"South"}, Stores: []StoreID{"b", "a"}}, "a b"},
		"the region of those without one": {Audience{Regions: []string{""}}, ""},
	} {
		var ids []string
		for _, s := range c.audience.Choose(stores) {
			ids = append(ids, string(s.ID))
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestADropHasADeliveryForEachChannelOfItsStores(t *testing.T) {
	at := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	stores := []Store{
		{ID: "a", Channels: []Channel{{Slack, "C1"}, {Teams, "19:x"}}}, {ID: "b"}, {ID: "c", Channels: []Channel{{Slack, "C3"}}},
	}
	got := Drop{ID: "d", Campaign: "spring", At: at, Stores: []StoreID{"b", "a"}}.Deliveries(stores)
	if len(got) != 2 || got[0].ID != "drop:d:a:slack" || got[1].ID != "drop:d:a:teams" || got[1].Channel.ID != "19:x" || !got[0].Due.Equal(at) || got[0].Kind != DropDelivery || got[0].Campaign != "spring" {
		t.Errorf("%+v", got)
	}
	got = WinnersDeliveries(Week{2026, 47}, stores, at)
	if len(got) != 3 || got[2].ID != "winners:2026-W47:c:slack" || got[2].Week != "2026-W47" || got[2].Kind != WinnersDelivery {
		t.Errorf("%+v", got)
	}
}

func TestTiesShareARankAndTheNextCountsThoseAhead(t *testing.T) {
	for name, c := range map[string]struct {
		points        []int
		first, offset int
		want          []int
	}{
		"none": {nil, 1, 0, nil}, "one": {[]int{5}, 1, 0, []int{1}}, "1, 1, 3": {[]int{5, 5, 3}, 1, 0, []int{1, 1, 3}},
		"1, 2, 2, 2, 5": {[]int{9, 4, 4, 4, 1}, 1, 0, []int{1, 2, 2, 2, 5}}, "a later page": {[]int{4, 4, 1}, 2, 3, []int{2, 2, 6}},
	} {
		var page []Standing
		for i, n := range c.points {
			page = append(page, Standing{ID: string(rune('z' - i)), Name: string(rune('z' - i)), Points: n})
		}
		Rank(page, c.first, c.offset)
		var got []int
		for i, s := range page {
			got = append(got, s.Rank)
			if i > 0 && s.Rank == page[i-1].Rank && s.Name < page[i-1].Name {
				t.Errorf("%s: not by name within a rank: %+v", name, page)
			}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	board := Leaderboard{Standings: []Standing{{ID: "a", Rank: 1}, {ID: "b", Rank: 1}, {ID: "c", Rank: 3}}}
	if n := len(board.Winners()); n != 2 {
		t.Errorf("%d winners, want 2", n)
	}
}

func TestPeriodsStoresChannelsAndIdentitiesAreReadAsTheyAreWritten(t *testing.T) {
	for _, p := range []Period{AllTime(), InWeek(Week{2026, 47}), InCampaign("a:b")} {
		if got, err := ParsePeriod(p.String()); err != nil || got != p {
			t.Errorf("%s: %v %v", p, got, err)
		}
	}
	for _, s := range []string{"", "week:", "week:x", "campaign:", "year:2026", "all:x"} {
		if p, err := ParsePeriod(s); err == nil {
			t.Errorf("%q is read as %v", s, p)
		}
	}
	if c, err := ParseChannel("teams:19:x@thread"); err != nil || c != (Channel{Teams, "19:x@thread"}) {
		t.Errorf("%v %v", c, err)
	}
	for _, s := range []string{"", "slack", "slack:", ":C1"} {
		if c, err := ParseChannel(s); err == nil {
			t.Errorf("%q is read as %v", s, c)
		}
	}
	if id, err := ParseStoreID(" Kingston-2 "); err != nil || id != "kingston-2" {
		t.Errorf("%q %v", id, err)
	}
	for _, s := range []string{"", "-a", "a b", "é", "a{b}", strings.Repeat("a", 41)} {
		if id, err := ParseStoreID(s); err == nil {
			t.Errorf("%q is read as %q", s, id)
		}
	}
	if EmailIdentity(" A@B.c ") != "email:a@b.c" || EmailIdentity(" ") != "" {
		t.Error("an e-mail address has case or spaces")
	}
	if p, id, ok := UserIdentity(Slack, "U1").User(); !ok || p != Slack || id != "U1" {
		t.Errorf("%s %s %v", p, id, ok)
	}
	if _, _, ok := EmailIdentity("a@b.c").User(); ok {
		t.Error("an e-mail address is a user")
	}
}
