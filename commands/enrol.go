package commands

import (
	"context"
	"errors"
	"fmt"

	clarion "github.com/clarion-bot/clarion"
)

// errNoStore says that a person has to be asked which store is theirs.
var errNoStore = errors.New("the partner's store is not known")

// errNoProfile says that the platform did not tell who a person is. Who only looks is taken for a stranger then.
var errNoProfile = errors.New("the platform does not say who this is")

// meet returns the partner who a person is, or [clarion.ErrNotFound]. One whom the roster knows by e-mail
// address alone is met by it, and known by both from then on: so is one who comes from another platform. Who was
// enrolled on a platform that showed no address, and comes from another one, is somebody else: an identity leads to
// one partner for ever, and nobody can tell. A roster that has both ids, imported before either press, makes them one.
func meet(ctx context.Context, r Request) (clarion.Partner, error) {
	p, err := r.Workspace.PartnerOf(ctx, r.Person.Identity())
	if !errors.Is(err, clarion.ErrNotFound) {
		return p, err
	}
	profile, err := profileOf(ctx, r)
	if err != nil {
		return clarion.Partner{}, err
	}
	email := clarion.EmailIdentity(profile.Email)
	if email == "" {
		return clarion.Partner{}, fmt.Errorf("partner %s: %w", r.Person.Identity(), clarion.ErrNotFound)
	}
	if p, err = r.Workspace.PartnerOf(ctx, email); err != nil {
		return clarion.Partner{}, err
	}
	return r.Workspace.Enrol(ctx, clarion.Member{Partner: p, Identities: []clarion.Identity{email, r.Person.Identity()}})
}

// partnerOf returns the partner who a person is, with a store. One who is not on the roster, or whose store
// the roster leaves open, and who presses in a store's channel belongs to that store from then on; elsewhere
// the error is errNoStore.
func partnerOf(ctx context.Context, r Request, newID func() string) (clarion.Partner, error) {
	p, err := meet(ctx, r)
	if err != nil && !errors.Is(err, clarion.ErrNotFound) {
		return clarion.Partner{}, err
	}
	if p.Store != "" {
		return p, nil
	}
	store, err := storeHere(ctx, r)
	if err != nil {
		return clarion.Partner{}, err
	}
	if store == "" {
		return clarion.Partner{}, errNoStore
	}
	return enrol(ctx, r, store, newID)
}

// storeHere returns the store whose channel the request came from, or "".
func storeHere(ctx context.Context, r Request) (clarion.StoreID, error) {
	if r.Channel.IsZero() {
		return "", nil
	}
	s, err := r.Workspace.StoreIn(ctx, r.Channel)
	if errors.Is(err, clarion.ErrNotFound) {
		return "", nil
	}
	return s.ID, err
}

// enrol makes the person a partner of the store. A partner who has a store already stays there.
func enrol(ctx context.Context, r Request, store clarion.StoreID, newID func() string) (clarion.Partner, error) {
	profile, err := profileOf(ctx, r)
	if err != nil {
		return clarion.Partner{}, err
	}
	identities := []clarion.Identity{r.Person.Identity()}
	if email := clarion.EmailIdentity(profile.Email); email != "" {
		identities = append(identities, email)
	}
	return r.Workspace.Enrol(ctx, clarion.Member{
		Partner:    clarion.Partner{ID: clarion.PartnerID(newID()), Name: profile.Name, Email: profile.Email, Store: store},
		Identities: identities,
	})
}

func profileOf(ctx context.Context, r Request) (Profile, error) {
	profile, err := r.Host.Profile(ctx, r.Person)
	if err != nil {
		return Profile{}, fmt.Errorf("looking up %s: %w: %w", r.Person.Identity(), errNoProfile, err)
	}
	if profile.Name == "" {
		profile.Name = r.Person.Name
	}
	return profile, nil
}
