package links

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/clarion-bot/clarion"
)

// A partner who opens a share page marks the browser as the partner's, so that own visits never score: by a
// cookie, which partners get and customers never do, and by remembering the visitor for the day, for a
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

// markSharer marks the browser, and remembers the visitor, as the partner's.
func (w *Web) markSharer(ctx context.Context, rw http.ResponseWriter, r *http.Request, page clarion.SharePage) {
	if mark, err := w.mark(ctx, page.Workspace, page.Partner); err == nil {
		marks := slices.DeleteFunc(marksOf(r), func(m string) bool { return m == mark })
		marks = append([]string{mark}, marks[:min(len(marks), maxMarks-1)]...)
		http.SetCookie(rw, &http.Cookie{
			Name: sharerCookie, Value: strings.Join(marks, "."), Path: "/", MaxAge: int(sharerLife / time.Second),
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: w.secure,
		})
	}
	if visitor, err := w.visitor(ctx, page.Workspace, r); err == nil {
		w.sharers.add(page.Partner, visitor)
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

// keptSharers is how many of a day's sharers a process remembers, some 150 bytes each.
const keptSharers = 1 << 16

// sharers remembers visitors who are partners. A visitor has another name each day, so nothing has to be
// forgotten at midnight.
type sharers struct {
	known *lru.Cache[sharer, struct{}]
}

type sharer struct {
	partner clarion.PartnerID
	visitor string
}

func newSharers() (*sharers, error) {
	known, err := lru.New[sharer, struct{}](keptSharers)
	return &sharers{known: known}, err
}

func (s *sharers) add(p clarion.PartnerID, visitor string) {
	s.known.Add(sharer{p, visitor}, struct{}{})
}

func (s *sharers) has(p clarion.PartnerID, visitor string) bool {
	return s.known.Contains(sharer{p, visitor})
}
