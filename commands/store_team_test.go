package commands

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

func thread(name string) clarion.Channel {
	return clarion.Channel{Platform: clarion.Teams, ID: "19:" + name + "@thread.tacv2"}
}

// teamOf makes a team of channels that are called so.
func (w *world) teamOf(team string, names ...string) {
	w.places = nil
	for _, n := range names {
		w.places = append(w.places, Place{Channel: thread(n), Name: n, Team: team})
	}
}

// lists returns what stands in the lists of a form at first, by the channel's name.
func lists(t *testing.T, r Reply, err error) map[string]string {
	t.Helper()
	must(t, err)
	if r.Form == nil {
		t.Fatalf("no form: %s", words(r))
	}
	initial := map[string]string{}
	for _, p := range r.Form.Parts {
		if in, ok := p.(chat.Input); ok {
			initial[in.Label] = in.Field.(chat.SelectField).Initial
		}
	}
	return initial
}

// links submits a page of the form; what was chosen is by the channel's name.
func (w *world) links(state string, chosen map[string]string) (Reply, error) {
	w.t.Helper()
	r := w.onTeams("helen", "")
	r.State, r.Form = state, chat.Values{}
	for name, store := range chosen {
		r.Form[thread(name).String()] = chat.Value{Chosen: []string{store}}
	}
	return w.table.Do(w.t.Context(), actionStoreTeamLinked, r)
}

// talks returns where each store talks on Teams.
func (w *world) talks() map[clarion.StoreID]string {
	w.t.Helper()
	stores, err := w.workspace.Stores(w.t.Context())
	must(w.t, err)
	where := map[clarion.StoreID]string{}
	for _, s := range stores {
		if c, ok := s.ChannelOn(clarion.Teams); ok {
			where[s.ID] = strings.TrimSuffix(strings.TrimPrefix(c.ID, "19:"), "@thread.tacv2")
		}
	}
	return where
}

func TestABotThatIsAddedToATeamAsksWhichChannelIsWhichStore(t *testing.T) {
	w := newWorld(t)
	r, err := w.pressedOnTeams("amira", thread("alone").ID, ActionAdded, "") // as in a chat of several people
	says(t, r, err, "Hello! I am Clarion", "If a store talks here", "/store link")
	w.teamOf("Harbour", "General", "KINGSTON store", "leeds", "Old Derby")
	r, err = w.pressedOnTeams("amira", thread("General").ID, ActionAdded, "")
	says(t, r, err, "Hello! I am Clarion", "Say which channel is which store", "/store link")
	if !r.Public {
		t.Error("only one person reads it")
	}
	if _, err := w.pressedOnTeams("amira", thread("General").ID, actionStoreTeam, ""); !errors.Is(err, clarion.ErrNotAllowed) {
		t.Errorf("who is not of the social team: %v", err)
	}
	_, err = w.workspace.LinkStore(t.Context(), "derby", thread("Old Derby"))
	must(t, err)
	r, err = w.pressedOnTeams("helen", thread("General").ID, actionStoreTeam, "")
	if got, want := lists(t, r, err), map[string]string{"General": noStore, "KINGSTON store": "kingston", "leeds": "leeds", "Old Derby": "derby"}; !maps.Equal(got, want) {
		t.Errorf("the lists have %v, want %v", got, want)
	}
	r, err = w.links(r.Form.State, map[string]string{"General": noStore, "KINGSTON store": "kingston", "leeds": "leeds", "Old Derby": "derby"})
	says(t, r, err, "Done.", "KINGSTON store is now the channel of Kingston.", "leeds is now the channel of Leeds.", "2 channels are as before.")
	if got, want := w.talks(), map[clarion.StoreID]string{"kingston": "KINGSTON store", "leeds": "leeds", "derby": "Old Derby"}; !maps.Equal(got, want) {
		t.Errorf("stores talk in %v, want %v", got, want)
	}
	if s, err := w.workspace.Store(t.Context(), "kingston"); err != nil || len(s.Channels) != 2 {
		t.Errorf("its channel in Slack is gone: %+v %v", s, err)
	}
	// Two stores change places, and one is taken away.
	r, err = w.links("0 "+thread("General").String(), map[string]string{"KINGSTON store": "leeds", "leeds": "kingston", "Old Derby": noStore})
	says(t, r, err, "It was Kingston's.", "Before, it talked in", "Old Derby is no store's any more. It was Derby's.", "1 channel is as before.")
	if got, want := w.talks(), map[clarion.StoreID]string{"kingston": "leeds", "leeds": "KINGSTON store"}; !maps.Equal(got, want) {
		t.Errorf("stores talk in %v, want %v", got, want)
	}
}

func TestATeamOfOneStoreIsSuggestedByTheTeamsName(t *testing.T) {
	w := newWorld(t)
	w.teamOf("Leeds Store", "General", "Rota")
	r, err := w.pressedOnTeams("helen", thread("Rota").ID, actionStoreTeam, "")
	if got := lists(t, r, err); got["General"] != "leeds" || got["Rota"] != noStore {
		t.Errorf("%v", got)
	}
	_, err = w.workspace.LinkStore(t.Context(), "leeds", thread("elsewhere"))
	must(t, err)
	r, err = w.pressedOnTeams("helen", thread("Rota").ID, actionStoreTeam, "")
	if got := lists(t, r, err); got["General"] != noStore {
		t.Errorf("a store that talks elsewhere is taken from there: %v", got)
	}
}

func TestOneStoreForTwoChannelsIsSaidAtBoth(t *testing.T) {
	w := newWorld(t)
	w.teamOf("Harbour", "a", "b", "c")
	r, err := w.links("0 "+thread("a").String(), map[string]string{"a": "leeds", "b": "leeds", "c": "gone"})
	if err != nil || !strings.Contains(r.Wrong[thread("a").String()], "Leeds is chosen for b too") || !strings.Contains(r.Wrong[thread("b").String()], "Leeds is chosen for a too") ||
		!strings.Contains(r.Wrong[thread("c").String()], "not there any more") {
		t.Errorf("%v %v", r.Wrong, err)
	}
	if got := w.talks(); len(got) > 0 {
		t.Errorf("linked all the same: %v", got)
	}
	// What is no channel of the team is not linked, whatever a client sends.
	_, err = w.links("0 "+thread("a").String(), map[string]string{"stranger": "leeds"})
	if got := w.talks(); err != nil || len(got) > 0 {
		t.Errorf("%v %v", got, err)
	}
}

func TestManyChannelsAreAskedAboutPageByPage(t *testing.T) {
	w := newWorld(t)
	var names []string
	for i := range 23 {
		names = append(names, fmt.Sprint("Channel ", i))
	}
	w.teamOf("Harbour", names...)
	r, err := w.pressedOnTeams("helen", thread("Channel 3").ID, actionStoreTeam, "")
	says(t, r, err, "Channels 1 to 10 of 23.")
	r, err = w.links(r.Form.State, map[string]string{"Channel 9": "leeds", "Channel 10": "derby"}) // the latter is on the next page
	says(t, r, err, "Channel 9 is now the channel of Leeds.", "9 channels are as before.", "Channels 11 to 20 of 23.")
	if r.Form.Submit != "Link, and go on" {
		t.Errorf("the button says %q", r.Form.Submit)
	}
	r, err = w.links(r.Form.State, nil)
	says(t, r, err, "Channels 21 to 23 of 23.")
	if got := lists(t, r, err); !slices.Equal(slices.Sorted(maps.Keys(got)), []string{"Channel 20", "Channel 21", "Channel 22"}) || r.Form.Submit != "Link" {
		t.Errorf("%v %q", got, r.Form.Submit)
	}
	w.teamOf("Harbour", names[:20]...) // meanwhile channels were deleted
	r, err = w.links(r.Form.State, nil)
	says(t, r, err, "Done.")
	if got, want := w.talks(), map[clarion.StoreID]string{"leeds": "Channel 9"}; !maps.Equal(got, want) {
		t.Errorf("stores talk in %v", got)
	}
}

func TestWhereThereIsNoChannelItIsSaidWhereToType(t *testing.T) {
	w := newWorld(t)
	for _, line := range []string{"/store", "/store link", "/store link Leeds", "/store unlink"} {
		r, err := w.typedOnTeams("helen", "", line)
		says(t, r, err, "here is none. Type /store", "in the store's channel.")
	}
	r, err := w.pressedOnTeams("helen", "", actionStoreTeam, "")
	says(t, r, err, "here is none. Type /store link")
	r, err = w.pressed("helen", "coffice", actionStoreTeam, "") // Slack keeps no channels together
	says(t, r, err, "I see no channels that stand together here. Type /store link")
	w.redis.FlushAll()
	w.teamOf("Harbour", "a")
	r, err = w.pressedOnTeams("helen", thread("a").ID, actionStoreTeam, "")
	says(t, r, err, "There are no stores yet.")
}

func TestWhoAddsTheBotForThemselvesIsGreeted(t *testing.T) {
	w := newWorld(t)
	w.campaign("spring")
	r, err := w.pressedOnTeams("amira", "", ActionWelcome, "")
	says(t, r, err, "Hello! I am Clarion", "/clarion help", "Your points", "Stores this week")
	if r.Home == nil || r.Message != nil {
		t.Errorf("%+v", r)
	}
}
