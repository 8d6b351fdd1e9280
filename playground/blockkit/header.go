package blockkit

// headerShape: https://docs.slack.dev/reference/block-kit/blocks/header-block
var headerShape = shape{typed: true, fields: blockFields(need("text", plainText(150)))}

// dividerShape: https://docs.slack.dev/reference/block-kit/blocks/divider-block
var dividerShape = shape{typed: true, fields: blockFields()}

func (d *drawer) header(o object) {
	d.open("h3", set("class", "bk-block bk-header"))
	d.textObject(o.obj("text"))
	d.close("h3")
}

func (d *drawer) divider(object) { d.open("hr", set("class", "bk-block bk-divider")) }
