package links

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/links/agents"
)

// A partner's part of a campaign: the page, and what it leads to.
type part struct {
	page     clarion.SharePage
	campaign clarion.Campaign
	at       time.Time                             // of the request, when the campaign could be shared
	links    map[clarion.Network]clarion.ShareLink // one for each of the campaign's networks
}

// part returns what the token opens: [clarion.ErrNotFound] when there is no such token, or it was taken back, and
// what [clarion.Campaign.Shareable] says when its campaign cannot be shared: then the campaign is returned too.
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
	p := part{page: page, campaign: campaign, at: w.Now()}
	if err := campaign.Shareable(p.at); err != nil {
		return p, err
	}
	secret, err := workspace.Secret(ctx)
	if err != nil {
		return part{}, err
	}
	p.links = make(map[clarion.Network]clarion.ShareLink)
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

// noPart tells a partner why there is no page. Nothing of a campaign is in it.
func (w *Web) noPart(rw http.ResponseWriter, r *http.Request, p part, err error, away notice) {
	switch {
	case errors.Is(err, clarion.ErrNotFound):
		w.notice(rw, r, http.StatusNotFound, noPage)
	case errors.Is(err, clarion.ErrNotOpen), errors.Is(err, clarion.ErrRecalled), errors.Is(err, clarion.ErrEnded):
		status, why := w.shutPage(p.campaign, err)
		w.notice(rw, r, status, why)
	default:
		w.trouble(r.Context(), "a share page could not be read", err)
		w.notice(rw, r, http.StatusServiceUnavailable, away)
	}
}

// A sharePage is what the share page shows.
type sharePage struct {
	view
	Campaign clarion.Campaign
	Picture  *shownPicture // nil when there is none
	Always   string        // what every caption has: see [clarion.Campaign.Fixed]
	Cards    []card
	Link     string
	// CopyAddress records a share by the bare link and offers it to copy; empty when the campaign does not have it.
	CopyAddress string
	Figures     *figures // nil when they are not known now
	Worth       worth
}

// worth says in words what is counted.
type worth struct {
	Share, Click string // "5 points"
	Times, Until string // "twice" and the time, inside of a launch window in which shares give more; else empty
	Cap          string // the most points for clicks; empty: no end
	Sheet        string // as which network the phone's share sheet counts
}

func (w *Web) worth(p part) worth {
	rules := w.Rules()
	share, click := p.campaign.ShareWorth(rules, p.at), rules.For[clarion.ClickReason]
	_, sheet := p.plain()
	said := worth{Share: count(share.Points, "point"), Click: count(click.Points, "point"), Sheet: sheet.Label()}
	if share.IsMore() {
		said.Times, said.Until = share.Times(), moment(share.Until, w.Location)
	}
	if click.Cap > 0 {
		said.Cap = count(click.Cap*click.Points, "point")
	}
	return said
}

// sharePage shows a partner's own page, and marks the browser as the partner's.
func (w *Web) sharePage(rw http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), shareBound)
	defer cancel()
	p, err := w.part(ctx, r.PathValue("token"))
	if err != nil {
		w.noPart(rw, r, p, err, pageAway)
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
	plain, network := p.plain()
	copyAddress := ""
	if network == clarion.Copy {
		copyAddress = NetworkURL("", p.page.Token, network)
	}
	w.render(rw, r, http.StatusOK, "share.html", fromUs, sharePage{
		view: w.view(p.campaign.Title), Campaign: p.campaign, Picture: w.shownPicture(ctx, p), Always: p.campaign.Fixed(), Cards: w.cards(p),
		Link: URL(w.LinkURL, plain.Code), CopyAddress: copyAddress, Figures: w.figures(ctx, p), Worth: w.worth(p),
	})
}

// byPerson says whether a person asked, as far as the request tells. A partner's browser without an agent is
// a person here: who has the token needs no disguise.
func byPerson(r *http.Request) bool {
	if r.Method == http.MethodHead || isPrefetch(r) {
		return false
	}
	verdict, _ := agents.Judge(r.UserAgent())
	return verdict != agents.Crawler && verdict != agents.Preview
}
