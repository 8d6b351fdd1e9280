package pictures

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// site is a web site on loopback that records what it is asked.
type site struct {
	*httptest.Server
	mu       sync.Mutex
	answer   http.HandlerFunc
	requests []*http.Request
}

func newSite(t *testing.T, answer http.HandlerFunc) *site {
	t.Helper()
	s := &site{answer: answer}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Clone(r.Context()))
	answer := s.answer
	s.mu.Unlock()
	answer(w, r)
}

// becomes changes what the site answers from now on.
func (s *site) becomes(answer http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// asked returns the requests so far.
func (s *site) asked() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request(nil), s.requests...)
}

// file answers with the data, under a type that the package must not believe.
func file(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Write(data)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// clock is moved by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 16, 6, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) passes(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// desk is the package under test with what a test looks at.
type desk struct {
	*Pictures
	clock    *clock
	log      *bytes.Buffer
	registry *prometheus.Registry
}

// newDesk returns pictures that may come from the sites.
func newDesk(t *testing.T, sites ...*site) desk {
	t.Helper()
	return newDeskWith(t, 0, sites...)
}

func newDeskWith(t *testing.T, memory int64, sites ...*site) desk {
	t.Helper()
	d := desk{clock: newClock(), log: new(bytes.Buffer), registry: prometheus.NewRegistry()}
	p, err := New(Config{
		Now: d.clock.now, Memory: memory, Registerer: d.registry,
		Logger: slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Allow:  allow(sites...),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Pictures = p
	return d
}

// allow lets the sites be asked, which are on loopback.
func allow(sites ...*site) func(hostport string) bool {
	return func(hostport string) bool {
		return slices.ContainsFunc(sites, func(s *site) bool { return hostport == s.Listener.Addr().String() })
	}
}

// has fails the test unless the picture at the address is the data.
func (d desk) has(t *testing.T, address string, data []byte) Picture {
	t.Helper()
	got, err := d.Get(t.Context(), address)
	if err != nil {
		t.Fatalf("get %s: %v", address, err)
	}
	if !bytes.Equal(got.Data, data) {
		t.Fatalf("get %s: %d bytes that are not the %d expected ones", address, len(got.Data), len(data))
	}
	return got
}

func drawing(w, h int) image.Image {
	m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.Black, color.White})
	m.Pix[0] = 1
	return m
}

func pngFile(w, h int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, drawing(w, h)); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegFile(w, h int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawing(w, h), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func gifFile(w, h int) []byte {
	var b bytes.Buffer
	if err := gif.Encode(&b, drawing(w, h), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// webpFile is 1 × 1: there is no encoder for WebP in the modules.
func webpFile() []byte {
	data, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		panic(err)
	}
	return data
}

// pngOf is a whole PNG of any size, without pixels.
func pngOf(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, 8, 2, 0, 0, 0)
	data := []byte("\x89PNG\r\n\x1a\n")
	for _, chunk := range []struct {
		name string
		body []byte
	}{{"IHDR", head}, {"IEND", nil}} {
		data = binary.BigEndian.AppendUint32(data, uint32(len(chunk.body)))
		named := append([]byte(chunk.name), chunk.body...)
		data = append(data, named...)
		data = binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(named))
	}
	return data
}

// webpCanvas is the head of an animated WebP with a canvas of any size.
func webpCanvas(w, h uint32) []byte {
	data := append([]byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00"), 1<<1, 0, 0, 0)
	data = append(data, byte(w-1), byte((w-1)>>8), byte((w-1)>>16))
	return append(data, byte(h-1), byte((h-1)>>8), byte((h-1)>>16))
}

// padded makes a picture n bytes long: what stands behind its end is no part of it.
func padded(data []byte, n int) []byte {
	return append(bytes.Clone(data), make([]byte, n-len(data))...)
}
