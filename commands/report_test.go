package commands

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/report"
	"github.com/clarion-bot/clarion/storage"
)

// visit lets new people come by a link.
func (w *world) visit(link clarion.ShareLink, visitors int, at time.Time) {
	w.t.Helper()
	for range visitors {
		w.ids++
		id := clarion.VisitorID{byte(w.ids), byte(w.ids >> 8)} //nolint:gosec // few
		_, err := w.workspace.CountVisit(w.t.Context(), storage.Visit{Link: link, Award: clarion.DefaultRules().Click(link, id, at, time.UTC), Visitor: id, Day: "today"})
		must(w.t, err)
	}
}

func (w *world) linkOf(p clarion.PartnerID, n clarion.Network) clarion.ShareLink {
	w.t.Helper()
	_, links, err := w.workspace.Share(w.t.Context(), "spring", p, []clarion.Network{n})
	must(w.t, err)
	return links[0]
}

// branches adds stores whose partner shares to so many people last week, and that make so many appointments then.
func (w *world) branches(figures [][2]int, headcount int) {
	w.t.Helper()
	lastWeek := now.AddDate(0, 0, -7)
	for i, f := range figures {
		id := clarion.StoreID(fmt.Sprintf("branch-%d", i))
		must(w.t, w.workspace.PutStores(w.t.Context(), []clarion.Store{{ID: id, Name: fmt.Sprintf("Branch %d", i), Headcount: headcount}}))
		partner := clarion.PartnerID(fmt.Sprintf("of-branch-%d", i))
		w.member(string(partner), "", id)
		w.visit(w.linkOf(partner, clarion.X), f[0], lastWeek)
		must(w.t, w.workspace.PutDayTotal(w.t.Context(), clarion.DayTotal{Store: id, Day: "2026-11-18", Kind: clarion.Appointment, Count: f[1]}))
	}
}

func TestAMultipleIsNeverDividedByNobody(t *testing.T) {
	for _, c := range []struct {
		reach report.Reach
		says  []string
		not   string
	}{
		{report.Reach{}, []string{"not known yet", "0 people came by partners' links"}, "×"},
		{report.Reach{Partners: 310}, []string{"not known yet", "310 people", "Post it in your own channels"}, "×"},
		{report.Reach{Partners: 310, Official: 50}, []string{"6.2×", "310 people", "50 people"}, "rough"},
		{report.Reach{Partners: 3, Official: 19}, []string{"0.16×", "rough figure"}, "not known"},
		{report.Reach{Official: 20}, []string{"0.0×"}, "rough"},
		{report.Reach{Partners: 99_600, Official: 50}, []string{"1,992×"}, "rough"},
		{report.Reach{Partners: 1, Official: 1}, []string{"1 person came by partners' links, 1 person by"}, "1 people"},
	} {
		for _, text := range []string{multiple(c.reach).String(), brief(c.reach).String()} {
			for _, bad := range []string{"∞", "Inf", "NaN", c.not} {
				if strings.Contains(text, bad) {
					t.Errorf("%+v: %s", c.reach, text)
				}
			}
		}
		for _, words := range c.says {
			if text := multiple(c.reach).String(); !strings.Contains(text, words) {
				t.Errorf("%+v: no %q in %s", c.reach, words, text)
			}
		}
	}
}

func TestAReportCountsPeopleBeyondTheCapAndSaysAsWhatEveryVisitWasCounted(t *testing.T) {
	w := newWorld(t)
	w.campaign("spring")
	must(t, w.workspace.PutStores(t.Context(), []clarion.Store{{ID: "kingston", Name: "Kingston", Headcount: 8}, {ID: "leeds", Name: "Leeds", Headcount: 12}, {ID: "derby", Name: "Derby"}}))
	w.earn("amira", "kingston", 1, now)
	w.earn("ben", "derby", 2, now)
	amira := w.linkOf("amira", clarion.Facebook)
	w.visit(amira, 23, now)
	for _, kind := range []clarion.VisitKind{clarion.Crawled, clarion.Crawled, clarion.Own} {
		_, err := w.workspace.CountVisit(t.Context(), storage.Visit{Link: amira, Kind: kind})
		must(t, err)
	}
	r, err := w.typed("helen", "", "/report campaign")
	says(t, r, err, "Reach multiple: not known yet", "Post it in your own channels", "https://go.example/l/")

	official, err := w.workspace.OfficialLink(t.Context(), "spring")
	must(t, err)
	w.visit(official, 40, now)
	for i, code := range []clarion.Code{amira.Code, official.Code, amira.Code} {
		_, err := w.workspace.Convert(t.Context(), clarion.Conversion{Kind: "sale", ID: fmt.Sprint(i), Code: code, Value: 123_456_50, At: now}, clarion.DefaultRules(), time.UTC)
		must(t, err)
	}
	r, err = w.typed("helen", "", "/report campaign")
	says(t, r, err, "23 · 20 gave points, 3 came beyond the cap", "Reach multiple: 0.57×", // 23 to 40
		"by somebody new|20|40|", "by somebody new, beyond what gives points|3|0|", "by a crawler|2|0|", "by the sharer|1|0|", "▸all|26|40|",
		"Facebook|2|26|23|", "X|1|0|0|", "1 of 20 partners, 5.0 % · and 1 of stores whose headcount is not known",
		"Sale|2 (worth 246,913.00)|1 (worth 123,456.50)|", "2 by partners' links, 1 by the official link", "Leading stores", "🥇 1|Kingston|75|1 of 8|")
	if strings.Contains(words(r), "Partner amira") || strings.Contains(words(r), "Partner ben") {
		t.Errorf("a report names a partner:\n%s", words(r))
	}
}

func TestAReportIsFoundByItsTitleAndCanBeChosen(t *testing.T) {
	w := newWorld(t)
	_, err := w.typed("helen", "", "/report campaign")
	var invalid *clarion.InvalidError
	if !errors.As(err, &invalid) || !strings.Contains(invalid.Reason, "/drop campaign") {
		t.Errorf("without campaigns: %v", err)
	}
	for i, title := range []string{"Autumn coats", "The winter  window", "Winter coats", "Coats"} {
		c := w.campaign(clarion.CampaignID(fmt.Sprint(i)))
		c.Title, c.CreatedAt = title, now.Add(time.Duration(i)*time.Hour)
		must(t, w.workspace.PutCampaign(t.Context(), c))
	}
	for typed, title := range map[string]string{
		"": "Coats", "coats": "Coats", "autumn": "Autumn coats", "COATS winter": "Winter coats", "winter": "Winter coats", "the winter window": "The winter  window",
	} {
		r, err := w.typed("helen", "", "/report campaign "+typed)
		says(t, r, err, "Report · "+title+"\n")
	}
	if _, err := w.typed("helen", "", "/report campaign summer"); !errors.As(err, &invalid) || !strings.Contains(invalid.Reason, "“summer”") {
		t.Errorf("of no campaign: %v", err)
	}
	for action, replaces := range map[string]bool{actionReportCampaign: true, actionReportOpen: false} {
		r, err := w.pressed("helen", "", action, "1")
		says(t, r, err, "Report · The winter  window")
		if r.Replace != replaces {
			t.Errorf("%s replaces what it was pressed in: %v", action, r.Replace)
		}
	}
	if _, err := w.pressed("helen", "", actionReportCampaign, "gone"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("of a campaign that is gone: %v", err)
	}
}

func TestTheReportOfStoresIsOfTheLastCompleteWeekUnlessAnotherIsAsked(t *testing.T) {
	w := newWorld(t)
	for typed, title := range map[string]string{
		"": "last week\n", "last": "last week\n", "this": "this week\n", "this week": "this week\n", "2026-w46": "week of 9 November 2026\n",
	} {
		r, err := w.typed("helen", "", "/report stores "+typed)
		says(t, r, err, "Report of stores · "+title)
		if growing := strings.Contains(words(r), "still grow"); growing != strings.Contains(typed, "this") {
			t.Errorf("%q: the week is not over: %v", typed, growing)
		}
	}
	for _, typed := range []string{"2026-W54", "yesterday", "2026-W49", "last last"} {
		var invalid *clarion.InvalidError
		if _, err := w.typed("helen", "", "/report stores "+typed); !errors.As(err, &invalid) {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if r, err := w.pressed("helen", "", actionReportStores, "2026-W47"); err != nil || !r.Replace {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := w.pressed("helen", "", actionReportStores, "nonsense"); !errors.Is(err, clarion.ErrNotFound) {
		t.Errorf("a week that is none: %v", err)
	}
}

func TestAnIntervalIsShownFromTenStoresOnAndElseItIsSaidWhyNot(t *testing.T) {
	// Of 12, each two neighbours are swapped: d² = 1 twelve times, so r = 1 − 6·12/(12·143) = 0.958.
	swapped := [][2]int{{1, 2}, {2, 1}, {3, 4}, {4, 3}, {5, 6}, {6, 5}, {7, 8}, {8, 7}, {9, 10}, {10, 9}, {11, 12}, {12, 11}}
	mixed := [][2]int{{1, 7}, {2, 2}, {3, 9}, {4, 4}, {5, 1}, {6, 6}, {7, 3}, {8, 10}, {9, 5}, {10, 8}}
	perfect := [][2]int{{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 7}, {8, 8}, {9, 9}, {10, 10}}
	for _, c := range []struct {
		name      string
		figures   [][2]int
		headcount int
		says      []string
		not       string
	}{
		{"twelve", swapped, 0, []string{"rank correlation 0.96 (Spearman, n = 12 stores, 95 % confidence interval 0.81 to 0.99)", "tend to have had more"}, "per head"},
		{"per head of few", swapped[:5], 3, []string{"n = 5 stores).", "The same per head"}, "95 %"},
		{"per head", swapped, 3, []string{"The same per head: rank correlation 0.96", "takes that away"}, "No confidence interval"},
		{"mixed", mixed, 0, []string{"n = 10 stores, 95 % confidence interval −0.", "has 0 in it"}, "tend to"},
		{"nine", swapped[:9], 0, []string{"n = 9 stores).", "No confidence interval is shown: with fewer than 10 stores"}, "95 %"},
		{"three", swapped[:3], 0, []string{"it takes 4 stores whose appointments are known, and there are 3"}, "Spearman"},
		{"perfect", perfect, 0, []string{"rank correlation 1.00", "The order is the same throughout, so no confidence interval can be computed"}, "95 %"},
		{"constant", [][2]int{{1, 5}, {2, 5}, {3, 5}, {4, 5}}, 0, []string{"no rank correlation, because all 4 stores have the same"}, "Spearman"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.campaign("spring")
			w.branches(c.figures, c.headcount)
			r, err := w.typed("helen", "", "/report stores")
			says(t, r, err, append(c.says, "Branch 0|1|0|1|0|"+fmt.Sprint(c.figures[0][1])+"|", "Kingston|0|0|0|0|not known|")...)
			if strings.Contains(words(r), c.not) || strings.Count(words(r), "No confidence interval") > 1 {
				t.Errorf("%q is said, or why there is no interval more than once, in:\n%s", c.not, words(r))
			}
		})
	}
}

func TestAStoreThatToldOfAppointmentsBeforeHasNoneAndAnotherIsNotKnown(t *testing.T) {
	w := newWorld(t)
	must(t, w.workspace.PutDayTotal(t.Context(), clarion.DayTotal{Store: "leeds", Day: "2026-11-02", Kind: clarion.Appointment, Count: 3}))
	must(t, w.workspace.PutDayTotal(t.Context(), clarion.DayTotal{Store: "kingston", Day: "2026-09-01", Kind: clarion.Appointment, Count: 3}))
	must(t, w.workspace.PutDayTotal(t.Context(), clarion.DayTotal{Store: "derby", Day: "2026-11-18", Kind: "sale", Count: 3}))
	r, err := w.typed("helen", "", "/report stores")
	says(t, r, err, "Leeds|0|0|0|0|0|", "Kingston|0|0|0|0|not known|", "Derby|0|0|0|0|not known|")
}

func TestPointsForAppointmentsAreNoAdvocacy(t *testing.T) {
	w := newWorld(t)
	w.campaign("spring")
	// Those who bring fewest people have most appointments, all of them by their own links: 25 points each.
	w.branches([][2]int{{4, 0}, {3, 1}, {2, 2}, {1, 3}}, 0)
	for i := range 4 {
		for n := range i {
			_, err := w.workspace.Convert(t.Context(), clarion.Conversion{
				Kind: clarion.Appointment, ID: fmt.Sprint(i, n), Code: w.linkOf(clarion.PartnerID(fmt.Sprintf("of-branch-%d", i)), clarion.X).Code,
				Store: clarion.StoreID(fmt.Sprintf("branch-%d", i)), At: now.AddDate(0, 0, -7),
			}, clarion.DefaultRules(), time.UTC)
			must(t, err)
		}
	}
	r, err := w.typed("helen", "", "/report stores")
	says(t, r, err, "Branch 3|76|0|1|3|3|", "rank correlation −1.00")
}

func TestFiguresAreWrittenForPeople(t *testing.T) {
	for got, want := range map[string]string{
		times(0): "0.0×", times(0.994): "0.99×", times(1): "1.0×", times(9.96): "10.0×", times(12.5): "13×",
		decimals(-0.004): "0.00", decimals(-0.176): "−0.18", decimals(1): "1.00",
		kindLabel("appointment"): "Appointment", kindLabel("gift-card_sale"): "Gift card sale", kindLabel("--"): "--",
		counted(storage.ConversionSum{Count: 1200}): "1,200", counted(storage.ConversionSum{Count: 1, Hundredths: 5}): "1 (worth 0.05)",
		percent(1, 3): "33.3 %", people(1): "1 person", people(1000): "1,000 people",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestACampaignIsPlannedThenRunsThenHasEnded(t *testing.T) {
	cfg := Config{Location: time.UTC}
	c := clarion.Campaign{Ends: now.Add(3 * time.Hour)}
	drops := []clarion.Drop{{At: now.Add(time.Hour)}}
	for after, want := range map[time.Duration]string{0: "Planned for Wed 25 Nov 2026, 11:00 UTC", time.Hour: "Running until Wed 25 Nov 2026, 13:00 UTC", 3 * time.Hour: "Ended Wed 25 Nov 2026, 13:00 UTC"} {
		if got := cfg.stateOf(c, drops, Request{At: now.Add(after)}).String(); got != want {
			t.Errorf("after %s: %s, want %s", after, got, want)
		}
	}
	c.Ends, drops = now.Add(9*time.Hour), nil
	for want, change := range map[string]func(*clarion.Campaign){
		"Waiting for a colleague's yes":                         func(c *clarion.Campaign) { c.Approval = &clarion.Approval{State: clarion.Asked} },
		"Waiting for its turn":                                  func(c *clarion.Campaign) { c.Topic, c.Ends = "t", time.Time{} },
		"Opens Wed 25 Nov 2026, 11:00 UTC":                      func(c *clarion.Campaign) { c.Opens = now.Add(time.Hour) },
		"In its launch window until Wed 25 Nov 2026, 11:00 UTC": func(c *clarion.Campaign) { c.Public = now.Add(time.Hour) },
		"Taken back at Wed 25 Nov 2026, 09:00 UTC":              func(c *clarion.Campaign) { c.Recall = &clarion.Recall{At: now.Add(-time.Hour)} },
		"Cancelled at Wed 25 Nov 2026, 09:00 UTC":               func(c *clarion.Campaign) { c.Cancelled = now.Add(-time.Hour) },
	} {
		changed := c
		change(&changed)
		if got := cfg.stateOf(changed, drops, Request{At: now}).String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := cfg.stateOf(clarion.Campaign{}, nil, Request{At: now}); got.String() != "Running" {
		t.Errorf("without an end: %s", got)
	}
}

func TestDropListsCampaignsWithTheirOfficialLinks(t *testing.T) {
	w := newWorld(t)
	r, err := w.typed("helen", "", "/drop")
	says(t, r, err, "There are no campaigns yet.")
	w.campaign("spring")
	w.campaign("summer")
	r, err = w.typed("helen", "", "/drop")
	says(t, r, err, "Spring spring · Running until", "0 people by partners' links, nobody by the official link yet")
	for _, id := range []clarion.CampaignID{"spring", "summer"} {
		link, err := w.workspace.OfficialLink(t.Context(), id)
		must(t, err)
		says(t, r, nil, "https://go.example/l/"+string(link.Code), string(id))
	}
	form, err := w.pressed("helen", "", actionDropNew, "")
	if err != nil || form.Form == nil {
		t.Errorf("no form: %+v %v", form, err)
	}
}

func TestTheDropFormTakesADisclosureAndANameInWebStatistics(t *testing.T) {
	w := newWorld(t)
	submit := func(disclosure, utm string) Reply {
		r := w.from("helen", "")
		r.Form = chat.Values{
			"title": {Text: "Spring 🌷 windows"}, "text": {Text: "Show yours."}, "target": {Text: "https://shop.example"}, "hashtag": {Text: "Spring"},
			"captions": {Text: "Look\n\nX: Mine #spring, #AD"}, "networks": {Chosen: []string{"facebook", "x"}}, "audience": {Chosen: []string{"all"}},
			"ends": {Moment: now.AddDate(0, 0, 7)}, "disclosure": {Text: disclosure}, "utm": {Text: utm},
		}
		reply, err := w.table.Do(t.Context(), actionDropWrite, r)
		must(t, err)
		return reply
	}
	says(t, submit("", ""), nil, "none but the hashtag", "spring-windows")
	says(t, submit(" #ad ", "spring-2026"), nil, "#ad", "spring-2026")
	for field, reply := range map[string]Reply{"disclosure": submit(strings.Repeat("x", clarion.MaxDisclosure+1), ""), "utm": submit("", "two words")} {
		if len(reply.Wrong) != 1 || reply.Wrong[field] == "" {
			t.Errorf("%s: %+v", field, reply)
		}
	}
	preview := submit("#ad", "")
	confirm := w.from("helen", "")
	confirm.State = preview.Form.State
	reply, err := w.table.Do(t.Context(), actionDropConfirm, confirm)
	must(t, err)
	c, err := w.workspace.Campaign(t.Context(), clarion.CampaignID(confirm.State))
	must(t, err)
	if c.Disclosure != "#ad" || c.UTM != "" {
		t.Errorf("%+v", c)
	}
	link, err := w.workspace.OfficialLink(t.Context(), c.ID)
	must(t, err)
	says(t, reply, nil, "is on its way", "For your own channels", "https://go.example/l/"+string(link.Code))
}

func TestThePreviewSetsTheFixedWordsApart(t *testing.T) {
	c := clarion.Campaign{Hashtag: "#Spring", Disclosure: "#ad"}
	for caption, want := range map[string][2]string{
		"Look": {"Look ", "#ad #Spring"}, "Look #spring": {"Look #spring ", "#ad"}, "Look #ad": {"Look ", "#ad #Spring"}, "#ad #Spring": {"", "#ad #Spring"},
		strings.Repeat("long ", 80): {"", "#ad #Spring"},
	} {
		text := apart(c, clarion.X, caption)
		if fixed := text[len(text)-1]; fixed.Style != chat.Bold || fixed.Text != want[1] || want[0] != "" && text[0].Text != want[0] || text.String() != c.Words(clarion.X, caption) {
			t.Errorf("%q: %+v", caption, text)
		}
	}
	if text := apart(c, clarion.X, "#Spring and #ad are in the middle"); len(text) != 1 || text[0].Style != chat.Plain {
		t.Errorf("%+v", text)
	}
}
