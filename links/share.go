package links

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/clarion-bot/clarion"
)

// share records that a partner shares on a network, once, and opens the network's composer with the caption
// and the partner's link. Where that is not possible, a page has the words ready to copy.
func (w *Web) share(rw http.ResponseWriter, r *http.Request) {
	if isPrefetch(r) {
		// A refused prefetch is asked again when the partner presses; an answered one would not be, and the
		// share would never be seen. Browsers hold to this by a web platform test, in which a 503 to a prefetch is
		// not used (speculation-rules/prefetch/no-http-cache-interference.https.html).
		rw.Header().Set("Cache-Control", "no-store")
		rw.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), shareBound)
	defer cancel()
	p, err := w.part(ctx, r.PathValue("token"))
	if err != nil {
		w.noPart(rw, r, p, err, shareAway)
		return
	}
	n, err := clarion.ParseNetwork(strings.ToLower(r.PathValue("network")))
	link, has := p.links[n]
	if err != nil || !has {
		w.notice(rw, r, http.StatusNotFound, noNetwork)
		return
	}
	index, err := strconv.Atoi(r.FormValue(captionParameter))
	if err != nil {
		index = -1
	}
	caption := p.campaign.CaptionAt(n, p.page.Turn, index)
	composed := Compose(n, p.campaign, caption, URL(w.LinkURL, link.Code))

	if byPerson(r) {
		first := w.viaLinkDomain(ctx, r, link)
		w.markSharer(ctx, rw, r, p.page)
		if err := w.recorded(ctx, p, link); err != nil {
			w.notCounted(rw, r, n, composed)
			return
		}
		if first != "" {
			seeOther(rw, first)
			return
		}
	}
	if isWeb(composed.URL) {
		seeOther(rw, composed.URL)
		return
	}
	w.composePage(ctx, rw, r, p, n, caption)
}

// record awards the share, as of the time at which it was found that the campaign can be shared. The link is stored
// again, which changes nothing unless the campaign got the network after the partner's page was made.
func (w *Web) record(ctx context.Context, p part, link clarion.ShareLink) error {
	workspace := w.Storage.Workspace(link.Workspace)
	if _, _, err := workspace.Share(ctx, link.Campaign, link.Partner, []clarion.Network{link.Network}); err != nil {
		return err
	}
	_, err := workspace.Award(ctx, p.campaign.ShareAward(w.Rules(), link, p.at, w.Location))
	return err
}

// notCounted says that the share was not counted. The way on leads to the composer itself, or to the words.
func (w *Web) notCounted(rw http.ResponseWriter, r *http.Request, n clarion.Network, composed Composed) {
	away := shareAway
	away.Continue, away.Network, away.Words = composed.URL, nameOf(n), composed.Text
	w.notice(rw, r, http.StatusServiceUnavailable, away)
}

// shared records a share that the phone's own share sheet took, at the request of the page's script, and answers
// 204, or that it was not counted. A links' domain of its own does not get the browser's mark by it; the visitor
// of the day is known to be the partner all the same.
func (w *Web) shared(rw http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), shareBound)
	defer cancel()
	p, err := w.part(ctx, r.PathValue("token"))
	if err != nil {
		w.noPart(rw, r, p, err, shareAway)
		return
	}
	n, err := clarion.ParseNetwork(r.PathValue("network"))
	link, has := p.links[n]
	if err != nil || !has {
		w.notice(rw, r, http.StatusNotFound, noNetwork)
		return
	}
	if !byPerson(r) {
		rw.WriteHeader(http.StatusForbidden)
		return
	}
	w.markSharer(ctx, rw, r, p.page)
	if err := w.recorded(ctx, p, link); err != nil {
		w.notice(rw, r, http.StatusServiceUnavailable, shareAway)
		return
	}
	rw.Header().Set("Cache-Control", "no-store")
	rw.WriteHeader(http.StatusNoContent)
}

// recorded records a share, or tells operators that it is lost.
func (w *Web) recorded(ctx context.Context, p part, link clarion.ShareLink) error {
	if err := w.record(ctx, p, link); err != nil {
		w.metrics.lost.WithLabelValues(lostShares).Inc()
		w.trouble(ctx, "a share could not be recorded", err)
		return err
	}
	w.metrics.shares.WithLabelValues(string(link.Network)).Inc()
	return nil
}

// A composePage is what a compose page shows.
type composePage struct {
	view
	Network  clarion.Network
	Pieces   []clarion.Piece
	Picture  *shownPicture // nil where the network does not want one, or there is none
	Sheet    *sheet        // nil where the network is no app
	Composed Composed
	Mail     bool
	Counted  bool
	Link     string
	Page     string
}

// composePage has the words ready for a network that no address opens: Instagram, e-mail (a browser that has
// no mail program shows nothing at a redirect to mailto:, so the page has a button) and copying.
func (w *Web) composePage(ctx context.Context, rw http.ResponseWriter, r *http.Request, p part, n clarion.Network, caption string) {
	link := URL(w.LinkURL, p.links[n].Code)
	page := composePage{
		view: w.view(p.campaign.Title), Network: n, Composed: Compose(n, p.campaign, caption, link), Mail: n == clarion.Email,
		Counted: byPerson(r), Link: link, Page: PageURL("", p.page.Token),
	}
	page.Pieces = p.campaign.Pieces(page.Composed.Text)
	if n == clarion.Instagram {
		page.Picture = w.shownPicture(ctx, p)
	}
	if !page.Mail {
		page.Sheet = &sheet{Title: p.campaign.Title, Words: p.campaign.Words(n, caption), Link: link, Text: page.Composed.Text}
	}
	w.render(rw, r, http.StatusOK, "compose.html", fromUs, page)
}
