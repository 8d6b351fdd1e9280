package links

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
)

//go:embed page
var files embed.FS

// pages are the parsed pages, and the style and script that stand in each of them, so that a page is one
// answer on a bad network. The policy names both by their hashes and lets nothing else in.
type pages struct {
	templates     *template.Template
	style         template.CSS
	script        template.JS
	styleAndLogic string // the policy for them
}

func newPages() (*pages, error) {
	templates, err := template.ParseFS(files, "page/*.html")
	if err != nil {
		return nil, err
	}
	style, err := files.ReadFile("page/page.css")
	if err != nil {
		return nil, err
	}
	script, err := files.ReadFile("page/page.js")
	if err != nil {
		return nil, err
	}
	return &pages{
		templates: templates,
		style:     template.CSS(style), //nolint:gosec // our own file
		script:    template.JS(script), //nolint:gosec // our own file
		styleAndLogic: fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			hashSource(style), hashSource(script)),
	}, nil
}

// hashSource is a CSP source that allows exactly this text (https://www.w3.org/TR/CSP3/#grammardef-hash-source).
func hashSource(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// A view is what every page has; a page's own part embeds it.
type view struct {
	Title  string
	Style  template.CSS
	Script template.JS
}

func (w *Web) view(title string) view {
	return view{Title: title, Style: w.pages.style, Script: w.pages.script}
}

// What a page's policy lets in beside its own style and script.
const (
	nothingMore = ""
	fromUs      = "; img-src 'self'; connect-src 'self'" // the campaign's picture, and the script's word of a share
)

// render answers with a page, whose policy lets in what more says. The page is drawn whole before anything is
// sent.
func (w *Web) render(rw http.ResponseWriter, r *http.Request, status int, name, more string, data any) {
	var body bytes.Buffer
	if err := w.pages.templates.ExecuteTemplate(&body, name, data); err != nil {
		w.Logger.ErrorContext(r.Context(), "a page could not be drawn", "page", name, "error", err)
		http.Error(rw, "This page could not be drawn.", http.StatusInternalServerError)
		return
	}
	h := rw.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", w.pages.styleAndLogic+more)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // a share page's address is a secret
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	rw.WriteHeader(status)
	_, _ = rw.Write(body.Bytes()) // a browser that has gone away is no error of ours
}

// A notice is a page that says one thing in plain words.
type notice struct {
	Title    string
	Text     []string
	Again    bool   // offers to press again
	Continue string // leads on without counting; empty: nowhere
	Network  string // where Continue leads
	Words    string // what to post there
}

var (
	noLink = notice{Title: "This link leads nowhere", Text: []string{
		"It may have been cut off or mistyped. Look at the post it came from and open the whole link from there.",
	}}
	linkAway = notice{Title: "This link cannot be opened right now", Again: true, Text: []string{
		"Nothing is wrong with the link. Please try again in a minute.",
	}}
	noPage = notice{Title: "This share page does not exist", Text: []string{
		"Its address may be cut off, or it was taken back. Press Share it on the campaign's post again to get your own page.",
	}}
	pageAway = notice{Title: "Your page cannot be shown right now", Again: true, Text: []string{
		"Please try again in a minute. Nothing is lost.",
	}}
	noPicture = notice{Title: "There is no picture to save", Text: []string{
		"This campaign has no picture that can be shown. Go back: its words and your links work without one.",
	}}
	pictureAway = notice{Title: "The picture cannot be had right now", Again: true, Text: []string{
		"The site that has it does not answer. Please try again in a minute; the words and your links work without it.",
	}}
	noNetwork = notice{Title: "This campaign is not shared there", Text: []string{
		"The campaign has no button for this network. Go back and choose one of its own buttons.",
	}}
	shareAway = notice{Title: "Your share was not counted", Again: true, Text: []string{
		"Clarion could not write it down just now. Press again in a moment, and it counts.",
	}}
)

func (w *Web) notice(rw http.ResponseWriter, r *http.Request, status int, n notice) {
	w.render(rw, r, status, "notice.html", nothingMore, struct {
		view
		Notice notice
	}{w.view(n.Title), n})
}
