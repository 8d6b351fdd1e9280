package blockkit

// sectionShape: https://docs.slack.dev/reference/block-kit/blocks/section-block
var sectionShape = shape{
	typed: true,
	fields: blockFields(
		may("text", anyText(3000)),
		may("fields", items(1, 10, anyText(2000))),
		may("accessory", accessory),
		may("expand", truth),
	),
	whole: func(c *checker, at string, o object) {
		if o["text"] == nil && o["fields"] == nil {
			c.refuse(at, "missing required field: text or fields")
		}
	},
}

// accessory is an interactive element or an image.
func accessory(c *checker, at string, v any) {
	shapes := shapesOf(accessoryElements...)
	shapes["image"] = imageElementShape
	oneType(shapes)(c, at, v)
}

func (d *drawer) section(o object) {
	d.open("div", set("class", "bk-block bk-section"))
	d.open("div", set("class", "bk-section-body"))
	if t := o.obj("text"); t != nil {
		d.open("div", set("class", "bk-text"))
		d.textObject(t)
		d.close("div")
	}
	if fields := o.objects("fields"); len(fields) > 0 {
		d.open("div", set("class", "bk-fields"))
		for _, f := range fields {
			d.open("div", set("class", "bk-field"))
			d.textObject(f)
			d.close("div")
		}
		d.close("div")
	}
	d.close("div")
	if el := o.obj("accessory"); el != nil {
		d.open("div", set("class", "bk-accessory"))
		if el.str("type") == "image" {
			d.image(el, "bk-thumb")
		} else {
			d.element(o.str("block_id"), el, clip(plainOf(o.obj("text"))))
		}
		d.close("div")
	}
	d.close("div")
}
