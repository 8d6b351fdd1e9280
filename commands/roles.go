package commands

import (
	"context"
	"fmt"

	clarion "github.com/clarion-bot/clarion"
)

// allow returns an error when the person may not do what needs the role.
func allow(ctx context.Context, needs Role, r Request) error {
	ok, err := has(ctx, needs, r)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%s is not in the social team: %w", r.Person.Identity(), clarion.ErrNotAllowed)
	}
	return nil
}

func has(ctx context.Context, role Role, r Request) (bool, error) {
	if role == Anyone {
		return true, nil
	}
	ok, err := r.Host.InSocialTeam(ctx, r.Person)
	if err != nil {
		return false, fmt.Errorf("looking up the social team: %w", err)
	}
	return ok, nil
}
