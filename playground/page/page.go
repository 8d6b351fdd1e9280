// Package page is the playground's web page: a workplace chat in a browser in which a person reads what a bot
// posts, types its commands, presses its buttons and fills in its forms. It draws on the server; a small
// script morphs the page whenever the server says that something has changed. Nothing is built, and every
// asset is embedded.
//
// Who looks and at what is in the address (?as=U…&in=C…), so two windows can be two people.
package page

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/clarion-bot/clarion/playground"
	"github.com/clarion-bot/clarion/playground/blockkit"
)

// A Clock is the time that the playground shows, and the ways to move it.
type Clock interface {
	// Now is the playground's present time.
	Now() time.Time
	// Moves lists what the clock's menu offers, in order.
	Moves() []Move
	// Move makes the move with this id and returns when what falls due by it has been started.
	Move(ctx context.Context, id string) error
}

// A Move is one entry of the clock's menu: "Next hour", "Monday 09:00".
type Move struct {
	ID    string
	Label string
}

// A Step is one line of the guide "What to try". Text is mrkdwn. When As, In or Draft is set, the step has a
// button that opens the page as that person, in that channel, with Draft in the composer, not yet sent.
type Step struct {
	Title string
	Text  string
	As    string // a user's id
	In    string // a channel's id or name, or "home"
	Draft string // "/drop campaign"
}

// Config is what a page is made of. Slack, Clock and DefaultUser are needed; the rest has defaults.
type Config struct {
	Slack          *playground.Slack
	Clock          Clock
	Title          string // the workspace's name; empty means "Playground"
	Intro          []Step
	DefaultUser    string          // who a visitor is at first: a user's id
	DefaultChannel string          // where a visitor is at first: a channel's id or name; empty means the first one
	Location       *time.Location  // of the times on the page; nil means UTC
	Prefix         string          // the path that the page is mounted on, "" or "/playground"; requests arrive with it
	Done           <-chan struct{} // closed when the server stops: ends the live streams, which else hold up its shutdown
	Logger         *slog.Logger
}

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// page is the handler's shared state: the configuration, the parsed templates and what each person has read.
type page struct {
	Config
	templates *template.Template
	assets    string // the path of this build's assets: they never change under one path
	read      readMarks
	moved     bell // rings when the clock is moved
}

// New returns the handler of the page and all below it. It serves paths that begin with cfg.Prefix; mount it
// as it is, without http.StripPrefix.
func New(cfg Config) (http.Handler, error) {
	switch {
	case cfg.Slack == nil:
		return nil, errors.New("playground page: it needs a Slack")
	case cfg.Clock == nil:
		return nil, errors.New("playground page: it needs a clock")
	case cfg.Prefix != "" && (!strings.HasPrefix(cfg.Prefix, "/") || path.Clean(cfg.Prefix) != cfg.Prefix || cfg.Prefix == "/"):
		return nil, fmt.Errorf("playground page: the prefix %q must be empty or a clean path like /playground", cfg.Prefix)
	}
	if u, ok := cfg.Slack.User(cfg.DefaultUser); !ok || u.Bot {
		return nil, fmt.Errorf("playground page: the default user %q is no person of this Slack", cfg.DefaultUser)
	}
	if cfg.Title == "" {
		cfg.Title = "Playground"
	}
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	p := &page{Config: cfg}
	version, err := assetVersion()
	if err != nil {
		return nil, err
	}
	p.assets = cfg.Prefix + "/assets/" + version
	p.templates, err = template.ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("playground page: parse the templates: %w", err)
	}
	return p.routes()
}

// routes is the table of everything that the page answers.
func (p *page) routes() (http.Handler, error) {
	files, err := fs.Sub(assetFiles, "assets")
	if err != nil {
		return nil, fmt.Errorf("playground page: find the assets: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+p.Prefix+"/{$}", p.show)
	mux.HandleFunc("GET "+p.Prefix+"/changes", p.changes)
	mux.HandleFunc("GET "+p.assets+"/blockkit.css", p.blockCSS)
	mux.Handle("GET "+p.assets+"/", http.StripPrefix(p.assets, forever(http.FileServerFS(files))))

	mux.HandleFunc("POST "+p.Prefix+"/say", p.act(p.say))
	mux.HandleFunc("POST "+p.Prefix+"/press", p.act(p.press))
	mux.HandleFunc("POST "+p.Prefix+"/home", p.act(p.openHome))
	mux.HandleFunc("POST "+p.Prefix+"/view/press", p.act(p.pressView))
	mux.HandleFunc("POST "+p.Prefix+"/view/submit", p.act(p.submitView))
	mux.HandleFunc("POST "+p.Prefix+"/view/close", p.act(p.closeView))
	mux.HandleFunc("POST "+p.Prefix+"/clock", p.act(p.moveClock))

	// Only the page itself may press: a form on another site must not act in the playground.
	same := http.NewCrossOriginProtection()
	same.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "This was not sent from the playground's own page, so nothing was done.", http.StatusForbidden)
	}))
	return secure(same.Handler(mux)), nil
}

// secure adds the headers that every answer carries. Pictures may come from anywhere, because messages show
// them; scripts and styles only from here. Drawn blocks may carry a style attribute, never a style sheet.
func secure(next http.Handler) http.Handler {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
		"img-src * data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// forever marks an answer as unchanging: the path has the content's hash in it.
func forever(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		next.ServeHTTP(w, r)
	})
}

func (p *page) blockCSS(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	forever(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(blockkit.CSS))
	})).ServeHTTP(w, r)
}

// assetVersion is a short hash over every asset.
func assetVersion() (string, error) {
	sum := sha256.New()
	sum.Write([]byte(blockkit.CSS))
	err := fs.WalkDir(assetFiles, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := assetFiles.ReadFile(name)
		if err != nil {
			return err
		}
		sum.Write([]byte(name))
		sum.Write(content)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("playground page: read the assets: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil))[:12], nil
}
