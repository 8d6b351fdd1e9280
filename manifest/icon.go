package manifest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"slices"

	"golang.org/x/image/vector"
)

// The sizes that Teams demands (https://learn.microsoft.com/microsoft-365/extensibility/schema/root-icons).
const (
	colorSize   = 192
	outlineSize = 32
)

// The colours of the icons. Plum is Slack's background and Teams' accent as well.
var (
	plum   = color.NRGBA{R: 0x3b, G: 0x2a, B: 0x6b, A: 0xff}
	gold   = color.NRGBA{R: 0xf6, G: 0xb9, B: 0x3b, A: 0xff}
	bright = color.NRGBA{R: 0xff, G: 0xdd, B: 0x8a, A: 0xff}
	bronze = color.NRGBA{R: 0xa8, G: 0x66, B: 0x16, A: 0xff}
	coral  = color.NRGBA{R: 0xf2, G: 0x63, B: 0x5a, A: 0xff}
	white  = color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}
)

// ColorIcon draws the icon in full colour: a herald's trumpet, a clarion, with its banner. Nothing of it is near the edge, as Teams
// rounds the corners off. One build of the program always draws the same bytes.
func ColorIcon() ([]byte, error) {
	picture := image.NewNRGBA(image.Rect(0, 0, colorSize, colorSize))
	draw.Draw(picture, picture.Bounds(), image.NewUniform(plum), image.Point{}, draw.Src)
	// The trumpet points up and to the right.
	on := placed(97, 92, 1.06, -30)
	fill(picture, coral, on(banner(-31, 3, 48, 42, 13)))
	fill(picture, gold, on(horn(-66, -8, 56, 4.6, 28)))
	fill(picture, bronze, on(ellipse(56, 0, 8, 29)))
	fill(picture, bright, ring(on(ellipse(56, 0, 8, 29)), 4)...)
	fill(picture, bright, on(box(-72, -8, -64, 8)), on(box(-35, -7, -29, 7)), on(box(14, -8.5, 20, 8.5)))
	return encoded(picture)
}

// OutlineIcon draws the small icon: the same trumpet in outline, white on transparent and nothing else.
func OutlineIcon() ([]byte, error) {
	mask := image.NewAlpha(image.Rect(0, 0, outlineSize, outlineSize))
	on := placed(16.1, 15.2, 0.96, -30)
	fill(mask, white, on(box(-13.8, -0.9, 3, 0.9)))
	fill(mask, white, on(box(-15, -2.1, -13.2, 2.1)))
	fill(mask, white, ring(on(horn(1, 2, 12.2, 0.5, 6.4)), 1.7)...)
	fill(mask, white, ring(on(banner(-8.2, 0, 9.4, 8.4, 2.6)), 1.7)...)
	picture := image.NewNRGBA(mask.Bounds())
	for i, opaque := range mask.Pix {
		copy(picture.Pix[4*i:], []byte{0xff, 0xff, 0xff, opaque})
	}
	return encoded(picture)
}

func encoded(picture image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("write icon: %w", err)
	}
	return b.Bytes(), nil
}

// A point of the drawing: x to the right, y down. Of a trumpet, before it is placed, x runs from mouthpiece to bell.
type point struct{ x, y float64 }

// A shape is the closed line through its points.
type shape []point

// horn is a tube of half the width thin, which begins to open at flare to a bell of half the width wide at its end.
func horn(from, flare, to, thin, wide float64) shape {
	const steps = 32
	upper, lower := shape{{from, -thin}}, shape{{from, thin}}
	for i := range steps + 1 {
		open := float64(i) / steps
		half := thin + (wide-thin)*math.Pow(open, 2.3)
		x := flare + (to-flare)*open
		upper, lower = append(upper, point{x, -half}), append(lower, point{x, half})
	}
	slices.Reverse(lower)
	return append(upper, lower...)
}

// banner hangs from the tube and ends in two tails.
func banner(left, top, width, height, notch float64) shape {
	return shape{{left, top}, {left + width, top}, {left + width, top + height}, {left + width/2, top + height - notch}, {left, top + height}}
}

func box(left, top, right, bottom float64) shape {
	return shape{{left, top}, {right, top}, {right, bottom}, {left, bottom}}
}

func ellipse(x, y, rx, ry float64) shape {
	const steps = 64
	var s shape
	for i := range steps {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / steps)
		s = append(s, point{x + rx*cos, y + ry*sin})
	}
	return s
}

// placed returns what turns a shape by so many degrees, sizes it, and moves its origin to x and y.
func placed(x, y, size, degrees float64) func(shape) shape {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return func(s shape) shape {
		moved := make(shape, len(s))
		for i, p := range s {
			moved[i] = point{x + size*(p.x*cos-p.y*sin), y + size*(p.x*sin+p.y*cos)}
		}
		return moved
	}
}

// ring is the line of a shape drawn so wide: an outer shape, and an inner one the other way round, which cuts the hole.
func ring(s shape, width float64) []shape {
	outer, inner := grown(s, width/2), grown(s, -width/2)
	slices.Reverse(inner)
	return []shape{outer, inner}
}

// grown moves the sides of a shape outwards, or inwards, by a distance. Its sharp corners stay sharp, up to twice
// the distance.
func grown(s shape, by float64) shape {
	if area(s) < 0 {
		by = -by
	}
	moved := make(shape, len(s))
	for i, p := range s {
		before, after := normal(s[(i+len(s)-1)%len(s)], p), normal(p, s[(i+1)%len(s)])
		x, y := before.x+after.x, before.y+after.y
		// The sum of both is 2 cos(half the corner) long, and the corner lies by / cos(half the corner) away.
		reach := min(2/(x*x+y*y), 2/math.Hypot(x, y))
		moved[i] = point{p.x + by*x*reach, p.y + by*y*reach}
	}
	return moved
}

// normal points from the line from a to b to its right-hand side as seen on the screen, where y runs down: outwards
// when the shape runs clockwise there.
func normal(a, b point) point {
	dx, dy := b.x-a.x, b.y-a.y
	length := math.Hypot(dx, dy)
	return point{dy / length, -dx / length}
}

// area is positive for a shape that runs clockwise on the screen.
func area(s shape) float64 {
	sum := 0.0
	for i, p := range s {
		q := s[(i+1)%len(s)]
		sum += p.x*q.y - q.x*p.y
	}
	return sum / 2
}

// fill paints what is within the shapes.
func fill(picture draw.Image, c color.Color, shapes ...shape) {
	bounds := picture.Bounds()
	r := vector.NewRasterizer(bounds.Dx(), bounds.Dy())
	for _, s := range shapes {
		for i, p := range s {
			if i == 0 {
				r.MoveTo(float32(p.x), float32(p.y))
			} else {
				r.LineTo(float32(p.x), float32(p.y))
			}
		}
		r.ClosePath()
	}
	r.Draw(picture, bounds, image.NewUniform(c), image.Point{})
}
