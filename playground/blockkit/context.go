package blockkit

// contextShape: https://docs.slack.dev/reference/block-kit/blocks/context-block
var contextShape = shape{typed: true, fields: blockFields(need("elements", items(1, 10, oneType(map[string]shape{
	"image":      imageElementShape,
	"plain_text": plainShape(3000),
	"mrkdwn":     mrkdwnShape(3000),
}))))}

func (d *drawer) context(o object) {
	d.open("div", set("class", "bk-block bk-context"))
	for _, el := range o.objects("elements") {
		if el.str("type") == "image" {
			d.image(el, "bk-icon")
			continue
		}
		d.open("span", set("class", "bk-context-text"))
		d.textObject(el)
		d.close("span")
	}
	d.close("div")
}
