package commands

import (
	"fmt"
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// buttons returns the buttons of a form by their labels.
func buttons(f *chat.Form) map[string]chat.Button {
	found := map[string]chat.Button{}
	for _, part := range f.Parts {
		controls, _ := part.(chat.Controls)
		for _, control := range controls {
			if b, ok := control.(chat.Button); ok {
				found[b.Label] = b
			}
		}
	}
	return found
}

// copyables returns the texts of a form that are to be copied.
func copyables(f *chat.Form) []string {
	var texts []string
	for _, part := range f.Parts {
		if c, ok := part.(chat.Copyable); ok {
			texts = append(texts, string(c))
		}
	}
	return texts
}

func TestPartnersOfOneStoreAreOfferedDifferentWordsFirst(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	c.Captions = []clarion.Caption{{Text: "one"}, {Text: "two"}, {Text: "three"}}
	must(t, w.workspace.PutCampaign(t.Context(), c))
	first := func(user string, store clarion.StoreID) string {
		t.Helper()
		w.member(user, "", store)
		var words []string
		for range 2 { // the same partner is always offered the same
			r, err := w.pressed(user, "ckingston", ActionShare, "spring")
			must(t, err)
			word, _, _ := strings.Cut(copyables(r.Form)[0], " ")
			words = append(words, word)
			// The network's buttons carry the same words.
			page, err := w.workspace.SharePageOf(t.Context(), c.ID, w.partner(user).ID)
			must(t, err)
			if got := c.CaptionAt(clarion.X, page.Turn, -1); got != word {
				t.Errorf("the page offers %q and the form %q", got, word)
			}
		}
		if words[0] != words[1] {
			t.Errorf("%s was offered %v", user, words)
		}
		return words[0]
	}
	for i, want := range []string{"one", "two", "three", "one"} {
		if got := first(fmt.Sprintf("k%d", i), "kingston"); got != want {
			t.Errorf("partner %d of Kingston is offered %q, want %q", i+1, got, want)
		}
	}
	if got := first("l0", "leeds"); got != "one" {
		t.Errorf("the first partner of another store is offered %q", got)
	}
}

func TestTheFixedWordsAreShownAsFixedAndStandInAllWords(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	c.Disclosure = "I work here."
	c.Captions = []clarion.Caption{{Text: "Look"}, {Text: "See"}, {Network: clarion.LinkedIn, Text: "Proud"}}
	must(t, w.workspace.PutCampaign(t.Context(), c))
	w.member("amira", "", "kingston")
	r, err := w.pressed("amira", "ckingston", ActionShare, "spring")
	says(t, r, err, "Always added: I work here. #Spring and your own link. So people see that you work here.")
	for _, text := range copyables(r.Form) {
		if !strings.Contains(text, "I work here. #Spring") {
			t.Errorf("words without the fixed ones: %q", text)
		}
	}
	c.Captions = c.Captions[2:]
	c.Networks = []clarion.Network{clarion.LinkedIn}
	must(t, w.workspace.PutCampaign(t.Context(), c))
	r, err = w.pressed("amira", "ckingston", ActionShare, "spring")
	says(t, r, err, "Always added: I work here. #Spring")
}

func TestAPageThatWentAstrayIsTakenBackAfterAQuestion(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	c.Captions = []clarion.Caption{{Text: "Look"}, {Text: "See"}}
	must(t, w.workspace.PutCampaign(t.Context(), c))
	w.member("amira", "", "kingston")
	w.member("zoe", "", "kingston")
	form := func(r Reply, err error) *chat.Form {
		t.Helper()
		must(t, err)
		return r.Form
	}
	zoes := form(w.pressed("zoe", "ckingston", ActionShare, "spring"))
	form(w.pressed("amira", "ckingston", ActionShare, "spring"))
	before := form(w.pressed("amira", "ckingston", actionShareCaption, "spring/1"))
	button := buttons(before)["Somebody else has my page"]
	if button.Confirm == nil || !strings.Contains(button.Confirm.Text, "Your old page address stops working") {
		t.Fatalf("nobody asks before: %+v", button)
	}
	r, err := w.pressed("amira", "", button.Action, button.Value)
	says(t, r, err, "Your old page address stops working now.", "your new page")
	after := r.Form

	address := func(f *chat.Form) string { return strings.TrimSuffix(buttons(f)["X"].Address, "/x?c=1") }
	was, is := address(before), address(after)
	if was == is {
		t.Fatalf("the page is still %s", is)
	}
	open := func(address string) error {
		token, err := clarion.ParseToken(strings.TrimPrefix(address, "https://go.example/s/"))
		must(t, err)
		_, err = w.storage.SharePage(t.Context(), token)
		return err
	}
	if open(was) == nil || open(is) != nil {
		t.Errorf("the old page: %v, the new one: %v", open(was), open(is))
	}
	if b, a := copyables(before), copyables(after); a[0] != b[0] || !strings.HasPrefix(a[0], "See") {
		t.Errorf("the chosen words or the link changed from %q to %q", b[0], a[0])
	}
	if again := form(w.pressed("amira", "ckingston", actionShareCaption, "spring/1")); address(again) != is {
		t.Errorf("the form goes on with %s", address(again))
	}
	if z := form(w.pressed("zoe", "ckingston", ActionShare, "spring")); buttons(z)["X"].Address != buttons(zoes)["X"].Address {
		t.Error("a colleague's page changed as well")
	}
}

func TestALinkOfANetworkThatWasAddedLeadsOn(t *testing.T) {
	w := newWorld(t)
	c := w.campaign("spring")
	c.Captions, c.Networks = []clarion.Caption{{Text: "one"}, {Text: "two"}}, []clarion.Network{clarion.X}
	must(t, w.workspace.PutCampaign(t.Context(), c))
	w.member("amira", "", "kingston")
	_, err := w.pressed("amira", "ckingston", ActionShare, "spring")
	must(t, err)
	c.Networks = []clarion.Network{clarion.X, clarion.Copy}
	must(t, w.workspace.PutCampaign(t.Context(), c))

	r, err := w.pressed("amira", "ckingston", actionShareCaption, shareState(c.ID, 1))
	must(t, err)
	words := copyables(r.Form)[0]
	code := words[strings.LastIndex(words, "/")+1:]
	if l, err := w.storage.Link(t.Context(), clarion.Code(code)); err != nil || l.Network != clarion.Copy {
		t.Errorf("whoever follows what the form shows, %q, finds %+v: %v", words, l, err)
	}
}
