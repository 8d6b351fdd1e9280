package blockkit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Charts: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block

const chartLabel = 20 // code points of a category's, a point's, a segment's or a series' name

var chartShapes = map[string]shape{
	"pie": {typed: true, fields: []field{need("segments", items(1, 6, is(shape{
		fields: []field{need("label", chars(1, chartLabel)), need("value", number)},
		whole: func(c *checker, at string, o object) {
			if o["value"] != nil && o.float("value") <= 0 {
				c.refuse(at+"/value", "must be greater than 0")
			}
		},
	})))}},
	"bar":  axisChart,
	"line": axisChart,
	"area": axisChart,
}

var axisChart = shape{
	typed: true,
	fields: []field{
		need("axis_config", is(shape{fields: []field{
			need("categories", items(1, 20, chars(1, chartLabel))),
			may("x_label", chars(1, 50)),
			may("y_label", chars(1, 50)),
		}})),
		need("series", items(1, 6, is(shape{fields: []field{
			need("name", chars(1, chartLabel)),
			need("data", items(1, 20, is(shape{fields: []field{need("label", chars(1, chartLabel)), need("value", number)}}))),
		}}))),
	},
	whole: seriesMatch,
}

// chartShape is a title and one chart.
var chartShape = shape{typed: true, fields: blockFields(need("title", chars(1, 50)), need("chart", oneType(chartShapes)))}

// seriesMatch refuses series of the same name, and a series that has not exactly one point for each category.
func seriesMatch(c *checker, at string, o object) {
	categories := map[string]bool{}
	for i, name := range o.obj("axis_config").strs("categories") {
		if categories[name] {
			c.refuse(fmt.Sprintf("%s/axis_config/categories/%d", at, i), fmt.Sprintf("category %q already exists", name))
		}
		categories[name] = true
	}
	names := map[string]bool{}
	for i, series := range o.objects("series") {
		here := at + "/series/" + strconv.Itoa(i)
		if name := series.str("name"); names[name] {
			c.refuse(here+"/name", fmt.Sprintf("series %q already exists", name))
		}
		names[series.str("name")] = true
		missing := maps.Clone(categories)
		for j, point := range series.objects("data") {
			label := point.str("label")
			switch {
			case !categories[label]:
				c.refuse(fmt.Sprintf("%s/data/%d/label", here, j), "must be one of axis_config.categories")
			case !missing[label]:
				c.refuse(fmt.Sprintf("%s/data/%d/label", here, j), fmt.Sprintf("point %q already exists", label))
			}
			delete(missing, label)
		}
		for _, label := range slices.Sorted(maps.Keys(missing)) {
			c.refuse(here+"/data", fmt.Sprintf("missing a point for category %q", label))
		}
	}
}

// A plot is a chart made ready to be drawn: every series has one value for each category. A pie is one series.
type plot struct {
	kind       string
	title      string
	xLabel     string
	yLabel     string
	categories []string
	series     []series
}

type series struct {
	name   string
	values []float64
}

func plotOf(o object) plot {
	chart := o.obj("chart")
	p := plot{kind: chart.str("type"), title: o.str("title")}
	if p.kind == "pie" {
		one := series{name: p.title}
		for _, s := range chart.objects("segments") {
			p.categories = append(p.categories, s.str("label"))
			one.values = append(one.values, s.float("value"))
		}
		p.series = []series{one}
		return p
	}
	axis := chart.obj("axis_config")
	p.categories, p.xLabel, p.yLabel = axis.strs("categories"), axis.str("x_label"), axis.str("y_label")
	for _, s := range chart.objects("series") {
		values := make([]float64, len(p.categories))
		for _, point := range s.objects("data") {
			if i := slices.Index(p.categories, point.str("label")); i >= 0 {
				values[i] = point.float("value")
			}
		}
		p.series = append(p.series, series{s.str("name"), values})
	}
	return p
}

// chart draws a figure: title, picture, legend, and the numbers as a table that opens on demand.
func (d *drawer) chart(o object) {
	p := plotOf(o)
	d.open("figure", set("class", "bk-block bk-chart"))
	d.leaf("figcaption", p.title, set("class", "bk-chart-title"))
	if p.kind == "pie" {
		d.pie(p)
		d.legend(p.categories)
	} else {
		d.axes(p)
		if len(p.series) > 1 {
			names := make([]string, len(p.series))
			for i, s := range p.series {
				names[i] = s.name
			}
			d.legend(names)
		}
	}
	d.chartNumbers(p)
	d.close("figure")
}

func (d *drawer) legend(names []string) {
	d.open("ul", set("class", "bk-legend"), set("aria-hidden", "true"))
	for i, name := range names {
		d.open("li")
		d.leaf("span", "", set("class", "bk-swatch "+seriesClass(i)))
		d.text(name)
		d.close("li")
	}
	d.close("ul")
}

// seriesClass is the colour of a series or segment; the stylesheet has six.
func seriesClass(i int) string { return "bk-s" + strconv.Itoa(i%6) }

// chartNumbers is the chart's text alternative.
func (d *drawer) chartNumbers(p plot) {
	d.raw(`<details class="bk-chart-numbers"><summary>Show the numbers</summary><table class="bk-table"><thead><tr>`)
	d.leaf("th", p.xLabel, set("scope", "col"))
	for _, s := range p.series {
		d.leaf("th", s.name, set("scope", "col"), set("class", "bk-right"))
	}
	d.raw(`</tr></thead><tbody>`)
	for i, category := range p.categories {
		d.open("tr")
		d.leaf("th", category, set("scope", "row"))
		for _, s := range p.series {
			d.leaf("td", plainNumber(s.values[i]), set("class", "bk-right"))
		}
		d.close("tr")
	}
	d.raw(`</tbody></table></details>`)
}

// summary says in words what the picture shows.
func (p plot) summary() string {
	s := fmt.Sprintf("%s chart: %s.", map[string]string{"pie": "Pie", "bar": "Bar", "line": "Line", "area": "Area"}[p.kind], p.title)
	for _, one := range p.series {
		if p.kind != "pie" {
			s += " " + one.name + ":"
		}
		for i, v := range one.values {
			sep := ","
			if i == len(one.values)-1 {
				sep = "."
			}
			s += " " + p.categories[i] + " " + plainNumber(v) + sep
		}
	}
	return s
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
