package links

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/links/agents"
)

// A partner's part of a campaign: the page, and what it leads to.
type part struct {
	page     clarion.SharePage
	campaign clarion.Campaign
	links    map[clarion.Network]clarion.ShareLink // one for each of the campaign's networks
}

// part returns what the token opens: [clarion.ErrNotFound] when there is no such token, [clarion.ErrEnded]
// when its campaign is over.
func (w *Web) part(ctx context.Context, token string) (part, error) {
	parsed, err := clarion.ParseToken(token)
	if err != nil {
		return part{}, err
	}
	page, err := w.Storage.SharePage(ctx, parsed)
	if err != nil {
		return part{}, err
	}
	workspace := w.Storage.Workspace(page.Workspace)
	campaign, err := workspace.Campaign(ctx, page.Campaign)
	if err != nil {
		return part{}, err
	}
	if err := campaign.Shareable(w.Now()); err != nil {
		return part{}, err
	}
	secret, err := workspace.Secret(ctx)
	if err != nil {
		return part{}, err
	}
	p := part{page: page, campaign: campaign, links: make(map[clarion.Network]clarion.ShareLink)}
	for _, n := range campaign.Networks {
		p.links[n] = clarion.NewShareLink(secret, page.Workspace, page.Campaign, page.Partner, n)
	}
	return p, nil
}

// plain returns the link that is pasted anywhere: that for copying, or the campaign's first.
func (p part) plain() (clarion.ShareLink, clarion.Network) {
	n := p.campaign.PlainNetwork()
	return p.links[n], n
}

// noPart tells a partner why there is no page.
func (w *Web) noPart(rw http.ResponseWriter, r *http.Request, err error, away notice) {
	switch {
	case errors.Is(err, clarion.ErrNotFound):
		w.notice(rw, r, http.StatusNotFound, noPage)
	case errors.Is(err, clarion.ErrEnded):
		w.notice(rw, r, http.StatusGone, campaignOver)
	default:
		w.trouble(r.Context(), "a share page could not be read", err)
		w.notice(rw, r, http.StatusServiceUnavailable, away)
	}
}

// A card is one caption with its buttons.
type card struct {
	Heading string
	Text    string
	Open    bool
	Buttons []button
	Paste   string // the networks of these buttons whose composers do not take words, in a sentence
}

type button struct {
	Network clarion.Network
	Label   string
	Address string
	Copy    string // what a press copies first, for a composer that takes the link and no words
}

// A sharePage is what the share page shows.
type sharePage struct {
	view
	Campaign clarion.Campaign
	Cards    []card
	Link     string
	Figures  *figures // nil when they are not known now
	Rules    clarion.Rules
}

// figures are the partner's own for this campaign, over all networks.
type figures struct{ People, Visits int }

// sharePage shows a partner's own page, and marks the browser as the partner's.
func (w *Web) sharePage(rw http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), shareBound)
	defer cancel()
	p, err := w.part(ctx, r.PathValue("token"))
	if err != nil {
		w.noPart(rw, r, err, notice{Title: "Your page cannot be shown right now", Again: true, Text: []string{"Please try again in a minute. Nothing is lost."}})
		return
	}
	if len(p.campaign.Networks) == 0 {
		w.notice(rw, r, http.StatusNotFound, noNetwork)
		return
	}
	if byPerson(r) {
		w.markSharer(ctx, rw, r, p.page)
	}
	workspace := w.Storage.Workspace(p.page.Workspace)
	// Networks that the campaign got after the page was made have no stored link yet.
	if _, _, err := workspace.Share(ctx, p.page.Campaign, p.page.Partner, p.campaign.Networks); err != nil {
		w.trouble(ctx, "the links of a share page could not be stored", err)
	}
	plain, _ := p.plain()
	w.render(rw, r, http.StatusOK, "share.html", p.campaign.Image, sharePage{
		view: w.view(p.campaign.Title), Campaign: p.campaign, Cards: w.cards(p),
		Link: URL(w.LinkURL, plain.Code), Figures: w.figures(ctx, p), Rules: w.Rules(),
	})
}

// byPerson says whether a person asked, as far as the request tells. A partner's browser without an agent is
// a person here: who has the token needs no disguise.
func byPerson(r *http.Request) bool {
	if r.Method != http.MethodGet || isPrefetch(r) {
		return false
	}
	verdict, _ := agents.Judge(r.UserAgent())
	return verdict != agents.Crawler
}

func (w *Web) figures(ctx context.Context, p part) *figures {
	tally, err := w.Storage.Workspace(p.page.Workspace).Tally(ctx, p.page.Campaign, p.page.Partner)
	if err != nil {
		w.trouble(ctx, "a partner's figures could not be read", err)
		return nil
	}
	sum := tally.Sum()
	return &figures{People: sum.People(), Visits: sum.Raw()}
}

// cards returns one card for each caption: those for all networks first, each with all networks' buttons,
// then each network's own. The first is open, and so is a network's only one.
func (w *Web) cards(p part) []card {
	plain, plainNetwork := p.plain()
	var cards []card
	for _, i := range p.campaign.CaptionOrder(plainNetwork, p.page.Turn) {
		caption := p.campaign.Captions[i]
		if caption.Network != "" {
			continue
		}
		card := card{Heading: "Your words", Text: p.campaign.Fill(plainNetwork, caption.Text, URL(w.LinkURL, plain.Code)), Open: len(cards) == 0}
		if len(cards) > 0 {
			card.Heading = "Other words: " + opening(caption.Text)
		}
		for _, n := range p.campaign.Networks {
			card.Buttons = append(card.Buttons, w.button(p, n, i))
		}
		card.Paste = toPaste(card.Buttons)
		cards = append(cards, card)
	}
	onlyOwn := len(cards) == 0
	for _, n := range p.campaign.Networks {
		for _, i := range p.campaign.CaptionOrder(n, p.page.Turn) {
			caption := p.campaign.Captions[i]
			if caption.Network != n {
				continue
			}
			buttons := []button{w.button(p, n, i)}
			cards = append(cards, card{
				Heading: "For " + nameOf(n) + ": " + opening(caption.Text), Text: p.campaign.Fill(n, caption.Text, URL(w.LinkURL, p.links[n].Code)),
				Open: onlyOwn, Buttons: buttons, Paste: toPaste(buttons),
			})
		}
	}
	return cards
}

func (w *Web) button(p part, n clarion.Network, index int) button {
	b := button{Network: n, Label: n.Label(), Address: CaptionURL("", p.page.Token, n, index)}
	if rules := composers[n]; rules.address != nil && !n.TakesWords() {
		b.Copy = p.campaign.Words(n, p.campaign.CaptionAt(n, p.page.Turn, index))
	}
	return b
}

// toPaste names the networks on which the words have to be pasted.
func toPaste(buttons []button) string {
	var names []string
	for _, b := range buttons {
		if b.Copy != "" {
			names = append(names, b.Label)
		}
	}
	return strings.Join(names, " and ")
}

// nameOf returns a network's name within a sentence.
func nameOf(n clarion.Network) string {
	switch n {
	case clarion.Copy:
		return "pasting anywhere"
	case clarion.Email:
		return "e-mail"
	}
	return n.Label()
}

// opening returns a caption's first words, to tell it from others.
func opening(caption string) string { return clarion.Cut(caption, 36) }
