package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// gather is how long a message about failed deliveries waits for others of the same group.
const gather = 20 * time.Second

// giveUp records that a person has to help, and has the social team told: once for all deliveries of a group that
// fail within a short time. While nobody can be told, the delivery is tried again, and its next refusal told. When whoever
// would be told is gone for good, it fails all the same; “clarion jobs” and “/drop list” show it.
func (s *Scheduler) giveUp(ctx context.Context, d clarion.Delivery, remedy chat.Text, why error) error {
	tell := clarion.Delivery{}
	if g := d.Group(); g != "" {
		channel, err := s.social(ctx, d.Campaign)
		if isGone(err, why) {
			s.cfg.Logger.Error("nobody could be told that a delivery failed", "delivery", d.ID, "error", err)
			channel, err = clarion.Channel{}, nil
		}
		if err != nil {
			return s.postpone(ctx, d, backoff(d.Attempt), reasonOf(remedy), fmt.Errorf("nobody could be told that it failed (%w): %w", err, why))
		}
		if !channel.IsZero() {
			tell = clarion.Delivery{
				ID: clarion.TroubleDeliveryID(g), Kind: clarion.TroubleDelivery, Subject: string(g), Campaign: d.Campaign,
				Channel: channel, Due: s.cfg.Now().Add(gather),
			}
		}
	}
	s.metrics.deliveries.WithLabelValues("failed").Inc()
	s.cfg.Logger.Error("a delivery failed", "delivery", d.ID, "store", string(d.Store), "channel", d.Channel.String(), "error", why)
	if err := s.cfg.Workspace.Fail(ctx, d, s.cfg.Now(), reasonOf(remedy), tell); err != nil {
		return err
	}
	return errRefused
}

// isGone says whether a refusal to let somebody be told is about that person. One that refuses the delivery just so is about
// the bot, as when its token was revoked: then it may do nothing until a person helps.
func isGone(telling, delivery error) bool {
	var person, channel *chat.RefusedError
	if !errors.As(telling, &person) {
		return false
	}
	return !errors.As(delivery, &channel) || reasonOf(person.Remedy) != reasonOf(channel.Remedy)
}

// reasonOf writes what can be done about a delivery without its channel's name, so that those of many channels
// that have the same reason can be listed together.
func reasonOf(remedy chat.Text) string {
	reason := ""
	for _, run := range remedy {
		switch {
		case run.Channel.IsZero():
			reason += run.Text
		case reason == "":
			reason = "The channel"
		default:
			reason += "the channel"
		}
	}
	return reason
}

// social returns the channel in which the social team is told about a campaign, or about all of them: their own,
// or else that with whoever made the campaign, or the newest one. It is zero when there is nobody to tell.
func (s *Scheduler) social(ctx context.Context, id clarion.CampaignID) (clarion.Channel, error) {
	if !s.cfg.Social.IsZero() {
		return s.cfg.Social, nil
	}
	var maker clarion.Identity
	if id != "" {
		c, err := s.cfg.Workspace.Campaign(ctx, id)
		if err != nil {
			return clarion.Channel{}, err
		}
		maker = c.CreatedBy
	} else {
		newest, err := s.cfg.Workspace.Campaigns(ctx, 1)
		if err != nil || len(newest) == 0 {
			return clarion.Channel{}, err
		}
		maker = newest[0].CreatedBy
	}
	return s.direct(ctx, maker)
}

// direct returns the channel in which the bot talks with a person alone; zero when the person's platform is not
// spoken here.
func (s *Scheduler) direct(ctx context.Context, who clarion.Identity) (clarion.Channel, error) {
	platform, user, _ := who.User()
	poster, ok := s.cfg.Posters[platform]
	if !ok {
		s.cfg.Logger.Warn("nobody can be told: nobody writes to the person's platform here", "person", string(who))
		return clarion.Channel{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return poster.Direct(ctx, chat.Person{Platform: platform, ID: user})
}
