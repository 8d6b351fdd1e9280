//go:build browser

package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/chromedp"
)

// shootFrom brings the beginning of a message into sight and takes a picture.
func (w *window) shootFrom(scope, name string) {
	w.Helper()
	await(w.T, scope, func() error { return w.look(new(bool), "begin", scope) })
	w.shoot(name)
}

// shoot writes what the window shows as docs/screenshots/name.png when CLARION_SCREENSHOTS is 1, or to the
// folder that it names.
func (w *window) shoot(name string) {
	w.Helper()
	folder := os.Getenv("CLARION_SCREENSHOTS")
	switch folder {
	case "":
		return
	case "1":
		folder = filepath.Join("..", "..", "docs", "screenshots")
	}
	await(w.T, "the page is at rest", func() error { return w.look(new(bool), "still") })
	if err := os.MkdirAll(folder, 0o755); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), w.picture(), 0o644); err != nil {
		w.Fatal(err)
	}
}

// picture returns what the window shows as a PNG whose colours have six bits: nobody sees the rest, which is a
// third of the file.
func (w *window) picture() []byte {
	w.Helper()
	ctx, cancel := w.bounded()
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		w.Fatal(err)
	}
	decoded, err := png.Decode(bytes.NewReader(shown))
	if err != nil {
		w.Fatal(err)
	}
	reduced := image.NewRGBA(decoded.Bounds())
	draw.Draw(reduced, reduced.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
	for i, v := range reduced.Pix {
		reduced.Pix[i] = v&^3 | v>>6
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, reduced); err != nil {
		w.Fatal(err)
	}
	return out.Bytes()
}

// keepEvidence writes what every window shows to a folder that stays.
func (s *stage) keepEvidence(name string) {
	folder, err := os.MkdirTemp("", "clarion-browser-")
	if err != nil {
		s.Log(err)
		return
	}
	for i, w := range s.windows {
		ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		cancel()
		if err != nil {
			s.Logf("window %d shows nothing: %v", i, err)
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.png", i)), png, 0o600); err != nil {
			s.Log(err)
		}
	}
	s.Logf("%s: what the windows showed is in %s", name, folder)
}
