package links

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/clarion-bot/clarion"
)

// redirect sends a customer on to the content and counts the visit. Before the campaign opens, and while it is taken
// back, nobody gets there: see turnAway. A link that this process knows is answered within countBound whatever Redis
// does; a visit that could not be counted by then is counted when Redis is back.
func (w *Web) redirect(rw http.ResponseWriter, r *http.Request) {
	start := time.Now()
	// A customer who leaves early has come all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), countBound)
	defer cancel()

	v, err := w.find(ctx, r)
	if err != nil {
		w.noRedirect(rw, r, err)
		return
	}
	kind := turnedAway(v.stage)
	if kind == "" {
		if w.markLinkDomain(ctx, rw, v) {
			return
		}
		kind, err = w.judge(ctx, v)
	}
	var click clarion.ClickID
	if err == nil {
		if kind == "" {
			click = clarion.NewClickID(v.link.Code, w.NewToken())
		}
		kind, err = w.count(ctx, v, kind)
	}
	w.metrics.counted(kind, err)
	if err != nil && !errors.Is(err, clarion.ErrKept) {
		w.trouble(ctx, "a visit could not be counted", err)
	}
	switch v.stage {
	case clarion.Window, clarion.Running:
		sendOn(rw, v.campaign.Destination(v.link, click))
	case clarion.Ended:
		sendOn(rw, v.campaign.Afterwards(v.link))
	default:
		w.turnAway(rw, v)
	}
	w.metrics.duration.Observe(time.Since(start).Seconds())
}

// find returns the visit of the link that the address names.
func (w *Web) find(ctx context.Context, r *http.Request) (visit, error) {
	code, err := clarion.ParseCode(r.PathValue("code"))
	if err != nil {
		return visit{}, err
	}
	link, err := w.Storage.Link(ctx, code)
	if err != nil {
		return visit{}, err
	}
	campaign, err := w.Storage.Workspace(link.Workspace).Campaign(ctx, link.Campaign) // the last known one when Redis is away
	if err != nil {
		return visit{}, err
	}
	if !isWeb(campaign.Target) {
		return visit{}, clarion.ErrNotFound // nothing that a form lets through
	}
	if !isWeb(campaign.After) {
		campaign.After = ""
	}
	at := w.Now()
	return visit{request: r, link: link, campaign: campaign, stage: campaign.Stage(at), address: w.proxies.address(r), at: at}, nil
}

func isWeb(target string) bool {
	scheme, rest, ok := strings.Cut(target, "://")
	return ok && rest != "" && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}

// Values of headers that are the same at every redirect. A handler must not change them.
var (
	noStore        = []string{"no-store"}
	referrerPolicy = []string{"strict-origin-when-cross-origin"}
	noIndex        = []string{"noindex"}
	noBody         = []string{"0"}
)

// sendOn answers with the target exactly as it is; http.Redirect would escape it anew.
//
// The answer is never cached, so that every visit is seen. Its referrer policy says what the content's site
// learns of where the customer was: the network's host, as it would without this hop, and never the page.
// The personal code is no part of that, because a redirect keeps the referrer of the page before it.
func sendOn(rw http.ResponseWriter, target string) {
	h := rw.Header()
	h["Location"] = []string{target}
	h["Cache-Control"] = noStore
	h["Referrer-Policy"] = referrerPolicy
	h["X-Robots-Tag"] = noIndex
	h["Content-Length"] = noBody
	rw.WriteHeader(http.StatusFound)
}

// noRedirect tells a customer that the link leads nowhere, or that nobody can say now where.
func (w *Web) noRedirect(rw http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, clarion.ErrNotFound) {
		w.metrics.byOutcome[unknownLink].Inc()
		w.notice(rw, r, http.StatusNotFound, noLink)
		return
	}
	w.metrics.byOutcome[unavailable].Inc()
	w.trouble(r.Context(), "a link could not be looked up", err)
	w.notice(rw, r, http.StatusServiceUnavailable, linkAway)
}
