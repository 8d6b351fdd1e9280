package scheduler

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
	"github.com/clarion-bot/clarion/storage"
)

// tellOfApprovals sees to it that a second person is asked about each campaign that needs a yes, once for each
// revision, and that the maker is told what came of it.
func (s *Scheduler) tellOfApprovals(ctx context.Context, now time.Time) error {
	untold, err := s.cfg.Workspace.Untold(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, u := range untold {
		if err := s.tellOfApproval(ctx, u, now); err != nil {
			errs = append(errs, fmt.Errorf("tell of the approval of campaign %s: %w", u.Campaign, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Scheduler) tellOfApproval(ctx context.Context, u storage.Untold, now time.Time) error {
	c, err := s.cfg.Workspace.FreshCampaign(ctx, u.Campaign)
	if err != nil && !errors.Is(err, clarion.ErrNotFound) {
		return err
	}
	if err != nil || c.Approval == nil || !c.Cancelled.IsZero() {
		return s.cfg.Workspace.Told(ctx, u) // nobody has to decide, or to know, any more
	}
	decision := clarion.Delivery{
		ID: clarion.DecisionDeliveryID(c.ID, u.Revision), Kind: clarion.DecisionDelivery,
		Campaign: c.ID, Subject: strconv.Itoa(u.Revision), Due: now,
	}
	if c.Approval.State != clarion.Asked {
		return s.tellMaker(ctx, u, c, decision)
	}
	if !c.NeedsYes(now) {
		return s.cfg.Workspace.Told(ctx, u)
	}
	question := decision
	question.ID, question.Kind = clarion.ApprovalDeliveryID(c.ID, u.Revision), clarion.ApprovalDelivery
	err = s.tellPerson(ctx, u, c.Approval.By, question)
	var refused *chat.RefusedError
	if !errors.As(err, &refused) && !errors.Is(err, errNobody) {
		return err
	}
	// The platform does not let the bot ask; so the maker has to choose somebody else. When the bot may write to
	// nobody, this fails as well, and the question is asked once it may.
	s.cfg.Logger.Warn("nobody could be asked about a campaign", "campaign", string(c.ID), "person", string(c.Approval.By), "error", err)
	return s.tellMaker(ctx, u, c, decision)
}

// tellMaker tells who made a campaign. Nobody else has to know; /drop list shows it.
func (s *Scheduler) tellMaker(ctx context.Context, u storage.Untold, c clarion.Campaign, decision clarion.Delivery) error {
	err := s.tellPerson(ctx, u, c.CreatedBy, decision)
	if errors.Is(err, errNobody) {
		return s.cfg.Workspace.Told(ctx, u)
	}
	return err
}

// errNobody says that the person's platform is not spoken here.
var errNobody = errors.New("nobody writes to the person's platform here")

// tellPerson adds a delivery to the channel in which the bot talks with a person alone.
func (s *Scheduler) tellPerson(ctx context.Context, u storage.Untold, who clarion.Identity, d clarion.Delivery) error {
	channel, err := s.direct(ctx, who)
	if err != nil {
		return err
	}
	if channel.IsZero() {
		return errNobody
	}
	d.Channel = channel
	return s.cfg.Workspace.Told(ctx, u, d)
}

// approvalWanted returns an error when the question about a campaign, or the message of what became of it, is out
// of date.
func (s *Scheduler) approvalWanted(ctx context.Context, d clarion.Delivery, now time.Time) error {
	c, err := s.cfg.Workspace.FreshCampaign(ctx, d.Campaign)
	if err != nil {
		return err
	}
	decided := c.Cancelled.IsZero() && c.Approval != nil && c.Approval.State != clarion.Asked
	if isOpen(c, d, now) || (decided && d.Kind == clarion.DecisionDelivery) {
		return nil
	}
	return errUnwanted
}

// isOpen says whether the question that a delivery asks about a campaign is still to be decided.
func isOpen(c clarion.Campaign, d clarion.Delivery, now time.Time) bool {
	return c.NeedsYes(now) && d.Subject == strconv.Itoa(c.Revision)
}
