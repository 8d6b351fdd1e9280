package blockkit

import (
	"math"
	"strconv"
	"strings"
)

// The picture's own units; the stylesheet scales it to its place.
const (
	svgWidth   = 480.0
	plotLeft   = 52.0
	plotRight  = 470.0
	plotTop    = 12.0
	plotBottom = 200.0
	pieSize    = 220.0
)

func (d *drawer) openSVG(width, height float64, summary string) {
	d.open("svg", set("class", "bk-svg"), set("viewBox", "0 0 "+px(width)+" "+px(height)), set("role", "img"), set("aria-label", summary),
		set("xmlns", "http://www.w3.org/2000/svg"))
}

// px writes a coordinate to a tenth of a unit.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// titled writes a shape that says its value when pointed at.
func (d *drawer) titled(tag markup, says string, attrs ...attr) {
	d.open(tag, attrs...)
	d.leaf("title", says)
	d.close(tag)
}

func (d *drawer) pie(p plot) {
	d.openSVG(pieSize, pieSize, p.summary())
	total := 0.0
	for _, v := range p.series[0].values {
		total += math.Max(v, 0)
	}
	const centre, radius = pieSize / 2, pieSize/2 - 6
	from := -math.Pi / 2
	for i, v := range p.series[0].values {
		if total <= 0 || v <= 0 {
			continue
		}
		share := v / total
		says := p.categories[i] + ": " + plainNumber(v) + " (" + strconv.FormatFloat(share*100, 'f', 0, 64) + " %)"
		class := set("class", "bk-slice "+seriesClass(i))
		if share > 0.9999 {
			d.titled("circle", says, class, set("cx", px(centre)), set("cy", px(centre)), set("r", px(radius)))
			continue
		}
		to := from + share*2*math.Pi
		large := "0"
		if share > 0.5 {
			large = "1"
		}
		path := strings.Join([]string{
			"M", px(centre), px(centre),
			"L", px(centre + radius*math.Cos(from)), px(centre + radius*math.Sin(from)),
			"A", px(radius), px(radius), "0", large, "1", px(centre + radius*math.Cos(to)), px(centre + radius*math.Sin(to)), "Z",
		}, " ")
		d.titled("path", says, class, set("d", path))
		from = to
	}
	d.close("svg")
}

// A scale maps values to heights, with ticks at round numbers.
type scale struct{ low, high, step float64 }

// scaleOf spans all values and zero in about four steps of 1, 2 or 5 times a power of ten.
func scaleOf(all []series) scale {
	low, high := 0.0, 0.0
	for _, s := range all {
		for _, v := range s.values {
			low, high = math.Min(low, v), math.Max(high, v)
		}
	}
	if low == high {
		high = 1
	}
	raw := (high - low) / 4
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * power
	for _, m := range []float64{1, 2, 5} {
		if m*power >= raw {
			step = m * power
			break
		}
	}
	return scale{math.Floor(low/step) * step, math.Ceil(high/step) * step, step}
}

func (s scale) y(v float64) float64 {
	return plotBottom - (v-s.low)/(s.high-s.low)*(plotBottom-plotTop)
}

// axes draws a bar, line or area chart.
func (d *drawer) axes(p plot) {
	slanted := len(p.categories) > 6 // names of many categories need room below
	height := plotBottom + 24
	if slanted {
		height += 34
	}
	if p.xLabel != "" {
		height += 18
	}
	d.openSVG(svgWidth, height, p.summary())
	s := scaleOf(p.series)
	for i := 0; i <= int(math.Round((s.high-s.low)/s.step)); i++ {
		v := s.low + float64(i)*s.step
		y := px(s.y(v))
		d.open("line", set("class", "bk-grid"), set("x1", px(plotLeft)), set("x2", px(plotRight)), set("y1", y), set("y2", y))
		d.close("line")
		d.leaf("text", tick(v, s.step), set("class", "bk-tick"), set("x", px(plotLeft-6)), set("y", px(s.y(v)+4)), set("text-anchor", "end"))
	}
	slot := (plotRight - plotLeft) / math.Max(1, float64(len(p.categories)))
	for i, name := range p.categories {
		x := plotLeft + slot*(float64(i)+0.5)
		attrs := []attr{set("class", "bk-tick"), set("x", px(x)), set("y", px(plotBottom+16)), set("text-anchor", "middle")}
		if slanted {
			attrs = []attr{set("class", "bk-tick"), set("text-anchor", "end"), set("transform", "translate("+px(x+4)+" "+px(plotBottom+12)+") rotate(-35)")}
			name = shorten(name, 10)
		} else {
			name = shorten(name, max(4, int(slot/6)))
		}
		d.leaf("text", name, attrs...)
	}
	if p.xLabel != "" {
		d.leaf("text", p.xLabel, set("class", "bk-axis"), set("x", px((plotLeft+plotRight)/2)), set("y", px(height-6)), set("text-anchor", "middle"))
	}
	if p.yLabel != "" {
		d.leaf("text", p.yLabel, set("class", "bk-axis"), set("text-anchor", "middle"), set("transform", "translate(11 "+px((plotTop+plotBottom)/2)+") rotate(-90)"))
	}
	if p.kind == "bar" {
		d.bars(p, s, slot)
	} else {
		d.curves(p, s, slot)
	}
	zero := px(s.y(0))
	d.open("line", set("class", "bk-zero"), set("x1", px(plotLeft)), set("x2", px(plotRight)), set("y1", zero), set("y2", zero))
	d.close("line")
	d.close("svg")
}

func (d *drawer) bars(p plot, s scale, slot float64) {
	width := slot * 0.72 / math.Max(1, float64(len(p.series)))
	for i, one := range p.series {
		for j, v := range one.values {
			top, bottom := s.y(math.Max(v, 0)), s.y(math.Min(v, 0))
			d.titled("rect", one.name+", "+p.categories[j]+": "+plainNumber(v), set("class", "bk-bar "+seriesClass(i)),
				set("x", px(plotLeft+slot*float64(j)+slot*0.14+width*float64(i))), set("y", px(top)),
				set("width", px(math.Max(width-1, 1))), set("height", px(bottom-top)))
		}
	}
}

func (d *drawer) curves(p plot, s scale, slot float64) {
	for i, one := range p.series {
		points := make([]string, len(one.values))
		for j, v := range one.values {
			points[j] = px(plotLeft+slot*(float64(j)+0.5)) + "," + px(s.y(v))
		}
		if p.kind == "area" && len(points) > 0 {
			first, last := px(plotLeft+slot*0.5), px(plotLeft+slot*(float64(len(points))-0.5))
			zero := px(s.y(0))
			d.open("polygon", set("class", "bk-area "+seriesClass(i)), set("points", first+","+zero+" "+strings.Join(points, " ")+" "+last+","+zero))
			d.close("polygon")
		}
		d.open("polyline", set("class", "bk-line "+seriesClass(i)), set("points", strings.Join(points, " ")))
		d.close("polyline")
		for j, v := range one.values {
			d.titled("circle", one.name+", "+p.categories[j]+": "+plainNumber(v), set("class", "bk-dot "+seriesClass(i)),
				set("cx", px(plotLeft+slot*(float64(j)+0.5))), set("cy", px(s.y(v))), set("r", "3"))
		}
	}
}

// tick writes a value of the axis with as many decimals as its step has; thousands and millions get a letter.
func tick(v, step float64) string {
	for _, unit := range []struct {
		size   float64
		letter string
	}{{1e9, "B"}, {1e6, "M"}, {1e3, "k"}} {
		if step >= unit.size/2 && math.Abs(v) >= unit.size {
			return strconv.FormatFloat(math.Round(v/unit.size*10)/10, 'f', -1, 64) + unit.letter
		}
	}
	decimals := max(0, int(-math.Floor(math.Log10(step))))
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

func shorten(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
