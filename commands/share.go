package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	clarion "github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/chat"
)

// ActionShare is the press on a post that opens a partner's personal form.
const ActionShare = "share"

const (
	actionShareStore   = "share.store"
	actionShareCaption = "share.caption"
	actionShareCopy    = "share.copy"
	actionShareRevoke  = "share.revoke"
	actionShareOpened  = "share.opened" // a network's button: the address it opens does the work
)

// shares gives each partner their own links.
type shares struct{ Config }

// open answers a press on Share it, whose value is the campaign.
func (s *shares) open(ctx context.Context, r Request) (Reply, error) {
	campaign := clarion.CampaignID(r.Value)
	if _, err := shareable(ctx, r, campaign); err != nil {
		return Reply{}, err // nobody is asked anything, or enrolled, for that
	}
	partner, err := partnerOf(ctx, r, s.NewID)
	if errors.Is(err, errNoStore) {
		return s.askStore(ctx, r, campaign)
	}
	if err != nil {
		return Reply{}, err
	}
	return s.personal(ctx, r, partner.ID, campaign)
}

// askStore opens the question which store is theirs.
func (s *shares) askStore(ctx context.Context, r Request, campaign clarion.CampaignID) (Reply, error) {
	stores, err := r.Workspace.Stores(ctx)
	if err != nil {
		return Reply{}, err
	}
	if len(stores) == 0 {
		return sentence(chat.Say("There are no stores yet, so points would have nowhere to go. Ask the social team to set them up."))
	}
	return Reply{Form: &chat.Form{
		Action: actionShareStore, State: string(campaign), Title: "Your store", Submit: "Continue", Close: "Cancel",
		Parts: []chat.Part{
			chat.Paragraphs(chat.Say("I don't know yet where you work. Your points will count for this store.")),
			chat.Input{Name: "store", Label: "Which store is yours?", Field: chat.SelectField{Options: storeOptions(stores, ""), Placeholder: "Choose your store"}},
		},
	}}, nil
}

// storeChosen enrols the partner in the chosen store and goes on to the personal form.
func (s *shares) storeChosen(ctx context.Context, r Request) (Reply, error) {
	store, err := r.Workspace.Store(ctx, clarion.StoreID(r.Form.Text("store")))
	if errors.Is(err, clarion.ErrNotFound) {
		return Reply{Wrong: map[string]string{"store": "This store is not there any more: choose another."}}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	partner, err := enrol(ctx, r, store.ID, s.NewID)
	if err != nil {
		return Reply{}, err
	}
	return s.personal(ctx, r, partner.ID, clarion.CampaignID(r.State))
}

// personal opens the form with the partner's links for the campaign.
func (s *shares) personal(ctx context.Context, r Request, p clarion.PartnerID, id clarion.CampaignID) (Reply, error) {
	c, err := shareable(ctx, r, id)
	if err != nil {
		return Reply{}, err
	}
	return s.stored(ctx, r, p, personal{campaign: c, caption: firstCaption})
}

// stored stores the partner's page and links, and draws the form with them.
func (s *shares) stored(ctx context.Context, r Request, id clarion.PartnerID, p personal) (Reply, error) {
	var err error
	if p.page, p.links, err = r.Workspace.Share(ctx, p.campaign.ID, id, p.campaign.Networks); err != nil {
		return Reply{}, err
	}
	return Reply{Form: s.form(p, r.At)}, nil
}

// revoked takes the partner's page back, which somebody else has got hold of, and draws the form with a new one.
// The links stay: what was posted leads on and counts.
func (s *shares) revoked(ctx context.Context, r Request) (Reply, error) {
	c, caption, partner, err := s.inForm(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	err = r.Workspace.RevokePage(ctx, c.ID, partner)
	if err != nil && !errors.Is(err, clarion.ErrNotFound) { // another press was first
		return Reply{}, err
	}
	return s.stored(ctx, r, partner, personal{campaign: c, caption: caption, renewed: true})
}

func shareable(ctx context.Context, r Request, id clarion.CampaignID) (clarion.Campaign, error) {
	c, err := r.Workspace.Campaign(ctx, id)
	if err != nil {
		return clarion.Campaign{}, err
	}
	return c, c.Shareable(r.At)
}

// captionChosen draws the form again with another caption under the networks' buttons. Its links are stored again: the
// campaign can have got another network since the form was drawn.
func (s *shares) captionChosen(ctx context.Context, r Request) (Reply, error) {
	c, caption, partner, err := s.inForm(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	return s.stored(ctx, r, partner, personal{campaign: c, caption: caption})
}

// copyLink records the share and shows the link to copy, over the form. It costs storage no more than the award: the link
// was stored when the form was drawn, and is derived.
func (s *shares) copyLink(ctx context.Context, r Request) (Reply, error) {
	c, _, partner, err := s.inForm(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	if !slices.Contains(c.Networks, clarion.Copy) {
		return Reply{}, fmt.Errorf("campaign %s has no bare link: %w", c.ID, clarion.ErrNotFound)
	}
	secret, err := r.Workspace.Secret(ctx)
	if err != nil {
		return Reply{}, err
	}
	link := clarion.NewShareLink(secret, r.Workspace.ID(), c.ID, partner, clarion.Copy)
	award := c.ShareAward(s.Rules, link, r.At, s.Location)
	outcomes, err := r.Workspace.Award(ctx, award)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Form: s.linkForm(link, award, outcomes[0]), Over: true}, nil
}

// inForm reads a press inside the personal form: the campaign, the chosen caption, and the partner, whom the
// process knows since it drew the form.
func (s *shares) inForm(ctx context.Context, r Request) (c clarion.Campaign, caption int, p clarion.PartnerID, err error) {
	id, caption, err := readShareState(r.Value)
	if err != nil {
		return c, 0, "", err
	}
	if c, err = shareable(ctx, r, id); err != nil {
		return c, 0, "", err
	}
	p, err = r.Workspace.PartnerIDOf(ctx, r.Person.Identity())
	return c, caption, p, err
}

// shareState packs what a press in the personal form has to say: the campaign and the chosen caption.
func shareState(c clarion.CampaignID, caption int) string {
	return string(c) + "/" + strconv.Itoa(caption)
}

func readShareState(s string) (clarion.CampaignID, int, error) {
	campaign, index, ok := strings.Cut(s, "/")
	caption, err := strconv.Atoi(index)
	if !ok || err != nil || caption < firstCaption {
		return "", 0, fmt.Errorf("share state %q: %w", s, clarion.ErrNotFound)
	}
	return clarion.CampaignID(campaign), caption, nil
}
