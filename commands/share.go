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
	actionShareOpened  = "share.opened" // a network's button: the address it opens does the work
)

// shares gives each partner their own links.
type shares struct{ Config }

// open answers a press on Share it, whose value is the campaign.
func (s *shares) open(ctx context.Context, r Request) (Reply, error) {
	campaign := clarion.CampaignID(r.Value)
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

// personal stores the partner's links for the campaign and opens the form with them.
func (s *shares) personal(ctx context.Context, r Request, p clarion.PartnerID, id clarion.CampaignID) (Reply, error) {
	c, err := shareable(ctx, r, id)
	if err != nil {
		return Reply{}, err
	}
	page, links, err := r.Workspace.Share(ctx, c.ID, p, c.Networks)
	if err != nil {
		return Reply{}, err
	}
	caption := clarion.FirstCaption(p, c.ID, len(c.CaptionsFor(clarion.Copy)))
	return Reply{Form: s.form(c, page, links, caption, nil)}, nil
}

func shareable(ctx context.Context, r Request, id clarion.CampaignID) (clarion.Campaign, error) {
	c, err := r.Workspace.Campaign(ctx, id)
	if err != nil {
		return clarion.Campaign{}, err
	}
	return c, c.Shareable(r.At)
}

// captionChosen draws the form again with another caption under the networks' buttons.
func (s *shares) captionChosen(ctx context.Context, r Request) (Reply, error) {
	c, p, secret, caption, err := s.again(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	page, links := derived(secret, r.Workspace.ID(), c, p)
	return Reply{Form: s.form(c, page, links, caption, nil)}, nil
}

// copyLink records the share and shows the link to copy.
func (s *shares) copyLink(ctx context.Context, r Request) (Reply, error) {
	c, p, secret, caption, err := s.again(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	link := clarion.NewShareLink(secret, r.Workspace.ID(), c.ID, p, clarion.Copy)
	outcomes, err := r.Workspace.Award(ctx, s.Rules.Share(link, r.At, s.Location))
	if err != nil {
		return Reply{}, err
	}
	page, links := derived(secret, r.Workspace.ID(), c, p)
	return Reply{Form: s.form(c, page, links, caption, outcomes)}, nil
}

// again reads a press inside the personal form, which was drawn for this partner: what it needs is in the
// process, so that the press costs storage no more than its award.
func (s *shares) again(ctx context.Context, r Request) (c clarion.Campaign, p clarion.PartnerID, secret []byte, caption int, err error) {
	id, caption, err := readShareState(r.Value)
	if err != nil {
		return c, p, nil, 0, err
	}
	if c, err = shareable(ctx, r, id); err != nil {
		return c, p, nil, 0, err
	}
	if p, err = r.Workspace.PartnerIDOf(ctx, r.Person.Identity()); err != nil {
		return c, p, nil, 0, err
	}
	secret, err = r.Workspace.Secret(ctx)
	return c, p, secret, caption, err
}

// derived makes the partner's links anew. They are stored since the form was first opened.
func derived(secret []byte, w clarion.WorkspaceID, c clarion.Campaign, p clarion.PartnerID) (clarion.SharePage, []clarion.ShareLink) {
	links := make([]clarion.ShareLink, 0, len(c.Networks))
	for _, n := range c.Networks {
		links = append(links, clarion.NewShareLink(secret, w, c.ID, p, n))
	}
	return clarion.NewSharePage(secret, w, c.ID, p), links
}

// form is a partner's personal form for a campaign. The caption is an index into those of the bare link; a
// network with captions of its own takes along the first of those instead.
func (s *shares) form(c clarion.Campaign, page clarion.SharePage, links []clarion.ShareLink, caption int, copied []clarion.Outcome) *chat.Form {
	own := map[clarion.Network]string{}
	for _, l := range links {
		own[l.Network] = s.Addresses.Link(l.Code)
	}
	shown := c.CaptionsFor(clarion.Copy)
	general := generalNetwork(c.Networks)
	var parts []chat.Part
	if copied != nil {
		parts = append(parts, chat.Paragraphs(chat.Strong("Your link, to paste anywhere").Say(copiedNote(copied, s.Rules))),
			chat.Copyable(own[clarion.Copy]), chat.Line{})
	}
	parts = append(parts, chat.Paragraphs(chat.Strong(c.Title).Line().
		Say("Choose your words, then where to share. The links below are yours alone: each visit by somebody else counts for you and your store.")))
	if len(shown) > 0 {
		caption = caption % len(shown)
		if len(shown) > 1 {
			parts = append(parts, chat.Controls{captionChoice(c, shown, caption)})
		}
		parts = append(parts, chat.Note(chat.Say("Copy these words, or let a button below take them along:")),
			chat.Copyable(c.Filled(shown[caption], own[general])))
	}
	var buttons chat.Controls
	for _, n := range c.Networks {
		if n == clarion.Copy {
			buttons = append(buttons, chat.Button{Label: n.Label(), Action: actionShareCopy, Value: shareState(c.ID, caption)})
			continue
		}
		buttons = append(buttons, chat.Button{Label: n.Label(), Action: actionShareOpened, Value: string(n),
			Address: s.Addresses.Network(page.Token, n, captionIndex(c, n, shown, caption))})
	}
	parts = append(parts, buttons)
	for _, specific := range ownCaptions(c) {
		parts = append(parts, chat.Note(chat.Sayf("For %s:", specific.Network.Label())),
			chat.Copyable(c.Filled(specific.Text, own[specific.Network])))
	}
	parts = append(parts, chat.Note(s.honesty(page)))
	return &chat.Form{Title: "Share it", State: string(c.ID), Close: "Done", Parts: parts}
}

// honesty says what is counted, and what is public.
func (s *shares) honesty(page clarion.SharePage) chat.Text {
	share, click := s.Rules.For[clarion.ShareReason], s.Rules.For[clarion.ClickReason]
	text := chat.Sayf("%s for the first share to each network; %s for each new visitor by your links", chat.Count(share.Points, "point"), chat.Count(click.Points, "point"))
	if click.Cap > 0 {
		text = text.Sayf(", up to %s a campaign", chat.Number(click.Cap*click.Points))
	}
	return text.Say(". Your own visits don't count. Your colleagues see your points on the leaderboard; nobody sees who visited. ").
		Link(s.Addresses.Page(page.Token), "On your phone")
}

func copiedNote(copied []clarion.Outcome, rules clarion.Rules) string {
	if len(copied) > 0 && copied[0] == clarion.Awarded {
		return fmt.Sprintf(" — %s for you.", chat.Count(rules.For[clarion.ShareReason].Points, "point"))
	}
	return " — you have had the points for this one already."
}

func captionChoice(c clarion.Campaign, captions []string, chosen int) chat.Choice {
	choice := chat.Choice{Label: "Choose a caption", Action: actionShareCaption, Chosen: shareState(c.ID, chosen)}
	for i, caption := range captions {
		choice.Options = append(choice.Options, chat.Option{
			Value: shareState(c.ID, i), Label: fmt.Sprintf("%d. %s", i+1, shortened(caption, 60)),
		})
	}
	return choice
}

// shortened cuts a text at a word so that it has at most n code points, and makes it one line.
func shortened(s string, n int) string {
	words := strings.Fields(s)
	short := ""
	for _, word := range words {
		if len([]rune(short))+1+len([]rune(word)) > n-1 {
			if short == "" {
				short = string([]rune(word)[:n-1])
			}
			return strings.TrimSpace(short) + "…"
		}
		short = strings.TrimSpace(short + " " + word)
	}
	return short
}

// ownCaptions returns the captions that are for one of the campaign's networks alone.
func ownCaptions(c clarion.Campaign) []clarion.Caption {
	var own []clarion.Caption
	for _, caption := range c.Captions {
		if caption.Network != clarion.Copy && slices.Contains(c.Networks, caption.Network) {
			own = append(own, caption)
		}
	}
	return own
}

// generalNetwork returns the network whose link stands in captions for all: the bare link where the campaign
// has it, else the first network.
func generalNetwork(networks []clarion.Network) clarion.Network {
	if slices.Contains(networks, clarion.Copy) {
		return clarion.Copy
	}
	return networks[0]
}

// captionIndex returns which of a network's captions its button takes along.
func captionIndex(c clarion.Campaign, n clarion.Network, shown []string, chosen int) int {
	its := c.CaptionsFor(n)
	hasOwn := slices.ContainsFunc(c.Captions, func(caption clarion.Caption) bool { return caption.Network == n })
	if hasOwn || len(shown) == 0 {
		return 0
	}
	return max(0, slices.Index(its, shown[chosen]))
}

// shareState packs what a press in the personal form has to say: the campaign and the chosen caption.
func shareState(c clarion.CampaignID, caption int) string {
	return string(c) + "/" + strconv.Itoa(caption)
}

func readShareState(s string) (clarion.CampaignID, int, error) {
	campaign, index, ok := strings.Cut(s, "/")
	caption, err := strconv.Atoi(index)
	if !ok || err != nil || caption < 0 {
		return "", 0, fmt.Errorf("share state %q: %w", s, clarion.ErrNotFound)
	}
	return clarion.CampaignID(campaign), caption, nil
}
