package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/storage"
)

// askAboutBursts sees to it that the social team is asked about each open burst, once.
func (s *Scheduler) askAboutBursts(ctx context.Context, now time.Time) error {
	bursts, err := s.cfg.Workspace.Bursts(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, b := range bursts {
		if s.asked[b.ID()].Equal(b.Since) {
			continue
		}
		if err := s.askAbout(ctx, b, now); err != nil {
			errs = append(errs, fmt.Errorf("ask about burst %s: %w", b.ID(), err))
			continue
		}
		s.asked[b.ID()] = b.Since
	}
	if len(bursts) == 0 {
		clear(s.asked)
	}
	return errors.Join(errs...)
}

func (s *Scheduler) askAbout(ctx context.Context, b storage.Burst, now time.Time) error {
	channel, err := s.social(ctx, b.Link.Campaign)
	if err != nil {
		return err
	}
	if channel.IsZero() {
		return nil // there is nobody to ask; /report bursts lists it
	}
	_, err = s.cfg.Workspace.Enqueue(ctx, clarion.Delivery{
		ID: clarion.BurstDeliveryID(b.ID(), b.Since, channel), Kind: clarion.BurstDelivery, Subject: b.ID(), Channel: channel, Due: now,
	})
	return err
}
