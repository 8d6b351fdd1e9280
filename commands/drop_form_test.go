package commands

import (
	"fmt"
	"strings"
	"testing"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

func TestEachMistakeInADropFormIsASentenceAtItsFieldAndNothingIsSaved(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		changes chat.Values
		field   string
		says    string
	}{
		"ends in the past":           {chat.Values{"ends": hours(-1)}, "ends", "in the past"},
		"ends before it opens":       {chat.Values{"opens": hours(3), "ends": hours(2)}, "ends", "end before it opens"},
		"no end":                     {chat.Values{"ends": {}}, "ends", "until when"},
		"posted in the past":         {chat.Values{"at": hours(-1)}, "at", "in the past"},
		"posted after its end":       {chat.Values{"at": hours(3), "ends": hours(2)}, "at", "has ended by then"},
		"opens in the past":          {chat.Values{"opens": hours(-1)}, "opens", "in the past"},
		"opens before it is posted":  {chat.Values{"at": hours(2), "opens": hours(1)}, "opens", "open before it is posted"},
		"public in the past":         {chat.Values{"public": hours(-1)}, "public", "over before it begins"},
		"public before it opens":     {chat.Values{"opens": hours(3), "public": hours(2)}, "public", "over before it begins"},
		"public before it is posted": {chat.Values{"at": hours(3), "public": hours(2)}, "public", "over before it begins"},
		"public after its end":       {chat.Values{"public": hours(3), "ends": hours(2)}, "public", "end before it is public"},
		"counts more without window": {chat.Values{"factor": {Chosen: []string{"2"}}}, "public", "say when that is"},
		"counts too much":            {chat.Values{"public": hours(1), "factor": {Chosen: []string{"11"}}}, "factor", "1 to 10 times"},
		"leads nowhere":              {chat.Values{"after": {Text: "shop"}}, "after", "not a web address"},
		"unknown store":              {chat.Values{"audience": {Chosen: []string{"store:kingston", "store:gone"}}}, "audience", "“gone” is not there any more"},
		"unknown region":             {chat.Values{"audience": {Chosen: []string{"region:London", "region:East"}}}, "audience", "“East” any more"},
		"no store with a channel":    {chat.Values{"audience": {Chosen: []string{"store:derby"}}}, "audience", "has a channel yet"},
		"no store":                   {chat.Values{"audience": {}}, "audience", "Choose all stores"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := w.submitted(actionDropWrite, "", filled(c.changes), now)
			must(t, err)
			if len(r.Wrong) != 1 || !strings.Contains(r.Wrong[c.field], c.says) {
				t.Errorf("%v, want %q at %s", r.Wrong, c.says, c.field)
			}
			if _, ok := values(w.opened(actionDropNew, "", now))[c.field]; !ok {
				t.Errorf("there is no field %s to say it at", c.field)
			}
		})
	}
	if list, err := w.workspace.Campaigns(t.Context(), 9); err != nil || len(list) > 0 {
		t.Errorf("saved are %v %v", list, err)
	}
}

func TestNoTwoCampaignsThatAreNotOverHaveOneTitle(t *testing.T) {
	w := newWorld(t)
	first := w.written(chat.Values{"title": {Text: "Our  Spring"}, "ends": hours(5)})
	r, err := w.submitted(actionDropWrite, "", filled(chat.Values{"title": {Text: " our spring "}}), now)
	must(t, err)
	if why := r.Wrong["title"]; !strings.Contains(why, "“Our Spring”") || !strings.Contains(why, "running") || !strings.Contains(why, "“drop edit”") {
		t.Errorf("%v", r.Wrong)
	}
	// Somebody else takes the title while the preview is open.
	preview, err := w.submitted(actionDropWrite, "", filled(chat.Values{"title": {Text: "Summer"}}), now)
	must(t, err)
	w.written(chat.Values{"title": {Text: "summer"}})
	if r, err := w.submitted(actionDropConfirm, preview.Form.State, nil, now); err == nil || !strings.Contains(err.Error(), "Close this and go back") {
		t.Errorf("confirmed: %s %v", words(r), err)
	}
	if list, err := w.workspace.Campaigns(t.Context(), 9); err != nil || len(list) != 2 {
		t.Errorf("%d campaigns %v", len(list), err)
	}
	// A campaign can keep its own title, and once it is over the title is free.
	w.edited(first.ID, chat.Values{"text": {Text: "Another text."}}, now)
	if r, err := w.submitted(actionDropWrite, "", filled(chat.Values{"title": {Text: "OUR SPRING"}}), now.Add(5*time.Hour)); err != nil || r.Form == nil {
		t.Errorf("the title is not free after the end: %v %v", r.Wrong, err)
	}
}

func TestWhatChangesWhileAPreviewIsOpenIsSaidAndNothingIsHalfSaved(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*world)
		at        time.Time
		says      string
	}{
		"its end passes":          {func(*world) {}, now.Add(6 * time.Hour), "in the past"},
		"its window passes":       {func(*world) {}, now.Add(4 * time.Hour), "over before it begins"},
		"no channel is left":      {func(w *world) { must(w.t, w.workspace.UnlinkChannel(w.t.Context(), in("ckingston"))) }, now, "has a channel yet"},
		"a store is in no region": {func(w *world) { w.move("kingston", "") }, now, "“London” any more"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			preview, err := w.submitted(actionDropWrite, "", filled(chat.Values{
				"at": hours(1), "public": hours(3), "ends": hours(5), "audience": {Chosen: []string{"region:London"}},
			}), now)
			must(t, err)
			c.meanwhile(w)
			if r, err := w.submitted(actionDropConfirm, preview.Form.State, nil, c.at); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s %v", words(r), err)
			}
			if list, err := w.workspace.Campaigns(t.Context(), 9); err != nil || len(list) > 0 {
				t.Errorf("saved are %v %v", list, err)
			}
		})
	}
}

// move puts a store into a region.
func (w *world) move(id clarion.StoreID, region string) {
	w.t.Helper()
	s, err := w.workspace.Store(w.t.Context(), id)
	must(w.t, err)
	s.Region = region
	must(w.t, w.workspace.PutStores(w.t.Context(), []clarion.Store{s}))
}

func TestADropThatIsPlannedOpensWhenItIsPostedUnlessItsWriterSaysOtherwise(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		changes chat.Values
		opens   time.Time
	}{
		"now":                     {chat.Values{}, time.Time{}},
		"planned":                 {chat.Values{"at": hours(2)}, now.Add(2 * time.Hour)},
		"planned, and opens then": {chat.Values{"at": hours(2), "opens": hours(20)}, now.Add(20 * time.Hour)},
		"now, and opens then":     {chat.Values{"opens": hours(20)}, now.Add(20 * time.Hour)},
	} {
		c2 := w.written(merged(c.changes, chat.Values{"title": {Text: name}}))
		if !c2.Opens.Equal(c.opens) {
			t.Errorf("%s: opens %s, want %s", name, c2.Opens, c.opens)
		}
	}
}

func merged(a, b chat.Values) chat.Values {
	all := chat.Values{}
	for _, values := range []chat.Values{a, b} {
		for name, v := range values {
			all[name] = v
		}
	}
	return all
}

func TestThePreviewSaysWhatHappensWhenInPlainWords(t *testing.T) {
	w := newWorld(t)
	r, err := w.submitted(actionDropWrite, "", filled(chat.Values{
		"at": hours(2), "opens": hours(20), "public": hours(22), "factor": {Chosen: []string{"2"}}, "after": {Text: "https://shop.example/offers"}, "remind": {Chosen: []string{remindValue}},
	}), now)
	says(t, r, err,
		"Posted at Wed 25 Nov 2026, 12:00 UTC, as a teaser with a countdown and a shut button.",
		"Opens to partners at Thu 26 Nov 2026, 06:00 UTC",
		"to themselves until Thu 26 Nov 2026, 08:00 UTC, when it is public. A share counts twice until then.",
		"Can be shared until Wed 2 Dec 2026, 10:00 UTC. Afterwards links lead to https://shop.example/offers",
		"Stores that have not all shared are reminded.",
	)
	confirmed, err := w.submitted(actionDropConfirm, r.Form.State, nil, now)
	says(t, confirmed, err, "will be posted to 2 stores at Wed 25 Nov 2026, 12:00 UTC as a teaser, and opens to partners at Thu 26 Nov 2026, 06:00 UTC",
		"Its link for your own channels can be had from Thu 26 Nov 2026, 06:00 UTC on")
	if strings.Contains(words(confirmed), "/l/") {
		t.Errorf("a link is given before the campaign opens: %s", words(confirmed))
	}
	c := w.stored(clarion.CampaignID(r.Form.State))
	if c.WindowFactor != 2 || !c.Remind || c.After != "https://shop.example/offers" || !c.Public.Equal(now.Add(22*time.Hour)) {
		t.Errorf("%+v", c)
	}
}

func TestWhatStandsInAFormIsReadAsWhatItWas(t *testing.T) {
	for i, c := range []clarion.Campaign{
		{Audience: clarion.Audience{All: true}, Networks: clarion.Networks(), Captions: []clarion.Caption{{Text: "a\nb"}, {Network: clarion.X, Text: "c: d"}}},
		{Audience: clarion.Audience{Regions: []string{"North: East"}, Stores: []clarion.StoreID{"kingston", "leeds"}}, Networks: []clarion.Network{clarion.Email}, WindowFactor: 3},
	} {
		v := valuesOf(c, clarion.Drop{}, now)
		got := clarion.Campaign{Audience: readAudience(v.Chosen("audience")), Networks: readNetworks(v.Chosen("networks")), Captions: readCaptions(v.Text("captions")), WindowFactor: readFactor(v.Text("factor"))}
		if fmt.Sprint(got) != fmt.Sprint(c) {
			t.Errorf("%d: %+v, want %+v", i, got, c)
		}
	}
}
