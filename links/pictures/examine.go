package pictures

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// The bounds of a picture. A browser, and a phone's share sheet, hold it unpacked: four bytes a pixel.
const (
	MaxBytes  = 8 << 20
	maxSide   = 12_000
	maxPixels = 100_000_000
)

// A format is one that all phones show and all networks take.
type format struct {
	magic     string // its first bytes; "?" stands for any one byte
	mediaType string
	extension string
	config    func(io.Reader) (image.Config, error)
	whole     func([]byte) bool
}

// formats are those that are taken. They are asked by name, not by package image's registry, which each package of
// the program may add to.
func formats() []format {
	return []format{
		{"\xff\xd8\xff", "image/jpeg", "jpg", jpeg.DecodeConfig, wholeJPEG},
		{"\x89PNG\r\n\x1a\n", "image/png", "png", png.DecodeConfig, wholePNG},
		{"RIFF????WEBP", "image/webp", "webp", webp.DecodeConfig, wholeWebP},
		{"GIF8?a", "image/gif", "gif", gif.DecodeConfig, wholeGIF},
	}
}

// examine makes a picture of what came, or says what it is instead. Only the bytes are asked.
func examine(data []byte) (Picture, error) {
	for _, f := range formats() {
		if !hasMagic(data, f.magic) {
			continue
		}
		config, err := f.read(data)
		switch {
		case err != nil:
			return Picture{}, &trouble{kind: ErrNoPicture, sentence: "the file is broken. Save the picture anew and put it up again", cause: fmt.Errorf("read %s: %w", f.mediaType, err)}
		case config.Width <= 0 || config.Height <= 0:
			return Picture{}, &trouble{kind: ErrNoPicture, sentence: "the file has no pixels"}
		case config.Width > maxSide || config.Height > maxSide || config.Width*config.Height > maxPixels:
			return Picture{}, &trouble{kind: ErrTooBig, sentence: fmt.Sprintf("it is %d × %d pixels. 2,000 × 2,000 are enough for every network", config.Width, config.Height)}
		case !f.whole(data):
			return Picture{}, &trouble{kind: ErrNoPicture, sentence: "the file is cut off before its end. Put the picture up again"}
		}
		sum := sha256.Sum256(data)
		return Picture{
			Type: f.mediaType, Extension: f.extension, Data: data, Width: config.Width, Height: config.Height,
			Tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`,
		}, nil
	}
	return Picture{}, &trouble{kind: ErrNoPicture, sentence: "the address leads to " + lookalike(data) + ". Use a JPEG, PNG, WebP or GIF"}
}

// read reads the head of a picture. Hostile bytes that make a decoder panic are a broken file, not the end of the
// process.
func (f format) read(data []byte) (config image.Config, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.Join(err, fmt.Errorf("the decoder panicked: %v", p))
		}
	}()
	return f.config(bytes.NewReader(data))
}

func hasMagic(data []byte, magic string) bool {
	if len(data) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != data[i] && magic[i] != '?' {
			return false
		}
	}
	return true
}

// lookalike says what people take for a picture that is none here.
func lookalike(data []byte) string {
	head := bytes.ToLower(data[:min(len(data), 1024)])
	switch {
	case len(data) == 0:
		return "an empty file"
	case bytes.Contains(head, []byte("<svg")):
		return "an SVG drawing, which can have a program in it and which no network takes"
	case bytes.Contains(head, []byte("<html")), bytes.Contains(head, []byte("<!doctype html")):
		return "a web page, not to a picture on it"
	case hasMagic(head, "????ftypavif"), hasMagic(head, "????ftypavis"):
		return "an AVIF picture, which not all networks take"
	case hasMagic(head, "????ftyphei"), hasMagic(head, "????ftypmif1"):
		return "a HEIC picture, which not all networks take"
	case hasMagic(head, "????ftyp"):
		return "a film"
	}
	return "a file of another type"
}
