package main

import (
	_ "embed"
	"net/http"
)

// The demo's picture, drawn for it, and the page that its links lead to.
var (
	//go:embed demo/advert.jpg
	demoPicture []byte
	//go:embed demo/advert.html
	demoPage []byte
)

// registerDemoSite adds what stands for the company's own site.
func registerDemoSite(mux *http.ServeMux) {
	mux.HandleFunc("GET /demo/advert.jpg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(demoPicture)
	})
	mux.HandleFunc("GET /demo/advert", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(demoPage)
	})
}
