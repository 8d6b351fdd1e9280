package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/commands"
	"github.com/clarion-bot/clarion/storage"
)

// anywhere is the channel under which the company's service URL is kept, for people whom the bot has not met yet.
var anywhere = clarion.Channel{Platform: clarion.Teams, ID: "*"}

// remember keeps how the channel and the person of an activity are reached. It asks storage only for those whom this
// process meets first. What it cannot store is stored at the next activity. Activities name no channels, so the team is
// asked for the names, once.
func (t *Teams) remember(ctx context.Context, a *teamsActivity) {
	if a.ServiceURL == "" {
		return
	}
	err := t.keep(ctx, anywhere, storage.Contact{ServiceURL: a.ServiceURL})
	if place := a.place(); !place.IsZero() {
		contact := storage.Contact{ServiceURL: a.ServiceURL, Kind: a.kind(), Team: a.Data.Team.ID, Name: channelName(a)}
		err = errors.Join(err, t.keep(ctx, place, contact))
		if known, ok := t.contacts.Get(place.String()); ok && known.Name == "" && known.Team != "" && t.seen.first("names of "+known.Team) {
			t.run.background(ctx, "names of channels", func(ctx context.Context) {
				_, err := t.channels(ctx, place)
				t.sent(err, "learning the names of a team's channels")
			})
		}
	}
	if p := a.person(); !p.IsZero() {
		t.met.Add(p.Identity(), meeting{a.ServiceURL, teamsPlace(a.Conversation.ID).ID})
		contact := storage.Contact{ServiceURL: a.ServiceURL, User: a.From.ID, Name: a.From.Name}
		if a.kind() == inPersonal {
			contact.Chat = a.Conversation.ID
			err = errors.Join(err, t.keep(ctx, teamsPlace(a.Conversation.ID), storage.Contact{ServiceURL: a.ServiceURL, Kind: inPersonal}))
		}
		err = errors.Join(err, t.keepPerson(ctx, p, contact))
	}
	if err != nil {
		t.cfg.Logger.Warn("how somebody is reached in Teams could not be stored", "error", err)
	}
}

// channelName returns the name of an activity's channel, or "" when the activity does not say.
func channelName(a *teamsActivity) string {
	if a.kind() == inGroupChat {
		return a.Conversation.Name
	}
	return a.Data.Channel.Name
}

// keep stores how a channel is reached, unless storage has it so. What is not known now is kept as it was.
func (t *Teams) keep(ctx context.Context, c clarion.Channel, contact storage.Contact) error {
	return t.keepUnder(c.String(), contact,
		func() (storage.Contact, error) { return t.cfg.Workspace.Contact(ctx, c) },
		func(merged storage.Contact) error { return t.cfg.Workspace.PutContact(ctx, c, merged) })
}

func (t *Teams) keepPerson(ctx context.Context, p chat.Person, contact storage.Contact) error {
	return t.keepUnder(string(p.Identity()), contact,
		func() (storage.Contact, error) { return t.cfg.Workspace.Person(ctx, p.Identity()) },
		func(merged storage.Contact) error { return t.cfg.Workspace.PutPerson(ctx, p.Identity(), merged) })
}

func (t *Teams) keepUnder(key string, contact storage.Contact, read func() (storage.Contact, error), write func(storage.Contact) error) error {
	stored, ok := t.contacts.Get(key)
	if !ok {
		var err error
		if stored, err = read(); err != nil && !errors.Is(err, clarion.ErrNotFound) {
			return err
		}
	}
	merged := stored
	for _, f := range []struct{ to, from *string }{
		{&merged.ServiceURL, &contact.ServiceURL}, {&merged.Kind, &contact.Kind}, {&merged.Name, &contact.Name},
		{&merged.Team, &contact.Team}, {&merged.User, &contact.User}, {&merged.Email, &contact.Email}, {&merged.Chat, &contact.Chat},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	if merged != stored {
		if err := write(merged); err != nil {
			return err
		}
	}
	t.contacts.Add(key, merged)
	return nil
}

// contact returns how a channel is reached, or [clarion.ErrNotFound] when the bot has not been told.
func (t *Teams) contact(ctx context.Context, c clarion.Channel) (storage.Contact, error) {
	if known, ok := t.contacts.Get(c.String()); ok {
		return known, nil
	}
	return t.cfg.Workspace.Contact(ctx, c)
}

// reach returns how a channel is reached, also one in which nothing has happened yet: it can be of a team that the bot
// is in, as all channels of a company are behind one address. The service says when the bot is not there.
func (t *Teams) reach(ctx context.Context, c clarion.Channel) (storage.Contact, error) {
	known, err := t.contact(ctx, c)
	if !errors.Is(err, clarion.ErrNotFound) {
		return known, err
	}
	company, err := t.contact(ctx, anywhere)
	if errors.Is(err, clarion.ErrNotFound) {
		return storage.Contact{}, notThere(c, err)
	}
	company.Kind = kindOf(c.ID)
	return company, err
}

// kindOf tells the kind of a conversation by its id
// (https://learn.microsoft.com/graph/api/resources/chat, https://learn.microsoft.com/graph/api/resources/channel).
func kindOf(id string) string {
	switch {
	case strings.HasSuffix(id, "@thread.tacv2"), strings.HasSuffix(id, "@thread.skype"):
		return inChannel
	case strings.HasSuffix(id, "@thread.v2"):
		return inGroupChat
	}
	return inPersonal
}

func (t *Teams) personContact(ctx context.Context, p chat.Person) (storage.Contact, error) {
	if known, ok := t.contacts.Get(string(p.Identity())); ok {
		return known, nil
	}
	return t.cfg.Workspace.Person(ctx, p.Identity())
}

// forget forgets a team with its channels, or a channel that is gone.
func (t *Teams) forget(ctx context.Context, a *teamsActivity, all bool) {
	var err error
	place := a.place()
	switch {
	case a.kind() == inPersonal:
		place = teamsPlace(a.Conversation.ID)
		err = t.cfg.Workspace.ForgetPerson(ctx, a.person().Identity())
	case all && a.Data.Team.ID != "":
		_, err = t.cfg.Workspace.ForgetTeam(ctx, a.Data.Team.ID)
	}
	err = errors.Join(err, t.cfg.Workspace.ForgetContact(ctx, place))
	t.contacts.Purge()
	if err != nil {
		t.cfg.Logger.Error("how a channel was reached in Teams could not be forgotten", "error", err)
	}
}

// A teamChannel is a channel as its team lists it, or a team.
type teamChannel struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// channels returns the channels of the team that c belongs to, and keeps how they are reached.
func (t *Teams) channels(ctx context.Context, c clarion.Channel) ([]commands.Place, error) {
	here, err := t.contact(ctx, c)
	if errors.Is(err, clarion.ErrNotFound) || err == nil && here.Team == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var team teamChannel
	var listed struct {
		Conversations []teamChannel `json:"conversations"`
	}
	address := serviceAddress(here.ServiceURL, "v3", "teams", here.Team)
	err = errors.Join(
		t.service.do(ctx, call{method: http.MethodGet, url: address, patience: replyPatience}, &team),
		t.service.do(ctx, call{method: http.MethodGet, url: address + "/conversations", patience: replyPatience}, &listed),
	)
	if err != nil {
		return nil, fmt.Errorf("asking Teams for a team's channels: %w", err)
	}
	var places []commands.Place
	for _, channel := range listed.Conversations {
		name := strings.TrimSpace(channel.Name)
		if name == "" {
			name = "General" // which Teams lists without a name
		}
		place := commands.Place{Channel: teamsPlace(channel.ID), Name: name, Team: team.Name}
		places = append(places, place)
		if err := t.keep(ctx, place.Channel, storage.Contact{ServiceURL: here.ServiceURL, Kind: inChannel, Team: here.Team, Name: name}); err != nil {
			return nil, err
		}
	}
	return places, nil
}
