package commands

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

const (
	actionStoreTeam       = "store.team"        // a press that opens the form of all channels of a team
	actionStoreTeamLinked = "store.team.linked" // a page of that form, filled in
)

const (
	// teamPage is how many channels a page asks about at most.
	teamPage = 10
	// teamOptions bounds how many options the lists of a page have together: each list has every store.
	teamOptions = 600
	// noStore is the option that a channel is no store's.
	noStore = "-"
)

// A team is the channels that stand together, a page of them, and the stores that they can be.
type team struct {
	in     clarion.Channel // any of the channels
	places []Place
	from   int // the page begins with this one
	stores []clarion.Store
}

// team opens the form that asks which store each channel of a team is.
func (s *stores) team(ctx context.Context, r Request) (Reply, error) {
	return s.teamForm(ctx, r, r.Channel, 0, nil)
}

// readTeam asks the platform which channels there are.
func readTeam(ctx context.Context, r Request, in clarion.Channel, from int) (team, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return team{}, err
	}
	places, err := r.Host.Channels(ctx, in)
	if err != nil {
		return team{}, fmt.Errorf("asking which channels stand beside %s: %w", in, err)
	}
	return team{in, places, min(max(from, 0), len(places)), stores}, nil
}

// page returns the channels that the page asks about.
func (t team) page() []Place {
	size := max(1, min(teamPage, teamOptions/max(len(t.stores), 1)))
	return t.places[t.from:min(t.from+size, len(t.places))]
}

func (s *stores) teamForm(ctx context.Context, r Request, in clarion.Channel, from int, say chat.Text) (Reply, error) {
	if in.IsZero() {
		return nowhere("/store link")
	}
	t, err := readTeam(ctx, r, in, from)
	switch {
	case err != nil:
		return Reply{}, err
	case len(t.stores) == 0:
		return aloud(noStores)
	case len(t.places) == 0:
		return aloud(chat.Say("I see no channels that stand together here. Type ").Command("/store link").Say(" in each store's channel."))
	}
	page := t.page()
	left := len(t.places) - t.from - len(page)
	if len(page) == 0 {
		return aloud(say)
	}
	form := &chat.Form{
		Action: actionStoreTeamLinked, State: strconv.Itoa(t.from) + " " + in.String(), Version: "p" + strconv.Itoa(t.from),
		Title: "Channels and stores", Submit: "Link", Close: "Close",
	}
	if say != nil {
		form.Parts = append(form.Parts, chat.Paragraphs(say), chat.Line{})
	}
	if left > 0 || t.from > 0 {
		form.Parts = append(form.Parts, chat.Note(chat.Sayf("Channels %d to %d of %d.", t.from+1, t.from+len(page), len(t.places))))
	}
	if left > 0 {
		form.Submit = "Link, and go on"
	}
	chosen := t.suggested()
	options := append([]chat.Option{{Value: noStore, Label: "No store", Group: "Other"}}, storeOptions(t.stores, "")...)
	for _, p := range page {
		form.Parts = append(form.Parts, chat.Input{Name: p.Channel.String(), Label: nameOfPlace(p), Optional: true,
			Field: chat.SelectField{Options: options, Initial: chosen[p.Channel], Placeholder: "Choose a store"}})
	}
	return Reply{Form: form}, nil
}

// suggested says what stands in the lists at first: the store that a channel is already, or one without a channel on the
// platform that is called like it. When no channel is anything, the first is the store that is called like the team.
func (t team) suggested() map[clarion.Channel]string {
	chosen, taken, found := map[clarion.Channel]string{}, map[clarion.StoreID]bool{}, false
	for _, p := range t.places {
		chosen[p.Channel] = noStore
		if s, ok := t.storeIn(p.Channel); ok {
			chosen[p.Channel], taken[s.ID], found = string(s.ID), true, true
		}
	}
	like := func(p Place, name string) {
		for _, s := range t.stores {
			if _, talks := s.ChannelOn(p.Channel.Platform); talks || taken[s.ID] || chosen[p.Channel] != noStore || plain(name) == "" {
				continue
			}
			if plain(name) == plain(s.Name) || plain(name) == plain(string(s.ID)) {
				chosen[p.Channel], taken[s.ID], found = string(s.ID), true, true
			}
		}
	}
	for _, p := range t.places {
		like(p, p.Name)
	}
	if !found {
		like(t.places[0], t.places[0].Team)
	}
	return chosen
}

// storeIn returns the store that talks in a channel.
func (t team) storeIn(c clarion.Channel) (clarion.Store, bool) {
	for _, s := range t.stores {
		if own, ok := s.ChannelOn(c.Platform); ok && own == c {
			return s, true
		}
	}
	return clarion.Store{}, false
}

// plain is what is compared of names: letters and digits, without the words for what a store is.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	for _, word := range []string{"store", "shop"} {
		if short := strings.TrimSuffix(strings.TrimPrefix(name, word), word); short != "" {
			name = short
		}
	}
	return name
}

func nameOfPlace(p Place) string {
	if p.Name == "" {
		return "A channel without a name"
	}
	return shortened(p.Name, 100)
}

// teamLinked links what was chosen on a page, and opens the next one.
func (s *stores) teamLinked(ctx context.Context, r Request) (Reply, error) {
	number, channel, _ := strings.Cut(r.State, " ")
	from, err := strconv.Atoi(number)
	if err != nil {
		return Reply{}, fmt.Errorf("state %q of a form: %w", r.State, clarion.ErrNotFound)
	}
	in, err := clarion.ParseChannel(channel)
	if err != nil {
		return Reply{}, err
	}
	t, err := readTeam(ctx, r, in, from)
	if err != nil {
		return Reply{}, err
	}
	page := t.page()
	if wrong := t.wrong(page, r.Form); len(wrong) > 0 {
		return Reply{Wrong: wrong}, nil
	}
	said, kept := chat.Text{}, len(page)
	for _, unlink := range []bool{true, false} { // so that a store can go from one channel of the page to another
		for _, p := range page {
			chosen := r.Form.Text(p.Channel.String())
			was, linked := t.storeIn(p.Channel)
			switch {
			case chosen == "" || chosen == noStore && !linked || linked && chosen == string(was.ID), (chosen == noStore) != unlink:
				continue
			case unlink:
				if err := r.Workspace.UnlinkChannel(ctx, p.Channel); err != nil {
					return Reply{}, err
				}
				said = said.Say("• ").Bold(nameOfPlace(p)).Sayf(" is no store's any more. It was %s's.", was.Name).Line()
			default:
				line, err := t.link(ctx, r, p, clarion.StoreID(chosen))
				if err != nil {
					return Reply{}, err
				}
				said = said.Add(line)
			}
			kept--
		}
	}
	if kept > 0 {
		said = said.Sayf("• %s as before.", pluralBe(kept, "channel"))
	}
	next := t.from + len(page)
	if next < len(t.places) {
		return s.teamForm(ctx, r, in, next, said)
	}
	return aloud(chat.Strong("Done.").Line().Add(said))
}

// wrong says which lists of a page cannot stay as they are filled in.
func (t team) wrong(page []Place, form chat.Values) map[string]string {
	wrong, first := map[string]string{}, map[string]Place{}
	for _, p := range page {
		name := p.Channel.String()
		chosen := form.Text(name)
		if chosen == "" || chosen == noStore {
			continue
		}
		store, ok := t.store(clarion.StoreID(chosen))
		if !ok {
			wrong[name] = "This store is not there any more: choose another."
			continue
		}
		if other, twice := first[chosen]; twice {
			wrong[name] = fmt.Sprintf("%s is chosen for %s too: a store has one channel.", store.Name, nameOfPlace(other))
			wrong[other.Channel.String()] = fmt.Sprintf("%s is chosen for %s too: a store has one channel.", store.Name, nameOfPlace(p))
		}
		first[chosen] = p
	}
	return wrong
}

func (t team) store(id clarion.StoreID) (clarion.Store, bool) {
	for _, s := range t.stores {
		if s.ID == id {
			return s, true
		}
	}
	return clarion.Store{}, false
}

// link makes a channel a store's, and says so, and what it changes. The bot need not join: it is in all channels of a team
// that it was added to.
func (t team) link(ctx context.Context, r Request, p Place, id clarion.StoreID) (chat.Text, error) {
	store, _ := t.store(id)
	previous, err := r.Workspace.LinkStore(ctx, id, p.Channel)
	if err != nil {
		return nil, err
	}
	text := chat.Say("• ").Bold(nameOfPlace(p)).Say(" is now the channel of ").Bold(store.Name).Say(".")
	if was, ok := t.store(previous); ok && previous != id {
		text = text.Sayf(" It was %s's.", was.Name)
	}
	if old, ok := store.ChannelOn(p.Channel.Platform); ok && old != p.Channel {
		text = text.Say(" Before, it talked in ").In(old).Say(".")
	}
	return text.Line(), nil
}
