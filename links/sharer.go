package links

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/clarion-bot/clarion"
)

// A partner who opens a share page marks the browser as the partner's, so that own visits never score: by a
// cookie, which partners get and customers never do, and by remembering the visitor's name for the day, for a
// network's in-app browser keeps no cookies of the phone's own one but often sends its agent.
//
// The cookie is a list of marks. A mark is an HMAC of the partner under the workspace's secret: nobody can
// make one for another partner, it opens nothing, and all it can do for a thief is to make the thief's own
// visits not count. A store's tablet belongs to several partners, so there are several marks. Its path is
// that of the whole site, because the share page has to read what it adds to.
const (
	sharerCookie = "clarion_sharer"
	sharerLife   = 180 * 24 * time.Hour
	markBytes    = 12
	maxMarks     = 12 // the newest ones; 204 bytes
)

// mark returns what a browser carries that belongs to the partner.
func (w *Web) mark(ctx context.Context, workspace clarion.WorkspaceID, p clarion.PartnerID) (string, error) {
	secret, err := w.Storage.Workspace(workspace).Secret(ctx)
	if err != nil {
		return "", fmt.Errorf("make a sharer's mark: %w", err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("sharer\x00" + string(workspace) + "\x00" + string(p)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:markBytes]), nil
}

// markSharer marks the browser, and remembers the visitor, as the partner's. Where that does not work, the
// partner's own visits may score until the next press.
func (w *Web) markSharer(ctx context.Context, rw http.ResponseWriter, r *http.Request, page clarion.SharePage) {
	if mark, err := w.mark(ctx, page.Workspace, page.Partner); err == nil {
		w.setMarks(rw, r, mark)
	}
	day := w.days.of(w.Now())
	visitor, err := w.visitors.name(ctx, page.Workspace, day, w.proxies.address(r), r.UserAgent())
	if err == nil {
		err = w.Storage.Workspace(page.Workspace).MarkOwn(ctx, page.Partner, day, visitor)
	}
	if err != nil {
		w.trouble(ctx, "a partner's browser could not be remembered", err)
	}
}

// marksOf returns the well-formed marks that the browser carries.
func marksOf(r *http.Request) []string {
	c, err := r.Cookie(sharerCookie)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(strings.Split(c.Value, "."), func(m string) bool {
		raw, err := base64.RawURLEncoding.DecodeString(m)
		return err != nil || len(raw) != markBytes
	})
}

// carriesMark says whether the browser belongs to the partner.
func (w *Web) carriesMark(ctx context.Context, r *http.Request, link clarion.ShareLink) (bool, error) {
	marks := marksOf(r)
	if len(marks) == 0 {
		return false, nil
	}
	own, err := w.mark(ctx, link.Workspace, link.Partner)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(marks, func(m string) bool { return hmac.Equal([]byte(m), []byte(own)) }), nil
}

// setMarks gives the browser the partner's mark beside those that it has.
func (w *Web) setMarks(rw http.ResponseWriter, r *http.Request, mark string) {
	marks := slices.DeleteFunc(marksOf(r), func(m string) bool { return m == mark })
	marks = append([]string{mark}, marks[:min(len(marks), maxMarks-1)]...)
	http.SetCookie(rw, &http.Cookie{
		Name: sharerCookie, Value: strings.Join(marks, "."), Path: "/", MaxAge: int(sharerLife / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: w.secure,
	})
}

// Links can have a domain of their own, which sees no cookie of the share pages' one. So a press on a network's
// button goes there and back before it goes to the network: the link's domain gives the browser its mark at
// an address that has it in the query. That address opens nothing; see the mark.
const (
	ownParameter    = "own"    // of a link: the mark
	markedParameter = "marked" // of a network's button: the browser comes back
)

// viaLinkDomain returns where a press goes first, or nothing when the link's domain has marked the browser
// before, or is this one.
func (w *Web) viaLinkDomain(ctx context.Context, r *http.Request, link clarion.ShareLink) string {
	if w.LinkURL == w.BaseURL || r.FormValue(markedParameter) != "" {
		return ""
	}
	marked, err := w.carriesMark(ctx, r, link)
	if err != nil || marked {
		return ""
	}
	mark, err := w.mark(ctx, link.Workspace, link.Partner)
	if err != nil {
		return ""
	}
	query := url.Values{ownParameter: {mark}}
	if caption := r.FormValue(captionParameter); caption != "" {
		query.Set(captionParameter, caption)
	}
	return URL(w.LinkURL, link.Code) + "?" + query.Encode()
}

// markLinkDomain gives a browser that comes from a network's button its mark, and sends it back. It says
// whether it has answered: a visit without the right mark is like any other.
func (w *Web) markLinkDomain(ctx context.Context, rw http.ResponseWriter, v visit) bool {
	if w.LinkURL == w.BaseURL || v.request.URL.RawQuery == "" {
		return false
	}
	query := v.request.URL.Query()
	own, err := w.mark(ctx, v.link.Workspace, v.link.Partner)
	if err != nil || v.link.IsOfficial() || !hmac.Equal([]byte(query.Get(ownParameter)), []byte(own)) {
		return false
	}
	page, err := w.Storage.Workspace(v.link.Workspace).SharePageOf(ctx, v.link.Campaign, v.link.Partner)
	if err != nil {
		return false
	}
	w.setMarks(rw, v.request, own)
	back := url.Values{markedParameter: {"1"}}
	if caption := query.Get(captionParameter); caption != "" {
		back.Set(captionParameter, caption)
	}
	seeOther(rw, NetworkURL(w.BaseURL, page.Token, v.link.Network)+"?"+back.Encode())
	return true
}

// seeOther sends a partner's browser on from an address that is nobody else's business.
func seeOther(rw http.ResponseWriter, address string) {
	h := rw.Header()
	h.Set("Location", address)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Content-Length", "0")
	rw.WriteHeader(http.StatusFound)
}
