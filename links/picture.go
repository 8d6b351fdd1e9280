package links

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"mime"
	"net/http"
	"time"

	"github.com/clarion-bot/clarion"
	"github.com/clarion-bot/clarion/links/pictures"
)

const (
	saveParameter = "save" // of a picture's address: the browser keeps the file instead of showing it

	// pictureWait is how long a page waits to learn whether there is a picture to show on it.
	pictureWait = 300 * time.Millisecond
	// pictureBound is how long the picture itself may take, which its site can need ten seconds for.
	pictureBound = 12 * time.Second
)

// PictureURL returns the address of the campaign's picture, as the holder of the token gets it.
func PictureURL(base string, token clarion.Token) string { return PageURL(base, token) + "/picture" }

// A shownPicture is the campaign's picture on a page.
type shownPicture struct {
	Address, Save string
	Alt           string
	File          string // the name to share it under, without what its type adds
	Width, Height int    // 0: not known yet
}

// shownPicture returns the picture to show, or nil when it is known that there is none. A picture that is still
// on its way is shown: the page's script takes it away again when it does not come.
func (w *Web) shownPicture(ctx context.Context, p part) *shownPicture {
	if w.Pictures == nil || p.campaign.Image == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pictureWait)
	defer cancel()
	file, err := w.Pictures.Get(ctx, p.campaign.Image)
	if err != nil && ctx.Err() == nil {
		return nil
	}
	address := PictureURL("", p.page.Token)
	return &shownPicture{
		Address: address, Save: address + "?" + saveParameter + "=1", Alt: p.campaign.ImageAlt, File: fileName(p.campaign),
		Width: file.Width, Height: file.Height,
	}
}

// picture hands out the campaign's picture from our own address, to look at or to keep. A token that opens no
// page gives no picture.
func (w *Web) picture(rw http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pictureBound)
	defer cancel()
	p, err := w.part(ctx, r.PathValue("token"))
	if err != nil {
		w.noPart(rw, r, p, err, pictureAway)
		return
	}
	if w.Pictures == nil || p.campaign.Image == "" {
		w.notice(rw, r, http.StatusNotFound, noPicture)
		return
	}
	file, err := w.Pictures.Get(ctx, p.campaign.Image)
	switch {
	case errors.Is(err, pictures.ErrUnreachable):
		w.notice(rw, r, http.StatusServiceUnavailable, pictureAway)
		return
	case err != nil:
		w.notice(rw, r, http.StatusNotFound, noPicture)
		return
	}
	disposition := "inline"
	if r.FormValue(saveParameter) != "" {
		disposition = "attachment"
	}
	h := rw.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": fileName(p.campaign) + "." + file.Extension}))
	h.Set("ETag", file.Tag)
	// A browser asks each time whether it may still show what it has: see part.
	h.Set("Cache-Control", "private, no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(file.Data))
}

// fileName returns what a partner finds the saved picture by.
func fileName(c clarion.Campaign) string { return cmp.Or(clarion.Slug(c.Title), "picture") }
