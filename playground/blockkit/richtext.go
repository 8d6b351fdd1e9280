package blockkit

import "strings"

// Rich text: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

var richStyle = may("style", is(shape{fields: []field{
	may("bold", truth), may("italic", truth), may("strike", truth), may("code", truth), may("underline", truth),
	may("highlight", truth), may("client_highlight", truth), may("unlink", truth),
}}))

func richShape(fields ...field) shape {
	return shape{typed: true, fields: append([]field{richStyle}, fields...)}
}

// richInline is every element that stands in a line of rich text.
var richInline = map[string]shape{
	"text":      richShape(need("text", chars(1, unbounded))),
	"link":      richShape(need("url", link(3000)), may("text", chars(1, unbounded)), may("unsafe", truth)),
	"emoji":     richShape(need("name", chars(1, 255)), may("unicode", chars(1, 255)), may("url", link(3000)), may("skin_tone", integer(1, 6))),
	"user":      richShape(need("user_id", chars(1, 255))),
	"usergroup": richShape(need("usergroup_id", chars(1, 255))),
	"channel":   richShape(need("channel_id", chars(1, 255))),
	"team":      richShape(need("team_id", chars(1, 255))),
	"broadcast": richShape(need("range", oneOf("here", "channel", "everyone"))),
	"color":     richShape(need("value", chars(1, 255))),
	"date": richShape(need("timestamp", integer(0, int64(unbounded))), need("format", chars(1, unbounded)),
		may("url", link(3000)), may("fallback", chars(1, unbounded))),
}

var (
	richBorder  = may("border", integer(0, 1))
	richSection = shape{typed: true, fields: []field{need("elements", items(0, unbounded, oneType(richInline)))}}
)

var richTextShape = shape{typed: true, fields: blockFields(need("elements", items(1, unbounded, oneType(map[string]shape{
	"rich_text_section": richSection,
	"rich_text_quote":   {typed: true, fields: []field{need("elements", items(0, unbounded, oneType(richInline))), richBorder}},
	"rich_text_preformatted": {typed: true, fields: []field{
		need("elements", items(0, unbounded, oneType(map[string]shape{"text": richInline["text"], "link": richInline["link"]}))),
		richBorder,
		may("language", chars(1, 255)),
	}},
	"rich_text_list": {typed: true, fields: []field{
		need("style", oneOf("bullet", "ordered")),
		need("elements", items(1, unbounded, oneType(map[string]shape{"rich_text_section": richSection}))),
		may("indent", integer(0, 8)),
		may("offset", integer(0, int64(unbounded))),
		richBorder,
	}},
}))))}

func (d *drawer) richBlock(o object) {
	d.open("div", set("class", "bk-block bk-rich"))
	d.richText(o)
	d.close("div")
}

func (d *drawer) richText(o object) {
	for _, el := range o.objects("elements") {
		switch el.str("type") {
		case "rich_text_section":
			d.open("p", set("class", "bk-rich-section"))
			d.richLine(el, true)
			d.close("p")
		case "rich_text_quote":
			d.open("blockquote", set("class", "bk-quote"))
			d.richLine(el, true)
			d.close("blockquote")
		case "rich_text_preformatted":
			d.open("pre", set("class", "bk-pre"))
			d.richLine(el, false)
			d.close("pre")
		case "rich_text_list":
			d.richList(el)
		}
	}
}

func (d *drawer) richList(el object) {
	tag := markup("ul")
	attrs := []attr{set("class", "bk-rich-list")}
	if n, ok := el.integer("indent"); ok && n > 0 && n <= 8 {
		attrs = append(attrs, set("data-indent", decimal(n)))
	}
	if el.str("style") == "ordered" {
		tag = "ol"
		if n, ok := el.integer("offset"); ok && n > 0 {
			attrs = append(attrs, set("start", decimal(n+1)))
		}
	}
	d.open(tag, attrs...)
	for _, item := range el.objects("elements") {
		d.open("li")
		d.richLine(item, true)
		d.close("li")
	}
	d.close(tag)
}

// richLine draws inline elements. broken makes line breaks of their text tags; preformatted text keeps its own.
func (d *drawer) richLine(line object, broken bool) {
	for _, el := range line.objects("elements") {
		closing := d.openStyle(el.obj("style"))
		d.richInline(el, broken)
		for _, tag := range closing {
			d.close(tag)
		}
	}
}

// openStyle opens the tags of a style and returns them, innermost first.
func (d *drawer) openStyle(style object) []markup {
	var open []markup
	for _, s := range []struct {
		name string
		tag  markup
	}{{"bold", "strong"}, {"italic", "em"}, {"strike", "s"}, {"underline", "u"}, {"code", "code"}} {
		if style.flag(s.name) {
			d.open(s.tag)
			open = append([]markup{s.tag}, open...)
		}
	}
	return open
}

func (d *drawer) richInline(el object, broken bool) {
	switch el.str("type") {
	case "text":
		if broken {
			d.lines(el.str("text"))
		} else {
			d.text(el.str("text"))
		}
	case "link":
		d.anchor(el.str("url"), or(el.str("text"), el.str("url")))
	case "emoji":
		tone := ""
		if n, ok := el.integer("skin_tone"); ok && n >= 2 && n <= 6 {
			tone = decimal(n)
		}
		d.text(or(emojiNamed(el.str("name"), tone), ":"+el.str("name")+":"))
	case "user":
		d.mention("@", d.userName(el.str("user_id")))
	case "usergroup":
		d.mention("@", el.str("usergroup_id"))
	case "team":
		d.mention("@", el.str("team_id"))
	case "channel":
		d.mention("#", d.channelName(el.str("channel_id")))
	case "broadcast":
		d.mention("@", el.str("range"))
	case "color":
		d.leaf("code", el.str("value"), set("class", "bk-code"))
	case "date":
		if unix, ok := el.integer("timestamp"); ok {
			d.moment(unix, el.str("format"), el.str("url"))
		} else {
			d.text(el.str("fallback"))
		}
	}
}

// plainRichText is the text of rich text, a line for each section and list item.
func plainRichText(o object) string {
	var lines []string
	add := func(line object) {
		var b strings.Builder
		for _, el := range line.objects("elements") {
			switch el.str("type") {
			case "text":
				b.WriteString(el.str("text"))
			case "link":
				b.WriteString(or(el.str("text"), el.str("url")))
			case "emoji":
				b.WriteString(":" + el.str("name") + ":")
			case "user", "usergroup", "team", "channel":
				b.WriteString(el.str(el.str("type") + "_id"))
			case "broadcast":
				b.WriteString("@" + el.str("range"))
			case "color":
				b.WriteString(el.str("value"))
			case "date":
				b.WriteString(or(el.str("fallback"), el.str("format")))
			}
		}
		lines = append(lines, strings.TrimSuffix(b.String(), "\n"))
	}
	for _, el := range o.objects("elements") {
		if el.str("type") != "rich_text_list" {
			add(el)
			continue
		}
		for _, item := range el.objects("elements") {
			add(item)
		}
	}
	return strings.Join(lines, "\n")
}
