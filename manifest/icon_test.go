package manifest

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

func drawn(t *testing.T, icon func() ([]byte, error), size int) image.Image {
	t.Helper()
	file, err := icon()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if picture.Bounds() != image.Rect(0, 0, size, size) {
		t.Fatalf("the icon is %v, want %d square", picture.Bounds(), size)
	}
	return picture
}

// each calls f for every pixel, and says whether it is in the frame of that width around the picture.
func each(picture image.Image, frame int, f func(c color.NRGBA, framed bool)) {
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)
			f(c, !image.Pt(x, y).In(b.Inset(frame)))
		}
	}
}

func TestTheColourIconIsFullAndKeepsItsCornersFree(t *testing.T) {
	painted := map[color.NRGBA]int{}
	each(drawn(t, ColorIcon, colorSize), 24, func(c color.NRGBA, framed bool) {
		painted[c]++
		if c.A != 0xff {
			t.Fatalf("there is a transparent pixel: %v", c)
		}
		if framed && c != plum {
			t.Fatalf("there is %v near the edge, where Teams cuts", c)
		}
	})
	for name, c := range map[string]color.NRGBA{"plum": plum, "gold": gold, "bright": bright, "bronze": bronze, "coral": coral} {
		if painted[c] < 300 {
			t.Errorf("only %d pixels are %s", painted[c], name)
		}
	}
}

func TestTheOutlineIconIsWhiteOnTransparentAndNothingElse(t *testing.T) {
	clear, full := 0, 0
	each(drawn(t, OutlineIcon, outlineSize), 1, func(c color.NRGBA, framed bool) {
		if c.R != 0xff || c.G != 0xff || c.B != 0xff {
			t.Fatalf("there is a pixel of another colour: %v", c)
		}
		if framed && c.A != 0 {
			t.Fatal("the drawing touches the edge")
		}
		switch c.A {
		case 0:
			clear++
		case 0xff:
			full++
		}
	})
	if clear < 600 || full < 40 {
		t.Errorf("%d pixels are transparent and %d white: that is no outline", clear, full)
	}
}

func TestARingHasAHole(t *testing.T) {
	for name, s := range map[string]shape{"clockwise": box(2, 2, 14, 14), "anticlockwise": {{2, 2}, {2, 14}, {14, 14}, {14, 2}}} {
		mask := image.NewAlpha(image.Rect(0, 0, 16, 16))
		fill(mask, white, ring(s, 2)...)
		if on, within, outside := mask.AlphaAt(2, 8).A, mask.AlphaAt(8, 8).A, mask.AlphaAt(0, 8).A; on != 0xff || within != 0 || outside != 0 {
			t.Errorf("%s: %d on the line, %d within, %d outside", name, on, within, outside)
		}
	}
}
