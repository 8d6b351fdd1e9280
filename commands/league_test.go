package commands

import (
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
)

// copies presses Share it, and then the button that copies the bare link, on a platform.
func (w *world) copies(r Request, c clarion.CampaignID) Reply {
	w.t.Helper()
	r.Value = string(c)
	form, err := w.table.Do(w.t.Context(), ActionShare, r)
	must(w.t, err)
	if form.Form == nil || form.Form.Action == actionShareStore {
		w.t.Fatalf("no links: %s", words(form))
	}
	r.Value = shareState(c, firstCaption)
	reply, err := w.table.Do(w.t.Context(), actionShareCopy, r)
	must(w.t, err)
	return reply
}

func (w *world) partnerID(i clarion.Identity) clarion.PartnerID {
	w.t.Helper()
	id, err := w.workspace.PartnerIDOf(w.t.Context(), i)
	must(w.t, err)
	return id
}

func TestPressingOnBothPlatformsIsOnePartnerAndOneShare(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	w.profiles["amira-t"] = Profile{Name: "Khan, Amira", Email: "AMIRA@acme.example"}
	w.member("p-amira", "amira@acme.example", "kingston") // the roster knows her by her address
	_, err := w.workspace.LinkStore(t.Context(), "leeds", thread("leeds"))
	must(t, err)

	first := w.copies(w.from("amira", "ckingston"), c.ID)
	second := w.copies(w.onTeams("amira-t", thread("leeds").ID), c.ID) // in another store's channel, as it happens
	if a, b := w.partnerID("slack:amira"), w.partnerID("teams:amira-t"); a != "p-amira" || b != a {
		t.Errorf("she is %s and %s", a, b)
	}
	if a, b := words(first), words(second); !strings.Contains(a, "https://go.example/l/") || strings.Split(a, "https://go.example/l/")[1][:16] != strings.Split(b, "https://go.example/l/")[1][:16] {
		t.Errorf("she has two links:\n%s\n%s", a, b)
	}
	if awards, err := w.workspace.Ledger(t.Context(), "p-amira", 9); err != nil || len(awards) != 1 || awards[0].Points != 5 || awards[0].Store != "kingston" {
		t.Errorf("%+v %v", awards, err)
	}
	for _, r := range []func() (Reply, error){
		func() (Reply, error) { return w.typed("amira", "coffice", "/leaderboard") },
		func() (Reply, error) { return w.typedOnTeams("amira-t", "", "/leaderboard") },
	} {
		reply, err := r()
		says(t, reply, err, "▸🥇 1|Kingston|5|1|")
	}
	reply, err := w.typedOnTeams("amira-t", "", "/points why")
	says(t, reply, err, "You shared it", "+5")
}

func TestWhoIsOnNoRosterIsMetAgainOnTheOtherPlatformByAddress(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	w.profiles["cleo-t"] = Profile{Name: "Cleo", Email: "cleo@acme.example"}
	w.copies(w.from("cleo", "cleeds"), c.ID)
	w.copies(w.onTeams("cleo-t", ""), c.ID) // where no channel says which store is hers
	if a, b := w.partnerID("slack:cleo"), w.partnerID("teams:cleo-t"); a != b {
		t.Errorf("she is %s and %s", a, b)
	}
	if p, err := w.workspace.PartnerOf(t.Context(), "teams:cleo-t"); err != nil || p.Store != "leeds" {
		t.Errorf("%+v %v", p, err)
	}
}

func TestWithoutAnAddressTheRosterMustKnowBothIDs(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	w.profiles["dan"], w.profiles["dan-t"] = Profile{Name: "Dan"}, Profile{Name: "Dan", Email: "dan@acme.example"}
	roster := []clarion.Member{{Partner: clarion.Partner{ID: "p-dan", Name: "Dan", Email: "dan@acme.example", Store: "leeds"},
		Identities: []clarion.Identity{"slack:dan", "teams:dan-t", "email:dan@acme.example"}}}

	// Nobody can tell that those are one who shows no address here and is on no roster; nor can a later roster undo it.
	w.copies(w.from("dan", "cleeds"), c.ID)
	_, err := w.workspace.LinkStore(t.Context(), "leeds", thread("leeds"))
	must(t, err)
	w.copies(w.onTeams("dan-t", thread("leeds").ID), c.ID)
	_, _, err = w.workspace.Import(t.Context(), roster, nil)
	must(t, err)
	if w.partnerID("slack:dan") == w.partnerID("teams:dan-t") {
		t.Error("two partners have become one: say so in the docs of meet")
	}
	// Imported before either press, the roster makes them one.
	w = newWorld(t)
	w.profiles["dan"], w.profiles["dan-t"] = Profile{Name: "Dan"}, Profile{Name: "Dan"}
	w.campaign("spring")
	_, _, err = w.workspace.Import(t.Context(), roster, nil)
	must(t, err)
	w.copies(w.from("dan", ""), c.ID)
	w.copies(w.onTeams("dan-t", ""), c.ID)
	if awards, err := w.workspace.Ledger(t.Context(), "p-dan", 9); err != nil || len(awards) != 1 {
		t.Errorf("%+v %v", awards, err)
	}
}

func TestAPartnersLinksAreTheSameOnBothPlatforms(t *testing.T) {
	w := newWorld(t)
	w.member("p-amira", "amira@acme.example", "kingston")
	w.profiles["amira-t"] = w.profiles["amira"]
	w.campaign("spring")
	w.copies(w.from("amira", "ckingston"), "spring")
	w.copies(w.onTeams("amira-t", ""), "spring")
	_, links, err := w.workspace.Share(t.Context(), "spring", w.partnerID("teams:amira-t"), clarion.Networks())
	must(t, err)
	_, again, err := w.workspace.Share(t.Context(), "spring", w.partnerID("slack:amira"), clarion.Networks())
	must(t, err)
	for i := range links {
		if links[i].Code != again[i].Code {
			t.Errorf("%s and %s", links[i].Code, again[i].Code)
		}
	}
}

func TestACampaignGoesWhereverAStoreTalks(t *testing.T) {
	w := newWorld(t)
	_, err := w.workspace.LinkStore(t.Context(), "kingston", thread("kingston"))
	must(t, err)
	_, err = w.workspace.LinkStore(t.Context(), "derby", thread("derby"))
	must(t, err)
	c := w.written(nil)
	where := map[string]bool{}
	for _, d := range w.deliveries(c.ID) {
		where[string(d.Store)+" "+string(d.Channel.Platform)] = true
	}
	if len(where) != 4 || !where["kingston slack"] || !where["kingston teams"] || !where["leeds slack"] || !where["derby teams"] {
		t.Errorf("it goes to %v", where)
	}
	form := w.opened(actionDropDetails, c.ID, now)
	for _, want := range []string{"Kingston (Slack)|", "Kingston (Teams)|", "Leeds|", "Derby|"} {
		if !strings.Contains(words(Reply{Form: form}), want) {
			t.Errorf("%q is not in\n%s", want, words(Reply{Form: form}))
		}
	}
	for _, d := range w.deliveries(c.ID) { // whoever confirmed it is on Slack: only channels there are joined by it
		if d.Channel.Platform == clarion.Teams && strings.Contains(strings.Join(w.joined, " "), d.Channel.ID) {
			t.Errorf("Slack was asked to join %s", d.Channel)
		}
	}
}
