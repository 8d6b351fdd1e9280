package blockkit

// actionsShape: https://docs.slack.dev/reference/block-kit/blocks/actions-block
var actionsShape = shape{typed: true, fields: blockFields(need("elements", items(1, 25, elementOf(actionElements...))))}

func (d *drawer) actions(o object) {
	d.open("div", set("class", "bk-block bk-actions"))
	for _, el := range o.objects("elements") {
		d.element(o.str("block_id"), el, "")
	}
	d.close("div")
}
