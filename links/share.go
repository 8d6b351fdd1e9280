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
		w.noPart(rw, r, err, shareAway)
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
	composed := Compose(n, p.campaign, p.campaign.CaptionAt(n, p.page.Turn, index), URL(w.LinkURL, link.Code))

	if byPerson(r) {
		first := w.viaLinkDomain(ctx, r, link)
		w.markSharer(ctx, rw, r, p.page)
		if err := w.record(ctx, link); err != nil {
			w.metrics.lost.WithLabelValues(lostShares).Inc()
			w.trouble(ctx, "a share could not be recorded", err)
			w.notCounted(rw, r, n, composed)
			return
		}
		w.metrics.shares.WithLabelValues(string(n)).Inc()
		if first != "" {
			seeOther(rw, first)
			return
		}
	}
	if isWeb(composed.URL) {
		seeOther(rw, composed.URL)
		return
	}
	w.composePage(rw, r, p, n, composed)
}

// record awards the share. The link is stored again, which changes nothing unless the campaign got the
// network after the partner's page was made.
func (w *Web) record(ctx context.Context, link clarion.ShareLink) error {
	workspace := w.Storage.Workspace(link.Workspace)
	if _, _, err := workspace.Share(ctx, link.Campaign, link.Partner, []clarion.Network{link.Network}); err != nil {
		return err
	}
	_, err := workspace.Award(ctx, w.Rules().Share(link, w.Now(), w.Location))
	return err
}

// notCounted says that the share was not counted. The way on leads to the composer itself, or to the words.
func (w *Web) notCounted(rw http.ResponseWriter, r *http.Request, n clarion.Network, composed Composed) {
	away := shareAway
	away.Continue, away.Network, away.Words = composed.URL, nameOf(n), composed.Text
	w.notice(rw, r, http.StatusServiceUnavailable, away)
}

// composePage has the words ready for a network that no address opens: Instagram, e-mail (a browser that has
// no mail program shows nothing at a redirect to mailto:, so the page has a button) and copying.
func (w *Web) composePage(rw http.ResponseWriter, r *http.Request, p part, n clarion.Network, composed Composed) {
	image := ""
	if n == clarion.Instagram {
		image = p.campaign.Image
	}
	w.render(rw, r, http.StatusOK, "compose.html", image, struct {
		view
		Network  clarion.Network
		Campaign clarion.Campaign
		Image    string
		Composed Composed
		Mail     bool
		Counted  bool
		Link     string
		Page     string
	}{
		w.view(p.campaign.Title), n, p.campaign, image, composed, n == clarion.Email, byPerson(r),
		URL(w.LinkURL, p.links[n].Code), PageURL("", p.page.Token),
	})
}
