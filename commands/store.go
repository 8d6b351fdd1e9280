package commands

import (
	"context"
	"errors"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

const actionStoreLink = "store.link"

// stores says which channel is which store's.
type stores struct{ Config }

var noStores = chat.Say("There are no stores yet. Import them with ").Code("clarion import stores stores.csv").Say(".")

// nowhere says where to type a command that is about a channel, when it was typed in none.
func nowhere(command string) (Reply, error) {
	return aloud(chat.Say("This is about a channel, and here is none. Type ").Command(command).Say(" in the store's channel."))
}

// show answers /store.
func (s *stores) show(ctx context.Context, r Request) (Reply, error) {
	if r.Channel.IsZero() {
		return nowhere("/store")
	}
	here, err := r.Workspace.StoreIn(ctx, r.Channel)
	if errors.Is(err, clarion.ErrNotFound) {
		return aloud(chat.Say("This channel is no store's. Somebody of the social team can make it one with ").Command("/store link").Say("."))
	}
	if err != nil {
		return Reply{}, err
	}
	text := chat.Say("This channel is ").Bold(here.Name)
	if here.Region != "" {
		text = text.Say(", " + here.Region)
	}
	if here.Headcount > 0 {
		text = text.Say(", with " + chat.Count(here.Headcount, "partner"))
	}
	return aloud(text.Say("."))
}

// link answers /store link, with the store's id or name after it or with a form.
func (s *stores) link(ctx context.Context, r Request) (Reply, error) {
	if r.Channel.IsZero() {
		return nowhere("/store link")
	}
	all, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(all) == 0 {
		return aloud(noStores)
	}
	if len(r.Words) == 0 {
		return Reply{Form: &chat.Form{
			Action: actionStoreLink, State: r.Channel.String(), Title: "Link this channel", Submit: "Link", Close: "Cancel",
			Parts: []chat.Part{chat.Input{Name: "store", Label: "Which store talks here?",
				Field: chat.SelectField{Options: storeOptions(all, ""), Placeholder: "Choose a store"}}},
		}}, nil
	}
	wanted := strings.Join(r.Words, " ")
	for _, candidate := range all {
		if strings.EqualFold(string(candidate.ID), wanted) || strings.EqualFold(candidate.Name, wanted) {
			return s.linkTo(ctx, r, candidate, r.Channel)
		}
	}
	return aloud(chat.Sayf("I don't know a store called “%s”. Type ", wanted).Command("/store link").Say(" alone to choose from a list."))
}

// chosen answers the form of link.
func (s *stores) chosen(ctx context.Context, r Request) (Reply, error) {
	channel, err := clarion.ParseChannel(r.State)
	if err != nil {
		return Reply{}, err
	}
	store, err := r.Workspace.Store(ctx, clarion.StoreID(r.Form.Text("store")))
	if errors.Is(err, clarion.ErrNotFound) {
		return Reply{Wrong: map[string]string{"store": "This store is not there any more: choose another."}}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	return s.linkTo(ctx, r, store, channel)
}

func (s *stores) linkTo(ctx context.Context, r Request, store clarion.Store, channel clarion.Channel) (Reply, error) {
	previous, err := r.Workspace.LinkStore(ctx, store.ID, channel)
	if err != nil {
		return Reply{}, err
	}
	text := chat.Text{}.In(channel).Say(" is now the channel of ").Bold(store.Name).Say(".")
	if previous != "" && previous != store.ID {
		was, err := r.Workspace.Store(ctx, previous)
		if err != nil && !errors.Is(err, clarion.ErrNotFound) {
			return Reply{}, err
		}
		if was.Name != "" {
			text = text.Sayf(" It was %s's, which has no channel now.", was.Name)
		}
	}
	if old, ok := store.ChannelOn(channel.Platform); ok && old != channel {
		text = text.Say(" Before, it talked in ").In(old).Say(".")
	}
	if err := r.Host.Join(ctx, channel); err != nil {
		// The channel is the store's all the same: posting there joins it too.
		remedy := chat.Say("I could not join it just now. I try again when there is something to post.")
		var refused *chat.RefusedError
		if errors.As(err, &refused) {
			remedy = refused.Remedy
		}
		text = text.Line().Say("⚠ ").Add(remedy)
	}
	return aloud(text)
}

// unlink answers /store unlink.
func (s *stores) unlink(ctx context.Context, r Request) (Reply, error) {
	if r.Channel.IsZero() {
		return nowhere("/store unlink")
	}
	here, err := r.Workspace.StoreIn(ctx, r.Channel)
	if errors.Is(err, clarion.ErrNotFound) {
		return aloud(chat.Say("This channel is no store's, so there is nothing to take away."))
	}
	if err != nil {
		return Reply{}, err
	}
	if err := r.Workspace.UnlinkChannel(ctx, r.Channel); err != nil {
		return Reply{}, err
	}
	return aloud(chat.Strong(here.Name).Say(" no longer talks here. Its points stay, and it gets no posts until another channel is linked."))
}
