package pictures

import (
	"bytes"
	"errors"
	"image"
	"io"
	"strings"
	"testing"
)

func TestAPictureIsWhatItsBytesSay(t *testing.T) {
	for name, test := range map[string]struct {
		data          []byte
		mediaType     string
		extension     string
		width, height int
	}{
		"jpeg":          {jpegFile(30, 20), "image/jpeg", "jpg", 30, 20},
		"png":           {pngFile(30, 20), "image/png", "png", 30, 20},
		"gif":           {gifFile(30, 20), "image/gif", "gif", 30, 20},
		"webp":          {webpFile(), "image/webp", "webp", 1, 1},
		"animated webp": {webpCanvas(640, 480), "image/webp", "webp", 640, 480},
		"largest png":   {pngOf(10_000, 10_000), "image/png", "png", 10_000, 10_000},
		"bytes behind":  {padded(pngFile(3, 2), 5000), "image/png", "png", 3, 2},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := examine(test.data)
			if err != nil {
				t.Fatal(err)
			}
			if got.Type != test.mediaType || got.Extension != test.extension || got.Width != test.width || got.Height != test.height {
				t.Errorf("got %s, %s, %d × %d", got.Type, got.Extension, got.Width, got.Height)
			}
			if !bytes.Equal(got.Data, test.data) {
				t.Error("the data changed")
			}
		})
	}
}

func TestATagIsStrongAndChangesWithTheData(t *testing.T) {
	one, err1 := examine(pngFile(3, 2))
	same, err2 := examine(pngFile(3, 2))
	other, err3 := examine(padded(pngFile(3, 2), 500))
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if one.Tag != same.Tag || one.Tag == other.Tag {
		t.Errorf("tags %s, %s of the same and %s of other data", one.Tag, same.Tag, other.Tag)
	}
	if len(one.Tag) < 20 || one.Tag[0] != '"' || one.Tag[len(one.Tag)-1] != '"' {
		t.Errorf("%s is no strong ETag", one.Tag)
	}
}

func TestWhatIsNoPictureIsRefusedWithASentence(t *testing.T) {
	lateSVG := "<?xml version='1.0'?>\n<!-- " + strings.Repeat("x", 200) + " -->\n<SVG xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></SVG>"
	for name, test := range map[string]struct {
		data []byte
		kind error
		says string
	}{
		"nothing":            {nil, ErrNoPicture, "empty file"},
		"svg":                {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), ErrNoPicture, "SVG"},
		"svg behind a head":  {[]byte(lateSVG), ErrNoPicture, "SVG"},
		"a page":             {[]byte("<!DOCTYPE html><title>Sorry</title>"), ErrNoPicture, "web page"},
		"avif":               {[]byte("\x00\x00\x00\x20ftypavif\x00\x00\x00\x00"), ErrNoPicture, "AVIF"},
		"heic":               {[]byte("\x00\x00\x00\x20ftypheic\x00\x00\x00\x00"), ErrNoPicture, "HEIC"},
		"mp4":                {[]byte("\x00\x00\x00\x20ftypisom\x00\x00\x00\x00"), ErrNoPicture, "film"},
		"bmp":                {[]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00"), ErrNoPicture, "another type"},
		"only a jpeg's head": {[]byte("\xff\xd8\xff\xe0"), ErrNoPicture, "broken"},
		"gif of no version":  {[]byte("GIF80a" + string(gifFile(3, 2)[6:])), ErrNoPicture, "broken"},
		"no width":           {[]byte("GIF89a\x00\x00\x05\x00\x00\x00\x00;"), ErrNoPicture, "no pixels"},
		"no height":          {[]byte("GIF89a\x05\x00\x00\x00\x00\x00\x00;"), ErrNoPicture, "no pixels"},
		"too wide":           {pngOf(12_001, 1), ErrTooBig, "12001 × 1"},
		"too high":           {pngOf(1, 12_001), ErrTooBig, "1 × 12001"},
		"too many pixels":    {pngOf(10_001, 10_000), ErrTooBig, "10001 × 10000"},
		"a bomb of a canvas": {webpCanvas(16_384, 16_384), ErrTooBig, "16384 × 16384"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := examine(test.data)
			if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, which does not say %q", err, test.says)
			}
		})
	}
}

func TestATruncatedPictureIsRefusedWhereverItIsCut(t *testing.T) {
	for name, data := range map[string][]byte{
		"jpeg": jpegFile(40, 30), "png": pngFile(40, 30), "gif": gifFile(40, 30), "webp": webpFile(),
	} {
		if _, err := examine(data); err != nil {
			t.Fatalf("%s, whole: %v", name, err)
		}
		for n := range len(data) {
			if _, err := examine(data[:n]); !errors.Is(err, ErrNoPicture) {
				t.Errorf("%s cut to %d of %d bytes: %v", name, n, len(data), err)
			}
		}
	}
}

// A photograph carries a small JPEG of its own, with its own end, in its head.
func TestTheEndOfAThumbnailIsNotTheEndOfAPicture(t *testing.T) {
	thumbnail := jpegFile(8, 8)
	segment := append([]byte{0xff, 0xe1, byte((len(thumbnail) + 2) >> 8), byte(len(thumbnail) + 2)}, thumbnail...)
	photo := jpegFile(40, 30)
	photo = append(append(bytes.Clone(photo[:2]), segment...), photo[2:]...)
	if _, err := examine(photo); err != nil {
		t.Fatalf("whole: %v", err)
	}
	if _, err := examine(photo[:len(photo)-2]); !errors.Is(err, ErrNoPicture) {
		t.Errorf("cut behind the thumbnail: %v", err)
	}
}

func TestADecoderThatPanicsIsABrokenFile(t *testing.T) {
	f := format{mediaType: "image/test", config: func(io.Reader) (image.Config, error) { panic("index out of range") }}
	if _, err := f.read([]byte("x")); err == nil || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("got %v", err)
	}
}

// FuzzExamine holds that any bytes at all are judged without a panic, and that what passes is within the bounds.
func FuzzExamine(f *testing.F) {
	for _, seed := range [][]byte{jpegFile(3, 2), pngFile(3, 2), gifFile(3, 2), webpFile(), webpCanvas(9, 9), []byte("<svg>"), nil} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		// The walkers alone, too: what a decoder refuses never comes to them.
		for _, format := range formats() {
			if hasMagic(data, format.magic) {
				format.whole(data)
			}
		}
		p, err := examine(data)
		switch {
		case err != nil && !errors.Is(err, ErrNoPicture) && !errors.Is(err, ErrTooBig):
			t.Errorf("an error of no kind: %v", err)
		case err == nil && (p.Width < 1 || p.Height < 1 || p.Width > maxSide || p.Height > maxSide || p.Width*p.Height > maxPixels || !strings.HasPrefix(p.Type, "image/")):
			t.Errorf("passed: %s of %d × %d", p.Type, p.Width, p.Height)
		}
	})
}
