package bot

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/playground/teams"
)

func TestInTeamsACampaignIsWrittenPostedAndShared(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()

	opening := w.says(helenInTeams, "", "drop campaign")
	shows(t, opening.Card, "Open the form")
	form := w.presses(helenInTeams, opening, "Open the form", nil)
	if form.Dialog == nil || form.Dialog.Closed {
		t.Fatalf("no dialog opens: %s\n%s", form.Body, w.log)
	}
	filled := map[string]string{
		"i:title": "Our Christmas advert", "i:text": "Two hours before television.", "i:target": "not an address", "i:hashtag": "#OurChristmas",
		"i:captions": "Look what we made", "i:networks:many": "x,facebook,copy", "i:audience:many": "all",
		"i:at:date": "2026-11-23", "i:at:time": "11:00", "i:ends:date": "2026-12-07", "i:ends:time": "10:00",
	}
	wrong := w.hands(form.Dialog, "Preview", filled)
	shows(t, wrong.Dialog.Card, "⚠", "Our Christmas advert", "Look what we made")
	preview := w.hands(wrong.Dialog, "Preview", map[string]string{"i:target": "https://www.example.com/christmas"})
	t.Log(preview.Dialog.Title, teams.Actions(preview.Dialog.Card))
}

func TestInTeamsAPressOpensThePersonsOwnLinksForThatPersonAlone(t *testing.T) {
	w := newTeamsWorld(t, nil)
	w.installed()
	c := w.campaign()
	id, err := w.bot.Post(t.Context(), teamsPlace(kingstonInTeams), "drop:1:kingston", commands.Post(c))
	must(t, err)
	post := w.newest(kingstonInTeams)
	links := w.presses(amiraInTeams, post, "Share it", nil)
	shows(t, links.Dialog.Card, "https://go.acme.example/l/", "Action.OpenUrl", "Somebody else has my page")
	if got := len(w.teams.Posts(kingstonInTeams)); got != 1 || len(post.Replies) != 0 {
		t.Errorf("%d posts and %d answers stand in the channel: others see something", got, len(post.Replies))
	}
	copied := w.hands(links.Dialog, clarion.Copy.Label(), nil)
	shows(t, copied.Dialog.Card, "points for you", "Back")
	back := w.hands(copied.Dialog, "Back", nil)
	shows(t, back.Dialog.Card, "Somebody else has my page")

	c.Title = "Spring, again"
	must(t, w.bot.Update(t.Context(), teamsPlace(kingstonInTeams), id, "", commands.Post(c)))
	shows(t, w.newest(kingstonInTeams).Card, "Spring, again")
}

func TestInTeamsABotThatIsAddedAsksWhichChannelIsWhichStoreAndLinksThemAll(t *testing.T) {
	w := newTeamsWorld(t, nil)
	_, err := w.teams.InstallTeam(t.Context(), helenInTeams, harbour)
	must(t, err)
	w.settle()
	greeting := w.newest(harbour)
	if n := len(w.teams.Posts(harbour)); n != 1 {
		t.Errorf("the bot greets %d times", n)
	}
	form := w.presses(helenInTeams, greeting, "Say which channel is which store", nil)
	shows(t, form.Dialog.Card, "Kingston", "Leeds", "General")
	said := w.hands(form.Dialog, "Link", nil) // the stores of the same names are chosen already
	t.Log(string(said.Dialog.Card))
	for channel, want := range map[string]clarion.StoreID{kingstonInTeams: "kingston", leedsInTeams: "leeds"} {
		if s, err := w.workspace.StoreIn(t.Context(), teamsPlace(channel)); err != nil || s.ID != want {
			t.Errorf("%s is %q: %v", channel, s.ID, err)
		}
	}
	refused := w.presses(amiraInTeams, greeting, "Say which channel is which store", nil)
	shows(t, refused.Dialog.Card, "Only the social team may do that")
}

func TestInTeamsAChannelsPeopleAreLookedUpTogetherWhenTheyAllPressAtOnce(t *testing.T) {
	const crowd = 40
	w := newTeamsWorld(t, func(play *teams.Config, _ *TeamsConfig) {
		for i := range crowd {
			play.People = append(play.People, teams.Person{ID: fmt.Sprintf("6f1a0000-0000-4000-8000-%012d", i), Name: fmt.Sprintf("Partner %d", i), Email: fmt.Sprintf("p%d@acme.example", i)})
		}
	})
	w.installed()
	post := w.posted(w.campaign())
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() {
			a, err := w.teams.Press(t.Context(), fmt.Sprintf("6f1a0000-0000-4000-8000-%012d", i), post, "Share it", nil)
			if err != nil || a.Dialog == nil || !strings.Contains(string(a.Dialog.Card), "/l/") {
				t.Errorf("partner %d is answered %d %s: %v", i, a.Status, a.Body, err)
			}
		})
	}
	all.Wait()
	if pages, alone := w.teams.Calls(teams.PagedMembers), w.teams.Calls(teams.Member); pages > 2 || alone > 1 {
		t.Errorf("%d people cost %d pages and %d calls for one", crowd, pages, alone)
	}
	partner, err := w.workspace.PartnerOf(t.Context(), clarion.EmailIdentity("p7@acme.example"))
	if err != nil || partner.Name != "Partner 7" || partner.Store != "kingston" {
		t.Errorf("one of them is %+v: %v", partner, err)
	}
}

func TestInTeamsAChannelIsCalledByItsNameFromTheStart(t *testing.T) {
	w := newTeamsWorld(t, nil)
	_, err := w.teams.InstallTeam(t.Context(), helenInTeams, harbour)
	must(t, err)
	said := w.says(helenInTeams, leedsInTeams, "store link leeds")
	shows(t, said.Card, "Leeds is now the channel of")
}
