package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"strings"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// runRevoke takes back a partner's share pages, of all campaigns that can be shared now or later: also of one whose
// opening was put off, or that was taken back and may return. What the partner posted goes on leading where it did,
// and the points stay where they are.
func runRevoke(ctx context.Context, c Call) error {
	rest, err := readFlags(flag.NewFlagSet("revoke", flag.ContinueOnError), c.Args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || !strings.Contains(rest[0], "@") {
		return misused("revoke: give the e-mail address of one partner: clarion revoke amira@example.com")
	}
	cfg, err := readConfig(c.Env, "REDIS_URL")
	if err != nil {
		return err
	}
	s, err := storage.Open(storage.Options{URL: cfg.RedisURL.Reveal()})
	if err != nil {
		return fmt.Errorf("REDIS_URL makes no sense: %w", err)
	}
	defer s.Close()
	r, err := revoke(ctx, s.Workspace(cfg.Workspace), rest[0], time.Now())
	if errors.Is(err, clarion.ErrUnavailable) {
		return fmt.Errorf("%w; do it again when Redis is back: nothing is done twice", err)
	}
	if err != nil {
		return err
	}
	for _, title := range r.taken {
		fmt.Fprintf(c.Out, "Taken back: the page for “%s”\n", title)
	}
	switch {
	case len(r.taken) > 0:
		fmt.Fprintf(c.Out, "The old addresses of %s open nothing any more, after five seconds at most. Who is still in the chat can get new ones, so deactivate the account in Slack or Teams as well.\n", r.partner.Name)
	default:
		fmt.Fprintf(c.Out, "%s has no page for a campaign that can be shared now or later, so there was nothing to take back.\n", r.partner.Name)
	}
	_, err = fmt.Fprintf(c.Out, "revoke: campaigns=%d pages=%d\n", r.campaigns, len(r.taken))
	return err
}

// A revocation is what became of a partner's pages.
type revocation struct {
	partner   clarion.Partner
	campaigns int      // that can be shared now or later
	taken     []string // the titles of those whose page there was
}

func revoke(ctx context.Context, w *storage.Workspace, email string, now time.Time) (revocation, error) {
	partner, err := w.PartnerOf(ctx, clarion.EmailIdentity(email))
	if errors.Is(err, clarion.ErrNotFound) {
		return revocation{}, fmt.Errorf("nobody in workspace %s has the address %s: give the one of the roster, or of the partner's chat account", w.ID(), email)
	}
	if err != nil {
		return revocation{}, fmt.Errorf("looking up %s: %w", email, err)
	}
	campaigns, err := w.Campaigns(ctx, math.MaxInt32)
	if err != nil {
		return revocation{}, err
	}
	r := revocation{partner: partner}
	for _, c := range campaigns {
		if errors.Is(c.Shareable(now), clarion.ErrEnded) {
			continue
		}
		r.campaigns++
		if err := w.RevokePage(ctx, c.ID, partner.ID); errors.Is(err, clarion.ErrNotFound) {
			continue // the partner never asked for one
		} else if err != nil {
			return revocation{}, err
		}
		r.taken = append(r.taken, c.Title)
	}
	return r, nil
}
