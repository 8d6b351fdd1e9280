package bot

import (
	"context"
	"testing"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
)

// teamOf is a host whose channels stand together, one for each store and two besides.
type teamOf struct {
	commands.Host
	places []commands.Place
}

func (h teamOf) Channels(context.Context, clarion.Channel) ([]commands.Place, error) {
	return h.places, nil
}

// playTeam goes through how a team is told which channel is which store, in a world of its own.
func playTeam(t *testing.T, c cast) map[string]drawn {
	p := player{newWorld(t, setup{}), map[string]drawn{}}
	must(t, p.workspace.PutStores(t.Context(), c.stores))
	thread := func(n string) clarion.Channel {
		return clarion.Channel{Platform: clarion.Teams, ID: "19:" + n + "@thread.tacv2"}
	}
	host := teamOf{p.bot.host, []commands.Place{{Channel: thread("general"), Name: "General", Team: "Harbour"}}}
	for i, s := range c.stores {
		host.places = append(host.places, commands.Place{Channel: thread(string(rune('a' + i))), Name: s.Name, Team: "Harbour"})
	}
	for _, n := range []string{"x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"} {
		host.places = append(host.places, commands.Place{Channel: thread(n), Name: n, Team: "Harbour"})
	}
	inTeam := func(change func(*commands.Request)) func(*commands.Request) {
		return func(r *commands.Request) {
			r.Host, r.Channel = host, thread("general")
			if change != nil {
				change(r)
			}
		}
	}
	p.done("added", helen, office, commands.ActionAdded, inTeam(nil))
	p.done("added-alone", helen, office, commands.ActionAdded, nil)
	p.done("welcome", amira, office, commands.ActionWelcome, nil)
	p.done("store-team-none", helen, office, "store.team", nil)
	form := p.done("store-team-form", helen, office, "store.team", inTeam(nil))
	chosen := chat.Values{}
	for i, s := range c.stores {
		chosen[thread(string(rune('a'+i))).String()] = chat.Value{Chosen: []string{string(s.ID)}}
	}
	next := p.done("store-team-next", helen, office, "store.team.linked", inTeam(func(r *commands.Request) { r.State, r.Form = form.Form.State, chosen }))
	p.done("store-team-linked", helen, office, "store.team.linked", inTeam(func(r *commands.Request) { r.State = next.Form.State }))
	p.done("store-nowhere", helen, office, "store.team", func(r *commands.Request) { r.Channel = clarion.Channel{} })
	return p.scenes
}
